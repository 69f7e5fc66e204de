/* SPDX-License-Identifier: ISC */
/* The source filter of one group as somebody holds it: a socket, the kernel for all its sockets, a router (RFC 9776, 3.1 and 3.2). */
#ifndef MCD_BASE_FILTER_H
#define MCD_BASE_FILTER_H

#include "base/request.h"

#include <stdbool.h>
#include <stddef.h>

/* All zero = not known. */
struct mcd_filter {
	bool known;			/* there is one, and at least its sources are known */
	bool mode_known;		/* else the sources are listed, and in which mode they are meant cannot be told */
	enum mcd_filter_mode mode;
	struct mcd_addr *sources;	/* owned, ascending, no doubles */
	size_t nsources;
};

void mcd_filter_fini(struct mcd_filter *filter);

/* Known, in MODE, with no source yet; what FILTER held is freed. */
void mcd_filter_begin(struct mcd_filter *filter, enum mcd_filter_mode mode);

/* Add SOURCE in its place. False, and FILTER not known any more, when memory is out. */
bool mcd_filter_add(struct mcd_filter *filter, struct mcd_addr source);

/* Whether both are known whole, and are the same. */
bool mcd_filter_same(const struct mcd_filter *a, const struct mcd_filter *b);

#endif
