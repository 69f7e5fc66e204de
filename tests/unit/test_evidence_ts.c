/* SPDX-License-Identifier: ISC */
/* MPEG-TS by its continuity counters. */
#include <config.h>

#include "test_evidence.h"

#include <string.h>

enum { PACKET = 188, MOST = 100, NULL_PID = 0x1fff };

/* adaptation_field_control: payload, field, both; and what else a packet may have. */
enum { PAYLOAD = 0x10, FIELD = 0x20, ERROR = 0x100, DISCONTINUITY = 0x200, CLOCK = 0x400 };

/* A datagram on its way. */
struct ts {
	uint8_t bytes[MOST * PACKET];
	size_t length;
};

static void put(struct ts *ts, uint16_t pid, unsigned counter, unsigned flags)
{
	uint8_t *p = ts->bytes + ts->length;

	memset(p, (int)(counter * 17 + pid), PACKET); /* as what is coded, never the same twice running */
	p[0] = 0x47;
	p[1] = (uint8_t)(pid >> 8 | (flags & ERROR ? 0x80 : 0));
	p[2] = (uint8_t)pid;
	p[3] = (uint8_t)((flags & (PAYLOAD | FIELD)) | (counter & 15));
	if (flags & FIELD) {
		p[4] = flags & PAYLOAD ? 7 : 183;
		p[5] = (uint8_t)((flags & DISCONTINUITY ? 0x80 : 0) | (flags & CLOCK ? 0x10 : 0));
	}
	ts->length += PACKET;
}

static void see(struct lab *lab, struct ts *ts)
{
	lab_see_payload(lab, ts->bytes, ts->length);
	ts->length = 0;
}

/* One datagram for each packet: counters and flags of PID 100. */
static uint64_t errors_of(const unsigned (*packets)[2], size_t count, uint64_t *transport_errors)
{
	struct ts ts = { .length = 0 };
	struct lab lab;
	uint64_t errors;

	lab_init(&lab);
	for (size_t i = 0; i < count; i++) {
		put(&ts, 100, packets[i][0], packets[i][1]);
		ts.bytes[PACKET - 1] = (uint8_t)i; /* no mirror's repeat */
		see(&lab, &ts);
	}
	errors = lab_stream(&lab, ETH0, 0)->ts->errors;
	*transport_errors = lab_stream(&lab, ETH0, 0)->ts->transport_errors;
	CU_ASSERT_TRUE(mcd_stream_is_ts(lab_stream(&lab, ETH0, 0)));
	lab_fini(&lab);
	return errors;
}

#define ERRORS(...)                                                                                                                                  \
	errors_of((const unsigned[][2]){ __VA_ARGS__ }, sizeof((const unsigned[][2]){ __VA_ARGS__ }) / sizeof(unsigned[2]), &(uint64_t){ 0 })

static void one_counter(void)
{
	uint64_t bad = 0;

	CU_ASSERT_EQUAL(ERRORS({ 14, PAYLOAD }, { 15, PAYLOAD }, { 0, PAYLOAD }, { 1, PAYLOAD }), 0);
	CU_ASSERT_EQUAL(ERRORS({ 14, PAYLOAD }, { 0, PAYLOAD }, { 1, PAYLOAD }), 1);
	CU_ASSERT_EQUAL(ERRORS({ 3, PAYLOAD }, { 2, PAYLOAD }, { 3, PAYLOAD }), 1);
	/* Without a payload it stands still. */
	CU_ASSERT_EQUAL(ERRORS({ 3, PAYLOAD }, { 3, FIELD }, { 3, FIELD }, { 4, PAYLOAD }), 0);
	CU_ASSERT_EQUAL(ERRORS({ 3, PAYLOAD }, { 4, FIELD }, { 5, PAYLOAD }), 1);
	CU_ASSERT_EQUAL(ERRORS({ 3, PAYLOAD | FIELD }, { 4, PAYLOAD | FIELD }), 0);
	/* A packet may be sent twice, not three times. */
	CU_ASSERT_EQUAL(ERRORS({ 3, PAYLOAD }, { 3, PAYLOAD }, { 4, PAYLOAD }, { 4, PAYLOAD }, { 5, PAYLOAD }), 0);
	CU_ASSERT_EQUAL(ERRORS({ 3, PAYLOAD }, { 3, PAYLOAD }, { 3, PAYLOAD }, { 4, PAYLOAD }), 1);
	/* The sender says that it jumps. */
	CU_ASSERT_EQUAL(ERRORS({ 3, PAYLOAD }, { 9, PAYLOAD | FIELD | DISCONTINUITY }, { 10, PAYLOAD }), 0);
	CU_ASSERT_EQUAL(ERRORS({ 3, PAYLOAD }, { 9, PAYLOAD | FIELD }, { 10, PAYLOAD }), 1);
	CU_ASSERT_EQUAL(errors_of((const unsigned[][2]){ { 3, PAYLOAD }, { 4, PAYLOAD | ERROR }, { 5, PAYLOAD } }, 3, &bad), 0);
	CU_ASSERT_EQUAL(bad, 1);
}

