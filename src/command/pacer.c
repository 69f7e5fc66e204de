/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/pacer.h"

static const int64_t most_behind_ns = 1000000000;

void mcd_pacer_begin(struct mcd_pacer *out, uint64_t units, uint64_t span_ns, int64_t now_ns)
{
	*out = (struct mcd_pacer){ .units = units, .span_ns = span_ns, .due_ns = now_ns, .held_ns = now_ns };
}

int64_t mcd_pacer_next(const struct mcd_pacer *pacer)
{
	int64_t due = pacer->due_ns + (pacer->part > 0); /* part of a ns later is the ns after */

	return due > pacer->held_ns ? due : pacer->held_ns;
}

/* COST units later: the ns as a whole number and a fraction, so that nothing is ever rounded away. */
static void advance(struct mcd_pacer *pacer, uint64_t cost)
{
	uint64_t part = pacer->part + cost * (pacer->span_ns % pacer->units);

	pacer->due_ns += (int64_t)(cost * (pacer->span_ns / pacer->units) + part / pacer->units);
	pacer->part = part % pacer->units;
}

unsigned mcd_pacer_due(const struct mcd_pacer *pacer, int64_t now_ns, uint64_t cost, unsigned most)
{
	struct mcd_pacer ahead = *pacer;
	unsigned count = 0;

	while (count < most && mcd_pacer_next(&ahead) <= now_ns) {
		advance(&ahead, cost);
		count++;
	}
	return count;
}

void mcd_pacer_took(struct mcd_pacer *pacer, int64_t now_ns, uint64_t cost, unsigned count)
{
	int64_t before = pacer->due_ns;

	for (unsigned i = 0; i < count; i++)
		advance(pacer, cost);
	if (pacer->due_ns > now_ns)
		return;
	pacer->held_ns = now_ns + (pacer->due_ns - before) / 2;
	if (now_ns - pacer->due_ns > most_behind_ns)
		pacer->due_ns = now_ns - most_behind_ns;
}
