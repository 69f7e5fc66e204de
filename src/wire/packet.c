/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/packet.h"

#include <string.h>

static void decode_transport(struct mcd_packet *out)
{
	struct mcd_cursor c = out->payload;

	if (out->ip.fragment_offset > 0)
		return;
	switch (out->ip.protocol) {
	case MCD_PROTOCOL_UDP:
		out->status = mcd_udp_decode(&c, &out->ip, &out->udp);
		if (out->status == MCD_WIRE_OK)
			out->layer = MCD_LAYER_UDP;
		break;
	case MCD_PROTOCOL_IGMP:
		if (out->ip.more_fragments)
			c.cut = true; /* the rest is in other fragments: the sender does not lie */
		out->status = mcd_igmp_decode(&c, &out->igmp);
		if (out->status == MCD_WIRE_OK)
			out->layer = MCD_LAYER_IGMP;
		break;
	default:
		break;
	}
}

void mcd_packet_decode(const struct mcd_frame *frame, struct mcd_packet *out)
{
	static const uint8_t nothing[1];
	struct mcd_cursor c;

	memset(out, 0, sizeof *out);
	c = mcd_cursor_of(frame->captured ? frame->data : nothing, frame->captured, frame->captured < frame->on_wire);
	out->status = mcd_link_decode(&c, frame->link_type, &out->link, &out->link_known);
	if (!out->link_known || out->status != MCD_WIRE_OK)
		return;
	out->layer = MCD_LAYER_LINK;
	if (out->link.ethertype != MCD_ETHERTYPE_IPV4)
		return;
	out->status = mcd_ipv4_decode(&c, &out->ip, &out->payload);
	if (out->status != MCD_WIRE_OK)
		return;
	out->layer = MCD_LAYER_IP;
	decode_transport(out);
}
