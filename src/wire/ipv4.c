/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"
#include "wire/ip.h"

enum {
	LEAST_HEADER = 20, /* RFC 791, 3.1: IHL 5 */
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
static void decode_fixed(struct mcd_cursor *c, struct mcd_ip *out)
{
	uint8_t tos;
	uint16_t fragment;

	out->header_length = (mcd_cursor_u8(c) & 0x0fu) * 4;
	tos = mcd_cursor_u8(c);
	out->dscp = tos >> 2;
	out->ecn = tos & 3;
	out->total_length = mcd_cursor_u16(c);
	out->id = mcd_cursor_u16(c);
	fragment = mcd_cursor_u16(c);
	out->dont_fragment = fragment & 0x4000;
	out->more_fragments = fragment & 0x2000;
	out->fragment_offset = (fragment & 0x1fffu) * 8;
	out->ttl = mcd_cursor_u8(c);
	out->protocol = mcd_cursor_u8(c);
	mcd_cursor_u16(c);
	out->source = mcd_addr_v4(mcd_cursor_u32(c));
	out->destination = mcd_addr_v4(mcd_cursor_u32(c));
}

/* Segmentation offload leaves Total Length at 0 where 16 bits do not hold it. A cut packet may have been that long. */
static bool is_offloaded(const struct mcd_cursor *c, const struct mcd_ip *ip)
{
	return ip->total_length == 0 && (c->cut || mcd_cursor_left(c) > LARGEST_TOTAL_LENGTH);
}

/* Take the whole header off C: options, checksum. */
static bool decode_header(struct mcd_cursor *c, struct mcd_ip *out)
{
	struct mcd_cursor header = mcd_cursor_take(c, out->header_length);
	uint32_t sum;

	if (header.bad || header.cut) {
		c->bad = true;
		return false;
	}
	sum = mcd_checksum_add(0, header.at, out->header_length);
	out->checksum = mcd_checksum_fold(sum) == 0xffff ? MCD_CHECKSUM_OK : MCD_CHECKSUM_BAD;
	mcd_cursor_bytes(&header, LEAST_HEADER);
	out->router_alert = has_router_alert(header);
	return true;
}

enum mcd_wire_status mcd_ipv4_decode(struct mcd_cursor *c, struct mcd_ip *out, struct mcd_cursor *payload)
{
	struct mcd_cursor fixed = *c;
	bool offloaded;

	*out = (struct mcd_ip){ .source = mcd_addr_v4(0), .destination = mcd_addr_v4(0) };
	*payload = (struct mcd_cursor){ c->at, c->at, c->cut, true };
	if (mcd_cursor_left(c) > 0 && c->at[0] >> 4 != 4) {
		c->bad = true;
		return MCD_WIRE_MALFORMED;
	}
	decode_fixed(&fixed, out);
	if (fixed.bad) {
		c->bad = true;
		return mcd_cursor_status(c);
	}
	offloaded = is_offloaded(c, out);
	if (out->header_length < LEAST_HEADER || (out->total_length < out->header_length && !offloaded)) {
		c->bad = true;
		return MCD_WIRE_MALFORMED;
	}
	if (!decode_header(c, out))
		return mcd_cursor_status(c);
	*payload = offloaded ? *c : mcd_cursor_take(c, out->total_length - out->header_length);
	if (offloaded)
		c->at = c->end;
	return mcd_cursor_status(c);
}
