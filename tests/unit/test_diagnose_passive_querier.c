/* SPDX-License-Identifier: ISC */
/* Captures: the querier, heard or not, each status beside the capture that it nearly is. */
#include <config.h>

#include "test_diagnose.h"

#include <string.h>

static void only_version_2(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	case_no_query(&c, 0);
	case_querier(&c, 0, "10.77.0.250", 2, 0, 1000, 125000, 3);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_WARN);
	HAS(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER);
	c.request.igmp_version = 2; /* as is expected there */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	LACKS(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER);
	case_fini(&c);
}

/* No query in five minutes, and reports are in the capture; or in less; or what proves nothing. */
static void silence(void)
{
	struct mcd_nic_capture *capture;
	struct the_case c;

	case_init_passive(&c, true);
	capture = &c.nics[0].capture;
	case_no_query(&c, 0);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_WARN);
	HAS(&c, 0, MCD_NO_QUERIER);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_NO_QUERIER)->confidence, MCD_LIKELY);
	capture->closed_ns = T0 + 259000 * MS;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS); /* what the join proves stands */
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE);
	HAS(&c, 0, MCD_QUERIER_NOT_HEARD);
	LACKS(&c, 0, MCD_NO_QUERIER);
	capture->closed_ns = T0 + MINUTES_5 * MS;
	for (unsigned i = 0; i < 5; i++) {
		capture->dropped = i == 0;
		capture->timeless = i == 1;
		capture->contents[MCD_CONTENT_CUT] = i == 2;
		capture->contents[MCD_CONTENT_ENCRYPTED] = i == 3;
		capture->longest_gap_ns = i == 4 ? 3600000 * MS : 0; /* two captures, one behind the other */
		case_judge(&c);
		IS(&c, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE);
		LACKS(&c, 0, MCD_NO_QUERIER);
	}
	capture->longest_gap_ns = 300000 * MS; /* a quiet wire */
	case_judge(&c);
	HAS(&c, 0, MCD_NO_QUERIER);
	case_fini(&c);
}

/* Reports of another network say nothing of this one's filter. */
static void silence_beside_another_vlan(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	case_no_query(&c, 0);
	case_no_report(&c, 0);
	case_silence(&c.nics[0].members);
	case_host_report(&c, 0, 500, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_TO_EX)->vlan = 20;
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 0))->group = address("239.9.9.9");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_SKIPPED);
	LACKS(&c, 0, MCD_NO_QUERIER);
	case_fini(&c);
}

/* The last query was at 1 s: five minutes are longer than 2 * 125 s and half a response time. */
static void a_querier_that_fell_silent(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	case_no_query(&c, 0);
	case_querier(&c, 0, "10.77.0.250", 3, 0, 1000, 125000, 1);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_WARN);
	HAS(&c, 0, MCD_NO_QUERIER);
	c.nics[0].capture.closed_ns = T0 + 251000 * MS;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	LACKS(&c, 0, MCD_NO_QUERIER);
	c.nics[0].capture.closed_ns = T0 + MINUTES_5 * MS;
	case_query(&c, 0, 200000, 3, "10.77.0.250");
	case_query(&c, 0, 1000, 3, "10.77.0.250"); /* behind it in the file, and earlier */
	case_judge(&c);
	LACKS(&c, 0, MCD_NO_QUERIER);
	c.nics[0].queries.count = 1;
	c.nics[0].capture.dropped = 1;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	LACKS(&c, 0, MCD_NO_QUERIER);
	case_fini(&c);
}

/* A v2 querier does not tell its interval: that it asks each 10 minutes is to be seen. */
static void a_querier_that_asks_rarely(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	for (int asked = 1; asked <= 2; asked++) {
		case_no_query(&c, 0);
		c.nics[0].capture.closed_ns = T0 + (asked * 600 + 500) * 1000 * MS;
		c.request.igmp_version = 2;
		case_querier(&c, 0, "10.77.0.250", 2, 0, 600000, 600000, asked);
		case_no_report(&c, 0);
		case_judge(&c);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_NO_QUERIER) != NULL, asked == 1); /* of one query there is but the default */
	}
	case_fini(&c);
}

