/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/link_rooms.h"

void mcd_link_take_llc(struct mcd_cursor *c, struct mcd_link *out)
{
	static const uint8_t snap[] = { 0xaa, 0xaa, 0x03, 0, 0, 0 }; /* DSAP, SSAP, control, OUI */
	const uint8_t *llc = mcd_cursor_bytes(c, 3), *rest;

	out->ethertype = 0;
	if (!llc || memcmp(llc, snap, 3) != 0)
		return;
	rest = mcd_cursor_bytes(c, 5);
	if (!rest || memcmp(rest, snap + 3, 3) != 0)
		return;
	mcd_link_take_type(c, mcd_load16(rest + 3), out);
	if (out->ethertype < MCD_FIRST_ETHERTYPE)
		out->ethertype = 0;
}

static bool is_tag(uint16_t type)
{
	return type == MCD_ETHERTYPE_VLAN || type == MCD_ETHERTYPE_QINQ || type == MCD_ETHERTYPE_QINQ_OLD;
}

static void note_tag(uint16_t vid, struct mcd_link *out)
{
	if (vid == 0)
		return;
	if (!out->tagged)
		out->vlan = vid;
	else if (out->inner_vlan == 0)
		out->inner_vlan = vid;
	out->tagged = true;
}

void mcd_link_take_type(struct mcd_cursor *c, uint16_t type, struct mcd_link *out)
{
	while (is_tag(type)) { /* each is four octets: the frame's end bounds them */
		const uint8_t *tag = mcd_cursor_bytes(c, 4);

		if (!tag)
			return;
		note_tag(mcd_load16(tag) & 0x0fff, out);
		type = mcd_load16(tag + 2);
	}
	out->ethertype = type;
	if (type == MCD_ETHERTYPE_PPPOE_SESSION)
		mcd_link_take_pppoe(c, out);
	else if (type == MCD_ETHERTYPE_MPLS || type == MCD_ETHERTYPE_MPLS_UPSTREAM)
		mcd_link_take_mpls(c, out);
}

/* The label at the bottom does not say what it is for: only the version of an IP header tells (RFC 4928, 2). What cannot be one is a pseudowire
 * or the like. */
void mcd_link_take_mpls(struct mcd_cursor *c, struct mcd_link *out)
{
	const uint8_t *entry;
	uint8_t first;

	do
		entry = mcd_cursor_bytes(c, 4);
	while (entry && !(entry[2] & 1)); /* S: bottom of stack */
	if (!entry)
		return;
	if (mcd_cursor_left(c) == 0) {
		c->bad = true;
		return;
	}
	first = *c->at;
	if (first >= 0x45 && first <= 0x4f)
		out->ethertype = MCD_ETHERTYPE_IPV4;
	else if (first >> 4 == 6)
		out->ethertype = MCD_ETHERTYPE_IPV6;
}
