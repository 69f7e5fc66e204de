/* SPDX-License-Identifier: ISC */
/* The kernel's own drop reasons beside its counters: proof, doubt, a name for what has none, and silence where they say nothing. */
#include <config.h>

#include "test_diagnose.h"

#include "diagnose/dropped.h"

#include <stdio.h>
#include <string.h>

/* None of the hundred datagrams on h0 reached the socket. */
static struct mcd_stream *lost(struct the_case *c)
{
	struct mcd_stream *s;

	case_init(c);
	s = mcd_vec_at(&c->nics[0].streams, 0);
	s->reception->delivered = 0;
	return s;
}

static bool tells(const struct mcd_finding *f, const char *text)
{
	for (size_t i = 0; f && i < f->clues.count; i++)
		if (strstr(((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text, text))
			return true;
	return false;
}

/* The only trouble of h0 is CODE, so sure, and its clues tell TEXT. */
static void is_told(struct the_case *c, enum mcd_code code, enum mcd_confidence confidence, const char *text)
{
	const struct mcd_finding *f;

	case_judge(c);
	CU_ASSERT_EQUAL(troubles(c), 1);
	IS(c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	HAS(c, 0, code);
	f = found(c, 0, code);
	if (!f || f->confidence != confidence || !tells(f, text))
		printf("\n%s: \"%s\" is not told as it should be\n", mcd_catalogue(code)->code, text);
	CU_ASSERT_TRUE(f && f->confidence == confidence && tells(f, text));
}

static void the_reason_proves_a_firewall(void)
{
	struct the_case c;

	lost(&c);
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_LIKELY, "IpInReceives");
	case_drop(&c, 0, "NETFILTER_DROP", 99);
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_CERTAIN, "NETFILTER_DROP 99");
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_DROPPED_BY_FIREWALL)->summary, "netfilter"));
	case_fini(&c);
	lost(&c);
	case_drop(&c, 0, "TC_INGRESS", 100);
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_CERTAIN, "TC_INGRESS 100");
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_DROPPED_BY_FIREWALL)->summary, "tc at the ingress"));
	case_fini(&c);
}

/* What was dropped elsewhere, of others, or less often than datagrams are missing. */
static void a_reason_counts_for_its_own_stream_only(void)
{
	struct the_case c;

	lost(&c);
	case_drop(&c, 1, "IP_RPFILTER", 100);
	case_drop(&c, 0, "IP_RPFILTER", 100)->port = 5001;
	case_drop(&c, 0, "IP_RPFILTER", 100)->source = address("10.77.0.21");
	case_drop(&c, 0, "IP_RPFILTER", 100)->group = address("239.9.9.9");
	case_drop(&c, 0, "IP_RPFILTER", 100)->protocol = MCD_DROP_IGMP;
	case_drop(&c, 0, "NETFILTER_DROP", 40);
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_LIKELY, "NETFILTER_DROP 40");
	CU_ASSERT_FALSE(tells(found(&c, 0, MCD_DROPPED_BY_FIREWALL), "RPFILTER"));
	case_fini(&c);
}

/* A later fragment has no port: it is of the one stream from there that comes in fragments, or nobody knows of which. */
static void a_fragment_has_no_port(void)
{
	struct the_case c;
	struct mcd_stream *s, *other;

	lost(&c);
	s = mcd_vec_at(&c.nics[0].streams, 0);
	case_drop(&c, 0, "NETFILTER_DROP", 200)->port = 0;
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_FIREWALL); /* it does not come in fragments */
	case_rare(s)->later_fragments = 200;
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_CERTAIN, "NETFILTER_DROP 200");
	other = case_stream(&c, 0, "10.77.0.20", 1);
	other->port = 5001;
	case_rare(other)->later_fragments = 1;
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

static void reasons_that_are_not_whole_change_nothing(void)
{
	struct the_case c;

	lost(&c);
	case_drop(&c, 0, "XFRM_POLICY", 100);
	c.tasks[0][0].socket_dropped = 100;
	c.evidence.drops.full = true;
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_LIKELY, "IpInReceives");
	c.evidence.drops.full = false;
	c.evidence.drops.known = false;
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_LIKELY, "IpInReceives");
	c.evidence.drops.known = true;
	is_told(&c, MCD_NOT_DELIVERED, MCD_CERTAIN, "XFRM_POLICY 100");
	case_fini(&c);
}

