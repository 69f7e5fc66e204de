/* SPDX-License-Identifier: ISC */
/* Each check passing, failing, inconclusive and skipped; what its reason says; when it settles. */
#include <config.h>

#include "test_diagnose.h"

#include <stdio.h>
#include <string.h>

static struct mcd_stream *stream_of(struct the_case *c, size_t nic)
{
	return mcd_vec_at(&c->nics[nic].streams, 0);
}

#define REASON(c, nic, check, text)                                                                                                                  \
	do {                                                                                                                                         \
		if (!strstr(total(c, nic, check)->reason, text))                                                                                     \
			printf("\n%s: \"%s\"\n", mcd_check_name(check), total(c, nic, check)->reason);                                               \
		CU_ASSERT_PTR_NOT_NULL(strstr(total(c, nic, check)->reason, text));                                                                  \
	} while (0)

/* Whether CHECK of h0 has settled AT_MS after the captures opened, by both ways of asking. */
static bool settled_at(struct the_case *c, int at_ms, enum mcd_check_id check)
{
	bool quick, full;

	case_judge_at(c, at_ms);
	full = total(c, 0, check)->settled;
	quick = (mcd_settled(&c->evidence, 0, T0 + at_ms * MS) >> check & 1) != 0;
	CU_ASSERT_EQUAL(quick, full);
	return full;
}

static void healthy_run_passes(void)
{
	struct the_case c;

	case_init(&c);
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	for (size_t nic = 0; nic < 2; nic++)
		for (unsigned k = 0; k < MCD_CHECKS; k++)
			IS(&c, nic, (enum mcd_check_id)k, k == MCD_CHECK_SOURCE_FILTER ? MCD_SKIPPED : MCD_PASS);
	REASON(&c, 0, MCD_CHECK_JOIN, "TO_EX{} in packet 1, 12.0 ms after the join");
	REASON(&c, 0, MCD_CHECK_QUERIER, "IGMPv3 querier 10.77.0.250 answered our leave of 233.252.0.17 in 1.0 ms (packet 2)");
	REASON(&c, 0, MCD_CHECK_SEND, "3 of 3 probes left, the first in packet 3");
	REASON(&c, 0, MCD_CHECK_TTL, "TTL 64 in all 3 probes");
	REASON(&c, 0, MCD_CHECK_STREAM, "100 datagrams, the first from 10.77.0.20 port 40000 in packet 4, TTL 8");
	REASON(&c, 0, MCD_CHECK_DELIVERY, "100 of 100 datagrams");
	REASON(&c, 0, MCD_CHECK_LEAVE, "TO_IN{} in packet 105, 12.0 ms after the leave");
	case_fini(&c);
}

static void join_settles(void)
{
	struct the_case c;

	case_init(&c);
	CU_ASSERT_TRUE(settled_at(&c, 115, MCD_CHECK_JOIN));
	case_no_report(&c, 0);
	CU_ASSERT_FALSE(settled_at(&c, JOINED + 1400, MCD_CHECK_JOIN));
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	CU_ASSERT_TRUE(settled_at(&c, JOINED + 1501, MCD_CHECK_JOIN));
	IS(&c, 0, MCD_CHECK_JOIN, MCD_FAIL);
	REASON(&c, 0, MCD_CHECK_JOIN, "no report seen in 1.5 s");
	HAS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	c.tasks[0][0].member_before = true;
	settled_at(&c, JOINED + 1501, MCD_CHECK_JOIN);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	case_fini(&c);
}

static void join_is_not_proven_by_leftovers(void)
{
	struct the_case c;

	case_init(&c);
	case_no_report(&c, 0);
	case_report(&c, 0, JOINED + 12, MCD_IGMP_V3_REPORT, MCD_TO_IN); /* of an earlier leave */
	case_report(&c, 0, JOINED - 50, MCD_IGMP_V3_REPORT, MCD_TO_EX); /* before our join */
	case_report(&c, 0, JOINED + 13, MCD_IGMP_V3_REPORT, MCD_TO_EX)->vlan = 5;
	case_report(&c, 0, JOINED + 14, MCD_IGMP_V3_REPORT, MCD_TO_EX)->group = address("239.7.7.8");
	case_foreign_report(&c, 0, JOINED + 15, MCD_IGMP_V3_REPORT, MCD_TO_EX);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_FAIL);
	case_fini(&c);
}

