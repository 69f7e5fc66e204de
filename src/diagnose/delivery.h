/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: what is missing between wire and socket, and why. */
#ifndef MCD_DIAGNOSE_DELIVERY_H
#define MCD_DIAGNOSE_DELIVERY_H

#include "diagnose/judge.h"

/* Wanted streams of the wire and the socket together. */
struct mcd_balance {
	uint64_t deliverable, delivered, missing;
	uint64_t unverified;		/* of the deliverable: their UDP checksum was not judged at the tap */
	uint64_t bad;			/* datagrams that no kernel delivers: checksum, length, fragments */
	uint64_t misaddressed;		/* in frames to another MAC */
	const struct mcd_stream *worst; /* with most missing; NULL = nothing wanted came */
};

/* How much the counters of the host grew in the run; UINT64_MAX = not known. */
struct mcd_growth {
	bool known; /* of all that is needed to exclude */
	bool v6;    /* those of IPv6, which has no reverse path filter and no header checksum: they grew by 0 */
	uint64_t receives, mcast, rp_filter, udp_csum, ip_csum, rcvbuf;
};

/* What of one stream did not reach the socket. Where GSO or GRO hides how many datagrams there were, by bytes. */
uint64_t mcd_stream_missing(const struct mcd_stream *s);

/* How much a counter grew; UINT64_MAX = not known, or it went back. */
uint64_t mcd_grown(uint64_t before, uint64_t after);
struct mcd_growth mcd_growth_of(const struct mcd_judge *j); /* of the counters of the judged family */

/* Whether a counter's growth accounts for MISSING: nine of ten, the edges of the window apart. GREW UINT64_MAX = not known: false. */
bool mcd_accounts(uint64_t grew, uint64_t missing);

/* What the reverse path filter may have dropped on all NICs together: the counter is the whole host's. *OTHERS: whether it may have counted
 * what we cannot: streams of other programs, queries. */
uint64_t mcd_rp_candidates(const struct mcd_evidence *e, bool *others);

/* Datagrams of the judged family on all NICs that the tap saw to carry wrong UDP checksums: the kernel's counter has them too. */
uint64_t mcd_checksums_seen(const struct mcd_judge *j);

/* Before which hook what is missing was dropped, by how much the host received more, and more multicast (UINT64_MAX = not known): one clause. */
const char *mcd_drop_hook(const struct mcd_judge *j, uint64_t receives, uint64_t mcast);

/* delivery_causes.c: raise CODE for what is missing in B, WHO being the clause that says what dropped it; and the same for wrong checksums, and for
 * the most certain cause of all. */
struct mcd_finding *mcd_find_drop(struct mcd_judge *j, enum mcd_code code, const struct mcd_balance *b, enum mcd_confidence confidence, const char *who);
struct mcd_finding *mcd_find_checksum(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g);
void mcd_find_cause(struct mcd_judge *j, const struct mcd_balance *b, const struct mcd_growth *g);

#endif
