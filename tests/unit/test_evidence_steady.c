/* SPDX-License-Identifier: ISC */
/* A stream that is told by its headers gives the same evidence as one of which every frame is decoded, as those of a group of the request are. */
#include <config.h>

#include "test_evidence.h"

#include "wire/mpegts.h"

#include <stdio.h>
#include <string.h>

enum { FRAMES = 20000, HEADERS = 46 };

/* Numerical Recipes' generator: the same frames each time. */
static uint32_t roll(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % sides;
}

static size_t make_payload(uint8_t *out, uint32_t *seed, unsigned n)
{
	const size_t packets = 1 + roll(seed, 8); /* eight are more than the MTU */
	const uint32_t kind = roll(seed, 8);
	uint8_t *at = out;

	if (kind < 4) {
		memcpy(at, (const uint8_t[]){ 0x80, 33, (uint8_t)(n >> 8), (uint8_t)n, 0, 0, (uint8_t)(n >> 6), (uint8_t)(n << 2), 1, 2, 3, 4 }, 12);
		at += 12;
	}
	if (kind < 6) {
		memset(at, 0xff, packets * MCD_TS_PACKET);
		for (size_t i = 0; i < packets; i++, at += MCD_TS_PACKET)
			memcpy(at, (const uint8_t[]){ MCD_TS_SYNC, 1, (uint8_t)(i == 3), (uint8_t)(0x10 | (n + i) % 16) }, 4);
		return (size_t)(at - out);
	}
	return kind < 7 ? 0 : (size_t)snprintf((char *)out, 64, "%s %u", roll(seed, 2) ? "some text" : "MCDIAG/", n);
}

/* Mostly the next frame of one of four streams; now and then one with anything else in its headers. */
static void make_frame(const struct lab *lab, struct frame *out, uint32_t *seed, unsigned n)
{
	struct frame_ip ip = frame_to_group(lab_foreign_mac, LAB_OTHER, LAB_ASM);
	uint8_t payload[12 + 8 * MCD_TS_PACKET];
	const size_t length = make_payload(payload, seed, n);
	bool odd = roll(seed, 4) == 0;

	ip.id = (uint16_t)(odd ? roll(seed, 0x10000) : n);
	ip.has_vlan = roll(seed, 2);
	ip.vlan = odd && roll(seed, 4) == 0 ? 0 : 7;
	ip.ttl = (uint8_t)(odd ? roll(seed, 3) + 1 : 1);
	ip.tos = (uint8_t)(odd ? roll(seed, 2) * 0xb8 : 0);
	ip.bad_checksum = odd && roll(seed, 4) == 0;
	ip.more_fragments = odd && roll(seed, 8) == 0;
	ip.fragment_offset = odd && roll(seed, 16) == 0 ? 8 : 0;
	if (odd && roll(seed, 4) == 0)
		memcpy(ip.source_mac, lab_mac(lab, ETH0), 6);
	if (odd && roll(seed, 4) == 0)
		ip.destination_mac[5] ^= 1;
	frame_udp(out, &ip, (uint16_t)(LAB_SOURCE_PORT + roll(seed, 2)), LAB_PORT, payload, length);
	if (odd && roll(seed, 4) == 0)
		out->data[roll(seed, HEADERS)] ^= (uint8_t)(1 << roll(seed, 8));
}

static struct mcd_stream without_differences(const struct mcd_stream *s)
{
	struct mcd_stream copy;

	memcpy(&copy, s, sizeof copy);
	memset(&copy.steady, 0, sizeof copy.steady);
	copy.steady_sent = MCD_SENT_UNKNOWN;
	copy.steady_out = copy.steady_right = copy.accepted = copy.right_mac = false;
	copy.last_ttl = copy.last_dscp = 0; /* as right_mac, of the last frame that was decoded */
	copy.task = 0;
	copy.rare = NULL;
	copy.rtp = NULL;
	copy.ts = NULL;
	return copy;
}

