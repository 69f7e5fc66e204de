/* SPDX-License-Identifier: ISC */
/* A run that only sends: what is judged of it, and what is not. */
#include <config.h>

#include "test_diagnose.h"

#include <string.h>

/* A run that only sends, on the healthy case: nothing joined, no stream. */
static void only_send(struct the_case *c)
{
	case_init(c);
	c->request.send_only = true;
	c->request.join = c->request.expect_stream = false;
	for (size_t nic = 0; nic < 2; nic++) {
		c->tasks[nic][0].join = c->tasks[nic][0].leave = c->tasks[nic][0].socket = (struct mcd_act){ 0 };
		c->tasks[nic][0].ready_ns = 0;
		case_silence(&c->nics[nic].reports);
		case_silence(&c->nics[nic].queries);
	}
}

static void two_checks_are_made(void)
{
	struct the_case c;

	only_send(&c);
	case_judge(&c);
	for (size_t nic = 0; nic < 2; nic++)
		for (unsigned k = 0; k < MCD_CHECKS; k++)
			IS(&c, nic, (enum mcd_check_id)k, k == MCD_CHECK_SEND || k == MCD_CHECK_TTL ? MCD_PASS : MCD_SKIPPED);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	CU_ASSERT_EQUAL(mcd_settled(&c.evidence, 0, T0 + 2000 * MS), (1u << MCD_CHECKS) - 1);
	case_fini(&c);
}

static void a_lost_probe_is_a_fault(void)
{
	struct the_case c;

	only_send(&c);
	((struct mcd_probe_seen *)mcd_vec_at(&c.nics[0].probes, 0))->packets = 2;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SEND, MCD_FAIL);
	HAS(&c, 0, MCD_PROBE_NOT_ON_WIRE);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_FAIL);
	case_fini(&c);
}

/* The kernel took it and has it still: it may yet leave. */
static void a_queued_probe_is_not_lost(void)
{
	struct the_case c;

	only_send(&c);
	((struct mcd_probe_seen *)mcd_vec_at(&c.nics[0].probes, 0))->packets = 2;
	c.tasks[0][0].queued = true;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SEND, MCD_INCONCLUSIVE);
	LACKS(&c, 0, MCD_PROBE_NOT_ON_WIRE);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_SEND)->reason, "2 of 3 probes"));
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_INCONCLUSIVE);
	/* all are there: what is queued was not ours to wait for */
	((struct mcd_probe_seen *)mcd_vec_at(&c.nics[0].probes, 0))->packets = 3;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_SEND, MCD_PASS);
	case_fini(&c);
}

/* A program of this host on the port that has not joined is a warning to who asks for the stream, and no matter of who sends. */
static void receivers_are_not_judged(void)
{
	struct the_case c;

	case_init(&c);
	case_app(&c);
	case_judge(&c);
	CU_ASSERT_TRUE(c.diagnosis.findings.count > 0);
	case_fini(&c);
	only_send(&c);
	case_app(&c);
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

const struct unit_test send_only_tests[] = {
	{ "two checks are made", two_checks_are_made },
	{ "a lost probe is a fault", a_lost_probe_is_a_fault },
	{ "a queued probe is not lost", a_queued_probe_is_not_lost },
	{ "receivers are not judged", receivers_are_not_judged },
	{ NULL, NULL },
};
