/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/filter.h"

#include <stdlib.h>
#include <string.h>

void mcd_filter_fini(struct mcd_filter *filter)
{
	free(filter->sources);
	*filter = (struct mcd_filter){ .known = false };
}

void mcd_filter_begin(struct mcd_filter *filter, enum mcd_filter_mode mode)
{
	mcd_filter_fini(filter);
	*filter = (struct mcd_filter){ .known = true, .mode_known = true, .mode = mode };
}

bool mcd_filter_add(struct mcd_filter *filter, struct mcd_addr source)
{
	size_t at = filter->nsources;
	struct mcd_addr *more;

	while (at > 0 && mcd_addr_compare(filter->sources[at - 1], source) > 0)
		at--;
	if (at > 0 && mcd_addr_equal(filter->sources[at - 1], source))
		return true;
	more = realloc(filter->sources, (filter->nsources + 1) * sizeof *more);
	if (!more) {
		mcd_filter_fini(filter);
		return false;
	}
	filter->sources = more;
	memmove(more + at + 1, more + at, (filter->nsources++ - at) * sizeof *more);
	more[at] = source;
	return true;
}

bool mcd_filter_same(const struct mcd_filter *a, const struct mcd_filter *b)
{
	if (!a->known || !b->known || !a->mode_known || !b->mode_known || a->mode != b->mode || a->nsources != b->nsources)
		return false;
	for (size_t i = 0; i < a->nsources; i++)
		if (!mcd_addr_equal(a->sources[i], b->sources[i]))
			return false;
	return true;
}
