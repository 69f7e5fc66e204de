/* SPDX-License-Identifier: ISC */
/* `querier`: is a querier alive on this segment, and does its version carry the filter? Proven by our own leave, not by waiting 125 s. */
#include <config.h>

#include "diagnose/dropped.h"
#include "diagnose/family.h"
#include "diagnose/routes.h"
#include "diagnose/second_look.h"
#include "diagnose/suspects.h"

#include <stdio.h>
#include <string.h>

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

static const struct mcd_querier *querier_of(const struct mcd_judge *j, const struct mcd_query *q)
{
	for (size_t i = 0; i < j->nic->queriers.count; i++) {
		const struct mcd_querier *k = mcd_vec_at(&j->nic->queriers, i);

		if (MCD_HERE(j, k) && k->mld == j->mld && mcd_addr_equal(k->address, q->source))
			return k;
	}
	return NULL;
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
	const struct mcd_querier *k = querier_of(j, h->last);
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

/* Whether this host owed an answer to Q, in which time (ns), as far as can be told. */
static int64_t owed_within(const struct mcd_judge *j, const struct mcd_query *q)
{
	bool general = mcd_addr_is_unspecified(q->group), ours = mcd_addr_equal(q->group, j->group->address);
	int64_t within_ms = q->max_response_ms;

	if (!mcd_query_counts(j, q) || q->out || q->when_ns < j->task->join.done_ns)
		return -1;
	if (mcd_evidence_is_local(j->evidence, q->source))
		return -1; /* a querier of this host on another interface: the kernel takes its address here for impossible */
	if (!general && !(ours && j->group->nsources == 0))
		return -1; /* a query with sources is answered only where they meet ours */
	if (!mcd_judge_has_leave(j) && within_ms < 10000)
		within_ms = 10000; /* RFC 2236, 4 */
	return (within_ms + (j->mld ? MCD_MLD_ANSWER_SLACK_MS : MCD_ANSWER_SLACK_MS)) * MCD_MS;
}

/* Whether a query of SOURCE came that the kernel counts where its reverse path filter drops it: not before our join, and to a group that this host is
 * in. What is asked after a leave goes to one that it has left, and is dropped for that, before the filter sees it. */
static bool was_to_be_counted(const struct mcd_judge *j, struct mcd_addr source)
{
	const struct mcd_task *task = j->task;

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);
		bool held = mcd_addr_is_unspecified(q->group) ||
			    (mcd_addr_equal(q->group, j->group->address) && (!task->leave.called_ns || q->when_ns < task->leave.called_ns));

		if (mcd_query_counts(j, q) && !q->out && mcd_addr_equal(q->source, source) && held && q->when_ns >= task->join.called_ns)
			return true;
	}
	return false;
}

static void find_rp_filter(struct mcd_judge *j, const struct mcd_query *q)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);
	const struct mcd_evidence *e = j->evidence;
	const struct mcd_addr all_hosts = mcd_addr_all_hosts(false);
	const struct mcd_host_path *path = mcd_path_of(e, j->nic, all_hosts, q->source);
	enum mcd_way_back back = mcd_way_back(e, j->nic, all_hosts, q->source);
	uint64_t before = e->before.counters.ip_reverse_path_filter, after = e->after.counters.ip_reverse_path_filter;
	struct mcd_dropped dropped = mcd_dropped_queries(j, q->source);
	/* Where nothing was to be counted, the kernel's word alone tells. */
	const bool uncounted = path && path->accepted == 0 && back == MCD_WAY_BACK_REFUSED && !was_to_be_counted(j, q->source);
	const bool grew = before != UINT64_MAX && after != UINT64_MAX && after > before;
	struct mcd_finding *f;

	if (!uncounted && dropped.known && e->drops.tells_rp_filter && !dropped.rp_filtered)
		return; /* what the counter counted was something else */
	if (j->mld || !e->has_host || !e->ended_ns || !kernel || kernel->rp_filter <= 0 || mcd_addr_is_unspecified(q->source))
		return; /* IPv6 has no such filter */
	if ((!uncounted && !grew) || back == MCD_WAY_BACK_TAKEN)
		return;
	mcd_judge_set(j, MCD_WARN, true, "the kernel drops the query of %s in packet %llu: rp_filter", mcd_text_addr(q->source).s,
		      (unsigned long long)q->packet);
	f = mcd_find_nic(j, MCD_QUERY_DROPPED_BY_RP_FILTER);
	if (f)
		f->confidence = dropped.rp_filtered || back == MCD_WAY_BACK_REFUSED ? MCD_CERTAIN : MCD_LIKELY;
	if (back == MCD_WAY_BACK_REFUSED)
		mcd_find_summary(f, "The kernel's reverse path filter drops the queries of %s on %s: %s", mcd_text_addr(q->source).s, j->nic->iface->name,
				 mcd_text_way_back(e, j->nic, path).s);
	else
		mcd_find_summary(f, "The kernel's reverse path filter drops the queries of %s on %s: that address is on no subnet of this interface",
				 mcd_text_addr(q->source).s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, q->packet, q->when_ns, "query from %s", mcd_text_addr(q->source).s);
	if (grew)
		mcd_find_clue(j, f, j->nic, 0, 0, "rp_filter in force on %s is %d, and TcpExtIPReversePathFilter grew by %llu", j->nic->iface->name,
			      kernel->rp_filter, (unsigned long long)(after - before));
	if (path && path->accepted == 0)
		mcd_find_clue(j, f, j->nic, 0, 0, "asked in this run, the kernel refused a packet of %s to 224.0.0.1 on %s", mcd_text_addr(q->source).s,
			      j->nic->iface->name);
	mcd_dropped_tell(j, f, &dropped, "the queries");
}

