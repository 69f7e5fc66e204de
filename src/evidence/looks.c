/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/looks.h"

#include "evidence/limits.h"
#include "evidence/observe.h"
#include "evidence/tables.h"

#include <stdlib.h>

static const int64_t edge_ns = MCD_LOOK_EDGE_MS * INT64_C(1000000);

void mcd_observe_promiscuous(struct mcd_nic *nic, bool on, int64_t when_ns)
{
	if (on && nic->nlooks < MCD_LOOKS)
		nic->looks[nic->nlooks++] = (struct mcd_look){ .on_ns = when_ns };
	else if (!on && nic->nlooks)
		nic->looks[nic->nlooks - 1].off_ns = when_ns;
	nic->changed = true;
}

/* MCD_PHASES = none: at an edge. */
static unsigned phase_of(const struct mcd_nic *nic, int64_t when_ns)
{
	unsigned phase = 0;

	for (unsigned i = 0; i < nic->nlooks && when_ns >= nic->looks[i].on_ns; i++) {
		const int64_t off_ns = nic->looks[i].off_ns;

		if (off_ns == 0 || when_ns <= off_ns)
			phase = 2 * i + 1;
		else
			phase = when_ns <= off_ns + edge_ns ? MCD_PHASES : 2 * i + 2;
	}
	return phase;
}

static void count(struct mcd_phase *phase, const struct mcd_sight *sight, bool right_mac)
{
	const int64_t gap = sight->when_ns - phase->last_ns;

	if (phase->packets++ == 0) {
		phase->first_packet = sight->number;
		phase->first_ns = sight->when_ns;
	} else if (gap > phase->longest_gap_ns) {
		phase->longest_gap_ns = gap;
	}
	phase->last_ns = sight->when_ns;
	phase->misaddressed += !right_mac;
}

void mcd_looks_observe(const struct mcd_sight *sight, const struct mcd_stream *s)
{
	const unsigned phase = phase_of(sight->nic, sight->when_ns);
	struct mcd_task *task = s->task == MCD_NO_TASK ? NULL : &sight->nic->tasks[s->task];

	if (!s->accepted || !task || phase == MCD_PHASES || sight->out || s->local_source || s->ours || s->vlan)
		return;
	if (task->leave.called_ns && sight->when_ns >= task->leave.called_ns)
		return;
	if (!task->phases)
		task->phases = calloc(MCD_PHASES, sizeof *task->phases);
	if (task->phases)
		count(&task->phases[phase], sight, s->right_mac);
	else
		mcd_omit(sight->nic, MCD_OMITTED_STREAMS);
}
