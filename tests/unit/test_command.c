/* SPDX-License-Identifier: ISC */
/* The command line and the plan: what is accepted, what it means, what is refused and how. */
#include <config.h>

#include "test_command.h"

#include "command/plan.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 16 };

bool parse(const char *line, struct mcd_options *out, struct mcd_err *err)
{
	static char copy[512];
	char *argv[MOST_WORDS + 2] = { (char *)"mcdiag" };
	int argc = 1;

	memset(err, 0, sizeof *err);
	snprintf(copy, sizeof copy, "%s", line);
	for (char *at = copy; *at && argc <= MOST_WORDS;) {
		size_t length = strcspn(at, " ");
		bool last = !at[length];

		argv[argc++] = at;
		at[length] = '\0';
		at += length + (last ? 0 : 1);
	}
	return mcd_options_parse(argc, argv, out, err);
}

static struct mcd_addr v4(const char *text)
{
	struct mcd_addr addr = { 0 };

	CU_ASSERT_TRUE(mcd_addr_parse(text, &addr));
	return addr;
}

static void defaults_are_the_self_test(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("", &o, &err));
	CU_ASSERT_EQUAL(o.request.ngroups, 1);
	CU_ASSERT_TRUE(mcd_addr_equal(o.request.groups[0].address, v4("225.233.233.233")));
	CU_ASSERT_EQUAL(o.request.groups[0].port, 7777);
	CU_ASSERT_EQUAL(o.request.groups[0].mode, MCD_EXCLUDE);
	CU_ASSERT_TRUE(o.request.self_test && o.request.send && o.request.join && o.request.loop && o.request.all_interfaces);
	CU_ASSERT_FALSE(o.request.expect_stream || o.request.duration_given || o.request.bind_group);
	CU_ASSERT_EQUAL(o.request.ttl, 64);
	CU_ASSERT_EQUAL(o.request.duration_ms, 5000);
	mcd_options_fini(&o);
}

static void a_named_group_is_not_sent_to(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("diagnose -g 239.1.2.3:5000", &o, &err));
	CU_ASSERT_FALSE(o.request.send);
	CU_ASSERT_TRUE(o.request.expect_stream);
	CU_ASSERT_EQUAL(o.request.groups[0].port, 5000);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(parse("--group=239.1.2.3 --send --no-expect-stream --port 9", &o, &err));
	CU_ASSERT_TRUE(o.request.send);
	CU_ASSERT_FALSE(o.request.expect_stream);
	CU_ASSERT_EQUAL(o.request.groups[0].port, 9);
	mcd_options_fini(&o);
}

static void sources_are_merged_and_sorted(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("-g 10.0.0.9@232.1.1.1:1 -g 10.0.0.1,232.1.1.2 -s 10.0.0.5,10.0.0.1 -s 10.0.0.9", &o, &err));
	CU_ASSERT_EQUAL_FATAL(o.request.ngroups, 2);
	CU_ASSERT_EQUAL(o.request.groups[0].mode, MCD_INCLUDE);
	CU_ASSERT_EQUAL_FATAL(o.request.groups[0].nsources, 3);
	CU_ASSERT_TRUE(mcd_addr_equal(o.request.groups[0].sources[0], v4("10.0.0.1")));
	CU_ASSERT_TRUE(mcd_addr_equal(o.request.groups[0].sources[1], v4("10.0.0.5")));
	CU_ASSERT_TRUE(mcd_addr_equal(o.request.groups[0].sources[2], v4("10.0.0.9")));
	CU_ASSERT_EQUAL(o.request.groups[1].nsources, 3);
	CU_ASSERT_TRUE(mcd_group_accepts(&o.request.groups[0], v4("10.0.0.5")));
	CU_ASSERT_FALSE(mcd_group_accepts(&o.request.groups[0], v4("10.0.0.6")));
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(parse("-g 239.1.1.1 --exclude 10.0.0.7", &o, &err));
	CU_ASSERT_EQUAL(o.request.groups[0].mode, MCD_EXCLUDE);
	CU_ASSERT_FALSE(mcd_group_accepts(&o.request.groups[0], v4("10.0.0.7")));
	CU_ASSERT_TRUE(mcd_group_accepts(&o.request.groups[0], v4("10.0.0.8")));
	mcd_options_fini(&o);
}

