/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"
#include "wire/ip.h"

#include <string.h>

enum {
	LEAST_HEADER = 20, /* RFC 791, 3.1: IHL 5 */
	PLAIN = 0x45,	   /* version 4, no options */
	LARGEST_TOTAL_LENGTH = 65535,
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_ROUTER_ALERT = 148,
	ROUTER_ALERT_LENGTH = 4, /* RFC 2113, 2.1 */
};

static bool has_router_alert(struct mcd_cursor options)
{
	while (mcd_cursor_left(&options) > 0) {
		uint8_t type = mcd_cursor_u8(&options), length;

		if (type == OPTION_END)
			return false;
		if (type == OPTION_NOP)
			continue;
		length = mcd_cursor_u8(&options);
		if (length < 2 || !mcd_cursor_bytes(&options, length - 2u))
			return false;
		if (type == OPTION_ROUTER_ALERT && length == ROUTER_ALERT_LENGTH)
			return true;
	}
	return false;
}

/* The fixed 20 octets (RFC 791, 3.1), the checksum apart, which is judged over the whole header. */
static inline void read_fixed(const uint8_t *p, struct mcd_ip *out)
{
	const uint16_t fragment = mcd_load16(p + 6);

	out->source = mcd_addr_v4(mcd_load32(p + 12));
	out->destination = mcd_addr_v4(mcd_load32(p + 16));
	out->protocol = p[9];
	out->ttl = p[8];
	out->dscp = p[1] >> 2;
	out->ecn = p[1] & 3;
	out->id = mcd_load16(p + 4);
	out->dont_fragment = fragment & 0x4000;
	out->more_fragments = fragment & 0x2000;
	out->fragment_offset = (fragment & 0x1fffu) * 8;
	out->total_length = mcd_load16(p + 2);
	out->header_length = (p[0] & 0x0fu) * 4;
	out->router_alert = false;
	out->checksum = MCD_CHECKSUM_UNKNOWN;
}

/* In the byte order of this host: a sum that is right is so in any order (RFC 1071, 2, B). */
static inline uint64_t word_at(const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

static inline enum mcd_checksum_state judge(const uint8_t *p, uint32_t length)
{
	uint64_t sum = word_at(p) + word_at(p + 4) + word_at(p + 8) + word_at(p + 12) + word_at(p + 16);

	for (uint32_t i = LEAST_HEADER; i < length; i += 4)
		sum += word_at(p + i);
	return mcd_checksum_is_right(sum) ? MCD_CHECKSUM_OK : mcd_ip_wrong_checksum(p);
}

/* Segmentation offload leaves Total Length at 0 where 16 bits do not hold it. A cut packet may have been that long. C is behind the fixed
 * octets. */
static bool is_offloaded(const struct mcd_cursor *c, const struct mcd_ip *ip)
{
	return ip->total_length == 0 && (c->cut || mcd_cursor_left(c) + LEAST_HEADER > LARGEST_TOTAL_LENGTH);
}

static bool is_sound(const struct mcd_cursor *c, uint8_t version, const struct mcd_ip *ip)
{
	return version == 4 && ip->header_length >= LEAST_HEADER && (ip->total_length >= ip->header_length || is_offloaded(c, ip));
}

__attribute__((noinline)) static enum mcd_wire_status fail(struct mcd_cursor *c, enum mcd_wire_status status, struct mcd_cursor *payload)
{
	*payload = (struct mcd_cursor){ c->at, c->at, c->cut, true };
	c->bad = true;
	return status;
}

/* Not even the fixed octets are there; but the first tells the version. */
__attribute__((noinline)) static enum mcd_wire_status fail_short(struct mcd_cursor *c, struct mcd_ip *out, struct mcd_cursor *payload)
{
	const bool other_version = mcd_cursor_left(c) > 0 && c->at[0] >> 4 != 4;

	*out = (struct mcd_ip){ .source = mcd_addr_v4(0), .destination = mcd_addr_v4(0) };
	return fail(c, other_version || !c->cut ? MCD_WIRE_MALFORMED : MCD_WIRE_CUT, payload);
}

/* Any packet. */
__attribute__((noinline)) static enum mcd_wire_status decode_any(struct mcd_cursor *c, const uint8_t *header, struct mcd_ip *out,
								 struct mcd_cursor *payload)
{
	struct mcd_cursor options;

	if (!is_sound(c, header[0] >> 4, out))
		return fail(c, MCD_WIRE_MALFORMED, payload);
	options = mcd_cursor_of(c->at, out->header_length - LEAST_HEADER, false);
	if (!mcd_cursor_bytes(c, out->header_length - LEAST_HEADER))
		return fail(c, mcd_cursor_status(c), payload);
	out->router_alert = has_router_alert(options);
	out->checksum = judge(header, out->header_length);
	if (out->total_length > 0) {
		*payload = mcd_cursor_take(c, out->total_length - out->header_length);
	} else {
		*payload = *c;
		c->at = c->end;
	}
	return mcd_cursor_status(c);
}

enum mcd_wire_status mcd_ipv4_decode(struct mcd_cursor *c, struct mcd_ip *out, struct mcd_cursor *payload)
{
	const uint8_t *header = mcd_cursor_bytes(c, LEAST_HEADER);
	uint32_t length;

	if (!header)
		return fail_short(c, out, payload);
	read_fixed(header, out);
	length = out->total_length - LEAST_HEADER;
	if (header[0] != PLAIN || length > mcd_cursor_left(c))
		return decode_any(c, header, out, payload);
	/* What nearly every packet is. */
	out->checksum = judge(header, LEAST_HEADER);
	*payload = mcd_cursor_of(header + LEAST_HEADER, length, false);
	c->at = payload->end;
	return MCD_WIRE_OK;
}
