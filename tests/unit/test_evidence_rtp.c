/* SPDX-License-Identifier: ISC */
/* RTP by the numbers in its packets, one each millisecond. */
#include <config.h>

#include "test_evidence.h"

enum { PCMU = 0, DYNAMIC = 96, A = 0xaaaaaaaa, B = 0xbbbbbbbb };

static void see(struct lab *lab, uint32_t ssrc, unsigned type, uint32_t sequence, uint32_t timestamp)
{
	const uint8_t packet[] = {
		0x80,
		(uint8_t)type,
		(uint8_t)(sequence >> 8),
		(uint8_t)sequence,
		(uint8_t)(timestamp >> 24),
		(uint8_t)(timestamp >> 16),
		(uint8_t)(timestamp >> 8),
		(uint8_t)timestamp,
		(uint8_t)(ssrc >> 24),
		(uint8_t)(ssrc >> 16),
		(uint8_t)(ssrc >> 8),
		(uint8_t)ssrc,
		'x',
	};

	lab_see_payload(lab, packet, sizeof packet);
}

/* COUNT packets of PCMU from FIRST on, at their times. */
static void see_run(struct lab *lab, uint32_t ssrc, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		see(lab, ssrc, PCMU, first + i, (first + i) * 8);
}

/* What of the one stream is told; jitter_ns -2 = it is no RTP. */
static struct mcd_sequence told(const struct lab *lab)
{
	struct mcd_sequence q;

	if (!mcd_stream_rtp(lab_stream(lab, ETH0, 0), &q))
		q.jitter_ns = -2;
	return q;
}

static bool is(struct mcd_sequence q, uint64_t lost, uint64_t reordered, uint64_t duplicated)
{
	return q.jitter_ns != -2 && q.lost == lost && q.reordered == reordered && q.duplicated == duplicated;
}

static void a_plain_run(void)
{
	struct lab lab;

	lab_init(&lab);
	see_run(&lab, A, 65500, 100); /* its numbers wrap */
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
	CU_ASSERT_TRUE(told(&lab).largest_gap == 0 && told(&lab).jitter_ns == 0);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 0)->rtp->packets == 100 && lab_stream(&lab, ETH0, 0)->rtp->source.ssrc == A);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 0)->rtp->payload_types[0] == 1 && lab_stream(&lab, ETH0, 0)->rtp->payload_types[1] == 0);
	lab_fini(&lab);
}

static void what_never_came(void)
{
	struct lab lab;

	lab_init(&lab);
	see_run(&lab, A, 65500, 20);
	see_run(&lab, A, 65521, 5); /* 65520 is missing */
	see_run(&lab, A, 65536 + 4, 30); /* and 65526 to 3, over the wrap */
	CU_ASSERT_TRUE(is(told(&lab), 15, 0, 0));
	CU_ASSERT_EQUAL(told(&lab).largest_gap, 14);
	see_run(&lab, A, 65536 + 34 + 300, 30); /* a silence longer than the window */
	CU_ASSERT_TRUE(is(told(&lab), 315, 0, 0));
	CU_ASSERT_EQUAL(told(&lab).largest_gap, 300);
	lab_fini(&lab);
}

static void what_came_late(void)
{
	struct lab lab;

	lab_init(&lab);
	see(&lab, A, PCMU, 10, 80);
	see(&lab, A, PCMU, 9, 72); /* before the first that was seen: none is missing for it */
	see_run(&lab, A, 11, 20);
	see(&lab, A, PCMU, 32, 256);
	see(&lab, A, PCMU, 31, 248);
	see_run(&lab, A, 33, 20);
	CU_ASSERT_TRUE(is(told(&lab), 0, 2, 0));
	CU_ASSERT_EQUAL(told(&lab).largest_gap, 1);
	/* Later than what is remembered: late all the same, and not lost. */
	see_run(&lab, A, 54, 100);
	CU_ASSERT_EQUAL(told(&lab).lost, 1);
	see(&lab, A, PCMU, 53, 424);
	see_run(&lab, A, 154, 10);
	CU_ASSERT_TRUE(is(told(&lab), 0, 3, 0));
	lab_fini(&lab);
}

static void what_came_again(void)
{
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < 60; i++)
		for (unsigned times = i % 3 == 0 ? 2 : 1; times > 0; times--)
			see(&lab, A, PCMU, i, i * 8);
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 20));
	see(&lab, A, PCMU, 0, 0); /* within the last 64 */
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 21));
	lab_fini(&lab);
}

