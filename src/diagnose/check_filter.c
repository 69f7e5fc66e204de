/* SPDX-License-Identifier: ISC */
/* `source_filter`: does a router hold, after all our records, the filter that was asked for? And the version in force, which decides that. */
#include <config.h>

#include "diagnose/family.h"

#include <stdlib.h>
#include <string.h>

static const struct mcd_query *old_query(const struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (mcd_query_counts(j, q) && !q->out && q->version < mcd_judge_newest(j))
			return q;
	}
	return NULL;
}

static void find_forced(struct mcd_judge *j, int forced)
{
	struct mcd_finding *f = mcd_find_nic(j, mcd_judge_forced(j));
	const char *name = j->nic->iface->name;

	mcd_find_summary(f, "This host is set to speak %sv%d on %s: no report can carry a source", mcd_judge_protocol(j), forced, name);
	if (mcd_judge_is_windows(j) && !j->mld)
		mcd_find_clue(j, f, NULL, 0, 0, "IGMPVersion is %d in the registry, for all interfaces, which stands for IGMPv%d", forced + 1, forced);
	else if (mcd_judge_is_windows(j))
		mcd_find_clue(j, f, NULL, 0, 0, "the system is set to MLDv%d, for all interfaces", forced);
	else if (j->mld)
		mcd_find_clue(j, f, j->nic, 0, 0, "force_mld_version in force on %s is %d (that of net.ipv6.conf.all where it is set, else its own)", name, forced);
	else
		mcd_find_clue(j, f, j->nic, 0, 0,
			      "force_igmp_version in force on %s is %d (the smaller of net.ipv4.conf.all and its own, of those that are set)", name, forced);
}

static const char *setting_name(const struct mcd_judge *j)
{
	if (mcd_judge_is_windows(j))
		return j->mld ? "a version of MLD" : "IGMPVersion";
	return j->mld ? "force_mld_version" : "force_igmp_version";
}

static void find_downgraded(struct mcd_judge *j, int version, const struct mcd_query *q, bool sysctl_known)
{
	struct mcd_finding *f = mcd_find_nic(j, mcd_judge_downgraded(j));
	const char *name = j->nic->iface->name, *protocol = mcd_judge_protocol(j), *sysctl = setting_name(j);
	const int newest = mcd_judge_newest(j);

	if (!f)
		return;
	if (q) {
		if (version < newest) {
			mcd_find_summary(f, "A querier on %s speaks %sv%d and holds this host down to it: no report can carry a source", name,
					 protocol, q->version);
		} else {
			f->confidence = MCD_LIKELY;
			mcd_find_summary(f, "A querier on %s speaks %sv%d; this host still reported in %sv%d, which such a querier ignores", name,
					 protocol, q->version, protocol, newest);
		}
		mcd_find_clue(j, f, j->nic, q->packet, q->when_ns, "%sv%d query from %s", protocol, q->version, mcd_text_addr(q->source).s);
	} else {
		f->confidence = sysctl_known ? MCD_LIKELY : MCD_POSSIBLE;
		mcd_find_summary(f, "%s speaks %sv%d because of an older querier heard before this run; no such query came meanwhile", name,
				 protocol, version);
		mcd_find_clue(j, f, j->nic, 0, 0, "%sv%d is in force on %s, %s is not %s, and no older query came in this run", protocol, version, name,
			      sysctl, sysctl_known ? "set" : "known");
		mcd_find_settle(
			f, "observe for longer than the querier's interval (--duration 130s); without such a query %sv%d is back after about 260 s",
			protocol, newest);
	}
}

/* The clue from the other side: what this host then sent. */
static void add_low_report(struct mcd_judge *j, struct mcd_finding *f, int expected)
{
	for (size_t i = j->nic->reports.count; f && f->clues.count == 1 && i-- > 0;) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (r->out && mcd_report_here(j, r) && r->version < expected && r->type != MCD_IGMP_LEAVE)
			mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s for %s left %s", mcd_text_record(r).s, mcd_text_addr(r->group).s,
				      j->nic->iface->name);
	}
}

/* The lowest version that was in force in this run: an older querier's time can run out in the middle of it. 0 = not known. */
static int lowest_version(const struct mcd_judge *j)
{
	const struct mcd_host_iface *kernel = j->evidence->has_host ? mcd_host_iface(&j->evidence->before, j->nic->iface->index) : NULL;
	int lowest = mcd_judge_version(j);

	if (kernel && !j->mld && kernel->igmp_version > 0 && (lowest == 0 || kernel->igmp_version < lowest))
		lowest = kernel->igmp_version;
	for (size_t i = 0; i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (r->out && mcd_report_here(j, r) && r->type != MCD_IGMP_LEAVE && r->version < lowest)
			lowest = r->version;
	}
	return lowest;
}

