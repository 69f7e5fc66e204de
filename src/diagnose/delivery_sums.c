/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/delivery.h"
#include "diagnose/judge.h"

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

uint64_t mcd_rp_candidates(const struct mcd_evidence *e, bool *others)
{
	uint64_t missing = 0;

	*others = false;
	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_nic *nic = &e->nics[i];
		const struct mcd_host_iface *kernel = mcd_host_iface(&e->after, nic->iface->index);

		for (size_t k = 0; kernel && kernel->rp_filter > 0 && k < nic->streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, k);

			if (s->local_source || mcd_iface_is_on_link(nic->iface, s->source))
				continue;
			missing += mcd_stream_missing(s);
			*others = *others || !s->accepted || !nic->tasks[s->task].ready_ns;
		}
		for (size_t k = 0; kernel && kernel->rp_filter > 0 && k < nic->queriers.count; k++)
			*others = *others || !mcd_iface_is_on_link(nic->iface, ((const struct mcd_querier *)mcd_vec_at(&nic->queriers, k))->address);
	}
	return missing;
}

/* What the sockets of this run and IGMP account for in the host's counters, and what is missing on all NICs together. */
struct explained {
	uint64_t arrived, missing;
	uint64_t queries;		/* counted as they came in, and as multicast where the group is ours */
	bool known;			/* there is enough to tell by, and a datagram is a packet */
};

static struct explained explain(const struct mcd_evidence *e)
{
	enum { ENOUGH = 20 };
	struct explained x = { .known = true };

	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_nic *nic = &e->nics[i];

		for (size_t g = 0; g < e->request->ngroups; g++)
			x.arrived += nic->tasks[g].arrived_foreign + nic->tasks[g].arrived_ours;
		for (size_t k = 0; k < nic->queries.count; k++)
			x.queries += !((const struct mcd_query *)mcd_vec_at(&nic->queries, k))->out;
		for (size_t k = 0; k < nic->streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, k);

			x.missing += mcd_stream_missing(s);
			x.known = x.known && !mcd_stream_rare(s)->superframes;
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

const char *mcd_drop_hook(const struct mcd_evidence *e, uint64_t receives, uint64_t mcast)
{
	struct explained x = explain(e);
	int accepted = counted(mcast, &x), received = counted(receives, &x);

	if (accepted == 1)
		return "so the drop is in an input hook";
	if (accepted == 0 && received == 1)
		return "so the drop is before the input hooks: prerouting or raw";
	if (accepted == 0 && received == 0)
		return "so the drop is before IP: netdev ingress or tc";
	return "which does not tell the hook";
}
