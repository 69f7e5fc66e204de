/* SPDX-License-Identifier: ISC */
/* Captures: join and source filter, each status beside the capture that it nearly is. */
#include <config.h>

#include "test_diagnose.h"

#include <stdlib.h>
#include <string.h>

static struct mcd_stream *stream_of(struct the_case *c, size_t place)
{
	return mcd_vec_at(&c->nics[0].streams, place);
}

static bool says(const struct the_case *c, enum mcd_check_id check, const char *text)
{
	return strstr(total(c, 0, check)->reason, text) != NULL;
}

/* Everything of the capture on h0 into VLAN, INNER of it. */
static void tag_all(struct the_case *c, uint16_t vlan, uint16_t inner_vlan)
{
	struct mcd_nic *nic = &c->nics[0];

	for (size_t i = 0; i < nic->reports.count; i++)
		((struct mcd_report *)mcd_vec_at(&nic->reports, i))->vlan = vlan;
	for (size_t i = 0; i < nic->queries.count; i++)
		((struct mcd_query *)mcd_vec_at(&nic->queries, i))->vlan = vlan;
	for (size_t i = 0; i < nic->queriers.count; i++)
		((struct mcd_querier *)mcd_vec_at(&nic->queriers, i))->vlan = vlan;
	for (size_t i = 0; i < nic->members.count; i++)
		((struct mcd_member *)mcd_vec_at(&nic->members, i))->vlan = vlan;
	for (size_t i = 0; i < nic->streams.count; i++)
		stream_of(c, i)->vlan = vlan;
	for (size_t i = 0; i < nic->reports.count; i++)
		((struct mcd_report *)mcd_vec_at(&nic->reports, i))->inner_vlan = inner_vlan;
	for (size_t i = 0; i < nic->queries.count; i++)
		((struct mcd_query *)mcd_vec_at(&nic->queries, i))->inner_vlan = inner_vlan;
	for (size_t i = 0; i < nic->queriers.count; i++)
		((struct mcd_querier *)mcd_vec_at(&nic->queriers, i))->inner_vlan = inner_vlan;
	for (size_t i = 0; i < nic->members.count; i++)
		((struct mcd_member *)mcd_vec_at(&nic->members, i))->inner_vlan = inner_vlan;
	for (size_t i = 0; i < nic->streams.count; i++)
		stream_of(c, i)->inner_vlan = inner_vlan;
}

static void no_igmp(struct the_case *c)
{
	case_no_report(c, 0);
	case_no_query(c, 0);
	case_silence(&c->nics[0].members);
}

static void a_healthy_capture(void)
{
	static const uint16_t tags[][2] = { { 0, 0 }, { 10, 0 }, { 10, 20 } };

	for (size_t i = 0; i < 3; i++) {
		struct the_case c;

		case_init_passive(&c, true);
		tag_all(&c, tags[i][0], tags[i][1]);
		CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
		CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
		IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
		IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_SKIPPED);
		IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
		IS(&c, 0, MCD_CHECK_SEND, MCD_SKIPPED);
		IS(&c, 0, MCD_CHECK_TTL, MCD_SKIPPED);
		IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
		IS(&c, 0, MCD_CHECK_DELIVERY, MCD_SKIPPED);
		IS(&c, 0, MCD_CHECK_LEAVE, MCD_SKIPPED);
		CU_ASSERT_TRUE(says(&c, MCD_CHECK_JOIN, "of 10.77.0.30 in packet"));
		CU_ASSERT_EQUAL(says(&c, MCD_CHECK_JOIN, "VLAN"), tags[i][0] != 0);
		CU_ASSERT_EQUAL(says(&c, MCD_CHECK_QUERIER, "VLAN 20 in 10"), tags[i][1] != 0);
		case_fini(&c);
	}
}

/* The stream alone is in the capture, as a filter on its group leaves it. */
static void igmp_filtered_out(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	no_igmp(&c);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_SKIPPED);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_SKIPPED);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	case_fini(&c);
}