/* Repeats that come too late to be told from late ones: late, and nothing is lost for them, however many. */
static void what_came_again_much_later(void)
{
	struct lab lab;

	lab_init(&lab);
	see_run(&lab, A, 0, 200);
	for (uint32_t i = 0; i < 20; i++) {
		see(&lab, A, PCMU, 100 - i, (100 - i) * 8);
		see(&lab, A, PCMU, 200 + i, (200 + i) * 8);
	}
	CU_ASSERT_TRUE(is(told(&lab), 0, 20, 0));
	lab_fini(&lab);
	lab_init(&lab); /* a second path that is 100 packets slower is no sender that begins anew */
	see_run(&lab, A, 0, 101);
	for (uint32_t i = 1; i < 200; i++) {
		see(&lab, A, PCMU, i, i * 8);
		see(&lab, A, PCMU, 100 + i, (100 + i) * 8);
	}
	CU_ASSERT_TRUE(is(told(&lab), 0, 199, 0));
	lab_fini(&lab);
}

/* As a mirror of both directions of a port shows it. */
static void everything_twice(void)
{
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < 200; i++)
		see(&lab, A, PCMU, i / 2, i / 2 * 8);
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 100));
	lab_fini(&lab);
	lab_init(&lab); /* a number that never moves is no sequence */
	for (uint32_t i = 0; i < 200; i++)
		see(&lab, A, PCMU, i / 100, 0);
	CU_ASSERT_EQUAL(told(&lab).jitter_ns, -2);
	lab_fini(&lab);
}

/* A file that is played in a loop has the same source and the same numbers each time (RFC 3550, A.1). */
static void a_sender_that_begins_anew(void)
{
	struct lab lab;

	lab_init(&lab);
	for (unsigned round = 0; round < 3; round++)
		see_run(&lab, A, 1000, 500);
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
	CU_ASSERT_EQUAL(lab_stream(&lab, ETH0, 0)->rtp->packets, 1500);
	see_run(&lab, A, 700, 50);
	see_run(&lab, A, 752, 50); /* what is lost in each counts */
	CU_ASSERT_TRUE(is(told(&lab), 2, 0, 0));
	see_run(&lab, A, 200, 1); /* begins anew, but the next one is not here: late, or lost */
	see_run(&lab, A, 802, 50);
	CU_ASSERT_TRUE(is(told(&lab), 2, 1, 0));
	lab_fini(&lab);
}

static void sources_that_take_turns(void)
{
	const struct mcd_rtp_seen *rtp;
	struct lab lab;

	lab_init(&lab);
	see_run(&lab, A, 100, 50);
	see_run(&lab, B, 40000, 50);
	see_run(&lab, A, 150, 50); /* goes on where it was */
	rtp = lab_stream(&lab, ETH0, 0)->rtp;
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
	CU_ASSERT_TRUE(rtp->source.ssrc == A && rtp->source.unique == 100 && rtp->nothers == 1 && rtp->others[0].ssrc == B && rtp->more_ssrcs == 0);
	see_run(&lab, B, 40053, 50);
	see_run(&lab, A, 202, 50);
	CU_ASSERT_TRUE(is(told(&lab), 5, 0, 0));
	CU_ASSERT_EQUAL(told(&lab).largest_gap, 3);
	lab_fini(&lab);
}

static void more_sources_than_are_kept(void)
{
	const struct mcd_rtp_seen *rtp;
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < 6; i++)
		see_run(&lab, 1 + i, i * 9999, 40);
	rtp = lab_stream(&lab, ETH0, 0)->rtp;
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0)); /* another number of another source is no loss */
	CU_ASSERT_TRUE(rtp->nothers == MCD_SSRCS - 1 && rtp->more_ssrcs == 2 && rtp->source.ssrc == 6 && rtp->packets == 240);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted, 0);
	lab_fini(&lab);
	lab_init(&lab); /* a source of its own for each is no RTP */
	for (uint32_t i = 0; i < 240; i++)
		see(&lab, i, PCMU, i, i * 8);
	CU_ASSERT_EQUAL(told(&lab).jitter_ns, -2);
	lab_fini(&lab);
}

