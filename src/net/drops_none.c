/* SPDX-License-Identifier: ISC */
/* Built without libbpf: nothing is known of the kernel's reasons. */
#include <config.h>

#include "net/drops.h"

#include <stdio.h>

struct mcd_drop_watch *mcd_drops_prepare(const struct mcd_request *request)
{
	(void)request;
	return NULL;
}

void mcd_drops_begin(struct mcd_drop_watch *watch)
{
	(void)watch;
}

void mcd_drops_end(struct mcd_drop_watch *watch, struct mcd_drops *out)
{
	(void)watch;
	if (out)
		snprintf(out->why_not, sizeof out->why_not, "this program was built without libbpf");
}