static void times_have_units(void)
{
	static const struct {
		const char *line;
		int64_t ms;
	} cases[] = { { "-d 500ms", 500 }, { "-d 2", 2000 }, { "-d 1.5s", 1500 }, { "-d 2m", 120000 }, { "--duration 1h", 3600000 } };
	struct mcd_options o;
	struct mcd_err err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_TRUE_FATAL(parse(cases[i].line, &o, &err));
		CU_ASSERT_EQUAL(o.request.duration_ms, cases[i].ms);
		CU_ASSERT_TRUE(o.request.duration_given);
		mcd_options_fini(&o);
	}
}

void refuses(const char *const cases[][2], size_t count)
{
	struct mcd_options o;
	struct mcd_err err;

	for (size_t i = 0; i < count; i++) {
		bool good = parse(cases[i][0], &o, &err);

		CU_ASSERT_FALSE(good);
		if (good || !strstr(err.text, cases[i][1]) || strchr(err.text, '\n'))
			printf("\n  '%s' gave '%s', which lacks '%s'", cases[i][0], err.text, cases[i][1]);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i][1]));
		CU_ASSERT_PTR_NULL(strchr(err.text, '\n'));
		if (good)
			mcd_options_fini(&o);
	}
}

/* Each line is refused, and the message names the offending text. */
static void bad_input_is_named(void)
{
	static const char *const cases[][2] = {
		{ "--nonsense", "--nonsense" },	 { "-Z", "-Z" },
		{ "-g 10.1.1.1", "10.1.1.1" },	 { "-g 239.1.1.1:0", "'0'" },
		{ "-g 239.1.1.1:99999", "99999" }, { "-g 239.1.1", "239.1.1" },
		{ "-g x@239.1.1.1", "'x'" },	 { "-g 239.0.0.1@239.1.1.1", "239.0.0.1" },
		{ "-g ff02::1%", "ff02::1%" },	 { "-t 256", "256" },
		{ "-t -1", "-1" },		 { "-t abc", "abc" },
		{ "-d 5parsecs", "5parsecs" },	 { "-d 0", "'0'" },
		{ "-s 239.1.1.1", "239.1.1.1" }, { "--loop maybe", "maybe" },
		{ "--dscp 64", "64" },		 { "-p 70000", "70000" },
		{ "--igmp-version 4", "'4'" },	 { "hear", "hear" },
		{ "--json=yes", "--json" },	 { "-g", "-g" },
		{ "--iface eth0,,eth1", "eth0,,eth1" }, { "-s 10.0.0.1 --exclude 10.0.0.2", "--exclude" },
		{ "--send --no-send", "--no-send" }, { "-g 239.1.1.1:1 -g 10.0.0.1@239.1.1.1:2", "239.1.1.1" },
		{ "-g 239.1.1.1 -g 239.1.1.1", "239.1.1.1" },
	};
	refuses(cases, sizeof cases / sizeof cases[0]);
}

static void help_lists_every_option_once(void)
{
	char *text;
	FILE *out = unit_open();

	mcd_options_help(out, MCD_DIAGNOSE);
	text = unit_close(out);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "--iface LIST"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "-V, --version"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "mcdiag replay --help"));
	CU_ASSERT_PTR_NULL(strstr(text, "--read"));
	for (char *line = text, *next; (next = strchr(line, '\n')); line = next + 1)
		CU_ASSERT_TRUE(next - line <= 110);
	free(text);
}

