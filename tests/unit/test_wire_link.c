/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include "wire/link.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t sender[6] = { 0x02, 0, 0, 0, 0, 0x01 }, group[6] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 };

static void plain_ethernet(void)
{
	struct mcd_packet p;

	wire_decode("udp", &p);
	CU_ASSERT_EQUAL(p.link.ethertype, MCD_ETHERTYPE_IPV4);
	CU_ASSERT_TRUE(p.link.has_source && memcmp(p.link.source, sender, 6) == 0);
	CU_ASSERT_TRUE(p.link.has_destination && memcmp(p.link.destination, group, 6) == 0);
	CU_ASSERT_FALSE(p.link.tagged);
	CU_ASSERT_EQUAL(p.link.sent, MCD_SENT_UNKNOWN);
}

static void tags(void)
{
	struct mcd_packet p;

	wire_decode("qinq", &p);
	CU_ASSERT_TRUE(p.link.tagged && p.link.vlan == 100 && p.link.inner_vlan == 200 && p.link.ethertype == MCD_ETHERTYPE_IPV4);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.checksum == MCD_CHECKSUM_OK);
	wire_decode("priority_tag", &p);
	CU_ASSERT_TRUE(!p.link.tagged && p.link.vlan == 0 && p.layer == MCD_LAYER_UDP);
	wire_decode("priority_then_vlan", &p);
	CU_ASSERT_TRUE(p.link.tagged && p.link.vlan == 7 && p.link.inner_vlan == 0 && p.layer == MCD_LAYER_UDP);
	wire_decode("qinq_three", &p);
	CU_ASSERT_TRUE(p.link.tagged && p.link.vlan == 5 && p.link.inner_vlan == 6 && p.layer == MCD_LAYER_UDP);
}

/* The stack is as deep as the frame is long. */
static void three_hundred_tags(void)
{
	enum { TAGS = 300 };
	uint8_t frame[12 + 4 * TAGS + 2] = { 0 };
	struct mcd_link link;
	bool known;

	for (size_t i = 0; i < TAGS; i++) {
		frame[12 + 4 * i] = 0x81;
		frame[12 + 4 * i + 3] = i >= 299 ? 9 : 0;
	}
	frame[12 + 4 * TAGS] = 0x08;
	for (size_t n = 0; n <= sizeof frame; n++) {
		unsigned char *copy = unit_exact(frame, n);
		struct mcd_cursor c = mcd_cursor_of(copy, n, false);
		enum mcd_wire_status status = mcd_link_decode(&c, MCD_LINK_ETHERNET, &link, &known);

		CU_ASSERT_EQUAL(status, n < sizeof frame ? MCD_WIRE_MALFORMED : MCD_WIRE_OK);
		free(copy);
	}
	CU_ASSERT_TRUE(link.tagged && link.vlan == 9 && link.ethertype == MCD_ETHERTYPE_IPV4);
}

static void llc(void)
{
	/* A spanning tree frame: 802.3 length 38, DSAP and SSAP 0x42. */
	static const uint8_t stp[60] = { 0x01, 0x80, 0xc2, 0, 0, 0, 0x02, 0, 0, 0, 0, 0x01, 0, 0x26, 0x42, 0x42, 0x03 };
	/* SNAP of Cisco's OUI 00000c, protocol 2000 (CDP); read as an EtherType it would be none of ours anyway, 0800 would. */
	static const uint8_t cisco[60] = {
		0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc, 0x02, 0, 0, 0, 0, 0x01, 0, 0x26, 0xaa, 0xaa, 0x03, 0, 0, 0x0c, 0x08, 0x00, 0x45,
	};
	struct mcd_packet p;

	wire_decode("snap", &p);
	CU_ASSERT_TRUE(p.link.ethertype == MCD_ETHERTYPE_IPV4 && p.layer == MCD_LAYER_UDP && p.udp.port == 7777);
	wire_decode_bytes(MCD_LINK_ETHERNET, stp, sizeof stp, sizeof stp, &p);
	CU_ASSERT_TRUE(p.link.ethertype == 0 && p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK);
	wire_decode_bytes(MCD_LINK_ETHERNET, cisco, sizeof cisco, sizeof cisco, &p);
	CU_ASSERT_TRUE(p.link.ethertype == 0 && p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK);
	wire_decode_bytes(MCD_LINK_ETHERNET, cisco, 18, sizeof cisco, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_CUT);
}

