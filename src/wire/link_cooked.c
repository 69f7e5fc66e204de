/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/link_rooms.h"

enum {
	PROTOCOL_LLC = 0x0004, /* an 802.2 header follows */
	TYPE_OUT = 4,	       /* packet type: sent by this host */
};

/* The fields that both headers have. */
static void finish(struct mcd_cursor *c, unsigned type, unsigned address_length, const uint8_t *address, uint16_t protocol, struct mcd_link *out)
{
	out->sent = type == TYPE_OUT ? MCD_SENT_OUT : MCD_SENT_IN;
	if (address_length == 6)
		mcd_link_copy_mac(out->source, address, &out->has_source);
	mcd_link_take_type(c, protocol, out);
	if (out->ethertype == PROTOCOL_LLC)
		mcd_link_take_llc(c, out);
	else if (out->ethertype < MCD_FIRST_ETHERTYPE)
		out->ethertype = 0;
}

/* Packet type, ARPHRD_ value, length of the address, address, protocol. */
void mcd_link_take_sll(struct mcd_cursor *c, struct mcd_link *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, 2 + 2 + 2 + 8 + 2);

	if (p)
		finish(c, mcd_load16(p), mcd_load16(p + 4), p + 6, mcd_load16(p + 14), out);
}

/* Protocol, reserved, interface index, ARPHRD_ value, packet type, length of the address, address. */
void mcd_link_take_sll2(struct mcd_cursor *c, struct mcd_link *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, 2 + 2 + 4 + 2 + 1 + 1 + 8);

	if (p)
		finish(c, p[10], p[11], p + 12, mcd_load16(p), out);
}