/* The kernel's list says which version is in force, not why: only the sysctl and the queries on the wire tell. */
void mcd_rules_version(struct mcd_judge *j)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);
	const struct mcd_query *q = old_query(j);
	int version = lowest_version(j), expected = mcd_judge_expected(j);
	int setting = !kernel ? -1 : j->mld ? kernel->force_mld_version : kernel->force_igmp_version;
	bool low = version > 0 && version < expected;
	bool sysctl = low && setting > 0 && setting < mcd_judge_newest(j);
	enum mcd_check_id check = j->check;

	if (!j->findings)
		return;
	if (!q && check == MCD_CHECK_QUERIER)
		j->check = MCD_CHECK_JOIN; /* nothing on the wire says so but our own report */
	if (sysctl)
		find_forced(j, setting);
	else if (low && !q)
		find_downgraded(j, version, NULL, setting >= 0);
	if (q && q->version < expected)
		find_downgraded(j, version, q, true);
	if (low)
		add_low_report(j, mcd_found(j, sysctl ? mcd_judge_forced(j) : mcd_judge_downgraded(j), j->nic, NULL), expected);
	j->check = check;
}

bool mcd_filter_equals(const struct mcd_member *m, const struct mcd_group *g)
{
	if (m->mode != g->mode || m->nsources != g->nsources)
		return false;
	for (size_t i = 0; i < m->nsources; i++)
		if (!mcd_addr_equal(m->sources[i], g->sources[i]))
			return false;
	return true;
}

bool mcd_filter_covers(const struct mcd_member *m, const struct mcd_group *g)
{
	const struct mcd_group held = { .mode = m->mode, .sources = m->sources, .nsources = m->nsources };

	if (g->mode == MCD_INCLUDE) {
		for (size_t i = 0; i < g->nsources; i++)
			if (!mcd_group_accepts(&held, g->sources[i]))
				return false;
		return true;
	}
	for (size_t i = 0; i < m->nsources; i++)
		if (mcd_group_accepts(g, m->sources[i]))
			return false;
	return m->mode == MCD_EXCLUDE;
}

/* Another socket of this host holds the group too, so that the kernel merges the filters (RFC 9776, 3.2). */
static bool shared(const struct mcd_judge *j)
{
	const struct mcd_host_membership *m = mcd_host_membership(&j->evidence->after, j->nic->iface->index, j->group->address);

	return j->task->member_before || j->task->kernel_keeps || (m && m->users > 1);
}

/* Our own socket's filter beside what the kernel made of all. */
static void add_merged(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_filter *own = &j->task->in_socket, *merged = &j->task->in_kernel;

	if (own->known && merged->known && merged->mode_known)
		mcd_find_clue(j, f, j->nic, 0, 0, "our socket holds %s, and the kernel, for all sockets together, %s",
			      mcd_text_filter(own->mode, own->sources, own->nsources).s, mcd_text_filter(merged->mode, merged->sources, merged->nsources).s);
}

static void find_widened(struct mcd_judge *j, const struct mcd_member *m)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);

	mcd_find_summary(f, "Another program of this host holds %s on %s with a wider filter: the network sees %s, the sum of both",
			 mcd_text_addr(j->group->address).s, j->nic->iface->name, mcd_text_filter(m->mode, m->sources, m->nsources).s);
	mcd_find_clue(j, f, j->nic, m->last_packet, m->last_ns, "after this record a router holds %s",
		      mcd_text_filter(m->mode, m->sources, m->nsources).s);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s lists the group on %s for another socket", mcd_judge_list(j), j->nic->iface->name);
	add_merged(j, f);
}

