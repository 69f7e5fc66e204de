/* SPDX-License-Identifier: ISC */
/* RTP in one stream: what its sequence numbers and timestamps say, source by source (RFC 3550, 6.4.1, A.1, A.3, A.8). The usual packet,
 * the next one of the same source, is noted in one straight line; all others take the long way. */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/tables.h"
#include "wire/rtp.h"

#include <stdlib.h>

#define NS_PER_S INT64_C(1000000000)

enum {
	TRIALS = 16,	       /* a stream that has not begun as RTP by then is none */
	LEAST_LEAP = 3000,     /* a step that may be of a sender that begins anew (MAX_DROPOUT of RFC 3550, A.1) */
	LEAP_TIMES = 4,	       /* and is, when that many times fewer were due in the time */
	STRIDE = 32,	       /* the longest step of a stream of which every second packet or so is dropped */
	FIRST_CYCLE = 0x10000, /* so that what comes before the first number is no wrap below zero */
	HALF = 0x8000,
	WINDOW = 64,
	LONGEST_SILENCE_S = 10, /* between two packets whose timestamps are compared */
};

static const int64_t close_ns = 1000000; /* between two copies of one packet that a mirror makes, or two packets that a host takes in at once */

static const int64_t least_span_ns = 200000000; /* of a stream before its clock is told from its times */

/* Clock rates that are in use (RFC 3551; AES67; ST 2110), Hz. */
static const uint32_t clocks[] = { 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 90000, 96000, 192000 };

static void set_clock(struct mcd_rtp_source *r, uint32_t hz)
{
	r->clock_hz = hz;
	r->tick_q16 = (NS_PER_S << 16) / hz;
}

/* A payload type whose clock is agreed on elsewhere: what the timestamps and the times of arrival say together, to one part in forty. */
static void tell_clock(struct mcd_rtp_source *r, uint32_t timestamp, int64_t when_ns)
{
	const int64_t span = when_ns - r->first_ns;
	const int64_t ticks = (int32_t)(timestamp - r->first_timestamp);

	if (span < least_span_ns || ticks <= 0 || span > LONGEST_SILENCE_S * NS_PER_S)
		return;
	for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
		int64_t due = span / 1000 * clocks[i] / 1000000, off = ticks > due ? ticks - due : due - ticks;

		if (off * 40 < due)
			set_clock(r, clocks[i]);
	}
}

/* A step of the clock that is a jump, or a silence, tells nothing of the way here. */
static inline bool is_jump(const struct mcd_rtp_source *r, int64_t ticks, int64_t passed)
{
	const int64_t most = (int64_t)r->clock_hz * LONGEST_SILENCE_S;

	return ticks >= most || ticks <= -most || (uint64_t)passed >= LONGEST_SILENCE_S * NS_PER_S; /* or time went back */
}

static inline void note_jitter(struct mcd_rtp_source *r, uint32_t timestamp, int64_t when_ns)
{
	const int64_t ticks = (int32_t)(timestamp - r->timestamp), passed = when_ns - r->last_ns;

	if (r->clock_hz && !is_jump(r, ticks, passed)) {
		const int64_t late = passed - ((ticks * r->tick_q16) >> 16);
		const uint64_t moved = (uint64_t)(late < 0 ? -late : late);

		r->jitter_16 += moved - ((r->jitter_16 + 8) >> 4);
		if (passed < close_ns || ticks <= 0)
			r->unpaced++;
		else
			r->moved_ns += moved;
	}
	r->timestamp = timestamp;
	r->last_ns = when_ns;
}

static inline void note_type(struct mcd_rtp_seen *rtp, uint8_t payload_type)
{
	rtp->payload_types[payload_type / 64] |= UINT64_C(1) << payload_type % 64;
}

static inline void note_next(struct mcd_rtp_source *r)
{
	r->window = r->window << 1 | 1;
	r->highest++;
	r->unique++;
	r->advances++;
}

/* The row of it, made when there is none; NULL when there is no room. */
static struct mcd_rtp_disorder *disorder_of(const struct mcd_sight *sight, struct mcd_rtp_source *r)
{
	if (!r->disorder && mcd_hold(&sight->evidence->held.disorders, 1, MCD_MAX_RARES))
		r->disorder = calloc(1, sizeof *r->disorder);
	if (!r->disorder)
		mcd_omit(sight->nic, MCD_OMITTED_PAYLOADS);
	return r->disorder;
}

static void note_forward(struct mcd_rtp_source *r, uint16_t step)
{
	struct mcd_rtp_disorder *d = r->disorder;

	if (step > d->largest_gap + 1)
		d->largest_gap = (uint16_t)(step - 1);
	d->gaps++;
	d->gap_packets += step - 1u;
	d->strides += step <= STRIDE;
	r->window = step < WINDOW ? r->window << step | 1 : 1;
	r->highest += step;
	r->unique++;
}

