/* SPDX-License-Identifier: ISC */
/* What a host answered by unicast, beside a stream that does not come: a clue, and no more. */
#include <config.h>

#include "test_diagnose.h"

#include <string.h>

/* The clue about unicast of a finding on the first NIC; "" = none. */
static const char *clue_of(const struct the_case *c, enum mcd_code code)
{
	const struct mcd_finding *f = found(c, 0, code);

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	for (size_t i = 0; i < f->clues.count; i++) {
		const struct mcd_clue *clue = mcd_vec_at(&f->clues, i);

		if (strstr(clue->text, "unicast")) {
			CU_ASSERT_TRUE(clue->nic == &c->nics[0] && clue->packet == 0);
			return clue->text;
		}
	}
	return "";
}

static void ask(struct the_case *c, unsigned sent, unsigned received, unsigned pending)
{
	c->nics[0].control = (struct mcd_control){ .wanted = true, .has_address = true, .address = mcd_addr_v4(0x0a000005), .sent = sent, .received = received,
						   .pending = pending, .least_ns = 100000, .total_ns = 200000 * (int64_t)received };
}

/* What is found, how sure, how bad and with what verdict, in one number that has to stay as it is without the control. */
static unsigned long outcome(const struct the_case *c)
{
	unsigned long sum = (unsigned long)c->diagnosis.verdict;

	for (size_t i = 0; i < c->diagnosis.findings.count; i++) {
		const struct mcd_finding *f = mcd_vec_at(&c->diagnosis.findings, i);

		sum = sum * 31 + (unsigned long)f->code * 16 + (unsigned long)f->severity * 4 + (unsigned long)f->confidence;
	}
	return sum;
}

static void beside_an_absent_stream(void)
{
	static const struct {
		unsigned sent, received, pending;
		const char *clue;
	} cases[] = {
		{ 5, 5, 0, "10.0.0.5 answers unicast on h0 (5 of 5, 0.20 ms): the network is there, it is multicast that does not come" },
		{ 5, 4, 1, "10.0.0.5 answers unicast on h0 (4 of 4, 0.20 ms): the network is there, it is multicast that does not come" },
		{ 5, 2, 0, "10.0.0.5 answers unicast on h0 (2 of 5, 0.20 ms): the network is there, though it loses some; it is multicast that does not come" },
		{ 5, 0, 0, "10.0.0.5 does not answer unicast on h0 either (0 of 5): look at the network first; a firewall that drops echo requests looks the same" },
		{ 3, 0, 3, "" }, /* their time was not over */
		{ 0, 0, 0, "" }, /* none could be sent */
	};
	unsigned long without;
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	case_judge(&c);
	HAS(&c, 0, MCD_STREAM_ABSENT);
	CU_ASSERT_STRING_EQUAL(clue_of(&c, MCD_STREAM_ABSENT), "");
	without = outcome(&c);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ask(&c, cases[i].sent, cases[i].received, cases[i].pending);
		case_judge(&c);
		CU_ASSERT_STRING_EQUAL(clue_of(&c, MCD_STREAM_ABSENT), cases[i].clue);
		CU_ASSERT_EQUAL(outcome(&c), without);
		for (size_t k = 0; k < found(&c, 1, MCD_STREAM_ABSENT)->clues.count; k++) /* the other NIC was not asked by */
			CU_ASSERT_PTR_NULL(strstr(((const struct mcd_clue *)mcd_vec_at(&found(&c, 1, MCD_STREAM_ABSENT)->clues, k))->text, "unicast"));
	}
	case_fini(&c);
}

static void where_it_is_elsewhere(void)
{
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	ask(&c, 5, 5, 0);
	case_judge(&c);
	CU_ASSERT_PTR_NOT_NULL(strstr(clue_of(&c, MCD_STREAM_ON_OTHER_INTERFACE), "it is multicast that does not come"));
	case_fini(&c);
}

/* There multicast comes: the words are others. */
static void beside_a_dropped_stream(void)
{
	struct the_case c;

	case_init(&c);
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->reception->delivered = 0;
	case_kernel(&c, 0)->rp_filter = 1;
	case_drop(&c, 0, "IP_RPFILTER", 100);
	ask(&c, 5, 5, 0);
	case_judge(&c);
	CU_ASSERT_STRING_EQUAL(clue_of(&c, MCD_DROPPED_BY_RP_FILTER), "10.0.0.5 answers unicast on h0 (5 of 5, 0.20 ms): what drops the stream lets that pass");
	ask(&c, 5, 0, 0);
	case_judge(&c);
	CU_ASSERT_PTR_NOT_NULL(strstr(clue_of(&c, MCD_DROPPED_BY_RP_FILTER), "(0 of 5): what drops the stream may drop that too; a firewall"));
	case_fini(&c);
}

static void nothing_beside_what_is_healthy(void)
{
	for (unsigned received = 0; received <= 5; received += 5) {
		struct the_case c;

		case_init(&c);
		ask(&c, 5, received, 0);
		case_judge(&c);
		CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
		CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
		case_fini(&c);
	}
}

const struct unit_test control_tests[] = {
	{ "beside an absent stream", beside_an_absent_stream },
	{ "where it is elsewhere", where_it_is_elsewhere },
	{ "beside a dropped stream", beside_a_dropped_stream },
	{ "nothing beside what is healthy", nothing_beside_what_is_healthy },
	{ NULL, NULL },
};
