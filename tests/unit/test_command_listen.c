/* SPDX-License-Identifier: ISC */
/* The command line of `mcdiag listen`. */
#include <config.h>

#include "test_command.h"

#include <string.h>

static void it_joins_and_sends_nothing(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("listen", &o, &err));
	CU_ASSERT_EQUAL(o.command, MCD_LISTEN);
	CU_ASSERT_TRUE(o.request.listen_only && o.request.join && o.request.self_test && o.request.all_interfaces);
	CU_ASSERT_FALSE(o.request.send || o.request.send_only || o.request.expect_stream || o.request.duration_given || o.print);
	CU_ASSERT_TRUE(o.request.duration_ms == 0 && o.request.count == 0 && o.request.ttl == -1);
	CU_ASSERT_EQUAL(o.request.groups[0].port, 7777);
	mcd_options_fini(&o);
}

static void a_named_group_is_expected(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("listen -g 232.1.1.1:5000 -s 10.0.0.1,10.0.0.2 -c 5 -d 2s --print -i eth0,eth1", &o, &err));
	CU_ASSERT_TRUE(o.request.expect_stream && !o.request.send && o.print && o.request.ninterfaces == 2);
	CU_ASSERT_TRUE(o.request.count == 5 && o.request.duration_ms == 2000 && o.request.duration_given);
	CU_ASSERT_TRUE(o.request.groups[0].mode == MCD_INCLUDE && o.request.groups[0].nsources == 2);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(parse("listen -g 239.1.1.1 --exclude 10.0.0.9 --no-expect-stream", &o, &err));
	CU_ASSERT_TRUE(o.request.groups[0].mode == MCD_EXCLUDE && o.request.groups[0].nsources == 1 && !o.request.expect_stream);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(parse("listen -6 --expect-stream", &o, &err));
	CU_ASSERT_TRUE(o.request.expect_stream && !mcd_addr_is_v4(o.request.groups[0].address));
	mcd_options_fini(&o);
}

static void what_does_not_concern_it_is_refused(void)
{
	static const char *const cases[][2] = {
		{ "listen --send", "--send" },	   { "listen --no-send", "--no-send" }, { "listen --no-join", "--no-join" },
		{ "listen -t 5", "--ttl" },	   { "listen -m hello", "--message" },	{ "listen --rate 5", "--rate" },
		{ "listen --dscp 5", "--dscp" },   { "listen --loop off", "--loop" },	{ "listen --size 5", "--size" },
		{ "listen -c 0", "'0'" },	   { "listen eth0", "listen takes options only" },
		{ "listen -g 10.1.1.1", "10.1.1.1" }, { "diagnose --print", "--print" }, { "send --print", "--print" },
		{ "listen -g 239.1.1.1 -s 10.0.0.1 --exclude 10.0.0.2", "--exclude" },
	};

	refuses(cases, sizeof cases / sizeof cases[0]);
}

const struct unit_test listen_tests[] = {
	{ "it joins and sends nothing", it_joins_and_sends_nothing },
	{ "a named group is expected", a_named_group_is_expected },
	{ "what does not concern it is refused", what_does_not_concern_it_is_refused },
	{ NULL, NULL },
};