static void a_bad_checksum_is_no_join(void)
{
	struct the_case c;

	case_init(&c);
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 0))->checksum_ok = false;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_FAIL);
	HAS(&c, 0, MCD_REPORT_MALFORMED);
	LACKS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	case_fini(&c);
}

static void join_absence_needs_the_whole_wire(void)
{
	struct the_case c;

	case_init(&c);
	case_no_report(&c, 0);
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	c.nics[0].capture.dropped = 0;
	c.nics[0].capture.broke = true;
	c.nics[0].capture.broke_ns = T0 + 3000 * MS;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	c.nics[0].capture.broke = false;
	c.evidence.ended_ns = c.nics[0].capture.closed_ns = T0 + (JOINED + 300) * MS;
	c.tasks[0][0].leave.called_ns = c.evidence.ended_ns;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	REASON(&c, 0, MCD_CHECK_JOIN, "too short");
	LACKS(&c, 0, MCD_JOIN_NOT_ON_WIRE);
	case_fini(&c);
}

static void join_skips_what_is_never_reported(void)
{
	struct the_case c;

	case_init(&c);
	c.groups[0].address = address("224.0.0.1");
	case_no_report(&c, 0);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_SKIPPED);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_SKIPPED);
	c.groups[0].address = address("224.0.0.99");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_FAIL);
	c.evidence.before.igmp_link_local_mcast_reports = 0;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_SKIPPED);
	case_fini(&c);
}

static void filter_passes_on_the_folded_state(void)
{
	struct the_case c;

	case_init(&c);
	case_ask_source(&c, "10.77.0.20");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_PASS);
	REASON(&c, 0, MCD_CHECK_SOURCE_FILTER, "include{10.77.0.20} after packet 1");
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 0))->record = MCD_TO_EX; /* the same source, kept out */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_FAIL);
	case_no_report(&c, 0);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_INCONCLUSIVE);
	c.tasks[0][0].join.done = false;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_SKIPPED);
	case_fini(&c);
}

static void filter_loss_names_what_lowered_the_version(void)
{
	struct the_case c;

	case_init(&c);
	case_ask_source(&c, "10.77.0.20");
	case_no_report(&c, 0);
	case_report(&c, 0, JOINED, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_kernel(&c, 0)->igmp_version = 2;
	case_judge(&c);
	HAS(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER);
	LACKS(&c, 0, MCD_IGMP_VERSION_FORCED);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER)->confidence, MCD_LIKELY);
	case_query(&c, 0, 50, 2, "10.77.0.250")->max_response_ms = 10000;
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER)->confidence, MCD_CERTAIN);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_FAIL);
	case_fini(&c);
}

static void querier_settles(void)
{
	struct the_case c;

	case_init(&c);
	CU_ASSERT_TRUE(settled_at(&c, 130, MCD_CHECK_QUERIER));
	case_no_query(&c, 0);
	CU_ASSERT_FALSE(settled_at(&c, 2120, MCD_CHECK_QUERIER));
	LACKS(&c, 0, MCD_NO_QUERIER);
	LACKS(&c, 0, MCD_QUERIER_NOT_HEARD);
	CU_ASSERT_TRUE(settled_at(&c, 2126, MCD_CHECK_QUERIER));
	HAS(&c, 0, MCD_NO_QUERIER);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_NO_QUERIER)->confidence, MCD_LIKELY);
	c.nics[0].scratch[MCD_IPV4].leave_seen_ns = 0;
	CU_ASSERT_TRUE(settled_at(&c, 2126, MCD_CHECK_QUERIER));
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE);
	HAS(&c, 0, MCD_QUERIER_NOT_HEARD);
	LACKS(&c, 0, MCD_NO_QUERIER);
	case_fini(&c);
}

