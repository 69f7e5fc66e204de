/* SPDX-License-Identifier: ISC */
/* `join` and `source_filter` of a capture: does any host on this wire ask for the group, and with the filter that was asked for? */
#include <config.h>

#include "diagnose/passive.h"

#include <stdlib.h>

enum { MOST_HOSTS = 64 }; /* whose records are folded */

static bool is_asked(const struct mcd_judge *j, struct mcd_addr group)
{
	return mcd_addr_equal(group, j->group->address);
}

/* The first report of the group: on that network, or on any. */
static const struct mcd_report *first_report(const struct mcd_judge *j, const struct mcd_stream *near)
{
	for (size_t i = 0; i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (is_asked(j, r->group) && (!near || (r->vlan == near->vlan && r->inner_vlan == near->inner_vlan)))
			return r;
	}
	return NULL;
}

void mcd_passive_choose(struct mcd_judge *j)
{
	const struct mcd_stream *stream = NULL, *asked = NULL;
	const struct mcd_report *r;

	for (size_t i = 0; i < j->nic->streams.count && !asked; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!mcd_stream_asked(j, s))
			continue;
		if (!stream)
			stream = s;
		if (first_report(j, s))
			asked = s; /* a router has it on several VLANs: where a host wants it */
	}
	if (asked)
		stream = asked;
	r = stream ? NULL : first_report(j, NULL);
	if (stream || r) {
		j->vlan = stream ? stream->vlan : r->vlan;
		j->inner_vlan = stream ? stream->inner_vlan : r->inner_vlan;
	}
}

const struct mcd_report *mcd_passive_report(const struct mcd_judge *j, size_t *at)
{
	while (*at < j->nic->reports.count) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, (*at)++);

		if (is_asked(j, r->group) && MCD_HERE(j, r))
			return r;
	}
	return NULL;
}

/* A general query, or one for the group, that the capture holds: something was due from every member. */
static const struct mcd_query *asking(const struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (mcd_query_counts(j, q) && (mcd_addr_is_unspecified(q->group) || is_asked(j, q->group)) &&
		    mcd_judge_until(j) - q->when_ns >= (q->max_response_ms + MCD_ANSWER_SLACK_MS) * MCD_MS)
			return q;
	}
	return NULL;
}

static void judge_unreported(struct mcd_judge *j)
{
	const struct mcd_query *q = mcd_passive_is_blind(j) ? NULL : asking(j);

	if (mcd_judge_never_reported(j))
		mcd_judge_set(j, MCD_SKIPPED, true, "no host ever reports %s", mcd_text_addr(j->group->address).s);
	else if (q)
		mcd_judge_set(j, MCD_SKIPPED, true, "no host on this wire is a member: none answered the query in packet %llu",
			      (unsigned long long)q->packet);
	else
		mcd_judge_set(j, MCD_SKIPPED, true, "the capture holds no report of the group, and no query that one was due to");
}

void mcd_passive_join(struct mcd_judge *j)
{
	const struct mcd_report *r, *first = NULL;

	j->check = MCD_CHECK_JOIN;
	for (size_t at = 0; (r = mcd_passive_report(j, &at)) != NULL;) {
		mcd_rules_report(j, r);
		if (!first && mcd_report_joins(r) && mcd_report_counts(r))
			first = r;
	}
	if (first)
		mcd_judge_set(j, MCD_PASS, true, "%s of %s in packet %llu%s", mcd_text_record(first).s, mcd_text_addr(first->source).s,
			      (unsigned long long)first->packet, mcd_text_vlan(first->vlan, first->inner_vlan).s);
	else if (mcd_judge_wire(j))
		judge_unreported(j);
}

/* ---- source_filter ---- */

/* What the hosts of this wire asked for. */
struct filters {
	size_t hosts;
	bool matched, sourceless;
	const struct mcd_member *first;
	bool wider;	      /* what that host asked for at last lets through all that was asked for, and more */
	struct mcd_addr host; /* that matched, else the first */
	uint64_t packet;
	int64_t when_ns;
	struct mcd_text held; /* by that host, at last */
};

