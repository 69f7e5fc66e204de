/* SPDX-License-Identifier: ISC */
/* The checks of a live run on a group of IPv6. */
#include <config.h>

#include "test_diagnose.h"

#include <errno.h>
#include <string.h>

static struct the_case *begin(struct the_case *c)
{
	case_init(c);
	case_make_ipv6(c);
	return c;
}

static struct mcd_report *report(struct the_case *c, int ms, uint8_t type, uint8_t record)
{
	struct mcd_report *r = case_report(c, 0, ms, type, record);

	case_turn_report(r);
	return r;
}

static struct mcd_query *query(struct the_case *c, int ms, int igmp_version)
{
	struct mcd_query *q = case_query(c, 0, ms, igmp_version, "10.77.0.250");

	case_turn_query(q);
	return q;
}

static bool says(const struct mcd_finding *f, const char *text)
{
	return f && (strstr(f->summary, text) || strstr(f->remedy[0], text));
}

/* So MANY of the hundred datagrams on h0 did not reach the socket, for that REASON of the kernel. */
static void lost(struct the_case *c, uint64_t many, const char *reason)
{
	struct mcd_stream *s = mcd_vec_at(&c->nics[0].streams, 0);
	struct mcd_drop *drop = case_drop(c, 0, reason, many);

	s->reception->delivered = 100 - many;
	drop->source = s->source;
	drop->group = s->group;
}

static void a_healthy_run(void)
{
	struct the_case c;

	case_judge(begin(&c));
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	for (int check = 0; check < MCD_CHECKS; check++)
		IS(&c, 0, (enum mcd_check_id)check, check == MCD_CHECK_SOURCE_FILTER ? MCD_SKIPPED : MCD_PASS);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_QUERIER)->reason, "MLDv2 querier fe80::fa answered our leave of ff15::"));
	case_fini(&c);
}

/* In MLDv1 a report and a Done take the place of the records. */
static void speak_v1(struct the_case *c)
{
	case_silence(&c->nics[0].reports);
	report(c, JOINED + 1, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	report(c, LEFT, MCD_IGMP_LEAVE, MCD_RECORD_NONE);
}

static void an_older_querier(void)
{
	struct the_case c;

	speak_v1(begin(&c));
	query(&c, 50, 2);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_PASS);
	HAS(&c, 0, MCD_MLD_DOWNGRADED_BY_QUERIER);
	LACKS(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER);
	LACKS(&c, 0, MCD_MLD_VERSION_FORCED);
	LACKS(&c, 0, MCD_REPORT_MALFORMED);
	LACKS(&c, 1, MCD_MLD_DOWNGRADED_BY_QUERIER);
	case_fini(&c);
}

static void a_query_of_the_other_family_is_none(void)
{
	struct the_case c;

	case_query(begin(&c), 0, 50, 2, "10.77.0.250"); /* IGMPv2, and we speak MLD */
	case_report(&c, 0, JOINED + 1, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE)->group = address("239.1.1.1");
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

static void a_version_that_is_forced(void)
{
	struct the_case c;

	speak_v1(begin(&c));
	c.evidence.has_host = true;
	case_kernel(&c, 0)->force_mld_version = 1;
	case_judge(&c);
	HAS(&c, 0, MCD_MLD_VERSION_FORCED);
	CU_ASSERT_TRUE(says(found(&c, 0, MCD_MLD_VERSION_FORCED), "net.ipv6.conf.h0.force_mld_version=0"));
	LACKS(&c, 0, MCD_MLD_DOWNGRADED_BY_QUERIER);
	case_kernel(&c, 0)->force_mld_version = 0;
	case_judge(&c);
	LACKS(&c, 0, MCD_MLD_VERSION_FORCED);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_MLD_DOWNGRADED_BY_QUERIER)->confidence, MCD_LIKELY); /* heard before the run */
	case_fini(&c);
}

static void an_address_that_was_tentative(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	begin(&c);
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 0))->source = address("::");
	report(&c, JOINED + 900, MCD_IGMP_V3_REPORT, MCD_TO_EX);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	HAS(&c, 0, MCD_REPORT_FROM_ZERO_ADDRESS);
	f = found(&c, 0, MCD_REPORT_FROM_ZERO_ADDRESS);
	CU_ASSERT_TRUE(says(f, "left h0 from ::") && says(f, "ip -6 address show dev h0"));
	CU_ASSERT_EQUAL(f->clues.count, 2);
	LACKS(&c, 0, MCD_REPORT_MALFORMED);
	case_fini(&c);
}

