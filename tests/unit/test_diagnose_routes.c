/* SPDX-License-Identifier: ISC */
/* The way back to a source, as the kernel and its routes told it, against the counter of the reverse path filter. */
#include <config.h>

#include "test_diagnose.h"

#include "diagnose/routes.h"

#include <string.h>

static const char far_source[] = "172.16.5.5";

static struct mcd_stream *stream_of(struct the_case *c, size_t i)
{
	return mcd_vec_at(&c->nics[0].streams, i);
}

/* What the kernel said of SOURCE on h0: a route by interface INDEX (0 = none). */
static struct mcd_host_path *path_to(struct the_case *c, const char *group, const char *source, int accepted, unsigned index)
{
	struct mcd_host *host = &c->evidence.after;
	struct mcd_host_path *path;

	CU_ASSERT_TRUE_FATAL(mcd_host_ask_path(host, c->ifaces[0].index, address(group), address(source)));
	path = mcd_vec_at(&host->paths, host->paths.count - 1);
	path->accepted = accepted;
	path->back.routing = index ? MCD_ROUTING_FOUND : MCD_ROUTING_NONE;
	path->back.nways = index != 0;
	path->back.ways[0] = (struct mcd_host_way){ index, address("10.77.1.250") };
	path->back.prefix_length = index ? 0 : -1;
	return path;
}

static bool says(const struct the_case *c, enum mcd_code code, const char *text)
{
	const struct mcd_finding *f = found(c, 0, code);

	return f && strstr(f->summary, text);
}

/* 100 datagrams from elsewhere reach the tap and no socket; rp_filter is RP_FILTER, and its counter grew by 100. */
static void dropped(struct the_case *c, int rp_filter)
{
	case_init(c);
	stream_of(c, 0)->source = address(far_source);
	stream_of(c, 0)->reception->delivered = 0;
	c->tasks[0][0].arrived_foreign = 0;
	case_kernel(c, 0)->rp_filter = rp_filter;
	c->evidence.after.counters.ip_reverse_path_filter = 100;
}

static void the_way_back_is_named(void)
{
	struct the_case c;
	struct mcd_querier *querier;

	dropped(&c, 1);
	path_to(&c, "239.7.7.7", far_source, 0, c.ifaces[1].index);
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	CU_ASSERT_TRUE(says(&c, MCD_DROPPED_BY_RP_FILTER,
			    "the route back to 172.16.5.5 leaves by h1 through 10.77.1.250 (the default route), not by h0"));
	CU_ASSERT_EQUAL(found(&c, 0, MCD_DROPPED_BY_RP_FILTER)->confidence, MCD_CERTAIN);
	querier = mcd_vec_at(&c.nics[0].queriers, 0);
	querier->address = address("172.16.0.1"); /* whose queries the counter may hold as well: the kernel's word decides */
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_DROPPED_BY_RP_FILTER)->confidence, MCD_CERTAIN);
	case_silence(&c.evidence.after.paths);
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_DROPPED_BY_RP_FILTER)->confidence, MCD_LIKELY);
	case_fini(&c);
}

/* Linux has no reverse path filter for it. */
static void nothing_is_asked_of_ipv6(void)
{
	const struct mcd_addr group = address("ff15::99"), source = address("2001:db8::1");
	struct mcd_stream *s;
	struct the_case c;

	case_init(&c);
	s = stream_of(&c, 0);
	s->accepted = true;
	s->source = address(far_source);
	mcd_evidence_ask_paths(&c.evidence, &c.evidence.after);
	CU_ASSERT_PTR_NOT_NULL(mcd_host_path(&c.evidence.after, c.ifaces[0].index, s->group, s->source));
	s->group = group;
	s->source = source;
	mcd_evidence_ask_paths(&c.evidence, &c.evidence.after);
	CU_ASSERT_PTR_NULL(mcd_host_path(&c.evidence.after, c.ifaces[0].index, group, source));
	CU_ASSERT_EQUAL(mcd_way_back(&c.evidence, &c.nics[0], group, source), MCD_WAY_BACK_TAKEN);
	CU_ASSERT_EQUAL(mcd_way_back(&c.evidence, &c.nics[0], c.groups[0].address, address("172.16.9.9")), MCD_WAY_BACK_UNKNOWN);
	case_fini(&c);
}

/* Somebody else's drops moved the counter. */
static void the_kernels_word_refutes_the_counter(void)
{
	struct the_case c;

	dropped(&c, 1);
	path_to(&c, "239.7.7.7", far_source, 1, c.ifaces[0].index);
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	HAS(&c, 0, MCD_NOT_DELIVERED);
	case_fini(&c);
}

