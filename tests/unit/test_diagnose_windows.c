/* SPDX-License-Identifier: ISC */
/* What only a host of Windows has wrong, each beside what is nearly the same and in order; and what is said there in other words. */
#include <config.h>

#include "test_diagnose.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST SIZE_MAX

static void init(struct the_case *c)
{
	case_init(c);
	case_make_windows(c);
}

/* Whether one of its clues has TEXT in it. */
static bool tells(const struct mcd_finding *f, const char *text)
{
	for (size_t i = 0; f && i < f->clues.count; i++)
		if (strstr(((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text, text))
			return true;
	return false;
}

static const struct mcd_finding *judged(struct the_case *c, size_t nic, enum mcd_code code)
{
	case_judge(c);
	HAS(c, nic, code);
	return found(c, nic, code);
}

static void set_level(struct the_case *c, int level)
{
	c->evidence.before.igmp_level = c->evidence.after.igmp_level = level;
}

static struct mcd_reception *socket_of(struct the_case *c)
{
	return ((struct mcd_stream *)mcd_vec_at(&c->nics[0].streams, 0))->reception;
}

static void fail(struct mcd_act *act, int os, const char *why)
{
	act->done = false;
	act->err = (struct mcd_err){ .os = os };
	snprintf(act->err.text, sizeof act->err.text, "%s", why);
}

static void forget_memberships(struct the_case *c)
{
	c->evidence.before.memberships_unknown = c->evidence.after.memberships_unknown = true;
	for (size_t i = 0; i < CASE_NICS; i++)
		c->tasks[i][0].member_before = c->tasks[i][0].kernel_lists = c->tasks[i][0].kernel_keeps = false;
}

/* ---- remedies ---- */

static bool serves_ipv6(enum mcd_code code)
{
	return code != MCD_IGMP_DOWNGRADED_BY_QUERIER && code != MCD_IGMP_VERSION_FORCED && code != MCD_QUERIER_ZERO_ADDRESS;
}

/* The name of an interface has blanks: it is in quotes, or in a sentence. */
static bool is_quoted(const char *text)
{
	for (const char *at = strstr(text, "%i"); at; at = strstr(at + 2, "%i"))
		if ((at == text || at[-1] != '"' || at[2] != '"') && (at - text < 3 || strncmp(at - 3, "of ", 3) != 0))
			return false;
	return true;
}

static bool is_of_ipv4(const char *text)
{
	return strstr(text, "IGMP") || strstr(text, "igmp snooping") || strstr(text, "IP_MULTICAST") || strstr(text, "interface ipv4");
}

static void remedies_are_of_windows(void)
{
	for (int code = 0; code < (int)MCD_CODE_COUNT; code++)
		for (int v6 = 0; v6 < 2; v6++) {
			const char *text = mcd_remedy((enum mcd_code)code, MCD_PLATFORM_WINDOWS, false, v6), *word = case_word_of_linux(text);

			if (word || !is_quoted(text) || (v6 && serves_ipv6((enum mcd_code)code) && is_of_ipv4(text)))
				printf("\n%s names %s: %s\n", mcd_catalogue((enum mcd_code)code)->code, word ? word : "an interface without quotes, or IPv4", text);
			if (strlen(text) >= MCD_FINDING_TEXT - 80)
				printf("\n%s: %zu\n", mcd_catalogue((enum mcd_code)code)->code, strlen(text));
			CU_ASSERT_TRUE(*text && strlen(text) < MCD_FINDING_TEXT - 80);
			CU_ASSERT_PTR_NULL(word);
			CU_ASSERT_PTR_NULL(strstr(text, "%n"));
			CU_ASSERT_TRUE(is_quoted(text));
			CU_ASSERT_FALSE(v6 && (strstr(text, "%g:") || strstr(text, "%g/32")));
			CU_ASSERT_FALSE(v6 && serves_ipv6((enum mcd_code)code) && is_of_ipv4(text));
			/* what was captured is another host's */
			CU_ASSERT_PTR_EQUAL(mcd_remedy((enum mcd_code)code, MCD_PLATFORM_WINDOWS, true, v6), mcd_remedy((enum mcd_code)code, MCD_PLATFORM_LINUX, true, v6));
		}
}

static void names_with_blanks_are_quoted(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	c.nics[0].unusable = MCD_UNUSABLE_DOWN;
	f = judged(&c, 0, MCD_INTERFACE_DOWN);
	CU_ASSERT_TRUE(f && strcmp(f->remedy[0], "Enable-NetAdapter -Name \"Ethernet 0\"") == 0);
	memset(c.ifaces[0].name, 'x', 200); /* what would be cut is not named */
	f = judged(&c, 0, MCD_INTERFACE_DOWN);
	CU_ASSERT_TRUE(f && strcmp(f->remedy[0], "Enable-NetAdapter -Name \"IFACE\"") == 0);
	case_fini(&c);
}

static void a_healthy_run(void)
{
	struct the_case c;

	init(&c);
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	forget_memberships(&c);
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

/* ---- settings of the registry ---- */

static void a_level_that_reports_nothing(void)
{
	static const int levels[] = { 0, 1, 2, -1 };

	for (size_t i = 0; i < 4; i++) {
		const bool mute = levels[i] == 0 || levels[i] == 1;
		const struct mcd_finding *f;
		struct the_case c;
		char says[64];

		snprintf(says, sizeof says, "IGMPLevel is %d in the registry: this host sends no reports", levels[i]);
		init(&c);
		set_level(&c, levels[i]);
		case_judge(&c);
		CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0); /* what left proves otherwise */
		case_no_report(&c, 0);
		f = judged(&c, 0, MCD_JOIN_NOT_ON_WIRE);
		CU_ASSERT_TRUE(f && tells(f, says) == mute && (strstr(f->remedy[0], "/v IGMPLevel") != NULL) == mute && tells(f, "GetAdaptersAddresses() lists the group"));
		case_query(&c, 0, 2000, 3, "10.77.0.250");
		f = judged(&c, 0, MCD_QUERY_NOT_ANSWERED);
		CU_ASSERT_TRUE(f && tells(f, says) == mute && (strstr(f->remedy[0], "/v IGMPLevel") != NULL) == mute);
		fail(&c.tasks[0][0].join, ENOPROTOOPT, "cannot join");
		f = judged(&c, 0, MCD_JOIN_FAILED);
		CU_ASSERT_TRUE(f && tells(f, says) == mute && (strstr(f->remedy[0], "/v IGMPLevel") != NULL) == mute);
		c.evidence.before.platform = MCD_PLATFORM_LINUX; /* which has no such setting */
		f = judged(&c, 0, MCD_JOIN_FAILED);
		CU_ASSERT_FALSE(tells(f, "IGMPLevel"));
		case_fini(&c);
	}
}

static void a_version_of_the_registry(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	case_no_report(&c, 0);
	case_report(&c, 0, JOINED, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_report(&c, 0, LEFT, MCD_IGMP_LEAVE, MCD_RECORD_NONE);
	f = judged(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER); /* nothing forces it */
	CU_ASSERT_TRUE(tells(f, "IGMPVersion is not set"));
	LACKS(&c, 0, MCD_IGMP_VERSION_FORCED);
	case_kernel(&c, 0)->force_igmp_version = 2;
	f = judged(&c, 0, MCD_IGMP_VERSION_FORCED);
	CU_ASSERT_TRUE(tells(f, "IGMPVersion is 3 in the registry, for all interfaces, which stands for IGMPv2") && f && strstr(f->remedy[0], "mldversion=version3"));
	case_fini(&c);
}

/* ---- joining ---- */

static void a_socket_on_the_group_itself(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	fail(&c.tasks[0][0].socket, EADDRNOTAVAIL, "cannot bind");
	f = judged(&c, 0, MCD_JOIN_FAILED);
	CU_ASSERT_FALSE(tells(f, "--bind group")); /* nobody asked for it */
	c.request.bind_group = true;
	f = judged(&c, 0, MCD_JOIN_FAILED);
	CU_ASSERT_TRUE(tells(f, "--bind group asks for that of the group") && f && strstr(f->remedy[0], "mcdiag --bind any"));
	fail(&c.tasks[0][0].socket, EADDRINUSE, "cannot bind");
	f = judged(&c, 0, MCD_PORT_IN_USE);
	CU_ASSERT_FALSE(tells(f, "--bind group"));
	case_fini(&c);
}

static void what_an_error_means(void)
{
	struct the_case c;

	init(&c);
	fail(&c.tasks[0][0].socket, EACCES, "cannot bind");
	judged(&c, 0, MCD_PORT_IN_USE); /* SO_EXCLUSIVEADDRUSE */
	c.evidence.before.platform = MCD_PLATFORM_LINUX;
	judged(&c, 0, MCD_JOIN_FAILED);
	case_fini(&c);
	init(&c);
	fail(&c.tasks[0][0].join, ENOBUFS, "cannot join");
	judged(&c, 0, MCD_JOIN_FAILED); /* there is no limit of memberships to name */
	case_fini(&c);
	for (int i = 0; i < 2; i++) {
		struct mcd_send_error *e;

		init(&c);
		e = mcd_vec_push(&c.tasks[0][0].send_errors);
		*e = (struct mcd_send_error){ .os = i ? ENOBUFS : EACCES, .count = 3, .text = "cannot send", .first_ns = T0 + 101 * MS };
		judged(&c, 0, i ? MCD_SEND_FAILED : MCD_SEND_BLOCKED);
		LACKS(&c, 0, i ? MCD_SEND_BLOCKED : MCD_SEND_FAILED);
		case_fini(&c);
	}
}

static void memberships_that_nobody_lists(void)
{
	struct the_case c;

	init(&c);
	forget_memberships(&c);
	case_no_report(&c, 0);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_JOIN)->reason, "whether the host was a member already"));
	LACKS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	LACKS(&c, 0, MCD_ALREADY_MEMBER);
	case_report(&c, 0, JOINED + 12, MCD_IGMP_V3_REPORT, MCD_TO_EX); /* but no leave */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_INCONCLUSIVE);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_LEAVE)->reason, "keeps the group is not known"));
	LACKS(&c, 0, MCD_LEAVE_NOT_ON_WIRE);
	c.evidence.before.memberships_unknown = c.evidence.after.memberships_unknown = false;
	judged(&c, 0, MCD_LEAVE_NOT_ON_WIRE);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_FAIL);
	case_no_report(&c, 0);
	judged(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_FAIL);
	case_fini(&c);
}