/* Nothing is named that the kernel would have counted; by what it does not say, a kernel that has no such reason refutes nothing. */
static void a_firewall_is_refuted(void)
{
	struct the_case c;

	lost(&c);
	case_drop(&c, 0, "NOT_SPECIFIED", 5);
	is_told(&c, MCD_NOT_DELIVERED, MCD_CERTAIN, "gives no reason");
	case_drop(&c, 0, "SOCKET_RCVBUFF", 100); /* of another program's socket */
	is_told(&c, MCD_NOT_DELIVERED, MCD_CERTAIN, "gives no reason");
	c.evidence.drops.rows.count = 0;
	is_told(&c, MCD_NOT_DELIVERED, MCD_CERTAIN, "counted no drop of them");
	c.evidence.drops.tells_filter = false;
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_LIKELY, "IpInReceives");
	case_fini(&c);
}

static void only_the_reason_tells(void)
{
	struct the_case c;

	lost(&c);
	case_drop(&c, 0, "XFRM_POLICY", 100);
	case_drop(&c, 0, "NOT_SPECIFIED", 100);
	is_told(&c, MCD_NOT_DELIVERED, MCD_CERTAIN, "name no packet filter"); /* copies of other sockets, since ours counted none */
	c.tasks[0][0].socket_dropped = 100;
	is_told(&c, MCD_NOT_DELIVERED, MCD_CERTAIN, "XFRM_POLICY 100");
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_NOT_DELIVERED)->summary, "IPsec"));
	CU_ASSERT_STRING_EQUAL(found(&c, 0, MCD_NOT_DELIVERED)->settle_by, "");
	case_fini(&c);
	lost(&c);
	case_drop(&c, 0, "SOMETHING_NEW", 100);
	is_told(&c, MCD_NOT_DELIVERED, MCD_CERTAIN, "SOMETHING_NEW 100");
	case_fini(&c);
}

/* The reverse path filter by its counter, which is the whole host's, and by the reason, which is this stream's. */
static void the_reverse_path_filter(void)
{
	struct the_case c;

	lost(&c)->source = address("172.16.5.5");
	case_kernel(&c, 0)->rp_filter = 1;
	c.evidence.after.counters.ip_reverse_path_filter = 1000; /* of others too */
	is_told(&c, MCD_DROPPED_BY_RP_FILTER, MCD_LIKELY, "grew by 1000");
	case_drop(&c, 0, "IP_RPFILTER", 100)->source = address("172.16.5.5");
	is_told(&c, MCD_DROPPED_BY_RP_FILTER, MCD_CERTAIN, "IP_RPFILTER 100");
	c.evidence.drops.rows.count = 0; /* all of it was of others */
	is_told(&c, MCD_DROPPED_BY_RP_FILTER, MCD_POSSIBLE, "told IP_RPFILTER for none");
	CU_ASSERT_STRING_NOT_EQUAL(found(&c, 0, MCD_DROPPED_BY_RP_FILTER)->settle_by, "");
	c.evidence.drops.tells_rp_filter = false;
	is_told(&c, MCD_DROPPED_BY_RP_FILTER, MCD_LIKELY, "grew by 1000");
	case_drop(&c, 0, "NETFILTER_DROP", 100)->source = address("172.16.5.5");
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_LIKELY, "would rather say dropped-by-rp-filter");
	case_fini(&c);
}

static void a_cause_that_no_counter_told(void)
{
	struct the_case c;

	lost(&c)->source = address("172.16.5.5");
	case_kernel(&c, 0)->rp_filter = -1; /* could not be read */
	c.evidence.after.counters.ip_reverse_path_filter = 100;
	is_told(&c, MCD_NOT_DELIVERED, MCD_CERTAIN, "rp_filter could not be read");
	case_drop(&c, 0, "IP_RPFILTER", 100)->source = address("172.16.5.5");
	is_told(&c, MCD_DROPPED_BY_RP_FILTER, MCD_CERTAIN, "IP_RPFILTER 100");
	case_fini(&c);
}

