/* SPDX-License-Identifier: ISC */
/* The version in force on one network over time: since when an older querier holds the hosts down, and whether that outlives its queries. A host
 * holds to the older version for the Older Version Querier Present Interval after each such query (RFC 9776, 7.2.1 and 8.12; RFC 9777, 9.12). */
#include <config.h>

#include "diagnose/family.h"

/* What an older version did here. */
struct history {
	uint64_t queries;			/* of an older version */
	const struct mcd_query *first, *last;	/* of these */
	const struct mcd_query *newer;		/* the first query of the newest version behind the last of them; NULL = none */
	const struct mcd_report *held;		/* the last report of an older version behind that one: the cause is gone */
	const struct mcd_report *again;		/* the first report of the newest version behind all of these, of the same host */
};

static void walk_queries(const struct mcd_judge *j, struct history *h)
{
	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!mcd_query_counts(j, q))
			continue;
		if (q->version < mcd_judge_newest(j)) {
			h->queries++;
			h->last = q;
			h->newer = NULL;
			if (!h->first)
				h->first = q;
		} else if (h->last && !h->newer) {
			h->newer = q;
		}
	}
}

static void walk_reports(const struct mcd_judge *j, struct history *h)
{
	for (size_t i = 0; h->newer && i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (!MCD_HERE(j, r) || mcd_addr_is_v4(r->group) == j->mld || !mcd_report_counts(r) || r->when_ns < h->newer->when_ns)
			continue;
		if (r->type == MCD_IGMP_V1_REPORT || r->type == MCD_IGMP_V2_REPORT) {
			h->held = r;
			h->again = NULL;
		} else if (h->held && !h->again && r->type == MCD_IGMP_V3_REPORT && mcd_addr_equal(r->source, h->held->source)) {
			h->again = r;
		}
	}
}

void mcd_find_history(struct mcd_judge *j, struct mcd_finding *f)
{
	const char *protocol = mcd_judge_protocol(j);
	struct history h = { .queries = 0 };

	if (!f)
		return;
	walk_queries(j, &h);
	if (!h.last)
		return;
	walk_reports(j, &h);
	if (h.queries > 1)
		mcd_find_clue(j, f, j->nic, h.last->packet, h.last->when_ns, "%sv%d is in force since packet %llu; this is the last of %llu such queries, %s later",
			      protocol, h.last->version, (unsigned long long)h.first->packet, (unsigned long long)h.queries,
			      mcd_text_span(h.last->when_ns - h.first->when_ns).s);
	else if (!h.held)
		mcd_find_clue(j, f, j->nic, h.last->packet, h.last->when_ns, "%sv%d is in force from here on, by this one query, usually for 260 s", protocol,
			      h.last->version);
	if (h.held)
		mcd_find_clue(j, f, j->nic, h.held->packet, h.held->when_ns,
			      "%s still reports in version %d, %s after the last such query, although version %d asks again: it outlives its cause, usually for 260 s",
			      mcd_text_addr(h.held->source).s, h.held->version, mcd_text_span(h.held->when_ns - h.last->when_ns).s, mcd_judge_newest(j));
	if (h.again)
		mcd_find_clue(j, f, j->nic, h.again->packet, h.again->when_ns, "%s reports in version %d again, %s after the last such query",
			      mcd_text_addr(h.again->source).s, h.again->version, mcd_text_span(h.again->when_ns - h.last->when_ns).s);
}
