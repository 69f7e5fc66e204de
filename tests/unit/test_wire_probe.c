/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_wire.h"

#include "wire/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char known[] = "MCDIAG/1 session=0123456789abcdef host=name if=eth0 seq=7 ttl=64 time=1764000000.123456789\n";

static struct mcd_probe sample(void)
{
	return (struct mcd_probe){
		.session = 0x0123456789abcdef,
		.host = "name",
		.iface = "eth0",
		.sequence = 7,
		.ttl = 64,
		.sent_ns = 1764000000123456789,
	};
}

static bool parse_text(const char *text, struct mcd_probe *out)
{
	unsigned char *copy = unit_exact(text, strlen(text));
	bool parsed = mcd_probe_parse(mcd_cursor_of(copy, strlen(text), false), out, NULL);

	free(copy);
	return parsed;
}

static void known_line(void)
{
	struct mcd_probe probe = sample(), read;
	uint8_t payload[200];
	size_t length = mcd_probe_write(payload, sizeof payload, &probe, "hello", 0);
	struct mcd_packet p;
	struct mcd_cursor message;

	CU_ASSERT_EQUAL(length, sizeof known - 1 + 6);
	CU_ASSERT_EQUAL(memcmp(payload, known, sizeof known - 1), 0);
	CU_ASSERT_EQUAL(memcmp(payload + sizeof known - 1, "hello", 6), 0);
	wire_decode("probe", &p);
	CU_ASSERT_TRUE(mcd_probe_parse(p.udp.payload, &read, &message));
	CU_ASSERT_TRUE(read.session == probe.session && read.sequence == 7 && read.ttl == 64);
	CU_ASSERT_EQUAL(read.sent_ns, probe.sent_ns);
	CU_ASSERT_STRING_EQUAL(read.host, "name");
	CU_ASSERT_STRING_EQUAL(read.iface, "eth0");
	CU_ASSERT_TRUE(mcd_cursor_left(&message) == 6 && memcmp(message.at, "hello", 6) == 0);
}

static void check_round_trip(const struct mcd_probe *probe, const char *message, size_t least)
{
	uint8_t payload[MCD_PROBE_LINE + 200];
	struct mcd_probe read;
	struct mcd_cursor rest;
	size_t length = mcd_probe_write(payload, sizeof payload, probe, message, least);
	unsigned char *copy = unit_exact(payload, length);

	CU_ASSERT_TRUE(length > 0 && length >= least);
	CU_ASSERT_TRUE_FATAL(mcd_probe_parse(mcd_cursor_of(copy, length, false), &read, &rest));
	CU_ASSERT_STRING_EQUAL(read.host, probe->host);
	CU_ASSERT_STRING_EQUAL(read.iface, probe->iface);
	CU_ASSERT_TRUE(read.session == probe->session && read.sequence == probe->sequence);
	CU_ASSERT_TRUE(read.ttl == probe->ttl && read.sent_ns == probe->sent_ns);
	CU_ASSERT_STRING_EQUAL((const char *)rest.at, message);
	for (const unsigned char *b = rest.at + strlen(message); b < copy + length; b++)
		CU_ASSERT_EQUAL(*b, 0);
	for (const unsigned char *b = copy; b < rest.at - 1; b++)
		CU_ASSERT_TRUE(*b >= ' ' && *b < 0x7f);
	free(copy);
}

static void round_trips(void)
{
	struct mcd_probe probe = sample();

	check_round_trip(&probe, "", 0);
	check_round_trip(&probe, "two\nlines and 100%", 1000);
	snprintf(probe.host, sizeof probe.host, "%s", "a b=c%41\n\t\x7f\xc3\xa9");
	snprintf(probe.iface, sizeof probe.iface, "%s", "Ethernet 2 (seq=9 ttl=1)");
	probe.session = UINT64_MAX;
	probe.sequence = UINT32_MAX;
	probe.ttl = 255;
	probe.sent_ns = INT64_MAX;
	check_round_trip(&probe, "x", 0);
	probe = (struct mcd_probe){ .session = 0 };
	check_round_trip(&probe, "", 0);
	memset(probe.host, 0xff, sizeof probe.host - 1);
	memset(probe.iface, ' ', sizeof probe.iface - 1);
	probe.session = probe.sequence = UINT32_MAX;
	probe.sent_ns = INT64_MAX;
	check_round_trip(&probe, "the longest line there is", 1800);
}