static void a_healthy_run_says_nothing(void)
{
	struct the_case c;

	case_init(&c);
	case_drop(&c, 0, "SOCKET_RCVBUFF", 100);
	case_drop(&c, 0, "NOT_SPECIFIED", 100);
	case_drop(&c, 0, "NETFILTER_DROP", 100); /* before our join, or forwarded copies */
	case_drop(&c, 1, "PACKET_SOCK_ERROR", 100);
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

/* Where a datagram is not a packet the numbers cannot be compared. */
static void superframes_are_not_compared(void)
{
	struct the_case c;
	struct mcd_stream *s = lost(&c);

	case_rare(s)->superframes = 10;
	s->reception->deliverable_bytes = 10000;
	s->reception->largest_arrival = 100;
	case_drop(&c, 0, "XFRM_POLICY", 100);
	c.tasks[0][0].socket_dropped = 100;
	is_told(&c, MCD_DROPPED_BY_FIREWALL, MCD_LIKELY, "IpInReceives");
	case_fini(&c);
}

/* ---- IGMP and probes ---- */

/* What the kernel dropped on h0. */
static struct mcd_drop *drop_of(struct the_case *c, uint8_t protocol, const char *source, const char *group, const char *reason, uint64_t packets)
{
	struct mcd_drop *d = case_drop(c, 0, reason, packets);

	d->protocol = protocol;
	d->port = protocol == MCD_DROP_UDP ? 5000 : 0;
	d->source = address(source);
	d->group = address(group);
	return d;
}

static struct mcd_drop *igmp_drop(struct the_case *c, const char *source, const char *group, const char *reason)
{
	return drop_of(c, MCD_DROP_IGMP, source, group, reason, 3);
}

static void reports_that_are_dropped(void)
{
	struct the_case c;

	case_init(&c);
	case_no_report(&c, 0);
	igmp_drop(&c, "10.77.0.250", "224.0.0.22", "NETFILTER_DROP"); /* of another host, on the way in */
	case_judge(&c);
	HAS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	CU_ASSERT_FALSE(tells(found(&c, 0, MCD_JOIN_NOT_ON_WIRE), "NETFILTER_DROP"));
	igmp_drop(&c, "10.77.0.10", "224.0.0.22", "NETFILTER_DROP");
	case_judge(&c);
	CU_ASSERT_TRUE(tells(found(&c, 0, MCD_JOIN_NOT_ON_WIRE), "this host's reports on h0: NETFILTER_DROP 3"));
	case_fini(&c);
}

static void queries_that_are_dropped(void)
{
	struct the_case c;

	case_init(&c);
	case_query(&c, 0, 2000, 3, "172.16.0.1");
	case_kernel(&c, 0)->rp_filter = 1;
	c.evidence.after.counters.ip_reverse_path_filter = 7; /* not by the queries alone */
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER)->confidence, MCD_LIKELY);
	igmp_drop(&c, "172.16.0.1", "224.0.0.1", "NETFILTER_DROP");
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	CU_ASSERT_TRUE(tells(found(&c, 0, MCD_QUERY_NOT_ANSWERED), "the queries on h0: NETFILTER_DROP 3"));
	igmp_drop(&c, "172.16.0.1", "239.7.7.7", "NETFILTER_DROP"); /* general and group-specific ones are as much the querier's */
	igmp_drop(&c, "172.16.0.1", "239.7.7.7", "TC_INGRESS");
	case_judge(&c);
	CU_ASSERT_TRUE(tells(found(&c, 0, MCD_QUERY_NOT_ANSWERED), "the queries on h0: NETFILTER_DROP 6, TC_INGRESS 3"));
	c.evidence.drops.rows.count = 0;
	igmp_drop(&c, "172.16.0.1", "224.0.0.1", "IP_RPFILTER");
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER)->confidence, MCD_CERTAIN);
	case_fini(&c);
}

/* A query near the end of the run, to which no answer was due: the counter alone is not believed, since it counted others too. */
static void a_late_query_that_is_dropped(void)
{
	struct the_case c;

	case_init(&c);
	case_query(&c, 0, 4500, 3, "172.16.0.1");
	case_kernel(&c, 0)->rp_filter = 1;
	c.evidence.after.counters.ip_reverse_path_filter = 7;
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	igmp_drop(&c, "172.16.0.1", "224.0.0.1", "IP_RPFILTER");
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_fini(&c);
}

