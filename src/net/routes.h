/* SPDX-License-Identifier: ISC */
/* What the routing tables of this host say, asked of the kernel itself. */
#ifndef MCD_NET_ROUTES_H
#define MCD_NET_ROUTES_H

#include "base/host.h"

/* Answer every row of HOST's routes and paths, whatever was known of it: what cannot be asked becomes "not known".
 * Linux: RTM_GETROUTE (rtnetlink(7)), once a route; twice a path: the route that matches the source, as the reverse path filter looks it up
 * (RTM_F_FIB_MATCH), and a datagram of it for the group as if it came in there, which is taken only while the host is a member. No counter of
 * the kernel moves by that, and no right is needed. */
void mcd_routes_read(struct mcd_host *host);

#endif
