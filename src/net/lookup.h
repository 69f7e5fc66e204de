/* SPDX-License-Identifier: ISC */
/* A name looked up beside a run, which does not wait for it: a name server that does not answer holds getaddrinfo(3) for many seconds. */
#ifndef MCD_NET_LOOKUP_H
#define MCD_NET_LOOKUP_H

#include "base/host.h"

struct mcd_lookup;

/* Begin to look up the addresses of NAME, of FAMILY (4, 6; 0 = both), on a thread of its own. NULL when there can be none. */
struct mcd_lookup *mcd_lookup_begin(const char *name, int family);

/* Wait until LOOKUP (NULL = none) has come to something, MOST_MS at most. */
void mcd_lookup_wait(struct mcd_lookup *lookup, int64_t most_ms);

/* What has come of LOOKUP so far, without waiting; ADDRESSES (of struct mcd_addr) gets at most MCD_NAME_ADDRESSES. LOOKUP is given up: its
 * thread ends when it can. NULL = MCD_NAME_NOT_ASKED. */
enum mcd_name_lookup mcd_lookup_end(struct mcd_lookup *lookup, struct mcd_vec *addresses);

#endif
