/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"
#include "wire/tunnel.h"
#include "wire/udp.h"

#include <string.h>

enum { HEADER_LENGTH = 8 };

/* A number in network order as this host has it in memory. */
static inline uint64_t in_memory(uint32_t number)
{
	const uint8_t octets[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number };
	uint32_t word;

	memcpy(&word, octets, sizeof word);
	return word;
}

static inline uint64_t sum_address(struct mcd_addr a)
{
	if (mcd_addr_is_v4(a))
		return in_memory(mcd_addr_to_v4(a));
	return in_memory((uint32_t)a.lo) + in_memory((uint32_t)(a.lo >> 32)) + in_memory((uint32_t)a.hi) + in_memory((uint32_t)(a.hi >> 32));
}

uint64_t mcd_udp_pseudo(struct mcd_addr source, struct mcd_addr destination)
{
	return sum_address(source) + sum_address(destination) + in_memory(MCD_PROTOCOL_UDP);
}

enum mcd_checksum_state mcd_udp_checksum(const uint8_t *header, uint32_t length, uint64_t pseudo)
{
	uint16_t field;

	memcpy(&field, header + 6, sizeof field);
	if (field == 0)
		return MCD_CHECKSUM_NONE;
	pseudo += in_memory(length);
	if (mcd_checksum_is_right(pseudo + mcd_checksum_sum(header, length)))
		return MCD_CHECKSUM_OK;
	/* The sum of the pseudo-header alone is what an offload leaves. */
	return field == mcd_checksum_fold(pseudo) ? MCD_CHECKSUM_OFFLOADED : MCD_CHECKSUM_BAD;
}

bool mcd_udp_may_omit_checksum(struct mcd_addr group, uint16_t port)
{
	static const uint16_t tunnels[] = {
		2152,			/* GTP-U (3GPP TS 29.281) */
		2268,			/* AMT (RFC 7450, 4.2.2.2) */
		4341,			/* LISP (RFC 9300, 5.3) */
		4754,			/* GRE in UDP (RFC 8086, 6.2) */
		4790,			/* VXLAN-GPE */
		6635,			/* MPLS in UDP (RFC 7510, 3.1) */
		MCD_PORT_VXLAN,		/* RFC 7348, 4.2 */
		MCD_PORT_VXLAN_LINUX,
		MCD_PORT_GENEVE,	/* RFC 8926, 3.3 */
	};

	for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++)
		if (port == tunnels[i])
			return true;
	return mcd_addr_is_v4(group);
}

/* What the IP header says the IP payload C holds, captured or not. */
static uint32_t ip_payload_length(const struct mcd_ip *ip, const struct mcd_cursor *c)
{
	/* Segmentation offload left the length at 0: all that there is, and cut there is no telling. */
	if (ip->total_length == 0)
		return c->cut ? UINT32_MAX : (uint32_t)mcd_cursor_left(c);
	return ip->total_length - ip->header_length;
}

/* The payload of a fragment, of a datagram that was cut and of one whose length is a lie. */
__attribute__((noinline)) static enum mcd_wire_status decode_partly(struct mcd_cursor c, uint16_t field, const struct mcd_ip *ip, struct mcd_udp *out)
{
	const uint32_t there = ip_payload_length(ip, &c);

	mcd_cursor_bytes(&c, HEADER_LENGTH);
	out->checksum = field == 0 ? MCD_CHECKSUM_NONE : MCD_CHECKSUM_UNKNOWN;
	out->length_bad = out->length < HEADER_LENGTH || (out->length > there && !ip->more_fragments);
	c.cut |= ip->more_fragments; /* the rest is in other fragments: the sender claims no more than it sends */
	out->payload = c;
	if (!out->length_bad)
		out->payload = mcd_cursor_take(&c, out->length - HEADER_LENGTH);
	return MCD_WIRE_OK;
}

enum mcd_wire_status mcd_udp_decode(const struct mcd_cursor *c, const struct mcd_ip *ip, struct mcd_udp *out)
{
	const uint8_t *header = mcd_cursor_ahead(c, HEADER_LENGTH);
	uint16_t field;
	uint32_t length;

	if (!header) {
		*out = (struct mcd_udp){ .payload = { c->at, c->at, c->cut, true } };
		return mcd_cursor_status(&out->payload);
	}
	out->source_port = mcd_load16(header);
	out->port = mcd_load16(header + 2);
	out->length = mcd_load16(header + 4);
	field = mcd_load16(header + 6);
	length = out->length - HEADER_LENGTH;
	if (ip->more_fragments || length > mcd_cursor_left(c) - HEADER_LENGTH)
		return decode_partly(*c, field, ip, out);
	out->length_bad = false;
	out->payload = mcd_cursor_of(header + HEADER_LENGTH, length, false);
	if (mcd_addr_is_multicast(ip->destination))
		out->checksum = mcd_udp_checksum(header, out->length, mcd_udp_pseudo(ip->source, ip->destination));
	else
		out->checksum = field == 0 ? MCD_CHECKSUM_NONE : MCD_CHECKSUM_UNKNOWN;
	return MCD_WIRE_OK;
}
