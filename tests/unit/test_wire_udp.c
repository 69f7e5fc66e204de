/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include "wire/checksum.h"

#include <stdlib.h>
#include <string.h>

static bool payload_is(const struct mcd_packet *p, const char *text)
{
	return mcd_cursor_left(&p->udp.payload) == strlen(text) && memcmp(p->udp.payload.at, text, strlen(text)) == 0;
}

static void every_field(void)
{
	struct mcd_packet p;

	wire_decode("udp", &p);
	CU_ASSERT_EQUAL(p.udp.source_port, 40000);
	CU_ASSERT_EQUAL(p.udp.port, 7777);
	CU_ASSERT_EQUAL(p.udp.length, 13);
	CU_ASSERT_FALSE(p.udp.length_bad);
	CU_ASSERT_TRUE(payload_is(&p, "hello"));
	CU_ASSERT_FALSE(p.udp.payload.cut);
}

static void checksums(void)
{
	static const struct {
		const char *name;
		enum mcd_checksum_state state;
	} expected[] = {
		{ "udp", MCD_CHECKSUM_OK },	      { "udp_zero", MCD_CHECKSUM_NONE },
		{ "udp_bad", MCD_CHECKSUM_BAD },      { "udp_offloaded", MCD_CHECKSUM_OFFLOADED },
		{ "udp_long", MCD_CHECKSUM_UNKNOWN }, { "udp_tiny", MCD_CHECKSUM_UNKNOWN },
		{ "udp_trailer", MCD_CHECKSUM_OK },   { "udp_first_fragment", MCD_CHECKSUM_UNKNOWN },
		{ "probe", MCD_CHECKSUM_OK },
	};
	struct mcd_packet p;

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		wire_decode(expected[i].name, &p);
		CU_ASSERT_EQUAL(p.layer, MCD_LAYER_UDP);
		CU_ASSERT_EQUAL(p.udp.checksum, expected[i].state);
	}
}

/* IPv4 leaves it to the sender; IPv6 to tunnels alone. */
static void checksums_that_may_be_left_out(void)
{
	const struct mcd_addr v4 = mcd_addr_v4(0xe9e9e9e9), v6 = { UINT64_C(0xff1e) << 48, 1 };

	CU_ASSERT_TRUE(mcd_udp_may_omit_checksum(v4, 7777) && mcd_udp_may_omit_checksum(v4, 4789));
	CU_ASSERT_FALSE(mcd_udp_may_omit_checksum(v6, 7777) || mcd_udp_may_omit_checksum(v6, 0));
	CU_ASSERT_TRUE(mcd_udp_may_omit_checksum(v6, 4789) && mcd_udp_may_omit_checksum(v6, 8472) && mcd_udp_may_omit_checksum(v6, 6081));
	CU_ASSERT_TRUE(mcd_udp_may_omit_checksum(v6, 2152) && mcd_udp_may_omit_checksum(v6, 6635));
}

static void checksum_of_a_cut_capture(void)
{
	const struct wire_frame *f = wire_frame("udp"), *zero = wire_frame("udp_zero");
	struct mcd_packet p;

	wire_decode_bytes(f->link_type, f->data, f->needed - 1, f->length, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.checksum == MCD_CHECKSUM_UNKNOWN && p.udp.payload.cut);
	CU_ASSERT_TRUE(payload_is(&p, "hell"));
	CU_ASSERT_TRUE(p.udp.length == 13 && !p.udp.length_bad);
	wire_decode_bytes(f->link_type, f->data, f->needed, f->length, &p); /* only padding is lost */
	CU_ASSERT_TRUE(p.udp.checksum == MCD_CHECKSUM_OK && !p.udp.payload.cut);
	wire_decode_bytes(zero->link_type, zero->data, zero->needed - 1, zero->length, &p);
	CU_ASSERT_EQUAL(p.udp.checksum, MCD_CHECKSUM_NONE);
}

