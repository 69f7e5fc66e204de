/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/peers.h"

#include <stdlib.h>
#include <string.h>

static int by_peer(const void *left, const void *right)
{
	const struct mcd_peer *a = left, *b = right;
	int order = strcmp(a->seen->host, b->seen->host);

	if (!order)
		order = (a->seen->session > b->seen->session) - (a->seen->session < b->seen->session);
	if (!order)
		order = (a->nic > b->nic) - (a->nic < b->nic); /* rows of one array, ascending by interface index */
	if (!order)
		order = strcmp(a->seen->iface, b->seen->iface);
	return order ? order : (a->seen->group > b->seen->group) - (a->seen->group < b->seen->group);
}

static bool is_peer(const struct mcd_probe_seen *seen)
{
	return !seen->ours && !seen->out;
}

bool mcd_peers(const struct mcd_evidence *evidence, struct mcd_vec *out)
{
	bool whole = true;

	mcd_vec_init(out, sizeof(struct mcd_peer));
	for (size_t n = 0; n < evidence->nnics; n++) {
		const struct mcd_nic *nic = &evidence->nics[n];

		for (size_t i = 0; i < nic->probes.count; i++) {
			const struct mcd_probe_seen *seen = mcd_vec_at(&nic->probes, i);
			struct mcd_peer *peer = is_peer(seen) ? mcd_vec_push(out) : NULL;

			if (peer)
				*peer = (struct mcd_peer){ nic, seen };
			else if (is_peer(seen))
				whole = false;
		}
	}
	if (out->count)
		qsort(out->items, out->count, sizeof(struct mcd_peer), by_peer);
	return whole;
}

uint64_t mcd_peer_before_first(const struct mcd_peer *peer)
{
	return peer->seen->first_sequence ? peer->seen->first_sequence - 1 : 0;
}
