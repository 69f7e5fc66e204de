/* SPDX-License-Identifier: ISC */
/* IEEE 802.11, bare and behind radiotap and PPI. */
#include <config.h>

#include "test_wire.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t sender[6] = { 0x02, 0, 0, 0, 0, 0x01 }, group[6] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 };
static const char *const frames[] = { "wifi_direct", "wifi_from_ds", "wifi_to_ds",	"wifi_four", "wifi_a_msdu",
				      "radiotap",    "radiotap_fcs", "radiotap_padded", "ppi_fcs" };

/* Whatever the addresses' order, padding, FCS. */
static void data_frames(void)
{
	struct mcd_packet p;

	for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
		wire_decode(frames[i], &p);
		CU_ASSERT_TRUE(p.link_known && p.link.ethertype == MCD_ETHERTYPE_IPV4 && !p.link.is_protected && !p.link.tagged);
		CU_ASSERT_TRUE(p.link.has_source && memcmp(p.link.source, sender, 6) == 0);
		CU_ASSERT_TRUE(p.link.has_destination && memcmp(p.link.destination, group, 6) == 0);
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.port == 7777 && p.udp.checksum == MCD_CHECKSUM_OK);
	}
}

/* Change one octet of a frame and decode it. The link header is always whole. */
static struct mcd_packet changed(const char *name, size_t at, uint8_t value)
{
	const struct wire_frame *f = wire_frame(name);
	uint8_t copy[256];
	struct mcd_packet p;

	memcpy(copy, f->data, f->length);
	copy[at] = value;
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_TRUE(p.link_known);
	return p;
}

static void without_data(void)
{
	static const uint8_t ack[] = { 0xd4, 0x00, 0x00, 0x00, 0x02, 0, 0, 0, 0, 0x01 };
	static const uint8_t none[] = { 0x80, 0x40, 0xb0, 0xd4, 0x09, 0x0c }; /* beacon, probe request, authentication, ACK, version 1, extension */
	struct mcd_packet p;

	for (size_t i = 0; i < sizeof none; i++) {
		p = changed("wifi_direct", 0, none[i]);
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.ethertype == 0 && !p.link.is_protected);
		CU_ASSERT_FALSE(p.link.has_source || p.link.has_destination);
	}
	p = changed("wifi_direct", 0, 0x48); /* Null */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.ethertype == 0 && p.link.has_source);
	p = changed("wifi_to_ds", 0, 0xc8); /* QoS Null */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.ethertype == 0 && p.link.has_source);
	wire_decode_bytes(MCD_LINK_IEEE802_11, ack, sizeof ack, sizeof ack, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK);
}

static void protected_frames(void)
{
	struct mcd_packet p = changed("wifi_from_ds", 1, 0x42);

	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.is_protected && p.link.ethertype == 0);
	CU_ASSERT_TRUE(p.link.has_destination && memcmp(p.link.destination, group, 6) == 0);
}

/* Only the first fragment has an LLC header; that the rest is elsewhere is nobody's fault. */
static void fragments(void)
{
	const struct wire_frame *f = wire_frame("wifi_from_ds");
	uint8_t copy[256];
	struct mcd_packet p = changed("wifi_from_ds", 22, 0x11);

	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.ethertype == 0);
	memcpy(copy, f->data, f->length);
	copy[1] |= 0x04;
	wire_decode_bytes(f->link_type, copy, f->length - 2, f->length - 2, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.payload.cut && mcd_cursor_left(&p.udp.payload) == 3);
	wire_decode_bytes(f->link_type, f->data, f->length - 2, f->length - 2, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_MALFORMED);
}

static void no_llc_of_ours(void)
{
	struct mcd_packet p = changed("wifi_direct", 24, 0x42);

	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.ethertype == 0);
	p = changed("wifi_a_msdu", 39, 0x2a); /* a subframe longer than the frame */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_MALFORMED);
	p = changed("wifi_a_msdu", 39, 0x28); /* one shorter than the packet in it */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_MALFORMED);
}

