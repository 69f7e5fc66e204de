/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_base.h"

#include "base/addr.h"

#include <string.h>

static struct mcd_addr addr(const char *text)
{
	struct mcd_addr a = { 0, 0 };

	CU_ASSERT_TRUE_FATAL(mcd_addr_parse(text, &a));
	return a;
}

static void bytes_both_ways(void)
{
	static const uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0xfc };
	static const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff, [12] = 192, 0, 2, 1 };
	uint8_t back[16];
	struct mcd_addr a = mcd_addr_v6(v6);

	CU_ASSERT_TRUE(a.hi == 0x20010db801020304 && a.lo == 0x05060708090a0bfc);
	mcd_addr_to_bytes(a, back);
	CU_ASSERT_EQUAL(memcmp(back, v6, 16), 0);
	mcd_addr_to_bytes(mcd_addr_v4(0xc0000201), back);
	CU_ASSERT_EQUAL(memcmp(back, mapped, 16), 0);
	CU_ASSERT_TRUE(mcd_addr_equal(mcd_addr_v6(mapped), mcd_addr_v4(0xc0000201)));
	CU_ASSERT_EQUAL(mcd_addr_to_v4(mcd_addr_v6(mapped)), 0xc0000201);
}

/* Text as it is read, and as RFC 5952 writes it. */
static void texts_both_ways(void)
{
	static const char *const texts[][2] = {
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "225.233.233.233", "225.233.233.233" },
		{ "::ffff:192.0.2.1", "192.0.2.1" },
		{ "::ffff:c000:201", "192.0.2.1" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "ff02::0001:ff00:1", "ff02::1:ff00:1" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
		{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
		{ "0:0:0:0:0:0:0:0", "::" },
		{ "1:0:0:0:0:0:0:8", "1::8" },
		{ "0:0:3:4:5:6:0:0", "::3:4:5:6:0:0" },
		{ "FFFF:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
		{ "::1.2.3.4", "::102:304" },
	};
	char text[MCD_ADDR_TEXT];

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct mcd_addr a = addr(texts[i][0]);

		CU_ASSERT_STRING_EQUAL(mcd_addr_format(a, text), texts[i][1]);
		CU_ASSERT_TRUE(mcd_addr_equal(addr(text), a));
	}
	CU_ASSERT_EQUAL(mcd_addr_to_v4(addr("1.2.3.4")), 0x01020304);
}

static void refused_texts(void)
{
	static const char *const refused[] = {
		"",
		".",
		"1",
		"1.2.3",
		"1.2.3.",
		".1.2.3.4",
		"1.2.3.4.",
		"1.2.3.4.5",
		"1..2.3",
		"256.1.1.1",
		"1.2.3.256",
		"01.2.3.4",
		"1.2.3.00",
		"1.2.3.4 ",
		" 1.2.3.4",
		"+1.2.3.4",
		"0x1.2.3.4",
		"1.2.3.1000",
		"4294967297.1.1.1",
		"1,2,3,4",
		"eth0",
		":",
		":::",
		"1:",
		":1",
		"1:2",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"1:2:3:4:5:6:7:8:",
		":1:2:3:4:5:6:7:8",
		"1::2::3",
		"1:::2",
		"12345::",
		"g::",
		"fe80::1%eth0",
		"1:2:3:4:5:6:7:1.2.3.4",
		"1:2:3:4:5:1.2.3.4:6",
		"::1.2.3",
		"::1.2.3.256",
		"::1.2.3.4:",
		"1.2.3.4::",
		"1:2:3:4::5:6:7:8",
		"::1:2:3:4:5:6:7:8",
		"1:2:3:4:5:6:7:8::",
		"[::1]",
		"::1/128",
		"1:2:3:4:5:6:7:",
		"::1:",
	};

	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct mcd_addr a = { 7, 7 };

		CU_ASSERT_FALSE(mcd_addr_parse(refused[i], &a));
		CU_ASSERT_TRUE(a.hi == 7 && a.lo == 7);
	}
}

static void order_and_kind(void)
{
	static const char *const ascending[] = { "0.0.0.0", "1.0.0.0", "255.255.255.255", "::", "::1", "::fffe:ffff:ffff", "1::", "ffff::" };
	enum { COUNT = sizeof ascending / sizeof ascending[0] };

	for (int i = 0; i < COUNT; i++)
		for (int j = 0; j < COUNT; j++) {
			int order = mcd_addr_compare(addr(ascending[i]), addr(ascending[j]));

			CU_ASSERT_EQUAL((order > 0) - (order < 0), (i > j) - (i < j));
		}
	CU_ASSERT_TRUE(mcd_addr_family(addr("1.2.3.4")) == 4 && mcd_addr_family(addr("::1")) == 6);
	CU_ASSERT_TRUE(mcd_addr_is_unspecified(addr("0.0.0.0")) && mcd_addr_is_unspecified(addr("::")));
	CU_ASSERT_FALSE(mcd_addr_is_unspecified(addr("::1")) || mcd_addr_is_unspecified(addr("0.0.0.1")));
	CU_ASSERT_TRUE(mcd_addr_is_loopback(addr("127.255.0.1")) && mcd_addr_is_loopback(addr("::1")));
	CU_ASSERT_FALSE(mcd_addr_is_loopback(addr("128.0.0.1")) || mcd_addr_is_loopback(addr("::2")));
	CU_ASSERT_FALSE(mcd_addr_is_loopback(addr("126.255.255.255")));
}