static void judge_different(struct mcd_judge *j, const struct mcd_member *m)
{
	const struct mcd_group *g = j->group;
	struct mcd_text held = mcd_text_filter(m->mode, m->sources, m->nsources), asked = mcd_text_filter(g->mode, g->sources, g->nsources);
	struct mcd_finding *f;

	if (!mcd_judge_lists_members(j) && mcd_filter_covers(m, g)) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "the filter on the wire is %s (packet %llu); whether another program widens it is not known", held.s,
			      (unsigned long long)m->last_packet);
		return;
	}
	if (shared(j) && mcd_filter_covers(m, g)) {
		find_widened(j, m);
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "another program's membership widens the filter on the wire to %s (packet %llu)", held.s,
			      (unsigned long long)m->last_packet);
		return;
	}
	if (mcd_judge_excused(j, "further record"))
		return;
	f = mcd_find_group(j, MCD_SOURCE_FILTER_WRONG);
	mcd_find_summary(f, "A router holds %s for %s on %s, not %s as asked", held.s, mcd_text_addr(g->address).s, j->nic->iface->name, asked.s);
	mcd_find_clue(j, f, j->nic, m->last_packet, m->last_ns, "after this record a router holds %s", held.s);
	mcd_judge_set(j, MCD_FAIL, true, "a router holds %s after packet %llu, asked was %s", held.s, (unsigned long long)m->last_packet, asked.s);
}

bool mcd_report_is_whole(const struct mcd_judge *j)
{
	const struct mcd_report *r;

	for (size_t at = 0; (r = mcd_judge_own_report(j, j->task->join.called_ns, &at)) != NULL;)
		if (j->task->leave.called_ns && r->when_ns >= j->task->leave.called_ns)
			break;
		else if (r->record == MCD_IS_IN || r->record == MCD_IS_EX || r->record == MCD_TO_IN || r->record == MCD_TO_EX)
			return true;
	return !j->task->member_before;
}

/* The kernel's merged filter, ours in it, lets more through than was asked for; true when it tells. */
static bool find_widened_in_kernel(struct mcd_judge *j)
{
	const struct mcd_filter *merged = &j->task->in_kernel;
	const struct mcd_member as_held = { .mode = merged->mode, .sources = merged->sources, .nsources = (uint32_t)merged->nsources };
	struct mcd_finding *f;

	if (!merged->known || !merged->mode_known)
		return false;
	if (mcd_filter_equals(&as_held, j->group) || !mcd_filter_covers(&as_held, j->group))
		return true;
	f = mcd_find_group(j, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	mcd_find_summary(f, "Another program of this host holds %s on %s with a wider filter: the network is asked for %s, the sum of both",
			 mcd_text_addr(j->group->address).s, j->nic->iface->name,
			 mcd_text_filter(merged->mode, merged->sources, merged->nsources).s);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s, while we were a member, come to %s", j->mld ? "/proc/net/mcfilter6 and igmp6" : "/proc/net/mcfilter and igmp",
		      mcd_text_filter(merged->mode, merged->sources, merged->nsources).s);
	add_merged(j, f);
	return true;
}

/* What the kernel had merged before our join lets more through than the filter that we asked for. */
static void find_widened_before(struct mcd_judge *j)
{
	const struct mcd_host *before = &j->evidence->before;
	const struct mcd_host_source *wider = NULL;
	size_t listed = 0;
	struct mcd_finding *f;

	for (size_t i = 0; i < before->sources.count; i++) {
		const struct mcd_host_source *s = mcd_vec_at(&before->sources, i);

		if (s->ifindex != j->nic->iface->index || !mcd_addr_equal(s->group, j->group->address))
			continue;
		listed++;
		if (s->exclude || !mcd_group_accepts(j->group, s->source))
			wider = s;
	}
	if (j->group->mode != MCD_INCLUDE || (listed && !wider))
		return;
	f = mcd_find_group(j, MCD_FILTER_WIDENED_BY_OTHER_PROCESS);
	mcd_find_summary(f, "Another program of this host holds %s on %s with a wider filter: the network sees the sum of both",
			 mcd_text_addr(j->group->address).s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, 0, 0, "before our join /proc/net/mcfilter%s had %s%s for the group", j->mld ? "6" : "", wider ? wider->exclude ? "exclude " : "include " : "no source",
		      wider ? mcd_text_addr(wider->source).s : ", as an any-source membership has");
}

