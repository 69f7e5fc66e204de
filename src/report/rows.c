/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/rows.h"

#include <stdlib.h>

static const double most_rate = 1e15;

bool mcd_nic_was_captured(const struct mcd_nic *nic)
{
	return nic->capture.open || nic->capture.opened_ns != 0 || nic->capture.packets > 0;
}

/* N datagrams span N - 1 gaps. */
bool mcd_stream_rate(const struct mcd_stream *stream, double *pps, double *bps)
{
	const struct mcd_reception *got = mcd_stream_reception(stream);
	const bool wire = stream->packets > 0;
	const double count = wire ? (double)stream->packets : (double)got->delivered;
	const double bytes = wire ? (double)stream->bytes : (double)got->delivered_bytes;
	const int64_t ns = wire ? stream->last_ns - stream->first_ns : got->last_arrival_ns - got->first_arrival_ns;

	if (count < 2 || ns <= 0)
		return false;
	*pps = (count - 1) / ((double)ns / 1e9);
	*bps = bytes * 8 / count * *pps;
	return *pps < most_rate && *bps < most_rate;
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
