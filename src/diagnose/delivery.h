/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: the arithmetic of what is missing between wire and socket. */
#ifndef MCD_DIAGNOSE_DELIVERY_H
#define MCD_DIAGNOSE_DELIVERY_H

#include "evidence/evidence.h"

/* What of one stream did not reach the socket. Where GSO or GRO hides how many datagrams there were, by bytes. */
uint64_t mcd_stream_missing(const struct mcd_stream *s);

/* Whether a counter's growth accounts for MISSING: nine of ten, the edges of the window apart. GREW UINT64_MAX = not known: false. */
bool mcd_accounts(uint64_t grew, uint64_t missing);

/* What the reverse path filter may have dropped on all NICs together: the counter is the whole host's. A source in the NIC's own subnet has
 * its route back by this NIC, so that strict filtering lets it pass (RFC 3704, 2.2). *OTHERS: whether it may have counted
 * what we cannot: streams of other programs, queries. */
uint64_t mcd_rp_candidates(const struct mcd_evidence *e, bool *others);

/* Before which hook what is missing was dropped, by how much IpInReceives and IpExtInMcastPkts grew (UINT64_MAX = not known): one clause. */
const char *mcd_drop_hook(const struct mcd_evidence *e, uint64_t receives, uint64_t mcast);

#endif
