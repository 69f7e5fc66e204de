/* SPDX-License-Identifier: ISC */
/* Private to evidence: no capture exhausts memory. Every table grows through mcd_hold(), and what it refuses is told by mcd_omit(). */
#ifndef MCD_EVIDENCE_LIMITS_H
#define MCD_EVIDENCE_LIMITS_H

#include "evidence/nic.h"

/* Take room for N more of what *HELD counts, unless that made it more than MOST. */
static inline bool mcd_hold(size_t *held, size_t n, size_t most)
{
	if (n > most || *held > most - n)
		return false;
	*held += n;
	return true;
}

/* One fact less than there was: for lack of room, or of memory. */
static inline void mcd_omit(struct mcd_nic *nic, enum mcd_omitted what)
{
	nic->omitted++;
	nic->omitted_of[what]++;
}

#endif