/* Walk the records of one host and see whether a router ever held the filter that was asked for. */
static bool walk_host(const struct mcd_judge *j, struct mcd_addr host, struct filters *f)
{
	struct mcd_member state = { .group = j->group->address, .host = host, .mode = MCD_INCLUDE };
	const struct mcd_report *r;
	bool memory = true;

	for (size_t at = 0; memory && !f->matched && (r = mcd_passive_report(j, &at)) != NULL;) {
		if (!mcd_addr_equal(r->source, host))
			continue;
		memory = mcd_member_apply(&state, r);
		f->sourceless |= r->type == MCD_IGMP_V1_REPORT || r->type == MCD_IGMP_V2_REPORT;
		if (!memory || !(mcd_report_joins(r) || state.nsources))
			continue;
		f->matched = mcd_filter_equals(&state, j->group);
		/* Routers take no exclude in the range of source-specific groups (RFC 4604, 2.2.4). */
		f->wider = !(state.mode == MCD_EXCLUDE && mcd_addr_scope(j->group->address) == MCD_SCOPE_SSM) && mcd_filter_covers(&state, j->group);
		f->host = host;
		f->packet = r->packet;
		f->when_ns = r->when_ns;
		f->held = mcd_text_filter(state.mode, state.sources, state.nsources);
	}
	free(state.sources);
	return memory;
}

static bool walk_hosts(struct mcd_judge *j, struct filters *f)
{
	*f = (struct filters){ .hosts = 0 };
	for (size_t i = 0; i < j->nic->members.count && !f->matched && f->hosts < MOST_HOSTS; i++) {
		const struct mcd_member *m = mcd_vec_at(&j->nic->members, i);

		if (!is_asked(j, m->group) || !MCD_HERE(j, m))
			continue;
		if (f->hosts++ == 0)
			f->first = m;
		if (!walk_host(j, m->host, f))
			return false;
	}
	return true;
}

static void find_lost(struct mcd_judge *j, const struct filters *f)
{
	struct mcd_finding *found = mcd_find_group(j, MCD_SOURCE_FILTER_LOST);

	mcd_find_summary(found, "The filter %s was asked for %s, but the only member on %s reports in an older version, which carries no source",
			 mcd_text_filter(j->group->mode, j->group->sources, j->group->nsources).s, mcd_text_addr(j->group->address).s,
			 j->nic->iface->name);
	mcd_find_clue(j, found, j->nic, f->packet, f->when_ns, "the report of %s carries no source", mcd_text_addr(f->host).s);
	mcd_passive_forced(j, f->first);
	mcd_judge_set(j, MCD_FAIL, true, "%s reports without a source in packet %llu", mcd_text_addr(f->host).s, (unsigned long long)f->packet);
}

static void find_wrong(struct mcd_judge *j, const struct filters *f)
{
	struct mcd_finding *found = mcd_find_group(j, MCD_SOURCE_FILTER_WRONG);
	struct mcd_text asked = mcd_text_filter(j->group->mode, j->group->sources, j->group->nsources);

	if (found) {
		found->confidence = MCD_LIKELY;
		found->severity = f->wider ? MCD_WARNING : MCD_FAULT;
	}
	mcd_find_summary(found, "A router holds %s for %s on %s, not %s as asked%s, and no other host there is a member", f->held.s,
			 mcd_text_addr(j->group->address).s, j->nic->iface->name, asked.s, f->wider ? ": what was asked for comes, and more" : "");
	mcd_find_clue(j, found, j->nic, f->packet, f->when_ns, "after this record of %s a router holds %s", mcd_text_addr(f->host).s, f->held.s);
	mcd_find_settle(found, "make sure that the capture holds the host that should have asked");
	mcd_judge_set(j, f->wider ? MCD_WARN : MCD_FAIL, true, "a router holds %s after packet %llu, asked was %s", f->held.s, (unsigned long long)f->packet, asked.s);
}

void mcd_passive_filter(struct mcd_judge *j)
{
	struct filters f;

	j->check = MCD_CHECK_SOURCE_FILTER;
	if (j->group->nsources == 0) {
		mcd_judge_set(j, MCD_SKIPPED, true, "no source was asked for");
		return;
	}
	if (!walk_hosts(j, &f)) {
		j->no_memory = true;
		return;
	}
	if (f.matched)
		mcd_judge_set(j, MCD_PASS, true, "a router holds %s for %s after packet %llu", f.held.s, mcd_text_addr(f.host).s,
			      (unsigned long long)f.packet);
	else if (f.packet == 0)
		mcd_judge_set(j, MCD_SKIPPED, true, "no host on this wire is a member");
	else if (f.hosts > 1)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "none of %s%zu members asks for that filter, and the capture does not tell which of them should",
			      f.hosts == MOST_HOSTS ? "at least " : "", f.hosts);
	else if (mcd_judge_excused(j, "record with that filter"))
		return;
	else if (f.sourceless)
		find_lost(j, &f);
	else
		find_wrong(j, &f);
}