static void querier_silence_needs_the_proof(void)
{
	struct the_case c;

	case_init(&c);
	case_no_query(&c, 0);
	c.nics[0].capture.dropped = 3;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_NO_QUERIER);
	c.nics[0].capture.dropped = 0;
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 0))->version = 1;
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 1))->version = 1;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_NO_QUERIER);
	case_query(&c, 0, 400, 3, "10.77.0.250")->valid = false; /* a query that nobody may believe is none */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE);
	case_fini(&c);
}

static void querier_that_fell_silent(void)
{
	struct the_case c;
	struct mcd_querier *k;

	case_init(&c);
	k = mcd_vec_at(&c.nics[0].queriers, 0);
	k->interval_s = 1;
	k->robustness = 2;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_WARN);
	HAS(&c, 0, MCD_NO_QUERIER);
	k->interval_s = 10;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	case_fini(&c);
}

static void query_answers_are_owed_in_time(void)
{
	struct the_case c;
	struct mcd_report *r;

	case_init(&c);
	case_query(&c, 0, 2000, 3, "10.77.0.250");
	r = case_report(&c, 0, 2900, MCD_IGMP_V3_REPORT, MCD_IS_EX);
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	r->when_ns = T0 + 3200 * MS; /* max response time 1 s and 100 ms are over */
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	((struct mcd_query *)mcd_vec_at(&c.nics[0].queries, 1))->source = c.addresses[1].address; /* asked by this host, on a bridged NIC */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	((struct mcd_query *)mcd_vec_at(&c.nics[0].queries, 1))->source = address("10.77.0.250");
	r->out = false;
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	r->when_ns = T0 + 2500 * MS; /* another host's v3 report suppresses nothing */
	r->source = address("10.77.0.99");
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	case_silence(&c.nics[0].reports);
	case_report(&c, 0, JOINED, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_foreign_report(&c, 0, 2500, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE); /* in v2 it does */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	case_fini(&c);
	case_init(&c);
	case_query(&c, 0, 4500, 3, "10.77.0.250"); /* the run ended before the answer was due */
	case_query(&c, 0, 50, 3, "10.77.0.250");   /* we were no member yet */
	case_no_report(&c, 0);
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	case_query(&c, 0, 2000, 3, "172.16.0.1");
	c.evidence.after.counters.ip_reverse_path_filter = 1; /* of another interface: it is not in force here */
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_fini(&c);
}

static void findings_of_a_wire_are_not_repeated_by_groups(void)
{
	struct the_case c;

	case_init(&c);
	case_no_query(&c, 0);
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_NO_QUERIER)->clues.count, 2);
	c.request.ngroups = 2;
	c.tasks[0][1] = c.tasks[0][0];
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_NO_QUERIER)->clues.count, 2);
	case_fini(&c);
}

static void an_impostor_is_no_local_sender(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	s = stream_of(&c, 0);
	s->source = c.addresses[0].address;
	s->local_source = true;
	s->reception->delivered = 0;
	case_no_stream(&c, 1);
	case_judge(&c);
	HAS(&c, 0, MCD_DROPPED_AS_MARTIAN);
	LACKS(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	case_rare(s)->packets_out = s->packets; /* it is this host's own after all */
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_AS_MARTIAN);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_SKIPPED);
	s->ttl[0] = 1;
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_TTL_ZERO)->severity, MCD_NOTE);
	case_fini(&c);
}

static void xdp_is_a_note_beside_a_stream(void)
{
	struct the_case c;

	case_init(&c);
	c.ifaces[0].flags |= MCD_IFACE_XDP;
	case_judge(&c);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_XDP_PROGRAM_ATTACHED)->severity, MCD_NOTE);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	case_fini(&c);
}

static void an_election_is_not_two_queriers(void)
{
	struct the_case c;

	case_init(&c);
	case_silence(&c.nics[0].queries);
	case_query(&c, 0, 1000, 3, "10.77.0.251");
	case_query(&c, 0, 1001, 3, "10.77.0.250"); /* the lower one hears it, and takes over */
	case_query(&c, 0, 1002, 3, "10.77.0.251"); /* they crossed */
	case_query(&c, 0, 3900, 3, "10.77.0.250");
	case_query(&c, 0, 3950, 3, "10.77.0.251")->group = address("239.7.7.7");
	case_judge(&c);
	LACKS(&c, 0, MCD_MULTIPLE_QUERIERS);
	case_fini(&c);
}