static void cooked(void)
{
	uint8_t copy[256];
	const struct wire_frame *f = wire_frame("sll");
	struct mcd_packet p;

	wire_decode("sll", &p);
	CU_ASSERT_TRUE(p.link.sent == MCD_SENT_IN && p.link.has_source && !p.link.has_destination);
	CU_ASSERT_EQUAL(memcmp(p.link.source, sender, 6), 0);
	CU_ASSERT_EQUAL(p.layer, MCD_LAYER_UDP);
	wire_decode("sll_vlan", &p);
	CU_ASSERT_TRUE(p.link.tagged && p.link.vlan == 12 && p.layer == MCD_LAYER_UDP);
	wire_decode("sll2", &p);
	CU_ASSERT_TRUE(p.link.sent == MCD_SENT_OUT && p.link.has_source && memcmp(p.link.source, sender, 6) == 0);
	CU_ASSERT_EQUAL(p.layer, MCD_LAYER_IGMP);

	memcpy(copy, f->data, f->length);
	copy[1] = 4;
	copy[5] = 8; /* eight octets: InfiniBand or the like, no Ethernet address */
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_TRUE(p.link.sent == MCD_SENT_OUT && !p.link.has_source && p.layer == MCD_LAYER_UDP);
	copy[14] = 0;
	copy[15] = 1; /* Novell frames: no EtherType */
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_TRUE(p.link.ethertype == 0 && p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK);
}

static void loopback_and_raw(void)
{
	static const char *const names[] = { "null_little", "null_big", "loop", "raw", "raw_ipv4" };
	static const uint8_t families[] = { 10, 24, 28, 30 };
	static const int raw[] = { MCD_LINK_RAW, MCD_LINK_RAW_BSD, MCD_LINK_RAW_OPENBSD };
	struct mcd_packet p;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		wire_decode(names[i], &p);
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.link.ethertype == MCD_ETHERTYPE_IPV4 && p.udp.port == 7777);
		CU_ASSERT_FALSE(p.link.has_source || p.link.has_destination);
	}
	for (size_t i = 0; i < sizeof families; i++) {
		const uint8_t little[4] = { families[i], 0, 0, 0 }, big[4] = { 0, 0, 0, families[i] };

		wire_decode_bytes(MCD_LINK_NULL, little, 4, 4, &p);
		CU_ASSERT_EQUAL(p.link.ethertype, MCD_ETHERTYPE_IPV6);
		wire_decode_bytes(MCD_LINK_LOOP, big, 4, 4, &p);
		CU_ASSERT_EQUAL(p.link.ethertype, MCD_ETHERTYPE_IPV6);
	}
	for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
		wire_decode_bytes(raw[i], (const uint8_t *)"\x60", 1, 1, &p);
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.link.ethertype == MCD_ETHERTYPE_IPV6);
		wire_decode_bytes(raw[i], (const uint8_t *)"\x50", 1, 1, &p);
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.link.ethertype == 0);
	}
	wire_decode_bytes(MCD_LINK_IPV6, (const uint8_t *)"", 0, 0, &p);
	CU_ASSERT_EQUAL(p.link.ethertype, MCD_ETHERTYPE_IPV6);
	wire_decode_bytes(MCD_LINK_NULL, (const uint8_t *)"\0\0\0\7", 4, 4, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.link.ethertype == 0);
}

static void ppp_pppoe_mpls_and_hdlc(void)
{
	static const char *const names[] = { "pppoe",	 "vlan_pppoe", "mpls",		 "mpls_upstream",
					     "ppp",	 "ppp_bare",   "ppp_compressed", "ppp_framed_compressed",
					     "ppp_mpls", "ppp_cisco",  "ppp_ether",	 "hdlc" };
	struct mcd_packet p;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		wire_decode(names[i], &p);
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.link.ethertype == MCD_ETHERTYPE_IPV4 && p.udp.port == 7777);
		CU_ASSERT_EQUAL(p.link.has_source, wire_frame(names[i])->link_type == MCD_LINK_ETHERNET);
	}
	wire_decode("vlan_pppoe", &p);
	CU_ASSERT_TRUE(p.link.tagged && p.link.vlan == 35);
}