/* Seven packets in each datagram: four of PID 100, two of 200, one of 300 that is a null packet now and then. */
static void see_datagram(struct lab *lab, unsigned i)
{
	struct ts ts = { .length = 0 };

	for (unsigned k = 0; k < 3; k++)
		put(&ts, 100, i * 4 + k, PAYLOAD);
	put(&ts, 200, i * 2, i % 5 == 0 ? PAYLOAD | FIELD | CLOCK : PAYLOAD);
	put(&ts, 100, i * 4 + 3, PAYLOAD);
	put(&ts, 200, i * 2 + 1, PAYLOAD);
	put(&ts, NULL_PID, 0, PAYLOAD);
	see(lab, &ts);
}

static void several_pids(void)
{
	const struct mcd_ts_seen *ts;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 40; i++)
		see_datagram(&lab, i);
	ts = lab_stream(&lab, ETH0, 0)->ts;
	CU_ASSERT_TRUE(mcd_stream_is_ts(lab_stream(&lab, ETH0, 0)));
	CU_ASSERT_TRUE(ts->datagrams == 40 && ts->packets == 280 && ts->errors == 0 && ts->transport_errors == 0);
	CU_ASSERT_EQUAL_FATAL(ts->npids, 3);
	CU_ASSERT_TRUE(ts->pids[0].pid == 100 && ts->pids[0].packets == 160 && !ts->pids[0].pcr);
	CU_ASSERT_TRUE(ts->pids[1].pid == 200 && ts->pids[1].packets == 80 && ts->pids[1].pcr);
	CU_ASSERT_TRUE(ts->pids[2].pid == NULL_PID && ts->pids[2].packets == 40);
	see_datagram(&lab, 41); /* one is missing: each counter but the null packets' shows it once */
	see_datagram(&lab, 42);
	CU_ASSERT_TRUE(ts->errors == 2 && ts->pids[0].errors == 1 && ts->pids[1].errors == 1 && ts->pids[2].errors == 0);
	lab_fini(&lab);
}

/* A mirror shows each datagram twice: nothing is missing, and nothing is out of order. */
static void everything_twice(void)
{
	const struct mcd_ts_seen *ts;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 80; i++)
		see_datagram(&lab, i / 2);
	ts = lab_stream(&lab, ETH0, 0)->ts;
	CU_ASSERT_TRUE(ts->errors == 0 && ts->packets == 560 && ts->pids[0].packets == 320);
	see_datagram(&lab, 42); /* a loss shows all the same */
	see_datagram(&lab, 42);
	CU_ASSERT_EQUAL(ts->errors, 2);
	lab_fini(&lab);
}

/* Of what a snap length cut off the counters are not known: no error, rather than one for each datagram. */
static void cut_by_the_capture(void)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	const size_t headers = 14 + 20 + 8;
	struct ts ts = { .length = 0 };
	struct frame frame;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 40; i++) {
		for (unsigned k = 0; k < 7; k++)
			put(&ts, 100, i * 7 + k, PAYLOAD);
		frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, ts.bytes, ts.length);
		lab_see_cut(&lab, ETH0, &frame, headers + 2 * PACKET + 10);
		ts.length = 0;
	}
	CU_ASSERT_TRUE(mcd_stream_is_ts(lab_stream(&lab, ETH0, 0)) && lab_stream(&lab, ETH0, 0)->ts->cut);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 0)->ts->errors == 0 && lab_stream(&lab, ETH0, 0)->ts->packets == 80);
	lab_fini(&lab);
}

static void see_rtp(struct lab *lab, unsigned i)
{
	uint8_t packet[12 + 2 * PACKET] = { 0x80, 33, (uint8_t)(i >> 8), (uint8_t)i, [6] = (uint8_t)(i >> 8), [7] = (uint8_t)i, [11] = 1 };
	struct ts ts = { .length = 0 };

	put(&ts, 100, i * 2, PAYLOAD);
	put(&ts, 100, i * 2 + 1, PAYLOAD);
	memcpy(packet + 12, ts.bytes, ts.length);
	lab_see_payload(lab, packet, sizeof packet);
}

