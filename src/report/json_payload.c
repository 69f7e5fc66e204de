/* SPDX-License-Identifier: ISC */
/* What the packets of a stream say of themselves: the keys of sequence and quality, `payload`, `rtp`, `mpeg_ts`. */
#include <config.h>

#include "report/json_streams.h"

#include <stdlib.h>

/* By sequence numbers; null without. */
static void put_quality(struct mcd_json *j, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	struct mcd_sequence q = { .jitter_ns = -1 };
	bool known = mcd_stream_sequence(nic, s, &q);

	mcd_json_known(j, "lost", known, q.lost);
	mcd_json_known(j, "reordered", known, q.reordered);
	mcd_json_known(j, "duplicated", known, q.duplicated);
	mcd_json_jitter(j, q.jitter_ns);
}

static const char *payload_name(const struct mcd_stream *s)
{
	if (s->ours || s->probes)
		return "mcdiag";
	if (mcd_stream_is_rtp(s))
		return "rtp";
	return mcd_stream_is_ts(s) ? "mpeg-ts" : "unknown";
}

static void put_rtp(struct mcd_json *j, const struct mcd_stream *s)
{
	const struct mcd_rtp_seen *rtp = s->rtp;
	struct mcd_sequence q;

	if (!mcd_stream_rtp(s, &q)) {
		mcd_json_null(j, "rtp");
		return;
	}
	mcd_json_object(j, "rtp");
	mcd_json_uint(j, "packets", rtp->packets);
	mcd_json_uint(j, "lost", q.lost);
	mcd_json_uint(j, "reordered", q.reordered);
	mcd_json_uint(j, "duplicated", q.duplicated);
	mcd_json_uint(j, "largest_gap", q.largest_gap);
	mcd_json_uint(j, "gaps", q.gaps);
	mcd_json_known(j, "clock_hz", rtp->source.clock_hz != 0, rtp->source.clock_hz);
	mcd_json_bits(j, "payload_types", rtp->payload_types, 128);
	mcd_json_array(j, "ssrcs");
	for (uint32_t i = 0; i < rtp->nothers; i++)
		mcd_json_uint(j, NULL, rtp->others[i].ssrc);
	mcd_json_uint(j, NULL, rtp->source.ssrc);
	mcd_json_end(j);
	mcd_json_uint(j, "ssrcs_omitted", rtp->more_ssrcs);
	mcd_json_end(j);
}

static int by_pid(const void *left, const void *right)
{
	const struct mcd_ts_pid *const *a = left, *const *b = right;

	return ((*a)->pid > (*b)->pid) - ((*a)->pid < (*b)->pid);
}

static void put_pids(struct mcd_json *j, const struct mcd_ts_seen *ts)
{
	const struct mcd_vec pids = { ts->pids, ts->npids, ts->room, sizeof *ts->pids };
	const void **sorted = mcd_sorted(j, &pids, by_pid);

	mcd_json_array(j, "pids");
	for (size_t i = 0; sorted && i < ts->npids; i++) {
		const struct mcd_ts_pid *pid = sorted[i];

		mcd_json_object(j, NULL);
		mcd_json_uint(j, "pid", pid->pid);
		mcd_json_uint(j, "packets", pid->packets);
		mcd_json_known(j, "continuity_errors", !ts->cut, pid->errors);
		mcd_json_bool(j, "pcr", pid->pcr);
		mcd_json_end(j);
	}
	mcd_json_end(j);
	free(sorted);
}

static void put_ts(struct mcd_json *j, const struct mcd_stream *s)
{
	if (!mcd_stream_is_ts(s)) {
		mcd_json_null(j, "mpeg_ts");
		return;
	}
	mcd_json_object(j, "mpeg_ts");
	mcd_json_uint(j, "packets", s->ts->packets);
	mcd_json_known(j, "continuity_errors", !s->ts->cut, s->ts->errors);
	mcd_json_uint(j, "transport_errors", s->ts->transport_errors);
	put_pids(j, s->ts);
	mcd_json_end(j);
}

void mcd_json_payload(struct mcd_json *j, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	put_quality(j, nic, s);
	mcd_json_plain(j, "payload", payload_name(s));
	put_rtp(j, s);
	put_ts(j, s);
}