static void send_statuses(void)
{
	struct the_case c;
	struct mcd_probe_seen *p;

	case_init(&c);
	p = mcd_vec_at(&c.nics[0].probes, 0);
	p->packets = 2;
	CU_ASSERT_FALSE(settled_at(&c, 1600, MCD_CHECK_SEND));
	CU_ASSERT_TRUE(settled_at(&c, 1701, MCD_CHECK_SEND));
	IS(&c, 0, MCD_CHECK_SEND, MCD_FAIL);
	c.nics[0].capture.dropped = 1;
	case_judge_at(&c, 1701);
	IS(&c, 0, MCD_CHECK_SEND, MCD_INCONCLUSIVE);
	c.request.send = false;
	case_judge_at(&c, 1701);
	IS(&c, 0, MCD_CHECK_SEND, MCD_SKIPPED);
	IS(&c, 0, MCD_CHECK_TTL, MCD_SKIPPED);
	REASON(&c, 0, MCD_CHECK_SEND, "--send");
	c.request.send = true;
	p->ours = false;
	case_judge_at(&c, 1300);
	IS(&c, 0, MCD_CHECK_TTL, MCD_INCONCLUSIVE);
	case_fini(&c);
}

/* A host that is a multicast router passes its own probes on too, with a lower TTL. */
static void what_this_host_forwards_is_no_fault(void)
{
	struct the_case c;
	struct mcd_ttl_count *ttl;

	case_init(&c);
	ttl = mcd_vec_at(&case_probes(&c, 1, 0, true)->ttl, 0);
	case_judge(&c);
	HAS(&c, 0, MCD_PROBE_ON_OTHER_INTERFACE);
	ttl->value--;
	case_judge(&c);
	LACKS(&c, 0, MCD_PROBE_ON_OTHER_INTERFACE);
	IS(&c, 0, MCD_CHECK_SEND, MCD_PASS);
	case_fini(&c);
}

/* On each wire probes are looked for before reports, which prove less. */
static void probes_settle_that_segments_are_one(void)
{
	struct the_case c;
	struct mcd_report *r;

	case_init(&c);
	case_probes(&c, 0, 1, false);
	case_probes(&c, 1, 0, false);
	r = case_report(&c, 1, JOINED + 5, MCD_IGMP_V3_REPORT, MCD_TO_EX);
	r->out = false;
	r->source = c.addresses[0].address;
	case_judge(&c);
	for (size_t nic = 0; nic < 2; nic++) {
		HAS(&c, nic, MCD_SEGMENTS_BRIDGED);
		CU_ASSERT_EQUAL(found(&c, nic, MCD_SEGMENTS_BRIDGED)->confidence, MCD_CERTAIN);
	}
	case_fini(&c);
}

static void copies_on_a_carrier_are_no_fault(void)
{
	struct the_case c;

	case_init(&c);
	c.ifaces[0].link = c.ifaces[1].index; /* h0 is a VLAN of h1 */
	snprintf(c.ifaces[0].kind, sizeof c.ifaces[0].kind, "vlan");
	c.ifaces[0].vlan_id = 10;
	case_probes(&c, 1, 0, true);
	case_probes(&c, 1, 0, false);
	case_judge(&c);
	LACKS(&c, 0, MCD_PROBE_ON_OTHER_INTERFACE);
	LACKS(&c, 0, MCD_SEGMENTS_BRIDGED);
	IS(&c, 0, MCD_CHECK_SEND, MCD_PASS);
	case_fini(&c);
}

static void stream_settles(void)
{
	struct the_case c;

	case_init(&c);
	CU_ASSERT_FALSE(settled_at(&c, 1100, MCD_CHECK_STREAM));
	CU_ASSERT_TRUE(settled_at(&c, 1200, MCD_CHECK_STREAM));
	CU_ASSERT_TRUE(settled_at(&c, 1200, MCD_CHECK_DELIVERY));
	case_no_stream(&c, 0);
	CU_ASSERT_FALSE(settled_at(&c, 4900, MCD_CHECK_STREAM));
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	c.request.expect_stream = false;
	CU_ASSERT_TRUE(settled_at(&c, 300, MCD_CHECK_STREAM));
	IS(&c, 0, MCD_CHECK_STREAM, MCD_SKIPPED);
	CU_ASSERT_TRUE(settled_at(&c, 300, MCD_CHECK_DELIVERY));
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_SKIPPED);
	case_fini(&c);
}