static void reports_that_nobody_takes(void)
{
	static const struct {
		const char *source, *destination;
		uint8_t ttl;
		bool alert, malformed;
	} cases[] = {
		{ "fe80::a", "ff02::16", 1, true, false }, { "fe80::a", "ff02::16", 1, false, true }, { "fe80::a", "ff02::16", 64, true, true },
		{ "fd77::a", "ff02::16", 1, true, true },  { "fe80::a", "ff02::2", 1, true, true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct the_case c;
		struct mcd_report *r = mcd_vec_at(&begin(&c)->nics[0].reports, 0);

		r->source = address(cases[i].source);
		r->destination = address(cases[i].destination);
		r->ttl = cases[i].ttl;
		r->router_alert = cases[i].alert;
		case_judge(&c);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_REPORT_MALFORMED) != NULL, cases[i].malformed);
		case_fini(&c);
	}
}

static void ipv6_that_is_disabled(void)
{
	struct the_case c;
	struct mcd_host_iface *before;

	begin(&c);
	c.evidence.has_host = true;
	before = mcd_vec_at(&c.evidence.before.ifaces, 0);
	before->disable_ipv6 = case_kernel(&c, 0)->disable_ipv6 = 1;
	case_no_report(&c, 0);
	case_no_stream(&c, 0);
	case_judge(&c);
	HAS(&c, 0, MCD_IPV6_DISABLED);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_IPV6_DISABLED)->severity, MCD_FAULT);
	CU_ASSERT_EQUAL(troubles(&c), 1);
	for (int check = 0; check < MCD_CHECKS; check++)
		IS(&c, 0, (enum mcd_check_id)check, MCD_SKIPPED);
	c.nics[0].named = false;
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_IPV6_DISABLED)->severity, MCD_NOTE);
	case_fini(&c);
}

/* It is told, and what it brings about is tied to it; nothing is skipped that was put to the test. */
static void ipv6_that_was_switched_off(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	begin(&c);
	c.evidence.has_host = true;
	case_kernel(&c, 0)->disable_ipv6 = 1;
	((struct mcd_host_iface *)mcd_vec_at(&c.evidence.before.ifaces, 0))->disable_ipv6 = 0;
	lost(&c, 70, "IPV6DISABLED");
	c.nics[0].reports.count = 1; /* no leave went out any more */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_INCONCLUSIVE);
	CU_ASSERT_TRUE(says(found(&c, 0, MCD_NOT_DELIVERED), "IPv6 is switched off on the interface"));
	f = found(&c, 0, MCD_IPV6_DISABLED);
	CU_ASSERT_TRUE(says(f, "was switched off on h0 during the run") && f->severity == MCD_FAULT);
	CU_ASSERT_PTR_EQUAL(mcd_vec_at(&c.diagnosis.findings, (size_t)found(&c, 0, MCD_NOT_DELIVERED)->because_of), f);
	LACKS(&c, 0, MCD_LEAVE_NOT_ON_WIRE);
	LACKS(&c, 1, MCD_IPV6_DISABLED);
	CU_ASSERT_EQUAL(troubles(&c), 2);
	c.evidence.drops.known = false; /* without the kernel's word no packet filter is blamed */
	case_judge(&c);
	HAS(&c, 0, MCD_NOT_DELIVERED);
	LACKS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

/* The answer to a query comes from nowhere, after reports that had an address. */
static void an_address_that_went(void)
{
	struct the_case c;
	struct mcd_report *later;

	begin(&c);
	later = report(&c, JOINED + 900, MCD_IGMP_V3_REPORT, MCD_IS_EX);
	case_judge(&c);
	LACKS(&c, 0, MCD_REPORT_FROM_ZERO_ADDRESS);
	later->source = address("::");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	HAS(&c, 0, MCD_REPORT_FROM_ZERO_ADDRESS);
	CU_ASSERT_TRUE(says(found(&c, 0, MCD_REPORT_FROM_ZERO_ADDRESS), "A later membership report left h0 from ::"));
	CU_ASSERT_EQUAL(found(&c, 0, MCD_REPORT_FROM_ZERO_ADDRESS)->clues.count, 2);
	later->record = MCD_TO_IN; /* what takes a membership away needs no address to be believed */
	case_judge(&c);
	LACKS(&c, 0, MCD_REPORT_FROM_ZERO_ADDRESS);
	case_fini(&c);
}

