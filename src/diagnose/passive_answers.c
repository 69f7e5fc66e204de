/* SPDX-License-Identifier: ISC */
/* Whether the members of a group that a capture shows answered the queries in it. */
#include <config.h>

#include "diagnose/passive.h"

#include <stdlib.h>

enum { COARSE_MS = 1000 }; /* timers of hosts are: Linux rounds one of 10 s up by as much as 0.64 s */

/* A report of the group, and the one by which somebody is a member once it was heard; NULL = the last word was a leave, by whomever: it is not
 * told apart further. */
struct heard {
	const struct mcd_report *report, *member;
};

/* By time, which may go back in a file; then as they stand there. */
static int compare_heard(const void *left, const void *right)
{
	const struct mcd_report *a = ((const struct heard *)left)->report, *b = ((const struct heard *)right)->report;

	if (a->when_ns != b->when_ns)
		return a->when_ns < b->when_ns ? -1 : 1;
	return (a > b) - (a < b);
}

/* struct heard, in the order of time. False when memory is out. */
static bool listen_back(const struct mcd_judge *j, struct mcd_vec *all)
{
	const struct mcd_report *r, *member = NULL;

	mcd_vec_init(all, sizeof(struct heard));
	for (size_t at = 0; (r = mcd_passive_report(j, &at)) != NULL;) {
		struct heard *h = mcd_vec_push(all);

		if (!h)
			return false;
		h->report = r;
	}
	if (all->count)
		qsort(all->items, all->count, sizeof(struct heard), compare_heard);
	for (size_t i = 0; i < all->count; i++) {
		struct heard *h = mcd_vec_at(all, i);

		if (mcd_report_counts(h->report))
			member = mcd_report_joins(h->report) ? h->report : NULL;
		h->member = member;
	}
	return true;
}

/* How many of ALL came before WHEN_NS. */
static size_t count_before(const struct mcd_vec *all, int64_t when_ns)
{
	size_t from = 0, to = all->count;

	while (from < to) {
		const size_t half = from + (to - from) / 2;

		if (((const struct heard *)mcd_vec_at(all, half))->report->when_ns < when_ns)
			from = half + 1;
		else
			to = half;
	}
	return from;
}

static int64_t answer_time(const struct mcd_query *q)
{
	return ((q->version == 1 ? 10000 : (int64_t)q->max_response_ms) + COARSE_MS) * MCD_MS;
}

/* The membership that a general query of the judged network should have brought a report of, and did not: nobody's, since another of the group
 * may answer for it (RFC 2236, 3). NULL = it was answered, nothing was due, or the capture ends too early to tell. */
static const struct mcd_report *unanswered(const struct mcd_judge *j, const struct mcd_query *q, const struct mcd_vec *all)
{
	const int64_t within = answer_time(q);
	size_t before;

	if (!mcd_query_counts(j, q) || !mcd_addr_is_unspecified(q->group) || mcd_judge_until(j) - q->when_ns < within)
		return NULL;
	before = count_before(all, q->when_ns);
	if (before == 0 || (before < all->count && ((const struct heard *)mcd_vec_at(all, before))->report->when_ns <= q->when_ns + within))
		return NULL;
	return ((const struct heard *)mcd_vec_at(all, before - 1))->member;
}

static void find_unanswered(struct mcd_judge *j, const struct mcd_query *q, const struct mcd_report *member)
{
	const struct mcd_text within = mcd_text_span(answer_time(q)), querier = mcd_text_addr(q->source), host = mcd_text_addr(member->source);
	struct mcd_finding *f = mcd_find_group(j, MCD_QUERY_NOT_ANSWERED);

	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_summary(f, "No host on %s answered the query of %s for %s, although %s was a member: when that goes on, the network forgets it",
			 j->nic->iface->name, querier.s, mcd_text_addr(j->group->address).s, host.s);
	mcd_find_clue(j, f, j->nic, q->packet, q->when_ns, "IGMPv%d query from %s; no record of the group in %s", q->version, querier.s, within.s);
	mcd_find_clue(j, f, j->nic, member->packet, member->when_ns, "%s of %s before it", mcd_text_record(member).s, host.s);
	mcd_find_settle(f, "make sure that the capture shows what that host sends, and that it had not left without a word");
	mcd_judge_set(j, MCD_WARN, true, "the query of %s in packet %llu was not answered in %s", querier.s, (unsigned long long)q->packet, within.s);
}

void mcd_passive_answers(struct mcd_judge *j)
{
	const struct mcd_report *member = NULL;
	struct mcd_vec all;

	if (mcd_judge_never_reported(j) || mcd_passive_is_blind(j) || j->mld || mcd_addr_scope(j->group->address) == MCD_SCOPE_LINK_LOCAL)
		return; /* groups of the link are flooded, asked for or not (RFC 4541, 2.1.2) */
	j->no_memory |= !listen_back(j, &all);
	for (size_t i = 0; !j->no_memory && !member && i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		member = unanswered(j, q, &all);
		if (member)
			find_unanswered(j, q, member);
	}
	mcd_vec_fini(&all);
}
