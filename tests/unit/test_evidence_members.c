/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_evidence.h"

#include <stdlib.h>
#include <string.h>

#define GROUP FRAME_IP(239, 1, 2, 3)

/* "abc" stands for the sources 10.1.0.'a', 10.1.0.'b', 10.1.0.'c'. */
static uint32_t source_of(char c)
{
	return FRAME_IP(10, 1, 0, c);
}

static const uint8_t records[256] = {
	['i'] = MCD_IS_IN, ['e'] = MCD_IS_EX, ['I'] = MCD_TO_IN, ['E'] = MCD_TO_EX, ['+'] = MCD_ALLOW, ['-'] = MCD_BLOCK
};

/* Send STEP: '1' and '2' are v1 and v2 reports, 'L' a v2 leave, else a v3 record (letter above) and its sources. */
static void send_step(struct lab *lab, const char *step)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, GROUP);
	const size_t count = strlen(step) - 1;
	uint32_t sources[16];
	struct frame frame;

	for (size_t i = 0; i < count && i < 16; i++)
		sources[i] = source_of(step[1 + i]);
	if (step[0] == '1')
		frame_igmp_short(&frame, &ip, MCD_IGMP_V1_REPORT, 0, GROUP);
	else if (step[0] == '2')
		frame_igmp_short(&frame, &ip, MCD_IGMP_V2_REPORT, 0, GROUP);
	else if (step[0] == 'L')
		frame_igmp_short(&frame, &ip, MCD_IGMP_LEAVE, 0, GROUP);
	else
		frame_igmp_report_v3(&frame, &ip, &(struct frame_record){ records[(uint8_t)step[0]], GROUP, sources, count }, 1);
	lab_see(lab, ETH0, &frame);
}

static bool is_state(const struct mcd_member *m, enum mcd_filter_mode mode, const char *sources)
{
	bool same = m->mode == mode && m->nsources == strlen(sources);

	for (size_t i = 0; same && i < m->nsources; i++)
		same = mcd_addr_equal(m->sources[i], mcd_addr_v4(source_of(sources[i])));
	return same;
}

/* Send all STEPS, blank-separated, and compare both the table and the fold. */
static bool leads_to(const char *steps, enum mcd_filter_mode mode, const char *sources)
{
	const struct mcd_addr group = mcd_addr_v4(GROUP), host = mcd_addr_v4(LAB_OTHER);
	struct mcd_member folded;
	struct lab lab;
	size_t count = 0;
	bool good;

	lab_init(&lab);
	while (*steps) {
		char step[32];
		size_t length = strcspn(steps, " ");

		memcpy(step, steps, length);
		step[length] = '\0';
		send_step(&lab, step);
		count++;
		steps += length + (steps[length] == ' ');
	}
	good = mcd_member_fold(lab_nic(&lab, ETH0), group, host, false, INT64_MAX, &folded) == count && is_state(&folded, mode, sources);
	good = good && lab_nic(&lab, ETH0)->members.count == 1 && is_state(mcd_vec_at(&lab_nic(&lab, ETH0)->members, 0), mode, sources);
	free(folded.sources);
	lab_fini(&lab);
	return good;
}

