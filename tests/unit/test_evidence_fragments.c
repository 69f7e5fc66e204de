/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_evidence.h"

#include <string.h>

enum { PIECE = 1480, WHOLE = 4008, TABLE = 128 }; /* three pieces: 1480, 1480, 1048 */

/* See LENGTH octets at OFFSET of datagram ID of LAB_OTHER to LAB_ASM on ETH0. */
static void see_range(struct lab *lab, uint16_t id, uint32_t offset, uint32_t length, bool more)
{
	static const uint8_t payload[WHOLE - 8] = { 'x' };
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	uint8_t datagram[WHOLE];
	struct frame frame;

	frame_udp_datagram(datagram, &ip, LAB_SOURCE_PORT, LAB_PORT, payload, sizeof payload);
	ip.id = id;
	ip.fragment_offset = offset;
	ip.more_fragments = more;
	frame_ipv4(&frame, &ip, 17, datagram + offset, length);
	lab_see(lab, ETH0, &frame);
}

/* Piece 0, 1 or 2. */
static void see_piece(struct lab *lab, uint16_t id, uint32_t piece)
{
	see_range(lab, id, piece * PIECE, piece == 2 ? WHOLE - 2 * PIECE : PIECE, piece < 2);
}

static void begin(struct lab *lab)
{
	lab_init(lab);
	lab_nic(lab, ETH0)->tasks[ASM].ready_ns = lab->now_ns;
}

static void all_is_over(struct lab *lab)
{
	mcd_observe_end(&lab->evidence, lab->now_ns + 1000 * LAB_MS);
}

static void whole_in_any_order(void)
{
	static const uint32_t orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 0, 2 }, { 0, 2, 1 }, { 2, 0, 1 }, { 1, 2, 0 } };
	const struct mcd_stream *s;

	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		struct lab lab;

		begin(&lab);
		for (size_t j = 0; j < 3; j++)
			see_piece(&lab, 1, orders[i][j]);
		CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->streams.count, 1);
		s = lab_stream(&lab, ETH0, 0);
		CU_ASSERT_TRUE(s->packets == 1 && mcd_stream_frames(s) == 3 && mcd_stream_rare(s)->fragments == 3 && mcd_stream_reception(s)->deliverable == 1);
		CU_ASSERT_TRUE(s->bytes == WHOLE - 8 && s->port == LAB_PORT && mcd_stream_rare(s)->superframes == 0);
		all_is_over(&lab);
		CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 0);
		lab_fini(&lab);
	}
}

static void deliverable_only_when_whole(void)
{
	const struct mcd_stream *s;
	struct lab lab;

	begin(&lab);
	see_piece(&lab, 1, 0);
	s = lab_stream(&lab, ETH0, 0);
	see_piece(&lab, 1, 1);
	CU_ASSERT_TRUE(s->packets == 1 && mcd_stream_reception(s)->deliverable == 0);
	see_piece(&lab, 1, 2);
	CU_ASSERT_EQUAL(mcd_stream_reception(s)->deliverable, 1);
	/* One whose first piece came before the socket was ready could not be delivered. */
	see_piece(&lab, 2, 0);
	lab_nic(&lab, ETH0)->tasks[ASM].ready_ns = lab.now_ns;
	see_piece(&lab, 2, 1);
	see_piece(&lab, 2, 2);
	CU_ASSERT_TRUE(s->packets == 2 && mcd_stream_reception(s)->deliverable == 1);
	lab_fini(&lab);
}

/* A mirror of both directions shows each frame twice: what comes behind the whole is no datagram of which others are missing. */
static void each_piece_twice(void)
{
	const struct mcd_stream *s;
	struct lab lab;

	begin(&lab);
	for (uint16_t id = 1; id <= 3; id++)
		for (uint32_t i = 0; i < 6; i++)
			see_piece(&lab, id, i / 2);
	see_piece(&lab, 4, 1); /* the others of this one are missing */
	all_is_over(&lab);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->streams.count, 2);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(s->packets == 6 && mcd_stream_frames(s) == 18 && mcd_stream_rare(s)->fragments == 18 && mcd_stream_rare(s)->incomplete == 0);
	CU_ASSERT_EQUAL(mcd_stream_reception(s)->deliverable, 3);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 1)->port == 0 && mcd_stream_rare(lab_stream(&lab, ETH0, 1))->incomplete == 1);
	lab_fini(&lab);
}

static void last_or_middle_lost(void)
{
	struct lab lab;

	for (uint32_t lost = 1; lost <= 2; lost++) {
		begin(&lab);
		see_piece(&lab, 1, 0);
		see_piece(&lab, 1, lost == 1 ? 2 : 1);
		CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 0); /* it may still come */
		all_is_over(&lab);
		CU_ASSERT_TRUE(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete == 1 && lab_stream(&lab, ETH0, 0)->packets == 1);
		CU_ASSERT_TRUE(mcd_stream_reception(lab_stream(&lab, ETH0, 0))->deliverable == 0 && mcd_stream_rare(lab_stream(&lab, ETH0, 0))->fragments == 2);
		all_is_over(&lab);
		CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 1); /* once */
		lab_fini(&lab);
	}
}

static void first_lost_has_no_port(void)
{
	const struct mcd_stream *s;
	struct lab lab;

	begin(&lab);
	see_piece(&lab, 1, 1);
	see_piece(&lab, 1, 2);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->streams.count, 0);
	all_is_over(&lab);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->streams.count, 1);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(s->port == 0 && s->source_port == 0 && s->packets == 0 && mcd_stream_rare(s)->incomplete == 1 && mcd_stream_rare(s)->fragments == 2 && mcd_stream_frames(s) == 2);
	CU_ASSERT_TRUE(s->first_packet == 1 && s->last_packet == 2 && mcd_addr_equal(s->group, mcd_addr_v4(LAB_ASM)));
	lab_fini(&lab);
}