static void lengths(void)
{
	const struct wire_frame *f = wire_frame("udp_long");
	struct mcd_packet p;

	wire_decode("udp_long", &p);
	CU_ASSERT_TRUE(p.udp.length_bad && p.udp.length == 100 && payload_is(&p, "hello"));
	/* Total Length tells the lie also where the capture was cut. */
	wire_decode_bytes(f->link_type, f->data, f->needed - 2, f->length, &p);
	CU_ASSERT_TRUE(p.udp.length_bad && payload_is(&p, "hel"));
	wire_decode("udp_tiny", &p);
	CU_ASSERT_TRUE(p.udp.length_bad && p.udp.length == 7 && payload_is(&p, "hello"));
	wire_decode("udp_trailer", &p);
	CU_ASSERT_TRUE(!p.udp.length_bad && payload_is(&p, "hello"));
}

static void first_fragment(void)
{
	struct mcd_packet p;

	wire_decode("udp_first_fragment", &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && p.udp.port == 7777 && p.udp.length == 40 && !p.udp.length_bad);
	CU_ASSERT_TRUE(payload_is(&p, "0123456789abcdef"));
	CU_ASSERT_TRUE(p.udp.payload.cut);
}

/* What the tap sees of one send with UDP_SEGMENT: lengths of the whole, checksum left to the NIC. */
static void segmentation_offload(void)
{
	enum { DATA = 8000 };
	const struct mcd_addr source = mcd_addr_v4(0xc0000201), destination = mcd_addr_v4(0xef010203);
	uint16_t sum = mcd_checksum_fold(mcd_checksum_pseudo(source, destination, MCD_PROTOCOL_UDP, 8 + DATA));
	uint8_t bytes[20 + 8 + DATA] = { 0x45, 0, (28 + DATA) >> 8, (28 + DATA) & 0xff, 0, 0, 0x40, 0, 64, 17 };
	static const uint8_t addresses[] = { 192, 0, 2, 1, 239, 1, 2, 3 };
	const uint8_t header[] = { 0x9c, 0x40, 0x1e, 0x61, (8 + DATA) >> 8, (8 + DATA) & 0xff, (uint8_t)(sum >> 8), (uint8_t)sum };
	struct mcd_packet p;

	memcpy(bytes + 12, addresses, sizeof addresses);
	memcpy(bytes + 20, header, sizeof header);
	memset(bytes + 28, 0x5a, DATA);
	wire_decode_bytes(MCD_LINK_RAW, bytes, sizeof bytes, sizeof bytes, &p);
	CU_ASSERT_TRUE(p.layer == MCD_LAYER_UDP && !p.udp.length_bad && p.udp.length == 8 + DATA);
	CU_ASSERT_EQUAL(p.udp.checksum, MCD_CHECKSUM_OFFLOADED);
	CU_ASSERT_EQUAL(mcd_cursor_left(&p.udp.payload), DATA);
}

static void every_prefix(void)
{
	const struct wire_frame *f = wire_frame("udp");
	struct mcd_packet whole;
	struct mcd_udp udp;

	wire_decode("udp", &whole);
	for (size_t n = 0; n <= 13; n++)
		for (int cut = 0; cut <= 1; cut++) {
			unsigned char *copy = unit_exact(f->data + 34, n);
			struct mcd_cursor c = mcd_cursor_of(copy, n, cut);
			struct mcd_ip ip = whole.ip;
			enum mcd_wire_status status;

			if (!cut) /* the IP length and the frame agree, the UDP length lies */
				ip.total_length = 20 + (uint32_t)n;
			status = mcd_udp_decode(&c, &ip, &udp);
			CU_ASSERT_EQUAL(status, n >= 8 ? MCD_WIRE_OK : cut ? MCD_WIRE_CUT : MCD_WIRE_MALFORMED);
			CU_ASSERT_EQUAL(mcd_cursor_left(&udp.payload), n >= 8 ? n - 8 : 0);
			if (n >= 8) {
				CU_ASSERT_EQUAL(udp.length_bad, !cut && n < 13);
			}
			free(copy);
		}
}

const struct unit_test wire_udp_tests[] = {
	{ "every field", every_field },
	{ "checksums", checksums },
	{ "checksums that may be left out", checksums_that_may_be_left_out },
	{ "the checksum of a cut capture", checksum_of_a_cut_capture },
	{ "lengths", lengths },
	{ "a first fragment", first_fragment },
	{ "segmentation offload", segmentation_offload },
	{ "every prefix", every_prefix },
	{ NULL, NULL },
};