static void include_state(void)
{
	CU_ASSERT_TRUE(leads_to("+a", MCD_INCLUDE, "a"));
	CU_ASSERT_TRUE(leads_to("+cab +b", MCD_INCLUDE, "abc"));
	CU_ASSERT_TRUE(leads_to("+abc -b", MCD_INCLUDE, "ac"));
	CU_ASSERT_TRUE(leads_to("+a -a", MCD_INCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("-a", MCD_INCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("+ab Ibc", MCD_INCLUDE, "bc"));
	CU_ASSERT_TRUE(leads_to("+ab I", MCD_INCLUDE, ""));
	/* IS_IN may be the answer to a query about some sources: it adds, never takes away. */
	CU_ASSERT_TRUE(leads_to("+ab ib", MCD_INCLUDE, "ab"));
	CU_ASSERT_TRUE(leads_to("+ab ic", MCD_INCLUDE, "abc"));
	CU_ASSERT_TRUE(leads_to("+ab Ebc", MCD_EXCLUDE, "bc"));
	CU_ASSERT_TRUE(leads_to("+ab E", MCD_EXCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("+ab eac", MCD_EXCLUDE, "ac"));
	/* A source that is listed twice is one. */
	CU_ASSERT_TRUE(leads_to("+aab", MCD_INCLUDE, "ab"));
}

static void exclude_state(void)
{
	CU_ASSERT_TRUE(leads_to("E", MCD_EXCLUDE, ""));
	/* How Linux excludes a source. */
	CU_ASSERT_TRUE(leads_to("E E -a -a", MCD_EXCLUDE, "a"));
	CU_ASSERT_TRUE(leads_to("Eab +b", MCD_EXCLUDE, "a"));
	CU_ASSERT_TRUE(leads_to("Eab ib", MCD_EXCLUDE, "a"));
	CU_ASSERT_TRUE(leads_to("Eab -bc", MCD_EXCLUDE, "abc"));
	CU_ASSERT_TRUE(leads_to("Eab Ebc", MCD_EXCLUDE, "bc"));
	CU_ASSERT_TRUE(leads_to("Eab ecd", MCD_EXCLUDE, "cd"));
	CU_ASSERT_TRUE(leads_to("Eab Ibc", MCD_INCLUDE, "bc"));
	CU_ASSERT_TRUE(leads_to("E I I", MCD_INCLUDE, ""));
}

static void older_versions(void)
{
	CU_ASSERT_TRUE(leads_to("1", MCD_EXCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("2", MCD_EXCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("2 L", MCD_INCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("+a 2", MCD_EXCLUDE, ""));
	/* While a v2 report binds the router, BLOCK and the sources of TO_EX are ignored (RFC 9776, 7.3.2). */
	CU_ASSERT_TRUE(leads_to("2 -a", MCD_EXCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("2 Ea", MCD_EXCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("2 Ia", MCD_INCLUDE, "a"));
	/* While a v1 report does, leaves are too. */
	CU_ASSERT_TRUE(leads_to("1 L", MCD_EXCLUDE, ""));
	CU_ASSERT_TRUE(leads_to("1 I", MCD_EXCLUDE, ""));
}

static void older_version_wears_off(void)
{
	struct lab lab;
	const struct mcd_member *m;

	lab_init(&lab);
	send_step(&lab, "2");
	lab.now_ns += 261 * 1000 * LAB_MS;
	send_step(&lab, "-a");
	m = mcd_vec_at(&lab_nic(&lab, ETH0)->members, 0);
	CU_ASSERT_TRUE(is_state(m, MCD_EXCLUDE, "a"));
	CU_ASSERT_EQUAL(m->version, 3);
	lab_fini(&lab);
}

static void fold_ends_at_the_time_asked(void)
{
	const struct mcd_addr group = mcd_addr_v4(GROUP), host = mcd_addr_v4(LAB_OTHER);
	struct mcd_member m;
	struct lab lab;

	lab_init(&lab);
	send_step(&lab, "+a"); /* at LAB_START */
	send_step(&lab, "+b"); /* 1 ms later, and so on */
	send_step(&lab, "-a");
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), group, host, false, LAB_START - 1, &m), 0);
	CU_ASSERT_TRUE(m.nsources == 0 && m.sources == NULL);
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), group, host, false, LAB_START + LAB_MS, &m), 2);
	CU_ASSERT_TRUE(is_state(&m, MCD_INCLUDE, "ab"));
	CU_ASSERT_TRUE(m.since_ns == LAB_START && m.last_ns == LAB_START + LAB_MS && m.last_packet == 2);
	free(m.sources);
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), group, host, false, INT64_MAX, &m), 3);
	CU_ASSERT_TRUE(is_state(&m, MCD_INCLUDE, "b"));
	free(m.sources);
	/* Of another host, another group, another NIC nothing is known. */
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), group, mcd_addr_v4(LAB_SENDER), false, INT64_MAX, &m), 0);
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), mcd_addr_v4(GROUP + 1), host, false, INT64_MAX, &m), 0);
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH1), group, host, false, INT64_MAX, &m), 0);
	lab_fini(&lab);
}

