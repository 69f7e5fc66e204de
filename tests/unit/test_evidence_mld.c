/* SPDX-License-Identifier: ISC */
/* MLD: the same tables as IGMP's, and what only MLD forbids. */
#include <config.h>

#include "test_evidence.h"

#include <string.h>

/* Octets of the literal addresses: fe80::9, fe80::8, 2001:db8::1, ff02::1, ff02::16, ff3e::1:1. */
#define HOST 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9
#define ROUTER 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8
#define GLOBAL 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define NOBODY 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
#define ALL_NODES 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define ALL_ROUTERS 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16
#define GROUP 0xff, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1

enum { QUERY = 130, REPORT = 131, DONE = 132, REPORT_V2 = 143 };

static const struct frame_ip6 from_host = { { 2, 0, 0, 0, 9, 9 }, { HOST }, { ALL_ROUTERS }, 1, true };
static const struct frame_ip6 from_router = { { 2, 0, 0, 0, 8, 8 }, { ROUTER }, { ALL_NODES }, 1, true };

static struct mcd_addr addr(const char *text)
{
	struct mcd_addr a = { 0, 0 };

	CU_ASSERT_TRUE_FATAL(mcd_addr_parse(text, &a));
	return a;
}

static void see(struct lab *lab, const struct frame_ip6 *ip, const uint8_t *message, size_t length)
{
	struct frame frame;

	frame_icmpv6(&frame, ip, message, length);
	lab_see(lab, ETH0, &frame);
}

#define SEE(lab, ip, ...) see(lab, ip, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void see_record(struct lab *lab, const struct frame_ip6 *ip, uint8_t record, bool source)
{
	if (source)
		SEE(lab, ip, REPORT_V2, 0, 0, 0, 0, 0, 0, 1, record, 0, 0, 1, GROUP, GLOBAL);
	else
		SEE(lab, ip, REPORT_V2, 0, 0, 0, 0, 0, 0, 1, record, 0, 0, 0, GROUP);
}

static const struct mcd_member *member(const struct lab *lab)
{
	return mcd_vec_at(&lab_nic(lab, ETH0)->members, 0);
}

static void both_versions(void)
{
	const struct mcd_igmp_counts *n;
	const struct mcd_report *r;
	struct lab lab;

	lab_init(&lab);
	n = &lab_nic(&lab, ETH0)->mld;
	see_record(&lab, &from_host, MCD_ALLOW, true);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->members.count, 1);
	CU_ASSERT_TRUE(member(&lab)->mode == MCD_INCLUDE && member(&lab)->nsources == 1 && member(&lab)->version == 2);
	CU_ASSERT_TRUE(mcd_addr_equal(member(&lab)->sources[0], addr("2001:db8::1")) && mcd_addr_equal(member(&lab)->group, addr("ff3e::1:1")));
	CU_ASSERT_TRUE(mcd_addr_equal(member(&lab)->host, addr("fe80::9")) && member(&lab)->since_ns == LAB_START && member(&lab)->last_ns == LAB_START);
	r = lab_report(&lab, ETH0, 0);
	CU_ASSERT_TRUE(r->version == 2 && r->type == MCD_IGMP_V3_REPORT && r->record == MCD_ALLOW && r->router_alert && r->ttl == 1 && r->checksum_ok);
	SEE(&lab, &from_host, REPORT, 0, 0, 0, 0, 0, 0, 0, GROUP);
	CU_ASSERT_TRUE(member(&lab)->mode == MCD_EXCLUDE && member(&lab)->version == 1 && member(&lab)->last_ns == LAB_START + LAB_MS);
	SEE(&lab, &from_host, DONE, 0, 0, 0, 0, 0, 0, 0, GROUP);
	CU_ASSERT_TRUE(member(&lab)->mode == MCD_INCLUDE && member(&lab)->nsources == 0);
	CU_ASSERT_TRUE(n->reports_v3 == 1 && n->reports_v2 == 1 && n->leaves == 1 && n->queries_v2 == 0 && n->malformed == 0);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->igmp.reports_v3 == 0 && lab_nic(&lab, ETH0)->reports.count == 3);
	lab_fini(&lab);
}

/* RFC 9777, 5.2.13 and 6.2: from the link itself, with a Router Alert. */
static void what_a_router_ignores(void)
{
	static const struct frame_ip6 wrong[] = {
		{ { 2, 0, 0, 0, 9, 9 }, { HOST }, { ALL_ROUTERS }, 64, true },
		{ { 2, 0, 0, 0, 9, 9 }, { HOST }, { ALL_ROUTERS }, 1, false },
		{ { 2, 0, 0, 0, 9, 9 }, { GLOBAL }, { ALL_ROUTERS }, 1, true },
		{ { 2, 0, 0, 0, 9, 9 }, { NOBODY }, { ALL_ROUTERS }, 1, true },
	};
	struct lab lab;

	lab_init(&lab);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		see_record(&lab, &wrong[i], MCD_TO_EX, false);
		CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->reports.count, i + 1);
		CU_ASSERT_FALSE(mcd_report_counts(lab_report(&lab, ETH0, i)));
	}
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->mld.reports_v3, 4);
	see_record(&lab, &from_host, MCD_TO_EX, false);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, 1);
	CU_ASSERT_TRUE(mcd_report_counts(lab_report(&lab, ETH0, 4)));
	lab_fini(&lab);
}

