/* SPDX-License-Identifier: ISC */
/* What the numbers in a stream's packets say of its way here: loss, order, repeats. */
#include <config.h>

#include "diagnose/judge.h"

static unsigned long long ull(uint64_t n)
{
	return n;
}

/* What is not in the capture may have been lost by the capture. */
static void doubt(struct mcd_judge *j, struct mcd_finding *f)
{
	if (f && j->nic->capture.drops_unknown) {
		f->confidence = MCD_LIKELY;
		mcd_find_settle(f, "the file does not tell how many frames its capture lost: capture again and look at the count of drops");
	}
}

static void find_rtp_loss(struct mcd_judge *j, const struct mcd_stream *s, const struct mcd_sequence *q)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_STREAM_LOSS);

	mcd_find_summary(f, "%s of the stream from %s never came on %s, up to %llu in a row; %llu came", mcd_text_count(q->lost, "RTP packet").s,
			 mcd_text_addr(s->source).s, j->nic->iface->name, ull(q->largest_gap), ull(s->rtp->packets));
	doubt(j, f);
	f = mcd_found(j, MCD_STREAM_LOSS, j->nic, j->group);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns,
		      "from %s port %u to %s port %u: %s never came (RFC 3550, A.3); the stream begins here", mcd_text_addr(s->source).s,
		      s->source_port, mcd_text_addr(s->group).s, s->port, mcd_text_count(q->lost, "sequence number").s);
}

static void find_ts_loss(struct mcd_judge *j, const struct mcd_stream *s)
{
	const struct mcd_ts_pid *worst = NULL;
	struct mcd_finding *f;

	for (uint32_t i = 0; i < s->ts->npids; i++)
		if (!worst || s->ts->pids[i].errors > worst->errors)
			worst = &s->ts->pids[i];
	if (!worst || worst->errors == 0)
		return;
	f = mcd_find_group(j, MCD_STREAM_LOSS);
	mcd_find_summary(f, "The transport stream from %s on %s has %s in %s: some are missing or out of order", mcd_text_addr(s->source).s,
			 j->nic->iface->name, mcd_text_count(s->ts->errors, "continuity error").s, mcd_text_count(s->ts->packets, "packet").s);
	doubt(j, f);
	f = mcd_found(j, MCD_STREAM_LOSS, j->nic, j->group);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns,
		      "from %s port %u to %s port %u: PID %u has %s in %s; the stream begins here", mcd_text_addr(s->source).s, s->source_port,
		      mcd_text_addr(s->group).s, s->port, worst->pid, mcd_text_count(worst->errors, "continuity error").s,
		      mcd_text_count(worst->packets, "packet").s);
}

static void find_probe_loss(struct mcd_judge *j, const struct mcd_stream *s, const struct mcd_probe_seen *seen)
{
	const uint64_t lost = mcd_probes_lost(seen);
	struct mcd_finding *f = lost ? mcd_find_group(j, MCD_STREAM_LOSS) : NULL;

	mcd_find_summary(f, "%s of %s on %s never came on %s; %llu came", mcd_text_count(lost, "probe").s, seen->iface, seen->host,
			 j->nic->iface->name, ull(seen->packets));
	doubt(j, f);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "numbers %lu to %lu came from %s, %llu of them did not; the first came here",
		      (unsigned long)seen->first_sequence, (unsigned long)seen->last_sequence, mcd_text_addr(seen->source).s, ull(lost));
}

/* Whether the numbers are missing in longer runs than chance makes them: where each packet is lost for itself with the share that was lost here, a
 * run has all / came numbers on average. Late packets fill gaps that were counted, so that with many of them nothing is told. */
static bool is_in_bursts(const struct mcd_sequence *q)
{
	enum { LEAST_LOST = 10, LEAST_RUN = 3, TIMES_CHANCE = 3, LATE_PERCENT = 10 };

	if (q->lost < LEAST_LOST || q->gaps == 0 || q->came == 0 || q->reordered * 100 > q->gap_packets * LATE_PERCENT)
		return false;
	return q->gap_packets >= LEAST_RUN * q->gaps && q->gap_packets * q->came >= TIMES_CHANCE * q->gaps * (q->came + q->lost);
}

static void find_bursts(struct mcd_judge *j, const struct mcd_stream *s, const struct mcd_sequence *q)
{
	const uint64_t all = q->came + q->lost, tenths = q->gap_packets * 10 / q->gaps, chance = all * 10 / q->came;
	const int64_t pace = (s->last_ns - s->first_ns) / (int64_t)all;
	struct mcd_finding *f = mcd_find_group(j, MCD_STREAM_BURST_LOSS);

	mcd_find_summary(f, "What the stream from %s lost on %s went in bursts: %s in %s, the longest of %llu in a row (about %s of the stream)",
			 mcd_text_addr(s->source).s, j->nic->iface->name, mcd_text_count(q->lost, "packet").s, mcd_text_count(q->gaps, "gap").s,
			 ull(q->largest_gap), mcd_text_span(pace * (int64_t)q->largest_gap).s);
	doubt(j, f);
	f = mcd_found(j, MCD_STREAM_BURST_LOSS, j->nic, j->group);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns,
		      "from %s port %u: a gap is %llu.%llu packets long on average; as many lost one by one, by chance, would make it %llu.%llu",
		      mcd_text_addr(s->source).s, s->source_port, ull(tenths / 10), ull(tenths % 10), ull(chance / 10), ull(chance % 10));
}

