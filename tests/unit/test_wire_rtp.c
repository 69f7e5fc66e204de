/* SPDX-License-Identifier: ISC */
/* RTP and MPEG-2 transport streams. */
#include <config.h>

#include "test_wire.h"

#include "wire/mpegts.h"
#include "wire/rtp.h"

#include <stdlib.h>
#include <string.h>

static bool next_ts(struct mcd_cursor *c, struct mcd_ts *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, MCD_TS_PACKET);

	if (p)
		mcd_ts_decode(p, out);
	return p != NULL;
}

/* Version 2, padding, extension, two CSRCs; marker, type 33. */
static const uint8_t rtp_packet[] = {
	0xb2, 0xa1, 0xfe, 0xdc, 0x89, 0xab, 0xcd, 0xef, 0xc0, 0xff, 0xee, 0x01, 0x00, 0x00, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x0b, /* CSRCs */
	0xbe, 0xde, 0x00, 0x01, 0x10, 0xaa, 0x00, 0x00, /* extension of one word */
	0x68, 0x65, 0x6c, 0x6c, 0x6f,			/* "hello" */
	0x00, 0x00, 0x03,				/* three octets of padding */
};

enum { RTP_HEADERS = 28 };

static bool decode_rtp(const uint8_t *data, size_t length, bool cut, struct mcd_rtp *out)
{
	return mcd_rtp_decode(mcd_cursor_of(data, length, cut), out);
}

static void rtp_every_field(void)
{
	struct mcd_rtp rtp = { .ssrc = 0 };

	CU_ASSERT_TRUE_FATAL(decode_rtp(rtp_packet, sizeof rtp_packet, false, &rtp));
	CU_ASSERT_TRUE(rtp.payload_type == 33 && rtp.marker && rtp.sequence == 0xfedc);
	CU_ASSERT_TRUE(rtp.timestamp == 0x89abcdef && rtp.ssrc == 0xc0ffee01);
	CU_ASSERT_TRUE(mcd_cursor_left(&rtp.payload) == 5 && memcmp(rtp.payload.at, "hello", 5) == 0 && !rtp.payload.cut);
}

static void rtp_forms(void)
{
	uint8_t bytes[sizeof rtp_packet], largest[12 + 15 * 4 + 4] = { 0 };
	struct mcd_rtp rtp;

	for (unsigned first = 0; first < 256; first++) { /* every version, flag and count */
		const bool padding = first & 0x20, extension = first & 0x10;
		const size_t header = 12 + (first & 15) * 4 + (extension ? 4 : 0);

		largest[0] = (uint8_t)first; /* padding counts 0 there, so with it none is RTP */
		CU_ASSERT_EQUAL(decode_rtp(largest, sizeof largest, false, &rtp), first >> 6 == 2 && !padding);
		CU_ASSERT_EQUAL(decode_rtp(largest, header, false, &rtp), first >> 6 == 2 && !padding);
		CU_ASSERT_FALSE(decode_rtp(largest, header - 1, false, &rtp));
		CU_ASSERT_FALSE(decode_rtp(largest, header - 1, true, &rtp));
	}
	for (unsigned type = 0; type < 256; type++) { /* 200 to 204 are RTCP's */
		memcpy(bytes, rtp_packet, sizeof bytes);
		bytes[1] = (uint8_t)type;
		CU_ASSERT_EQUAL(decode_rtp(bytes, sizeof bytes, false, &rtp), (type & 127) < 72 || (type & 127) > 76);
	}
}

