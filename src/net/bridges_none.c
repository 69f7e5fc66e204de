/* SPDX-License-Identifier: ISC */
/* A system that does not tell of its bridges. */
#include <config.h>

#include "net/bridges.h"

void mcd_bridges_read(struct mcd_host *host, const struct mcd_request *request)
{
	(void)request;
	mcd_vec_fini(&host->bridges);
	mcd_vec_fini(&host->entries);
}