static void find_order(struct mcd_judge *j, const struct mcd_stream *s, uint64_t count)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_STREAM_REORDERED);

	mcd_find_summary(f, "%s of the stream from %s came on %s after one that was sent later", mcd_text_count(count, "RTP packet").s,
			 mcd_text_addr(s->source).s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s port %u: %llu of %llu out of order; the stream begins here",
		      mcd_text_addr(s->source).s, s->source_port, ull(count), ull(s->rtp->packets));
}

/* Each packet twice, one copy at once behind the other and with the same TTL: what a mirror of both directions shows of a healthy stream. */
static bool is_mirrored(const struct mcd_stream *s, const struct mcd_sequence *q)
{
	enum { NEARLY_ALL_PERCENT = 95 };
	unsigned ttls = 0;

	for (unsigned ttl = 0; ttl < 256; ttl++)
		ttls += mcd_stream_has_ttl(s, ttl);
	return ttls == 1 && q->doubled * 100 >= q->came * NEARLY_ALL_PERCENT && q->duplicated * 100 <= q->came * (200 - NEARLY_ALL_PERCENT);
}

static void find_repeats(struct mcd_judge *j, const struct mcd_stream *s, const struct mcd_sequence *q)
{
	const bool mirrored = is_mirrored(s, q);
	struct mcd_finding *f = mcd_find_group(j, MCD_STREAM_DUPLICATED);

	if (f && mirrored) {
		f->severity = MCD_NOTE;
		f->confidence = MCD_LIKELY;
	}
	mcd_find_summary(f, "%s of the stream from %s came on %s more than once%s", mcd_text_count(q->duplicated, "RTP packet").s,
			 mcd_text_addr(s->source).s, j->nic->iface->name,
			 mirrored ? ": each twice within a millisecond, as a mirror port shows a healthy stream" : "");
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s port %u: %s among %s; the stream begins here", mcd_text_addr(s->source).s,
		      s->source_port, mcd_text_count(q->duplicated, "repeat").s, mcd_text_count(s->rtp->packets, "packet").s);
	if (f && mirrored)
		mcd_find_settle(f, "capture one direction of the port: a second path into this segment, as short as the first, shows the same");
	else if (f && q->duplicated * 10 >= s->rtp->packets * 4)
		mcd_find_settle(f, "about every packet comes twice, as a mirror of both directions of a switch port shows it: capture one direction");
}

/* Off by more than receivers are made for: delays that are spread evenly over 60 ms, as much as a buffer for speech commonly holds, are a third of
 * that apart in two packets in a row. By half the pace too, since slow streams have larger buffers. Faster streams than one packet each 5 ms come
 * in clumps after any delay, as from a busy host: they are not judged. */
static void judge_evenness(struct mcd_judge *j, const struct mcd_stream *s)
{
	enum { LEAST_PACKETS = 100, LEAST_PACE_MS = 5, LEAST_MS = 20 };
	struct mcd_evenness e;
	struct mcd_finding *f;

	if (j->nic->capture.timeless || !mcd_stream_evenness(s, &e) || e.packets < LEAST_PACKETS || e.pace_ns < LEAST_PACE_MS * MCD_MS ||
	    e.moved_ns < LEAST_MS * MCD_MS || e.moved_ns < e.pace_ns / 2)
		return;
	f = mcd_find_group(j, MCD_STREAM_JITTER);
	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_summary(f, "The stream from %s comes on %s unevenly: one packet each %s, and two in a row are off by %s on average",
			 mcd_text_addr(s->source).s, j->nic->iface->name, mcd_text_span(e.pace_ns).s, mcd_text_span(e.moved_ns).s);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns,
		      "from %s port %u: %s held against their timestamps (RFC 3550, 6.4.1), at most %s between two; the stream begins here",
		      mcd_text_addr(s->source).s, s->source_port, mcd_text_count(e.packets, "packet").s, mcd_text_span(s->longest_gap_ns).s);
	mcd_find_settle(f, "capture on the sender's wire too: a sender that is late itself, and clocks that step, look the same here");
}

void mcd_rules_quality(struct mcd_judge *j, const struct mcd_stream *s)
{
	const bool whole = !j->nic->capture.dropped; /* else the capture itself lost what is missing */
	const struct mcd_probe_seen *seen;
	struct mcd_sequence q;

	if (!j->findings)
		return;
	seen = mcd_stream_probes(j->nic, s);
	if (seen && whole) {
		q = mcd_probes_sequence(seen);
		find_probe_loss(j, s, seen);
		if (is_in_bursts(&q))
			find_bursts(j, s, &q);
	}
	if (mcd_stream_rtp(s, &q)) {
		if (q.lost && whole)
			find_rtp_loss(j, s, &q);
		if (whole && is_in_bursts(&q))
			find_bursts(j, s, &q);
		if (q.reordered)
			find_order(j, s, q.reordered);
		if (q.duplicated)
			find_repeats(j, s, &q);
		judge_evenness(j, s);
	} else if (mcd_stream_is_ts(s) && s->ts->errors && whole) {
		find_ts_loss(j, s);
	}
}