static void rtp_around_it(void)
{
	const struct mcd_stream *s;
	struct mcd_sequence q;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 40; i++) {
		see_rtp(&lab, i);
		if (i > 0 && i % 4 == 0)
			see_rtp(&lab, i - 1); /* again, with another between: RTP tells it, and its payload is no news */
	}
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(mcd_stream_is_ts(s) && mcd_stream_rtp(s, &q) && q.duplicated == 9 && q.lost == 0);
	CU_ASSERT_TRUE(s->ts->errors == 0 && s->ts->packets == 98);
	see_rtp(&lab, 41);
	see_rtp(&lab, 42);
	CU_ASSERT_TRUE(mcd_stream_rtp(s, &q) && q.lost == 1 && s->ts->errors == 1);
	lab_fini(&lab);
}

static void what_is_no_transport_stream(void)
{
	struct ts ts = { .length = 0 };
	struct lab lab;

	lab_init(&lab);
	put(&ts, 100, 0, PAYLOAD);
	ts.length++; /* not whole packets */
	see(&lab, &ts);
	put(&ts, 100, 1, PAYLOAD);
	put(&ts, 100, 2, PAYLOAD);
	ts.bytes[PACKET] = 0x46;
	see(&lab, &ts);
	CU_ASSERT_PTR_NULL(lab_stream(&lab, ETH0, 0)->ts);
	lab_fini(&lab);
	lab_init(&lab); /* one in five is something else */
	for (unsigned i = 0; i < 50; i++) {
		put(&ts, 100, i, PAYLOAD);
		if (i % 5 == 0)
			ts.bytes[0] = 'G' + 1;
		see(&lab, &ts);
	}
	CU_ASSERT_PTR_NOT_NULL(lab_stream(&lab, ETH0, 0)->ts);
	CU_ASSERT_FALSE(mcd_stream_is_ts(lab_stream(&lab, ETH0, 0)));
	lab_fini(&lab);
}

static void pids_of_one_stream_are_bounded(void)
{
	enum { PIDS = 300, BOUND = 256 };
	struct ts ts = { .length = 0 };
	const struct mcd_ts_seen *seen;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 2 * PIDS; i++) {
		put(&ts, (uint16_t)(i % PIDS + 32), i / PIDS, PAYLOAD);
		if (ts.length == sizeof ts.bytes)
			see(&lab, &ts);
	}
	seen = lab_stream(&lab, ETH0, 0)->ts;
	CU_ASSERT_TRUE(seen->npids == BOUND && seen->packets == 2 * PIDS && seen->errors == 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_PAYLOADS], 2 * (PIDS - BOUND));
	lab_fini(&lab);
}

static void pids_of_all_streams_are_bounded(void)
{
	enum { BOUND = 256, STREAMS = MCD_MAX_TS_PIDS / BOUND };
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	struct ts ts = { .length = 0 };
	static struct frame frame;
	struct lab lab;

	lab_init(&lab);
	for (unsigned s = 0; s <= STREAMS; s++, ip.destination++)
		for (unsigned i = 0; i < BOUND; i++) {
			put(&ts, (uint16_t)(i + 32), 0, PAYLOAD);
			if (ts.length < sizeof ts.bytes && i + 1 < BOUND)
				continue;
			frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, ts.bytes, ts.length);
			lab_see(&lab, ETH0, &frame);
			ts.length = 0;
		}
	CU_ASSERT_EQUAL(lab_stream(&lab, ETH0, STREAMS - 1)->ts->npids, BOUND);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, STREAMS)->ts->npids == 0 && lab_stream(&lab, ETH0, STREAMS)->ts->packets == BOUND);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_PAYLOADS], BOUND);
	lab_fini(&lab);
}

const struct unit_test lab_ts_tests[] = {
	{ "one counter", one_counter },
	{ "several PIDs", several_pids },
	{ "everything twice", everything_twice },
	{ "cut by the capture", cut_by_the_capture },
	{ "RTP around it", rtp_around_it },
	{ "what is no transport stream", what_is_no_transport_stream },
	{ "the PIDs of one stream are bounded", pids_of_one_stream_are_bounded },
	{ "the PIDs of all streams are bounded", pids_of_all_streams_are_bounded },
	{ NULL, NULL },
};