static void radiotap_headers(void)
{
	struct mcd_packet p = changed("radiotap_fcs", 16, 0x50); /* a bad FCS: nothing in the frame can be believed */

	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.ethertype == 0 && !p.link.has_source);
	p = changed("radiotap_fcs", 0, 1); /* another version */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_OK && p.link.ethertype == 0);
	p = changed("radiotap_fcs", 2, 7); /* shorter than the least */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_MALFORMED);
	p = changed("radiotap_fcs", 3, 1); /* longer than the frame */
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_MALFORMED);
	p = changed("radiotap", 7, 0); /* one present word only: the timer is elsewhere, and there is room for the flags all the same */
	CU_ASSERT_EQUAL(p.layer, MCD_LAYER_UDP);
}

/* The FCS is no part of a packet whose length lies by no more than it. */
static void fcs_is_no_payload(void)
{
	static const char *const names[] = { "radiotap_fcs", "ppi_fcs" };

	for (size_t i = 0; i < 2; i++) {
		const struct wire_frame *f = wire_frame(names[i]);
		size_t total_length = f->length - 4 - 33 + 3;
		struct mcd_packet p = changed(names[i], total_length, 0x22);

		CU_ASSERT_TRUE(p.layer == MCD_LAYER_LINK && p.status == MCD_WIRE_MALFORMED);
		wire_decode_bytes(f->link_type, f->data, f->length - 4, f->length, &p); /* lost with the capture's end */
		CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.checksum == MCD_CHECKSUM_OK);
	}
}

static void ppi_headers(void)
{
	struct mcd_packet p;
	const struct wire_frame *f = wire_frame("ppi");
	uint8_t copy[256];

	wire_decode("ppi", &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.link.has_source && memcmp(p.link.source, sender, 6) == 0);
	memcpy(copy, f->data, f->length);
	copy[4] = 192; /* PPI in PPI */
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_TRUE(!p.link_known && p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_OK);
	copy[4] = 147; /* a link type that is not decoded */
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_TRUE(!p.link_known && p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_OK);
	copy[7] = 0x80; /* one that is no int */
	wire_decode_bytes(f->link_type, copy, f->length, f->length, &p);
	CU_ASSERT_FALSE(p.link_known);
	wire_decode_bytes(f->link_type, copy, 7, f->length, &p);
	CU_ASSERT_TRUE(p.link_known && p.layer == MCD_LAYER_NONE && p.status == MCD_WIRE_CUT);
}

/* Every header alone: it is whole or it is not, and its end is the capture's or the sender's. */
static void every_prefix(void)
{
	for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
		const struct wire_frame *f = wire_frame(frames[i]);
		const size_t trailer = f->data[f->length - 1] == 0xef ? 4 : 0, headers = f->length - trailer - 33;

		for (size_t n = 0; n <= headers; n++)
			for (int cut = 0; cut <= 1; cut++) {
				unsigned char *copy = unit_exact(f->data, n);
				struct mcd_cursor c = mcd_cursor_of(copy, n, cut);
				struct mcd_link link;
				bool known;
				enum mcd_wire_status status = mcd_link_decode(&c, f->link_type, &link, &known);

				CU_ASSERT_TRUE(known);
				if (cut || trailer == 0) {
					bool whole = n == headers && (cut || strcmp(frames[i], "wifi_a_msdu") != 0);

					CU_ASSERT_EQUAL(status, whole ? MCD_WIRE_OK : cut ? MCD_WIRE_CUT : MCD_WIRE_MALFORMED);
				} else {
					CU_ASSERT_EQUAL(status, MCD_WIRE_MALFORMED); /* the last four octets were taken for the FCS */
				}
				free(copy);
			}
	}
}

const struct unit_test wire_80211_tests[] = {
	{ "data frames", data_frames },
	{ "frames without data", without_data },
	{ "protected frames", protected_frames },
	{ "fragments", fragments },
	{ "LLC and A-MSDU that are not ours", no_llc_of_ours },
	{ "radiotap", radiotap_headers },
	{ "an FCS is no payload", fcs_is_no_payload },
	{ "PPI", ppi_headers },
	{ "every prefix", every_prefix },
	{ NULL, NULL },
};