/* Queries, and nobody answers: no host here is a member, and a stream that is flooded comes all the same. */
static void nobody_is_a_member(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	case_no_report(&c, 0);
	case_silence(&c.nics[0].members);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_SKIPPED);
	CU_ASSERT_TRUE(says(&c, MCD_CHECK_JOIN, "none answered the query"));
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	c.nics[0].capture.dropped = 3; /* the answer may be among them */
	case_judge(&c);
	CU_ASSERT_FALSE(says(&c, MCD_CHECK_JOIN, "none answered"));
	c.nics[0].capture.dropped = 0;
	c.nics[0].capture.closed_ns = T0 + 1500 * MS; /* nor is it due yet */
	case_judge(&c);
	CU_ASSERT_FALSE(says(&c, MCD_CHECK_JOIN, "none answered"));
	case_fini(&c);
}

/* A report that a router ignores proves no membership. */
static void reports_that_do_not_count(void)
{
	struct mcd_report *r;
	struct the_case c;

	case_init_passive(&c, true);
	case_no_report(&c, 0);
	r = case_host_report(&c, 0, 500, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_TO_EX);
	r->checksum_ok = false;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_SKIPPED);
	HAS(&c, 0, MCD_REPORT_MALFORMED);
	r->checksum_ok = true;
	r->record = MCD_TO_IN; /* a leave is no join */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_SKIPPED);
	LACKS(&c, 0, MCD_REPORT_MALFORMED);
	r->record = MCD_IS_EX;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	case_fini(&c);
}

/* The same capture of IPv6: ff1e::7:7. */
static void make_ipv6(struct the_case *c)
{
	struct mcd_nic *nic = &c->nics[0];

	c->evidence.nnics = 1;
	c->groups[0].address = address("ff1e::7:7");
	for (size_t i = 0; i < nic->reports.count; i++) {
		struct mcd_report *r = mcd_vec_at(&nic->reports, i);

		r->group = c->groups[0].address;
		r->source = address("fe80::30");
		r->destination = address("ff02::16");
		r->version = 2;
	}
	for (size_t i = 0; i < nic->queries.count; i++) {
		struct mcd_query *q = mcd_vec_at(&nic->queries, i);

		q->mld = true;
		q->version = 2;
		q->source = address("fe80::250");
		q->group = address("::");
	}
	*(struct mcd_querier *)mcd_vec_at(&nic->queriers, 0) = (struct mcd_querier){
		.address = address("fe80::250"), .version = 2, .mld = true, .queries = 3, .general = 3, .interval_s = 125, .robustness = 2
	};
	((struct mcd_member *)mcd_vec_at(&nic->members, 0))->group = c->groups[0].address;
	((struct mcd_member *)mcd_vec_at(&nic->members, 0))->host = address("fe80::30");
	stream_of(c, 0)->group = c->groups[0].address;
	stream_of(c, 0)->source = address("2001:db8::20");
}

static void a_group_of_ipv6(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	make_ipv6(&c);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_PASS);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	CU_ASSERT_TRUE(says(&c, MCD_CHECK_QUERIER, "MLDv2 query from fe80::250"));
	/* Reports with another hop limit are none (RFC 9777, 5.2.13). */
	for (size_t i = 0; i < c.nics[0].reports.count; i++)
		((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, i))->ttl = 64;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_SKIPPED);
	/* MLDv1 serves a group from any source. */
	for (size_t i = 0; i < c.nics[0].queries.count; i++)
		((struct mcd_query *)mcd_vec_at(&c.nics[0].queries, i))->version = 1;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	/* An IGMP querier is none for it. */
	case_no_query(&c, 0);
	case_querier(&c, 0, "10.77.0.250", 3, 0, 1000, 125000, 3);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE);
	case_fini(&c);
}

/* ---- source filter ---- */

