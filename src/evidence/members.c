/* SPDX-License-Identifier: ISC */
/* The state that a router holds for one host and one group. A router keeps a source that a change took away until its queries for it have
 * run out (RFC 9776, 6.4.2); the host that sent the change will not answer them, so that its own share of the state is known at once:
 * in INCLUDE the sources it wants, in EXCLUDE those it does not. */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/tables.h"

#include <stdlib.h>
#include <string.h>

/* Older Host Present Interval with the default values: robustness 2 * 125 s + 10 s (RFC 9776, 8.13). */
static const int64_t older_host_ns = INT64_C(260000000000);

/* Sources, ascending, no doubles; owned. */
struct set {
	struct mcd_addr *at;
	size_t count;
};

static int compare(const void *a, const void *b)
{
	return mcd_addr_compare(*(const struct mcd_addr *)a, *(const struct mcd_addr *)b);
}

/* A set of COUNT addresses in any order. False when memory is out. */
static bool set_of(struct set *out, const struct mcd_addr *addresses, size_t count)
{
	*out = (struct set){ NULL, 0 };
	if (count == 0)
		return true;
	out->at = malloc(count * sizeof *out->at);
	if (!out->at)
		return false;
	memcpy(out->at, addresses, count * sizeof *out->at);
	qsort(out->at, count, sizeof *out->at, compare);
	for (size_t i = 0; i < count; i++)
		if (out->count == 0 || !mcd_addr_equal(out->at[i], out->at[out->count - 1]))
			out->at[out->count++] = out->at[i];
	return true;
}

/* A + B. */
static bool set_union(struct set *out, const struct set *a, const struct set *b)
{
	size_t i = 0, j = 0;

	*out = (struct set){ NULL, 0 };
	if (a->count + b->count == 0)
		return true;
	out->at = malloc((a->count + b->count) * sizeof *out->at);
	if (!out->at)
		return false;
	while (i < a->count || j < b->count) {
		int order = i == a->count ? 1 : j == b->count ? -1 : mcd_addr_compare(a->at[i], b->at[j]);

		out->at[out->count++] = order <= 0 ? a->at[i] : b->at[j];
		i += order <= 0;
		j += order >= 0;
	}
	return true;
}

/* A - B, in place: it never needs memory. */
static void set_minus(struct set *a, const struct set *b)
{
	size_t kept = 0;

	for (size_t i = 0, j = 0; i < a->count; i++) {
		while (j < b->count && mcd_addr_compare(b->at[j], a->at[i]) < 0)
			j++;
		if (j == b->count || !mcd_addr_equal(b->at[j], a->at[i]))
			a->at[kept++] = a->at[i];
	}
	a->count = kept;
}

static void replace(struct mcd_member *m, enum mcd_filter_mode mode, struct set *sources)
{
	free(m->sources);
	m->mode = mode;
	m->sources = sources->at;
	m->nsources = (uint32_t)sources->count;
	*sources = (struct set){ NULL, 0 };
}

/* The version that the router speaks for this group on account of older reports (7.3.2). */
static int router_version(const struct mcd_member *m, int64_t when_ns)
{
	if (m->v1_ns != 0 && when_ns - m->v1_ns < older_host_ns)
		return 1;
	return m->v2_ns != 0 && when_ns - m->v2_ns < older_host_ns ? 2 : 3;
}

/* v1 and v2 messages as the v3 records that they stand for (7.3.2). */
static uint8_t record_of(const struct mcd_report *r)
{
	switch (r->type) {
	case MCD_IGMP_V1_REPORT:
	case MCD_IGMP_V2_REPORT:
		return MCD_IS_EX;
	case MCD_IGMP_LEAVE:
		return MCD_TO_IN;
	case MCD_IGMP_V3_REPORT:
		return r->record;
	default:
		return MCD_RECORD_NONE;
	}
}

bool mcd_report_counts(const struct mcd_report *r)
{
	uint8_t record = record_of(r);

	if (record < MCD_IS_IN || record > MCD_BLOCK || !r->checksum_ok || !mcd_addr_is_multicast(r->group))
		return false;
	/* RFC 9777, 5.2.13, 6.2 and 7.4: only MLD forbids what came from beyond the link, or from no address. */
	return mcd_addr_is_v4(r->group) || (r->ttl == 1 && r->router_alert && mcd_addr_is_link_local(r->source));
}

/* Sources of the record go in (ADD) or out of the member's list. False when memory is out. */
static bool change(struct mcd_member *m, bool add, const struct set *b)
{
	struct set a = { m->sources, m->nsources }, sum;

	if (!add) {
		set_minus(&a, b);
		m->nsources = (uint32_t)a.count;
		return true;
	}
	if (!set_union(&sum, &a, b))
		return false;
	replace(m, m->mode, &sum);
	return true;
}

