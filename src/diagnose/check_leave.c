/* SPDX-License-Identifier: ISC */
/* `leave`: was the record that empties the state on the wire after our leave? */
#include <config.h>

#include "diagnose/family.h"

/* The state of our host after all its records is empty, by a record since the leave. */
static const struct mcd_member *emptied(const struct mcd_judge *j, struct mcd_addr host)
{
	for (size_t i = 0; i < j->nic->members.count; i++) {
		const struct mcd_member *m = mcd_vec_at(&j->nic->members, i);

		if (m->out && !m->vlan && mcd_addr_equal(m->group, j->group->address) && mcd_addr_equal(m->host, host))
			return m->mode == MCD_INCLUDE && m->nsources == 0 && m->last_ns >= j->task->leave.called_ns ? m : NULL;
	}
	return NULL;
}

/* The record names every source that was joined: also where an earlier v2 report makes routers deaf to it (RFC 9776, 7.3.2), it left. */
static bool blocks_all(const struct mcd_report *r, const struct mcd_group *group)
{
	size_t blocked = 0;

	for (size_t i = 0; group->mode == MCD_INCLUDE && i < group->nsources; i++)
		for (size_t k = 0; k < r->nsources; k++)
			blocked += mcd_addr_equal(r->sources[k], group->sources[i]);
	return group->mode == MCD_INCLUDE && blocked >= group->nsources;
}

/* v2 Leave, TO_IN{}, or a BLOCK after which nothing is left. */
const struct mcd_report *mcd_judge_leave_report(const struct mcd_judge *j)
{
	const struct mcd_report *r;

	if (!j->task->leave.tried)
		return NULL;
	for (size_t at = 0; (r = mcd_judge_own_report(j, j->task->leave.called_ns, &at)) != NULL;) {
		if (!r->checksum_ok)
			continue;
		if (r->type == MCD_IGMP_LEAVE || (r->type == MCD_IGMP_V3_REPORT && r->record == MCD_TO_IN && r->nsources == 0))
			return r;
		if (r->type == MCD_IGMP_V3_REPORT && r->record == MCD_BLOCK && (blocks_all(r, j->group) || emptied(j, r->source)))
			return r;
	}
	return NULL;
}

/* Why no leave is due, as a clause; NULL = one is. */
static const char *not_due(const struct mcd_judge *j)
{
	if (!j->request->join || !j->task->join.done)
		return "there was no membership to leave";
	if (mcd_judge_never_reported(j))
		return "this host never reports the group";
	if (!j->task->leave.tried)
		return "the group was not left yet";
	if (!mcd_judge_has_leave(j))
		return "IGMPv1 has no leave";
	if (j->task->kernel_keeps)
		return "another program of this host keeps the group";
	if (mcd_judge_status(j, MCD_CHECK_JOIN) == MCD_FAIL && !mcd_judge_join_report(j))
		return "no report of ours was on the wire, so nobody holds a membership";
	return NULL;
}

enum { UNDUE_WAIT_MS = 200 }; /* for a leave that most likely is not due: an IGMPv3 record goes out within 20 ms */

/* An older querier spoke since our last report, of the newest version: whoever has not reported in the older one leaves without a word, and in IGMPv1
 * nobody has one (RFC 2236, 3 and 6; RFC 2710, 4). */
static const struct mcd_query *silenced(const struct mcd_judge *j)
{
	const struct mcd_report *last = NULL, *r;
	int64_t called = j->task->leave.called_ns, since = j->task->join.called_ns;
	const struct mcd_query *old;

	for (size_t at = 0; (r = mcd_judge_own_report(j, since, &at)) != NULL && r->when_ns < called;)
		last = r;
	old = mcd_judge_old_query(j, last ? last->when_ns : since, called + MCD_REPORT_WAIT_MS * MCD_MS);
	return old && last && last->version < mcd_judge_newest(j) && (j->mld || old->version > 1) ? NULL : old;
}

/* Somebody on this host joined again before the pending leave went out, which takes it back. */
static bool taken_up(const struct mcd_judge *j)
{
	return j->ended && j->evidence->has_host &&
	       mcd_host_membership(&j->evidence->after, j->nic->iface->index, j->group->address) != NULL;
}

static void find_not_on_wire(struct mcd_judge *j, int64_t listened)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_LEAVE_NOT_ON_WIRE);
	const char *name = j->nic->iface->name;

	mcd_find_summary(f, "We left %s on %s, but no leave went out: the stream keeps coming until the membership times out",
			 mcd_text_addr(j->group->address).s, name);
	mcd_find_clue(j, f, j->nic, 0, j->task->leave.called_ns, "no record that empties the state at the tap of %s in %s after the leave", name,
		      mcd_text_span(listened).s);
	mcd_judge_set(j, MCD_FAIL, true, "no leave seen in %s", mcd_text_span(listened).s);
}

static void judge_absence(struct mcd_judge *j)
{
	int64_t called = j->task->leave.called_ns, listened = mcd_judge_until(j) - j->task->leave.done_ns, wait = MCD_REPORT_WAIT_MS * MCD_MS;
	bool closed = j->nic->capture.closed_ns != 0 || j->nic->capture.broke;
	const struct mcd_query *old = silenced(j);
	const int version = mcd_judge_version(j);
	const struct mcd_report *other = version > 0 && version < mcd_judge_newest(j) ? mcd_judge_suppressor(j, j->task->join.called_ns, called) : NULL;

	if (other)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "%s reported after us (packet %llu), so in %sv%d the leave is left to it",
			      mcd_text_addr(other->source).s, (unsigned long long)other->packet, mcd_judge_protocol(j), version);
	else if (old)
		mcd_judge_set(j, MCD_SKIPPED, closed || listened >= UNDUE_WAIT_MS * MCD_MS, "the %sv%d query in packet %llu came after our last report, and in that version no leave is due then",
			      mcd_judge_protocol(j), old->version, (unsigned long long)old->packet);
	else if (taken_up(j))
		mcd_judge_set(j, MCD_SKIPPED, true, "another program of this host joined the group as we left");
	else if (listened < wait && !closed)
		mcd_judge_set(j, MCD_INCONCLUSIVE, false, "no leave seen in %s so far", mcd_text_span(listened).s);
	else if (mcd_judge_excused_own(j, "leave"))
		return;
	else if (listened < wait)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no leave seen in %s, which is too short to say that there is none",
			      mcd_text_span(listened).s);
	else if (!mcd_judge_lists_members(j))
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no leave seen in %s, but whether another program of this host keeps the group is not known",
			      mcd_text_span(listened).s);
	else
		find_not_on_wire(j, listened);
}

void mcd_check_leave(struct mcd_judge *j)
{
	const struct mcd_report *r = mcd_judge_leave_report(j);
	const char *why = not_due(j);

	j->check = MCD_CHECK_LEAVE;
	if (r)
		mcd_judge_set(j, MCD_PASS, true, "%s in packet %llu, %s after the leave", mcd_text_record(r).s, (unsigned long long)r->packet,
			      mcd_text_span(r->when_ns - j->task->leave.called_ns).s);
	else if (why)
		mcd_judge_set(j, MCD_SKIPPED, j->task->leave.tried || j->ended || !j->request->join || (j->task->join.tried && !j->task->join.done),
			      "%s", why);
	else if (mcd_judge_wire(j))
		judge_absence(j);
}