/* Both ends of every range. */
static void scopes(void)
{
	static const struct {
		const char *first, *last;
		enum mcd_scope scope;
	} ranges[] = {
		{ "0.0.0.0", "223.255.255.255", MCD_SCOPE_NONE },
		{ "224.0.0.0", "224.0.0.255", MCD_SCOPE_LINK_LOCAL },
		{ "224.0.1.0", "224.0.1.255", MCD_SCOPE_INTERNETWORK },
		{ "224.0.2.0", "224.0.255.255", MCD_SCOPE_GLOBAL },
		{ "224.1.0.0", "224.1.255.255", MCD_SCOPE_RESERVED },
		{ "224.2.0.0", "224.4.255.255", MCD_SCOPE_GLOBAL },
		{ "224.5.0.0", "231.255.255.255", MCD_SCOPE_RESERVED },
		{ "225.233.233.233", "225.233.233.233", MCD_SCOPE_RESERVED },
		{ "232.0.0.0", "232.255.255.255", MCD_SCOPE_SSM },
		{ "233.0.0.0", "233.255.255.255", MCD_SCOPE_GLOP },
		{ "234.0.0.0", "234.255.255.255", MCD_SCOPE_GLOBAL },
		{ "235.0.0.0", "238.255.255.255", MCD_SCOPE_RESERVED },
		{ "239.0.0.0", "239.255.255.255", MCD_SCOPE_ADMIN },
		{ "240.0.0.0", "255.255.255.255", MCD_SCOPE_NONE },
		{ "::", "feff:ffff::", MCD_SCOPE_NONE },
		{ "ff00::1", "ff00:ffff::", MCD_SCOPE_RESERVED },
		{ "ff01::1", "ff02:ffff::1", MCD_SCOPE_LINK_LOCAL },
		{ "ff12::1", "ff12::ffff", MCD_SCOPE_LINK_LOCAL },
		{ "ff32::1", "ff3e::8000:1", MCD_SCOPE_SSM },
		{ "ff32:40::1", "ff32:ffff::", MCD_SCOPE_LINK_LOCAL },
		{ "ff3e:20:2001:db8::1", "ff3e:ffff::", MCD_SCOPE_GLOBAL },
		{ "ff03::1", "ff08::1", MCD_SCOPE_ADMIN },
		{ "ff15::1", "ff18::1", MCD_SCOPE_ADMIN },
		{ "ff09::1", "ff0e::101", MCD_SCOPE_GLOBAL },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		CU_ASSERT_EQUAL(mcd_addr_scope(addr(ranges[i].first)), ranges[i].scope);
		CU_ASSERT_EQUAL(mcd_addr_scope(addr(ranges[i].last)), ranges[i].scope);
		CU_ASSERT_EQUAL(mcd_addr_is_multicast(addr(ranges[i].first)), ranges[i].scope != MCD_SCOPE_NONE);
	}
}

static void group_macs(void)
{
	static const char *const expected[][2] = {
		{ "224.0.0.1", "01:00:5e:00:00:01" },	{ "225.233.233.233", "01:00:5e:69:e9:e9" },   { "239.255.255.255", "01:00:5e:7f:ff:ff" },
		{ "224.129.2.3", "01:00:5e:01:02:03" }, { "ff02::1:ff12:3456", "33:33:ff:12:34:56" }, { "ff02::fb", "33:33:00:00:00:fb" },
	};
	uint8_t mac[6];
	char text[MCD_MAC_TEXT];

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		mcd_addr_group_mac(addr(expected[i][0]), mac);
		CU_ASSERT_STRING_EQUAL(mcd_mac_format(mac, text), expected[i][1]);
	}
}

static void prefixes(void)
{
	static const struct {
		const char *address, *net;
		unsigned length;
		bool inside;
	} expected[] = {
		{ "192.0.2.77", "192.0.2.0", 24, true },
		{ "192.0.3.0", "192.0.2.0", 24, false },
		{ "192.0.3.0", "192.0.2.0", 23, true },
		{ "1.2.3.4", "255.0.0.0", 0, true },
		{ "1.2.3.4", "1.2.3.4", 32, true },
		{ "1.2.3.5", "1.2.3.4", 32, false },
		{ "1.2.3.5", "1.2.3.4", 31, true },
		{ "1.2.3.4", "1.2.3.4", 33, false },
		{ "1.2.3.4", "::", 0, false },
		{ "::1", "0.0.0.0", 0, false },
		{ "2001:db8::1", "::", 0, true },
		{ "2001:db8::1", "2001:db8::", 64, true },
		{ "2001:db8:0:1::1", "2001:db8::", 64, false },
		{ "2001:db8:0:1::1", "2001:db8::", 63, true },
		{ "fe80::1", "fe80::2", 126, true },
		{ "fe80::1", "fe80::2", 127, false },
		{ "fe80::1", "fe80::1", 128, true },
		{ "fe80::1", "fe80::2", 128, false },
		{ "fe80::1", "fe80::1", 129, false },
		{ "fe80:0:0:0:8000::", "fe80::", 65, false },
		{ "fe80:0:0:0:8000::", "fe80::", 64, true },
	};

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		CU_ASSERT_EQUAL(mcd_addr_in(addr(expected[i].address), addr(expected[i].net), expected[i].length), expected[i].inside);
}

const struct unit_test base_addr_tests[] = {
	{ "bytes both ways", bytes_both_ways },
	{ "texts both ways", texts_both_ways },
	{ "texts that are refused", refused_texts },
	{ "order and kind", order_and_kind },
	{ "scopes", scopes },
	{ "group MAC addresses", group_macs },
	{ "prefixes", prefixes },
	{ NULL, NULL },
};
