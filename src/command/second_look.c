/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/second_look.h"

#include "diagnose/diagnose.h"
#include "evidence/observe.h"
#include "net/clock.h"
#include "net/promisc.h"

#include <stdlib.h>

#define MS INT64_C(1000000) /* ns */

enum { TICK_MS = 50 };

void mcd_looker_init(struct mcd_looker *out, struct mcd_evidence *evidence, bool asked)
{
	*out = (struct mcd_looker){ .evidence = evidence, .fd = -1 };
	if (asked)
		out->refused = calloc(evidence->nnics + 1, sizeof *out->refused);
}

static bool is_on(const struct mcd_nic *nic)
{
	return nic->nlooks && nic->looks[nic->nlooks - 1].off_ns == 0;
}

/* Where somebody has made it promiscuous already, nothing would change. */
static bool begin(struct mcd_looker *looker, struct mcd_nic *nic)
{
	int64_t when;

	if (looker->fd < 0)
		looker->fd = mcd_promisc_open(NULL);
	if (looker->fd < 0 || mcd_promisc_count(nic->iface->index) > 0)
		return false;
	when = mcd_clock_wall_ns();
	if (!mcd_promisc_set(looker->fd, nic->iface->index, true, NULL))
		return false;
	mcd_observe_promiscuous(nic, true, when);
	return true;
}

/* An interface that has gone is promiscuous no longer either. */
static void end(struct mcd_looker *looker, struct mcd_nic *nic)
{
	mcd_promisc_set(looker->fd, nic->iface->index, false, NULL);
	mcd_observe_promiscuous(nic, false, mcd_clock_wall_ns());
}

void mcd_looker_turn(struct mcd_looker *looker, int64_t until)
{
	const int64_t now = mcd_clock_ns(), wall = mcd_clock_wall_ns();
	const int64_t wall_until = until == INT64_MAX ? INT64_MAX : wall + (until - now);

	if (!looker->refused || now < looker->next)
		return;
	looker->next = now + TICK_MS * MS;
	for (size_t i = 0; i < looker->evidence->nnics; i++) {
		struct mcd_nic *nic = &looker->evidence->nics[i];

		if (!mcd_nic_is_used(nic) || looker->refused[i] || mcd_look_wanted(looker->evidence, i, wall, wall_until) == is_on(nic))
			continue;
		if (is_on(nic))
			end(looker, nic);
		else
			looker->refused[i] = !begin(looker, nic);
	}
}

void mcd_looker_fini(struct mcd_looker *looker)
{
	for (size_t i = 0; looker->fd >= 0 && i < looker->evidence->nnics; i++)
		if (is_on(&looker->evidence->nics[i]))
			end(looker, &looker->evidence->nics[i]);
	mcd_promisc_close(looker->fd);
	looker->fd = -1;
	free(looker->refused);
	looker->refused = NULL;
}
