/* SPDX-License-Identifier: ISC */
/* The order of the findings: a cause before what it brings about, then by weight and place. */
#include <config.h>

#include "diagnose/judge.h"

#include <stdlib.h>

/* What a finding is sorted by. */
struct rank {
	size_t origin;
	unsigned depth; /* causes above it */
	enum mcd_severity severity;
	size_t nic; /* 1-based; 0 = the host, SIZE_MAX = the host where no check is touched by it */
	bool has_group;
	struct mcd_addr group;
	uint16_t port;
	enum mcd_code code;
	uint8_t family;
};

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_ranks(const void *left, const void *right)
{
	const struct rank *a = left, *b = right;
	int order = compare_sizes(a->depth, b->depth);

	if (!order)
		order = compare_sizes(a->severity, b->severity);
	if (!order)
		order = compare_sizes(a->nic, b->nic);
	if (!order)
		order = compare_sizes(a->has_group, b->has_group);
	if (!order)
		order = mcd_addr_compare(a->group, b->group);
	if (!order)
		order = compare_sizes(a->port, b->port);
	if (!order)
		order = compare_sizes(a->code, b->code);
	return order ? order : compare_sizes(a->family, b->family);
}

static struct rank rank_of(const struct mcd_evidence *e, const struct mcd_vec *findings, size_t i)
{
	const struct mcd_finding *f = mcd_vec_at(findings, i), *up = f;
	struct rank r = { .origin = i, .severity = f->severity, .code = f->code, .family = f->family, .has_group = f->has_group, .group = f->group, .port = f->port };

	while (up->because_of >= 0) {
		up = mcd_vec_at(findings, (size_t)up->because_of);
		r.depth++;
	}
	r.nic = f->nic ? (size_t)(f->nic - e->nics) + 1 : f->checks ? 0 : SIZE_MAX;
	return r;
}

/* Where finding ORIGIN was, place[ORIGIN] is now: let because_of follow. False when memory is out. */
static bool follow(struct mcd_finding *findings, const struct rank *ranks, size_t count)
{
	long *place = malloc(count * sizeof *place);

	for (size_t i = 0; place && i < count; i++)
		place[ranks[i].origin] = (long)i;
	for (size_t i = 0; place && i < count; i++)
		if (findings[i].because_of >= 0)
			findings[i].because_of = place[findings[i].because_of];
	free(place);
	return place != NULL;
}

/* Put the findings in the order of RANKS, whose origins are lost: in place, one cycle of them after the other, since a finding is large. */
static void reorder(struct mcd_finding *findings, struct rank *ranks, size_t count)
{
	for (size_t start = 0; start < count; start++) {
		struct mcd_finding first = findings[start];
		size_t at = start, from;

		while ((from = ranks[at].origin) != start) {
			findings[at] = findings[from];
			ranks[at].origin = at;
			at = from;
		}
		findings[at] = first;
		ranks[at].origin = at;
	}
}

bool mcd_findings_sort(const struct mcd_evidence *e, struct mcd_vec *findings)
{
	struct mcd_vec ranks;
	bool memory = true;

	mcd_vec_init(&ranks, sizeof(struct rank));
	for (size_t i = 0; memory && i < findings->count; i++) {
		struct rank *r = mcd_vec_push(&ranks);

		if (r)
			*r = rank_of(e, findings, i);
		memory = r != NULL;
	}
	mcd_vec_sort(&ranks, compare_ranks);
	memory = memory && (findings->count == 0 || follow(findings->items, ranks.items, findings->count));
	if (memory)
		reorder(findings->items, ranks.items, findings->count);
	mcd_vec_fini(&ranks);
	return memory;
}
