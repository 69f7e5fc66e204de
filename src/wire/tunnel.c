/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/igmp.h"
#include "wire/link.h"
#include "wire/mld.h"
#include "wire/tunnel.h"
#include "wire/udp.h"

enum {
	MOST_LAYERS = 8, /* of encapsulation, one in the other */
	/* Protocol types of GRE and GENEVE, beside the EtherTypes of IP. */
	TYPE_ETHERNET = 0x6558,
	TYPE_ERSPAN = 0x88be,
	TYPE_ERSPAN_III = 0x22eb,
	GRE_CHECKSUM = 0x8000, /* RFC 1701 */
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_VERSION = 0x0007,
	ERSPAN_III_IP = 2, /* frame type; 0 is Ethernet */
	VXLAN_HAS_VNI = 0x08,
	GENEVE_LENGTH = 0x3f, /* of its options, in words */
	PIM_REGISTER = 0x21,  /* version 2, type 1 */
};

/* What is in a tunnel. */
enum content { NOTHING, ETHERNET, IP };

static enum content content_of(uint16_t type)
{
	switch (type) {
	case TYPE_ETHERNET:
		return ETHERNET;
	case MCD_ETHERTYPE_IPV4:
	case MCD_ETHERTYPE_IPV6:
		return IP;
	default:
		return NOTHING;
	}
}

/* The routing field ends with an entry of address family 0 and length 0 (RFC 1701). */
static void skip_routes(struct mcd_cursor *c)
{
	const uint8_t *p;

	do
		p = mcd_cursor_bytes(c, 4);
	while (p && mcd_cursor_bytes(c, p[3]) && (mcd_load16(p) != 0 || p[3] != 0));
}

/* Type I has no header of its own and, what tells, no sequence number in GRE's (draft-foschiano-erspan). */
static enum content take_erspan(struct mcd_cursor *c, uint16_t flags)
{
	if (flags & GRE_SEQUENCE)
		mcd_cursor_bytes(c, 8);
	return ETHERNET;
}

static enum content take_erspan_iii(struct mcd_cursor *c)
{
	const uint8_t *p = mcd_cursor_bytes(c, 12);
	unsigned frame_type;

	if (!p)
		return NOTHING;
	if (p[11] & 1) /* O: a subheader of the platform */
		mcd_cursor_bytes(c, 8);
	frame_type = mcd_load16(p + 10) >> 10 & 0x1f;
	return frame_type == 0 ? ETHERNET : frame_type == ERSPAN_III_IP ? IP : NOTHING;
}

static enum content take_gre(struct mcd_cursor *c, enum mcd_tunnel_kind *kind)
{
	uint16_t flags = mcd_cursor_u16(c), type = mcd_cursor_u16(c);

	if (flags & GRE_VERSION)
		return NOTHING;
	if (flags & (GRE_CHECKSUM | GRE_ROUTING))
		mcd_cursor_bytes(c, 4);
	if (flags & GRE_KEY)
		mcd_cursor_bytes(c, 4);
	if (flags & GRE_SEQUENCE)
		mcd_cursor_bytes(c, 4);
	if (flags & GRE_ROUTING)
		skip_routes(c);
	*kind = type == TYPE_ERSPAN || type == TYPE_ERSPAN_III ? MCD_TUNNEL_ERSPAN : MCD_TUNNEL_GRE;
	if (type == TYPE_ERSPAN)
		return take_erspan(c, flags);
	return type == TYPE_ERSPAN_III ? take_erspan_iii(c) : content_of(type);
}

/* Another version, or a message other than Register, is no tunnel. A Null-Register holds an IP header alone. */
static enum content take_pim(struct mcd_cursor *c, enum mcd_tunnel_kind *kind)
{
	const uint8_t *p = mcd_cursor_bytes(c, 8);

	*kind = MCD_TUNNEL_PIM;
	return p && p[0] == PIM_REGISTER ? IP : NOTHING;
}

static enum content take_vxlan(struct mcd_cursor *c, enum mcd_tunnel_kind *kind)
{
	const uint8_t *p = mcd_cursor_bytes(c, 8);

	*kind = MCD_TUNNEL_VXLAN;
	return p && p[0] & VXLAN_HAS_VNI ? ETHERNET : NOTHING;
}

static enum content take_geneve(struct mcd_cursor *c, enum mcd_tunnel_kind *kind)
{
	const uint8_t *p = mcd_cursor_bytes(c, 8);

	*kind = MCD_TUNNEL_GENEVE;
	if (!p || p[0] >> 6 != 0) /* version */
		return NOTHING;
	mcd_cursor_bytes(c, (p[0] & GENEVE_LENGTH) * 4u);
	return content_of(mcd_load16(p + 2));
}