/* A link header, and what is told of it; an IPv6 packet behind it is never whole here. */
static void what_is_told(void)
{
	static const struct {
		int link_type;
		uint8_t data[24];
		size_t length;
		uint16_t ethertype;
		enum mcd_wire_status status;
	} cases[] = {
		{ MCD_LINK_PPP, "\xff\x03\x00\x57", 4, MCD_ETHERTYPE_IPV6, MCD_WIRE_OK },
		{ MCD_LINK_PPP, "\x57\x60", 2, MCD_ETHERTYPE_IPV6, MCD_WIRE_OK },
		{ MCD_LINK_PPP, "\xff\x03\xc0\x21", 4, 0, MCD_WIRE_OK }, /* LCP */
		{ MCD_LINK_PPP, "\x00", 1, 0, MCD_WIRE_MALFORMED },	 /* half a protocol */
		{ MCD_LINK_PPP, "\xff\x03\x02\x83\x00\x01\x01\x40\x60", 9, MCD_ETHERTYPE_IPV6, MCD_WIRE_OK },
		{ MCD_LINK_PPP, "\xff\x03\x02\x81\x00\x01\x01\x40\x00", 9, MCD_ETHERTYPE_MPLS, MCD_WIRE_OK },	 /* a control word */
		{ MCD_LINK_PPP, "\xff\x03\x02\x81\x00\x01\x01\x40\x44", 9, MCD_ETHERTYPE_MPLS, MCD_WIRE_OK },	 /* no IHL of IPv4 */
		{ MCD_LINK_PPP, "\xff\x03\x02\x81\x00\x01\x00\x40", 8, MCD_ETHERTYPE_MPLS, MCD_WIRE_MALFORMED }, /* no bottom */
		{ MCD_LINK_PPP, "\xff\x03\x02\x81\x00\x01\x01\x40", 8, MCD_ETHERTYPE_MPLS, MCD_WIRE_MALFORMED }, /* nothing below it */
		{ MCD_LINK_PPP_ETHER, "\x11\x00\x00\x01\x00\x02\x00\x57", 8, MCD_ETHERTYPE_IPV6, MCD_WIRE_OK },
		{ MCD_LINK_PPP_ETHER, "\x11\x00\x00\x01\x00\x03\x00\x57", 8, MCD_ETHERTYPE_PPPOE_SESSION, MCD_WIRE_MALFORMED },
		{ MCD_LINK_PPP_ETHER, "\x11\x00\x00\x01\x00\x01\x00\x57", 8, MCD_ETHERTYPE_PPPOE_SESSION, MCD_WIRE_MALFORMED },
		{ MCD_LINK_PPP_ETHER, "\x11\xa7\x00\x01\x00\x00", 6, MCD_ETHERTYPE_PPPOE_SESSION, MCD_WIRE_OK },	 /* PADT */
		{ MCD_LINK_PPP_ETHER, "\x21\x00\x00\x01\x00\x02\x00\x57", 8, MCD_ETHERTYPE_PPPOE_SESSION, MCD_WIRE_OK }, /* version 2 */
		{ MCD_LINK_C_HDLC, "\x0f\x00\x86\xdd", 4, MCD_ETHERTYPE_IPV6, MCD_WIRE_OK },
		{ MCD_LINK_C_HDLC, "\x8f\x00\x80\x35", 4, 0x8035, MCD_WIRE_OK }, /* SLARP */
		{ MCD_LINK_C_HDLC, "\x0f\x00\x00\x2a", 4, 0, MCD_WIRE_OK },
		{ MCD_LINK_C_HDLC, "\x0f\x00\x08", 3, 0, MCD_WIRE_MALFORMED },
		{ MCD_LINK_SLL, "\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\4\xaa\xaa\3\0\0\0\x08\0", 24, MCD_ETHERTYPE_IPV4, MCD_WIRE_OK },
		{ MCD_LINK_SLL, "\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\4\x42\x42\3", 19, 0, MCD_WIRE_OK }, /* spanning tree */
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unsigned char *copy = unit_exact(cases[i].data, cases[i].length);
		struct mcd_cursor c = mcd_cursor_of(copy, cases[i].length, false);
		struct mcd_link link;
		bool known;

		CU_ASSERT_EQUAL(mcd_link_decode(&c, cases[i].link_type, &link, &known), cases[i].status);
		CU_ASSERT_TRUE(known && link.ethertype == cases[i].ethertype);
		free(copy);
	}
}

/* Every link header alone: whole, or cut by the capture, or too short on the wire. */
static void every_prefix(void)
{
	static const char *const names[] = { "udp",  "qinq_three", "mpls",     "mpls_upstream", "ppp",	"ppp_bare", "ppp_mpls", "ppp_cisco",
					     "hdlc", "sll",	   "sll_vlan", "null_big",	"loop", "snap",	    "ppi" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct wire_frame *f = wire_frame(names[i]);
		const size_t peeked = strstr(names[i], "mpls") ? 1 : 0, headers = f->needed - 33 + peeked;

		for (size_t n = 0; n <= headers; n++)
			for (int cut = 0; cut <= 1; cut++) {
				unsigned char *copy = unit_exact(f->data, n);
				struct mcd_cursor c = mcd_cursor_of(copy, n, cut);
				struct mcd_link link;
				bool known;
				enum mcd_wire_status status = mcd_link_decode(&c, f->link_type, &link, &known);

				CU_ASSERT_EQUAL(status, n == headers ? MCD_WIRE_OK : cut ? MCD_WIRE_CUT : MCD_WIRE_MALFORMED);
				CU_ASSERT_TRUE(known && (n < headers || link.ethertype == MCD_ETHERTYPE_IPV4));
				free(copy);
			}
	}
}

const struct unit_test wire_link_tests[] = {
	{ "Ethernet", plain_ethernet },
	{ "VLAN tags", tags },
	{ "300 tags, every prefix", three_hundred_tags },
	{ "LLC and SNAP", llc },
	{ "Linux cooked captures", cooked },
	{ "loopback and raw", loopback_and_raw },
	{ "PPP, PPPoE, MPLS, Cisco HDLC", ppp_pppoe_mpls_and_hdlc },
	{ "what is told of a link header", what_is_told },
	{ "every prefix", every_prefix },
	{ NULL, NULL },
};