static void join_that_was_dropped(void)
{
	struct the_case c;

	case_no_report(begin(&c), 0);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_FAIL);
	CU_ASSERT_TRUE(says(found(&c, 0, MCD_JOIN_NOT_ON_WIRE), "mld2-listener-report"));
	case_fini(&c);
	case_no_report(begin(&c), 0);
	query(&c, JOINED + 5, 2); /* with which the kernel drops what is pending */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	case_fini(&c);
	case_no_report(begin(&c), 0);
	c.groups[0].address = address("ff11::7:7"); /* of the interface alone (RFC 9777, 6) */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_SKIPPED);
	LACKS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	case_fini(&c);
}

static void no_querier_is_of_one_family(void)
{
	struct the_case c;

	begin(&c);
	case_silence(&c.nics[0].queries);
	case_silence(&c.nics[0].queriers);
	c.nics[0].scratch[MCD_IPV6].query_ns = 0;
	case_query(&c, 0, 50, 3, "10.77.0.250"); /* one of IGMP is none of MLD */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_WARN);
	CU_ASSERT_TRUE(says(found(&c, 0, MCD_NO_QUERIER), "No MLD querier") && says(found(&c, 0, MCD_NO_QUERIER), "ipv6 mld snooping querier"));
	case_fini(&c);
}

/* One interface, a group of each family, and a querier of neither: two findings, each with its own remedy; but one of an address that is not there. */
static void each_family_has_its_findings(void)
{
	struct the_case c;
	size_t count = 0;

	case_init(&c);
	c.request.ngroups = 2;
	c.groups[1] = c.groups[0];
	c.groups[1].address = address("ff15::7:7");
	c.request.scratch_groups[MCD_IPV6] = address("ff12::77");
	for (size_t i = 0; i < CASE_NICS; i++)
		c.tasks[i][1] = c.tasks[i][0];
	case_no_query(&c, 0);
	c.nics[0].scratch[MCD_IPV6] = c.nics[0].scratch[MCD_IPV4];
	c.ifaces[0].naddresses = 0;
	case_judge(&c);
	for (size_t i = 0; i < c.diagnosis.findings.count; i++) {
		const struct mcd_finding *f = mcd_vec_at(&c.diagnosis.findings, i);

		if (f->nic != &c.nics[0] || f->code != MCD_NO_QUERIER)
			continue;
		count++;
		CU_ASSERT_TRUE(says(f, f->family == 4 ? "No IGMP querier" : "No MLD querier") && says(f, f->family == 4 ? "ip igmp" : "ipv6 mld"));
	}
	CU_ASSERT_EQUAL(count, 2);
	HAS(&c, 0, MCD_NO_IPV4_ADDRESS);
	case_fini(&c);
}

static void queries_that_hosts_ignore(void)
{
	struct the_case c;
	struct mcd_query *q;

	begin(&c);
	case_silence(&c.nics[0].queriers);
	c.nics[0].scratch[MCD_IPV6].query_ns = 0;
	q = mcd_vec_at(&c.nics[0].queries, 0);
	c.nics[0].queries.count = 1;
	q->source = address("fd77:1::5");
	q->valid = false;
	case_judge(&c);
	CU_ASSERT_TRUE_FATAL(found(&c, 0, MCD_NO_QUERIER) != NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_QUERIER)->reason, "1 came from fd77:1::5, which they ignore: it is no link-local address"));
	q->source = address("fe80::5");
	case_judge(&c);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_QUERIER)->reason, "1 came from fe80::5, which they ignore: their hop limit, Router Alert"));
	case_fini(&c);
}

static void an_answer_that_is_late(void)
{
	struct the_case c;
	struct mcd_report *r;

	query(begin(&c), 2000, 3);
	r = report(&c, 3400, MCD_IGMP_V3_REPORT, MCD_IS_EX);
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	r->when_ns = T0 + 3600 * MS; /* max response time 1 s and 500 ms are over */
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	case_fini(&c);
}

