/* SPDX-License-Identifier: ISC */
/* RTP by its gaps, its repeats and its times: the facts that bursts, mirrors and jitter are told by. */
#include <config.h>

#include "test_evidence.h"

enum { PACE_MS = 40, TICKS = 8 * PACE_MS }; /* PCMU, 8 kHz */

/* One packet, LATE_MS behind its time. */
static void see_at(struct lab *lab, unsigned number, uint32_t timestamp, int64_t at_ms)
{
	const uint8_t packet[] = {
		0x80, 0, (uint8_t)(number >> 8), (uint8_t)number, (uint8_t)(timestamp >> 24), (uint8_t)(timestamp >> 16), (uint8_t)(timestamp >> 8),
		(uint8_t)timestamp, 0, 0, 0, 7, 'x',
	};

	lab->now_ns = LAB_START + at_ms * LAB_MS;
	lab_see_payload(lab, packet, sizeof packet);
}

static void see(struct lab *lab, unsigned number, int64_t late_ms)
{
	see_at(lab, number, number * TICKS, number * PACE_MS + late_ms);
}

static struct mcd_sequence told(const struct lab *lab)
{
	struct mcd_sequence q;

	CU_ASSERT_TRUE(mcd_stream_rtp(lab_stream(lab, ETH0, 0), &q));
	return q;
}

static void gaps(void)
{
	struct mcd_sequence q;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 60; i++)
		if ((i < 10 || i >= 15) && i != 30 && i != 40)
			see(&lab, i, 0);
	see(&lab, 40, 21 * PACE_MS); /* it was late: no number of its gap is missing */
	q = told(&lab);
	CU_ASSERT_TRUE(q.lost == 6 && q.gaps == 3 && q.gap_packets == 7 && q.largest_gap == 5 && q.came == 54 && q.reordered == 1);
	lab_fini(&lab);
}

/* Twice at once; twice, a millisecond apart; twice, with the next one between. */
static void doubles(void)
{
	struct mcd_sequence q;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 20; i++) {
		see(&lab, i, 0);
		see(&lab, i, 0);
	}
	q = told(&lab);
	CU_ASSERT_TRUE(q.duplicated == 20 && q.doubled == 20 && q.came == 20);
	for (unsigned i = 20; i < 40; i++) {
		see(&lab, i, 0);
		see(&lab, i, 1);
	}
	q = told(&lab);
	CU_ASSERT_TRUE(q.duplicated == 40 && q.doubled == 20);
	for (unsigned i = 40; i < 60; i += 2) {
		see(&lab, i, 0);
		see(&lab, i + 1, 0);
		see(&lab, i, PACE_MS);
		see(&lab, i + 1, 0);
	}
	q = told(&lab);
	CU_ASSERT_TRUE(q.duplicated == 60 && q.doubled == 20);
	lab_fini(&lab);
}

/* Every second packet is 25 ms late: two in a row are off by that. */
static void evenness(void)
{
	struct mcd_evenness e;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 101; i++)
		see(&lab, i, i % 2 ? 25 : 0);
	CU_ASSERT_TRUE(mcd_stream_evenness(lab_stream(&lab, ETH0, 0), &e));
	CU_ASSERT_TRUE(e.packets == 101 && e.pace_ns / LAB_MS == 39 && e.moved_ns / LAB_MS == 24);
	lab_fini(&lab);
	lab_init(&lab);
	for (unsigned i = 0; i < 100; i++)
		see(&lab, i, 0);
	CU_ASSERT_TRUE(mcd_stream_evenness(lab_stream(&lab, ETH0, 0), &e) && e.moved_ns == 0);
	lab_fini(&lab);
}

/* Not held against their timestamps: packets in clumps of five; two of three of one timestamp, as of one picture; with a clock twice as fast as
 * the payload type has; of two sources. */
static void no_evenness(void)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		struct mcd_evenness e;
		struct lab lab;

		lab_init(&lab);
		for (unsigned i = 0; i < 100; i++) {
			const uint32_t timestamp = kind == 1 ? i / 3 * 3 * TICKS : kind == 2 ? i * 2 * TICKS : i * TICKS;

			see_at(&lab, i, timestamp, kind == 0 ? i / 5 * 5 * PACE_MS : i * PACE_MS);
			if (kind == 3)
				lab_stream(&lab, ETH0, 0)->rtp->more_ssrcs = 1;
		}
		CU_ASSERT_TRUE(mcd_stream_is_rtp(lab_stream(&lab, ETH0, 0)));
		CU_ASSERT_FALSE(mcd_stream_evenness(lab_stream(&lab, ETH0, 0), &e));
		lab_fini(&lab);
	}
}

const struct unit_test lab_quality_tests[] = {
	{ "gaps", gaps },
	{ "doubles", doubles },
	{ "evenness", evenness },
	{ "no evenness", no_evenness },
	{ NULL, NULL },
};