/* More numbers left out than the sender can have sent since the last packet. */
static bool is_leap(const struct mcd_rtp_source *r, uint16_t step, int64_t when_ns)
{
	const int64_t span = r->last_ns - r->first_ns, passed = when_ns - r->last_ns;
	const int64_t period = span / (int64_t)r->unique;

	return step >= LEAST_LEAP && period > 0 && passed >= 0 && passed / period < step / LEAP_TIMES;
}

/* It goes on where it was before it seemed to begin anew: two copies of the stream come, one much later than the other. */
static bool is_return(const struct mcd_rtp_source *r, uint16_t sequence)
{
	const uint16_t step = (uint16_t)(sequence - r->disorder->left);

	return r->disorder->has_left && step >= 1 && step < WINDOW;
}

/* Its times and timestamps too: they are told from the packet before this one on. */
static void forget_start(struct mcd_rtp_source *r)
{
	r->first_ns = r->last_ns;
	r->first_timestamp = r->timestamp;
	r->disorder->stray_at = 0;
}

/* The sender begins anew, with another number, ahead of the last. */
static void leap(struct mcd_rtp_source *r, uint16_t sequence)
{
	r->disorder->lost_before += (uint32_t)mcd_rtp_missing(r);
	r->highest = r->lowest = FIRST_CYCLE + sequence;
	r->unique = r->window = 1;
	forget_start(r);
}

/* The sender begins anew with the packet before this one, whose number is SEQUENCE; COUNTED: that one is in `unique`. */
static void begin_anew(struct mcd_rtp_source *r, uint16_t sequence, bool counted)
{
	r->disorder->left = (uint16_t)r->highest;
	r->disorder->has_left = true;
	r->disorder->reordered--;
	r->unique -= counted;
	r->disorder->lost_before += (uint32_t)mcd_rtp_missing(r);
	r->highest = FIRST_CYCLE + sequence;
	r->lowest = r->highest - 1;
	r->unique = 2;
	r->window = 3;
	r->advances++;
	forget_start(r);
}

/* Far behind: very late; or the sender has begun anew, when the very next packet goes on from there (RFC 3550, A.1). */
static void note_stray(struct mcd_rtp_seen *rtp, uint16_t sequence, uint16_t back)
{
	struct mcd_rtp_source *r = &rtp->source;
	struct mcd_rtp_disorder *d = r->disorder;
	const uint64_t number = r->highest - back;

	if (d->stray_at != 0 && (uint32_t)rtp->packets == d->stray_at + 1 && sequence == (uint16_t)(d->stray + 1)) {
		begin_anew(r, sequence, number - 1 >= r->lowest);
		return;
	}
	d->stray_at = (uint32_t)rtp->packets;
	d->stray = sequence;
	d->reordered++;
	r->unique += number >= r->lowest;
}

/* False when it came before. */
static bool note_back(struct mcd_rtp_seen *rtp, const struct mcd_rtp *packet, uint16_t back, int64_t when_ns)
{
	struct mcd_rtp_source *r = &rtp->source;
	const uint64_t number = r->highest - back;

	if (back >= WINDOW) {
		note_stray(rtp, packet->sequence, back);
		return true;
	}
	if (r->window >> back & 1) {
		r->disorder->duplicated++;
		r->disorder->doubled += back == 0 && packet->timestamp == r->timestamp && when_ns >= r->last_ns && when_ns - r->last_ns < close_ns;
		return false;
	}
	r->disorder->reordered++;
	r->window |= UINT64_C(1) << back;
	r->unique++;
	if (number < r->lowest)
		r->lowest = number;
	return true;
}

static void begin(struct mcd_rtp_source *r, const struct mcd_rtp *packet, int64_t when_ns)
{
	const uint32_t clock = mcd_rtp_clock(packet->payload_type);

	*r = (struct mcd_rtp_source){
		.highest = FIRST_CYCLE + packet->sequence,
		.lowest = FIRST_CYCLE + packet->sequence,
		.unique = 1,
		.window = 1,
		.first_ns = when_ns,
		.last_ns = when_ns,
		.ssrc = packet->ssrc,
		.first_timestamp = packet->timestamp,
		.timestamp = packet->timestamp,
	};
	if (clock)
		set_clock(r, clock);
}

