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

int mcd_by_vlan(uint16_t a, uint16_t a_inner, uint16_t b, uint16_t b_inner)
{
	uint32_t left = (uint32_t)a << 16 | a_inner, right = (uint32_t)b << 16 | b_inner;

	return (left > right) - (left < right);
}