/* RFC 9776, 6.4.1 and 6.4.2, of one host; B may be emptied. */
static bool transit(struct mcd_member *m, uint8_t record, int router, struct set *b)
{
	switch (record) {
	case MCD_ALLOW:
	case MCD_IS_IN: /* never replaces: it may answer a query about some sources only */
		return change(m, m->mode == MCD_INCLUDE, b);
	case MCD_BLOCK:
		return router < 3 || change(m, m->mode == MCD_EXCLUDE, b);
	case MCD_TO_IN:
		if (router > 1)
			replace(m, MCD_INCLUDE, b);
		return true;
	case MCD_TO_EX:
		if (router < 3)
			b->count = 0;
		replace(m, MCD_EXCLUDE, b);
		return true;
	default: /* IS_EX */
		replace(m, MCD_EXCLUDE, b);
		return true;
	}
}

static bool apply(struct mcd_member *m, const struct mcd_report *r)
{
	struct set b;
	bool done = set_of(&b, r->sources, r->nsources) && transit(m, record_of(r), router_version(m, r->when_ns), &b);

	free(b.at);
	if (!done)
		return false;
	if (r->type == MCD_IGMP_V1_REPORT)
		m->v1_ns = r->when_ns;
	if (r->type == MCD_IGMP_V2_REPORT)
		m->v2_ns = r->when_ns;
	m->version = r->version;
	m->last_ns = r->when_ns;
	m->last_packet = r->packet;
	return true;
}

static struct mcd_member member_of(const struct mcd_report *r)
{
	return (struct mcd_member){
		.group = r->group,
		.host = r->source,
		.out = r->out,
		.vlan = r->vlan,
		.inner_vlan = r->inner_vlan,
		.version = r->version,
		.mode = MCD_INCLUDE,
		.since_ns = r->when_ns,
		.last_ns = r->when_ns,
		.last_packet = r->packet,
	};
}

static bool is_same(const struct mcd_member *m, const struct mcd_report *r)
{
	return mcd_addr_equal(m->group, r->group) && mcd_addr_equal(m->host, r->source) && m->out == r->out && m->vlan == r->vlan &&
	       m->inner_vlan == r->inner_vlan;
}

static struct mcd_member *find_or_add(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_report *r)
{
	uint64_t mixed = mcd_hash_mix(mcd_hash_addr(mcd_hash_addr(evidence->secret, r->group), r->source), (uint64_t)r->vlan << 16 | r->inner_vlan);
	uint32_t hash = mcd_hash_end(mixed);
	size_t place, at = 0;
	struct mcd_member *m = NULL;

	while ((place = mcd_index_next(&nic->tables->members, hash, &at)) != SIZE_MAX) {
		m = mcd_vec_at(&nic->members, place);
		if (is_same(m, r))
			return m;
	}
	m = mcd_hold(&evidence->held.members, 1, MCD_MAX_MEMBERS) ? mcd_index_push(&nic->tables->members, hash, &nic->members) : NULL;
	if (m)
		*m = member_of(r);
	return m;
}

/* All of a report but when it came and what tells its member. */
static uint64_t digest(uint64_t secret, const struct mcd_report *r)
{
	const uint64_t form = (uint64_t)r->version << 32 | (uint64_t)r->type << 24 | (uint64_t)r->record << 16 | (uint64_t)r->ttl << 8 | r->router_alert;
	uint64_t mixed = mcd_hash_mix(mcd_hash_addr(secret, r->destination), form);

	for (size_t i = 0; i < r->nsources; i++)
		mixed = mcd_hash_addr(mixed, r->sources[i]);
	return mixed;
}

bool mcd_members_observe(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_report *report)
{
	size_t *held = &evidence->held.member_sources;
	uint64_t before;
	struct mcd_member *m;

	if (!mcd_report_counts(report))
		return false;
	m = *held + report->nsources <= MCD_MAX_SOURCES ? find_or_add(evidence, nic, report) : NULL;
	if (!m || m->nsources + report->nsources > MCD_MAX_MEMBER_SOURCES) {
		mcd_omit(nic, MCD_OMITTED_MEMBERS);
		return false;
	}
	before = m->said;
	m->said = digest(evidence->secret, report);
	*held -= m->nsources;
	if (!apply(m, report))
		mcd_omit(nic, MCD_OMITTED_MEMBERS);
	*held += m->nsources;
	return m->said == before && (m->mode == MCD_EXCLUDE || m->nsources > 0);
}

bool mcd_member_apply(struct mcd_member *state, const struct mcd_report *report)
{
	return !mcd_report_counts(report) || apply(state, report);
}

size_t mcd_member_fold(const struct mcd_nic *nic, struct mcd_addr group, struct mcd_addr host, bool out, int64_t until_ns, struct mcd_member *state)
{
	size_t records = 0;

	*state = (struct mcd_member){ .group = group, .host = host, .out = out, .mode = MCD_INCLUDE };
	for (size_t i = 0; i < nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&nic->reports, i);

		if (r->out != out || r->vlan || r->when_ns > until_ns || !mcd_addr_equal(r->group, group) || !mcd_addr_equal(r->source, host) ||
		    !mcd_report_counts(r))
			continue;
		if (records++ == 0)
			state->since_ns = r->when_ns;
		if (!apply(state, r)) {
			free(state->sources);
			state->sources = NULL;
			state->nsources = 0;
			records = 0;
			break;
		}
	}
	return records;
}