/* Another program's membership may have brought the stream, or have widened the filter. */
static void nothing_follows_from_them(void)
{
	struct the_case c;

	init(&c);
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->first_ns = T0 + 20 * MS;
	judged(&c, 0, MCD_NO_SNOOPING);
	forget_memberships(&c);
	case_judge(&c);
	LACKS(&c, 0, MCD_NO_SNOOPING);
	case_fini(&c);
	init(&c);
	case_ask_source(&c, "10.77.0.20");
	case_report(&c, 0, 900, MCD_IGMP_V3_REPORT, MCD_TO_EX);
	judged(&c, 0, MCD_SOURCE_FILTER_WRONG);
	forget_memberships(&c);
	case_judge(&c);
	LACKS(&c, 0, MCD_SOURCE_FILTER_WRONG);
	LACKS(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_INCONCLUSIVE);
	case_fini(&c);
	init(&c); /* what Windows lists has no sources: that says nothing of who holds it */
	case_ask_source(&c, "10.77.0.20");
	c.tasks[0][0].member_before = c.tasks[0][0].kernel_keeps = true;
	case_judge(&c);
	LACKS(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	c.evidence.before.platform = MCD_PLATFORM_LINUX;
	judged(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	case_fini(&c);
}

/* Neither reports nor probes of ours: a capture that shows none of our frames proves nothing of them; one of them, and the others are missed. */
static void a_driver_that_hides_our_frames(void)
{
	struct the_case c;

	init(&c);
	case_silence(&c.nics[0].reports);
	case_no_probes(&c.nics[0]);
	c.nics[0].members.count = 0;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_JOIN)->reason, "some drivers keep that from Npcap"));
	IS(&c, 0, MCD_CHECK_SEND, MCD_INCONCLUSIVE);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	LACKS(&c, 0, MCD_PROBE_NOT_ON_WIRE);
	LACKS(&c, 0, MCD_LEAVE_NOT_ON_WIRE);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	case_fini(&c);
	init(&c);
	case_no_probes(&c.nics[0]);
	case_judge(&c);
	HAS(&c, 0, MCD_PROBE_NOT_ON_WIRE);
	case_fini(&c);
}