static void rtp_padding(void)
{
	uint8_t bytes[sizeof rtp_packet];
	struct mcd_rtp rtp;

	memcpy(bytes, rtp_packet, sizeof bytes);
	bytes[sizeof bytes - 1] = 8;
	CU_ASSERT_TRUE(decode_rtp(bytes, sizeof bytes, false, &rtp) && mcd_cursor_left(&rtp.payload) == 0);
	bytes[sizeof bytes - 1] = 9;
	CU_ASSERT_FALSE(decode_rtp(bytes, sizeof bytes, false, &rtp));
	CU_ASSERT_TRUE(decode_rtp(bytes, sizeof bytes, true, &rtp) && mcd_cursor_left(&rtp.payload) == 8 && rtp.payload.cut);
	bytes[sizeof bytes - 1] = 0;
	CU_ASSERT_FALSE(decode_rtp(bytes, sizeof bytes, false, &rtp));
}

static void rtp_every_prefix(void)
{
	for (size_t n = 0; n < sizeof rtp_packet; n++)
		for (int cut = 0; cut <= 1; cut++) {
			unsigned char *copy = unit_exact(rtp_packet, n);
			struct mcd_rtp rtp;
			bool is = decode_rtp(copy, n, cut, &rtp);

			if (cut || n <= RTP_HEADERS) {
				CU_ASSERT_EQUAL(is, n >= RTP_HEADERS && cut);
			}
			if (is) {
				CU_ASSERT_TRUE(rtp.payload.at >= copy && rtp.payload.end <= copy + n && rtp.payload.at <= rtp.payload.end);
			}
			free(copy);
		}
}

/* RFC 3551, 6. */
static void rtp_clocks(void)
{
	CU_ASSERT_EQUAL(mcd_rtp_clock(0), 8000);
	CU_ASSERT_EQUAL(mcd_rtp_clock(6), 16000);
	CU_ASSERT_EQUAL(mcd_rtp_clock(9), 8000);
	CU_ASSERT_EQUAL(mcd_rtp_clock(11), 44100);
	CU_ASSERT_EQUAL(mcd_rtp_clock(33), 90000);
	CU_ASSERT_EQUAL(mcd_rtp_clock(34), 90000);
	CU_ASSERT_TRUE(mcd_rtp_clock(1) == 0 && mcd_rtp_clock(27) == 0 && mcd_rtp_clock(35) == 0 && mcd_rtp_clock(96) == 0 &&
		       mcd_rtp_clock(255) == 0);
}

/* Three packets: payload alone; adaptation field with PCR and payload; adaptation field alone, of no octet. */
static void fill_ts(uint8_t ts[3 * MCD_TS_PACKET])
{
	memset(ts, 0x47, 3 * MCD_TS_PACKET); /* the sync octet may stand anywhere */
	memcpy(ts, (const uint8_t[]){ 0x47, 0x41, 0x00, 0x1a }, 4);
	memcpy(ts + MCD_TS_PACKET, (const uint8_t[]){ 0x47, 0x9f, 0xff, 0x3f, 0x07, 0x90 }, 6);
	memcpy(ts + (size_t)2 * MCD_TS_PACKET, (const uint8_t[]){ 0x47, 0x00, 0x11, 0x20, 0x00, 0xff }, 6);
}

static void ts_every_field(void)
{
	uint8_t bytes[3 * MCD_TS_PACKET];
	struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, false);
	struct mcd_ts ts;

	fill_ts(bytes);
	CU_ASSERT_TRUE_FATAL(mcd_ts_is(c));
	CU_ASSERT_TRUE(next_ts(&c, &ts) && ts.pid == 0x100 && ts.counter == 10 && ts.has_payload);
	CU_ASSERT_FALSE(ts.error || ts.discontinuity || ts.has_pcr);
	CU_ASSERT_TRUE(next_ts(&c, &ts) && ts.pid == MCD_TS_NULL_PID && ts.counter == 15 && ts.has_payload);
	CU_ASSERT_TRUE(ts.error && ts.discontinuity && ts.has_pcr);
	CU_ASSERT_TRUE(next_ts(&c, &ts) && ts.pid == 0x11 && ts.counter == 0 && !ts.has_payload);
	CU_ASSERT_FALSE(ts.error || ts.discontinuity || ts.has_pcr);
	CU_ASSERT_FALSE(next_ts(&c, &ts));
}

