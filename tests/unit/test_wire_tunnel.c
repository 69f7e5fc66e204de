/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *kind_name;
	enum mcd_tunnel_kind kind;
	bool is_mld;
} tunnels[] = {
	{ "ip_in_ip", "ip", MCD_TUNNEL_IP, false },
	{ "ip6_in_ip", "ip", MCD_TUNNEL_IP, true },
	{ "ip_in_ip6", "ip", MCD_TUNNEL_IP, false },
	{ "ip6_in_ip6", "ip", MCD_TUNNEL_IP, true },
	{ "gre", "gre", MCD_TUNNEL_GRE, false },
	{ "gre_all_flags", "gre", MCD_TUNNEL_GRE, true },
	{ "gre_ethernet", "gre", MCD_TUNNEL_GRE, false },
	{ "erspan_1", "erspan", MCD_TUNNEL_ERSPAN, false },
	{ "erspan_2", "erspan", MCD_TUNNEL_ERSPAN, false },
	{ "erspan_3", "erspan", MCD_TUNNEL_ERSPAN, false },
	{ "vxlan", "vxlan", MCD_TUNNEL_VXLAN, false },
	{ "vxlan_to_group", "vxlan", MCD_TUNNEL_VXLAN, false },
	{ "geneve", "geneve", MCD_TUNNEL_GENEVE, false },
	{ "pim_register", "pim", MCD_TUNNEL_PIM, false },
	{ "nested", "gre", MCD_TUNNEL_GRE, true },
};

enum { NTUNNELS = sizeof tunnels / sizeof tunnels[0], OUTER = 14, UDP_PAYLOAD = OUTER + 20 + 8, GRE = OUTER + 20 };

/* A message behind another header is told, and is no message of this wire. */
static void every_kind(void)
{
	struct mcd_packet p;

	for (size_t i = 0; i < NTUNNELS; i++) {
		wire_decode(tunnels[i].name, &p);
		CU_ASSERT_EQUAL(p.tunnel.kind, tunnels[i].kind);
		CU_ASSERT_STRING_EQUAL(mcd_tunnel_name(p.tunnel.kind), tunnels[i].kind_name);
		CU_ASSERT_TRUE(p.tunnel.igmp == !tunnels[i].is_mld && p.tunnel.mld == tunnels[i].is_mld);
		CU_ASSERT_TRUE(!p.is_igmp && p.layer >= MCD_LAYER_IP && p.layer != MCD_LAYER_IGMP && p.status == MCD_WIRE_OK);
	}
	wire_decode("udp", &p);
	CU_ASSERT_TRUE(p.tunnel.kind == MCD_TUNNEL_NONE && p.tunnel.igmp == 0 && p.tunnel.mld == 0);
	wire_decode("v2_report", &p);
	CU_ASSERT_TRUE(p.tunnel.kind == MCD_TUNNEL_NONE && p.tunnel.igmp == 0 && p.is_igmp);
}

/* The outer stream of VXLAN to a group stays a stream. */
static void outer_datagram(void)
{
	struct mcd_packet p;

	wire_decode("vxlan_to_group", &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.port == 8472 && mcd_addr_equal(p.ip.destination, mcd_addr_v4(0xef010101)));
	CU_ASSERT_EQUAL(mcd_cursor_left(&p.udp.payload), 8 + 14 + 32);
}

/* Change one octet of a frame, whose IP checksum does not matter here, and decode it. */
static struct mcd_tunnel changed(const char *name, size_t at, uint8_t value)
{
	const struct wire_frame *f = wire_frame(name);
	unsigned char *copy = unit_exact(f->data, f->length);
	struct mcd_packet p;

	copy[at] = value;
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_TRUE_FATAL(p.layer >= MCD_LAYER_IP);
	free(copy);
	return p.tunnel;
}

static bool is_empty(struct mcd_tunnel tunnel, enum mcd_tunnel_kind kind)
{
	return tunnel.kind == kind && tunnel.igmp == 0 && tunnel.mld == 0;
}

static void what_is_none(void)
{
	CU_ASSERT_TRUE(is_empty(changed("ip_in_ip", OUTER + 9, 50), MCD_TUNNEL_NONE));		  /* ESP */
	CU_ASSERT_TRUE(is_empty(changed("gre", GRE + 1, 1), MCD_TUNNEL_NONE));			  /* version 1: PPTP */
	CU_ASSERT_TRUE(is_empty(changed("gre", GRE + 2, 0x88), MCD_TUNNEL_NONE));		  /* another protocol */
	CU_ASSERT_TRUE(is_empty(changed("pim_register", GRE, 0x20), MCD_TUNNEL_NONE));		  /* Hello */
	CU_ASSERT_TRUE(is_empty(changed("pim_register", GRE, 0x11), MCD_TUNNEL_NONE));		  /* version 1 */
	CU_ASSERT_TRUE(is_empty(changed("vxlan", OUTER + 23, 0xb6), MCD_TUNNEL_NONE));		  /* port 4790 */
	CU_ASSERT_TRUE(is_empty(changed("vxlan", UDP_PAYLOAD, 0), MCD_TUNNEL_NONE));		  /* without a VNI */
	CU_ASSERT_TRUE(is_empty(changed("geneve", UDP_PAYLOAD, 0x42), MCD_TUNNEL_NONE));	  /* version 1 */
	CU_ASSERT_TRUE(is_empty(changed("geneve", UDP_PAYLOAD + 2, 0), MCD_TUNNEL_NONE));	  /* another protocol */
	CU_ASSERT_TRUE(is_empty(changed("erspan_3", GRE + 8 + 10, 0x04), MCD_TUNNEL_NONE));	  /* frame type 1 */
	CU_ASSERT_TRUE(is_empty(changed("vxlan", UDP_PAYLOAD + 8 + 12, 0x86), MCD_TUNNEL_VXLAN)); /* no IP in it */
}