/* M: the state after our records; NULL = none of them was seen. */
static void judge_state(struct mcd_judge *j, const struct mcd_member *m)
{
	int64_t listened = mcd_judge_listened(j, j->task->join.done_ns);
	bool waiting = listened < MCD_REPORT_WAIT_MS * MCD_MS, over = j->ended || j->task->leave.tried;

	if (!mcd_report_is_whole(j)) {
		if (!mcd_judge_is_windows(j) && !find_widened_in_kernel(j)) /* which lists no sources */
			find_widened_before(j);
		mcd_judge_set(j, MCD_INCONCLUSIVE, over, "the host held the group before: only the answer to a query shows the whole filter");
		return;
	}
	if (m && mcd_filter_equals(m, j->group))
		mcd_judge_set(j, MCD_PASS, true, "a router holds %s after packet %llu, %s after the join",
			      mcd_text_filter(m->mode, m->sources, m->nsources).s, (unsigned long long)m->last_packet,
			      mcd_text_span(m->last_ns - j->task->join.called_ns).s);
	else if (waiting && !over)
		mcd_judge_set(j, MCD_INCONCLUSIVE, false, "not reported whole in %s so far", mcd_text_span(listened).s);
	else if (!m)
		mcd_judge_set(j, MCD_INCONCLUSIVE, over || !j->task->member_before, "no report to judge it by");
	else if (waiting)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "not reported whole in %s, and the run ended then", mcd_text_span(listened).s);
	else
		judge_different(j, m);
}

/* A report without a source went out for a request with one. */
static const struct mcd_report *sourceless_report(const struct mcd_judge *j)
{
	const struct mcd_report *r;

	for (size_t at = 0; (r = mcd_judge_own_report(j, j->task->join.called_ns, &at)) != NULL;)
		if (r->type == MCD_IGMP_V1_REPORT || r->type == MCD_IGMP_V2_REPORT)
			return r;
	return NULL;
}

static void judge_lost(struct mcd_judge *j, const struct mcd_report *r)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_SOURCE_FILTER_LOST);

	mcd_find_summary(
		f,
		"The filter %s was asked for %s, but the report that left %s is %sv%d, which carries no source: the network delivers every source",
		mcd_text_filter(j->group->mode, j->group->sources, j->group->nsources).s, mcd_text_addr(j->group->address).s, j->nic->iface->name,
		mcd_judge_protocol(j), r->version);
	mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s for %s, without a source", mcd_text_record(r).s, mcd_text_addr(r->group).s);
	mcd_rules_version(j);
	mcd_judge_set(j, MCD_FAIL, true, "%s without a source in packet %llu", mcd_text_record(r).s, (unsigned long long)r->packet);
}

static const struct mcd_member *current_state(const struct mcd_judge *j, struct mcd_addr host)
{
	for (size_t i = 0; i < j->nic->members.count; i++) {
		const struct mcd_member *m = mcd_vec_at(&j->nic->members, i);

		if (m->out && !m->vlan && mcd_addr_equal(m->group, j->group->address) && mcd_addr_equal(m->host, host))
			return m;
	}
	return NULL;
}

/* While we are a member the table holds the answer; after our leave it is folded again up to there. */
static void judge_records(struct mcd_judge *j)
{
	size_t at = 0;
	const struct mcd_report *r = mcd_judge_own_report(j, j->task->join.called_ns, &at);
	struct mcd_member folded = { .nsources = 0 };

	if (!r) {
		judge_state(j, NULL);
	} else if (!j->task->leave.called_ns) {
		judge_state(j, current_state(j, r->source));
	} else if (!j->findings) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "muted: no memory for folding, and we have left");
	} else {
		size_t records = mcd_member_fold(j->nic, j->group->address, r->source, true, j->task->leave.called_ns, &folded);

		judge_state(j, records ? &folded : NULL);
		free(folded.sources);
	}
}

void mcd_check_filter(struct mcd_judge *j)
{
	const struct mcd_report *r;

	j->check = MCD_CHECK_SOURCE_FILTER;
	if (!j->request->join || j->group->nsources == 0) {
		mcd_judge_set(j, MCD_SKIPPED, true, "%s", j->request->join ? "no source was asked for" : "no join was asked for");
		return;
	}
	if (!j->task->join.done) {
		bool failed = mcd_judge_status(j, MCD_CHECK_JOIN) == MCD_FAIL;

		mcd_judge_set(j, failed ? MCD_SKIPPED : MCD_INCONCLUSIVE, failed || j->ended, "%s",
			      failed ? "there is no membership" : "not joined yet");
		return;
	}
	if (mcd_judge_never_reported(j)) {
		mcd_judge_set(j, MCD_SKIPPED, true, "this host never reports %s", mcd_text_addr(j->group->address).s);
		return;
	}
	r = sourceless_report(j);
	if (r)
		judge_lost(j, r);
	else if (mcd_judge_wire(j))
		judge_records(j);
}