/* Ask for 239.7.7.7 from 10.77.0.20, and let the host on h0 report as RECORD says, for the first source if SOURCE. */
static void ask(struct the_case *c, uint8_t type, uint8_t record, const char *source)
{
	struct mcd_report *r;

	case_init_passive(c, true);
	c->evidence.nnics = 1;
	c->sources[0] = address("10.77.0.20");
	c->groups[0].mode = MCD_INCLUDE;
	c->groups[0].nsources = 1;
	case_no_report(c, 0);
	r = case_host_report(c, 0, 500, "10.77.0.30", type, record);
	if (source)
		case_source(&r->sources, &r->nsources, source);
	for (int i = 0; i < 3; i++) {
		r = case_host_report(c, 0, 1700 + 125000 * i, "10.77.0.30", type, record == MCD_ALLOW ? MCD_IS_IN : record);
		if (source)
			case_source(&r->sources, &r->nsources, source);
	}
}

/* Any source is more than was asked for: that keeps nothing out, but where routers take no such join. */
static void a_wider_filter(void)
{
	struct the_case c;

	for (unsigned ssm = 0; ssm < 2; ssm++) {
		const struct mcd_finding *f;

		ask(&c, MCD_IGMP_V3_REPORT, MCD_TO_EX, NULL);
		if (ssm)
			c.groups[0].address = address("232.7.7.7");
		for (size_t i = 0; i < c.nics[0].reports.count; i++)
			((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, i))->group = c.groups[0].address;
		((struct mcd_member *)mcd_vec_at(&c.nics[0].members, 0))->group = c.groups[0].address;
		case_no_stream(&c, 0);
		case_judge(&c);
		IS(&c, 0, MCD_CHECK_SOURCE_FILTER, ssm ? MCD_FAIL : MCD_WARN);
		f = found(&c, 0, MCD_SOURCE_FILTER_WRONG);
		CU_ASSERT_TRUE(is_whole(f) && f->severity == (ssm ? MCD_FAULT : MCD_WARNING));
		HAS(&c, 0, MCD_STREAM_ABSENT);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_STREAM_ABSENT)->because_of >= 0, ssm);
		case_fini(&c);
	}
	ask(&c, MCD_IGMP_V3_REPORT, MCD_TO_EX, "10.77.0.20"); /* any but the one that was asked for */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_FAIL);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_SOURCE_FILTER_WRONG)->severity, MCD_FAULT);
	case_fini(&c);
}

static void the_filter_that_was_asked_for(void)
{
	struct mcd_report *r;
	struct the_case c;

	ask(&c, MCD_IGMP_V3_REPORT, MCD_ALLOW, "10.77.0.20");
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_PASS);
	case_fini(&c);
	ask(&c, MCD_IGMP_V3_REPORT, MCD_ALLOW, "10.77.0.21");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_FAIL);
	HAS(&c, 0, MCD_SOURCE_FILTER_WRONG);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_SOURCE_FILTER_WRONG)->confidence, MCD_LIKELY);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_SOURCE_FILTER_WRONG)->severity, MCD_FAULT);
	/* Two hosts, neither with it: which one is meant is not told. */
	case_host_report(&c, 0, 600, "10.77.0.31", MCD_IGMP_V3_REPORT, MCD_TO_EX);
	case_member(&c, 0, "10.77.0.31");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_SOURCE_FILTER_WRONG);
	/* A third one has it. */
	r = case_host_report(&c, 0, 700, "10.77.0.32", MCD_IGMP_V3_REPORT, MCD_TO_IN);
	case_source(&r->sources, &r->nsources, "10.77.0.20");
	case_member(&c, 0, "10.77.0.32");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_PASS);
	CU_ASSERT_TRUE(says(&c, MCD_CHECK_SOURCE_FILTER, "for 10.77.0.32"));
	case_fini(&c);
}

