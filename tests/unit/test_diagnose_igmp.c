/* SPDX-License-Identifier: ISC */
/* What no host is to be blamed for on the IGMP side, each beside the fault that it resembles. */
#include <config.h>

#include "test_diagnose.h"

static struct mcd_report *report_of(struct the_case *c, size_t place)
{
	return mcd_vec_at(&c->nics[0].reports, place);
}

/* A query of VERSION heard AT_MS, with WAS reports left in the row: what becomes of CHECK on h0? */
static enum mcd_status after_query(int version, int at_ms, size_t was, enum mcd_check_id check, enum mcd_code code)
{
	struct the_case c;
	enum mcd_status status;

	case_init(&c);
	c.nics[0].reports.count = was;
	if (version)
		case_query(&c, 0, at_ms, version, "10.77.0.250");
	case_judge(&c);
	status = total(&c, 0, check)->status;
	CU_ASSERT_EQUAL(status == MCD_FAIL, found(&c, 0, code) != NULL);
	case_fini(&c);
	return status;
}

static void older_query_takes_the_leave(void)
{
	struct the_case c;

	CU_ASSERT_EQUAL(after_query(0, 0, 1, MCD_CHECK_LEAVE, MCD_LEAVE_NOT_ON_WIRE), MCD_FAIL);
	CU_ASSERT_EQUAL(after_query(2, 3000, 1, MCD_CHECK_LEAVE, MCD_LEAVE_NOT_ON_WIRE), MCD_SKIPPED);
	CU_ASSERT_EQUAL(after_query(1, 3000, 1, MCD_CHECK_LEAVE, MCD_LEAVE_NOT_ON_WIRE), MCD_SKIPPED);
	CU_ASSERT_EQUAL(after_query(3, 3000, 1, MCD_CHECK_LEAVE, MCD_LEAVE_NOT_ON_WIRE), MCD_FAIL);
	CU_ASSERT_EQUAL(after_query(2, 50, 1, MCD_CHECK_LEAVE, MCD_LEAVE_NOT_ON_WIRE), MCD_FAIL); /* before our report */
	CU_ASSERT_EQUAL(after_query(2, 3000, 2, MCD_CHECK_LEAVE, MCD_LEAVE_NOT_ON_WIRE), MCD_PASS); /* it went out all the same */
	case_init(&c);
	c.nics[0].reports.count = 1;
	case_query(&c, 0, 3000, 2, "10.77.0.250");
	case_report(&c, 0, 3500, MCD_IGMP_V2_REPORT, MCD_RECORD_NONE); /* our answer: who reported has to leave */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_FAIL);
	HAS(&c, 0, MCD_LEAVE_NOT_ON_WIRE);
	case_query(&c, 0, 4000, 2, "10.77.0.250"); /* another one changes nothing of that */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_FAIL);
	case_query(&c, 0, 4500, 1, "10.77.0.250"); /* in IGMPv1 nobody leaves */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_LEAVE, MCD_SKIPPED);
	case_fini(&c);
}

static void older_query_takes_the_report(void)
{
	CU_ASSERT_EQUAL(after_query(0, 0, 0, MCD_CHECK_JOIN, MCD_JOIN_NOT_ON_WIRE), MCD_FAIL);
	CU_ASSERT_EQUAL(after_query(2, JOINED + 5, 0, MCD_CHECK_JOIN, MCD_JOIN_NOT_ON_WIRE), MCD_INCONCLUSIVE);
	CU_ASSERT_EQUAL(after_query(2, JOINED + 5, 0, MCD_CHECK_LEAVE, MCD_LEAVE_NOT_ON_WIRE), MCD_SKIPPED);
	CU_ASSERT_EQUAL(after_query(3, JOINED + 5, 0, MCD_CHECK_JOIN, MCD_JOIN_NOT_ON_WIRE), MCD_FAIL);
	CU_ASSERT_EQUAL(after_query(2, JOINED - 50, 0, MCD_CHECK_JOIN, MCD_JOIN_NOT_ON_WIRE), MCD_FAIL);
	CU_ASSERT_EQUAL(after_query(2, JOINED + 3000, 0, MCD_CHECK_JOIN, MCD_JOIN_NOT_ON_WIRE), MCD_FAIL); /* it was due long before */
	CU_ASSERT_EQUAL(after_query(2, JOINED + 5, 2, MCD_CHECK_JOIN, MCD_JOIN_NOT_ON_WIRE), MCD_PASS);
}

/* A host that held the group before has the filter of both memberships: a change says nothing of the whole. */
static void changes_are_not_the_filter(void)
{
	struct the_case c;

	case_init(&c);
	c.evidence.nnics = 1;
	case_ask_source(&c, "10.77.0.20");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_PASS);
	c.tasks[0][0].member_before = true;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_INCONCLUSIVE);
	report_of(&c, 0)->sources[0] = address("10.77.0.21"); /* ALLOW of what was missing of the sum */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_SOURCE_FILTER_WRONG);
	report_of(&c, 0)->record = MCD_TO_IN; /* a whole statement, and another one than asked */
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_FAIL);
	HAS(&c, 0, MCD_SOURCE_FILTER_WRONG);
	report_of(&c, 0)->record = MCD_IS_IN;
	report_of(&c, 0)->sources[0] = address("10.77.0.20");
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SOURCE_FILTER, MCD_PASS);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
}