/* Of 100 datagrams at the tap that the socket did not get. */
static void drop_all(struct the_case *c)
{
	struct mcd_stream *s = mcd_vec_at(&c->nics[0].streams, 0);

	s->reception->delivered = s->reception->delivered_bytes = 0;
	c->evidence.has_host = true;
	c->evidence.after.counters.ip6_in_receives = c->evidence.after.counters.ip6_in_mcast_pkts = 100;
}

static void a_firewall_by_its_own_counters(void)
{
	struct the_case c;

	drop_all(begin(&c));
	c.evidence.after.counters.ip_reverse_path_filter = 100; /* of IPv4, which has nothing to do with it */
	case_kernel(&c, 0)->rp_filter = 1;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(says(found(&c, 0, MCD_DROPPED_BY_FIREWALL), "ip6 daddr ff15::"));
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	case_fini(&c);
	drop_all(begin(&c));
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->reception->unverified = 100;
	c.evidence.after.counters.udp6_in_csum_errors = 100;
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_CHECKSUM);
	c.evidence.after.counters.udp6_in_csum_errors = 0;
	c.evidence.after.counters.udp_in_csum_errors = 100;
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_CHECKSUM);
	case_fini(&c);
}

static void the_limit_of_sources(void)
{
	struct the_case c;
	struct mcd_task *task = &begin(&c)->nics[0].tasks[0];

	case_ask_source(&c, "fd77::20");
	task->join.done = false;
	task->join.err = (struct mcd_err){ .os = ENOBUFS, .text = "cannot join" };
	c.evidence.has_host = true;
	c.evidence.before.mld_max_msf = 0;
	c.evidence.before.igmp_max_msf = 100;
	case_judge(&c);
	HAS(&c, 0, MCD_SOURCE_LIMIT_REACHED);
	CU_ASSERT_TRUE(says(found(&c, 0, MCD_SOURCE_LIMIT_REACHED), "mld_max_msf"));
	case_fini(&c);
}

static void scopes_that_are_worth_a_word(void)
{
	struct the_case c;

	begin(&c);
	c.groups[0].address = address("ff12::7:7");
	case_judge(&c);
	CU_ASSERT_PTR_NOT_NULL(found(&c, SIZE_MAX, MCD_LINK_LOCAL_GROUP));
	c.groups[0].address = address("ff35::7:7");
	case_judge(&c);
	CU_ASSERT_PTR_NOT_NULL(found(&c, SIZE_MAX, MCD_SSM_RANGE_WITHOUT_SOURCE));
	case_fini(&c);
}

/* The kernel takes what comes from no address. */
static void impossible_sources(void)
{
	struct the_case c;
	struct mcd_stream *s = mcd_vec_at(&begin(&c)->nics[0].streams, 0);

	s->reception->delivered = 0;
	s->source = address("ff15::1");
	case_judge(&c);
	CU_ASSERT_TRUE(says(found(&c, 0, MCD_DROPPED_AS_MARTIAN), "Ip6InHdrErrors") && !says(found(&c, 0, MCD_DROPPED_AS_MARTIAN), "ipv4"));
	s->source = address("::");
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_AS_MARTIAN);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

/* The kernel takes what comes from an address of its own, but for the loopback address. */
static void sources_of_this_host(void)
{
	struct the_case c;
	struct mcd_stream *s = mcd_vec_at(&begin(&c)->nics[0].streams, 0);

	s->source = address("::1");
	s->local_source = true;
	s->reception->delivered = 0;
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_AS_MARTIAN);
	LACKS(&c, 0, MCD_STREAM_ABSENT);
	s->source = address("fd77::a");
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_AS_MARTIAN);
	case_fini(&c);
}

static void probes_that_leave_elsewhere(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	case_probes(begin(&c), 1, 0, true);
	case_judge(&c);
	f = found(&c, 0, MCD_PROBE_ON_OTHER_INTERFACE);
	CU_ASSERT_TRUE(f && f->family == 6 && says(f, "ip -6 rule show; ip -6 route get ff15::"));
	case_fini(&c);
}