static void hosts_groups_and_vlans_are_apart(void)
{
	struct frame_record record = { MCD_TO_EX, GROUP, NULL, 0 };
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, FRAME_IP(224, 0, 0, 22));
	struct mcd_member m;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_OTHER, record);
	lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_SENDER, record);
	record.group++;
	lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_OTHER, record);
	ip.has_vlan = true;
	ip.vlan = 7;
	record = (struct frame_record){ MCD_TO_IN, GROUP, NULL, 0 };
	frame_igmp_report_v3(&frame, &ip, &record, 1);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->members.count, 4);
	CU_ASSERT_EQUAL(((struct mcd_member *)mcd_vec_at(&lab_nic(&lab, ETH0)->members, 3))->vlan, 7);
	/* The tagged leave does not touch the untagged membership; a priority tag (VID 0) would. */
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), mcd_addr_v4(GROUP), mcd_addr_v4(LAB_OTHER), false, INT64_MAX, &m), 1);
	CU_ASSERT_TRUE(is_state(&m, MCD_EXCLUDE, ""));
	free(m.sources);
	ip.vlan = 0;
	frame_igmp_report_v3(&frame, &ip, &record, 1);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, 4);
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), mcd_addr_v4(GROUP), mcd_addr_v4(LAB_OTHER), false, INT64_MAX, &m), 2);
	CU_ASSERT_TRUE(is_state(&m, MCD_INCLUDE, ""));
	free(m.sources);
	lab_fini(&lab);
}

/* All hosts without an address report from 0.0.0.0: ours and another's are two. */
static void nobodys_address_is_of_many(void)
{
	const struct mcd_addr group = mcd_addr_v4(GROUP), nobody = mcd_addr_v4(0);
	struct mcd_member m;
	struct lab lab;

	lab_init(&lab);
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH0), 0, (struct frame_record){ MCD_TO_EX, GROUP, NULL, 0 });
	lab_see_record(&lab, ETH0, lab_foreign_mac, 0, (struct frame_record){ MCD_TO_IN, GROUP, NULL, 0 });
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, 2);
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), group, nobody, true, INT64_MAX, &m), 1);
	CU_ASSERT_TRUE(m.out && is_state(&m, MCD_EXCLUDE, ""));
	free(m.sources);
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), group, nobody, false, INT64_MAX, &m), 1);
	CU_ASSERT_TRUE(!m.out && is_state(&m, MCD_INCLUDE, ""));
	free(m.sources);
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH0), 0, (struct frame_record){ MCD_TO_IN, GROUP, NULL, 0 });
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, 2); /* ours again */
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), group, nobody, true, INT64_MAX, &m), 2);
	CU_ASSERT_TRUE(is_state(&m, MCD_INCLUDE, ""));
	free(m.sources);
	lab_fini(&lab);
}

static void what_a_router_ignores(void)
{
	struct frame_record record = { 9, GROUP, NULL, 0 };
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, GROUP);
	struct mcd_member m;
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_OTHER, record); /* a record type of tomorrow */
	frame_igmp_short(&frame, &ip, MCD_IGMP_V2_REPORT, 0, GROUP);
	frame.data[14 + 20 + 3] ^= 1; /* its checksum */
	lab_see(&lab, ETH0, &frame);
	frame_igmp_short(&frame, &ip, MCD_IGMP_V2_REPORT, 0, LAB_OTHER); /* no group */
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->reports.count, 3);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, 0);
	CU_ASSERT_EQUAL(mcd_member_fold(lab_nic(&lab, ETH0), mcd_addr_v4(GROUP), mcd_addr_v4(LAB_OTHER), false, INT64_MAX, &m), 0);
	lab_fini(&lab);
}

static void members_are_bounded(void)
{
	enum { RECORDS = 1000, OVER = 3 };
	static struct frame_record many[RECORDS];
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, FRAME_IP(224, 0, 0, 22));
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < MCD_MAX_MEMBERS / RECORDS; i++) {
		for (uint32_t j = 0; j < RECORDS; j++)
			many[j] = (struct frame_record){ MCD_TO_EX, FRAME_IP(239, 0, 0, 0) + i * RECORDS + j, NULL, 0 };
		frame_igmp_report_v3(&frame, &ip, many, RECORDS);
		lab_see(&lab, ETH0, &frame);
	}
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, MCD_MAX_MEMBERS);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->reports.count, MCD_MAX_REPORTS);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_MEMBERS], 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_REPORTS], MCD_MAX_MEMBERS - MCD_MAX_REPORTS);
	for (uint32_t j = 0; j < OVER; j++)
		many[j].group = FRAME_IP(238, 0, 0, j);
	frame_igmp_report_v3(&frame, &ip, many, OVER);
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, MCD_MAX_MEMBERS);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->reports.count, MCD_MAX_REPORTS);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_MEMBERS], OVER);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted, MCD_MAX_MEMBERS - MCD_MAX_REPORTS + 2 * OVER);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->igmp.reports_v3, MCD_MAX_MEMBERS / RECORDS + 1);
	/* A flood of others does not hide our own report. */
	lab_see_record(&lab, ETH0, lab_mac(&lab, ETH0), lab_ip(&lab, ETH0), many[0]);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->reports.count, MCD_MAX_REPORTS + 1);
	CU_ASSERT_TRUE(lab_report(&lab, ETH0, MCD_MAX_REPORTS)->out);
	lab_fini(&lab);
}

