/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_capfile.h"

#include "capfile/ticks.h"

#include <string.h>

/* A section with the interface that is described so far, closed, and one frame of it at NUMBER. */
static struct mcd_capfile *finish(struct capture *c, uint64_t number)
{
	struct mcd_capfile *file;

	capture_end(c);
	capture_packet(c, 0, number, 1, 1);
	file = capfile_of(c->data, c->length);
	return file;
}

static void begin(struct capture *c, bool big)
{
	capture_section(c, big);
	capture_begin(c, 1);
	capture_u16(c, 1);
	capture_u16(c, 0xffff); /* reserved */
	capture_u32(c, 1500);
}

static void all_that_is_told(void)
{
	static const uint8_t v4[] = { 192, 0, 2, 7, 255, 255, 254, 0 }, mac[] = { 2, 0, 0, 0xaa, 0xbb, 0xcc };
	static const uint8_t v6[] = { 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 64 };

	for (int big = 0; big < 2; big++) {
		const struct mcd_capfile_iface *iface;
		struct capture c = { 0 };
		struct mcd_capfile *file;

		begin(&c, big);
		capture_option(&c, 3, "Intel 82599", 11);
		capture_option(&c, 2, "enp1s0f0", 8);
		capture_option(&c, 4, v4, sizeof v4);
		capture_option(&c, 5, v6, sizeof v6);
		capture_option(&c, 6, mac, sizeof mac);
		capture_option(&c, 12, "Linux", 5);
		capture_option(&c, 0, NULL, 0);
		file = finish(&c, 5);
		capfile_gives(file, 1, 0, 5000, 1, 1);
		iface = mcd_capfile_iface(file, 0);
		CU_ASSERT_STRING_EQUAL(iface->name, "enp1s0f0");
		CU_ASSERT_EQUAL(iface->snap_length, 1500);
		CU_ASSERT_TRUE(iface->has_mac);
		CU_ASSERT_EQUAL(memcmp(iface->mac, mac, 6), 0);
		CU_ASSERT_EQUAL_FATAL(iface->naddresses, 2);
		CU_ASSERT_TRUE(mcd_addr_equal(iface->addresses[0].address, mcd_addr_v4(0xc0000207)));
		CU_ASSERT_EQUAL(iface->addresses[0].prefix_length, 23);
		CU_ASSERT_EQUAL(iface->addresses[1].address.hi, 0xfe80000000000000);
		CU_ASSERT_EQUAL(iface->addresses[1].address.lo, 1);
		CU_ASSERT_EQUAL(iface->addresses[1].prefix_length, 64);
		CU_ASSERT_FALSE(iface->has_dropped);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&c);
	}
}

static void names(void)
{
	char text[400], expected[MCD_IFACE_NAME];
	struct capture c = { 0 };
	struct mcd_capfile *file;

	memset(text, 'n', sizeof text);
	memset(expected, 'n', sizeof expected);
	expected[sizeof expected - 1] = '\0';
	begin(&c, false);
	capture_option(&c, 2, text, sizeof text); /* longer than there is room */
	capture_end(&c);
	capture_begin(&c, 1);
	capture_zeros(&c, 8);
	capture_option(&c, 3, "only a description", 18);
	capture_end(&c);
	capture_begin(&c, 1);
	capture_zeros(&c, 8);
	capture_option(&c, 2, "eth0\0junk", 9);
	capture_option(&c, 3, text, 256);
	capture_end(&c);
	capture_begin(&c, 1);
	capture_zeros(&c, 8);
	file = finish(&c, 0);
	CU_ASSERT_EQUAL(capfile_drain(file), 1);
	CU_ASSERT_EQUAL_FATAL(mcd_capfile_ifaces(file), 4);
	CU_ASSERT_STRING_EQUAL(mcd_capfile_iface(file, 0)->name, expected);
	CU_ASSERT_STRING_EQUAL(mcd_capfile_iface(file, 1)->name, "only a description");
	CU_ASSERT_STRING_EQUAL(mcd_capfile_iface(file, 2)->name, "eth0");
	CU_ASSERT_STRING_EQUAL(mcd_capfile_iface(file, 3)->name, "");
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
}

