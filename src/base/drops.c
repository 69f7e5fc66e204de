/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/drops.h"

#include <string.h>

void mcd_drops_init(struct mcd_drops *drops)
{
	*drops = (struct mcd_drops){ .known = false };
	mcd_vec_init(&drops->rows, sizeof(struct mcd_drop));
}

void mcd_drops_fini(struct mcd_drops *drops)
{
	mcd_vec_fini(&drops->rows);
}

static int compare(const void *left, const void *right)
{
	const struct mcd_drop *a = left, *b = right;

	if (a->ifindex != b->ifindex)
		return a->ifindex < b->ifindex ? -1 : 1;
	if (!mcd_addr_equal(a->group, b->group))
		return mcd_addr_compare(a->group, b->group);
	if (!mcd_addr_equal(a->source, b->source))
		return mcd_addr_compare(a->source, b->source);
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	return strcmp(a->reason, b->reason);
}

void mcd_drops_sort(struct mcd_drops *drops)
{
	mcd_vec_sort(&drops->rows, compare);
}
