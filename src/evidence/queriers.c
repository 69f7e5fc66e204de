/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/tables.h"

#include <string.h>

/* RFC 9776, 4.1.12 and 9.1: a query to anything else is none. RFC 9777, 6.2: nor is one that came from beyond the link, or has no Router Alert. Hosts
 * ignore a general one with sources (4.1.8; RFC 9777, 5.1.10) too. */
static bool is_valid(const struct mcd_packet *p)
{
	const struct mcd_addr group = p->igmp.group, to = p->ip.destination;
	bool general = mcd_addr_is_unspecified(group);

	if (p->igmp.checksum == MCD_CHECKSUM_BAD || (general ? p->igmp.nsources > 0 : !mcd_addr_is_multicast(group)))
		return false;
	if (p->igmp.mld && (p->ip.ttl != 1 || !p->ip.router_alert || !mcd_addr_is_link_local(p->ip.source)))
		return false;
	return mcd_addr_equal(to, mcd_addr_all_hosts(p->igmp.mld)) || (!general && mcd_addr_equal(to, group));
}

static bool is_rival(const struct mcd_querier *a, const struct mcd_querier *b)
{
	return a->vlan == b->vlan && a->inner_vlan == b->inner_vlan && a->mld == b->mld;
}

/* The lowest address wins, per VLAN and family; 0.0.0.0 is of a proxy and never does (RFC 9776, 6.6.2; RFC 4541, 2.1.1). */
static void elect(struct mcd_vec *queriers, const struct mcd_querier *among)
{
	struct mcd_querier *best = NULL;

	for (size_t i = 0; i < queriers->count; i++) {
		struct mcd_querier *q = mcd_vec_at(queriers, i);

		if (!is_rival(q, among))
			continue;
		q->elected = false;
		if (!mcd_addr_is_unspecified(q->address) && (!best || mcd_addr_compare(q->address, best->address) < 0))
			best = q;
	}
	if (best)
		best->elected = true;
}

static struct mcd_querier *add(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_query *query, uint32_t hash)
{
	struct mcd_querier *q = NULL;

	if (mcd_hold(&evidence->held.queriers, 1, MCD_MAX_QUERIERS))
		q = mcd_index_push(&nic->tables->queriers, hash, &nic->queriers);
	if (!q) {
		mcd_omit(nic, MCD_OMITTED_QUERIERS);
		return NULL;
	}
	q->address = query->source;
	q->mld = query->mld;
	q->vlan = query->vlan;
	q->inner_vlan = query->inner_vlan;
	q->first_ns = query->when_ns;
	q->first_packet = query->packet;
	elect(&nic->queriers, q);
	return q;
}

static struct mcd_querier *find_or_add(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_query *query)
{
	uint64_t mixed = mcd_hash_mix(mcd_hash_addr(evidence->secret, query->source), (uint64_t)query->vlan << 16 | query->inner_vlan);
	uint32_t hash = mcd_hash_end(mixed);
	size_t place, at = 0;

	while ((place = mcd_index_next(&nic->tables->queriers, hash, &at)) != SIZE_MAX) {
		struct mcd_querier *q = mcd_vec_at(&nic->queriers, place);

		if (q->vlan == query->vlan && q->inner_vlan == query->inner_vlan && mcd_addr_equal(q->address, query->source))
			return q;
	}
	return add(evidence, nic, query, hash);
}

static void count(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_query *query)
{
	struct mcd_querier *q = find_or_add(evidence, nic, query);

	if (!q)
		return;
	q->queries++;
	q->version = query->version;
	q->max_response_ms = query->max_response_ms;
	q->interval_s = query->interval_s;
	q->robustness = query->robustness;
	q->last_ns = query->when_ns;
	q->last_packet = query->packet;
	memcpy(q->mac, query->mac, sizeof q->mac);
	if (!mcd_addr_is_unspecified(query->group))
		return;
	if (q->general++ == 0)
		q->first_general_ns = query->when_ns;
	q->last_general_ns = query->when_ns;
}

/* The answer to our leave of the scratch group: the proof of a living querier. */
static void note_scratch(const struct mcd_sight *s, const struct mcd_query *query)
{
	const struct mcd_request *request = s->evidence->request;
	const unsigned family = query->mld ? MCD_IPV6 : MCD_IPV4;
	struct mcd_scratch *scratch = &s->nic->scratch[family];

	if (!mcd_request_has_scratch(request, family) || query->out || query->vlan || !query->valid || scratch->query_ns != 0)
		return;
	if (!mcd_addr_equal(query->group, request->scratch_groups[family]))
		return;
	if (scratch->leave.called_ns == 0 || query->when_ns < scratch->leave.called_ns)
		return;
	scratch->query_ns = query->when_ns;
	scratch->query_packet = query->packet;
}

void mcd_queriers_observe(const struct mcd_sight *s)
{
	const struct mcd_packet *p = s->packet;
	struct mcd_query query = {
		.when_ns = s->when_ns,
		.packet = s->number,
		.out = s->out,
		.version = p->igmp.version,
		.source = p->ip.source,
		.destination = p->ip.destination,
		.group = p->igmp.group,
		.mld = p->igmp.mld,
		.vlan = p->link.vlan,
		.inner_vlan = p->link.inner_vlan,
		.max_response_ms = p->igmp.max_response_ms,
		.interval_s = p->igmp.interval_s,
		.robustness = p->igmp.robustness,
		.valid = is_valid(p),
	};
	struct mcd_query *kept = mcd_hold(&s->evidence->held.queries, 1, MCD_MAX_QUERIES) ? mcd_vec_push(&s->nic->queries) : NULL;

	if (p->link.has_source)
		memcpy(query.mac, p->link.source, sizeof query.mac);
	if (kept)
		*kept = query;
	else
		mcd_omit(s->nic, MCD_OMITTED_QUERIES);
	if (query.valid)
		count(s->evidence, s->nic, &query);
	note_scratch(s, &query);
}