/* Make the source SSRC the one at hand. True when it was seen before; a new one takes the place of the last when there are too many. */
static bool change_source(const struct mcd_sight *sight, struct mcd_rtp_seen *rtp, uint32_t ssrc)
{
	struct mcd_rtp_source last = rtp->source;

	for (uint32_t i = 0; i < rtp->nothers; i++)
		if (rtp->others[i].ssrc == ssrc) {
			rtp->source = rtp->others[i];
			rtp->others[i] = last;
			return true;
		}
	if (!rtp->others)
		rtp->others = calloc(MCD_SSRCS - 1, sizeof *rtp->others);
	if (rtp->others && rtp->nothers < MCD_SSRCS - 1) {
		rtp->others[rtp->nothers++] = last;
	} else {
		rtp->more_ssrcs++;
		free(last.disorder);
		if (!rtp->others)
			mcd_omit(sight->nic, MCD_OMITTED_PAYLOADS);
	}
	return false;
}

/* A number that is not the next: STEP is from the highest to it. False when the packet came before. */
static bool note_step(const struct mcd_sight *sight, struct mcd_rtp_seen *rtp, const struct mcd_rtp *packet, uint16_t step)
{
	struct mcd_rtp_source *r = &rtp->source;
	const bool ahead = step != 0 && step < HALF;

	if (!disorder_of(sight, r))
		return true;
	if (!ahead)
		return note_back(rtp, packet, (uint16_t)-step, sight->when_ns);
	if (is_leap(r, step, sight->when_ns) || is_return(r, packet->sequence))
		leap(r, packet->sequence);
	else
		note_forward(r, step);
	return true;
}

/* False when the packet came before. */
static bool note(const struct mcd_sight *sight, struct mcd_rtp_seen *rtp, const struct mcd_rtp *packet)
{
	struct mcd_rtp_source *r = &rtp->source;
	bool known = rtp->packets++ > 0 && (r->ssrc == packet->ssrc || change_source(sight, rtp, packet->ssrc));
	uint16_t step = (uint16_t)(packet->sequence - (uint16_t)r->highest);
	bool news = true;

	if (!known)
		begin(r, packet, sight->when_ns);
	else if (step == 1)
		note_next(r);
	else
		news = note_step(sight, rtp, packet, step);
	if (known && r->clock_hz == 0)
		tell_clock(r, packet->timestamp, sight->when_ns);
	if (known)
		note_jitter(r, packet->timestamp, sight->when_ns);
	note_type(rtp, packet->payload_type);
	return news;
}

/* False when it is none, having begun as something else, or memory is out. */
static bool try_rtp(const struct mcd_sight *sight, struct mcd_stream *s)
{
	if (s->packets > TRIALS)
		return false;
	s->rtp = calloc(1, sizeof *s->rtp);
	if (!s->rtp)
		mcd_omit(sight->nic, MCD_OMITTED_PAYLOADS);
	return s->rtp;
}

/* Out of line, so that the usual packet saves no registers for it. */
__attribute__((noinline)) static bool observe_any(const struct mcd_sight *sight, struct mcd_stream *s, struct mcd_cursor *payload, bool *again)
{
	struct mcd_rtp packet;

	if (!mcd_rtp_decode(*payload, &packet) || (!s->rtp && !try_rtp(sight, s)))
		return false;
	*payload = packet.payload;
	*again = !note(sight, s->rtp, &packet);
	return true;
}

/* Whether the packet at P is the next one of the source at hand, its clock known, and has nothing between the fixed header and what it carries. */
static inline bool is_next(const struct mcd_rtp_source *r, const uint8_t *p)
{
	return p[0] == MCD_RTP_PLAIN && mcd_load32(p + 8) == r->ssrc && mcd_load16(p + 2) == (uint16_t)(r->highest + 1) && r->clock_hz &&
	       mcd_rtp_has_type(p);
}

bool mcd_rtp_observe(const struct mcd_sight *sight, struct mcd_stream *s, struct mcd_cursor *payload, bool *again)
{
	const uint8_t *p = mcd_cursor_ahead(payload, MCD_RTP_HEADER);
	struct mcd_rtp_seen *rtp = s->rtp;

	if (!rtp || !p || !is_next(&rtp->source, p))
		return observe_any(sight, s, payload, again);
	rtp->packets++;
	note_next(&rtp->source);
	note_jitter(&rtp->source, mcd_load32(p + 4), sight->when_ns);
	note_type(rtp, p[1] & MCD_RTP_TYPE);
	payload->at += MCD_RTP_HEADER;
	*again = false;
	return true;
}

void mcd_rtp_fini(struct mcd_stream *s)
{
	if (!s->rtp)
		return;
	for (uint32_t i = 0; i < s->rtp->nothers; i++)
		free(s->rtp->others[i].disorder);
	free(s->rtp->source.disorder);
	free(s->rtp->others);
	free(s->rtp);
	s->rtp = NULL;
}
