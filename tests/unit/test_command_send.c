/* SPDX-License-Identifier: ISC */
/* The command line of `mcdiag send`, and its plan. */
#include <config.h>

#include "test_command.h"

#include "command/values.h"

#include <string.h>

static void a_message_goes_out_once(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("send -m hello", &o, &err));
	CU_ASSERT_EQUAL(o.command, MCD_SEND);
	CU_ASSERT_TRUE(o.request.send && o.request.send_only && o.request.self_test && o.request.all_interfaces && o.request.loop);
	CU_ASSERT_FALSE(o.request.join || o.request.expect_stream || o.request.duration_given);
	CU_ASSERT_STRING_EQUAL(o.request.message, "hello");
	CU_ASSERT_EQUAL(o.request.count, 1);
	CU_ASSERT_TRUE(o.request.rate.millipackets == 10000 && o.request.rate.bits == 0);
	CU_ASSERT_EQUAL(o.request.duration_ms, 0);
	CU_ASSERT_EQUAL(o.request.ttl, 64);
	mcd_options_fini(&o);
}

static void a_named_group_is_sent_to(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("send -g 239.1.2.3:5000 -t 0 --size 1400 --dscp 46 --source-port 9 --loop off", &o, &err));
	CU_ASSERT_TRUE(o.request.send && !o.request.expect_stream && !o.request.loop);
	CU_ASSERT_TRUE(o.request.ttl == 0 && o.request.payload_size == 1400 && o.request.dscp == 46 && o.request.source_port == 9);
	mcd_options_fini(&o);
}

/* Whichever comes first; a duration alone has no count. */
static void count_and_duration_bound_it(void)
{
	static const struct {
		const char *line;
		uint64_t count;
		int64_t ms;
	} cases[] = { { "send -c 5", 5, 0 }, { "send -d 2s", 0, 2000 }, { "send -c 5 -d 2s", 5, 2000 }, { "send", 1, 0 } };
	struct mcd_options o;
	struct mcd_err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_TRUE_FATAL(parse(cases[i].line, &o, &err));
		CU_ASSERT_EQUAL(o.request.count, cases[i].count);
		CU_ASSERT_EQUAL(o.request.duration_ms, cases[i].ms);
		mcd_options_fini(&o);
	}
	CU_ASSERT_TRUE_FATAL(parse("diagnose -d 2s", &o, &err));
	CU_ASSERT_TRUE(o.request.count == 0 && !o.request.send_only && o.request.rate.millipackets == 10000);
	mcd_options_fini(&o);
}

static void rates_have_units(void)
{
	static const struct {
		const char *text;
		uint64_t millipackets, bits;
	} cases[] = {
		{ "10", 10000, 0 },	  { "0.5", 500, 0 },		{ "0.001", 1, 0 },	   { "100000000", 100000000000, 0 },
		{ "25pps", 25000, 0 },	  { "800bps", 0, 800 },		{ "64kbps", 0, 64000 },	   { "1.5Mbps", 0, 1500000 },
		{ "2mbps", 0, 2000000 },  { "10Gbps", 0, 10000000000 }, { "1Kbps", 0, 1000 },	   { "0.3333", 333, 0 },
	};
	static const char *const bad[] = { "", "0", "-1", "x", "10x", "10M", "1e3", "0x10", "1000000001", "0.0001", "1001Gbps", "0.5bps", "1..5", " 5", "5 ", "nan" };
	struct mcd_rate rate;
	struct mcd_err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_TRUE(mcd_value_rate("--rate", cases[i].text, &rate, &err));
		CU_ASSERT_TRUE(rate.millipackets == cases[i].millipackets && rate.bits == cases[i].bits);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CU_ASSERT_FALSE(mcd_value_rate("--rate", bad[i], &rate, &err));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, bad[i]));
	}
}

static void what_does_not_concern_it_is_refused(void)
{
	static const char *const cases[][2] = {
		{ "send --send", "--send" },	      { "send --no-send", "--no-send" },     { "send -s 10.0.0.1", "--source" },
		{ "send --no-join", "--no-join" },    { "send --expect-stream", "--expect-stream" }, { "send eth0", "send takes options only" },
		{ "send -g 10.0.0.1@232.1.1.1", "10.0.0.1@232.1.1.1" }, { "send -c 0", "'0'" }, { "send --rate fast", "fast" },
		{ "-c 3", "--count" },		      { "diagnose --rate 5", "--rate" },     { "replay -c 3 file", "--count" },
		{ "send --size 65508", "65508" },     { "send -g 10.1.1.1", "10.1.1.1" },
	};

	refuses(cases, sizeof cases / sizeof cases[0]);
}

const struct unit_test send_tests[] = {
	{ "a message goes out once", a_message_goes_out_once },
	{ "a named group is sent to", a_named_group_is_sent_to },
	{ "count and duration bound it", count_and_duration_bound_it },
	{ "rates have units", rates_have_units },
	{ "what does not concern it is refused", what_does_not_concern_it_is_refused },
	{ NULL, NULL },
};
