/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"
#include "wire/udp.h"

enum { HEADER_LENGTH = 8 };

/* HEADER is the first of LENGTH octets, all of them held. */
static enum mcd_checksum_state judge(const uint8_t *header, uint32_t length, uint16_t field, const struct mcd_ip *ip)
{
	uint32_t pseudo = mcd_checksum_pseudo(ip->source, ip->destination, MCD_PROTOCOL_UDP, length);

	if (mcd_checksum_fold(mcd_checksum_add(pseudo, header, length)) == 0xffff)
		return MCD_CHECKSUM_OK;
	return field == mcd_checksum_fold(pseudo) ? MCD_CHECKSUM_OFFLOADED : MCD_CHECKSUM_BAD;
}

/* What the IP header says the IP payload holds, captured or not. */
static uint32_t ip_payload_length(const struct mcd_ip *ip, const struct mcd_cursor *c)
{
	/* Segmentation offload left Total Length at 0: all that there is, and cut there is no telling. */
	if (ip->total_length == 0)
		return c->cut ? UINT32_MAX : (uint32_t)mcd_cursor_left(c);
	return ip->total_length - ip->header_length;
}

enum mcd_wire_status mcd_udp_decode(struct mcd_cursor *c, const struct mcd_ip *ip, struct mcd_udp *out)
{
	const uint8_t *header = c->at;
	uint32_t there = ip_payload_length(ip, c);
	uint16_t field;

	*out = (struct mcd_udp){ .checksum = MCD_CHECKSUM_UNKNOWN };
	out->source_port = mcd_cursor_u16(c);
	out->port = mcd_cursor_u16(c);
	out->length = mcd_cursor_u16(c);
	field = mcd_cursor_u16(c);
	if (c->bad) {
		out->payload = (struct mcd_cursor){ c->at, c->at, c->cut, true };
		return mcd_cursor_status(c);
	}
	out->length_bad = out->length < HEADER_LENGTH || (out->length > there && !ip->more_fragments);
	if (ip->more_fragments)
		c->cut = true; /* the rest is in other fragments: the sender claims no more than it sends */
	out->payload = out->length_bad ? *c : mcd_cursor_take(c, out->length - HEADER_LENGTH);
	if (out->length_bad)
		c->at = c->end;
	if (field == 0)
		out->checksum = MCD_CHECKSUM_NONE;
	else if (!out->length_bad && !out->payload.cut && !ip->more_fragments)
		out->checksum = judge(header, out->length, field, ip);
	return MCD_WIRE_OK;
}
