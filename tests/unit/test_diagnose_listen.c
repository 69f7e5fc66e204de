/* SPDX-License-Identifier: ISC */
/* A run that only listens: what is judged of it, and what is not. */
#include <config.h>

#include "test_diagnose.h"

#include <string.h>

/* Listening alone, on the healthy case: nothing sent. */
static void only_listen(struct the_case *c)
{
	case_init(c);
	c->request.listen_only = true;
	c->request.send = false;
	for (size_t nic = 0; nic < 2; nic++) {
		c->tasks[nic][0].sent = 0;
		for (size_t i = 0; i < c->nics[nic].probes.count; i++)
			mcd_vec_fini(&((struct mcd_probe_seen *)mcd_vec_at(&c->nics[nic].probes, i))->ttl);
		case_silence(&c->nics[nic].probes);
	}
}

/* Nothing comes at all, neither by the wires nor to the sockets. */
static void silence(struct the_case *c)
{
	only_listen(c);
	for (size_t nic = 0; nic < 2; nic++) {
		c->tasks[nic][0].arrived_foreign = 0;
		case_no_stream(c, nic);
	}
}

/* Without the right to capture. */
static void blind(struct the_case *c)
{
	for (size_t nic = 0; nic < 2; nic++) {
		c->nics[nic].capture = (struct mcd_nic_capture){ .tried = true, .lacks = MCD_LACKS_RIGHT };
		case_silence(&c->nics[nic].reports);
		case_silence(&c->nics[nic].queries);
	}
}

static void sending_is_not_judged(void)
{
	struct the_case c;

	only_listen(&c);
	case_judge(&c);
	for (size_t nic = 0; nic < 2; nic++)
		for (unsigned k = 0; k < MCD_CHECKS; k++)
			IS(&c, nic, (enum mcd_check_id)k,
			   k == MCD_CHECK_SEND || k == MCD_CHECK_TTL || k == MCD_CHECK_SOURCE_FILTER ? MCD_SKIPPED : MCD_PASS);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 0, MCD_CHECK_SEND)->reason, "only listens"));
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	case_fini(&c);
}

static void nothing_received_is_no_pass(void)
{
	struct the_case c;

	silence(&c);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	c.request.expect_stream = false;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	c.request.listen_only = false; /* a diagnosis that expects nothing passes */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_PASS);
	case_fini(&c);
}

/* The sockets know that nothing came, though nobody knows why; after a moment they do not. */
static void nothing_received_without_captures(void)
{
	struct the_case c;

	silence(&c);
	blind(&c);
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_FAIL);
	for (size_t nic = 0; nic < 2; nic++)
		IS(&c, nic, MCD_CHECK_STREAM, MCD_INCONCLUSIVE);
	c.request.expect_stream = false;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	c.request.expect_stream = true;
	for (size_t nic = 0; nic < 2; nic++)
		c.tasks[nic][0].leave.called_ns = c.tasks[nic][0].ready_ns + 999 * MS;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	for (size_t nic = 0; nic < 2; nic++)
		c.tasks[nic][0].ready_ns = 0; /* no membership, or no socket */
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	case_fini(&c);
}

static void received_without_captures_is_inconclusive(void)
{
	struct the_case c;

	only_listen(&c);
	blind(&c);
	for (size_t nic = 0; nic < 2; nic++)
		((struct mcd_stream *)mcd_vec_at(&c.nics[nic].streams, 0))->packets = 0;
	CU_ASSERT_EQUAL(case_judge(&c)->verdict, MCD_VERDICT_INCONCLUSIVE);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	case_fini(&c);
}

/* Joined wherever it can, it asks where the stream comes; an interface that was named is asked whether it comes there. */
static void it_need_not_come_everywhere(void)
{
	struct the_case c;

	only_listen(&c);
	case_no_stream(&c, 1);
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_FAIL);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_FAIL);
	c.nics[0].named = c.nics[1].named = false;
	case_judge(&c);
	IS(&c, 0, MCD_CHECK_STREAM, MCD_PASS);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_SKIPPED);
	CU_ASSERT_PTR_NOT_NULL(strstr(total(&c, 1, MCD_CHECK_STREAM)->reason, "received on h0"));
	LACKS(&c, 1, MCD_STREAM_ABSENT);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	/* what reached the wire of the other one and no socket was not received */
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->reception->delivered = 0;
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_FAIL);
	/* nor was what a program of this host sends there, from another host */
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->reception->looped = 100;
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_FAIL);
	c.request.listen_only = false;
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->reception->delivered = 100;
	case_judge(&c);
	IS(&c, 1, MCD_CHECK_STREAM, MCD_FAIL);
	case_fini(&c);
}

/* It would be made promiscuous for nothing. */
static void no_second_look_where_it_need_not_come(void)
{
	struct the_case c;

	only_listen(&c);
	case_no_stream(&c, 1);
	case_judge_at(&c, 2000);
	CU_ASSERT_TRUE(mcd_look_wanted(&c.evidence, 1, T0 + 2000 * MS, INT64_MAX));
	c.nics[0].named = c.nics[1].named = false;
	CU_ASSERT_FALSE(mcd_look_wanted(&c.evidence, 1, T0 + 2000 * MS, INT64_MAX));
	case_fini(&c);
}

const struct unit_test listen_only_tests[] = {
	{ "sending is not judged", sending_is_not_judged },
	{ "nothing received is no pass", nothing_received_is_no_pass },
	{ "nothing received without captures", nothing_received_without_captures },
	{ "received without captures is inconclusive", received_without_captures_is_inconclusive },
	{ "it need not come everywhere", it_need_not_come_everywhere },
	{ "no second look where it need not come", no_second_look_where_it_need_not_come },
	{ NULL, NULL },
};