static bool answered(const struct mcd_judge *j, const struct mcd_query *q, int64_t deadline)
{
	const struct mcd_report *r;
	int version = mcd_judge_version(j);

	for (size_t at = 0; (r = mcd_judge_own_report(j, q->when_ns, &at)) != NULL;)
		if (r->when_ns <= deadline)
			return true;
	/* Linux takes a v1 or v2 report for an answer to a group-specific query in v3 too. */
	return (version != mcd_judge_newest(j) || !mcd_addr_is_unspecified(q->group)) && mcd_judge_suppressor(j, q->when_ns, deadline);
}

/* Whether this host ever answered the querier of Q: an answer states what is, a change of membership does not. */
static bool ever_answered(const struct mcd_judge *j, const struct mcd_query *q)
{
	const struct mcd_report *r;

	for (size_t at = 0; (r = mcd_judge_own_report(j, q->when_ns, &at)) != NULL;)
		if (r->record == MCD_IS_IN || r->record == MCD_IS_EX || r->record == MCD_RECORD_NONE)
			return true;
	return false;
}

/* A query of any kind, also one that no answer is due to, from whom the kernel itself says that it takes nothing on this NIC. */
static bool judge_refused(struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (mcd_query_counts(j, q) && !q->out && !ever_answered(j, q) &&
		    mcd_way_back(j->evidence, j->nic, mcd_addr_all_hosts(false), q->source) == MCD_WAY_BACK_REFUSED) {
			find_rp_filter(j, q);
			return true;
		}
	}
	return false;
}

/* A general query from an address that is on no subnet of the NIC, dropped whether or not there was time to see that no answer comes. The
 * counter is the whole host's: only where it grew by these queries and by nothing else is it believed, unless the kernel tells its reasons. */
static void judge_dropped(struct mcd_judge *j)
{
	const struct mcd_evidence *e = j->evidence;
	const struct mcd_query *first = NULL;
	uint64_t count = 0, grew = e->after.counters.ip_reverse_path_filter - e->before.counters.ip_reverse_path_filter;

	if (!j->findings || j->mld || mcd_found(j, MCD_QUERY_DROPPED_BY_RP_FILTER, j->nic, NULL) || judge_refused(j))
		return;
	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!mcd_query_counts(j, q) || q->out || !mcd_addr_is_unspecified(q->group))
			continue;
		if (first && !mcd_addr_equal(first->source, q->source))
			return; /* several queriers: not told apart */
		if (!first)
			first = q;
		count++;
	}
	if (first && (grew == count || mcd_dropped_queries(j, first->source).rp_filtered) && !ever_answered(j, first))
		find_rp_filter(j, first);
}

static void find_unanswered(struct mcd_judge *j, const struct mcd_query *q, int64_t within)
{
	const struct mcd_dropped queries = mcd_dropped_queries(j, q->source), reports = mcd_dropped_reports(j);
	struct mcd_finding *f = mcd_find_group(j, MCD_QUERY_NOT_ANSWERED);

	mcd_find_summary(f, "This host did not answer the query of %s on %s for %s: the network will forget the membership",
			 mcd_text_addr(q->source).s, j->nic->iface->name, mcd_text_addr(j->group->address).s);
	mcd_find_clue(j, f, j->nic, q->packet, q->when_ns, "%sv%d query from %s; no record of the group from us in %s (max response time %s)",
		      mcd_judge_protocol(j), q->version, mcd_text_addr(q->source).s, mcd_text_span(within).s, mcd_text_span(q->max_response_ms * MCD_MS).s);
	mcd_dropped_tell(j, f, &queries, "the queries");
	mcd_dropped_tell(j, f, &reports, "this host's reports");
	if (reports.filtered)
		mcd_suspects_of_reports(j, f);
	else
		mcd_suspects_of_query(j, f, q);
	if (f && !*f->remedy[1] && mcd_found(j, MCD_QUERY_DROPPED_BY_RP_FILTER, j->nic, NULL))
		mcd_find_remedy_instead(f, "Let the reverse path filter pass the queries: no rule for IGMP helps before");
}

static void judge_answers(struct mcd_judge *j)
{
	const struct mcd_nic_capture *c = &j->nic->capture;

	if (!j->task->join.done || mcd_judge_never_reported(j) || c->dropped || j->nic->omitted || j->nic->went_down || j->nic->gone ||
	    (j->mld && mcd_judge_lost_ipv6(j)))
		return;
	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);
		int64_t within = owed_within(j, q);

		if (within < 0 || mcd_judge_listened(j, q->when_ns) < within || answered(j, q, q->when_ns + within))
			continue;
		find_rp_filter(j, q);
		find_unanswered(j, q, within);
		mcd_judge_set(j, MCD_WARN, true, "the query of %s in packet %llu was not answered in %s", mcd_text_addr(q->source).s,
			      (unsigned long long)q->packet, mcd_text_span(within).s);
		return;
	}
}

void mcd_check_querier(struct mcd_judge *j)
{
	struct heard h = listen_back(j);

	j->check = MCD_CHECK_QUERIER;
	if (h.count) {
		judge_heard(j, &h);
		judge_answers(j);
		judge_dropped(j);
	} else if (mcd_judge_wire(j)) {
		judge_silence(j);
	}
	mcd_rules_version(j);
	if (j->findings)
		mcd_rules_queriers(j);
}