/* A message counts when it could be decoded; of a later fragment there is none. */
static void what_counts(void)
{
	const size_t inner = OUTER + 20;

	CU_ASSERT_TRUE(is_empty(changed("ip_in_ip", inner + 7, 1), MCD_TUNNEL_IP));  /* a fragment offset */
	CU_ASSERT_EQUAL(changed("ip_in_ip", inner + 6, 0x20).igmp, 1);		     /* the first fragment */
	CU_ASSERT_TRUE(is_empty(changed("ip_in_ip", inner + 9, 1), MCD_TUNNEL_IP));  /* ICMP */
	CU_ASSERT_EQUAL(changed("ip_in_ip", inner + 24, 0xfc).igmp, 1);		     /* RGMP */
	CU_ASSERT_TRUE(is_empty(changed("ip_in_ip", inner + 3, 31), MCD_TUNNEL_IP)); /* a report of seven octets */
	CU_ASSERT_TRUE(is_empty(changed("ip_in_ip", inner + 3, 24), MCD_TUNNEL_IP)); /* of none */
}

/* Of a later fragment of the outer packet nothing is looked at; of the first, what is there. */
static void outer_fragments(void)
{
	CU_ASSERT_TRUE(is_empty(changed("gre", OUTER + 7, 1), MCD_TUNNEL_NONE));
	CU_ASSERT_EQUAL(changed("gre", OUTER + 6, 0x20).igmp, 1);
}

/* A hundred headers of IPv4, one in the other: looked into as far as the bound, no further. */
static void bounded_depth(void)
{
	enum { HEADERS = 100, LENGTH = HEADERS * 20 };
	uint8_t bytes[LENGTH] = { 0 };
	struct mcd_packet p;

	for (unsigned i = 0; i < HEADERS; i++) {
		uint8_t *header = bytes + (size_t)i * 20;
		unsigned length = LENGTH - i * 20;

		header[0] = 0x45;
		header[2] = (uint8_t)(length >> 8);
		header[3] = (uint8_t)length;
		header[9] = MCD_PROTOCOL_IPIP;
	}
	wire_decode_bytes(MCD_LINK_RAW, bytes, LENGTH, LENGTH, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_IP && is_empty(p.tunnel, MCD_TUNNEL_IP));
}

/* What is cut is counted as soon as its type is there. */
static void every_cut(void)
{
	for (size_t i = 0; i < NTUNNELS; i++) {
		const struct wire_frame *f = wire_frame(tunnels[i].name);
		unsigned counted = 0;

		for (size_t n = 0; n <= f->length; n++) {
			unsigned char *copy = unit_exact(f->data, n);
			struct mcd_packet p;

			wire_decode_bytes(f->link_type, copy, n, f->length, &p);
			if (p.layer >= MCD_LAYER_IP) {
				CU_ASSERT_TRUE(p.tunnel.kind == MCD_TUNNEL_NONE || p.tunnel.kind == tunnels[i].kind);
				CU_ASSERT_TRUE(p.tunnel.igmp + p.tunnel.mld >= counted);
				counted = p.tunnel.igmp + p.tunnel.mld;
			}
			free(copy);
		}
		CU_ASSERT_EQUAL(counted, 1);
	}
}

/* Every tunnel alone: its payload ends where the outer packet says, whatever the headers in it claim. */
static void every_prefix(void)
{
	for (size_t i = 0; i < NTUNNELS; i++) {
		struct mcd_packet p;

		wire_decode(tunnels[i].name, &p);
		for (size_t n = 0; n <= mcd_cursor_left(&p.payload); n++)
			for (int cut = 0; cut <= 1; cut++) {
				unsigned char *copy = unit_exact(p.payload.at, n);
				struct mcd_tunnel tunnel;

				mcd_tunnel_decode(&p.ip, mcd_cursor_of(copy, n, cut), 0, &tunnel);
				CU_ASSERT_TRUE(tunnel.kind < MCD_TUNNEL_KINDS && tunnel.igmp + tunnel.mld <= 1);
				if (!cut && n < mcd_cursor_left(&p.payload)) {
					CU_ASSERT_EQUAL(tunnel.igmp + tunnel.mld, 0);
				}
				free(copy);
			}
	}
}

const struct unit_test wire_tunnel_tests[] = {
	{ "every kind", every_kind },
	{ "the outer datagram", outer_datagram },
	{ "what is no tunnel", what_is_none },
	{ "what counts as a message", what_counts },
	{ "fragments of the outer packet", outer_fragments },
	{ "a bounded depth", bounded_depth },
	{ "every prefix, cut by the capture", every_cut },
	{ "every prefix of a payload", every_prefix },
	{ NULL, NULL },
};