static void probes_that_are_dropped(void)
{
	struct the_case c;

	case_init(&c);
	((struct mcd_probe_seen *)mcd_vec_at(&c.nics[0].probes, 0))->packets = 2;
	case_drop(&c, 0, "NETFILTER_DROP", 100); /* of the stream, on the way in */
	case_judge(&c);
	HAS(&c, 0, MCD_PROBE_NOT_ON_WIRE);
	CU_ASSERT_FALSE(tells(found(&c, 0, MCD_PROBE_NOT_ON_WIRE), "NETFILTER_DROP"));
	case_drop(&c, 0, "QDISC_DROP", 3)->source = address("10.77.0.10");
	case_judge(&c);
	CU_ASSERT_TRUE(tells(found(&c, 0, MCD_PROBE_NOT_ON_WIRE), "our probes on h0: QDISC_DROP 3"));
	case_fini(&c);
}

/* ---- IPv6 ---- */

/* The group of h0 is one of IPv6, its host fe80::10, and its stream comes from fd00::20. */
static struct mcd_judge mld_case(struct the_case *c)
{
	struct mcd_stream *s;

	case_init(c);
	c->groups[0].address = address("ff15::7:7");
	c->addresses[0] = (struct mcd_iface_address){ .address = address("fe80::10"), .prefix_length = 64 };
	s = mcd_vec_at(&c->nics[0].streams, 0);
	s->group = c->groups[0].address;
	s->source = address("fd00::20");
	return mcd_judge_of(&c->evidence, 0, 0, T0 + CLOSED * MS);
}

/* Whether the kernel tells just TEXT. */
static bool says(struct mcd_dropped d, const char *text)
{
	return d.known && strcmp(d.text, text) == 0;
}

static void mld_that_is_dropped(void)
{
	struct the_case c;
	struct mcd_judge j = mld_case(&c);
	const struct mcd_addr querier = address("fe80::250");

	drop_of(&c, MCD_DROP_ICMPV6, "fe80::10", "ff02::16", "NETFILTER_DROP", 3);
	drop_of(&c, MCD_DROP_ICMPV6, "::", "ff02::16", "NETFILTER_DROP", 1); /* while its address was still being checked */
	drop_of(&c, MCD_DROP_ICMPV6, "fe80::10", "ff02::2", "QDISC_DROP", 2);
	drop_of(&c, MCD_DROP_ICMPV6, "fe80::30", "ff02::16", "NETFILTER_DROP", 10); /* of another host */
	drop_of(&c, MCD_DROP_IGMP, "0.0.0.0", "224.0.0.22", "NETFILTER_DROP", 20);
	drop_of(&c, MCD_DROP_ICMPV6, "fe80::10", "ff02::16", "NETFILTER_DROP", 40)->ifindex = c.ifaces[1].index;
	drop_of(&c, MCD_DROP_ICMPV6, "fe80::250", "ff02::1", "NETFILTER_DROP", 5);
	drop_of(&c, MCD_DROP_ICMPV6, "fe80::250", "ff15::7:7", "TC_INGRESS", 6);
	drop_of(&c, MCD_DROP_IGMP, "10.77.0.250", "224.0.0.1", "NETFILTER_DROP", 80);
	CU_ASSERT_TRUE(says(mcd_dropped_reports(&j), "NETFILTER_DROP 4, QDISC_DROP 2"));
	CU_ASSERT_EQUAL(mcd_dropped_reports(&j).filtered, 4);
	CU_ASSERT_TRUE(says(mcd_dropped_queries(&j, querier), "NETFILTER_DROP 5, TC_INGRESS 6"));
	j.mld = false;
	CU_ASSERT_TRUE(says(mcd_dropped_reports(&j), "NETFILTER_DROP 20"));
	CU_ASSERT_TRUE(says(mcd_dropped_queries(&j, querier), ""));
	CU_ASSERT_TRUE(says(mcd_dropped_queries(&j, address("10.77.0.250")), "NETFILTER_DROP 80"));
	case_fini(&c);
}