static void least_and_room(void)
{
	struct mcd_probe probe = sample();
	enum { LINE = sizeof known - 1 };
	uint8_t payload[LINE + 40];

	memset(payload, 0xee, sizeof payload);
	CU_ASSERT_EQUAL(mcd_probe_write(payload, LINE + 6, &probe, "hello", 0), LINE + 6);
	CU_ASSERT_EQUAL(payload[LINE + 6], 0xee);
	CU_ASSERT_EQUAL(mcd_probe_write(payload, LINE + 5, &probe, "hello", 0), 0);
	CU_ASSERT_EQUAL(mcd_probe_write(payload, LINE, &probe, "", 0), 0);
	CU_ASSERT_EQUAL(mcd_probe_write(payload, 0, &probe, "", 0), 0);
	CU_ASSERT_EQUAL(mcd_probe_write(payload, LINE + 20, &probe, "hello", LINE + 20), LINE + 20);
	CU_ASSERT_EQUAL(payload[LINE + 19], 0);
	CU_ASSERT_EQUAL(payload[LINE + 20], 0xee);
	CU_ASSERT_EQUAL(mcd_probe_write(payload, LINE + 20, &probe, "hello", LINE + 21), 0);
	CU_ASSERT_EQUAL(mcd_probe_write(payload, LINE + 20, &probe, "hello", 3), LINE + 6);
	probe.ttl = 256;
	CU_ASSERT_EQUAL(mcd_probe_write(payload, sizeof payload, &probe, "", 0), 0);
	probe.ttl = 1;
	probe.sent_ns = -1;
	CU_ASSERT_EQUAL(mcd_probe_write(payload, sizeof payload, &probe, "", 0), 0);
}

/* A line that is not whole is no probe, whoever ended it; a message that is not whole does not matter. */
static void every_prefix(void)
{
	struct mcd_probe probe = sample(), read;
	uint8_t payload[200];
	struct mcd_cursor message;
	size_t length = mcd_probe_write(payload, sizeof payload, &probe, "hello", 0);

	for (size_t n = 0; n <= length; n++)
		for (int cut = 0; cut <= 1; cut++) {
			unsigned char *copy = unit_exact(payload, n);
			bool whole = n >= sizeof known - 1;

			CU_ASSERT_EQUAL(mcd_probe_parse(mcd_cursor_of(copy, n, cut), &read, &message), whole);
			if (whole) {
				CU_ASSERT_TRUE(mcd_cursor_left(&message) == n - (sizeof known - 1) && message.cut == (bool)cut);
			}
			free(copy);
		}
}

static void refused_lines(void)
{
#define HEAD "MCDIAG/1 session=0123456789abcdef "
#define TAIL " seq=7 ttl=64 time=1.000000000\n"
	static const char *const refused[] = {
		"",
		"\n",
		"hello\n",
		"MCDIAG/2 session=0123456789abcdef host=a if=b" TAIL,
		"MCDIAG/1 session=0123456789abcde host=a if=b" TAIL,
		"MCDIAG/1 session=0123456789abcdef0 host=a if=b" TAIL,
		"MCDIAG/1 session=0123456789abcdeg host=a if=b" TAIL,
		"MCDIAG/1 session=-123456789abcdef host=a if=b" TAIL,
		HEAD "host=a%0 if=b" TAIL,
		HEAD "host=a%zz if=b" TAIL,
		HEAD "host=a%00 if=b" TAIL,
		HEAD "host=a\tb if=b" TAIL,
		HEAD "host=a=b if=b" TAIL,
		HEAD "host=\xc3\xa9 if=b" TAIL,
		HEAD "if=b host=a" TAIL,
		HEAD "host=a" TAIL,
		HEAD "host=a if=b seq=4294967296 ttl=64 time=1.000000000\n",
		HEAD "host=a if=b seq= ttl=64 time=1.000000000\n",
		HEAD "host=a if=b seq=-1 ttl=64 time=1.000000000\n",
		HEAD "host=a if=b seq=7 ttl=256 time=1.000000000\n",
		HEAD "host=a if=b seq=7 ttl=64 time=1.00000000\n",
		HEAD "host=a if=b seq=7 ttl=64 time=1.0000000000\n",
		HEAD "host=a if=b seq=7 ttl=64 time=9223372036.854775808\n",
		HEAD "host=a if=b seq=7 ttl=64 time=9223372037.000000000\n",
		HEAD "host=a if=b seq=7 ttl=64 time=.000000000\n",
		HEAD "host=a if=b seq=7 ttl=64 time=1.000000000 more\n",
		HEAD "host=a if=b seq=7 ttl=64 time=1.000000000",
	};
	struct mcd_probe read;
	char line[MCD_PROBE_LINE], name[MCD_PROBE_NAME + 1];

	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		CU_ASSERT_FALSE(parse_text(refused[i], &read));
	CU_ASSERT_TRUE(parse_text(HEAD "host= if=%3d%3D" TAIL, &read));
	CU_ASSERT_STRING_EQUAL(read.iface, "==");
	CU_ASSERT_EQUAL(read.sent_ns, 1000000000);
	/* 255 bytes fit, 256 do not. */
	memset(name, 'n', sizeof name);
	name[MCD_PROBE_NAME - 1] = '\0';
	snprintf(line, sizeof line, HEAD "host=%s if=b" TAIL, name);
	CU_ASSERT_TRUE(parse_text(line, &read));
	CU_ASSERT_STRING_EQUAL(read.host, name);
	name[MCD_PROBE_NAME - 1] = 'n';
	name[MCD_PROBE_NAME] = '\0';
	snprintf(line, sizeof line, HEAD "host=%s if=b" TAIL, name);
	CU_ASSERT_FALSE(parse_text(line, &read));
}

const struct unit_test wire_probe_tests[] = {
	{ "the line of the documentation", known_line }, { "round trips with odd names", round_trips },
	{ "least size and room", least_and_room },	 { "every prefix", every_prefix },
	{ "lines that are refused", refused_lines },	 { NULL, NULL },
};
