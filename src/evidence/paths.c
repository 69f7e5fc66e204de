/* SPDX-License-Identifier: ISC */
/* To whom the way back matters: senders of IPv4, since Linux has no reverse path filter for IPv6. */
#include <config.h>

#include "evidence/evidence.h"

/* A general query goes to all hosts, which every host is a member of (RFC 1112, 4). */
static void ask_queriers(const struct mcd_nic *nic, struct mcd_host *host)
{
	for (size_t i = 0; i < nic->queriers.count; i++) {
		const struct mcd_querier *querier = mcd_vec_at(&nic->queriers, i);

		if (!querier->vlan && !querier->mld && !mcd_addr_is_unspecified(querier->address))
			mcd_host_ask_path(host, nic->iface->index, mcd_addr_all_hosts(false), querier->address);
	}
}

static void ask_sources(const struct mcd_nic *nic, struct mcd_host *host, bool lacking)
{
	for (size_t i = 0; i < nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);
		const struct mcd_reception *got = mcd_stream_reception(s);

		if (mcd_addr_is_v4(s->group) && s->accepted && !s->ours && !s->local_source && !s->vlan && (got->deliverable > got->delivered) == lacking)
			mcd_host_ask_path(host, nic->iface->index, s->group, s->source);
	}
}

void mcd_evidence_ask_paths(const struct mcd_evidence *evidence, struct mcd_host *host)
{
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < evidence->nnics; i++) {
			const struct mcd_nic *nic = &evidence->nics[i];

			if (!mcd_nic_is_used(nic))
				continue;
			if (round == 0)
				ask_queriers(nic, host);
			else
				ask_sources(nic, host, round == 1);
		}
}