/* A frame of ours that the capture shows twice is one that left once. */
static void a_capture_that_doubles_our_frames(void)
{
	struct mcd_probe_seen *p;
	struct the_case c;

	init(&c);
	p = mcd_vec_at(&c.nics[0].probes, 0);
	p->duplicated = p->packets;
	p->packets *= 2;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SEND, MCD_PASS);
	LACKS(&c, 0, MCD_PROBE_NOT_ON_WIRE);
	p->packets -= 2; /* one did not leave, though as many frames stand there as were sent */
	p->duplicated -= 1;
	case_judge(&c);
	HAS(&c, 0, MCD_PROBE_NOT_ON_WIRE);
	case_fini(&c);
}

/* ---- what reaches the socket ---- */

static void a_firewall(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	socket_of(&c)->delivered = 0;
	f = judged(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(f && f->confidence == MCD_LIKELY && strstr(f->remedy[0], "-Protocol UDP -LocalPort 5000 -InterfaceAlias \"Ethernet 0\" -Action Allow"));
	CU_ASSERT_TRUE(tells(f, "it is mcdiag's own socket"));
	CU_ASSERT_FALSE(tells(f, "public"));
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	snprintf(c.evidence.program, sizeof c.evidence.program, "C:\\Tools\\mcdiag.exe"); /* which has to have a rule of its own */
	f = judged(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "-Program \"C:\\Tools\\mcdiag.exe\" -Action Allow"));
	case_kernel(&c, 0)->network = MCD_NETWORK_PRIVATE;
	CU_ASSERT_FALSE(tells(judged(&c, 0, MCD_DROPPED_BY_FIREWALL), "public"));
	case_kernel(&c, 0)->network = MCD_NETWORK_PUBLIC;
	f = judged(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(tells(f, "the network of Ethernet 0 is a public one") && f &&
		       strstr(f->remedy[1], "Set-NetConnectionProfile -InterfaceAlias \"Ethernet 0\" -NetworkCategory Private"));
	case_kernel(&c, 0)->network = MCD_NETWORK_PRIVATE;
	case_kernel(&c, 0)->firewall = 1;
	f = judged(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(tells(f, "the network of Ethernet 0 is a private one, where Windows Firewall is on") && f && !f->remedy[1][0]);
	case_kernel(&c, 0)->firewall = 0;
	f = judged(&c, 0, MCD_NOT_DELIVERED);
	CU_ASSERT_TRUE(tells(f, "Windows Firewall is off there"));
	LACKS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_kernel(&c, 0)->firewall = 1;
	socket_of(&c)->delivered = 100;
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

static void what_else_it_may_be(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	socket_of(&c)->delivered = 0;
	forget_memberships(&c);
	case_kernel(&c, 0)->network = MCD_NETWORK_PUBLIC;
	f = judged(&c, 0, MCD_NOT_DELIVERED);
	CU_ASSERT_TRUE(tells(f, "what the kernel is a member of is not known") && tells(f, "public") && f && strstr(f->remedy[1], "-LocalPort 5000"));
	c.evidence.before.memberships_unknown = c.evidence.after.memberships_unknown = false;
	CU_ASSERT_TRUE(tells(judged(&c, 0, MCD_NOT_DELIVERED), "the kernel does not list the membership"));
	c.tasks[0][0].kernel_lists = true;
	set_level(&c, 0); /* which a report of ours refutes */
	CU_ASSERT_FALSE(tells(judged(&c, 0, MCD_DROPPED_BY_FIREWALL), "IGMPLevel"));
	case_silence(&c.nics[0].reports);
	f = judged(&c, 0, MCD_NOT_DELIVERED);
	CU_ASSERT_TRUE(tells(f, "IGMPLevel is 0") && f && strstr(f->remedy[0], "/v IGMPLevel") && !tells(f, "public"));
	set_level(&c, 2);
	socket_of(&c)->unverified = 100; /* checksums that the tap could not judge */
	CU_ASSERT_TRUE(tells(judged(&c, 0, MCD_NOT_DELIVERED), "whether their checksums were right"));
	socket_of(&c)->unverified = 0;
	judged(&c, 0, MCD_DROPPED_BY_FIREWALL);
	LACKS(&c, 0, MCD_NOT_DELIVERED);
	case_fini(&c);
}

static void a_shortage(void)
{
	struct the_case c;

	init(&c);
	case_kernel(&c, 0)->network = MCD_NETWORK_PUBLIC; /* of which nothing follows where some come in */
	socket_of(&c)->delivered = 60;
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_DELIVERY)->reason, "what its buffer had no room for"));
	socket_of(&c)->delivered = 99; /* the edge of the window */
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

/* ---- interfaces ---- */

static void one_that_is_not_connected(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	c.nics[0].unusable = MCD_UNUSABLE_NO_CARRIER;
	f = judged(&c, 0, MCD_NO_CARRIER);
	CU_ASSERT_TRUE(f && strstr(f->summary, "is not connected") && !tells(f, "gave itself"));
	c.addresses[0].address = address("169.254.7.9");
	f = judged(&c, 0, MCD_NO_CARRIER);
	CU_ASSERT_TRUE(tells(f, "it has kept 169.254.7.9, which it gave itself"));
	case_fini(&c);
}

static struct mcd_host_route *route_by(struct the_case *c, size_t nic)
{
	struct mcd_host_route *route;

	mcd_host_ask_route(&c->evidence.before, c->groups[0].address);
	route = mcd_vec_at(&c->evidence.before.routes, 0);
	*route = (struct mcd_host_route){ .destination = c->groups[0].address, .routing = MCD_ROUTING_FOUND, .prefix_length = mcd_addr_is_v4(c->groups[0].address) ? 4 : 8,
					  .nways = 1, .ways = { { c->ifaces[nic].index, address("0.0.0.0") } } };
	return route;
}

static void the_lowest_metric_comes_first(void)
{
	const struct mcd_finding *f;
	struct the_case c;
	struct mcd_host_iface *other;

	init(&c);
	other = mcd_vec_at(&c.evidence.before.ifaces, 2);
	route_by(&c, 0);
	case_judge(&c);
	LACKS(&c, HOST, MCD_DEFAULT_INTERFACE_DIFFERS);
	route_by(&c, 2);
	other->metric = 5;
	f = judged(&c, HOST, MCD_DEFAULT_INTERFACE_DIFFERS);
	CU_ASSERT_TRUE(tells(f, "the lowest metric comes first: 5 of Ethernet 2 (Adapter V2), 25 of Ethernet 0"));
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "IP_MULTICAST_IF") &&
		       strstr(f->remedy[1], "Set-NetIPInterface -InterfaceAlias \"Ethernet 0\" -AddressFamily IPv4 -InterfaceMetric 4"));
	other->metric = 1; /* none is lower */
	f = judged(&c, HOST, MCD_DEFAULT_INTERFACE_DIFFERS);
	CU_ASSERT_TRUE(f && strstr(f->remedy[1], "-InterfaceAlias \"Ethernet 2\" -AddressFamily IPv4 -InterfaceMetric 35"));
	other->metric = 50; /* then it is not by that */
	f = judged(&c, HOST, MCD_DEFAULT_INTERFACE_DIFFERS);
	CU_ASSERT_TRUE(f && !tells(f, "metric") && strstr(f->remedy[1], "netsh interface ipv4 add route 239.7.7.7/32 \"Ethernet 0\""));
	other->metric = 5;
	route_by(&c, 2)->prefix_length = 32; /* nor by a route of the group's own */
	f = judged(&c, HOST, MCD_DEFAULT_INTERFACE_DIFFERS);
	CU_ASSERT_TRUE(f && !tells(f, "metric"));
	case_fini(&c);
}