static void a_survey_takes_what_concerns_it(void)
{
	static const char *const cases[][2] = {
		{ "interfaces --send", "--send" },   { "interfaces -d 3", "--duration" },	{ "interfaces -w dir", "--save" },
		{ "interfaces -r file", "--read" }, { "interfaces eth0", "interfaces takes options only" },
	};
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("interfaces -jv -g 239.1.1.1 -i all -o file", &o, &err));
	CU_ASSERT_EQUAL(o.command, MCD_INTERFACES);
	CU_ASSERT_TRUE(o.request.survey && o.json && o.verbose);
	CU_ASSERT_EQUAL(o.request.ngroups, 1);
	CU_ASSERT_FALSE(o.request.join || o.request.send);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(parse("interfaces", &o, &err));
	CU_ASSERT_FALSE(o.request.join || o.request.send);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(parse("diagnose", &o, &err));
	CU_ASSERT_FALSE(o.request.survey);
	mcd_options_fini(&o);
	refuses(cases, sizeof cases / sizeof cases[0]);
}

/* ---- the plan ---- */

struct nic_text {
	const char *name;
	uint32_t flags;
	unsigned master;
	const char *kind, *address;
};

enum { GOOD = MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_MULTICAST | MCD_IFACE_BROADCAST };

static const struct nic_text host[] = {
	{ "lo", MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_LOOPBACK, 0, "", "127.0.0.1" },
	{ "eth0", GOOD, 0, "", "10.0.0.1" },
	{ "eth1", MCD_IFACE_MULTICAST | MCD_IFACE_BROADCAST, 0, "", "10.0.1.1" },
	{ "eth2", MCD_IFACE_UP | MCD_IFACE_MULTICAST | MCD_IFACE_BROADCAST, 0, "", "10.0.2.1" },
	{ "eth3", GOOD, 7, "", NULL },
	{ "tun0", MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_POINTOPOINT, 0, "tun", "10.0.4.1" },
	{ "br0", GOOD, 0, "bridge", "10.0.5.1" },
	{ "eth4", GOOD, 0, "", NULL },
};
enum { HOST = sizeof host / sizeof host[0] };

static struct mcd_iface_list host_list(void)
{
	struct mcd_iface_list list = { calloc(HOST, sizeof *list.at), HOST };

	for (unsigned i = 0; i < HOST; i++) {
		struct mcd_iface *iface = &list.at[i];

		snprintf(iface->name, sizeof iface->name, "%s", host[i].name);
		snprintf(iface->kind, sizeof iface->kind, "%s", host[i].kind);
		iface->index = i + 1;
		iface->flags = host[i].flags;
		iface->master = host[i].master;
		if (host[i].address) {
			iface->addresses = calloc(1, sizeof *iface->addresses);
			iface->naddresses = 1;
			iface->addresses[0].address = v4(host[i].address);
		}
	}
	return list;
}

static const struct mcd_nic *row(const struct mcd_evidence *evidence, const char *name)
{
	for (size_t i = 0; i < evidence->nnics; i++)
		if (strcmp(evidence->nics[i].iface->name, name) == 0)
			return &evidence->nics[i];
	return NULL;
}

bool plan_on(struct mcd_iface_list list, const char *line, struct mcd_options *o, struct mcd_evidence *evidence, struct mcd_err *err)
{
	bool good;

	CU_ASSERT_TRUE_FATAL(parse(line, o, err));
	good = mcd_plan(&o->request, &list, evidence, err);
	mcd_iface_list_fini(&list);
	return good;
}

static bool plan(const char *line, struct mcd_options *o, struct mcd_evidence *evidence, struct mcd_err *err)
{
	return plan_on(host_list(), line, o, evidence, err);
}

