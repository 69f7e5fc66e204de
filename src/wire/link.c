/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/link.h"
#include "wire/link_rooms.h"

/* What is behind the addresses and TYPE when that is not IPv4's. */
__attribute__((noinline)) static enum mcd_wire_status take_others(struct mcd_cursor *c, uint16_t type, struct mcd_link *out)
{
	mcd_link_take_type(c, type, out);
	if (out->ethertype < MCD_FIRST_ETHERTYPE && !c->bad)
		mcd_link_take_llc(c, out);
	return mcd_cursor_status(c);
}

static inline enum mcd_wire_status take_ethernet(struct mcd_cursor *c, struct mcd_link *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, 6 + 6 + 2);
	uint16_t type;

	if (!p)
		return mcd_cursor_status(c);
	mcd_link_copy_mac(out->destination, p, &out->has_destination);
	mcd_link_copy_mac(out->source, p + 6, &out->has_source);
	type = mcd_load16(p + 12);
	if (type != MCD_ETHERTYPE_IPV4)
		return take_others(c, type, out);
	out->ethertype = type;
	return MCD_WIRE_OK;
}

/* The AF_ value of the system that captured. */
static uint16_t ethertype_of_family(uint32_t family)
{
	switch (family) {
	case 2:
		return MCD_ETHERTYPE_IPV4;
	case 10: /* Linux, and 24 NetBSD and OpenBSD, 28 FreeBSD, 30 Darwin, 23 Windows */
	case 23:
	case 24:
	case 28:
	case 30:
		return MCD_ETHERTYPE_IPV6;
	default:
		return 0;
	}
}

/* A family word: in the byte order of the system that captured (NULL), or in network order (LOOP). */
static void take_loopback(struct mcd_cursor *c, bool any_order, struct mcd_link *out)
{
	uint32_t family = mcd_cursor_u32(c);

	if (any_order && family >> 16)
		family = family >> 24 | (family >> 8 & 0xff00) | (family << 8 & 0xff0000) | family << 24;
	out->ethertype = ethertype_of_family(family);
}

/* No link header: the version nibble tells. */
static void take_raw(struct mcd_cursor *c, struct mcd_link *out)
{
	struct mcd_cursor ahead = *c;
	uint8_t version = mcd_cursor_u8(&ahead) >> 4;

	c->bad = ahead.bad;
	out->ethertype = version == 4 ? MCD_ETHERTYPE_IPV4 : version == 6 ? MCD_ETHERTYPE_IPV6 : 0;
}

/* No addresses; at most a word that tells the protocol. False when LINK_TYPE is not known. */
static bool take_plain(struct mcd_cursor *c, int link_type, struct mcd_link *out)
{
	switch (link_type) {
	case MCD_LINK_NULL:
	case MCD_LINK_LOOP:
		take_loopback(c, link_type == MCD_LINK_NULL, out);
		return true;
	case MCD_LINK_RAW:
	case MCD_LINK_RAW_BSD:
	case MCD_LINK_RAW_OPENBSD:
		take_raw(c, out);
		return true;
	case MCD_LINK_IPV4:
		out->ethertype = MCD_ETHERTYPE_IPV4;
		return true;
	case MCD_LINK_IPV6:
		out->ethertype = MCD_ETHERTYPE_IPV6;
		return true;
	default:
		return false;
	}
}

/* As take_plain(). */
static bool take(struct mcd_cursor *c, int link_type, struct mcd_link *out)
{
	switch (link_type) {
	case MCD_LINK_ETHERNET: /* of PPI */
		take_ethernet(c, out);
		return true;
	case MCD_LINK_SLL:
		mcd_link_take_sll(c, out);
		return true;
	case MCD_LINK_SLL2:
		mcd_link_take_sll2(c, out);
		return true;
	case MCD_LINK_PPP:
	case MCD_LINK_PPP_HDLC:
		mcd_link_take_ppp(c, out);
		return true;
	case MCD_LINK_PPP_ETHER:
		mcd_link_take_pppoe(c, out);
		return true;
	case MCD_LINK_C_HDLC:
		mcd_link_take_hdlc(c, out);
		return true;
	case MCD_LINK_IEEE802_11:
		mcd_link_take_80211(c, false, out);
		return true;
	case MCD_LINK_IEEE802_11_RADIOTAP:
		mcd_link_take_radiotap(c, out);
		return true;
	default:
		return take_plain(c, link_type, out);
	}
}

/* Any but Ethernet. */
__attribute__((noinline)) static enum mcd_wire_status decode_others(struct mcd_cursor *c, int link_type, struct mcd_link *out, bool *known)
{
	struct mcd_cursor start = *c;

	if (link_type == MCD_LINK_PPI)
		link_type = mcd_link_take_ppi(c);
	if (!c->bad && !take(c, link_type, out)) {
		*known = false;
		*c = start;
	}
	return mcd_cursor_status(c);
}

enum mcd_wire_status mcd_link_decode(struct mcd_cursor *c, int link_type, struct mcd_link *out, bool *known)
{
	*out = (struct mcd_link){ .sent = MCD_SENT_UNKNOWN };
	*known = true;
	return link_type == MCD_LINK_ETHERNET ? take_ethernet(c, out) : decode_others(c, link_type, out, known);
}