static void of_ipv6_too(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	c.groups[0].address = address("ff15::99");
	route_by(&c, 2);
	f = judged(&c, HOST, MCD_DEFAULT_INTERFACE_DIFFERS);
	CU_ASSERT_TRUE(tells(f, "the interface of the lowest metric comes first: Ethernet 2 (Adapter V2)") && f && strstr(f->remedy[0], "IPV6_MULTICAST_IF") &&
		       strstr(f->remedy[1], "-AddressFamily IPv6 -InterfaceMetric 100"));
	case_fini(&c);
}

/* IP_MULTICAST_LOOP is the receiver's there: nobody else misses what we send. */
static void loopback_that_is_off(void)
{
	struct the_case c;

	init(&c);
	c.request.loop = false;
	c.tasks[0][0].member_before = c.tasks[0][0].kernel_keeps = true;
	case_judge(&c);
	LACKS(&c, HOST, MCD_LOCAL_LOOPBACK_OFF);
	c.evidence.before.platform = MCD_PLATFORM_LINUX;
	judged(&c, HOST, MCD_LOCAL_LOOPBACK_OFF);
	case_fini(&c);
}

/* ---- other programs ---- */

static struct case_app add_app(struct the_case *c)
{
	struct case_app app = case_app(c);
	struct mcd_app_socket *looks[] = { case_app_start(c, app), case_app_end(c, app) };

