/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_evidence.h"

#include <string.h>

#define ALL_HOSTS FRAME_IP(224, 0, 0, 1)

static const uint8_t querier_mac[6] = { 2, 0, 0, 0, 1, 1 };

/* A v2 query, padded by Ethernet. */
static void see_query(struct lab *lab, size_t nic, uint32_t source, uint32_t destination, uint32_t group)
{
	struct frame_ip ip = frame_to_group(querier_mac, source, destination);
	struct frame frame;

	frame_igmp_short(&frame, &ip, MCD_IGMP_QUERY, 100, group);
	lab_see(lab, nic, &frame);
}

static const struct mcd_querier *querier(const struct lab *lab, size_t place)
{
	return mcd_vec_at(&lab_nic(lab, ETH0)->queriers, place);
}

static const struct mcd_query *query(const struct lab *lab, size_t place)
{
	return mcd_vec_at(&lab_nic(lab, ETH0)->queries, place);
}

static void a_row_for_each_record(void)
{
	const uint32_t sources[] = { LAB_OTHER, LAB_SENDER };
	const struct frame_record records[] = { { MCD_TO_EX, LAB_ASM, NULL, 0 }, { MCD_ALLOW, LAB_SSM, sources, 2 } };
	const struct mcd_report *r;
	struct frame_ip ip;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	ip = frame_to_group(lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), FRAME_IP(224, 0, 0, 22));
	ip.router_alert = true;
	frame_igmp_report_v3(&frame, &ip, records, 2);
	lab_see(&lab, ETH0, &frame);
	frame_igmp_report_v3(&frame, &ip, NULL, 0);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->igmp.reports_v3, 2);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->reports.count, 2);
	r = lab_report(&lab, ETH0, 0);
	CU_ASSERT_TRUE(r->out && r->version == 3 && r->type == MCD_IGMP_V3_REPORT && r->record == MCD_TO_EX && r->packet == 1);
	CU_ASSERT_TRUE(r->router_alert && r->checksum_ok && r->ttl == 1 && !r->vlan && r->nsources == 0 && r->when_ns == LAB_START);
	CU_ASSERT_TRUE(mcd_addr_equal(r->group, mcd_addr_v4(LAB_ASM)));
	CU_ASSERT_TRUE(mcd_addr_equal(r->destination, mcd_addr_v4(FRAME_IP(224, 0, 0, 22))));
	r = lab_report(&lab, ETH0, 1);
	CU_ASSERT_TRUE(r->record == MCD_ALLOW && r->packet == 1);
	CU_ASSERT_EQUAL_FATAL(r->nsources, 2);
	CU_ASSERT_TRUE(mcd_addr_equal(r->sources[0], mcd_addr_v4(LAB_OTHER))); /* as on the wire */
	CU_ASSERT_TRUE(mcd_addr_equal(r->sources[1], mcd_addr_v4(LAB_SENDER)));
	lab_fini(&lab);
}

static void every_type_is_counted(void)
{
	static const uint8_t types[] = {
		MCD_IGMP_V1_REPORT, MCD_IGMP_V2_REPORT, MCD_IGMP_LEAVE, MCD_IGMP_DVMRP, MCD_IGMP_PIMV1, MCD_IGMP_MTRACE, 0x77
	};
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	const struct mcd_igmp_counts *n;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	n = &lab_nic(&lab, ETH0)->igmp;
	for (size_t i = 0; i < sizeof types; i++) {
		frame_igmp_short(&frame, &ip, types[i], 0, LAB_ASM);
		lab_see(&lab, ETH0, &frame);
	}
	CU_ASSERT_TRUE(n->reports_v1 == 1 && n->reports_v2 == 1 && n->leaves == 1 && n->other == 4);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->reports.count, 3);
	CU_ASSERT_TRUE(lab_report(&lab, ETH0, 0)->version == 1 && lab_report(&lab, ETH0, 0)->record == MCD_RECORD_NONE);
	CU_ASSERT_TRUE(lab_report(&lab, ETH0, 2)->version == 2 && lab_report(&lab, ETH0, 2)->type == MCD_IGMP_LEAVE);
	ip = frame_to_group(querier_mac, LAB_QUERIER, ALL_HOSTS);
	frame_igmp_short(&frame, &ip, MCD_IGMP_QUERY, 0, 0);
	lab_see(&lab, ETH0, &frame);
	frame_igmp_short(&frame, &ip, MCD_IGMP_QUERY, 100, 0);
	lab_see(&lab, ETH0, &frame);
	frame_igmp_query_v3(&frame, &ip, 100, 0, 2, 125);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(n->queries_v1 == 1 && n->queries_v2 == 1 && n->queries_v3 == 1);
	CU_ASSERT_TRUE(n->malformed == 0 && n->bad_checksum == 0 && n->tunnelled == 0);
	lab_fini(&lab);
}