/* A router is a host too: what it reports is no query. */
static void reports_of_the_querier(void)
{
	struct the_case c;
	struct mcd_judge j = mld_case(&c);

	drop_of(&c, MCD_DROP_ICMPV6, "fe80::250", "ff02::16", "NETFILTER_DROP", 5);
	drop_of(&c, MCD_DROP_IGMP, "10.77.0.250", "224.0.0.22", "NETFILTER_DROP", 6);
	CU_ASSERT_TRUE(says(mcd_dropped_queries(&j, address("fe80::250")), ""));
	j.mld = false;
	CU_ASSERT_TRUE(says(mcd_dropped_queries(&j, address("10.77.0.250")), ""));
	case_fini(&c);
}

static void ipv6_probes_that_are_dropped(void)
{
	struct the_case c;
	struct mcd_judge j = mld_case(&c);

	drop_of(&c, MCD_DROP_UDP, "fe80::10", "ff15::7:7", "NETFILTER_DROP", 3);
	drop_of(&c, MCD_DROP_UDP, "fd00::20", "ff15::7:7", "NETFILTER_DROP", 10); /* of the stream, on the way in */
	drop_of(&c, MCD_DROP_UDP, "fe80::10", "ff15::7:8", "NETFILTER_DROP", 20);
	CU_ASSERT_TRUE(says(mcd_dropped_probes(&j), "NETFILTER_DROP 3"));
	case_fini(&c);
}

/* REASON alone accounts for the stream, and means CODE because of WHO. */
static void means(const char *reason, enum mcd_code code, const char *who)
{
	struct the_case c;
	struct mcd_judge j = mld_case(&c);
	struct mcd_dropped d;

	drop_of(&c, MCD_DROP_UDP, "fd00::21", "ff15::7:7", reason, 100);
	CU_ASSERT_PTR_NULL(mcd_dropped_of(&j, mcd_vec_at(&c.nics[0].streams, 0), 100).meaning); /* of another source */
	drop_of(&c, MCD_DROP_UDP, "fd00::20", "ff15::7:7", reason, 100);
	d = mcd_dropped_of(&j, mcd_vec_at(&c.nics[0].streams, 0), 100);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d.meaning);
	CU_ASSERT_EQUAL(d.meaning->code, code);
	CU_ASSERT_PTR_NOT_NULL(strstr(d.meaning->who, who));
	case_fini(&c);
}

static void what_the_reasons_of_ipv6_mean(void)
{
	means("NETFILTER_DROP", MCD_DROPPED_BY_FIREWALL, "netfilter");
	means("TC_INGRESS", MCD_DROPPED_BY_FIREWALL, "tc at the ingress");
	means("IPV6DISABLED", MCD_NOT_DELIVERED, "IPv6 is switched off");
	means("IP_INHDR", MCD_NOT_DELIVERED, "IP headers");
	means("IP_INADDRERRORS", MCD_NOT_DELIVERED, "takes their source");
}

const struct unit_test reason_tests[] = {
	{ "a reason proves a firewall", the_reason_proves_a_firewall },
	{ "a reason counts for its own stream only", a_reason_counts_for_its_own_stream_only },
	{ "a fragment has no port", a_fragment_has_no_port },
	{ "reasons that are not whole change nothing", reasons_that_are_not_whole_change_nothing },
	{ "a firewall is refuted", a_firewall_is_refuted },
	{ "only the reason tells", only_the_reason_tells },
	{ "the reverse path filter", the_reverse_path_filter },
	{ "a cause that no counter told", a_cause_that_no_counter_told },
	{ "a healthy run says nothing", a_healthy_run_says_nothing },
	{ "superframes are not compared", superframes_are_not_compared },
	{ "reports that are dropped", reports_that_are_dropped },
	{ "queries that are dropped", queries_that_are_dropped },
	{ "a late query that is dropped", a_late_query_that_is_dropped },
	{ "probes that are dropped", probes_that_are_dropped },
	{ "MLD that is dropped", mld_that_is_dropped },
	{ "reports of the querier", reports_of_the_querier },
	{ "IPv6 probes that are dropped", ipv6_probes_that_are_dropped },
	{ "what the reasons of IPv6 mean", what_the_reasons_of_ipv6_mean },
	{ NULL, NULL },
};
