/* SPDX-License-Identifier: ISC */
/* The verdict's table, what is because of what, and the order of findings. */
#include <config.h>

#include "test_diagnose.h"

#include <string.h>

static const struct mcd_finding *at(const struct the_case *c, size_t i)
{
	return mcd_vec_at(&c->diagnosis.findings, i);
}

/* Whether EFFECT on h0 is because of CAUSE, which stands before it. */
static void verdict_is_the_worst(void)
{
	struct the_case c;

	case_init(&c);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	case_stream(&c, 0, "10.77.0.21", 5); /* a note */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	c.nics[1].capture.dropped = 1; /* inconclusive and a warning */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	c.nics[1].capture.dropped = 0;
	c.tasks[1][0].socket_dropped = 5; /* inconclusive and a note */
	c.evidence.after.counters.udp_rcvbuf_errors = 5;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->ttl[0] = 2; /* a warning beats it */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_WARN);
	case_no_report(&c, 0); /* a fault beats all */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	case_fini(&c);
}

static void verdict_without_a_usable_interface(void)
{
	struct the_case c;

	case_init(&c);
	for (size_t i = 0; i < 2; i++) {
		c.nics[i].unusable = MCD_UNUSABLE_DOWN;
		c.nics[i].named = false;
	}
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_INTERFACE_DOWN)->severity, MCD_NOTE);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 2);
	c.nics[1].named = true;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	c.evidence.nnics = 0;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	case_fini(&c);
}

static void an_unheard_querier_does_not_pull_down(void)
{
	struct the_case c;

	case_init(&c);
	case_no_query(&c, 0);
	c.nics[0].scratch[MCD_IPV4].other_member = true;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_INCONCLUSIVE);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	c.tasks[0][0].member_before = c.tasks[0][0].kernel_keeps = true; /* now join is not a pass */
	case_no_report(&c, 0);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	case_fini(&c);
}

static void without_capture_the_socket_speaks(void)
{
	struct the_case c;

	case_init(&c);
	for (size_t i = 0; i < 2; i++) {
		case_no_query(&c, i);
		case_no_report(&c, i);
		case_no_stream(&c, i);
		c.nics[i].capture = (struct mcd_nic_capture){ .tried = true, .lacks = MCD_LACKS_RIGHT };
	}
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	IS(&c, 0, MCD_CHECK_DELIVERY, MCD_INCONCLUSIVE);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 1);
	HAS(&c, SIZE_MAX, MCD_CAPTURE_DENIED);
	CU_ASSERT_NOT_EQUAL(found(&c, SIZE_MAX, MCD_CAPTURE_DENIED)->checks & 1u << MCD_CHECK_QUERIER, 0);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_INCONCLUSIVE);
	c.tasks[0][0].join.done = false;
	mcd_err_set(&c.tasks[0][0].join.err, "cannot join");
	case_judge(&c);
	HAS(&c, 0, MCD_JOIN_FAILED);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_FAIL);
	case_fini(&c);
}

static void consequences_name_their_cause(void)
{
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	case_no_report(&c, 0);
	case_judge(&c);
	CU_ASSERT_TRUE(is_because(&c, MCD_STREAM_ABSENT, MCD_JOIN_NOT_ON_WIRE));
	CU_ASSERT_PTR_NULL(found(&c, 0, MCD_LEAVE_NOT_ON_WIRE)); /* nobody holds a membership to leave */
	CU_ASSERT_EQUAL(found(&c, 1, MCD_STREAM_ABSENT)->because_of, -1); /* the other interface's join was right */
	CU_ASSERT_EQUAL(found(&c, 0, MCD_JOIN_NOT_ON_WIRE)->because_of, -1);
	case_fini(&c);
	case_init(&c);
	case_ask_source(&c, "10.77.0.20");
	case_no_report(&c, 0);
	case_report(&c, 0, JOINED, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE);
	case_report(&c, 0, LEFT, MCD_IGMP_LEAVE, MCD_RECORD_NONE);
	case_kernel(&c, 0)->force_igmp_version = 2;
	case_judge(&c);
	CU_ASSERT_TRUE(is_because(&c, MCD_SOURCE_FILTER_LOST, MCD_IGMP_VERSION_FORCED));
	case_fini(&c);
	case_init(&c);
	case_query(&c, 0, 2000, 3, "172.16.0.1");
	case_kernel(&c, 0)->rp_filter = 1;
	c.evidence.after.counters.ip_reverse_path_filter = 1;
	case_judge(&c);
	CU_ASSERT_TRUE(is_because(&c, MCD_QUERY_NOT_ANSWERED, MCD_QUERY_DROPPED_BY_RP_FILTER));
	case_fini(&c);
}

