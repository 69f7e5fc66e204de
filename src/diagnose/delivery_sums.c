/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/delivery.h"
#include "diagnose/routes.h"

uint64_t mcd_stream_missing(const struct mcd_stream *s)
{
	const struct mcd_reception *got = mcd_stream_reception(s);
	uint64_t bytes = got->deliverable_bytes > got->delivered_bytes ? got->deliverable_bytes - got->delivered_bytes : 0;

	if (mcd_stream_rare(s)->superframes && got->largest_arrival)
		return (bytes + got->largest_arrival - 1) / got->largest_arrival;
	return got->deliverable > got->delivered ? got->deliverable - got->delivered : 0;
}

bool mcd_accounts(uint64_t grew, uint64_t missing)
{
	return grew != UINT64_MAX && grew > 0 && grew + missing / 10 + MCD_EDGE_DATAGRAMS >= missing;
}

uint64_t mcd_grown(uint64_t before, uint64_t after)
{
	return before == UINT64_MAX || after == UINT64_MAX || after < before ? UINT64_MAX : after - before;
}

static void grow_ipv4(struct mcd_growth *g, const struct mcd_host_counters *b, const struct mcd_host_counters *a)
{
	g->receives = mcd_grown(b->ip_in_receives, a->ip_in_receives);
	g->mcast = mcd_grown(b->ip_in_mcast_pkts, a->ip_in_mcast_pkts);
	g->rp_filter = mcd_grown(b->ip_reverse_path_filter, a->ip_reverse_path_filter);
	g->udp_csum = mcd_grown(b->udp_in_csum_errors, a->udp_in_csum_errors);
	g->ip_csum = mcd_grown(b->ip_in_csum_errors, a->ip_in_csum_errors);
	g->rcvbuf = mcd_grown(b->udp_rcvbuf_errors, a->udp_rcvbuf_errors);
}

static void grow_ipv6(struct mcd_growth *g, const struct mcd_host_counters *b, const struct mcd_host_counters *a)
{
	g->v6 = true;
	g->receives = mcd_grown(b->ip6_in_receives, a->ip6_in_receives);
	g->mcast = mcd_grown(b->ip6_in_mcast_pkts, a->ip6_in_mcast_pkts);
	g->udp_csum = mcd_grown(b->udp6_in_csum_errors, a->udp6_in_csum_errors);
	g->rcvbuf = mcd_grown(b->udp6_rcvbuf_errors, a->udp6_rcvbuf_errors);
}

struct mcd_growth mcd_growth_of(const struct mcd_judge *j)
{
	const struct mcd_evidence *e = j->evidence;
	struct mcd_growth g = { .known = false };

	if (j->mld)
		grow_ipv6(&g, &e->before.counters, &e->after.counters);
	else
		grow_ipv4(&g, &e->before.counters, &e->after.counters);
	g.known = e->has_host && e->ended_ns && g.receives != UINT64_MAX && g.rp_filter != UINT64_MAX &&
		  g.udp_csum != UINT64_MAX && g.ip_csum != UINT64_MAX;
	return g;
}

uint64_t mcd_rp_candidates(const struct mcd_evidence *e, bool *others)
{
	uint64_t missing = 0;

	*others = false;
	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_nic *nic = &e->nics[i];
		const struct mcd_host_iface *kernel = mcd_host_iface(&e->after, nic->iface->index);

		for (size_t k = 0; kernel && kernel->rp_filter > 0 && k < nic->streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, k);

			bool counted = s->accepted && nic->tasks[s->task].ready_ns;

			if (!mcd_addr_is_v4(s->group) || s->local_source || (counted && mcd_stream_missing(s) == 0) || mcd_way_back(e, nic, s->group, s->source) == MCD_WAY_BACK_TAKEN)
				continue;
			missing += mcd_stream_missing(s);
			*others = *others || !counted;
		}
		for (size_t k = 0; kernel && kernel->rp_filter > 0 && k < nic->queriers.count; k++) {
			const struct mcd_querier *querier = mcd_vec_at(&nic->queriers, k);

			*others = *others || (!querier->mld && mcd_way_back(e, nic, mcd_addr_all_hosts(false), querier->address) != MCD_WAY_BACK_TAKEN);
		}
	}
	return missing;
}

static bool is_judged_family(const struct mcd_judge *j, struct mcd_addr group)
{
	return mcd_addr_is_v4(group) != j->mld;
}

uint64_t mcd_checksums_seen(const struct mcd_judge *j)
{
	const struct mcd_evidence *e = j->evidence;
	uint64_t seen = 0;

	for (size_t i = 0; i < e->nnics; i++)
		for (size_t k = 0; k < e->nics[i].streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&e->nics[i].streams, k);

			seen += is_judged_family(j, s->group) ? mcd_stream_rare(s)->bad_checksum : 0;
		}
	return seen;
}

/* What the sockets of this run, and IGMP or MLD, account for in the host's counters, and what is missing on all NICs together. */
struct explained {
	uint64_t arrived, missing;
	uint64_t queries;		/* counted as they came in, and as multicast where the group is ours */
	bool known;			/* there is enough to tell by, and a datagram is a packet */
};

static bool is_from_others(const struct mcd_judge *j, const struct mcd_query *q)
{
	return !q->out && q->mld == j->mld;
}

static struct explained explain(const struct mcd_judge *j)
{
	enum { ENOUGH = 20 };
	const struct mcd_evidence *e = j->evidence;
	struct explained x = { .known = true };

	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_nic *nic = &e->nics[i];

		for (size_t g = 0; g < e->request->ngroups; g++)
			if (is_judged_family(j, e->request->groups[g].address))
				x.arrived += nic->tasks[g].arrived_foreign + nic->tasks[g].arrived_ours;
		for (size_t k = 0; k < nic->queries.count; k++)
			x.queries += is_from_others(j, mcd_vec_at(&nic->queries, k));
		for (size_t k = 0; k < nic->streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, k);

			if (!is_judged_family(j, s->group))
				continue;
			x.missing += mcd_stream_missing(s);
			x.known = x.known && !mcd_stream_rare(s)->superframes && !mcd_stream_rare(s)->later_fragments;
		}
	}
	x.known = x.known && x.missing >= ENOUGH;
	return x;
}

/* Whether a counter grew by what is missing too (1), by what arrived only (0), or by something between, which tells nothing (-1). */
static int counted(uint64_t grew, const struct explained *x)
{
	uint64_t most = grew > x->arrived ? grew - x->arrived : 0, least = most > x->queries ? most - x->queries : 0;

	if (grew == UINT64_MAX || !x->known)
		return -1;
	return least >= x->missing - x->missing / 10 ? 1 : most <= x->missing / 4 ? 0 : -1;
}

const char *mcd_drop_hook(const struct mcd_judge *j, uint64_t receives, uint64_t mcast)
{
	struct explained x = explain(j);
	int accepted = counted(mcast, &x), received = counted(receives, &x);

	if (accepted == 1)
		return "so the drop is in an input hook";
	if (accepted == 0 && received == 1)
		return "so the drop is before the input hooks: prerouting or raw";
	if (accepted == 0 && received == 0)
		return "so the drop is before IP: netdev ingress or tc";
	return "which does not tell the hook";
}
