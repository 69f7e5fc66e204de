/* SPDX-License-Identifier: ISC */
/* `querier`: is a querier alive on this segment, and does its version carry the filter? Proven by our own leave, not by waiting 125 s. */
#include <config.h>

#include "diagnose/family.h"
#include "diagnose/second_look.h"

#include <stdio.h>

enum { LONGEST_S = 260 }; /* Group Membership Interval with default timers (RFC 9776, 8.4) */

/* What was heard on the network. */
struct heard {
	const struct mcd_query *answer; /* to our scratch leave */
	const struct mcd_query *oldest; /* the first of the lowest version of others; NULL = none */
	const struct mcd_query *first, *last;
	size_t count;
};

static struct heard listen_back(const struct mcd_judge *j)
{
	struct heard h = { .count = 0 };

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!mcd_query_counts(j, q))
			continue;
		h.count++;
		h.last = q;
		if (!h.first)
			h.first = q;
		if (!q->out && (!h.oldest || q->version < h.oldest->version))
			h.oldest = q;
		if (mcd_judge_scratch(j)->query_ns && q->packet == mcd_judge_scratch(j)->query_packet)
			h.answer = q;
	}
	return h;
}

static struct mcd_finding *find_none(struct mcd_judge *j, enum mcd_confidence confidence, const char *summary_tail)
{
	struct mcd_finding *f = mcd_find_nic(j, MCD_NO_QUERIER);

	if (f)
		f->confidence = confidence;
	mcd_find_summary(f, "No %s querier is alive on the segment of %s: %s", mcd_judge_protocol(j), j->nic->iface->name, summary_tail);
	return f;
}

/* What was heard instead: "no query of any kind", or those that no host takes (RFC 9776, 9.1; RFC 9777, 6.2). */
static struct mcd_text text_none(const struct mcd_judge *j)
{
	struct mcd_text t = { "no query of any kind" };
	const struct mcd_query *invalid = NULL;
	uint64_t count = 0;

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (q->valid || q->mld != j->mld || !MCD_HERE(j, q))
			continue;
		invalid = q;
		count++;
	}
	if (invalid)
		snprintf(t.s, sizeof t.s, "no query that hosts take (%llu came from %.50s, which they ignore%s)", (unsigned long long)count,
			 mcd_text_addr(invalid->source).s, !j->mld				      ? ""
							   : !mcd_addr_is_link_local(invalid->source) ? ": it is no link-local address"
												      : ": their hop limit, Router Alert, checksum, destination or sources are wrong");
	return t;
}

/* Our leave, seen on the wire, brought no question. */
static void judge_unanswered(struct mcd_judge *j, int64_t waited)
{
	const struct mcd_scratch *s = mcd_judge_scratch(j);
	struct mcd_text group = mcd_text_addr(mcd_judge_scratch_group(j));
	struct mcd_finding *f = find_none(j, MCD_LIKELY, "a snooping switch will stop the stream when the membership times out (usually 260 s)");

	mcd_find_clue(j, f, j->nic, s->leave_packet, s->leave_seen_ns, "our leave of %s brought no group-specific query in %s", group.s,
		      mcd_text_span(waited).s);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s in %s of capture", text_none(j).s, mcd_text_span(mcd_judge_until(j) - j->nic->capture.opened_ns).s);
	mcd_find_settle(f, "a switch with fast leave may swallow the leave: observe for longer than the longest query interval (--duration 260s)");
	mcd_judge_set(j, MCD_WARN, true, "%s, and none in %s after our leave of %s (packet %llu)", text_none(j).s, mcd_text_span(waited).s,
		      group.s, (unsigned long long)s->leave_packet);
}

static void judge_unheard(struct mcd_judge *j, bool settled, const char *why)
{
	int64_t listened = mcd_judge_until(j) - j->nic->capture.opened_ns;
	struct mcd_finding *f = settled ? mcd_find_nic(j, MCD_QUERIER_NOT_HEARD) : NULL;

	mcd_find_summary(f, "No %s query was heard on %s in %s, which is too short to say that there is no querier: %s", mcd_judge_protocol(j), j->nic->iface->name,
			 mcd_text_span(listened).s, why);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s in %s; %s", text_none(j).s, mcd_text_span(listened).s, why);
	mcd_find_settle(f, "observe for longer than the usual query interval of 125 s (--duration 130s)");
	mcd_judge_set(j, MCD_INCONCLUSIVE, settled, "no query heard in %s; %s", mcd_text_span(listened).s, why);
}

/* Why the proof by leaving the scratch group is not possible; NULL = it is, or still may be. */
static const char *no_proof(const struct mcd_judge *j)
{
	const struct mcd_scratch *s = mcd_judge_scratch(j);

	if (!j->request->join || !mcd_addr_is_multicast(mcd_judge_scratch_group(j)))
		return "no group was joined to ask for one";
	if (s->join.tried && !s->join.done)
		return "the group of the proof could not be joined";
	if (s->other_member)
		return "another host is a member of the group of the proof";
	if (!mcd_judge_has_leave(j))
		return "IGMPv1 is in force, which has no leave to be answered";
	if (mcd_look_shows_filter(j))
		return "the filter of the interface, which keeps the group out, may keep queries out too";
	return NULL;
}