static void absence_of_a_stream_needs_time_and_the_whole_wire(void)
{
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	case_judge(&c);
	REASON(&c, 0, MCD_CHECK_STREAM, "no datagram in 4.9 s");
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_STREAM_ABSENT)->summary, "look upstream"));
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_STREAM_ABSENT);
	c.nics[0].capture.dropped = 0;
	c.tasks[0][0].leave.called_ns = T0 + (JOINED + 500) * MS;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_STREAM_ABSENT);
	case_fini(&c);
}

static void own_traffic_is_no_stream(void)
{
	struct the_case c;

	case_init(&c);
	stream_of(&c, 0)->ours = true;
	stream_of(&c, 1)->local_source = true;
	case_rare(stream_of(&c, 1))->packets_out = stream_of(&c, 1)->packets;
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_SKIPPED);
	REASON(&c, 1, MCD_CHECK_STREAM, "a program of this host");
	IS(&c, 1, MCD_CHECK_DELIVERY, MCD_SKIPPED);
	HAS(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	LACKS(&c, 1, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	c.request.self_test = true; /* the channel of the sample, which may run beside us */
	c.request.expect_stream = false;
	case_judge(&c);
	HAS(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	LACKS(&c, 1, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	c.request.self_test = false;
	c.request.expect_stream = true;
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	case_fini(&c);
}

static void harmless_oddities_of_a_stream(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	s = stream_of(&c, 0);
	case_rare(s)->wrong_mac = case_rare(s)->unicast_mac = mcd_stream_frames(s); /* a switch that converts multicast to unicast */
	memcpy(s->macs[0], c.ifaces[0].mac, 6);
	case_rare(s)->incomplete = 1; /* under way when the capture ended */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_UNICAST_FRAME)->severity, MCD_NOTE);
	LACKS(&c, 0, MCD_WRONG_DESTINATION_MAC);
	s->last_ns = T0 + (LEFT - 2500) * MS; /* a pause is no end */
	case_judge(&c);
	LACKS(&c, 0, MCD_STREAM_STOPPED);
	case_rare(s)->incomplete = 50;
	c.nics[0].capture.dropped = 1; /* perhaps it was us who lost the fragments */
	case_judge(&c);
	LACKS(&c, 0, MCD_FRAGMENTS_MISSING);
	case_fini(&c);
}

static void delivery_is_arithmetic(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	s = stream_of(&c, 0);
	s->reception->delivered = 98;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_PASS);
	s->reception->delivered = 97;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_FAIL);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_DROPPED_BY_FIREWALL)->confidence, MCD_LIKELY);
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE);
	c.nics[0].capture.dropped = 0;
	s->reception->deliverable = 2;
	s->reception->delivered = 0;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE);
	s->reception->deliverable = 0;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE);
	case_fini(&c);
}

static void the_filter_is_not_blamed_without_its_sysctl(void)
{
	struct the_case c;

	case_init(&c);
	stream_of(&c, 0)->reception->delivered = 0;
	c.evidence.after.counters.ip_reverse_path_filter = 100; /* somebody else's drops: rp_filter is 0 here */
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_kernel(&c, 0)->rp_filter = -1; /* it could not be read */
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	LACKS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	HAS(&c, 0, MCD_NOT_DELIVERED);
	case_kernel(&c, 0)->rp_filter = 2;
	c.evidence.after.counters.ip_reverse_path_filter = 50; /* not as many as are missing */
	case_judge(&c);
	LACKS(&c, 0, MCD_DROPPED_BY_RP_FILTER);
	HAS(&c, 0, MCD_DROPPED_BY_FIREWALL);
	case_fini(&c);
}