static void options_of_a_wrong_length(void)
{
	const struct mcd_capfile_iface *iface;
	uint8_t bytes[20];
	struct capture c = { 0 };
	struct mcd_capfile *file;

	memset(bytes, 0xff, sizeof bytes);
	begin(&c, false);
	capture_option(&c, 4, bytes, 4);
	capture_option(&c, 5, bytes, 16);
	capture_option(&c, 5, bytes, 17); /* a prefix of 255 bits */
	capture_option(&c, 6, bytes, 5);
	capture_option(&c, 9, bytes, 2);
	capture_option(&c, 14, bytes, 4);
	file = finish(&c, 3);
	capfile_gives(file, 1, 0, 3000, 1, 1);
	iface = mcd_capfile_iface(file, 0);
	CU_ASSERT_EQUAL(iface->naddresses, 0);
	CU_ASSERT_FALSE(iface->has_mac);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
}

static void further_addresses_are_left_out(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	begin(&c, true);
	for (uint8_t i = 0; i < 20; i++)
		capture_option(&c, 4, (uint8_t[]){ 10, 0, 0, i, 255, 255, 255, 255 }, 8);
	file = finish(&c, 0);
	capfile_drain(file);
	CU_ASSERT_EQUAL_FATAL(mcd_capfile_iface(file, 0)->naddresses, 8);
	CU_ASSERT_TRUE(mcd_addr_equal(mcd_capfile_iface(file, 0)->addresses[7].address, mcd_addr_v4(0x0a000007)));
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->addresses[7].prefix_length, 32);
	mcd_capfile_close(file);
	capture_free(&c);
}

/* An Interface Statistics Block of interface I; a number of UINT64_MAX - 1 is not told. */
static void statistics(struct capture *c, uint32_t i, uint64_t if_drop, uint64_t os_drop)
{
	capture_begin(c, 5);
	capture_u32(c, i);
	capture_u64(c, 0);
	if (if_drop != UINT64_MAX - 1) {
		capture_u16(c, 5);
		capture_u16(c, 8);
		capture_u64(c, if_drop);
	}
	if (os_drop != UINT64_MAX - 1) {
		capture_u16(c, 7);
		capture_u16(c, 8);
		capture_u64(c, os_drop);
	}
	capture_end(c);
}

static void drops(void)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { 0 };
		struct mcd_capfile *file;

		capture_section(&c, !big);
		capture_iface(&c, 1, 0, NULL);
		capture_section(&c, big);
		for (int i = 0; i < 4; i++)
			capture_iface(&c, 1, 0, NULL);
		statistics(&c, 0, 99, 99);
		statistics(&c, 0, 3, 40000000000); /* the last one counts */
		statistics(&c, 0, UINT64_MAX - 1, UINT64_MAX - 1);
		statistics(&c, 1, UINT64_MAX, 5);
		statistics(&c, 2, UINT64_MAX - 1, 7);
		statistics(&c, 4, 1, 1); /* not described */
		file = capfile_of(c.data, c.length);
		CU_ASSERT_EQUAL(capfile_drain(file), 0);
		CU_ASSERT_EQUAL_FATAL(mcd_capfile_ifaces(file), 5);
		CU_ASSERT_FALSE(mcd_capfile_iface(file, 0)->has_dropped);
		CU_ASSERT_TRUE(mcd_capfile_iface(file, 1)->has_dropped);
		CU_ASSERT_EQUAL(mcd_capfile_iface(file, 1)->dropped, 40000000003);
		CU_ASSERT_EQUAL(mcd_capfile_iface(file, 2)->dropped, UINT64_MAX);
		CU_ASSERT_EQUAL(mcd_capfile_iface(file, 3)->dropped, 7);
		CU_ASSERT_FALSE(mcd_capfile_iface(file, 4)->has_dropped);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&c);
	}
}

static void too_many_interfaces(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_section(&c, false);
	for (int i = 0; i < MCD_CAPFILE_IFACES; i++)
		capture_iface(&c, 1, 0, NULL);
	capture_packet(&c, MCD_CAPFILE_IFACES - 1, 1, 1, 1);
	capture_iface(&c, 1, 0, NULL);
	capture_packet(&c, 0, 1, 1, 1);
	file = capfile_of(c.data, c.length);
	capfile_gives(file, 1, MCD_CAPFILE_IFACES - 1, 1000, 1, 1);
	CU_ASSERT_EQUAL(mcd_capfile_ifaces(file), MCD_CAPFILE_IFACES);
	capfile_ends(file, MCD_CAPFILE_CORRUPT, "more than 4096 interfaces after packet 1");
	capture_free(&c);
}

