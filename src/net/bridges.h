/* SPDX-License-Identifier: ISC */
/* The bridges of this host as switches for multicast. */
#ifndef MCD_NET_BRIDGES_H
#define MCD_NET_BRIDGES_H

#include "base/host.h"

/* Fill HOST's bridges, and the entries of their multicast databases for the groups of REQUEST; what they held is forgotten. None of either where the
 * OS does not tell. Linux: RTM_GETLINK, RTM_GETMDB. */
void mcd_bridges_read(struct mcd_host *host, const struct mcd_request *request);

#endif