static void swap_reports(struct the_case *c, size_t i, size_t j)
{
	struct mcd_report *a = mcd_vec_at(&c->nics[0].reports, i), *b = mcd_vec_at(&c->nics[0].reports, j), kept = *a;

	*a = *b;
	*b = kept;
}

static void a_query_that_nobody_answers(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	c.nics[0].reports.count = 3; /* the third query, at 251 s, has no answer */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_WARN);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_QUERY_NOT_ANSWERED)->confidence, MCD_LIKELY);
	c.groups[0].address = address("224.0.0.251"); /* nobody forgets a group of the link */
	for (size_t i = 0; i < c.nics[0].reports.count; i++)
		((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, i))->group = c.groups[0].address;
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	c.groups[0].address = address("239.7.7.7");
	for (size_t i = 0; i < c.nics[0].reports.count; i++)
		((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, i))->group = c.groups[0].address;
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	case_host_report(&c, 0, 251900, "10.77.0.31", MCD_IGMP_V2_REPORT, MCD_RECORD_NONE); /* another host answers for it */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	swap_reports(&c, 0, 3); /* which stands before the query in a file whose times go back */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	swap_reports(&c, 0, 3);
	c.nics[0].reports.count = 3;
	case_host_report(&c, 0, 252900, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_IS_EX); /* as late as timers of hosts are */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	c.nics[0].reports.count = 3;
	case_host_report(&c, 0, 253100, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_IS_EX); /* later than that */
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	c.nics[0].reports.count = 3;
	case_host_report(&c, 0, 200000, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_TO_IN); /* it had left */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	c.nics[0].reports.count = 3;
	c.nics[0].capture.closed_ns = T0 + 252000 * MS; /* not due yet */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	c.nics[0].capture.closed_ns = T0 + MINUTES_5 * MS;
	c.nics[0].omitted = c.nics[0].omitted_of[MCD_OMITTED_REPORTS] = 1; /* it may be among those */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	case_fini(&c);
}

/* A mirror of both directions shows each query twice; a capture that begins in between shows one less. */
static void intervals(void)
{
	static const struct {
		int every_ms, count;
		bool mismatch;
	} askers[] = { { 125000, 8, false }, { 60000, 8, true }, { 60000, 4, false }, { 200000, 8, true }, { 140000, 8, false } };

	for (size_t i = 0; i < sizeof askers / sizeof askers[0]; i++) {
		struct the_case c;

		case_init_passive(&c, true);
		case_no_query(&c, 0);
		case_querier(&c, 0, "10.77.0.250", 3, 0, 1000, askers[i].every_ms, askers[i].count);
		case_judge(&c);
		CU_ASSERT_EQUAL(found(&c, 0, MCD_QUERY_INTERVAL_MISMATCH) != NULL, askers[i].mismatch);
		case_fini(&c);
	}
}

static void intervals_that_are_not_its_own(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	case_no_query(&c, 0);
	for (int i = 0; i < 8; i++) {
		case_query(&c, 0, 1000 + i * 125000, 3, "10.77.0.250");
		case_query(&c, 0, 1001 + i * 125000, 3, "10.77.0.250");
	}
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_INTERVAL_MISMATCH);
	case_no_query(&c, 0);
	case_querier(&c, 0, "10.77.0.250", 3, 0, 1000, 30000, 8);
	c.nics[0].capture.timeless = true;
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_INTERVAL_MISMATCH);
	case_fini(&c);
}

