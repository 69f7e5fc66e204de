/* SPDX-License-Identifier: ISC */
/* What the RTP that was seen in a stream says in all: whether it is that, what is missing, how even it comes. */
#include <config.h>

#include "evidence/tables.h"

enum {
	LEAST_PACKETS = 4,    /* fewer prove nothing */
	STEPS_PERCENT = 25,   /* of the steps have to be of one number; or */
	STRIDES_PERCENT = 60, /* of one or a few, where the timestamps keep time: every second packet may be dropped */
	AGAIN_PERCENT = 75,   /* of the packets may be repeats: a mirror shows each twice or thrice */
	NOT_A_SHARE = 20,     /* one datagram in that many may be something else: RTCP, a keep-alive */
};

const struct mcd_rtp_disorder *mcd_rtp_disorder(const struct mcd_rtp_source *source)
{
	static const struct mcd_rtp_disorder none;

	return source->disorder ? source->disorder : &none;
}

uint64_t mcd_rtp_missing(const struct mcd_rtp_source *r)
{
	const uint64_t due = r->highest - r->lowest + 1;

	return due > r->unique ? due - r->unique : 0;
}

/* Whether the timestamps go with the times of arrival, to a quarter of what is between two packets. */
static bool keeps_time(const struct mcd_rtp_source *r)
{
	return r->clock_hz && (int64_t)(r->jitter_16 / 16) < (r->last_ns - r->first_ns) / (int64_t)r->unique / 4;
}

/* Whether the numbers go up as those of a stream do, some of which may be lost. */
static bool goes_on(const struct mcd_rtp_source *last, uint64_t advances, uint64_t strides, uint64_t steps)
{
	return advances * 100 >= steps * STEPS_PERCENT || ((advances + strides) * 100 >= steps * STRIDES_PERCENT && keeps_time(last));
}

bool mcd_stream_is_rtp(const struct mcd_stream *stream)
{
	const struct mcd_rtp_seen *rtp = stream->rtp;
	uint64_t advances, strides, again, sources, steps;

	if (!rtp || rtp->packets < LEAST_PACKETS || (stream->packets - mcd_stream_rare(stream)->unpacked - rtp->packets) * NOT_A_SHARE > stream->packets)
		return false;
	sources = 1 + rtp->nothers + (uint64_t)rtp->more_ssrcs;
	advances = rtp->source.advances;
	strides = mcd_rtp_disorder(&rtp->source)->strides;
	again = mcd_rtp_disorder(&rtp->source)->duplicated;
	for (uint32_t i = 0; i < rtp->nothers; i++) {
		advances += rtp->others[i].advances;
		strides += mcd_rtp_disorder(&rtp->others[i])->strides;
		again += mcd_rtp_disorder(&rtp->others[i])->duplicated;
	}
	if (rtp->packets <= sources + again || again * 100 > rtp->packets * AGAIN_PERCENT)
		return false;
	steps = rtp->packets - sources - again;
	return goes_on(&rtp->source, advances, strides, steps) && sources <= (rtp->packets / 10 > 3 ? rtp->packets / 10 : 3);
}

static void add_source(struct mcd_sequence *out, const struct mcd_rtp_source *r)
{
	const struct mcd_rtp_disorder *d = mcd_rtp_disorder(r);
	const int64_t jitter = (int64_t)(r->jitter_16 / 16);

	out->lost += d->lost_before + mcd_rtp_missing(r);
	out->reordered += d->reordered;
	out->duplicated += d->duplicated;
	out->doubled += d->doubled;
	out->gaps += d->gaps;
	out->gap_packets += d->gap_packets;
	if (d->largest_gap > out->largest_gap)
		out->largest_gap = d->largest_gap;
	if (r->clock_hz && jitter > out->jitter_ns)
		out->jitter_ns = jitter;
}

bool mcd_stream_rtp(const struct mcd_stream *stream, struct mcd_sequence *out)
{
	*out = (struct mcd_sequence){ .jitter_ns = -1 };
	if (!mcd_stream_is_rtp(stream))
		return false;
	add_source(out, &stream->rtp->source);
	for (uint32_t i = 0; i < stream->rtp->nothers; i++)
		add_source(out, &stream->rtp->others[i]);
	out->came = stream->rtp->packets > out->duplicated ? stream->rtp->packets - out->duplicated : 0;
	return true;
}

/* Whether the timestamps went on as far as the clock did, to one part in twenty. */
static bool keeps_clock(const struct mcd_rtp_source *r)
{
	const int64_t due = (r->last_ns - r->first_ns) / 1000 * r->clock_hz / 1000000;
	const int64_t off = (int32_t)(r->timestamp - r->first_timestamp - (uint32_t)due);

	return due > 0 && (off < 0 ? -off : off) <= (due < INT32_MAX ? due : INT32_MAX) / 20;
}

bool mcd_stream_evenness(const struct mcd_stream *stream, struct mcd_evenness *out)
{
	enum { UNPACED_PERCENT = 10 };
	const struct mcd_rtp_seen *rtp = stream->rtp;
	const struct mcd_rtp_source *r;
	uint64_t late;

	if (!mcd_stream_is_rtp(stream) || rtp->nothers || rtp->more_ssrcs)
		return false;
	r = &rtp->source;
	late = (uint64_t)mcd_rtp_disorder(r)->reordered + mcd_rtp_disorder(r)->duplicated; /* whose timestamps have to be earlier, or the same */
	if (!r->clock_hz || !keeps_clock(r) || (r->unpaced > late ? r->unpaced - late : 0) * 100 > rtp->packets * UNPACED_PERCENT)
		return false;
	*out = (struct mcd_evenness){
		.pace_ns = (stream->last_ns - stream->first_ns) / (int64_t)rtp->packets,
		.moved_ns = rtp->packets > r->unpaced ? (int64_t)(r->moved_ns / (rtp->packets - r->unpaced)) : 0,
		.packets = rtp->packets,
	};
	return true;
}
