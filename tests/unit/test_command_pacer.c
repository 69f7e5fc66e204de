/* SPDX-License-Identifier: ISC */
/* The pace of a sender, on a clock of the test's own. */
#include <config.h>

#include "test_command.h"

#include "command/pacer.h"

#define S INT64_C(1000000000)

static const int64_t start = INT64_C(123456789012345);

/* A sender that looks every STEP_NS, sends all that may go, and was kept from that between FROM and TO: how many went by UNTIL. */
static uint64_t run(struct mcd_pacer *pacer, uint64_t cost, unsigned most, int64_t step_ns, int64_t from, int64_t to, int64_t until)
{
	uint64_t sent = 0;

	for (int64_t now = start; now <= until; now += step_ns) {
		unsigned due = now > from && now < to ? 0 : mcd_pacer_due(pacer, now, cost, most);

		CU_ASSERT_TRUE(due <= most);
		if (now > from && now < to)
			continue;
		mcd_pacer_took(pacer, now, cost, due);
		sent += due;
	}
	return sent;
}

static void the_first_is_due_at_once(void)
{
	struct mcd_pacer pacer;

	mcd_pacer_begin(&pacer, 10, S, start);
	CU_ASSERT_EQUAL(mcd_pacer_next(&pacer), start);
	CU_ASSERT_EQUAL(mcd_pacer_due(&pacer, start - 1, 1, 5), 0);
	CU_ASSERT_EQUAL(mcd_pacer_due(&pacer, start, 1, 5), 1);
	mcd_pacer_took(&pacer, start, 1, 1);
	CU_ASSERT_EQUAL(mcd_pacer_next(&pacer), start + S / 10);
	CU_ASSERT_EQUAL(mcd_pacer_due(&pacer, start + S / 10 - 1, 1, 5), 0);
	CU_ASSERT_EQUAL(mcd_pacer_due(&pacer, start + S / 10, 1, 5), 1);
}

/* Three a second are no whole number of ns apart: over an hour none is lost or won. */
static void no_fraction_is_rounded_away(void)
{
	struct mcd_pacer pacer;

	mcd_pacer_begin(&pacer, 3, S, start);
	for (int i = 0; i < 3 * 3600; i++) {
		int64_t next = mcd_pacer_next(&pacer);

		CU_ASSERT_EQUAL_FATAL(next, start + (S * i + 2) / 3);
		CU_ASSERT_EQUAL_FATAL(mcd_pacer_due(&pacer, next - 1, 1, 2), 0);
		CU_ASSERT_EQUAL_FATAL(mcd_pacer_due(&pacer, next, 1, 2), 1);
		mcd_pacer_took(&pacer, next, 1, 1);
	}
	CU_ASSERT_EQUAL(mcd_pacer_next(&pacer), start + 3600 * S);
}

/* However rarely it looks: in 10 s as many as the rate says, the first one counted. */
static void the_rate_is_exact(void)
{
	static const struct {
		uint64_t units, span_ns, cost, wanted;
		int64_t step_ns;
	} cases[] = {
		{ 10000, 1000 * S, 1, 101, 20000000 },	     { 1, 1000 * S, 1, 1, 1000000 },
		{ 333333, 1000 * S, 1, 3334, 8000000 },	     { 100000000, 1000 * S, 1, 1000001, 160000 },
		{ 1000000, S, 8 * 1000, 1251, 2500000 },     { 64000, S, 8 * 65507, 2, 1000000 },
		{ 1, S, 1 << 20, 1, 1000000 },
	};
	struct mcd_pacer pacer;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		mcd_pacer_begin(&pacer, cases[i].units, cases[i].span_ns, start);
		CU_ASSERT_EQUAL(run(&pacer, cases[i].cost, 64, cases[i].step_ns, 0, 0, start + 10 * S), cases[i].wanted);
	}
}

/* Half a second late at 1000 a second: made up for, at no more than twice the rate and in bursts of no more than was asked for. */
static void a_stall_is_made_up_for(void)
{
	struct mcd_pacer pacer;
	int64_t last = start + S / 2;
	unsigned burst = 0;

	mcd_pacer_begin(&pacer, 1000, S, start);
	for (int64_t now = start + S / 2; now < start + S; now += 100000) {
		unsigned due = mcd_pacer_due(&pacer, now, 1, 8);

		if (due == 0)
			continue;
		CU_ASSERT_TRUE(due <= 8);
		CU_ASSERT_TRUE(burst == 0 || now - last >= (int64_t)burst * S / 2000);
		mcd_pacer_took(&pacer, now, 1, due);
		burst = mcd_pacer_next(&pacer) - now < S / 1000 && due > 1 ? due : 0;
		last = now;
	}
	CU_ASSERT_TRUE(mcd_pacer_next(&pacer) >= start + S - S / 500);
	mcd_pacer_begin(&pacer, 1000, S, start);
	CU_ASSERT_EQUAL(run(&pacer, 1, 8, 100000, start, start + S / 2, start + 2 * S), 2001);
}

/* Five seconds late: the last of them is made up for, the others are not. */
static void a_long_stall_is_forgiven(void)
{
	struct mcd_pacer pacer;
	uint64_t sent;

	mcd_pacer_begin(&pacer, 1000, S, start);
	sent = run(&pacer, 1, 64, 100000, start + S, start + 6 * S, start + 10 * S);
	CU_ASSERT_TRUE(sent >= 5990 && sent <= 6070);
	/* who sends less than once a second is not late yet */
	mcd_pacer_begin(&pacer, 1, 10 * S, start);
	CU_ASSERT_EQUAL(mcd_pacer_due(&pacer, start + 3 * S, 1, 64), 1);
	mcd_pacer_took(&pacer, start + 3 * S, 1, 1);
	CU_ASSERT_EQUAL(mcd_pacer_next(&pacer), start + 10 * S);
}

const struct unit_test pacer_tests[] = {
	{ "the first is due at once", the_first_is_due_at_once },
	{ "no fraction is rounded away", no_fraction_is_rounded_away },
	{ "the rate is exact", the_rate_is_exact },
	{ "a stall is made up for", a_stall_is_made_up_for },
	{ "a long stall is forgiven", a_long_stall_is_forgiven },
	{ NULL, NULL },
};
