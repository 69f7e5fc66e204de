/* SPDX-License-Identifier: ISC */
/* MPEG-2 transport stream packets (ISO/IEC 13818-1, 2.4.3): 188 octets each, usually seven to a datagram, bare or in RTP (RFC 2250). */
#ifndef MCD_WIRE_MPEGTS_H
#define MCD_WIRE_MPEGTS_H

#include "wire/cursor.h"

#include <stdbool.h>
#include <stdint.h>

enum { MCD_TS_PACKET = 188, MCD_TS_HEADER = 4, MCD_TS_USUAL = 7 /* packets of a datagram */, MCD_TS_SYNC = 0x47, MCD_TS_NULL_PID = 0x1fff };

struct mcd_ts {
	uint16_t pid;
	uint8_t counter;	/* continuity_counter, 0..15 */
	bool error;		/* transport_error_indicator */
	bool has_payload;	/* only then does the counter go up */
	bool discontinuity;	/* discontinuity_indicator: the counter may jump here */
	bool has_pcr;
};

/* The whole packets that PAYLOAD has room for. */
static inline size_t mcd_ts_count(const struct mcd_cursor *payload)
{
	const size_t left = mcd_cursor_left(payload);

	return left == (size_t)MCD_TS_USUAL * MCD_TS_PACKET ? MCD_TS_USUAL : left / MCD_TS_PACKET; /* spares the division */
}

/* Whether MCD_TS_USUAL packets at P each begin with the sync byte: without a loop, since it is asked of nearly every datagram. */
static inline bool mcd_ts_is_usual(const uint8_t *p)
{
	enum { STEP = MCD_TS_PACKET };

	return p[0] == MCD_TS_SYNC && p[STEP] == MCD_TS_SYNC && p[2 * STEP] == MCD_TS_SYNC && p[3 * STEP] == MCD_TS_SYNC &&
	       p[4 * STEP] == MCD_TS_SYNC && p[5 * STEP] == MCD_TS_SYNC && p[6 * STEP] == MCD_TS_SYNC;
}

/* Whether PAYLOAD is one or more whole transport stream packets and nothing else: each begins with 0x47. Of one that the capture cut, what is
 * there must be so, and the first header be there. */
static inline bool mcd_ts_is(struct mcd_cursor payload)
{
	const size_t left = mcd_cursor_left(&payload);
	size_t at = 0;

	if (payload.bad || left < MCD_TS_HEADER)
		return false;
	if (left == (size_t)MCD_TS_USUAL * MCD_TS_PACKET)
		return mcd_ts_is_usual(payload.at);
	for (; at < left; at += MCD_TS_PACKET)
		if (payload.at[at] != MCD_TS_SYNC)
			return false;
	return at == left || payload.cut;
}

/* Decode the MCD_TS_PACKET octets at P. */
void mcd_ts_decode(const uint8_t *p, struct mcd_ts *out);

/* The PID of the packet at P. */
static inline uint16_t mcd_ts_pid(const uint8_t *p)
{
	return mcd_load16(p + 1) & 0x1fff;
}

/* The first four octets, as a number, of a plain packet: sync byte, no error, payload and no adaptation field; COUNTER is taken modulo 16. */
static inline uint32_t mcd_ts_plain(uint16_t pid, uint32_t counter)
{
	return UINT32_C(0x47000010) | (uint32_t)pid << 8 | (counter & 0x0f);
}

/* The header of the next plain packet behind the one with PLAIN. */
static inline uint32_t mcd_ts_next(uint32_t plain)
{
	return plain ^ ((plain ^ (plain + 1)) & 0x0f);
}

/* Whether the packet at P has the header PLAIN, whatever its unit start, priority and scrambling bits are. */
static inline bool mcd_ts_is_plain(const uint8_t *p, uint32_t plain)
{
	return ((mcd_load32(p) ^ plain) & UINT32_C(0xff9fff3f)) == 0;
}

#endif
