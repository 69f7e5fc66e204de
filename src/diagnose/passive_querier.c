/* SPDX-License-Identifier: ISC */
/* `querier` of a capture: was one heard, did it fall silent, does its version carry the filter? Nobody left a group to ask for one, so that
 * only long silence proves that there is none, and only where the capture shows that IGMP was not filtered out of it. */
#include <config.h>

#include "diagnose/family.h"
#include "diagnose/passive.h"

enum { LONGEST_S = 260 }; /* Group Membership Interval with default timers (RFC 9776, 8.4) */

struct heard {
	const struct mcd_query *first, *last, *oldest; /* last: by its time, which may go back in a file; oldest: the first of the lowest version */
};

static struct heard listen_back(const struct mcd_judge *j)
{
	struct heard h = { NULL, NULL, NULL };

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!mcd_query_counts(j, q))
			continue;
		if (!h.last || q->when_ns >= h.last->when_ns)
			h.last = q;
		if (!h.first)
			h.first = q;
		if (!h.oldest || q->version < h.oldest->version)
			h.oldest = q;
	}
	return h;
}

/* The first report of a host on this network; NULL = nobody reports, or nobody was heard to. */
static const struct mcd_report *any_report(const struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (MCD_HERE(j, r) && mcd_addr_is_v4(r->group) != j->mld)
			return r;
	}
	return NULL;
}

/* A report of a group that needs a querier to be forwarded: those of the link alone are flooded (RFC 4541, 2.1.2). */
static const struct mcd_report *needy_report(const struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (MCD_HERE(j, r) && mcd_addr_is_v4(r->group) != j->mld && mcd_report_counts(r) &&
		    mcd_addr_scope(r->group) != MCD_SCOPE_LINK_LOCAL)
			return r;
	}
	return NULL;
}

static struct mcd_finding *find_none(struct mcd_judge *j, const char *tail)
{
	struct mcd_finding *f = mcd_find_nic(j, MCD_NO_QUERIER);

	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_summary(f, "No %s querier is alive on the segment of %s%s: %s", mcd_judge_protocol(j), j->nic->iface->name,
			 mcd_text_vlan(j->vlan, j->inner_vlan).s, tail);
	return mcd_find_more(j, MCD_NO_QUERIER, f);
}

/* Longer than any querier may be silent, and the capture shows that such messages are in it. */
static bool find_silence(struct mcd_judge *j)
{
	const struct mcd_report *r = needy_report(j);
	int64_t listened = mcd_judge_until(j) - j->nic->capture.opened_ns;
	struct mcd_finding *f;

	if (!r || listened < LONGEST_S * 1000 * MCD_MS || mcd_passive_is_blind(j))
		return false;
	f = find_none(j, "not one query in longer than any querier may be silent");
	mcd_find_clue(j, f, j->nic, 0, j->nic->capture.opened_ns, "no query of any kind%s in %s", mcd_text_vlan(j->vlan, j->inner_vlan).s,
		      mcd_text_span(listened).s);
	mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "reports are in the capture: %s of %s%s", mcd_text_record(r).s,
		      mcd_text_addr(r->source).s, mcd_text_vlan(r->vlan, r->inner_vlan).s);
	mcd_find_settle(f, "make sure that the capture is of both directions of the port");
	return true;
}

/* The longest time between two general queries of K: it may ask more rarely than it says, or say nothing (v1, v2). */
static int64_t longest_interval(const struct mcd_judge *j, const struct mcd_querier *k)
{
	int64_t last_ns = 0, longest = 0;

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!mcd_query_counts(j, q) || !mcd_addr_is_unspecified(q->group) || !mcd_addr_equal(q->source, k->address))
			continue;
		if (last_ns && q->when_ns - last_ns > longest)
			longest = q->when_ns - last_ns;
		last_ns = q->when_ns;
	}
	return longest;
}