/* Each link is a network of its own then: hop limits and routers are not why it is elsewhere. */
static void a_link_local_stream_elsewhere(void)
{
	for (int wide = 0; wide < 2; wide++) {
		struct the_case c;
		const struct mcd_finding *f;
		struct mcd_stream *s;

		begin(&c);
		c.groups[0].address.hi = wide ? 0xff15000000000000 : 0xff12000000000000;
		((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 0))->group = c.groups[0].address;
		case_no_stream(&c, 0);
		s = mcd_vec_at(&c.nics[1].streams, 0);
		s->group = c.groups[0].address;
		s->ttl[0] = 2;
		case_judge(&c);
		f = found(&c, 0, MCD_STREAM_ON_OTHER_INTERFACE);
		CU_ASSERT_TRUE_FATAL(f != NULL);
		CU_ASSERT_EQUAL(says(f, "no router passes it on"), wide);
		CU_ASSERT_EQUAL(strstr(f->remedy[1], "the routers between") != NULL, wide);
		case_fini(&c);
	}
}

/* Without a route for multicast the kernel takes in nothing either. */
static void no_route_for_multicast(void)
{
	struct the_case c;
	struct mcd_send_error *error;
	const struct mcd_finding *f;

	begin(&c);
	lost(&c, 100, "IP_INNOROUTES");
	case_judge(&c);
	f = found(&c, 0, MCD_NOT_DELIVERED);
	CU_ASSERT_TRUE(says(f, "none for multicast on the interface") && f->because_of == -1 && strstr(f->remedy[1], "ip -6 route add multicast"));
	error = mcd_vec_push(&c.tasks[0][0].send_errors);
	CU_ASSERT_PTR_NOT_NULL_FATAL(error);
	*error = (struct mcd_send_error){ .os = ENETUNREACH, .count = 3, .text = "Network is unreachable", .first_ns = T0 + 101 * MS };
	case_judge(&c);
	HAS(&c, 0, MCD_NO_MULTICAST_ROUTE);
	f = found(&c, 0, MCD_NOT_DELIVERED);
	CU_ASSERT_PTR_EQUAL(mcd_vec_at(&c.diagnosis.findings, (size_t)f->because_of), found(&c, 0, MCD_NO_MULTICAST_ROUTE));
	case_fini(&c);
}

/* Linux has no IPv6 on a link whose MTU is below 1280, and says no more than EINVAL. */
static void a_link_too_small_for_ipv6(void)
{
	static const struct {
		uint32_t mtu; /* 0 = not known */
		bool told;
	} cases[] = { { 1279, true }, { 1280, false }, { 0, false } };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct the_case c;

		begin(&c);
		c.ifaces[0].mtu = cases[i].mtu;
		c.tasks[0][0].join.done = false;
		c.tasks[0][0].join.err = (struct mcd_err){ .os = EINVAL, .text = "Invalid argument" };
		case_judge(&c);
		HAS(&c, 0, MCD_JOIN_FAILED);
		CU_ASSERT_EQUAL(says(found(&c, 0, MCD_JOIN_FAILED), "ip link set dev h0 mtu 1280"), cases[i].told);
		case_fini(&c);
	}
}

const struct unit_test mld_tests[] = {
	{ "a healthy run in IPv6", a_healthy_run },
	{ "an older querier", an_older_querier },
	{ "a query of the other family is none", a_query_of_the_other_family_is_none },
	{ "a version that is forced", a_version_that_is_forced },
	{ "an address that was tentative", an_address_that_was_tentative },
	{ "an address that went", an_address_that_went },
	{ "reports that nobody takes", reports_that_nobody_takes },
	{ "IPv6 that is disabled", ipv6_that_is_disabled },
	{ "IPv6 that was switched off", ipv6_that_was_switched_off },
	{ "a join that was dropped", join_that_was_dropped },
	{ "no querier is of one family", no_querier_is_of_one_family },
	{ "each family has its findings", each_family_has_its_findings },
	{ "queries that hosts ignore", queries_that_hosts_ignore },
	{ "an answer that is late", an_answer_that_is_late },
	{ "a firewall by its own counters", a_firewall_by_its_own_counters },
	{ "the limit of sources", the_limit_of_sources },
	{ "impossible sources", impossible_sources },
	{ "sources of this host", sources_of_this_host },
	{ "probes that leave elsewhere", probes_that_leave_elsewhere },
	{ "a link-local stream elsewhere", a_link_local_stream_elsewhere },
	{ "no route for multicast", no_route_for_multicast },
	{ "a link too small for IPv6", a_link_too_small_for_ipv6 },
	{ "scopes that are worth a word", scopes_that_are_worth_a_word },
	{ NULL, NULL },
};
