/* SPDX-License-Identifier: ISC */
/* A host that speaks an older version than everybody asks it in: a setting of it, or its system, holds it down. A querier of the older version
 * would do the same for the Older Version Querier Present Timeout after its last query (RFC 9776, 8.12; RFC 9777, 9.12), so that long before the report none
 * may have been missed. */
#include <config.h>

#include "diagnose/family.h"
#include "diagnose/passive.h"

enum { LEAST_S = 260 }; /* that time with default timers: robustness 2, queries every 125 s, 10 s to answer */

static int64_t timeout_of(const struct mcd_judge *j, const struct mcd_query *q)
{
	const struct mcd_querier *k = mcd_judge_querier(j, q);
	int64_t least = LEAST_S * 1000 * MCD_MS, told = 0;

	if (k)
		told = ((int64_t)k->robustness * k->interval_s * 1000 + k->max_response_ms) * MCD_MS;
	return told > least ? told : least;
}

/* The last query before M's last report, if it and all before it are of the newest version. */
static const struct mcd_query *newest_query(const struct mcd_judge *j, const struct mcd_member *m)
{
	const struct mcd_query *last = NULL;

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!MCD_HERE(j, q) || q->mld != j->mld || q->when_ns > m->last_ns)
			continue;
		if (q->version < mcd_judge_newest(j))
			return NULL;
		if (mcd_query_counts(j, q) && (!last || q->when_ns > last->when_ns))
			last = q;
	}
	return last;
}

void mcd_passive_forced(struct mcd_judge *j, const struct mcd_member *m)
{
	const struct mcd_query *q = m->version > 0 && m->version < mcd_judge_newest(j) && !mcd_passive_is_blind(j) ? newest_query(j, m) : NULL;
	const char *protocol = mcd_judge_protocol(j);
	struct mcd_finding *f;

	if (!q || q->when_ns - j->nic->capture.opened_ns < timeout_of(j, q))
		return;
	f = mcd_find_nic(j, mcd_judge_forced(j));
	if (!f)
		return;
	f->confidence = MCD_LIKELY;
	f->severity = j->group ? MCD_WARNING : MCD_NOTE;
	mcd_find_summary(
		f, "%s on %s%s reports in %sv%d, although nobody asked in that version: a setting forces it there, or that system knows no newer one",
		mcd_text_addr(m->host).s, j->nic->iface->name, mcd_text_vlan(m->vlan, m->inner_vlan).s, protocol, m->version);
	mcd_find_clue(j, f, j->nic, q->packet, q->when_ns, "%sv%d query from %s, and none of an older version in the %s before it", protocol,
		      q->version, mcd_text_addr(q->source).s, mcd_text_span(q->when_ns - j->nic->capture.opened_ns).s);
	mcd_find_clue(j, f, j->nic, m->last_packet, m->last_ns, "after it, %s reports %s in %sv%d", mcd_text_addr(m->host).s,
		      mcd_text_addr(m->group).s, protocol, m->version);
	mcd_find_settle(f, "look at the setting on that host");
}
