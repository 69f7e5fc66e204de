/* SPDX-License-Identifier: ISC */
/* --peer: the host that is asked by unicast, as a control. */
#include <config.h>

#include "test_command.h"

#include "command/controls.h"

#include <stdlib.h>
#include <string.h>

static void a_host_is_named(void)
{
	static const char *const lines[] = { "-g 239.1.2.3:5000 --peer ", "diagnose --peer ", "send --peer ", NULL };
	static const char *const hosts[] = { "10.0.0.5", "fd00::5", "fe80::5", "gw.example", "127.0.0.1", NULL };
	struct mcd_options o;
	struct mcd_err err;
	char line[100];

	for (size_t i = 0; lines[i]; i++)
		for (size_t k = 0; hosts[k]; k++) {
			snprintf(line, sizeof line, "%s%s", lines[i], hosts[k]);
			CU_ASSERT_TRUE_FATAL(parse(line, &o, &err));
			CU_ASSERT_STRING_EQUAL(o.request.peer, hosts[k]);
			mcd_options_fini(&o);
		}
	CU_ASSERT_TRUE_FATAL(parse("--peer 10.0.0.5 --peer 10.0.0.6", &o, &err)); /* the last word counts */
	CU_ASSERT_STRING_EQUAL(o.request.peer, "10.0.0.6");
	mcd_options_fini(&o);
	CU_ASSERT_PTR_NULL(o.request.peer);
	CU_ASSERT_TRUE_FATAL(parse("diagnose", &o, &err));
	CU_ASSERT_PTR_NULL(o.request.peer);
	mcd_options_fini(&o);
}

static void what_is_no_host_is_refused(void)
{
	char longest[300] = "--peer ";
	static const char *const cases[][2] = {
		{ "--peer 239.1.2.3", "--peer: '239.1.2.3'" },	 { "--peer ff02::1", "'ff02::1'" },
		{ "--peer 0.0.0.0", "'0.0.0.0'" },		 { "--peer ::", "'::'" },
		{ "--peer 255.255.255.255", "'255.255.255.255'" }, { "--peer 10.0.0.1,10.0.0.2", "'10.0.0.1,10.0.0.2'" },
		{ "--peer 10.0.0.0/24", "'10.0.0.0/24'" },	 { "--peer=", "--peer: ''" },
		{ "--peer", "'--peer' needs HOST" },		 { "replay --peer 10.0.0.1 x.pcap", "'--peer'" },
		{ "interfaces --peer 10.0.0.1", "'--peer'" },
	};
	struct mcd_options o;
	struct mcd_err err;

	refuses(cases, sizeof cases / sizeof cases[0]);
	memset(longest + 7, 'a', 254); /* a name has at most 253 */
	CU_ASSERT_FALSE(parse(longest, &o, &err));
	longest[7 + 253] = '\0';
	CU_ASSERT_TRUE_FATAL(parse(longest, &o, &err));
	mcd_options_fini(&o);
}

/* eth0 can be used; eth1 is only observed. */
static struct mcd_iface_list two(void)
{
	struct mcd_iface_list list = { calloc(2, sizeof *list.at), 2 };

	for (unsigned i = 0; i < 2; i++) {
		list.at[i] = (struct mcd_iface){ .index = i + 2, .flags = MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_MULTICAST, .naddresses = 1 };
		snprintf(list.at[i].name, sizeof list.at[i].name, "eth%u", i);
		list.at[i].addresses = calloc(1, sizeof *list.at[i].addresses);
		list.at[i].addresses[0] = (struct mcd_iface_address){ mcd_addr_v4(0x0a000001 + (i << 8)), 24 };
	}
	return list;
}

/* Nobody is asked where no host was named; else every chosen interface is, and what comes after is told as what was not to be known. */
static void only_who_is_named_is_asked(void)
{
	struct mcd_evidence evidence;
	struct mcd_controls controls;
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(plan_on(two(), "-i eth0", &o, &evidence, &err));
	mcd_controls_prepare(&controls, &evidence);
	mcd_controls_open(&controls, NULL, 100);
	mcd_controls_turn(&controls);
	CU_ASSERT_EQUAL(mcd_controls_files(&evidence), 0);
	CU_ASSERT_TRUE(mcd_controls_are_over(&controls));
	CU_ASSERT_EQUAL(mcd_controls_next(&controls), INT64_MAX);
	CU_ASSERT_FALSE(evidence.nics[0].control.wanted || evidence.nics[1].control.wanted);
	mcd_controls_close(&controls);
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);
	CU_ASSERT_TRUE_FATAL(plan_on(two(), "-i eth0 --peer 10.0.0.1", &o, &evidence, &err)); /* an address of eth0 itself: nothing is sent */
	mcd_controls_prepare(&controls, &evidence);
	CU_ASSERT_EQUAL(mcd_controls_files(&evidence), 1);
	mcd_controls_open(&controls, NULL, 100);
	CU_ASSERT_TRUE(evidence.nics[0].control.wanted && evidence.nics[0].control.has_address);
	CU_ASSERT_PTR_NOT_NULL(strstr(evidence.nics[0].control.error, "an address of this host"));
	CU_ASSERT_FALSE(evidence.nics[1].control.wanted);
	mcd_controls_turn(&controls);
	CU_ASSERT_EQUAL(evidence.nics[0].control.sent, 0);
	mcd_controls_close(&controls);
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);
}

const struct unit_test control_tests[] = {
	{ "a host is named", a_host_is_named },
	{ "what is no host is refused", what_is_no_host_is_refused },
	{ "only who is named is asked", only_who_is_named_is_asked },
	{ NULL, NULL },
};