static void sources_are_bounded(void)
{
	enum { SOURCES = 4000, FRAMES = MCD_MAX_SOURCES / SOURCES };
	static uint32_t sources[SOURCES];
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < SOURCES; i++)
		sources[i] = FRAME_IP(10, 0, 0, 0) + i;
	for (uint32_t i = 0; i <= FRAMES; i++)
		lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_OTHER,
			       (struct frame_record){ MCD_ALLOW, FRAME_IP(239, 0, 0, 0) + i, sources, SOURCES });
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->reports.count, FRAMES);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->members.count, FRAMES);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted, 2);
	lab_fini(&lab);
}

/* Of a capture, once there are as many rows as are shown. */
static void what_members_say_again(void)
{
	struct mcd_nic *nic;
	struct lab lab;

	lab_init(&lab);
	nic = lab_nic(&lab, ETH0);
	lab.evidence.passive = true;
	lab.request.max_rows = 3;
	for (int i = 0; i < 3; i++)
		send_step(&lab, "eab"); /* each is shown */
	CU_ASSERT_TRUE(nic->reports.count == 3 && nic->repeats == 0);
	send_step(&lab, "eab");
	CU_ASSERT_TRUE(nic->reports.count == 3 && nic->repeats == 1);
	CU_ASSERT_EQUAL(((struct mcd_member *)mcd_vec_at(&nic->members, 0))->last_packet, 4);
	send_step(&lab, "ea"); /* something new */
	CU_ASSERT_TRUE(nic->reports.count == 4 && nic->repeats == 1);
	lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_SENDER, (struct frame_record){ MCD_IS_EX, GROUP, NULL, 0 });
	CU_ASSERT_TRUE(nic->reports.count == 5 && nic->repeats == 1); /* another host */
	send_step(&lab, "2");
	send_step(&lab, "2");
	CU_ASSERT_TRUE(nic->reports.count == 6 && nic->repeats == 2);
	send_step(&lab, "L");
	send_step(&lab, "L"); /* who has left is no member */
	CU_ASSERT_TRUE(nic->reports.count == 8 && nic->repeats == 2);
	for (int i = 0; i < 3; i++) /* of an asked group each may answer a query */
		lab_see_record(&lab, ETH0, lab_foreign_mac, LAB_OTHER, (struct frame_record){ MCD_IS_EX, LAB_ASM, NULL, 0 });
	CU_ASSERT_TRUE(nic->reports.count == 11 && nic->repeats == 2);
	lab.evidence.passive = false; /* nor is a live run long */
	send_step(&lab, "2");
	send_step(&lab, "2");
	CU_ASSERT_TRUE(nic->reports.count == 13 && nic->repeats == 2);
	CU_ASSERT_EQUAL(nic->omitted, 0);
	lab_fini(&lab);
}

const struct unit_test lab_members_tests[] = {
	{ "include state", include_state },
	{ "exclude state", exclude_state },
	{ "older versions", older_versions },
	{ "older version wears off", older_version_wears_off },
	{ "fold ends at the time asked", fold_ends_at_the_time_asked },
	{ "hosts, groups and VLANs are apart", hosts_groups_and_vlans_are_apart },
	{ "0.0.0.0 is the address of many", nobodys_address_is_of_many },
	{ "what a router ignores", what_a_router_ignores },
	{ "members and reports are bounded", members_are_bounded },
	{ "sources are bounded", sources_are_bounded },
	{ "what members say again has no row", what_members_say_again },
	{ NULL, NULL },
};