/* In the subnet, but a route to the host itself leads elsewhere. */
static void a_subnet_is_no_proof(void)
{
	struct the_case c;

	dropped(&c, 1);
	stream_of(&c, 0)->source = address("10.77.0.20");
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	path_to(&c, "239.7.7.7", "10.77.0.20", 0, c.ifaces[1].index)->back.prefix_length = 32;
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	CU_ASSERT_TRUE(says(&c, MCD_DROPPED_BY_RP_FILTER, "(a route to a /32), not by h0"));
	case_fini(&c);
}

static void loose_and_strict_are_told_apart(void)
{
	struct the_case c;
	struct mcd_host_path *path;

	dropped(&c, 2);
	path = path_to(&c, "239.7.7.7", far_source, 0, 0);
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	CU_ASSERT_TRUE(says(&c, MCD_DROPPED_BY_RP_FILTER, "there is no route back to 172.16.5.5"));
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_DROPPED_BY_RP_FILTER)->remedy[0], "ip route add 172.16.5.5/32 dev h0"));
	CU_ASSERT_PTR_NULL(strstr(found(&c, 0, MCD_DROPPED_BY_RP_FILTER)->remedy[0], "rp_filter=2"));
	path->back.routing = MCD_ROUTING_FOUND; /* by h1: loose lets that pass, so what the kernel refused is not this */
	path->back.nways = 1;
	path->back.ways[0].ifindex = c.ifaces[1].index;
	path->accepted = -1;
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	c.ifaces[0].naddresses = 0; /* an interface without an address is lost even so */
	path->accepted = 0;
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	CU_ASSERT_TRUE(says(&c, MCD_DROPPED_BY_RP_FILTER, "not by h0, which has no IPv4 address"));
	case_fini(&c);
}

static void any_of_several_ways_will_do(void)
{
	struct the_case c;
	struct mcd_host_path *path;

	dropped(&c, 1);
	path = path_to(&c, "239.7.7.7", far_source, -1, c.ifaces[1].index);
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	path->back.ways[path->back.nways++] = (struct mcd_host_way){ c.ifaces[0].index, address("0.0.0.0") };
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	case_fini(&c);
}

/* Two senders, one dropped by the filter and one by something else: the counter has only the first one's. */
static void two_faults_are_told_apart(void)
{
	struct the_case c;
	struct mcd_stream *second;

	dropped(&c, 1);
	second = case_stream(&c, 0, "172.16.6.6", 80);
	second->reception->delivered = 0;
	path_to(&c, "239.7.7.7", far_source, 0, c.ifaces[1].index);
	path_to(&c, "239.7.7.7", "172.16.6.6", 1, c.ifaces[0].index);
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	CU_ASSERT_TRUE(says(&c, MCD_DROPPED_BY_RP_FILTER, "100 of 100 datagrams from 172.16.5.5"));
	CU_ASSERT_EQUAL(found(&c, 0, MCD_DROPPED_BY_RP_FILTER)->confidence, MCD_CERTAIN);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_TRUE(says(&c, MCD_DROPPED_BY_FIREWALL, "80 of 80 datagrams from 172.16.6.6"));
	case_fini(&c);
}

/* A port of a VRF: the table that was asked is not the one that decides. */
static void another_table_is_not_judged_by(void)
{
	struct the_case c;

	dropped(&c, 1);
	path_to(&c, "239.7.7.7", far_source, 0, c.ifaces[1].index);
	c.ifaces[0].master = 99;
	case_judge(&c);
	CU_ASSERT_FALSE(says(&c, MCD_DROPPED_BY_RP_FILTER, "the default route"));
	case_fini(&c);
}