/* if_tsresol and if_tsoffset in a file, in either order. */
static void units_of_a_file(void)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { 0 };
		struct mcd_capfile *file;

		begin(&c, big);
		capture_option(&c, 9, &(uint8_t){ 0x94 }, 1); /* 2^-20 s */
		capture_u16(&c, 14);
		capture_u16(&c, 8);
		capture_u64(&c, (uint64_t)-1000000);
		capture_end(&c);
		for (unsigned i = 1; i <= 3; i++)
			capture_packet(&c, 0, (UINT64_C(1701000000) << 20) + (i << 18), 1, 1);
		file = capfile_of(c.data, c.length);
		for (unsigned i = 1; i <= 3; i++)
			capfile_gives(file, i, 0, 1700000000000000000 + i * 250000000, 1, 1);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&c);
	}
}

static void every_unit(void)
{
	static const struct {
		uint8_t resolution;
		int64_t offset_s;
		uint64_t number;
		int64_t ns;
	} cases[] = {
		{ 6, 0, 1700000000123456, 1700000000123456000 },
		{ 9, 0, 1700000000123456789, 1700000000123456789 },
		{ 0, 0, 1700000000, 1700000000000000000 },
		{ 3, 0, 1700000000123, 1700000000123000000 },
		{ 7, 0, 17000000001234567, 1700000000123456700 }, /* Windows' 100 ns */
		{ 10, 0, 17000000001234567899u, 1700000000123456789 },
		{ 12, 0, 1234567899999, 1234567899 },
		{ 19, 0, 18446744073709551615u, 1844674407 },
		{ 20, 0, 18446744073709551615u, 184467440 },
		{ 28, 0, 18446744073709551615u, 1 },
		{ 29, 0, 18446744073709551615u, 0 },
		{ 127, 0, 18446744073709551615u, 0 },
		{ 0x80, 0, 1700000000, 1700000000000000000 },
		{ 0x80 | 10, 0, 1700000000 * UINT64_C(1024) + 512, 1700000000500000000 },
		{ 0x80 | 32, 0, UINT64_C(1700000000) << 32 | 0x80000000, 1700000000500000000 },
		{ 0x80 | 34, 0, UINT64_C(3) << 33, 1500000000 },
		{ 0x80 | 60, 0, UINT64_C(3) << 59, 1500000000 },
		{ 0x80 | 63, 0, UINT64_C(3) << 62, 1500000000 },
		{ 0x80 | 64, 0, UINT64_C(3) << 62, 750000000 },
		{ 0x80 | 97, 0, UINT64_MAX, 0 },
		{ 0x80 | 127, 0, UINT64_MAX, 0 },
		{ 6, 5, 1, 5000001000 },
		{ 6, -5, 0, -5000000000 },
		{ 6, -5, 1, -4999999000 },
		{ 9, INT64_MAX, 0, INT64_MAX },
		{ 9, INT64_MAX, UINT64_MAX, INT64_MAX },
		{ 9, INT64_MIN, 0, INT64_MIN },
		{ 0, INT64_MIN, (UINT64_C(1) << 63) + 7, 7000000000 },
		{ 0, INT64_MIN, UINT64_MAX, INT64_MAX },
		{ 0, 0, UINT64_MAX, INT64_MAX },
		{ 0, 1, UINT64_MAX, INT64_MAX },
		{ 6, 0, UINT64_MAX, INT64_MAX },
		{ 6, 0, 9223372036854775, 9223372036854775000 },
		{ 6, 0, 9223372036854776, INT64_MAX },
		{ 9, 0, UINT64_MAX, INT64_MAX },
		{ 9, 0, INT64_MAX, INT64_MAX },
		{ 6, 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mcd_ticks ticks = mcd_ticks_of(cases[i].resolution, cases[i].offset_s);
		int64_t quick = mcd_ticks_ns(&ticks, cases[i].number), any = mcd_ticks_convert(&ticks, cases[i].number);

		if (quick != cases[i].ns || any != cases[i].ns)
			fprintf(stderr, "\ncase %zu: %lld, %lld\n", i, (long long)quick, (long long)any);
		CU_ASSERT_EQUAL(quick, cases[i].ns);
		CU_ASSERT_EQUAL(any, cases[i].ns);
	}
}

const struct unit_test capfile_iface_tests[] = {
	{ "all that is told", all_that_is_told },
	{ "names", names },
	{ "options of a wrong length", options_of_a_wrong_length },
	{ "further addresses are left out", further_addresses_are_left_out },
	{ "drops", drops },
	{ "too many interfaces", too_many_interfaces },
	{ "units of a file", units_of_a_file },
	{ NULL, NULL },
};

const struct unit_test capfile_ticks_tests[] = {
	{ "every unit", every_unit },
	{ NULL, NULL },
};