	for (size_t i = 0; i < 2; i++) {
		looks[i]->asked = false;
		looks[i]->multicast_all = 0;
		looks[i]->drops = looks[i]->receive_buffer = looks[i]->queued = UINT64_MAX;
		snprintf(looks[i]->process, sizeof looks[i]->process, "player.exe");
	}
	return app;
}

static void lacks_apps(struct the_case *c)
{
	case_judge(c);
	for (size_t nic = 0; nic < 3; nic++)
		for (int code = MCD_APP_NOT_JOINED; code <= MCD_APP_MEMBERSHIP_LOST; code++)
			LACKS(c, nic < 2 ? nic : HOST, (enum mcd_code)code);
}

static void a_program_that_has_not_joined(void)
{
	const struct mcd_finding *f;
	struct case_app app;
	struct the_case c;

	init(&c);
	app = add_app(&c);
	f = judged(&c, 0, MCD_APP_NOT_JOINED);
	CU_ASSERT_TRUE(f && f->severity == MCD_FAULT && f->confidence == MCD_LIKELY && strstr(f->summary, "player.exe (pid 4711)"));
	CU_ASSERT_TRUE(tells(f, "before our joins and after our leaves GetAdaptersAddresses() listed 239.7.7.7 on no interface"));
	case_app_joins(&c, app, 0, "239.7.7.7", CASE_BOTH);
	lacks_apps(&c);
	case_silence(&c.evidence.before.memberships);
	case_silence(&c.evidence.after.memberships);
	snprintf(case_app_end(&c, app)->process, sizeof case_app_end(&c, app)->process, "mcdiag.exe"); /* another run of ours */
	lacks_apps(&c);
	case_fini(&c);
}

