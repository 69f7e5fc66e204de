/* SPDX-License-Identifier: ISC */
/* The kernel's own reasons: what it dropped of the asked groups, of IGMP and of MLD while the run lasted, by interface, stream and reason. */
#ifndef MCD_BASE_DROPS_H
#define MCD_BASE_DROPS_H

#include "base/addr.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum { MCD_DROP_REASON = 48 };					/* room of a reason */
enum { MCD_DROP_IGMP = 2, MCD_DROP_UDP = 17, MCD_DROP_ICMPV6 = 58 }; /* IP protocols */

/* Packets that the kernel freed for one reason. One with several datagrams in it (GRO) counts once, a copy for one socket like any other. */
struct mcd_drop {
	unsigned ifindex;
	struct mcd_addr source, group;	/* group: the destination, which of IGMP and MLD may be all hosts or all routers */
	uint16_t port;			/* destination port; 0 where the packet has none: IGMP, MLD, later fragments */
	uint8_t protocol;		/* of IP, behind extension headers of IPv6; ICMPv6 is MLD */
	char reason[MCD_DROP_REASON];	/* the kernel's own name without its prefix, "IP_RPFILTER"; "0x20001" = it tells none */
	uint64_t packets;
};

struct mcd_drops {
	bool known;			/* they were counted from before our joins on */
	bool full;			/* there were more kinds than could be kept: absence means nothing */
	bool tells_filter, tells_rp_filter; /* this kernel has a reason of its own for what netfilter, the reverse path filter drops */
	char why_not[160];		/* when they are not known: one line */
	struct mcd_vec rows;		/* struct mcd_drop, ascending by interface, group, source, port, protocol, reason */
};

void mcd_drops_init(struct mcd_drops *drops);
void mcd_drops_fini(struct mcd_drops *drops);

/* Bring the rows into their order. */
void mcd_drops_sort(struct mcd_drops *drops);

#endif
