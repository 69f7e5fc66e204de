/* SPDX-License-Identifier: ISC */
/* What the headers and the times of a stream's datagrams say: numbers, marks, checksums, pace, tags. */
#include <config.h>

#include "test_evidence.h"

#include <string.h>

static struct frame_ip sender(void)
{
	return frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
}

static void see(struct lab *lab, const struct frame_ip *ip)
{
	struct frame frame;

	frame_udp(&frame, ip, LAB_SOURCE_PORT, LAB_PORT, "hello", 5);
	lab_see(lab, ETH0, &frame);
}

/* The stream whose datagrams have these IP identifications, counted modulo 65536. */
static struct mcd_stream numbered(const uint16_t *ids, size_t count)
{
	struct frame_ip ip = sender();
	struct mcd_stream s;
	struct lab lab;

	lab_init(&lab);
	for (size_t i = 0; i < count; i++) {
		ip.id = ids[i];
		see(&lab, &ip);
	}
	s = *lab_stream(&lab, ETH0, 0);
	lab_fini(&lab);
	return s;
}

#define NUMBERED(...) numbered((const uint16_t[]){ __VA_ARGS__ }, sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t))

static void identifications(void)
{
	struct mcd_stream s = NUMBERED(65533, 65534, 65535, 0, 1);

	CU_ASSERT_TRUE(s.ids_in_step == 4 && s.ids_missing == 0);
	s = NUMBERED(10, 11, 13, 14, 18);
	CU_ASSERT_TRUE(s.ids_in_step == 2 && s.ids_missing == 4);
	/* Out of order is not missing, nor is what comes twice. */
	s = NUMBERED(10, 11, 13, 12, 14, 15);
	CU_ASSERT_EQUAL(s.ids_missing, 0);
	s = NUMBERED(10, 10, 11, 11, 12, 12);
	CU_ASSERT_TRUE(s.ids_in_step == 2 && s.ids_missing == 0);
	/* All the same, as Linux sends with DF, or at random: no such numbers. */
	s = NUMBERED(0, 0, 0, 0);
	CU_ASSERT_TRUE(s.ids_in_step == 0 && s.ids_missing == 0);
	s = NUMBERED(9, 40000, 1200, 33000);
	CU_ASSERT_TRUE(s.ids_in_step == 0 && s.ids_missing == 0);
}

static void marks_are_sets(void)
{
	static const uint8_t ttls[] = { 63, 64, 63, 255, 0, 64 }, dscps[] = { 46, 46, 0, 63, 46, 46 };
	struct frame_ip ip = sender();
	const struct mcd_stream *s;
	struct lab lab;

	lab_init(&lab);
	for (size_t i = 0; i < sizeof ttls; i++) {
		ip.ttl = ttls[i];
		ip.tos = (uint8_t)((unsigned)dscps[i] << 2 | i % 4); /* the two bits of ECN are no mark */
		see(&lab, &ip);
	}
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(s->ttl[0] == (UINT64_C(1) << 63 | 1) && s->ttl[1] == 1 && s->ttl[2] == 0 && s->ttl[3] == UINT64_C(1) << 63);
	CU_ASSERT_EQUAL(s->dscp, 1 | UINT64_C(1) << 46 | UINT64_C(1) << 63);
	CU_ASSERT_EQUAL(lab_nic(&lab, ETH0)->streams.count, 1);
	lab_fini(&lab);
}

static void bursts_and_peaks(void)
{
	struct frame_ip ip = sender();
	const struct mcd_stream *s;
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 5; i++)
		see(&lab, &ip); /* 1 ms apart: no burst */
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(s->largest_burst == 1 && s->peak_100ms == 5);
	for (unsigned i = 0; i < 7; i++) {
		lab.now_ns -= LAB_MS - 1000; /* 1 us apart */
		see(&lab, &ip);
	}
	CU_ASSERT_TRUE(s->largest_burst == 8 && s->peak_100ms == 12);
	lab.now_ns += 500 * LAB_MS;
	for (unsigned i = 0; i < 3; i++) {
		see(&lab, &ip);
		lab.now_ns -= LAB_MS;
	}
	CU_ASSERT_TRUE(s->largest_burst == 8 && s->burst == 3 && s->peak_100ms == 12 && s->window_packets == 3);
	CU_ASSERT_TRUE(s->longest_gap_ns > 490 * LAB_MS && s->longest_gap_ns < 510 * LAB_MS);
	lab_fini(&lab);
}