static void given_up_after_30_seconds(void)
{
	struct lab lab;

	begin(&lab);
	see_piece(&lab, 1, 0);
	lab.now_ns += 29000 * LAB_MS;
	see_piece(&lab, 2, 0);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 0);
	lab.now_ns += 2000 * LAB_MS;
	see_piece(&lab, 1, 1); /* of a datagram that is gone */
	see_piece(&lab, 1, 2);
	CU_ASSERT_TRUE(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete == 1 && mcd_stream_reception(lab_stream(&lab, ETH0, 0))->deliverable == 0);
	lab_fini(&lab);
	/* Also when the table was looked through a moment before. */
	begin(&lab);
	see_piece(&lab, 1, 0);
	lab.now_ns += 29800 * LAB_MS;
	see_piece(&lab, 2, 0);
	lab.now_ns += 500 * LAB_MS;
	see_piece(&lab, 1, 1);
	see_piece(&lab, 1, 2);
	CU_ASSERT_TRUE(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete == 1 && mcd_stream_reception(lab_stream(&lab, ETH0, 0))->deliverable == 0);
	lab_fini(&lab);
}

static void the_oldest_is_evicted(void)
{
	struct lab lab;

	begin(&lab);
	for (uint16_t id = 1; id <= TABLE; id++)
		see_piece(&lab, id, 0);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 0);
	lab.now_ns += 1000 * LAB_MS;
	see_piece(&lab, TABLE + 1, 0);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 1);
	/* The second oldest and the newest are still there. */
	see_piece(&lab, 2, 1);
	see_piece(&lab, 2, 2);
	see_piece(&lab, TABLE, 1);
	see_piece(&lab, TABLE, 2);
	CU_ASSERT_TRUE(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete == 1 && mcd_stream_reception(lab_stream(&lab, ETH0, 0))->deliverable == 2);
	lab_fini(&lab);
}

/* A datagram that had to make room so soon may have been whole: that is no fault of the network. */
static void a_crowd_is_not_incomplete(void)
{
	struct lab lab;

	begin(&lab);
	for (uint16_t id = 1; id <= TABLE + 5; id++)
		see_piece(&lab, id, 0);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 0);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted_of[MCD_OMITTED_FRAGMENTS], 5);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->omitted, 5);
	lab_fini(&lab);
}

static void the_end_spares_what_is_under_way(void)
{
	struct lab lab;

	begin(&lab);
	see_piece(&lab, 1, 0);
	lab.now_ns += 200 * LAB_MS;
	see_piece(&lab, 2, 0);
	mcd_observe_end(&lab.evidence, lab.now_ns);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 1);
	lab_fini(&lab);
}

static void duplicates_and_overlaps(void)
{
	struct lab lab;

	begin(&lab);
	see_piece(&lab, 1, 0);
	see_piece(&lab, 1, 1);
	see_piece(&lab, 1, 1);
	see_piece(&lab, 1, 2);
	CU_ASSERT_EQUAL(mcd_stream_reception(lab_stream(&lab, ETH0, 0))->deliverable, 1);
	/* Linux throws a datagram away whose pieces overlap (RFC 5722, applied to IPv4). */
	see_range(&lab, 2, 0, PIECE, true);
	see_range(&lab, 2, PIECE - 8, PIECE, true);
	see_range(&lab, 2, 2 * PIECE - 8, WHOLE - 2 * PIECE + 8, false);
	CU_ASSERT_EQUAL(mcd_stream_reception(lab_stream(&lab, ETH0, 0))->deliverable, 1);
	/* An end that lies before a piece that was there spoils it too. */
	see_range(&lab, 3, 0, PIECE, true);
	see_range(&lab, 3, 2 * PIECE, 1040, true);
	see_range(&lab, 3, PIECE, 8, false);
	all_is_over(&lab);
	CU_ASSERT_TRUE(mcd_stream_reception(lab_stream(&lab, ETH0, 0))->deliverable == 1 && lab_stream(&lab, ETH0, 0)->packets == 3);
	CU_ASSERT_TRUE(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete == 2 && mcd_stream_rare(lab_stream(&lab, ETH0, 0))->bad_length == 0);
	lab_fini(&lab);
}

static void shorter_than_its_udp_length(void)
{
	struct lab lab;

	begin(&lab);
	see_range(&lab, 1, 0, PIECE, true);
	see_range(&lab, 1, PIECE, PIECE, false); /* whole, but UDP claims a third piece */
	CU_ASSERT_TRUE(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->bad_length == 1 && mcd_stream_reception(lab_stream(&lab, ETH0, 0))->deliverable == 0);
	all_is_over(&lab);
	CU_ASSERT_EQUAL(mcd_stream_rare(lab_stream(&lab, ETH0, 0))->incomplete, 0);
	lab_fini(&lab);
}

const struct unit_test lab_fragments_tests[] = {
	{ "whole in any order", whole_in_any_order },
	{ "deliverable only when whole", deliverable_only_when_whole },
	{ "last or middle lost", last_or_middle_lost },
	{ "each piece twice", each_piece_twice },
	{ "first lost has no port", first_lost_has_no_port },
	{ "given up after 30 seconds", given_up_after_30_seconds },
	{ "the oldest is evicted", the_oldest_is_evicted },
	{ "a crowd is not incomplete", a_crowd_is_not_incomplete },
	{ "the end spares what is under way", the_end_spares_what_is_under_way },
	{ "duplicates and overlaps", duplicates_and_overlaps },
	{ "shorter than its UDP length", shorter_than_its_udp_length },
	{ NULL, NULL },
};
