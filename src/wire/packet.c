/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/mld.h"
#include "wire/packet.h"

static void decode_udp(struct mcd_packet *out)
{
	out->status = mcd_udp_decode(&out->payload, &out->ip, &out->udp);
	if (out->status != MCD_WIRE_OK)
		return;
	out->layer = MCD_LAYER_UDP;
	if (mcd_tunnel_has_port(out->udp.port))
		mcd_tunnel_decode(&out->ip, out->udp.payload, out->udp.port, &out->tunnel);
}

/* IGMP, or MLD where IS_MLD. */
static void decode_igmp(bool is_mld, struct mcd_packet *out)
{
	struct mcd_cursor c = out->payload;

	out->is_igmp = true;
	c.cut |= out->ip.more_fragments; /* the rest is in other fragments: the sender does not lie */
	out->status = is_mld ? mcd_mld_decode(&c, &out->ip, &out->igmp) : mcd_igmp_decode(&c, &out->igmp);
	if (out->status == MCD_WIRE_OK)
		out->layer = MCD_LAYER_IGMP;
}

/* What is not UDP. IGMP is nothing but IPv4's, MLD nothing but IPv6's. */
static void decode_others(bool is_v4, struct mcd_packet *out)
{
	const uint8_t protocol = out->ip.protocol;

	if (protocol == MCD_PROTOCOL_IGMP && is_v4)
		decode_igmp(false, out);
	else if (protocol == MCD_PROTOCOL_ICMPV6 && !is_v4 && mcd_cursor_left(&out->payload) > 0 && mcd_mld_is(*out->payload.at))
		decode_igmp(true, out);
	else if (mcd_tunnel_has_protocol(protocol))
		mcd_tunnel_decode(&out->ip, out->payload, 0, &out->tunnel);
}

void mcd_packet_decode(const struct mcd_frame *frame, struct mcd_packet *out)
{
	static const uint8_t nothing[1];
	struct mcd_cursor c = mcd_cursor_of(frame->captured ? frame->data : nothing, frame->captured, frame->captured < frame->on_wire);

	out->layer = MCD_LAYER_NONE;
	out->is_igmp = false;
	out->status = mcd_link_decode(&c, frame->link_type, &out->link, &out->link_known);
	if (out->status != MCD_WIRE_OK || !out->link_known)
		return;
	out->layer = MCD_LAYER_LINK;
	if (out->link.ethertype == MCD_ETHERTYPE_IPV4)
		out->status = mcd_ipv4_decode(&c, &out->ip, &out->payload);
	else if (out->link.ethertype == MCD_ETHERTYPE_IPV6)
		out->status = mcd_ipv6_decode(&c, &out->ip, &out->payload);
	else
		return;
	if (out->status != MCD_WIRE_OK)
		return;
	out->layer = MCD_LAYER_IP;
	out->tunnel = (struct mcd_tunnel){ .kind = MCD_TUNNEL_NONE };
	if (out->ip.fragment_offset > 0)
		return;
	if (out->ip.protocol == MCD_PROTOCOL_UDP)
		decode_udp(out);
	else
		decode_others(out->link.ethertype == MCD_ETHERTYPE_IPV4, out);
}
