/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include "wire/checksum.h"

#include <stdlib.h>
#include <string.h>

static void cursor_reads_network_order(void)
{
	static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0xf4, 0x05, 0x06, 0x07, 0x08 };
	struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, false);

	CU_ASSERT_EQUAL(mcd_cursor_u8(&c), 0x01);
	CU_ASSERT_EQUAL(mcd_cursor_u16(&c), 0x0203);
	CU_ASSERT_EQUAL(mcd_cursor_u32(&c), 0xf4050607);
	CU_ASSERT_EQUAL(mcd_cursor_left(&c), 1);
	CU_ASSERT_EQUAL(mcd_cursor_status(&c), MCD_WIRE_OK);
}

static void cursor_is_sticky(void)
{
	static const uint8_t bytes[] = { 0x01, 0x02, 0x03 };
	struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, false);

	CU_ASSERT_EQUAL(mcd_cursor_u32(&c), 0);
	CU_ASSERT_TRUE(c.bad);
	CU_ASSERT_PTR_EQUAL(c.at, bytes);
	CU_ASSERT_EQUAL(mcd_cursor_u8(&c), 0);
	CU_ASSERT_PTR_NULL(mcd_cursor_bytes(&c, 1));
	CU_ASSERT_PTR_NULL(mcd_cursor_bytes(&c, 0));
	CU_ASSERT_PTR_EQUAL(c.at, bytes);
	CU_ASSERT_EQUAL(mcd_cursor_status(&c), MCD_WIRE_MALFORMED);
	c.cut = true;
	CU_ASSERT_EQUAL(mcd_cursor_status(&c), MCD_WIRE_CUT);
}

static void take_within(void)
{
	static const uint8_t bytes[8];
	struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, true), window = mcd_cursor_take(&c, 5);

	CU_ASSERT_EQUAL(mcd_cursor_left(&window), 5);
	CU_ASSERT_FALSE(window.cut); /* its end is the sender's */
	CU_ASSERT_FALSE(window.bad);
	CU_ASSERT_EQUAL(mcd_cursor_left(&c), 3);
	CU_ASSERT_TRUE(c.cut);
	mcd_cursor_bytes(&window, 6);
	CU_ASSERT_EQUAL(mcd_cursor_status(&window), MCD_WIRE_MALFORMED);
	CU_ASSERT_EQUAL(mcd_cursor_status(&c), MCD_WIRE_OK);
}

static void take_beyond_a_cut(void)
{
	static const uint8_t bytes[8];
	struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, true), window = mcd_cursor_take(&c, 9);

	CU_ASSERT_EQUAL(mcd_cursor_left(&window), 8);
	CU_ASSERT_TRUE(window.cut);
	CU_ASSERT_EQUAL(mcd_cursor_status(&window), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(mcd_cursor_status(&c), MCD_WIRE_OK);
	CU_ASSERT_EQUAL(mcd_cursor_left(&c), 0);
}

static void take_beyond_the_wire(void)
{
	static const uint8_t bytes[8];
	struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, false), window = mcd_cursor_take(&c, 9);

	CU_ASSERT_EQUAL(mcd_cursor_status(&window), MCD_WIRE_MALFORMED);
	CU_ASSERT_EQUAL(mcd_cursor_left(&window), 0);
	CU_ASSERT_EQUAL(mcd_cursor_status(&c), MCD_WIRE_MALFORMED);
	CU_ASSERT_PTR_EQUAL(c.at, bytes);
}

static void take_from_bad(void)
{
	static const uint8_t bytes[8];
	struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, true), window;

	mcd_cursor_bytes(&c, 9);
	window = mcd_cursor_take(&c, 1);
	CU_ASSERT_EQUAL(mcd_cursor_status(&window), MCD_WIRE_CUT);
	CU_ASSERT_PTR_EQUAL(c.at, bytes);
}

/* RFC 1071, 3: the sum of 0001 f203 f4f5 f6f7 is ddf2. */
static void checksum_of_the_rfc(void)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_add(0, bytes, 8)), 0xddf2);
	CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_add(mcd_checksum_add(0, bytes, 2), bytes + 2, 6)), 0xddf2);
	CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_add(0, bytes, 3)), 0xf201);
	CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_add(7, bytes, 0)), 7);
}

