/* SPDX-License-Identifier: ISC */
/* Groups of IPv6 on the command line, their zones, and the plan that is made of them. */
#include <config.h>

#include "test_command.h"

#include "command/plan.h"

#include <stdlib.h>
#include <string.h>

static struct mcd_addr address(const char *text)
{
	struct mcd_addr out = { 0, 0 };

	CU_ASSERT_TRUE_FATAL(mcd_addr_parse(text, &out));
	return out;
}

static void groups_are_read(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("-g [ff15::77:1]:5000 -g fd00::9@ff35::77:2 -g [ff12::1%eth1]:9 -p 8", &o, &err));
	CU_ASSERT_EQUAL_FATAL(o.request.ngroups, 3);
	CU_ASSERT_TRUE(mcd_addr_equal(o.request.groups[0].address, address("ff15::77:1")));
	CU_ASSERT_EQUAL(o.request.groups[0].port, 5000);
	CU_ASSERT_PTR_NULL(o.request.groups[0].zone);
	CU_ASSERT_TRUE(o.request.groups[1].mode == MCD_INCLUDE && mcd_addr_equal(o.request.groups[1].sources[0], address("fd00::9")));
	CU_ASSERT_EQUAL(o.request.groups[1].port, 8);
	CU_ASSERT_STRING_EQUAL(o.request.groups[2].zone, "eth1");
	CU_ASSERT_STRING_EQUAL(o.request.interfaces[0], "all"); /* not every group names its interface */
	mcd_options_fini(&o);
}

static void zones_are_the_default_interfaces(void)
{
	struct mcd_options o;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(parse("-g [ff12::1%eth1]:9 -g ff12::2%3", &o, &err));
	CU_ASSERT_EQUAL_FATAL(o.request.ninterfaces, 2);
	CU_ASSERT_STRING_EQUAL(o.request.interfaces[0], "eth1");
	CU_ASSERT_STRING_EQUAL(o.request.interfaces[1], "3");
	CU_ASSERT_FALSE(o.request.all_interfaces);
	mcd_options_fini(&o);
}

static void one_family_only(void)
{
	static const char *const cases[][2] = {
		{ "-4 -g [ff15::1]:5", "cannot go with --ipv4" }, { "-6 -g 239.1.1.1", "cannot go with --ipv6" },
		{ "-4 -6", "--ipv4 and --ipv6" },		  { "-g 239.1.1.1%eth0", "239.1.1.1%eth0" },
		{ "-g [ff15::1%]:5", "[ff15::1%]:5" },		  { "-g 10.0.0.1@[ff15::1]:5", "mixes IPv4 and IPv6" },
		{ "-g [ff15::1]:5 -s 10.0.0.1", "10.0.0.1" },	  { "-g [ff11::1]:5", "'[ff11::1]:5' is of scope 1" },
	};
	struct mcd_options o;
	struct mcd_err err;

	refuses(cases, sizeof cases / sizeof cases[0]);
	CU_ASSERT_TRUE_FATAL(parse("-6", &o, &err));
	CU_ASSERT_TRUE(o.request.self_test && mcd_request_has_family(&o.request, MCD_IPV6) && !mcd_request_has_family(&o.request, MCD_IPV4));
	CU_ASSERT_TRUE(mcd_addr_equal(o.request.groups[0].address, address("ff15::e1e9:e9e9")));
	mcd_options_fini(&o);
}

/* eth0 speaks both, eth1 IPv4, eth2 IPv6, eth3 nothing. */
static struct mcd_iface_list host_list(void)
{
	static const char *const addresses[][2] = { { "10.0.0.1", "fe80::1" }, { "10.0.1.1", NULL }, { "fe80::3", NULL }, { NULL, NULL } };
	struct mcd_iface_list list = { calloc(4, sizeof *list.at), 4 };

	for (unsigned i = 0; i < 4; i++) {
		struct mcd_iface *iface = &list.at[i];

		snprintf(iface->name, sizeof iface->name, "eth%u", i);
		iface->index = i + 1;
		iface->flags = MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_MULTICAST | MCD_IFACE_BROADCAST;
		iface->addresses = calloc(2, sizeof *iface->addresses);
		for (int k = 0; k < 2 && addresses[i][k]; k++)
			iface->addresses[iface->naddresses++].address = address(addresses[i][k]);
	}
	return list;
}

static bool plan(const char *line, struct mcd_options *o, struct mcd_evidence *evidence, struct mcd_err *err)
{
	return plan_on(host_list(), line, o, evidence, err);
}

static void each_group_has_its_interfaces(void)
{
	static const bool tested[4][2] = { { true, true }, { true, false }, { false, true }, { false, false } };
	struct mcd_options o;
	struct mcd_evidence evidence;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(plan("-g 239.1.1.1 -g ff15::1", &o, &evidence, &err));
	CU_ASSERT_EQUAL_FATAL(evidence.nnics, 4);
	for (size_t i = 0; i < 4; i++)
		for (size_t g = 0; g < 2; g++)
			CU_ASSERT_EQUAL(mcd_plan_tests(&evidence.nics[i], g), tested[i][g]);
	CU_ASSERT_EQUAL(evidence.nics[1].unusable, MCD_USABLE);
	CU_ASSERT_EQUAL(evidence.nics[1].tasks[1].unusable, MCD_UNUSABLE_NO_IPV6_ADDRESS);
	CU_ASSERT_EQUAL(evidence.nics[3].unusable, MCD_UNUSABLE_NO_ADDRESS);
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);

	CU_ASSERT_TRUE_FATAL(plan("-g ff15::1", &o, &evidence, &err));
	CU_ASSERT_EQUAL(evidence.nics[1].unusable, MCD_UNUSABLE_NO_IPV6_ADDRESS);
	CU_ASSERT_TRUE(mcd_nic_is_used(&evidence.nics[2]));
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);

	CU_ASSERT_TRUE_FATAL(plan("-i eth1 -g ff15::1", &o, &evidence, &err)); /* named: tried */
	CU_ASSERT_TRUE(mcd_plan_tests(&evidence.nics[1], 0));
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);
}

static void a_zone_is_one_interface(void)
{
	struct mcd_options o;
	struct mcd_evidence evidence;
	struct mcd_err err;

	CU_ASSERT_TRUE_FATAL(plan("-i eth0,eth2 -g ff12::1%eth2 -g ff15::1", &o, &evidence, &err));
	CU_ASSERT_FALSE(mcd_plan_tests(&evidence.nics[0], 0));
	CU_ASSERT_EQUAL(evidence.nics[0].tasks[0].unusable, MCD_UNUSABLE_OTHER_ZONE);
	CU_ASSERT_TRUE(mcd_plan_tests(&evidence.nics[0], 1) && mcd_plan_tests(&evidence.nics[2], 0));
	mcd_evidence_fini(&evidence);
	mcd_options_fini(&o);
	CU_ASSERT_FALSE(plan("-i eth0 -g ff12::1%eth2", &o, &evidence, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "'eth2' is not among the interfaces that --iface chooses"));
	mcd_options_fini(&o);
	CU_ASSERT_FALSE(plan("-i eth0 -g ff12::1%eth9", &o, &evidence, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "'eth9' is no interface"));
	mcd_options_fini(&o);
}

const struct unit_test ipv6_tests[] = {
	{ "groups are read", groups_are_read },
	{ "zones are the default interfaces", zones_are_the_default_interfaces },
	{ "one family only", one_family_only },
	{ "each group has its interfaces", each_group_has_its_interfaces },
	{ "a zone is one interface", a_zone_is_one_interface },
	{ NULL, NULL },
};
