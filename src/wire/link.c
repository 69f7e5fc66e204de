/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/link.h"

#include <string.h>

enum {
	FIRST_ETHERTYPE = 0x0600,  /* below: an IEEE 802.3 length */
	SLL_PROTOCOL_LLC = 0x0004, /* LINKTYPE_LINUX_SLL: an 802.2 header follows */
	SLL_TYPE_OUT = 4,	   /* packet type: sent by this host */
};

static void copy_mac(uint8_t mac[6], const uint8_t *from, bool *has)
{
	if (!from)
		return;
	memcpy(mac, from, 6);
	*has = true;
}

/* An 802.2 header; SNAP with OUI 0 carries an EtherType (RFC 1042). */
static void decode_llc(struct mcd_cursor *c, struct mcd_link *out)
{
	uint8_t dsap = mcd_cursor_u8(c), ssap = mcd_cursor_u8(c), control = mcd_cursor_u8(c);
	uint32_t oui;
	uint16_t type;

	out->ethertype = 0;
	if (c->bad || dsap != 0xaa || ssap != 0xaa || control != 0x03)
		return;
	oui = (uint32_t)mcd_cursor_u16(c) << 8;
	oui |= mcd_cursor_u8(c);
	type = mcd_cursor_u16(c);
	if (oui == 0)
		out->ethertype = type;
}

static bool is_tag(uint16_t type)
{
	return type == MCD_ETHERTYPE_VLAN || type == MCD_ETHERTYPE_QINQ || type == MCD_ETHERTYPE_QINQ_OLD;
}

/* What follows an EtherType field: any number of tags, each four octets, so the frame's end bounds them.
 * Returns the innermost type. */
static uint16_t decode_tags(struct mcd_cursor *c, uint16_t type, struct mcd_link *out)
{
	while (is_tag(type) && !c->bad) {
		uint16_t vid = mcd_cursor_u16(c) & 0x0fff;

		type = mcd_cursor_u16(c);
		if (c->bad || vid == 0 || out->tagged)
			continue;
		out->tagged = true;
		out->vlan = vid;
	}
	return c->bad ? 0 : type;
}

static void decode_ethernet(struct mcd_cursor *c, struct mcd_link *out)
{
	copy_mac(out->destination, mcd_cursor_bytes(c, 6), &out->has_destination);
	copy_mac(out->source, mcd_cursor_bytes(c, 6), &out->has_source);
	out->ethertype = decode_tags(c, mcd_cursor_u16(c), out);
	if (out->ethertype < FIRST_ETHERTYPE && !c->bad)
		decode_llc(c, out);
}

/* The fields that cooked headers share, once each was read in its own order. */
static void finish_cooked(struct mcd_cursor *c, unsigned type, unsigned address_length, const uint8_t *address, uint16_t protocol,
			  struct mcd_link *out)
{
	if (c->bad)
		return;
	out->sent = type == SLL_TYPE_OUT ? MCD_SENT_OUT : MCD_SENT_IN;
	if (address_length == 6)
		copy_mac(out->source, address, &out->has_source);
	out->ethertype = decode_tags(c, protocol, out);
	if (out->ethertype == SLL_PROTOCOL_LLC)
		decode_llc(c, out);
	else if (out->ethertype < FIRST_ETHERTYPE)
		out->ethertype = 0;
}

static void decode_sll(struct mcd_cursor *c, struct mcd_link *out)
{
	uint16_t type = mcd_cursor_u16(c), address_length;
	const uint8_t *address;

	mcd_cursor_u16(c); /* ARPHRD_ */
	address_length = mcd_cursor_u16(c);
	address = mcd_cursor_bytes(c, 8);
	finish_cooked(c, type, address_length, address, mcd_cursor_u16(c), out);
}

static void decode_sll2(struct mcd_cursor *c, struct mcd_link *out)
{
	uint16_t protocol = mcd_cursor_u16(c);
	uint8_t type, address_length;

	mcd_cursor_bytes(c, 2 + 4 + 2); /* reserved, interface index, ARPHRD_ */
	type = mcd_cursor_u8(c);
	address_length = mcd_cursor_u8(c);
	finish_cooked(c, type, address_length, mcd_cursor_bytes(c, 8), protocol, out);
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
static void decode_loopback(struct mcd_cursor *c, bool any_order, struct mcd_link *out)
{
	uint32_t family = mcd_cursor_u32(c);

	if (any_order && family >> 16)
		family = family >> 24 | (family >> 8 & 0xff00) | (family << 8 & 0xff0000) | family << 24;
	out->ethertype = ethertype_of_family(family);
}

/* No link header: the version nibble tells. */
static void decode_raw(struct mcd_cursor *c, struct mcd_link *out)
{
	struct mcd_cursor ahead = *c;
	uint8_t version = mcd_cursor_u8(&ahead) >> 4;

	c->bad = ahead.bad;
	out->ethertype = version == 4 ? MCD_ETHERTYPE_IPV4 : version == 6 ? MCD_ETHERTYPE_IPV6 : 0;
}

enum mcd_wire_status mcd_link_decode(struct mcd_cursor *c, int link_type, struct mcd_link *out, bool *known)
{
	*out = (struct mcd_link){ .sent = MCD_SENT_UNKNOWN };
	*known = true;
	switch (link_type) {
	case MCD_LINK_ETHERNET:
		decode_ethernet(c, out);
		break;
	case MCD_LINK_SLL:
		decode_sll(c, out);
		break;
	case MCD_LINK_SLL2:
		decode_sll2(c, out);
		break;
	case MCD_LINK_NULL:
	case MCD_LINK_LOOP:
		decode_loopback(c, link_type == MCD_LINK_NULL, out);
		break;
	case MCD_LINK_RAW:
	case MCD_LINK_RAW_BSD:
	case MCD_LINK_RAW_OPENBSD:
		decode_raw(c, out);
		break;
	case MCD_LINK_IPV4:
		out->ethertype = MCD_ETHERTYPE_IPV4;
		break;
	case MCD_LINK_IPV6:
		out->ethertype = MCD_ETHERTYPE_IPV6;
		break;
	default:
		*known = false;
		break;
	}
	return mcd_cursor_status(c);
}