static void compare_rtp(const struct mcd_rtp_seen *a, const struct mcd_rtp_seen *b)
{
	struct mcd_rtp_source one, other;

	CU_ASSERT_EQUAL_FATAL(!a, !b);
	if (!a)
		return;
	memcpy(&one, &a->source, sizeof one);
	memcpy(&other, &b->source, sizeof other);
	CU_ASSERT_TRUE(a->packets == b->packets && a->nothers == b->nothers && a->more_ssrcs == b->more_ssrcs);
	CU_ASSERT_EQUAL(memcmp(mcd_rtp_disorder(&a->source), mcd_rtp_disorder(&b->source), sizeof *a->source.disorder), 0);
	one.disorder = other.disorder = NULL;
	CU_ASSERT_EQUAL(memcmp(&one, &other, sizeof one), 0);
	CU_ASSERT_EQUAL(memcmp(a->payload_types, b->payload_types, sizeof a->payload_types), 0);
}

static void compare_ts(const struct mcd_ts_seen *a, const struct mcd_ts_seen *b)
{
	CU_ASSERT_EQUAL_FATAL(!a, !b);
	if (!a)
		return;
	CU_ASSERT_TRUE(a->packets == b->packets && a->errors == b->errors && a->transport_errors == b->transport_errors);
	CU_ASSERT_TRUE(a->datagrams == b->datagrams && a->cut == b->cut);
	CU_ASSERT_EQUAL_FATAL(a->npids, b->npids);
	CU_ASSERT_TRUE(a->npids == 0 || memcmp(a->pids, b->pids, a->npids * sizeof *a->pids) == 0);
}

/* Returns whether frames of the second were told by their headers. */
static bool compare(const struct mcd_stream *a, const struct mcd_stream *b)
{
	const struct mcd_stream one = without_differences(a), other = without_differences(b);

	CU_ASSERT_EQUAL(memcmp(&one, &other, sizeof one), 0);
	CU_ASSERT_EQUAL(memcmp(mcd_stream_rare(a), mcd_stream_rare(b), sizeof *a->rare), 0);
	CU_ASSERT_EQUAL(a->steady.link[0], 0);
	compare_rtp(a->rtp, b->rtp);
	compare_ts(a->ts, b->ts);
	return b->steady.link[0] != 0;
}

static void same_as_decoded(void)
{
	struct lab asked, other;
	struct frame frame;
	uint32_t seed = 1;
	size_t told = 0;

	lab_init(&asked);
	lab_init(&other);
	other.request.ngroups = 0;
	for (unsigned n = 1; n <= FRAMES; n++) {
		make_frame(&asked, &frame, &seed, n);
		asked.now_ns = other.now_ns = asked.now_ns + (int64_t)roll(&seed, 4) * LAB_MS - LAB_MS;
		lab_see(&asked, ETH0, &frame);
		lab_see(&other, ETH0, &frame);
	}
	CU_ASSERT_EQUAL(memcmp(&lab_nic(&asked, ETH0)->capture, &lab_nic(&other, ETH0)->capture, sizeof(struct mcd_nic_capture)), 0);
	CU_ASSERT_EQUAL_FATAL(lab_nic(&asked, ETH0)->streams.count, lab_nic(&other, ETH0)->streams.count);
	for (size_t i = 0; i < lab_nic(&asked, ETH0)->streams.count; i++)
		if (lab_stream(&asked, ETH0, i)->accepted)
			told += compare(lab_stream(&asked, ETH0, i), lab_stream(&other, ETH0, i));
	CU_ASSERT_TRUE(told >= 4);
	other.request.ngroups = LAB_GROUPS;
	lab_fini(&asked);
	lab_fini(&other);
}

const struct unit_test lab_steady_tests[] = {
	{ "the same as decoded", same_as_decoded },
	{ NULL, NULL },
};