/* Silent for longer than the Other Querier Present Interval (RFC 9776, 8.5) after the last query. */
static bool find_timed_out(struct mcd_judge *j, const struct mcd_query *last)
{
	const struct mcd_querier *k = mcd_judge_querier(j, last);
	int64_t silence = mcd_judge_until(j) - last->when_ns, interval, allowed;
	struct mcd_finding *f;

	if (!k || !k->general || mcd_passive_is_blind(j))
		return false;
	interval = (k->interval_s ? k->interval_s : 125) * 1000 * MCD_MS;
	if (longest_interval(j, k) > interval)
		interval = longest_interval(j, k);
	allowed = (k->robustness > 1 ? k->robustness : 2) * interval + k->max_response_ms / 2 * MCD_MS;
	if (silence <= allowed + MCD_ANSWER_SLACK_MS * MCD_MS)
		return false;
	f = find_none(j, "the one that was heard fell silent, and its time has run out");
	mcd_find_clue(j, f, j->nic, last->packet, last->when_ns, "last query%s, from %s; then none in %s, longer than its own timers allow (%s)",
		      mcd_text_vlan(j->vlan, j->inner_vlan).s, mcd_text_addr(last->source).s, mcd_text_span(silence).s, mcd_text_span(allowed).s);
	return true;
}

void mcd_rules_silence(struct mcd_judge *j)
{
	struct heard h = listen_back(j);

	if (h.last)
		find_timed_out(j, h.last);
	else
		find_silence(j);
}

/* OVER: a newer version asked last. */
static void find_downgraded(struct mcd_judge *j, const struct mcd_query *q, bool over)
{
	struct mcd_finding *f = mcd_find_nic(j, mcd_judge_downgraded(j));
	const char *protocol = mcd_judge_protocol(j);

	mcd_find_summary(f, "A querier on %s%s %s %sv%d and %s every host down to it: no report can carry a source%s", j->nic->iface->name,
			 mcd_text_vlan(j->vlan, j->inner_vlan).s, over ? "spoke" : "speaks", protocol, q->version, over ? "held" : "holds",
			 over ? " until that is over, minutes later" : "");
	mcd_find_clue(j, f, j->nic, q->packet, q->when_ns, "%sv%d query from %s", protocol, q->version, mcd_text_addr(q->source).s);
	mcd_find_history(j, f);
}

static void judge_heard(struct mcd_judge *j, const struct heard *h)
{
	const int newest = mcd_judge_newest(j), expected = mcd_judge_expected(j);
	bool low = (h->oldest->version < expected && !j->mld) || (h->oldest->version < newest && j->group->nsources);
	const struct mcd_query *q = low ? h->oldest : h->first;

	if (find_timed_out(j, h->last)) {
		mcd_judge_set(j, MCD_WARN, true, "the last query came in packet %llu, longer ago than its own timers allow",
			      (unsigned long long)h->last->packet);
		return;
	}
	mcd_judge_set(j, low ? MCD_WARN : MCD_PASS, true, "%sv%d query from %s in packet %llu%s", mcd_judge_protocol(j), q->version,
		      mcd_text_addr(q->source).s, (unsigned long long)q->packet, mcd_text_vlan(q->vlan, q->inner_vlan).s);
	if (low)
		find_downgraded(j, h->oldest, h->last->version >= newest);
}

static void judge_unheard(struct mcd_judge *j)
{
	int64_t listened = mcd_judge_until(j) - j->nic->capture.opened_ns;
	struct mcd_finding *f;

	if (!any_report(j)) {
		mcd_judge_set(j, MCD_SKIPPED, true, "the capture holds no %s on this network: it may have been filtered out", mcd_judge_protocol(j));
		return;
	}
	if (mcd_judge_excused(j, "query"))
		return;
	if (find_silence(j)) {
		mcd_judge_set(j, MCD_WARN, true, "no query of any kind in %s", mcd_text_span(listened).s);
		return;
	}
	f = mcd_find_nic(j, MCD_QUERIER_NOT_HEARD);
	mcd_find_summary(f, "No query was heard on %s%s in %s, which is too short to say that there is no querier", j->nic->iface->name,
			 mcd_text_vlan(j->vlan, j->inner_vlan).s, mcd_text_span(listened).s);
	mcd_find_clue(j, f, j->nic, 0, 0, "no query of any kind in %s", mcd_text_span(listened).s);
	mcd_find_settle(f, "capture for longer than 260 s");
	mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no query heard in %s", mcd_text_span(listened).s);
}

void mcd_passive_querier(struct mcd_judge *j)
{
	struct heard h = listen_back(j);

	j->check = MCD_CHECK_QUERIER;
	if (h.first) {
		judge_heard(j, &h);
		mcd_passive_answers(j);
	} else if (mcd_judge_wire(j)) {
		judge_unheard(j);
	}
	mcd_rules_queriers(j);
}