/* Against the definition, at every length and offset, and where 32 bits would overflow. */
static void checksum_of_any_length(void)
{
	enum { LARGE = 300000 };
	uint8_t *bytes = malloc(LARGE);

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (size_t i = 0; i < LARGE; i++)
		bytes[i] = (uint8_t)(i * 167 + i / 251);
	for (size_t length = 0; length < 300; length++) {
		uint32_t expected = 0;

		for (size_t i = 0; i < length; i++)
			expected += i % 2 ? bytes[3 + i] : (uint32_t)bytes[3 + i] << 8;
		expected = (expected & 0xffff) + (expected >> 16);
		CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_add(0, bytes + 3, length)), expected);
	}
	memset(bytes, 0xff, LARGE);
	CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_add(0, bytes, LARGE)), 0xffff);
	CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_add(UINT32_MAX, bytes, LARGE)), 0xffff);
	free(bytes);
}

static void checksum_of_pseudo_headers(void)
{
	struct mcd_addr v6 = { 0x20010db800000000, 0x1 }, group = { 0xff02000000000000, 0xfb };

	/* c000+0201 + ef01+0203 + 0011 + 000d = 1 b523 */
	CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_pseudo(mcd_addr_v4(0xc0000201), mcd_addr_v4(0xef010203), 17, 13)), 0xb324);
	/* 2001+0db8+0001 + ff02+00fb + 0011 + 0001+0002 (length 65538) */
	CU_ASSERT_EQUAL(mcd_checksum_fold(mcd_checksum_pseudo(v6, group, 17, 65538)), 0x2dcc);
	CU_ASSERT_EQUAL(mcd_checksum_fold(UINT64_MAX), 0xffff);
}

/* Right is 0xffff in ones' complement: in whatever form, but never the sum of nothing. */
static void checksum_that_is_right(void)
{
	CU_ASSERT_TRUE(mcd_checksum_is_right(0xffff) && mcd_checksum_is_right(0x1fffe) && mcd_checksum_is_right(UINT64_MAX));
	CU_ASSERT_FALSE(mcd_checksum_is_right(0) || mcd_checksum_is_right(0xfffe) || mcd_checksum_is_right(0x10000));
}

static void loads_read_network_order(void)
{
	static const uint8_t bytes[] = { 0xf1, 0x02, 0x03, 0xf4, 0xf5, 0x06, 0x07, 0x08 };

	CU_ASSERT_EQUAL(mcd_load16(bytes), 0xf102);
	CU_ASSERT_EQUAL(mcd_load32(bytes), 0xf10203f4);
	CU_ASSERT_EQUAL(mcd_load64(bytes), 0xf10203f4f5060708);
}

static const struct unit_test cursor_tests[] = {
	{ "reads network order", cursor_reads_network_order },
	{ "stays bad, moves nothing", cursor_is_sticky },
	{ "a window within", take_within },
	{ "a window beyond the capture's cut", take_beyond_a_cut },
	{ "a window beyond the wire", take_beyond_the_wire },
	{ "a window of a bad cursor", take_from_bad },
	{ "loads", loads_read_network_order },
	{ NULL, NULL },
};

static const struct unit_test checksum_tests[] = {
	{ "RFC 1071's example", checksum_of_the_rfc },
	{ "any length and offset", checksum_of_any_length },
	{ "pseudo-headers", checksum_of_pseudo_headers },
	{ "what is right", checksum_that_is_right },
	{ NULL, NULL },
};

int main(void)
{
	const struct unit_suite suites[] = {
		{ "cursor", cursor_tests },
		{ "checksum", checksum_tests },
		{ "link", wire_link_tests },
		{ "802.11", wire_80211_tests },
		{ "ip", wire_ip_tests },
		{ "ipv6", wire_ipv6_tests },
		{ "udp", wire_udp_tests },
		{ "igmp", wire_igmp_tests },
		{ "mld", wire_mld_tests },
		{ "rtp", wire_rtp_tests },
		{ "mpegts", wire_mpegts_tests },
		{ "probe", wire_probe_tests },
		{ "tunnel", wire_tunnel_tests },
		{ "packet", wire_packet_tests },
		{ "steady", wire_steady_tests },
		{ NULL, NULL },
	};

	return unit_main(suites);
}