/* A field that reaches out of the packet says nothing, and one of less than seven octets holds no PCR. */
static void ts_adaptation(void)
{
	uint8_t bytes[MCD_TS_PACKET] = { 0x47, 0, 0, 0x30, 0, 0x90 };
	struct mcd_ts ts;

	for (unsigned length = 0; length < 256; length++) {
		struct mcd_cursor c = mcd_cursor_of(bytes, sizeof bytes, false);

		bytes[4] = (uint8_t)length;
		CU_ASSERT_TRUE(next_ts(&c, &ts));
		CU_ASSERT_EQUAL(ts.discontinuity, length >= 1 && length <= 183);
		CU_ASSERT_EQUAL(ts.has_pcr, length >= 7 && length <= 183);
	}
}

static void ts_every_prefix(void)
{
	uint8_t bytes[3 * MCD_TS_PACKET];

	fill_ts(bytes);
	for (size_t n = 0; n <= sizeof bytes; n++)
		for (int cut = 0; cut <= 1; cut++) {
			unsigned char *copy = unit_exact(bytes, n);
			struct mcd_cursor c = mcd_cursor_of(copy, n, cut);
			struct mcd_ts ts;
			size_t count = 0;

			CU_ASSERT_EQUAL(mcd_ts_is(c), cut ? n >= 4 : n > 0 && n % MCD_TS_PACKET == 0);
			while (next_ts(&c, &ts))
				count++;
			CU_ASSERT_EQUAL(count, n / MCD_TS_PACKET);
			free(copy);
		}
	bytes[2 * MCD_TS_PACKET] = 0x46;
	CU_ASSERT_FALSE(mcd_ts_is(mcd_cursor_of(bytes, sizeof bytes, false)));
	CU_ASSERT_TRUE(mcd_ts_is(mcd_cursor_of(bytes, 2 * MCD_TS_PACKET, true)));
	CU_ASSERT_FALSE(mcd_ts_is(mcd_cursor_of(bytes, 2 * MCD_TS_PACKET + 1, true)));
}

/* Each sync byte counts, also of as many packets as a datagram usually has. */
static void ts_every_sync(void)
{
	enum { MOST = 8 };
	uint8_t bytes[MOST * MCD_TS_PACKET] = { 0 };

	for (size_t i = 0; i < MOST; i++)
		bytes[i * MCD_TS_PACKET] = 0x47;
	for (size_t n = 1; n <= MOST; n++) {
		const struct mcd_cursor c = mcd_cursor_of(bytes, n * MCD_TS_PACKET, false);

		CU_ASSERT_TRUE(mcd_ts_is(c));
		CU_ASSERT_EQUAL(mcd_ts_count(&c), n);
		for (size_t i = 0; i < MOST; i++) {
			bytes[i * MCD_TS_PACKET] = 0x46;
			CU_ASSERT_EQUAL(mcd_ts_is(c), i >= n);
			bytes[i * MCD_TS_PACKET] = 0x47;
		}
	}
}

/* The header due next is that of the counter one up, modulo 16. */
static void ts_next(void)
{
	for (uint32_t counter = 0; counter < 16; counter++)
		CU_ASSERT_EQUAL(mcd_ts_next(mcd_ts_plain(0x1abc, counter)), mcd_ts_plain(0x1abc, counter + 1));
}

const struct unit_test wire_rtp_tests[] = {
	{ "every field", rtp_every_field }, { "every first and second octet", rtp_forms },
	{ "padding", rtp_padding },	    { "every prefix", rtp_every_prefix },
	{ "clock rates", rtp_clocks },	    { NULL, NULL },
};

const struct unit_test wire_mpegts_tests[] = {
	{ "every field", ts_every_field },
	{ "adaptation fields", ts_adaptation },
	{ "every prefix", ts_every_prefix },
	{ "every sync byte", ts_every_sync },
	{ "the next counter", ts_next },
	{ NULL, NULL },
};
