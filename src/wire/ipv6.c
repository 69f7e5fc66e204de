/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/ip.h"

enum {
	FIXED_HEADER = 40, /* RFC 8200, 3 */
	/* Next Header values (IANA ipv6-parameters, extension header types). */
	HOP_BY_HOP = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	AUTHENTICATION = 51,
	DESTINATION_OPTIONS = 60,
	OPTION_PAD1 = 0, /* RFC 8200, 4.2 */
	OPTION_ROUTER_ALERT = 5,
	ROUTER_ALERT_LENGTH = 2, /* RFC 2711, 2.1 */
	ROUTER_ALERT_MLD = 0,
};

/* OPTIONS: what is behind the first two octets of a Hop-by-Hop Options header. Alerts for RSVP and others are none for MLD (RFC 2711, 2.1). */
static bool has_router_alert(struct mcd_cursor options)
{
	while (mcd_cursor_left(&options) > 0) {
		uint8_t type = mcd_cursor_u8(&options), length;
		const uint8_t *value;

		if (type == OPTION_PAD1)
			continue;
		length = mcd_cursor_u8(&options);
		value = mcd_cursor_bytes(&options, length);
		if (!value)
			return false;
		if (type == OPTION_ROUTER_ALERT && length == ROUTER_ALERT_LENGTH && mcd_load16(value) == ROUTER_ALERT_MLD)
			return true;
	}
	return false;
}

/* The fixed 40 octets. */
static inline void read_fixed(const uint8_t *p, struct mcd_ip *out)
{
	const uint32_t payload_length = mcd_load16(p + 4);

	*out = (struct mcd_ip){
		.source = { mcd_load64(p + 8), mcd_load64(p + 16) },
		.destination = { mcd_load64(p + 24), mcd_load64(p + 32) },
		.protocol = p[6],
		.ttl = p[7],
		.dscp = (mcd_load16(p) >> 6) & 0x3f,
		.ecn = (p[1] >> 4) & 3,
		.total_length = payload_length ? FIXED_HEADER + payload_length : 0,
		.header_length = FIXED_HEADER,
		.checksum = MCD_CHECKSUM_NONE,
	};
}

/* The eight octets of a Fragment header (RFC 8200, 4.5). */
static void decode_fragment(struct mcd_cursor *c, struct mcd_ip *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, 8);

	if (!p)
		return;
	out->protocol = p[0];
	out->fragment_offset = mcd_load16(p + 2) & 0xfff8;
	out->more_fragments = p[3] & 1;
	out->id = mcd_load32(p + 4);
}

/* Any other: next header, length in units of UNIT octets that are not the first LESS, and its data. */
static void decode_extension(struct mcd_cursor *c, unsigned unit, unsigned less, struct mcd_ip *out)
{
	struct mcd_cursor ahead = *c;
	uint8_t next = mcd_cursor_u8(&ahead), length = mcd_cursor_u8(&ahead);
	const uint8_t *header = mcd_cursor_bytes(c, ahead.bad ? 2 : less + length * unit);

	if (!header)
		return;
	if (out->protocol == HOP_BY_HOP)
		out->router_alert = has_router_alert(mcd_cursor_of(header + 2, (size_t)(c->at - header) - 2, false));
	out->protocol = next;
}

/* Take the extension headers off C, until what is none or what ends the search. A Hop-by-Hop Options header comes first or is none
 * (RFC 8200, 4.1). Each is eight octets or more, so that C's end bounds them. */
static void decode_extensions(struct mcd_cursor *c, struct mcd_ip *out)
{
	const uint8_t *start = c->at;

	if (out->protocol == HOP_BY_HOP)
		decode_extension(c, 8, 8, out);
	while (!c->bad && out->fragment_offset == 0) {
		out->header_length = FIXED_HEADER + (uint32_t)(c->at - start);
		switch (out->protocol) {
		case ROUTING:
		case DESTINATION_OPTIONS:
			decode_extension(c, 8, 8, out);
			break;
		case AUTHENTICATION:
			decode_extension(c, 4, 8, out); /* RFC 4302, 2.2 */
			break;
		case FRAGMENT:
			decode_fragment(c, out);
			break;
		default:
			return;
		}
	}
	if (!c->bad)
		out->header_length = FIXED_HEADER + (uint32_t)(c->at - start);
}

enum mcd_wire_status mcd_ipv6_decode(struct mcd_cursor *c, struct mcd_ip *out, struct mcd_cursor *payload)
{
	struct mcd_cursor rest = *c, window;
	const uint8_t *fixed = mcd_cursor_bytes(&rest, FIXED_HEADER);
	const bool other_version = mcd_cursor_left(c) > 0 && c->at[0] >> 4 != 6;

	*payload = (struct mcd_cursor){ c->at, c->at, c->cut, true };
	if (!fixed || other_version) {
		c->bad = true;
		*out = (struct mcd_ip){ .checksum = MCD_CHECKSUM_NONE };
		return other_version ? MCD_WIRE_MALFORMED : mcd_cursor_status(c);
	}
	read_fixed(fixed, out);
	*c = rest;
	window = mcd_cursor_take(c, out->total_length ? out->total_length - FIXED_HEADER : mcd_cursor_left(c));
	window.cut |= out->total_length == 0 && c->cut;
	if (c->bad)
		return mcd_cursor_status(c);
	decode_extensions(&window, out);
	c->bad = window.bad;
	if (!window.bad)
		*payload = window;
	return mcd_cursor_status(&window);
}
