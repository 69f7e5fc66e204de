/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/link_rooms.h"

enum {
	PPP_IPV4 = 0x0021, /* IANA ppp-numbers */
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,
	PPP_MPLS_MULTICAST = 0x0283,
	HDLC_UNICAST = 0x0f00, /* address and control of Cisco HDLC; neither is a PPP protocol */
	HDLC_MULTICAST = 0x8f00,
	FRAMING = 0xff03,     /* address and control of PPP */
	PPPOE_VERSION = 0x11, /* version and type */
	PPPOE_SESSION_DATA = 0,
};

/* A protocol of one octet is odd (RFC 1661, 6.5). */
static uint16_t take_protocol(struct mcd_cursor *c)
{
	uint16_t first = mcd_cursor_u8(c);

	if (first & 1)
		return first;
	return (uint16_t)(first << 8 | mcd_cursor_u8(c));
}

static void take_payload(struct mcd_cursor *c, struct mcd_link *out)
{
	switch (take_protocol(c)) {
	case PPP_IPV4:
		out->ethertype = MCD_ETHERTYPE_IPV4;
		break;
	case PPP_IPV6:
		out->ethertype = MCD_ETHERTYPE_IPV6;
		break;
	case PPP_MPLS:
		out->ethertype = MCD_ETHERTYPE_MPLS;
		mcd_link_take_mpls(c, out);
		break;
	case PPP_MPLS_MULTICAST:
		out->ethertype = MCD_ETHERTYPE_MPLS_UPSTREAM;
		mcd_link_take_mpls(c, out);
		break;
	default:
		break;
	}
}

void mcd_link_take_ppp(struct mcd_cursor *c, struct mcd_link *out)
{
	struct mcd_cursor ahead = *c;
	uint16_t first = mcd_cursor_u16(&ahead);

	c->bad = ahead.bad; /* one octet does not tell framing from a protocol */
	if (c->bad)
		return;
	switch (first) {
	case HDLC_UNICAST:
	case HDLC_MULTICAST:
		mcd_link_take_hdlc(c, out);
		return;
	case FRAMING:
		*c = ahead;
		break;
	default:
		break;
	}
	take_payload(c, out);
}

void mcd_link_take_pppoe(struct mcd_cursor *c, struct mcd_link *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, 6);

	out->ethertype = MCD_ETHERTYPE_PPPOE_SESSION;
	if (!p || p[0] != PPPOE_VERSION || p[1] != PPPOE_SESSION_DATA)
		return;
	*c = mcd_cursor_take(c, mcd_load16(p + 4)); /* Ethernet's padding is not in it */
	take_payload(c, out);
}

void mcd_link_take_hdlc(struct mcd_cursor *c, struct mcd_link *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, 4);

	if (!p)
		return;
	mcd_link_take_type(c, mcd_load16(p + 2), out);
	if (out->ethertype < MCD_FIRST_ETHERTYPE)
		out->ethertype = 0;
}