/* Windows lists one membership for all who hold it: beside ours, that of a program is not lost. */
static void a_membership_beside_ours(void)
{
	struct case_app app;
	struct the_case c;

	init(&c);
	app = add_app(&c);
	case_app_joins(&c, app, 0, "239.7.7.7", CASE_BOTH);
	c.tasks[0][0].leave.done = false; /* the last look saw ours as well */
	lacks_apps(&c);
	case_fini(&c);
}

/* There that is the way to choose an interface. */
static void a_program_on_an_address(void)
{
	struct case_app app;
	struct the_case c;

	init(&c);
	app = add_app(&c);
	case_app_start(&c, app)->address = case_app_end(&c, app)->address = c.addresses[0].address;
	case_app_joins(&c, app, 0, "239.7.7.7", CASE_BOTH);
	lacks_apps(&c);
	c.evidence.before.platform = MCD_PLATFORM_LINUX;
	judged(&c, 0, MCD_APP_BOUND_TO_UNICAST);
	case_fini(&c);
}

static void stop_joining(struct the_case *c)
{
	c->request.join = c->request.send = false;
	for (size_t i = 0; i < CASE_NICS; i++) {
		memset(&c->tasks[i][0].join, 0, sizeof c->tasks[i][0].join);
		memset(&c->tasks[i][0].leave, 0, sizeof c->tasks[i][0].leave);
		c->tasks[i][0].ready_ns = 0;
		case_no_report(c, i);
		case_no_query(c, i);
		memset(&c->nics[i].scratch, 0, sizeof c->nics[i].scratch);
	}
	c->ifaces[2].flags = MCD_IFACE_UP; /* nobody is there */
}