static void all_has_a_row_for_each_interface(void)
{
	static const struct {
		const char *name;
		enum mcd_unusable unusable;
	} expected[] = { { "eth0", MCD_USABLE }, { "eth1", MCD_UNUSABLE_DOWN }, { "eth2", MCD_UNUSABLE_NO_CARRIER }, { "eth3", MCD_UNUSABLE_ENSLAVED },
			 { "tun0", MCD_UNUSABLE_NO_MULTICAST }, { "br0", MCD_USABLE }, { "eth4", MCD_UNUSABLE_NO_ADDRESS } };
	struct mcd_options o;
	struct mcd_evidence evidence;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(plan("--iface all", &o, &evidence, &err));
	CU_ASSERT_EQUAL(evidence.nnics, HOST);
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		const struct mcd_nic *nic = row(&evidence, expected[i].name);

		CU_ASSERT_PTR_NOT_NULL_FATAL(nic);
		CU_ASSERT_EQUAL(nic->role, MCD_ROLE_CHOSEN);
		CU_ASSERT_EQUAL(nic->unusable, expected[i].unusable);
		CU_ASSERT_FALSE(nic->named);
	}
	CU_ASSERT_EQUAL(row(&evidence, "lo")->role, MCD_ROLE_OBSERVED);
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);
}

static void named_ones_are_tried(void)
{
	struct mcd_options o;
	struct mcd_evidence evidence;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(plan("-i eth4,6,10.0.0.1", &o, &evidence, &err));
	CU_ASSERT_TRUE(mcd_nic_is_used(row(&evidence, "eth4")));
	CU_ASSERT_TRUE(mcd_nic_is_used(row(&evidence, "tun0")));
	CU_ASSERT_TRUE(mcd_nic_is_used(row(&evidence, "eth0")));
	CU_ASSERT_EQUAL(row(&evidence, "br0")->role, MCD_ROLE_OBSERVED);
	CU_ASSERT_PTR_NULL(row(&evidence, "eth1")); /* down and not asked for */
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(plan("-i eth0 --only-chosen", &o, &evidence, &err));
	CU_ASSERT_EQUAL(evidence.nnics, 1);
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);
}

static void an_unknown_interface_is_refused(void)
{
	struct mcd_options o;
	struct mcd_evidence evidence;
	struct mcd_err err;

	CU_ASSERT_FALSE(plan("-i eth0,eth9", &o, &evidence, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "eth9"));
	mcd_options_fini(&o);
}

static void the_plan_can_be_printed(void)
{
	struct mcd_options o;
	struct mcd_evidence evidence;
	struct mcd_err err;
	char *text;
	FILE *out = unit_open();

	CU_ASSERT_TRUE_FATAL(plan("-i eth0,eth1 -g 10.9.9.9@232.1.1.1:5 --send -t 3", &o, &evidence, &err));
	mcd_plan_print(out, &evidence);
	text = unit_close(out);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "eth0: join 232.1.1.1:5 from 10.9.9.9, send probes with TTL 3\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "eth1: "));
	CU_ASSERT_PTR_NULL(strstr(text, "eth1: join"));
	free(text);
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);
}

static const struct unit_test option_tests[] = {
	{ "defaults are the self-test", defaults_are_the_self_test },
	{ "a named group is not sent to", a_named_group_is_not_sent_to },
	{ "sources are merged and sorted", sources_are_merged_and_sorted },
	{ "times have units", times_have_units },
	{ "bad input is named", bad_input_is_named },
	{ "help lists every option", help_lists_every_option_once },
	{ "a survey takes what concerns it", a_survey_takes_what_concerns_it },
	{ NULL, NULL },
};

static const struct unit_test plan_tests[] = {
	{ "all has a row for each interface", all_has_a_row_for_each_interface },
	{ "named ones are tried", named_ones_are_tried },
	{ "an unknown interface is refused", an_unknown_interface_is_refused },
	{ "the plan can be printed", the_plan_can_be_printed },
	{ NULL, NULL },
};

int main(void)
{
	static const struct unit_suite suites[] = {
		{ "options", option_tests },   { "plan", plan_tests },	     { "replay options", replay_tests },
		{ "IPv6", ipv6_tests },
		{ "inputs", input_tests },     { "restore", restore_tests }, { "pacer", pacer_tests },
		{ "send options", send_tests }, { "listen options", listen_tests }, { "control", control_tests },
		{ NULL, NULL },
	};

	return unit_main(suites);
}