static void a_filter_in_version_2(void)
{
	struct the_case c;

	ask(&c, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE, NULL);
	case_no_query(&c, 0);
	case_querier(&c, 0, "10.77.0.250", 2, 0, 1000, 125000, 3);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_FAIL);
	HAS(&c, 0, MCD_SOURCE_FILTER_LOST);
	HAS(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER);
	CU_ASSERT_TRUE(found(&c, 0, MCD_SOURCE_FILTER_LOST)->because_of >= 0);
	c.nics[0].capture.dropped = 1; /* a v3 report may be among them */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_INCONCLUSIVE);
	case_fini(&c);
	ask(&c, MCD_IGMP_V3_REPORT, MCD_ALLOW, "10.77.0.20");
	no_igmp(&c);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_SKIPPED);
	case_fini(&c);
}

/* Reports of an older version by the asked-for host until the end, and a query of the newest one shortly before. */
static void hold_down(struct the_case *c, bool ipv6)
{
	struct mcd_member *m;

	ask(c, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE, NULL);
	case_query(c, 0, 280000, 3, "10.77.0.250");
	case_host_report(c, 0, 281000, "10.77.0.30", MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	m = mcd_vec_at(&c->nics[0].members, 0);
	m->version = ipv6 ? 1 : 2;
	m->last_ns = T0 + 281000 * MS;
	if (!ipv6)
		return;
	make_ipv6(c);
	c->groups[0].mode = MCD_INCLUDE;
	c->groups[0].nsources = 1;
	c->sources[0] = address("2001:db8::20");
	for (size_t i = 0; i < c->nics[0].reports.count; i++)
		((struct mcd_report *)mcd_vec_at(&c->nics[0].reports, i))->type = MCD_IGMP_V2_REPORT; /* as MLDv1 is kept */
}

static void held_down_by_its_own_setting(void)
{
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		const enum mcd_code code = ipv6 ? MCD_MLD_VERSION_FORCED : MCD_IGMP_VERSION_FORCED;
		const struct mcd_finding *f;
		struct the_case c;

		hold_down(&c, ipv6);
		case_judge(&c);
		f = found(&c, 0, code);
		CU_ASSERT_TRUE_FATAL(is_whole(f));
		CU_ASSERT_EQUAL(f->severity, MCD_WARNING);
		CU_ASSERT_EQUAL(f->confidence, MCD_LIKELY);
		CU_ASSERT_TRUE(is_because(&c, MCD_SOURCE_FILTER_LOST, code));
		/* A query before may have been missed: the capture begins too late. */
		c.nics[0].capture.opened_ns = T0 + 30000 * MS;
		case_judge(&c);
		LACKS(&c, 0, code);
		HAS(&c, 0, MCD_SOURCE_FILTER_LOST);
		/* Or frames were lost. */
		c.nics[0].capture.opened_ns = T0;
		c.nics[0].capture.dropped = 1;
		case_judge(&c);
		LACKS(&c, 0, code);
		/* An older query, valid or not, is the better reason. */
		c.nics[0].capture.dropped = 0;
		((struct mcd_query *)mcd_vec_at(&c.nics[0].queries, 0))->version = ipv6 ? 1 : 2;
		case_judge(&c);
		LACKS(&c, 0, code);
		case_fini(&c);
	}
}

const struct unit_test passive_igmp_tests[] = {
	{ "a healthy capture", a_healthy_capture },
	{ "IGMP filtered out", igmp_filtered_out },
	{ "nobody is a member", nobody_is_a_member },
	{ "reports that do not count", reports_that_do_not_count },
	{ "a group of IPv6", a_group_of_ipv6 },
	{ "the filter that was asked for", the_filter_that_was_asked_for },
	{ "a wider filter", a_wider_filter },
	{ "a filter in version 2", a_filter_in_version_2 },
	{ "held down by its own setting", held_down_by_its_own_setting },
	{ NULL, NULL },
};
