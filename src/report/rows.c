/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/rows.h"

#include <stdlib.h>

bool mcd_nic_was_captured(const struct mcd_nic *nic)
{
	return nic->capture.open || nic->capture.opened_ns != 0 || nic->capture.packets > 0;
}

const void **mcd_sorted(struct mcd_json *j, const struct mcd_vec *vec, int (*compare)(const void *, const void *))
{
	const void **sorted;

	if (vec->count == 0)
		return NULL;
	sorted = malloc(vec->count * sizeof *sorted);
	if (!sorted) {
		j->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < vec->count; i++)
		sorted[i] = mcd_vec_at(vec, i);
	qsort(sorted, vec->count, sizeof *sorted, compare);
	return sorted;
}

int mcd_by_vlan(bool a_tagged, uint16_t a, bool b_tagged, uint16_t b)
{
	unsigned left = a_tagged ? a + 1u : 0, right = b_tagged ? b + 1u : 0;

	return (left > right) - (left < right);
}

uint64_t mcd_probes_lost(const struct mcd_probe_seen *seen)
{
	uint64_t due, came = seen->packets > seen->duplicated ? seen->packets - seen->duplicated : 0;

	if (seen->last_sequence < seen->first_sequence)
		return 0;
	due = (uint64_t)seen->last_sequence - seen->first_sequence + 1;
	return due > came ? due - came : 0;
}