static void what_is_wrong_is_counted(void)
{
	const struct frame_record record = { MCD_TO_EX, LAB_ASM, NULL, 0 };
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	const struct mcd_igmp_counts *n;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	n = &lab_nic(&lab, ETH0)->igmp;
	frame_igmp_short(&frame, &ip, MCD_IGMP_V2_REPORT, 0, LAB_ASM);
	frame.data[14 + 20 + 2] ^= 0x10;
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(n->reports_v2 == 1 && n->bad_checksum == 1);
	CU_ASSERT_FALSE(lab_report(&lab, ETH0, 0)->checksum_ok);
	frame_igmp(&frame, &ip, (const uint8_t[]){ 0x22, 0, 0, 0, 0, 0, 0, 5 }, 8); /* five records and none there */
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(n->malformed == 1 && n->reports_v3 == 0 && lab_nic(&lab, ETH0)->capture.contents[MCD_CONTENT_MALFORMED] == 1);
	/* Cut by the capture: nobody's fault. */
	frame_igmp_report_v3(&frame, &ip, &record, 1);
	lab_see_cut(&lab, ETH0, &frame, 14 + 20 + 10);
	CU_ASSERT_TRUE(n->malformed == 1 && n->reports_v3 == 1);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->reports.count, 1);
	lab_fini(&lab);
}

static void queriers_of_valid_queries_only(void)
{
	struct frame_ip ip = frame_to_group(querier_mac, LAB_QUERIER, ALL_HOSTS);
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	see_query(&lab, ETH0, LAB_QUERIER, FRAME_IP(224, 0, 0, 9), 0); /* to nobody */
	see_query(&lab, ETH0, LAB_QUERIER, LAB_ASM, LAB_SSM);	       /* to one group about another */
	see_query(&lab, ETH0, LAB_QUERIER, ALL_HOSTS, LAB_OTHER);      /* about no group */
	frame_igmp_short(&frame, &ip, MCD_IGMP_QUERY, 100, 0);
	frame.data[14 + 20 + 3] ^= 1;
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->queriers.count, 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->queries.count, 4);
	CU_ASSERT_FALSE(query(&lab, 0)->valid || query(&lab, 1)->valid || query(&lab, 2)->valid || query(&lab, 3)->valid);
	see_query(&lab, ETH0, LAB_QUERIER, LAB_ASM, LAB_ASM);
	frame_igmp_query_v3(&frame, &ip, 50, 0, 3, 60);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->queriers.count, 1);
	CU_ASSERT_TRUE(query(&lab, 4)->valid && query(&lab, 5)->valid);
	CU_ASSERT_TRUE(querier(&lab, 0)->queries == 2 && querier(&lab, 0)->general == 1 && querier(&lab, 0)->version == 3);
	CU_ASSERT_TRUE(querier(&lab, 0)->max_response_ms == 5000 && querier(&lab, 0)->interval_s == 60 && querier(&lab, 0)->robustness == 3);
	CU_ASSERT_TRUE(querier(&lab, 0)->first_packet == 5 && querier(&lab, 0)->last_packet == 6);
	CU_ASSERT_EQUAL(querier(&lab, 0)->first_general_ns, LAB_START + 5 * LAB_MS);
	CU_ASSERT_TRUE(memcmp(querier(&lab, 0)->mac, querier_mac, 6) == 0 && querier(&lab, 0)->elected);
	lab_fini(&lab);
}

static void lowest_address_is_elected_per_vlan(void)
{
	struct frame_ip ip = frame_to_group(querier_mac, LAB_QUERIER - 9, ALL_HOSTS);
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	see_query(&lab, ETH0, 0, ALL_HOSTS, 0);
	CU_ASSERT_FALSE(querier(&lab, 0)->elected);
	see_query(&lab, ETH0, LAB_QUERIER, ALL_HOSTS, 0);
	CU_ASSERT_TRUE(querier(&lab, 1)->elected);
	see_query(&lab, ETH0, LAB_QUERIER - 1, ALL_HOSTS, 0);
	CU_ASSERT_TRUE(!querier(&lab, 0)->elected && !querier(&lab, 1)->elected && querier(&lab, 2)->elected);
	ip.has_vlan = true;
	ip.vlan = 20;
	frame_igmp_short(&frame, &ip, MCD_IGMP_QUERY, 100, 0);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->queriers.count, 4);
	CU_ASSERT_TRUE(querier(&lab, 2)->elected && querier(&lab, 3)->elected && querier(&lab, 3)->vlan == 20);
	lab_fini(&lab);
}

static void queries_are_bounded(void)
{
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < MCD_MAX_QUERIES + 5; i++)
		see_query(&lab, ETH0, LAB_QUERIER + i % (MCD_MAX_QUERIERS + 1), ALL_HOSTS, 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->queries.count, MCD_MAX_QUERIES);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->queriers.count, MCD_MAX_QUERIERS);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->igmp.queries_v2, MCD_MAX_QUERIES + 5);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_QUERIES], 5);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_QUERIERS], (MCD_MAX_QUERIES + 5) / (MCD_MAX_QUERIERS + 1));
	lab_fini(&lab);
}

