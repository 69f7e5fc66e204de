/* SPDX-License-Identifier: ISC */
/* RTP by its repeats and their times, which tell a mirror. */
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

const struct unit_test lab_quality_tests[] = {
	{ "doubles", doubles },
	{ NULL, NULL },
};