/* Take the header of a tunnel off C, which is behind an IP header of PROTOCOL, or behind a UDP header to UDP_PORT. */
static enum content take_tunnel(struct mcd_cursor *c, uint8_t protocol, uint16_t udp_port, enum mcd_tunnel_kind *kind)
{
	switch (udp_port ? MCD_PROTOCOL_UDP : protocol) {
	case MCD_PROTOCOL_IPIP:
	case MCD_PROTOCOL_IPV6:
		*kind = MCD_TUNNEL_IP;
		return IP;
	case MCD_PROTOCOL_GRE:
		return take_gre(c, kind);
	case MCD_PROTOCOL_PIM:
		return take_pim(c, kind);
	case MCD_PROTOCOL_UDP:
		if (udp_port == MCD_PORT_GENEVE)
			return take_geneve(c, kind);
		return udp_port == MCD_PORT_VXLAN || udp_port == MCD_PORT_VXLAN_LINUX ? take_vxlan(c, kind) : NOTHING;
	default:
		return NOTHING;
	}
}

/* The IP packet that C holds, behind an Ethernet header or at once: its header and payload. Its EtherType; 0 when there is none, or a later fragment
 * of one. */
static uint16_t take_ip(struct mcd_cursor *c, enum content content, struct mcd_ip *ip, struct mcd_cursor *payload)
{
	enum mcd_wire_status status;
	struct mcd_link link;
	bool known;

	if (mcd_link_decode(c, content == ETHERNET ? MCD_LINK_ETHERNET : MCD_LINK_RAW, &link, &known) != MCD_WIRE_OK)
		return 0;
	if (link.ethertype == MCD_ETHERTYPE_IPV4)
		status = mcd_ipv4_decode(c, ip, payload);
	else if (link.ethertype == MCD_ETHERTYPE_IPV6)
		status = mcd_ipv6_decode(c, ip, payload);
	else
		return 0;
	payload->cut |= ip->more_fragments;
	return status == MCD_WIRE_OK && ip->fragment_offset == 0 ? link.ethertype : 0;
}

/* Count the message that is the payload C of IP, if it is one. */
static void count_message(struct mcd_cursor c, const struct mcd_ip *ip, bool is_v4, struct mcd_tunnel *out)
{
	struct mcd_igmp message;

	if (mcd_cursor_left(&c) == 0)
		return;
	if (is_v4 && ip->protocol == MCD_PROTOCOL_IGMP)
		out->igmp += mcd_igmp_decode(&c, &message) != MCD_WIRE_MALFORMED;
	else if (!is_v4 && ip->protocol == MCD_PROTOCOL_ICMPV6 && mcd_mld_is(*c.at))
		out->mld += mcd_mld_decode(&c, ip, &message) != MCD_WIRE_MALFORMED;
}

/* The port of the datagram that C holds, which becomes its payload; 0 when it holds none. */
static uint16_t take_udp(struct mcd_cursor *c, const struct mcd_ip *ip)
{
	struct mcd_udp udp;

	if (ip->protocol != MCD_PROTOCOL_UDP || mcd_udp_decode(c, ip, &udp) != MCD_WIRE_OK)
		return 0;
	*c = udp.payload;
	return udp.port;
}

void mcd_tunnel_decode(const struct mcd_ip *ip, struct mcd_cursor payload, uint16_t udp_port, struct mcd_tunnel *out)
{
	uint8_t protocol = ip->protocol;

	*out = (struct mcd_tunnel){ .kind = MCD_TUNNEL_NONE };
	payload.cut |= ip->more_fragments; /* the rest is in other fragments */
	for (int depth = 0; depth < MOST_LAYERS; depth++) {
		enum mcd_tunnel_kind kind = MCD_TUNNEL_NONE;
		enum content content = take_tunnel(&payload, protocol, udp_port, &kind);
		struct mcd_cursor rest;
		struct mcd_ip inner;
		uint16_t ethertype;

		if (content == NOTHING || payload.bad)
			return;
		if (depth == 0)
			out->kind = kind;
		rest = payload;
		ethertype = take_ip(&rest, content, &inner, &payload);
		if (ethertype == 0)
			return;
		count_message(payload, &inner, ethertype == MCD_ETHERTYPE_IPV4, out);
		udp_port = take_udp(&payload, &inner);
		protocol = inner.protocol;
	}
}

const char *mcd_tunnel_name(enum mcd_tunnel_kind kind)
{
	static const char *const names[] = {
		[MCD_TUNNEL_NONE] = "none",   [MCD_TUNNEL_IP] = "ip",	      [MCD_TUNNEL_GRE] = "gre", [MCD_TUNNEL_ERSPAN] = "erspan",
		[MCD_TUNNEL_VXLAN] = "vxlan", [MCD_TUNNEL_GENEVE] = "geneve", [MCD_TUNNEL_PIM] = "pim",
	};

	return names[kind];
}
