/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_report.h"

#include "report/page.h"
#include "report/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Every code has prose, with no placeholder left in it. */
static void explain_all(enum mcd_platform platform)
{
	for (int code = 0; code < (int)MCD_CODE_COUNT; code++) {
		const struct mcd_catalogue *row = mcd_catalogue((enum mcd_code)code);
		char *text;
		FILE *out = unit_open();

		mcd_report_explain(out, (enum mcd_code)code, platform);
		text = unit_close(out);
		CU_ASSERT_EQUAL(strncmp(text, row->code, strlen(row->code)), 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, row->layer));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, mcd_severity_name(row->severity)));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nMeaning\n    "));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nRemedy\n    "));
		CU_ASSERT_PTR_NULL(strstr(text, "%i"));
		CU_ASSERT_PTR_NULL(strstr(text, "%g"));
		free(text);
	}
}

static char *explain(enum mcd_code code, enum mcd_platform platform)
{
	FILE *out = unit_open();

	mcd_report_explain(out, code, platform);
	return unit_close(out);
}

static void test_explain(void)
{
	char *text;

	explain_all(MCD_PLATFORM_LINUX);
	explain_all(MCD_PLATFORM_WINDOWS);
	text = explain(MCD_NO_MULTICAST_ROUTE, MCD_PLATFORM_LINUX);
	CU_ASSERT_TRUE(strstr(text, "\nRemedy\n    ip route add 224.0.0.0/4 dev INTERFACE;") && strstr(text, "\nRemedy, of a group of IPv6\n    ip -6 route"));
	free(text);
	text = explain(MCD_NO_MULTICAST_ROUTE, MCD_PLATFORM_WINDOWS);
	CU_ASSERT_TRUE(strstr(text, "\nRemedy\n    netsh interface ipv4 add route 224.0.0.0/4 \"INTERFACE\";") &&
		       strstr(text, "\nRemedy, of a group of IPv6\n    netsh interface ipv6 add route") && !strstr(text, "ip route"));
	free(text);
	text = explain(MCD_INTERFACE_DOWN, MCD_PLATFORM_WINDOWS); /* the same for both families */
	CU_ASSERT_PTR_NULL(strstr(text, "IPv6"));
	free(text);
}

static void test_explain_list(void)
{
	char *text;
	FILE *out = unit_open();

	mcd_report_explain_list(out);
	text = unit_close(out);
	for (int code = 0; code < (int)MCD_CODE_COUNT; code++) {
		char line[80];

		snprintf(line, sizeof line, "\n  %s ", mcd_catalogue((enum mcd_code)code)->code);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, line));
	}
	free(text);
}

static char *progress_of(const struct mcd_progress_state *state, unsigned width, bool cleared)
{
	FILE *out = unit_open();

	mcd_progress_show(out, state, width);
	if (cleared)
		mcd_progress_clear(out);
	return unit_close(out);
}

static void test_progress(void)
{
	const struct mcd_progress_state narrow = { 3, 24, "a\033b \xe4\xb8\xad\xe4\xb8\xad", -1 };
	char *text = progress_of(&(struct mcd_progress_state){ 3, 24, "querier on eth1", 2940 }, 100, true);

	CU_ASSERT_STRING_EQUAL(text, "\r\033[K3 of 24 checks settled, at most 2.9 s more, waiting for querier on eth1\r\033[K");
	free(text);
	text = progress_of(&narrow, 44, false);
	CU_ASSERT_STRING_EQUAL(text, "\r\033[K3 of 24 checks settled, waiting for a?b \xe4\xb8\xad"); /* the second would not fit */
	free(text);
}

static void test_progress_reading(void)
{
	static const struct {
		struct mcd_progress_reading state;
		const char *line;
	} cases[] = {
		{ { 3000000, 500000000, 2000000000, 2000 }, "\r\033[K25% read, 3000000 packets, 1.50 million/s, 250 MB/s, about 6 s more" },
		{ { 4096, 0, 0, 2000 }, "\r\033[K4096 packets, 0.00 million/s, 0 MB/s" },
		{ { 10, 300, 200, 0 }, "\r\033[K10 packets, 0.00 million/s, 0 MB/s" }, /* no time has passed */
		{ { 10, 300, 200, 1000 }, "\r\033[K100% read, 10 packets, 0.00 million/s, 0 MB/s, about 0 s more" }, /* the file grew */
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text;
		FILE *out = unit_open();

		mcd_progress_show_reading(out, &cases[i].state, 100);
		text = unit_close(out);
		CU_ASSERT_STRING_EQUAL(text, cases[i].line);
		free(text);
	}
}

static void test_utf8(void)
{
	static const struct {
		const char *bytes;
		size_t length;
		uint32_t code;
	} cases[] = {
		{ "a", 1, 'a' },
		{ "\xc3\xa9", 2, 0xe9 },
		{ "\xe2\x82\xac", 3, 0x20ac },
		{ "\xf0\x9f\x98\x80", 4, 0x1f600 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		{ "\xf4\x90\x80\x80", 1, MCD_UTF8_BAD },
		{ "\xc0\x80", 1, MCD_UTF8_BAD },
		{ "\xe0\x80\x80", 1, MCD_UTF8_BAD },
		{ "\xed\xa0\x80", 1, MCD_UTF8_BAD },
		{ "\x80", 1, MCD_UTF8_BAD },
		{ "\xe2\x82", 1, MCD_UTF8_BAD },
		{ "\xff", 1, MCD_UTF8_BAD },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unsigned char *exact = unit_exact(cases[i].bytes, strlen(cases[i].bytes) + 1);
		uint32_t code = 0;
		char back[4];

		CU_ASSERT_EQUAL(mcd_utf8_next((const char *)exact, &code), cases[i].length);
		CU_ASSERT_EQUAL(code, cases[i].code);
		if (code != MCD_UTF8_BAD) {
			CU_ASSERT_EQUAL(mcd_utf8_put(back, code), cases[i].length);
			CU_ASSERT_EQUAL(memcmp(back, cases[i].bytes, cases[i].length), 0);
		}
		free(exact);
	}
	CU_ASSERT_EQUAL(mcd_utf8_width("a\xcc\x81\xe4\xb8\xad\033"), 4);
}

static void test_wrapping(void)
{
	struct mcd_page page;
	char *text;
	FILE *out = unit_open();

	mcd_page_init(&page, out, 40, false, true);
	mcd_page_line(&page, 2, 4, "%s", "one two three four five six seven eight nine");
	mcd_page_line(&page, 0, 2, "%s", "0123456789012345678901234567890123456789tail");
	text = unit_close(out);
	CU_ASSERT_STRING_EQUAL(text, "  one two three four five six seven\n    eight nine\n0123456789012345678901234567890123456789\n  tail\n");
	free(text);
}

const struct unit_test report_prose_tests[] = {
	{ "--explain", test_explain }, { "--explain list", test_explain_list }, { "progress", test_progress }, { "progress of reading", test_progress_reading },
	{ "UTF-8", test_utf8 },	       { "wrapping", test_wrapping },		{ NULL, NULL },
};