static void the_wire_tells_where_nothing_else_does(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	add_app(&c);
	forget_memberships(&c);
	stop_joining(&c);
	lacks_apps(&c); /* nobody asked */
	case_query(&c, 0, 1000, 3, "10.77.0.250");
	lacks_apps(&c); /* on the other wire it may be a member */
	case_query(&c, 1, 1000, 3, "10.77.1.250");
	f = judged(&c, 0, MCD_APP_NOT_JOINED);
	CU_ASSERT_TRUE(f && f->severity == MCD_FAULT && f->confidence == MCD_LIKELY && tells(f, "10.77.0.250 asked for all groups on Ethernet 0"));
	c.ifaces[2].flags = MCD_IFACE_UP | MCD_IFACE_CARRIER; /* a wire that nobody saw */
	f = judged(&c, 0, MCD_APP_NOT_JOINED);
	CU_ASSERT_TRUE(f && f->confidence == MCD_POSSIBLE);
	set_level(&c, 1); /* it answers nobody */
	lacks_apps(&c);
	set_level(&c, 2);
	c.nics[0].capture.dropped = 1;
	lacks_apps(&c);
	c.nics[0].capture.dropped = 0;
	case_report(&c, 0, 1500, MCD_IGMP_V3_REPORT, MCD_IS_EX);
	lacks_apps(&c);
	case_no_report(&c, 0);
	case_foreign_report(&c, 0, 1500, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE); /* which spared ours */
	lacks_apps(&c);
	case_fini(&c);
}

static void a_query_that_came_too_late(void)
{
	struct the_case c;

	init(&c);
	add_app(&c);
	forget_memberships(&c);
	stop_joining(&c);
	case_query(&c, 0, CLOSED - 500, 3, "10.77.0.250");
	case_query(&c, 1, CLOSED - 500, 3, "10.77.1.250");
	lacks_apps(&c);
	case_fini(&c);
}

static void our_leave_tells_it_too(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	add_app(&c);
	forget_memberships(&c);
	c.ifaces[2].flags = MCD_IFACE_UP;
	f = judged(&c, 0, MCD_APP_NOT_JOINED);
	CU_ASSERT_TRUE(tells(f, "nobody else of this host held it there"));
	case_no_report(&c, 0); /* somebody may hold it */
	lacks_apps(&c);
	case_report(&c, 0, JOINED + 12, MCD_IGMP_V3_REPORT, MCD_TO_EX);
	lacks_apps(&c);
	case_fini(&c);
}