static void findings_are_in_order(void)
{
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	case_no_report(&c, 1);
	case_no_query(&c, 0);
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 0))->source = address("0.0.0.0");
	c.groups[0].address = address("225.1.2.3");
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 0))->group = c.groups[0].address;
	((struct mcd_report *)mcd_vec_at(&c.nics[0].reports, 1))->group = c.groups[0].address;
	case_judge(&c);
	CU_ASSERT_TRUE(c.diagnosis.findings.count >= 5);
	for (size_t i = 0; i < c.diagnosis.findings.count; i++) {
		CU_ASSERT_TRUE(at(&c, i)->because_of < (long)i);
		if (i == 0 || (at(&c, i)->because_of < 0) != (at(&c, i - 1)->because_of < 0))
			continue;
		CU_ASSERT_TRUE(at(&c, i - 1)->severity <= at(&c, i)->severity);
		if (at(&c, i - 1)->severity == at(&c, i)->severity)
			CU_ASSERT_TRUE(at(&c, i - 1)->nic <= at(&c, i)->nic);
	}
	CU_ASSERT_EQUAL(at(&c, 0)->severity, MCD_FAULT);
	CU_ASSERT_EQUAL(at(&c, 0)->code, MCD_JOIN_NOT_ON_WIRE);
	case_fini(&c);
}

static void notes_of_the_request_come_once(void)
{
	struct the_case c;
	size_t notes = 0;

	case_init(&c);
	c.groups[0].address = address("225.1.2.3");
	case_judge(&c);
	for (size_t i = 0; i < c.diagnosis.findings.count; i++)
		notes += at(&c, i)->code == MCD_RESERVED_GROUP;
	CU_ASSERT_EQUAL(notes, 1);
	c.request.self_test = true;
	case_judge(&c);
	LACKS(&c, SIZE_MAX, MCD_RESERVED_GROUP);
	case_fini(&c);
}

static void totals_are_the_worst_over_groups(void)
{
	struct the_case c;

	case_init(&c);
	c.request.ngroups = 2;
	c.tasks[0][1] = c.tasks[0][0];
	c.tasks[1][1] = c.tasks[1][0];
	case_judge(&c);
	CU_ASSERT_EQUAL(mcd_diagnosis_check(&c.diagnosis, 0, 0, MCD_CHECK_JOIN)->status, MCD_PASS);
	CU_ASSERT_EQUAL(mcd_diagnosis_check(&c.diagnosis, 0, 1, MCD_CHECK_JOIN)->status, MCD_FAIL);
	IS(&c, 0, MCD_CHECK_JOIN, MCD_FAIL);
	CU_ASSERT_TRUE(mcd_finding_is_of(found(&c, 0, MCD_JOIN_NOT_ON_WIRE), &c.groups[1]));
	CU_ASSERT_EQUAL(mcd_settled(&c.evidence, 0, c.evidence.ended_ns), (1u << MCD_CHECKS) - 1);
	case_fini(&c);
}

static void names_are_the_contracts(void)
{
	CU_ASSERT_STRING_EQUAL(mcd_check_name(MCD_CHECK_SOURCE_FILTER), "source_filter");
	CU_ASSERT_STRING_EQUAL(mcd_check_name(MCD_CHECK_LEAVE), "leave");
	CU_ASSERT_STRING_EQUAL(mcd_status_name(MCD_SKIPPED), "skipped");
	CU_ASSERT_STRING_EQUAL(mcd_status_name(MCD_FAIL), "fail");
	CU_ASSERT_STRING_EQUAL(mcd_severity_name(MCD_NOTE), "note");
	CU_ASSERT_STRING_EQUAL(mcd_confidence_name(MCD_POSSIBLE), "possible");
	CU_ASSERT_STRING_EQUAL(mcd_verdict_name(MCD_VERDICT_INCONCLUSIVE), "inconclusive");
	CU_ASSERT_STRING_EQUAL(mcd_unusable_name(MCD_UNUSABLE_NO_ADDRESS), "no IPv4 address");
}

const struct unit_test verdict_tests[] = {
	{ "the verdict is the worst", verdict_is_the_worst },
	{ "the verdict without a usable interface", verdict_without_a_usable_interface },
	{ "an unheard querier does not pull it down", an_unheard_querier_does_not_pull_down },
	{ "without capture the socket still speaks", without_capture_the_socket_speaks },
	{ "consequences name their cause", consequences_name_their_cause },
	{ "findings are in order", findings_are_in_order },
	{ "notes on the request come once", notes_of_the_request_come_once },
	{ "totals are the worst over groups", totals_are_the_worst_over_groups },
	{ "names are the contract's", names_are_the_contracts },
	{ NULL, NULL },
};