static void queries(void)
{
	struct frame_ip6 wrong = from_router;
	const struct mcd_querier *q;
	struct lab lab;

	lab_init(&lab);
	wrong.hop_limit = 2;
	SEE(&lab, &wrong, QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY);
	memcpy(wrong.source, (const uint8_t[]){ GLOBAL }, 16);
	wrong.hop_limit = 1;
	SEE(&lab, &wrong, QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY);
	wrong = from_router;
	wrong.router_alert = false;
	SEE(&lab, &wrong, QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY, 2, 125, 0, 0);
	SEE(&lab, &from_router, QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY, 2, 125, 0, 1, GLOBAL); /* all groups, and one source */
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->queriers.count == 0 && lab_nic(&lab, ETH0)->queries.count == 4);
	SEE(&lab, &from_router, QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY);
	SEE(&lab, &from_router, QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY, 2, 125, 0, 0);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->queriers.count, 1);
	q = mcd_vec_at(&lab_nic(&lab, ETH0)->queriers, 0);
	CU_ASSERT_TRUE(q->mld && q->version == 2 && q->queries == 2 && q->general == 2 && q->max_response_ms == 10000 && q->interval_s == 125);
	CU_ASSERT_TRUE(q->elected && mcd_addr_equal(q->address, addr("fe80::8")));
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->mld.queries_v2 == 3 && lab_nic(&lab, ETH0)->mld.queries_v3 == 3 && lab_nic(&lab, ETH0)->igmp.queries_v2 == 0);
	lab_fini(&lab);
}

/* One winner for each VLAN and family. */
static void families_elect_apart(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_QUERIER, FRAME_IP(224, 0, 0, 1));
	struct frame_ip6 lower = from_router;
	struct frame frame;
	struct lab lab;
	unsigned elected = 0;

	lab_init(&lab);
	frame_igmp_query_v3(&frame, &ip, 100, 0, 2, 125);
	lab_see(&lab, ETH0, &frame);
	SEE(&lab, &from_router, QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY, 2, 125, 0, 0);
	lower.source[15] = 7;
	SEE(&lab, &lower, QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY, 2, 125, 0, 0);
	lower.source[15] = 6;
	frame_icmpv6(&frame, &lower, (const uint8_t[]){ QUERY, 0, 0, 0, 0x27, 0x10, 0, 0, NOBODY, 2, 125, 0, 0 }, 28);
	frame_tag(&frame, 30);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->queriers.count, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct mcd_querier *q = mcd_vec_at(&lab_nic(&lab, ETH0)->queriers, i);

		elected |= (unsigned)q->elected << i;
	}
	CU_ASSERT_EQUAL(elected, 1 | 4 | 8);
	CU_ASSERT_EQUAL(((struct mcd_querier *)mcd_vec_at(&lab_nic(&lab, ETH0)->queriers, 3))->vlan, 30);
	lab_fini(&lab);
}

static void what_is_wrong_is_counted(void)
{
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	SEE(&lab, &from_host, REPORT_V2, 0, 0, 0, 0, 0, 0, 5); /* five records and none there */
	frame_icmpv6(&frame, &from_host, (const uint8_t[]){ REPORT, 0, 0, 0, 0, 0, 0, 0, GROUP }, 24);
	frame.data[frame.length - 20] ^= 1; /* its checksum covers it */
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->mld.malformed == 1 && lab_nic(&lab, ETH0)->mld.bad_checksum == 1);
	CU_ASSERT_TRUE(lab_nic(&lab, ETH0)->mld.reports_v2 == 1 && lab_nic(&lab, ETH0)->members.count == 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->capture.contents[MCD_CONTENT_MALFORMED], 1);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->capture.contents[MCD_CONTENT_IPV6], 1);
	lab_fini(&lab);
}

/* Linux hands a datagram of IPv6 to the sockets of every interface that have joined the group. */
static void arrivals_by_another_interface(void)
{
	static const unsigned came_in[] = { 2, 99, 0 };
	static const uint64_t counted[] = { 1, 1, 2 };
	struct mcd_arrival arrival = { .when_ns = LAB_START, .nic = ETH0, .port = LAB_PORT, .source_port = 1, .length = 1, .held = 1,
				       .data = (const uint8_t[]){ 'x' } };
	struct lab lab;

	lab_init(&lab);
	lab.groups[ASM].address = arrival.destination = (struct mcd_addr){ UINT64_C(0xff15) << 48, 7 };
	arrival.source = (struct mcd_addr){ UINT64_C(0xfd00) << 48, 9 };
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->iface->index, came_in[0]);
	for (size_t i = 0; i < 3; i++) {
		arrival.ifindex = came_in[i];
		CU_ASSERT_EQUAL(mcd_observe_arrival(&lab.evidence, &arrival), came_in[i] != 99);
		CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->tasks[ASM].arrived_foreign, counted[i]);
	}
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->tasks[ASM].arrived_elsewhere, 0);
	lab_fini(&lab);
}

const struct unit_test lab_mld_tests[] = {
	{ "both versions", both_versions },
	{ "what a router ignores", what_a_router_ignores },
	{ "queries", queries },
	{ "families elect apart", families_elect_apart },
	{ "what is wrong is counted", what_is_wrong_is_counted },
	{ "arrivals by another interface", arrivals_by_another_interface },
	{ NULL, NULL },
};