static void nothing_comes_and_nobody_has_joined(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	add_app(&c);
	forget_memberships(&c);
	c.ifaces[2].flags = MCD_IFACE_UP;
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	f = judged(&c, HOST, MCD_APP_NOT_JOINED);
	CU_ASSERT_TRUE(f && f->severity == MCD_WARNING);
	c.ifaces[2].flags = MCD_IFACE_UP | MCD_IFACE_CARRIER;
	lacks_apps(&c);
	case_fini(&c);
}

/* ---- naming ---- */

static void a_name_on_loopback(void)
{
	const struct mcd_finding *f;
	struct the_case c;

	init(&c);
	c.ifaces[2].flags = MCD_IFACE_UP | MCD_IFACE_LOOPBACK;
	c.nics[2].role = MCD_ROLE_OBSERVED;
	c.evidence.nnics = 3;
	case_no_stream(&c, 2);
	case_judge(&c);
	LACKS(&c, HOST, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK);
	*(struct mcd_addr *)mcd_vec_push(&c.evidence.before.name_addresses) = address("127.0.0.1");
	c.evidence.before.name_lookup = MCD_NAME_RESOLVED;
	f = judged(&c, HOST, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK);
	CU_ASSERT_TRUE(f && f->severity == MCD_NOTE && strstr(f->remedy[0], "C:\\Windows\\System32\\drivers\\etc\\hosts"));
	*(struct mcd_host_membership *)mcd_vec_push(&c.evidence.after.memberships) = (struct mcd_host_membership){ c.ifaces[2].index, c.groups[0].address, 1 };
	f = judged(&c, HOST, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK);
	CU_ASSERT_TRUE(f && f->severity == MCD_FAULT && strstr(f->settle_by, "Get-NetUDPEndpoint"));
	case_fini(&c);
}

static void a_sender_of_this_host(void)
{
	const struct mcd_finding *f;
	struct mcd_stream *s;
	struct the_case c;

	init(&c);
	case_no_stream(&c, 0);
	s = mcd_vec_at(&c.nics[1].streams, 0);
	s->local_source = true;
	case_rare(s)->packets_out = s->packets;
	route_by(&c, 1);
	f = judged(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	CU_ASSERT_TRUE(tells(f, "leaves by Ethernet 1") && f && strstr(f->remedy[0], "netsh interface ipv4 add route 239.7.7.7/32 \"Ethernet 0\""));
	case_fini(&c);
}

const struct unit_test windows_tests[] = {
	{ "remedies are of Windows", remedies_are_of_windows },
	{ "names with blanks are quoted", names_with_blanks_are_quoted },
	{ "a healthy run", a_healthy_run },
	{ "a level that reports nothing", a_level_that_reports_nothing },
	{ "a version of the registry", a_version_of_the_registry },
	{ "a socket on the group itself", a_socket_on_the_group_itself },
	{ "what an error means", what_an_error_means },
	{ "memberships that nobody lists", memberships_that_nobody_lists },
	{ "nothing follows from them", nothing_follows_from_them },
	{ "a driver that hides our frames", a_driver_that_hides_our_frames },
	{ "a capture that doubles our frames", a_capture_that_doubles_our_frames },
	{ "a firewall", a_firewall },
	{ "what else it may be", what_else_it_may_be },
	{ "a shortage", a_shortage },
	{ "one that is not connected", one_that_is_not_connected },
	{ "the lowest metric comes first", the_lowest_metric_comes_first },
	{ "of IPv6 too", of_ipv6_too },
	{ "loopback that is off", loopback_that_is_off },
	{ "a program that has not joined", a_program_that_has_not_joined },
	{ "a membership beside ours", a_membership_beside_ours },
	{ "a program on an address", a_program_on_an_address },
	{ "the wire tells where nothing else does", the_wire_tells_where_nothing_else_does },
	{ "a query that came too late", a_query_that_came_too_late },
	{ "our leave tells it too", our_leave_tells_it_too },
	{ "nothing comes and nobody has joined", nothing_comes_and_nobody_has_joined },
	{ "a name on loopback", a_name_on_loopback },
	{ "a sender of this host", a_sender_of_this_host },
	{ NULL, NULL },
};
