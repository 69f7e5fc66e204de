/* SPDX-License-Identifier: ISC */
/* A stream that stops when another member leaves: the switch took the port out without asking who else is behind it. A querier asks for the group
 * after a leave and waits two seconds for members to answer (RFC 9776, 8.8 to 8.10); only fast leave, also called immediate leave, does not. */
#include <config.h>

#include "diagnose/judge.h"

enum { AT_ONCE_MS = 1000 }; /* half of what a leave takes where members are asked */

/* Whether R says that its host no longer wants what SOURCE sends to the group. */
static bool gives_up(const struct mcd_report *r, struct mcd_addr source)
{
	bool named = false;

	for (size_t i = 0; i < r->nsources; i++)
		named |= mcd_addr_equal(r->sources[i], source);
	if (r->type == MCD_IGMP_LEAVE)
		return true;
	if (r->type != MCD_IGMP_V3_REPORT)
		return false;
	return r->record == MCD_BLOCK ? named : r->record == MCD_TO_IN && !named;
}

/* A leave of another host, behind which at most a second of the stream came: the last one of those. */
static const struct mcd_report *leave_before_end(const struct mcd_judge *j, const struct mcd_stream *s)
{
	const struct mcd_report *leave = NULL;

	for (size_t i = 0; i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (!MCD_HERE(j, r) || (r->out && !j->evidence->passive) || !mcd_addr_equal(r->group, s->group) || !mcd_report_counts(r) || !gives_up(r, s->source))
			continue;
		if (s->last_ns - r->when_ns <= AT_ONCE_MS * MCD_MS && r->when_ns - s->last_ns <= s->longest_gap_ns)
			leave = r;
	}
	return leave;
}

/* The state of a host that had asked for it before the leave and holds to it; in a live run our own, which our leave at the end has emptied. */
static const struct mcd_member *who_stayed(const struct mcd_judge *j, const struct mcd_stream *s, const struct mcd_report *leave)
{
	for (size_t i = 0; i < j->nic->members.count; i++) {
		const struct mcd_member *m = mcd_vec_at(&j->nic->members, i);
		const struct mcd_group held = { .mode = m->mode, .sources = m->sources, .nsources = m->nsources };

		if (!MCD_HERE(j, m) || !mcd_addr_equal(m->group, s->group) || mcd_addr_equal(m->host, leave->source) || m->since_ns >= leave->when_ns)
			continue;
		if (j->evidence->passive ? mcd_group_accepts(&held, s->source) : m->out)
			return m;
	}
	return NULL;
}

/* A querier is there, and asked nobody about the group when the leave came. */
static bool was_nobody_asked(const struct mcd_judge *j, const struct mcd_stream *s, const struct mcd_report *leave)
{
	const int64_t until = s->last_ns + MCD_QUERY_WAIT_MS * MCD_MS;
	bool alive = false;

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!mcd_query_counts(j, q))
			continue;
		alive = true;
		if (q->when_ns >= leave->when_ns && q->when_ns <= until && (mcd_addr_equal(q->group, s->group) || mcd_addr_is_unspecified(q->group)))
			return false;
	}
	return alive;
}

void mcd_rules_fast_leave(struct mcd_judge *j, const struct mcd_stream *s)
{
	const struct mcd_report *leave = leave_before_end(j, s);
	const struct mcd_member *stayed = leave ? who_stayed(j, s, leave) : NULL;
	struct mcd_finding *f;

	if (!stayed || !was_nobody_asked(j, s, leave))
		return;
	f = mcd_find_group(j, MCD_FAST_LEAVE);
	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_summary(f, "The stream stopped on %s as %s left the group, although %s is a member, and no query asked who else is: the switch acts on a "
			    "leave at once", j->nic->iface->name, mcd_text_addr(leave->source).s, mcd_text_addr(stayed->host).s);
	mcd_find_clue(j, f, j->nic, leave->packet, leave->when_ns, "%s of %s; the stream's last datagram came %s %s it", mcd_text_record(leave).s,
		      mcd_text_addr(leave->source).s,
		      mcd_text_span(s->last_ns > leave->when_ns ? s->last_ns - leave->when_ns : leave->when_ns - s->last_ns).s,
		      s->last_ns > leave->when_ns ? "after" : "before");
	mcd_find_clue(j, f, j->nic, stayed->last_packet, stayed->last_ns, "the last word of %s%s", mcd_text_addr(stayed->host).s,
		      j->evidence->passive ? ", which still wants it" : ", this host, which was a member until then");
	mcd_find_settle(f, "a sender that ended in the same second looks the same: see whether the stream is back after the member's next report");
}