static void scratch_proof_in_v3(void)
{
	const struct frame_record join = { MCD_TO_EX, LAB_SCRATCH, NULL, 0 }, leave = { MCD_TO_IN, LAB_SCRATCH, NULL, 0 };
	const struct mcd_scratch *scratch;
	struct lab lab;

	lab_init(&lab);
	scratch = &lab_nic(&lab, ETH0)->scratch[MCD_IPV4];
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), join); /* before our join: not of it */
	CU_ASSERT_EQUAL(scratch->report_ns, 0);
	mcd_observe_act(lab_nic(&lab, ETH0), &lab_nic(&lab, ETH0)->scratch[MCD_IPV4].join, lab.now_ns, lab.now_ns, NULL);
	lab_see_record(&lab, ETH1, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), join);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH1)->scratch[MCD_IPV4].report_ns, 0);
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), join);
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), join);
	CU_ASSERT_TRUE(scratch->report_packet == 2 && scratch->report_ns == LAB_START + 2 * LAB_MS);
	CU_ASSERT_FALSE(scratch->other_member);
	/* Neither a leave nor a query counts before our leave. */
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), leave);
	see_query(&lab, ETH0, LAB_QUERIER, LAB_SCRATCH, LAB_SCRATCH);
	CU_ASSERT_TRUE(scratch->leave_seen_ns == 0 && scratch->query_ns == 0);
	mcd_observe_act(lab_nic(&lab, ETH0), &lab_nic(&lab, ETH0)->scratch[MCD_IPV4].leave, lab.now_ns + 1, lab.now_ns + 2, NULL);
	see_query(&lab, ETH0, LAB_QUERIER, LAB_SCRATCH, LAB_SCRATCH); /* read late, sent before */
	see_query(&lab, ETH0, LAB_QUERIER, ALL_HOSTS, 0);
	see_query(&lab, ETH0, LAB_QUERIER, LAB_ASM, LAB_ASM);
	CU_ASSERT_EQUAL(scratch->query_ns, 0);
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), leave);
	see_query(&lab, ETH0, LAB_QUERIER, LAB_SCRATCH, LAB_SCRATCH);
	see_query(&lab, ETH0, LAB_QUERIER, LAB_SCRATCH, LAB_SCRATCH);
	CU_ASSERT_EQUAL(scratch->leave_packet, 9);
	CU_ASSERT_EQUAL(scratch->query_packet, 10);
	lab_fini(&lab);
}

static void scratch_proof_in_v2_and_other_members(void)
{
	const struct mcd_scratch *scratch;
	struct frame_ip ip;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	scratch = &lab_nic(&lab, ETH0)->scratch[MCD_IPV4];
	mcd_observe_act(lab_nic(&lab, ETH0), &lab_nic(&lab, ETH0)->scratch[MCD_IPV4].join, lab.now_ns, lab.now_ns, NULL);
	ip = frame_to_group(lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), LAB_SCRATCH);
	frame_igmp_short(&frame, &ip, MCD_IGMP_V2_REPORT, 0, LAB_SCRATCH);
	lab_see(&lab, ETH0, &frame);
	mcd_observe_act(lab_nic(&lab, ETH0), &lab_nic(&lab, ETH0)->scratch[MCD_IPV4].leave, lab.now_ns, lab.now_ns, NULL);
	frame_igmp_short(&frame, &ip, MCD_IGMP_LEAVE, 0, LAB_SCRATCH);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(scratch->report_packet == 1 && scratch->leave_packet == 2);
	/* A leave of another host is no membership, nor is the report of our other interface on the same segment; another's report is. */
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH1), lab_ip(&lab, ETH1), (struct frame_record){ MCD_TO_EX, LAB_SCRATCH, NULL, 0 });
	CU_ASSERT_FALSE(scratch->other_member);
	lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_OTHER, (struct frame_record){ MCD_TO_IN, LAB_SCRATCH, NULL, 0 });
	CU_ASSERT_FALSE(scratch->other_member);
	lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_OTHER, (struct frame_record){ MCD_IS_EX, LAB_SCRATCH, NULL, 0 });
	CU_ASSERT_TRUE(scratch->other_member);
	lab_fini(&lab);
}

const struct unit_test lab_igmp_tests[] = {
	{ "a row for each record", a_row_for_each_record },
	{ "every type is counted", every_type_is_counted },
	{ "what is wrong is counted", what_is_wrong_is_counted },
	{ "queriers of valid queries only", queriers_of_valid_queries_only },
	{ "the lowest address is elected per VLAN", lowest_address_is_elected_per_vlan },
	{ "queries are bounded", queries_are_bounded },
	{ "scratch proof in v3", scratch_proof_in_v3 },
	{ "scratch proof in v2, other members", scratch_proof_in_v2_and_other_members },
	{ NULL, NULL },
};