/* RFC 3550, 6.4.1, as it stands there. */
static double plain_jitter(unsigned count, double late_ms)
{
	double jitter = 0;

	for (unsigned i = 1; i < count; i++) /* one on time, one late: each step is off by LATE_MS */
		jitter += (late_ms - jitter) / 16;
	return jitter * 1e6;
}

/* COUNT packets of TICKS each millisecond, every other one LATE_US late. */
static struct mcd_sequence jittery(unsigned type, unsigned count, uint32_t ticks, int64_t late_us)
{
	struct mcd_sequence q;
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < count; i++) {
		lab.now_ns = LAB_START + i * LAB_MS + (i % 2 ? late_us * 1000 : 0);
		see(&lab, A, type, i, i * ticks);
	}
	q = told(&lab);
	lab_fini(&lab);
	return q;
}

static bool is_near(int64_t ns, double expected)
{
	return (double)ns > expected * 0.99 - 100 && (double)ns < expected * 1.01 + 100;
}

static void jitter(void)
{
	CU_ASSERT_EQUAL(jittery(PCMU, 100, 8, 0).jitter_ns, 0);
	CU_ASSERT_TRUE(is_near(jittery(PCMU, 20, 8, 400).jitter_ns, plain_jitter(20, 0.4)));
	CU_ASSERT_TRUE(is_near(jittery(PCMU, 500, 8, 400).jitter_ns, plain_jitter(500, 0.4)));
	/* The clock of a dynamic type is told from 200 ms on. */
	CU_ASSERT_EQUAL(jittery(DYNAMIC, 100, 90, 400).jitter_ns, -1);
	CU_ASSERT_TRUE(is_near(jittery(DYNAMIC, 1000, 90, 400).jitter_ns, 400000));
	CU_ASSERT_TRUE(is_near(jittery(DYNAMIC, 1000, 48, 400).jitter_ns, 400000));
	/* No clock in use has 70 kHz, nor does one stand still. */
	CU_ASSERT_EQUAL(jittery(DYNAMIC, 1000, 70, 0).jitter_ns, -1);
	CU_ASSERT_EQUAL(jittery(DYNAMIC, 1000, 0, 0).jitter_ns, -1);
}

static void clocks_are_told_apart(void)
{
	static const uint32_t clocks[] = { 8000, 16000, 44100, 48000, 90000, 96000 };

	for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
		struct lab lab;

		lab_init(&lab);
		for (uint32_t k = 0; k < 300; k++)
			see(&lab, A, DYNAMIC, k, (uint32_t)((uint64_t)k * clocks[i] / 1000));
		CU_ASSERT_EQUAL(lab_stream(&lab, ETH0, 0)->rtp->source.clock_hz, clocks[i]);
		lab_fini(&lab);
	}
}

/* Neither a silence nor a clock that jumps is jitter. */
static void pauses_are_no_jitter(void)
{
	struct lab lab;

	lab_init(&lab);
	see_run(&lab, A, 0, 50);
	lab.now_ns += 60000 * LAB_MS;
	see_run(&lab, A, 50, 50);
	for (uint32_t i = 100; i < 150; i++)
		see(&lab, A, PCMU, i, i * 8 + 1000000);
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
	CU_ASSERT_EQUAL(told(&lab).jitter_ns, 0);
	lab_fini(&lab);
}

static void what_is_no_rtp(void)
{
	struct lab lab;

	lab_init(&lab);
	see_run(&lab, A, 0, 3); /* three prove nothing */
	CU_ASSERT_EQUAL(told(&lab).jitter_ns, -2);
	see_run(&lab, A, 3, 1);
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
	lab_fini(&lab);
	lab_init(&lab); /* its form alone: the numbers jump about */
	for (uint32_t i = 0; i < 100; i++)
		see(&lab, A, PCMU, i * 7919, i);
	CU_ASSERT_EQUAL(told(&lab).jitter_ns, -2);
	CU_ASSERT_PTR_NOT_NULL(lab_stream(&lab, ETH0, 0)->rtp);
	lab_fini(&lab);
	lab_init(&lab);
	lab_see_payload(&lab, (const uint8_t[]){ 0x80, 0, 0, 1 }, 4); /* shorter than a header */
	lab_see_payload(&lab, "hello, world, hello", 19);
	CU_ASSERT_PTR_NULL(lab_stream(&lab, ETH0, 0)->rtp);
	lab_fini(&lab);
}