static bool says(const struct the_case *c, enum mcd_code code, const char *text)
{
	const struct mcd_finding *f = found(c, 0, code);

	for (size_t i = 0; f && i < f->clues.count; i++)
		if (strstr(((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text, text))
			return true;
	return false;
}

/* One v2 query at 60 s; the host holds to v2 until 320 s, although v3 asks on. */
static void a_downgrade_that_outlives_its_cause(void)
{
	struct the_case c;

	case_init_passive(&c, true);
	case_no_query(&c, 0);
	case_no_report(&c, 0);
	case_querier(&c, 0, "10.77.0.250", 3, 0, 1000, 125000, 1);
	case_host_report(&c, 0, 1700, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_TO_EX);
	case_query(&c, 0, 60000, 2, "10.77.0.250");
	case_host_report(&c, 0, 61000, "10.77.0.30", MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_judge(&c);
	HAS(&c, 0, MCD_IGMP_DOWNGRADED_BY_QUERIER);
	CU_ASSERT_TRUE(says(&c, MCD_IGMP_DOWNGRADED_BY_QUERIER, "in force from here on, by this one query"));
	CU_ASSERT_FALSE(says(&c, MCD_IGMP_DOWNGRADED_BY_QUERIER, "outlives its cause"));
	case_query(&c, 0, 126000, 3, "10.77.0.250");
	case_host_report(&c, 0, 127000, "10.77.0.30", MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_judge(&c);
	CU_ASSERT_TRUE(says(&c, MCD_IGMP_DOWNGRADED_BY_QUERIER, "10.77.0.30 still reports in version 2, 67.0 s after"));
	CU_ASSERT_FALSE(says(&c, MCD_IGMP_DOWNGRADED_BY_QUERIER, "in version 3 again"));
	case_host_report(&c, 0, 252000, "10.77.0.30", MCD_IGMP_V3_REPORT, MCD_IS_EX);
	case_judge(&c);
	CU_ASSERT_TRUE(says(&c, MCD_IGMP_DOWNGRADED_BY_QUERIER, "10.77.0.30 reports in version 3 again, 192.0 s after"));
	case_query(&c, 0, 260000, 2, "10.77.0.251"); /* the cause is back */
	case_judge(&c);
	CU_ASSERT_TRUE(says(&c, MCD_IGMP_DOWNGRADED_BY_QUERIER, "this is the last of 2 such queries, 200.0 s later"));
	CU_ASSERT_FALSE(says(&c, MCD_IGMP_DOWNGRADED_BY_QUERIER, "outlives its cause"));
	case_fini(&c);
}

/* The higher address boots twice, each time with two queries a quarter of the interval apart; the lower one asks each 125 s. */
static void one_that_boots_twice(void)
{
	static const int boots[] = { 40000, 71250, 150000, 181250 };
	struct the_case c;

	case_init_passive(&c, true);
	case_no_query(&c, 0);
	for (int ms = 1000, i = 0; ms < MINUTES_5; ms += 125000) {
		case_query(&c, 0, ms, 3, "10.77.0.250");
		for (; i < 4 && boots[i] < ms + 125000; i++)
			case_query(&c, 0, boots[i], 3, "10.77.0.251");
	}
	case_judge(&c);
	LACKS(&c, 0, MCD_MULTIPLE_QUERIERS);
	case_no_query(&c, 0);
	for (int i = 0; i < 3; i++) { /* it keeps to its interval, and has not heard the other */
		case_query(&c, 0, 1000 + i * 125000, 3, "10.77.0.250");
		case_query(&c, 0, 40000 + i * 125000, 3, "10.77.0.251");
	}
	case_judge(&c);
	HAS(&c, 0, MCD_MULTIPLE_QUERIERS);
	CU_ASSERT_TRUE(says(&c, MCD_MULTIPLE_QUERIERS, "from 10.77.0.250, the lower address: the one that should ask alone"));
	case_fini(&c);
}

const struct unit_test passive_querier_tests[] = {
	{ "only version 2", only_version_2 },
	{ "silence", silence },
	{ "silence beside another VLAN", silence_beside_another_vlan },
	{ "a querier that fell silent", a_querier_that_fell_silent },
	{ "a querier that asks rarely", a_querier_that_asks_rarely },
	{ "a query that nobody answers", a_query_that_nobody_answers },
	{ "intervals", intervals },
	{ "intervals that are not its own", intervals_that_are_not_its_own },
	{ "a downgrade that outlives its cause", a_downgrade_that_outlives_its_cause },
	{ "one that boots twice", one_that_boots_twice },
	{ NULL, NULL },
};
