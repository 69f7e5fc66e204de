/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: what the routing table decides of a group and of the way back to a source. */
#ifndef MCD_DIAGNOSE_ROUTES_H
#define MCD_DIAGNOSE_ROUTES_H

#include "diagnose/judge.h"

/* What the reverse path filter does with what comes from a source. */
enum mcd_way_back {
	MCD_WAY_BACK_UNKNOWN,
	MCD_WAY_BACK_TAKEN,		/* lets it pass */
	MCD_WAY_BACK_REFUSED,		/* drops it */
};

/* For datagrams of SOURCE to GROUP that come in by NIC: what the kernel said of one while we were a member, together with the routes that
 * explain it; where it could not be asked, by the routes alone; where they are not known, by the subnets of the NIC: a source on one of
 * them has its way back there. Unknown where these contradict each other. Taken, always, in IPv6: Linux has no such filter there. */
enum mcd_way_back mcd_way_back(const struct mcd_evidence *e, const struct mcd_nic *nic, struct mcd_addr group, struct mcd_addr source);

/* The path that was asked for; NULL = none was. */
const struct mcd_host_path *mcd_path_of(const struct mcd_evidence *e, const struct mcd_nic *nic, struct mcd_addr group, struct mcd_addr source);

/* "leaves by eth0 through 10.0.0.1 (the default route)", "leaves by eth0 and eth1 (a route to a /24)", "has no route". */
struct mcd_text mcd_text_route(const struct mcd_evidence *e, const struct mcd_host_route *route);

/* Why what came by NIC is refused: "the route back to 10.0.0.9 leaves by eth0 (the default route), not by eth1". */
struct mcd_text mcd_text_way_back(const struct mcd_evidence *e, const struct mcd_nic *nic, const struct mcd_host_path *path);

/* The route to the group when no interface is named; NULL = not known. */
const struct mcd_host_route *mcd_group_route(const struct mcd_evidence *e, const struct mcd_group *group);

#endif