/* A keep-alive or RTCP now and then is no reason to doubt; a mixture is none of either. */
static void other_payload_between(void)
{
	for (uint32_t each = 10; each <= 30; each += 20) {
		struct lab lab;

		lab_init(&lab);
		for (uint32_t i = 0; i < 300; i++) {
			see(&lab, A, PCMU, i, i * 8);
			if (i % each == 0)
				lab_see_payload(&lab, (const uint8_t[]){ 0x80, 200, 0, 6, 1, 2, 3, 4, 5, 6, 7, 8 }, 12);
		}
		if (each == 30)
			CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
		if (each == 10)
			CU_ASSERT_EQUAL(told(&lab).jitter_ns, -2);
		lab_fini(&lab);
	}
}

/* More numbers than the time since the last packet has room for were not lost: the sender begins anew, ahead. In a silence they are. */
static void a_leap(void)
{
	struct lab lab;

	lab_init(&lab);
	see_run(&lab, A, 100, 200);
	see_run(&lab, A, 20000, 100);
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
	see_run(&lab, A, 100, 100); /* and back */
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
	lab.now_ns += 5000 * LAB_MS;
	see_run(&lab, A, 5200, 100);
	CU_ASSERT_TRUE(is(told(&lab), 5000, 0, 0));
	see_run(&lab, A, 40000, 100); /* it begins anew once more, and then comes a silence */
	lab.now_ns += 4000 * LAB_MS;
	see_run(&lab, A, 44100, 100);
	CU_ASSERT_TRUE(is(told(&lab), 9000, 0, 0));
	lab_fini(&lab);
}

/* A second copy of all, a hundred packets late: nothing is lost. */
static void a_late_copy(void)
{
	struct lab lab;

	lab_init(&lab);
	see_run(&lab, A, 1000, 200);
	for (uint32_t i = 0; i < 300; i += 3) {
		see_run(&lab, A, 1200 + i, 3);
		see_run(&lab, A, 1100 + i, 3);
	}
	CU_ASSERT_TRUE(is(told(&lab), 0, 0, 0));
	lab_fini(&lab);
}

/* The form of RTP, and octets where its number is that go up by seven each time. */
static void other_numbers(void)
{
	struct lab lab;

	lab_init(&lab);
	for (uint32_t i = 0; i < 100; i++)
		see(&lab, 0, PCMU, i * 7, i);
	CU_ASSERT_EQUAL(told(&lab).jitter_ns, -2);
	lab_fini(&lab);
}

/* A rate limit that drops every second packet leaves steps of two; but the timestamps keep time. */
static void every_second_lost(void)
{
	for (unsigned type = PCMU; type <= DYNAMIC; type += DYNAMIC) {
		struct lab lab;

		lab_init(&lab);
		for (uint32_t i = 0; i < 500; i++)
			see(&lab, A, type, i * 2, i * 8);
		CU_ASSERT_TRUE(is(told(&lab), 499, 0, 0));
		lab_fini(&lab);
	}
}

/* What has not begun as RTP within its first datagrams is not looked at again. */
static void rtp_that_begins_late(void)
{
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 17; i++)
		lab_see_payload(&lab, "text", 4);
	see_run(&lab, A, 0, 1000);
	CU_ASSERT_PTR_NULL(lab_stream(&lab, ETH0, 0)->rtp);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted, 0);
	lab_fini(&lab);
}

const struct unit_test lab_rtp_tests[] = {
	{ "a plain run", a_plain_run },
	{ "what never came", what_never_came },
	{ "what came late", what_came_late },
	{ "what came again", what_came_again },
	{ "what came again much later", what_came_again_much_later },
	{ "everything twice", everything_twice },
	{ "a sender that begins anew", a_sender_that_begins_anew },
	{ "sources that take turns", sources_that_take_turns },
	{ "more sources than are kept", more_sources_than_are_kept },
	{ "jitter", jitter },
	{ "clocks are told apart", clocks_are_told_apart },
	{ "pauses are no jitter", pauses_are_no_jitter },
	{ "what is no RTP", what_is_no_rtp },
	{ "a leap", a_leap },
	{ "a late copy", a_late_copy },
	{ "every second lost", every_second_lost },
	{ "other numbers", other_numbers },
	{ "other payload between", other_payload_between },
	{ "RTP that begins late", rtp_that_begins_late },
	{ NULL, NULL },
};