static void leave_statuses(void)
{
	struct the_case c;

	case_init(&c);
	c.nics[0].reports.count = 1;
	c.nics[0].capture.closed_ns = T0 + (LEFT + 400) * MS;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_INCONCLUSIVE);
	c.nics[0].capture.closed_ns = 0;
	CU_ASSERT_EQUAL(mcd_settled(&c.evidence, 0, T0 + (LEFT + 400) * MS) >> MCD_CHECK_LEAVE & 1, 0);
	CU_ASSERT_EQUAL(mcd_settled(&c.evidence, 0, T0 + (LEFT + 1501) * MS) >> MCD_CHECK_LEAVE & 1, 1);
	c.tasks[0][0].kernel_keeps = true;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_SKIPPED);
	c.tasks[0][0].kernel_keeps = false;
	c.nics[0].capture.closed_ns = T0 + CLOSED * MS;
	case_no_report(&c, 0);
	case_report(&c, 0, JOINED, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_foreign_report(&c, 0, 1000, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_INCONCLUSIVE);
	case_report(&c, 0, LEFT, MCD_IGMP_LEAVE, MCD_RECORD_NONE);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_PASS);
	case_fini(&c);
}

static void observed_and_unusable_interfaces_are_skipped(void)
{
	struct the_case c;

	case_init(&c);
	c.nics[0].role = MCD_ROLE_OBSERVED;
	c.nics[1].unusable = MCD_UNUSABLE_NO_CARRIER;
	case_judge(&c);
	for (unsigned k = 0; k < MCD_CHECKS; k++) {
		IS(&c, 0, (enum mcd_check_id)k, MCD_SKIPPED);
		IS(&c, 1, (enum mcd_check_id)k, MCD_SKIPPED);
	}
	REASON(&c, 1, MCD_CHECK_JOIN, "no carrier");
	CU_ASSERT_EQUAL(mcd_settled(&c.evidence, 1, T0), (1u << MCD_CHECKS) - 1);
	case_fini(&c);
}

const struct unit_test check_tests[] = {
	{ "a healthy run passes without a finding", healthy_run_passes },
	{ "join settles", join_settles },
	{ "join is not proven by leftovers", join_is_not_proven_by_leftovers },
	{ "join: a report with a bad checksum is none", a_bad_checksum_is_no_join },
	{ "join: absence needs the whole wire and enough time", join_absence_needs_the_whole_wire },
	{ "join skips what is never reported", join_skips_what_is_never_reported },
	{ "source_filter passes on the folded state", filter_passes_on_the_folded_state },
	{ "source_filter: its loss names what lowered the version", filter_loss_names_what_lowered_the_version },
	{ "querier settles", querier_settles },
	{ "querier: silence needs the proof", querier_silence_needs_the_proof },
	{ "querier that fell silent", querier_that_fell_silent },
	{ "querier: answers are owed in time", query_answers_are_owed_in_time },
	{ "querier: findings of a wire are not repeated by groups", findings_of_a_wire_are_not_repeated_by_groups },
	{ "stream: an impostor is no local sender", an_impostor_is_no_local_sender },
	{ "stream: XDP is a note beside it", xdp_is_a_note_beside_a_stream },
	{ "querier: an election is not two queriers", an_election_is_not_two_queriers },
	{ "send: statuses and settling", send_statuses },
	{ "send: probes settle that segments are one", probes_settle_that_segments_are_one },
	{ "send: copies on a carrier are no fault", copies_on_a_carrier_are_no_fault },
	{ "send: what this host forwards is no fault", what_this_host_forwards_is_no_fault },
	{ "stream settles", stream_settles },
	{ "stream: absence needs time and the whole wire", absence_of_a_stream_needs_time_and_the_whole_wire },
	{ "stream: own traffic is none", own_traffic_is_no_stream },
	{ "stream: harmless oddities", harmless_oddities_of_a_stream },
	{ "delivery is arithmetic", delivery_is_arithmetic },
	{ "delivery: rp_filter is not blamed without its sysctl", the_filter_is_not_blamed_without_its_sysctl },
	{ "leave statuses", leave_statuses },
	{ "observed and unusable interfaces are skipped", observed_and_unusable_interfaces_are_skipped },
	{ NULL, NULL },
};
