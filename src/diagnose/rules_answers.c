/* SPDX-License-Identifier: ISC */
/* Queries that this host owes an answer to, and does not give; those that its reverse path filter drops before. */
#include <config.h>

#include "diagnose/dropped.h"
#include "diagnose/family.h"
#include "diagnose/routes.h"
#include "diagnose/suspects.h"
#include "diagnose/windows.h"

/* Whether this host owed an answer to Q, in which time (ns), as far as can be told. */
static int64_t owed_within(const struct mcd_judge *j, const struct mcd_query *q)
{
	bool general = mcd_addr_is_unspecified(q->group), ours = mcd_addr_equal(q->group, j->group->address);

	if (!mcd_query_counts(j, q) || q->out || q->when_ns < j->task->join.done_ns)
		return -1;
	if (mcd_evidence_is_local(j->evidence, q->source))
		return -1; /* a querier of this host on another interface: the kernel takes its address here for impossible */
	if (!general && !(ours && j->group->nsources == 0))
		return -1; /* a query with sources is answered only where they meet ours */
	return mcd_judge_answer_ns(j, q);
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
	mcd_windows_tell_mute(j, f);
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
	    (j->mld && mcd_judge_lost_ipv6(j)) || mcd_judge_hides_own(j))
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

void mcd_rules_answers(struct mcd_judge *j)
{
	judge_answers(j);
	judge_dropped(j);
}