static void checksums(void)
{
	struct frame_ip ip = sender();
	uint32_t pseudo = 17 + 13 + (ip.source >> 16) + (ip.source & 0xffff) + (ip.destination >> 16) + (ip.destination & 0xffff);
	const size_t field = 14 + 20 + 6;
	const struct mcd_stream *s;
	struct frame good, frame;
	struct lab lab;

	lab_init(&lab);
	frame_udp(&good, &ip, LAB_SOURCE_PORT, LAB_PORT, "hello", 5);
	lab_see(&lab, ETH0, &good);
	s = lab_stream(&lab, ETH0, 0);
	CU_ASSERT_TRUE(mcd_stream_rare(s)->bad_checksum == 0 && s->no_checksum == 0 && mcd_stream_rare(s)->unverified_checksum == 0);
	frame = good;
	frame.data[field]++;
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(mcd_stream_rare(s)->bad_checksum == 1 && s->no_checksum == 0 && mcd_stream_rare(s)->unverified_checksum == 0);
	frame = good;
	frame.data[field] = frame.data[field + 1] = 0;
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(mcd_stream_rare(s)->bad_checksum == 1 && s->no_checksum == 1 && mcd_stream_rare(s)->unverified_checksum == 0);
	/* The sum that a NIC would have finished: captured on the sender. */
	pseudo = (pseudo & 0xffff) + (pseudo >> 16);
	frame.data[field] = (uint8_t)(pseudo >> 8);
	frame.data[field + 1] = (uint8_t)pseudo;
	lab_see(&lab, ETH0, &frame);
	CU_ASSERT_TRUE(mcd_stream_rare(s)->bad_checksum == 1 && s->no_checksum == 1 && mcd_stream_rare(s)->unverified_checksum == 1);
	lab_see_cut(&lab, ETH0, &good, 14 + 20 + 8 + 2);
	CU_ASSERT_TRUE(mcd_stream_rare(s)->bad_checksum == 1 && mcd_stream_rare(s)->unverified_checksum == 2 && s->packets == 5 && s->bytes == 25);
	lab_fini(&lab);
}

static void inner_tags_keep_streams_apart(void)
{
	static const uint16_t tags[][2] = { { 10, 0 }, { 10, 20 }, { 10, 21 }, { 20, 10 }, { 10, 20 } };
	struct frame_ip ip = sender();
	struct lab lab;

	lab_init(&lab);
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		struct frame frame;

		frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "hello", 5);
		if (tags[i][1])
			frame_tag(&frame, tags[i][1]);
		frame_tag(&frame, tags[i][0]);
		lab_see(&lab, ETH0, &frame);
	}
	CU_ASSERT_EQUAL_FATAL(lab_nic(&lab, ETH0)->streams.count, 4);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 1)->vlan == 10 && lab_stream(&lab, ETH0, 1)->inner_vlan == 20);
	CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 1)->packets == 2 && lab_stream(&lab, ETH0, 3)->packets == 1);
	lab_fini(&lab);
}

/* Nobody knows whose a capture is: no address is this host's, and no probe is ours, whatever its number. */
/* A kernel that gets it drops it; on the sender's own wire it is what an offload fills in later. */
static void an_ip_checksum_of_0(void)
{
	const struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);

	for (int passive = 0; passive < 2; passive++) {
		const struct mcd_stream *s;
		struct frame frame;
		struct lab lab;

		lab_init(&lab);
		lab.evidence.passive = passive;
		lab_nic(&lab, ETH0)->tasks[ASM].ready_ns = lab.now_ns;
		frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, "hello", 5);
		frame.data[14 + 10] = frame.data[14 + 11] = 0;
		lab_see(&lab, ETH0, &frame);
		s = lab_stream(&lab, ETH0, 0);
		CU_ASSERT_TRUE(mcd_stream_rare(s)->bad_ip_checksum == !passive && mcd_stream_rare(s)->no_ip_checksum == (unsigned)passive);
		CU_ASSERT_EQUAL(mcd_stream_reception(s)->deliverable, 0);
		lab_fini(&lab);
	}
}

static void nothing_is_ours_in_a_passive_run(void)
{
	for (int passive = 0; passive < 2; passive++) {
		struct mcd_probe probe = { .session = LAB_SESSION, .host = "host", .iface = "eth0", .sequence = 1, .ttl = 64, .sent_ns = 1 };
		struct frame_ip ip = sender();
		uint8_t payload[MCD_PROBE_LINE];
		struct frame frame;
		struct lab lab;
		size_t length = mcd_probe_write(payload, sizeof payload, &probe, "hello", 0);

		lab_init(&lab);
		lab.evidence.passive = passive;
		ip.source = lab_ip(&lab, ETH1);
		frame_udp(&frame, &ip, LAB_SOURCE_PORT, LAB_PORT, payload, length);
		lab_see(&lab, ETH0, &frame);
		CU_ASSERT_TRUE(lab_stream(&lab, ETH0, 0)->probes);
		CU_ASSERT_EQUAL(lab_stream(&lab, ETH0, 0)->ours, !passive);
		CU_ASSERT_EQUAL(lab_stream(&lab, ETH0, 0)->local_source, !passive);
		lab_fini(&lab);
	}
}

const struct unit_test lab_marks_tests[] = {
	{ "IP identifications", identifications },
	{ "marks are sets", marks_are_sets },
	{ "bursts and peaks", bursts_and_peaks },
	{ "checksums", checksums },
	{ "inner tags keep streams apart", inner_tags_keep_streams_apart },
	{ "an IP checksum of 0", an_ip_checksum_of_0 },
	{ "nothing is ours in a passive run", nothing_is_ours_in_a_passive_run },
	{ NULL, NULL },
};