static void queries_have_a_way_back_too(void)
{
	struct the_case c;

	case_init(&c);
	case_query(&c, 0, 2000, 3, "172.16.0.1");
	case_kernel(&c, 0)->rp_filter = 1;
	c.evidence.after.counters.ip_reverse_path_filter = 1;
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER)->confidence, MCD_LIKELY);
	CU_ASSERT_PTR_NULL(strstr(found(&c, 0, MCD_QUERY_NOT_ANSWERED)->remedy[0], "nft"));
	path_to(&c, "224.0.0.1", "172.16.0.1", 0, c.ifaces[1].index);
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER)->confidence, MCD_CERTAIN);
	CU_ASSERT_TRUE(says(&c, MCD_QUERY_DROPPED_BY_RP_FILTER, "leaves by h1"));
	case_silence(&c.nics[0].queries); /* only the question after our own leave, to which no answer is due */
	case_query(&c, 0, 126, 3, "172.16.0.1")->group = c.request.scratch_groups[MCD_IPV4];
	c.evidence.after.counters.ip_reverse_path_filter = 40;
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	c.evidence.after.counters.ip_reverse_path_filter = 0; /* the group is left: dropped for that, and not counted */
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_query(&c, 0, 4500, 3, "172.16.0.1"); /* to be counted, and was not */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_silence(&c.nics[0].queries);
	case_query(&c, 0, 50, 3, "172.16.0.1"); /* before anything was counted */
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	c.evidence.after.counters.ip_reverse_path_filter = 40;
	case_silence(&c.evidence.after.paths);
	path_to(&c, "224.0.0.1", "172.16.0.1", 1, c.ifaces[0].index);
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_fini(&c);
}

/* A program that names no interface, and one that names another: the route tells which. */
static void the_route_decides_for_a_local_sender(void)
{
	struct the_case c;
	struct mcd_host_route *route;
	struct mcd_stream *s;

	case_init(&c);
	case_no_stream(&c, 0);
	s = mcd_vec_at(&c.nics[1].streams, 0);
	s->local_source = true;
	case_rare(s)->packets_out = s->packets;
	CU_ASSERT_TRUE_FATAL(mcd_host_ask_route(&c.evidence.before, c.groups[0].address));
	route = mcd_vec_at(&c.evidence.before.routes, 0);
	route->routing = MCD_ROUTING_FOUND;
	route->prefix_length = 0;
	route->nways = 1;
	route->ways[0].ifindex = c.ifaces[1].index;
	route->ways[0].gateway = address("0.0.0.0");
	case_judge(&c);
	HAS(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	CU_ASSERT_PTR_NOT_NULL(strstr(((struct mcd_clue *)mcd_vec_at(&found(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE)->clues, 1))->text,
				      "sent to 239.7.7.7 leaves by h1 (the default route)"));
	route->ways[0].ifindex = c.ifaces[0].index;
	case_judge(&c);
	CU_ASSERT_PTR_NOT_NULL(strstr(((struct mcd_clue *)mcd_vec_at(&found(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE)->clues, 1))->text,
				      "chooses that interface itself"));
	case_fini(&c);
}

/* A route of the group through a gateway puts its datagrams into unicast frames. */
static void the_gateway_of_unicast_frames_is_named(void)
{
	struct the_case c;
	struct mcd_probe_seen *probes;
	struct mcd_host_route *route;

	case_init(&c);
	probes = mcd_vec_at(&c.nics[0].probes, 0);
	probes->wrong_mac = probes->unicast_mac = probes->packets;
	case_judge(&c);
	HAS(&c, 0, MCD_UNICAST_FRAME);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_UNICAST_FRAME)->clues.count, 1);
	CU_ASSERT_TRUE_FATAL(mcd_host_ask_route(&c.evidence.before, c.groups[0].address));
	route = mcd_vec_at(&c.evidence.before.routes, 0);
	route->routing = MCD_ROUTING_FOUND;
	route->prefix_length = 4;
	route->ways[route->nways++] = (struct mcd_host_way){ c.ifaces[0].index, address("10.77.0.250") };
	case_judge(&c);
	CU_ASSERT_EQUAL_FATAL(found(&c, 0, MCD_UNICAST_FRAME)->clues.count, 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(((struct mcd_clue *)mcd_vec_at(&found(&c, 0, MCD_UNICAST_FRAME)->clues, 1))->text,
				      "sent to 239.7.7.7 leaves by h0 through 10.77.0.250 (a route to a /4)"));
	case_fini(&c);
}

const struct unit_test route_tests[] = {
	{ "the gateway of unicast frames is named", the_gateway_of_unicast_frames_is_named },
	{ "the way back is named", the_way_back_is_named },
	{ "nothing is asked of IPv6", nothing_is_asked_of_ipv6 },
	{ "the kernel's word refutes the counter", the_kernels_word_refutes_the_counter },
	{ "a subnet is no proof", a_subnet_is_no_proof },
	{ "loose and strict are told apart", loose_and_strict_are_told_apart },
	{ "any of several ways will do", any_of_several_ways_will_do },
	{ "two faults are told apart", two_faults_are_told_apart },
	{ "another table is not judged by", another_table_is_not_judged_by },
	{ "queries have a way back too", queries_have_a_way_back_too },
	{ "the route decides for a local sender", the_route_decides_for_a_local_sender },
	{ NULL, NULL },
};