static void what_held_the_group_before_is_told(void)
{
	struct mcd_host_source *s;
	struct the_case c;

	case_init(&c);
	c.evidence.nnics = 1;
	case_ask_source(&c, "10.77.0.20");
	c.tasks[0][0].member_before = true;
	case_judge(&c); /* listed without a source: any */
	HAS(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	s = mcd_vec_push(&c.evidence.before.sources);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	*s = (struct mcd_host_source){ .ifindex = c.ifaces[0].index, .group = c.groups[0].address, .source = c.sources[0], .include = 1 };
	case_judge(&c);
	LACKS(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	s->source = address("10.77.0.99");
	case_judge(&c);
	HAS(&c, 0, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
}

static void a_forwarded_probe_is_no_bridge(void)
{
	struct mcd_ttl_count *ttl;
	struct the_case c;

	case_init(&c);
	ttl = mcd_vec_at(&case_probes(&c, 1, 0, false)->ttl, 0);
	case_judge(&c);
	HAS(&c, 0, MCD_SEGMENTS_BRIDGED);
	ttl->value--;
	case_judge(&c);
	LACKS(&c, 0, MCD_SEGMENTS_BRIDGED);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	case_fini(&c);
}

static void a_report_of_ours_that_comes_in_elsewhere(void)
{
	struct mcd_report *r;
	struct the_case c;

	case_init(&c);
	r = case_foreign_report(&c, 1, 700, MCD_IGMP_V3_REPORT, MCD_TO_EX);
	case_judge(&c);
	LACKS(&c, 0, MCD_SEGMENTS_BRIDGED);
	r->source = c.addresses[0].address; /* that of h0, on h1's wire */
	case_judge(&c);
	HAS(&c, 0, MCD_SEGMENTS_BRIDGED);
	LACKS(&c, 1, MCD_SEGMENTS_BRIDGED);
	CU_ASSERT_EQUAL(found(&c, 0, MCD_SEGMENTS_BRIDGED)->confidence, MCD_LIKELY);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_WARN);
	c.ifaces[1].link = c.ifaces[0].index; /* h1 is a macvlan on h0: it hears its parent's network */
	case_judge(&c);
	LACKS(&c, 0, MCD_SEGMENTS_BRIDGED);
	c.ifaces[1].link = 0;
	r->vlan = 7; /* a network that h1 does not read */
	case_judge(&c);
	LACKS(&c, 0, MCD_SEGMENTS_BRIDGED);
	case_fini(&c);
}

/* A general query from SOURCE so late that no answer was due in the run, with one drop counted. */
static struct mcd_query *late_query(struct the_case *c, const char *source)
{
	case_init(c);
	case_kernel(c, 0)->rp_filter = 1;
	c->evidence.after.counters.ip_reverse_path_filter = 1;
	return case_query(c, 0, 4500, 3, source);
}

static void a_dropped_query_is_told_in_a_short_run(void)
{
	struct the_case c;

	late_query(&c, "172.16.0.1");
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	LACKS(&c, 0, MCD_QUERY_NOT_ANSWERED);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_WARN);
	case_report(&c, 0, 4700, MCD_IGMP_V3_REPORT, MCD_IS_EX); /* it was answered */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	report_of(&c, 2)->record = MCD_TO_EX; /* a change is no answer */
	case_judge(&c);
	HAS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_kernel(&c, 0)->rp_filter = 0;
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_kernel(&c, 0)->rp_filter = 1;
	c.evidence.after.counters.ip_reverse_path_filter = 0;
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_fini(&c);
	late_query(&c, "10.77.0.250"); /* from our subnet */
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
	late_query(&c, "172.16.0.1")->group = address("239.9.9.9"); /* of a group that we do not hold */
	case_judge(&c);
	LACKS(&c, 0, MCD_QUERY_DROPPED_BY_RP_FILTER);
	case_fini(&c);
}

static void a_point_to_point_link_needs_no_querier(void)
{
	struct the_case c;

	case_init(&c);
	case_no_query(&c, 0);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_WARN);
	HAS(&c, 0, MCD_NO_QUERIER);
	c.ifaces[0].flags &= ~(uint32_t)MCD_IFACE_BROADCAST;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_SKIPPED);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	case_query(&c, 0, 300, 3, "10.77.0.250"); /* one that is heard is judged there too */
	case_report(&c, 0, 800, MCD_IGMP_V3_REPORT, MCD_IS_EX);
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_QUERIER, MCD_PASS);
	case_fini(&c);
}

const struct unit_test igmp_tests[] = {
	{ "leave: none is due after an older query", older_query_takes_the_leave },
	{ "join: an older query takes the pending report", older_query_takes_the_report },
	{ "source_filter: changes of a held filter are not the filter", changes_are_not_the_filter },
	{ "source_filter: what held the group before is told", what_held_the_group_before_is_told },
	{ "send: a forwarded probe is no bridged segment", a_forwarded_probe_is_no_bridge },
	{ "join: a report of ours that comes in elsewhere", a_report_of_ours_that_comes_in_elsewhere },
	{ "querier: a dropped query is told in a short run", a_dropped_query_is_told_in_a_short_run },
	{ "querier: a point-to-point link needs none", a_point_to_point_link_needs_no_querier },
	{ NULL, NULL },
};