/* No valid query was heard. */
static void judge_silence(struct mcd_judge *j)
{
	const struct mcd_scratch *s = mcd_judge_scratch(j);
	int64_t until = mcd_judge_until(j), opened = j->nic->capture.opened_ns, wait = MCD_QUERY_WAIT_MS * MCD_MS;
	int64_t after_leave = s->leave_seen_ns && until > s->leave_seen_ns ? until - s->leave_seen_ns : 0;
	int64_t after_call = s->leave.done ? until - s->leave.done_ns : 0, after_join = s->join.tried ? until - s->join.called_ns : 0;
	const char *why = no_proof(j);
	bool proven = s->leave_seen_ns ? after_leave >= wait : after_call >= wait;

	if (mcd_judge_is_own_switch(j)) {
		mcd_judge_set(j, MCD_SKIPPED, true, "no query came; this host is the switch here, and a Linux bridge without a querier floods");
		return;
	}
	if (!(j->nic->iface->flags & MCD_IFACE_BROADCAST)) {
		mcd_judge_set(j, MCD_SKIPPED, true, "no query came, and a point-to-point link needs no querier: there is no switch to prune it");
		return;
	}
	if (!j->ended && !proven && !(why && (s->join.tried ? after_join : until - opened) >= wait)) {
		judge_unheard(j, false, "still listening");
		return;
	}
	if (mcd_judge_excused(j, "query"))
		return;
	if (until - opened >= LONGEST_S * 1000 * MCD_MS && !mcd_look_shows_filter(j)) {
		struct mcd_finding *f = find_none(j, MCD_CERTAIN, "not one query in longer than any querier may be silent");

		mcd_find_clue(j, f, j->nic, 0, opened, "%s in %s", text_none(j).s, mcd_text_span(until - opened).s);
		mcd_judge_set(j, MCD_WARN, true, "%s in %s", text_none(j).s, mcd_text_span(until - opened).s);
	} else if (!why && after_leave >= wait) {
		judge_unanswered(j, after_leave);
	} else {
		judge_unheard(j, true,
			      why		 ? why
			      : s->leave_seen_ns ? "the run ended too soon after our leave"
						 : "our leave was not seen on the wire");
	}
}

/* The querier that was heard has been silent for longer than the Other Querier Present Interval (RFC 9776, 8.5). */
static bool timed_out(struct mcd_judge *j, const struct heard *h)
{
	const struct mcd_querier *k = mcd_judge_querier(j, h->last);
	int64_t until = mcd_judge_until(j), silence = until - h->last->when_ns, allowed;
	struct mcd_finding *f;

	if (!k || !k->general)
		return false;
	allowed = (int64_t)(k->robustness > 1 ? k->robustness : 2) * (k->interval_s ? k->interval_s : 125) * 1000 + k->max_response_ms / 2;
	if (silence <= (allowed + MCD_ANSWER_SLACK_MS) * MCD_MS || j->nic->capture.dropped || j->nic->omitted || j->nic->capture.broke ||
	    j->nic->went_down || j->nic->gone || mcd_look_shows_filter(j))
		return false;
	f = find_none(j, MCD_CERTAIN, "the one that was heard fell silent, and its time has run out");
	mcd_find_clue(j, f, j->nic, h->last->packet, h->last->when_ns, "last query, from %s; then none in %s, longer than its own timers allow (%s)",
		      mcd_text_addr(h->last->source).s, mcd_text_span(silence).s, mcd_text_span(allowed * MCD_MS).s);
	mcd_judge_set(j, MCD_WARN, true, "the last query came in packet %llu, %s ago, longer than its own timers allow",
		      (unsigned long long)h->last->packet, mcd_text_span(silence).s);
	return true;
}

static void judge_heard(struct mcd_judge *j, const struct heard *h)
{
	const struct mcd_query *q = h->answer ? h->answer : h->first;
	const char *protocol = mcd_judge_protocol(j);
	bool low = h->oldest && h->oldest->version < mcd_judge_expected(j);
	enum mcd_status status = low || (h->oldest && h->oldest->version < mcd_judge_newest(j) && j->group->nsources) ? MCD_WARN : MCD_PASS;
	struct mcd_text from = mcd_text_addr(q->source);

	if (timed_out(j, h))
		return;
	if (status == MCD_WARN && h->oldest->version != q->version)
		mcd_judge_set(j, status, true, "%sv%d query from %s in packet %llu, older than %sv%d", protocol, h->oldest->version,
			      mcd_text_addr(h->oldest->source).s, (unsigned long long)h->oldest->packet, protocol, mcd_judge_newest(j));
	else if (h->answer)
		mcd_judge_set(j, status, true, "%sv%d querier %s answered our leave of %s in %s (packet %llu)", protocol, q->version, from.s,
			      mcd_text_addr(mcd_judge_scratch_group(j)).s, mcd_text_span(q->when_ns - mcd_judge_scratch(j)->leave_seen_ns).s,
			      (unsigned long long)q->packet);
	else
		mcd_judge_set(j, status, true, "%sv%d query from %s%s in packet %llu", protocol, q->version, from.s, q->out ? " (this host)" : "",
			      (unsigned long long)q->packet);
}

void mcd_check_querier(struct mcd_judge *j)
{
	struct heard h = listen_back(j);

	j->check = MCD_CHECK_QUERIER;
	if (h.count) {
		judge_heard(j, &h);
		mcd_rules_answers(j);
	} else if (mcd_judge_wire(j)) {
		judge_silence(j);
	}
	mcd_rules_version(j);
	if (j->findings)
		mcd_rules_queriers(j);
}
