/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/tables.h"

#include <string.h>

static const uint32_t all_hosts = 0xe0000001; /* 224.0.0.1 */

/* RFC 9776, 4.1.12 and 9.1: a query to anything else is none. */
static bool is_valid(const struct mcd_packet *p)
{
	const struct mcd_addr group = p->igmp.group;
	bool general = mcd_addr_is_unspecified(group);

	if (p->igmp.checksum == MCD_CHECKSUM_BAD || (!general && !mcd_addr_is_multicast(group)))
		return false;
	return mcd_addr_equal(p->ip.destination, mcd_addr_v4(all_hosts)) || (!general && mcd_addr_equal(p->ip.destination, group));
}

/* The lowest address wins, per VLAN; 0.0.0.0 is of a proxy and never does (RFC 9776, 6.6.2; RFC 4541, 2.1.1). */
static void elect(struct mcd_vec *queriers, bool tagged, uint16_t vlan)
{
	struct mcd_querier *best = NULL;

	for (size_t i = 0; i < queriers->count; i++) {
		struct mcd_querier *q = mcd_vec_at(queriers, i);

		if (q->tagged != tagged || q->vlan != vlan)
			continue;
		q->elected = false;
		if (!mcd_addr_is_unspecified(q->address) && (!best || mcd_addr_compare(q->address, best->address) < 0))
			best = q;
	}
	if (best)
		best->elected = true;
}

static struct mcd_querier *find_or_add(struct mcd_nic *nic, const struct mcd_query *query)
{
	struct mcd_querier *q;

	for (size_t i = 0; i < nic->queriers.count; i++) {
		q = mcd_vec_at(&nic->queriers, i);
		if (q->tagged == query->tagged && q->vlan == query->vlan && mcd_addr_equal(q->address, query->source))
			return q;
	}
	q = nic->queriers.count < MCD_MAX_QUERIERS ? mcd_vec_push(&nic->queriers) : NULL;
	if (!q) {
		nic->omitted++;
		return NULL;
	}
	q->address = query->source;
	q->tagged = query->tagged;
	q->vlan = query->vlan;
	q->first_ns = query->when_ns;
	q->first_packet = query->packet;
	elect(&nic->queriers, query->tagged, query->vlan);
	return q;
}

static void count(struct mcd_nic *nic, const struct mcd_query *query)
{
	struct mcd_querier *q = find_or_add(nic, query);

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
	struct mcd_scratch *scratch = &s->nic->scratch;

	if (!request->has_scratch || query->out || query->tagged || !query->valid || scratch->query_ns != 0)
		return;
	if (!mcd_addr_equal(query->group, request->scratch_group))
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
		.tagged = p->link.tagged,
		.vlan = p->link.vlan,
		.max_response_ms = p->igmp.max_response_ms,
		.interval_s = p->igmp.interval_s,
		.robustness = p->igmp.robustness,
		.valid = is_valid(p),
	};
	struct mcd_query *kept = s->nic->queries.count < MCD_MAX_QUERIES ? mcd_vec_push(&s->nic->queries) : NULL;

	if (p->link.has_source)
		memcpy(query.mac, p->link.source, sizeof query.mac);
	if (kept)
		*kept = query;
	else
		s->nic->omitted++;
	if (query.valid)
		count(s->nic, &query);
	note_scratch(s, &query);
}
