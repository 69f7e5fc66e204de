/* SPDX-License-Identifier: ISC */
/* When a sender is due: arithmetic on a monotonic clock, without a clock of its own. Over any length of time exactly the rate is let go. Who comes too
 * late makes up for at most a second of it, in bursts that the caller bounds and at no more than twice the rate. */
#ifndef MCD_COMMAND_PACER_H
#define MCD_COMMAND_PACER_H

#include <stdint.h>

struct mcd_pacer {
	uint64_t units, span_ns; /* so many units in so many ns */
	int64_t due_ns;		 /* when the next is due */
	uint64_t part;		 /* and this many UNITS-th of a ns later */
	int64_t held_ns;	 /* but not to go before */
};

/* UNITS, from 1 to 10^12, in each SPAN_NS, from 1 to 10^12: of packets, of bits. The first is due at NOW_NS. */
void mcd_pacer_begin(struct mcd_pacer *out, uint64_t units, uint64_t span_ns, int64_t now_ns);

/* When the next may go; it may be past. */
int64_t mcd_pacer_next(const struct mcd_pacer *pacer);

/* How many that cost COST units each, 1 to 2^20, may go at NOW_NS: at most MOST. */
unsigned mcd_pacer_due(const struct mcd_pacer *pacer, int64_t now_ns, uint64_t cost, unsigned most);

/* COUNT of them went. */
void mcd_pacer_took(struct mcd_pacer *pacer, int64_t now_ns, uint64_t cost, unsigned count);

#endif
