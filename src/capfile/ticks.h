/* SPDX-License-Identifier: ISC */
/* Time stamps of pcapng: a 64-bit number in a unit of each interface's own. */
#ifndef MCD_CAPFILE_TICKS_H
#define MCD_CAPFILE_TICKS_H

#include <stdint.h>

enum { MCD_TICKS_MICROSECONDS = 6 }; /* the resolution where if_tsresol is not given */

struct mcd_ticks {
	uint64_t below;	    /* such numbers are multiplied by NS and that is all; 0 = none */
	uint32_t ns;
	uint8_t resolution; /* if_tsresol */
	int64_t offset_s;   /* if_tsoffset */
};

/* The unit of RESOLUTION (if_tsresol: 10^-n seconds, or 2^-n with the top bit set) counted from OFFSET_S seconds after the epoch. */
struct mcd_ticks mcd_ticks_of(uint8_t resolution, int64_t offset_s);

/* The time in ns since the epoch, rounded down by less than 1 ns, and never beyond what an int64_t holds. */
int64_t mcd_ticks_convert(const struct mcd_ticks *ticks, uint64_t number);

static inline int64_t mcd_ticks_ns(const struct mcd_ticks *ticks, uint64_t number)
{
	return number < ticks->below ? (int64_t)(number * ticks->ns) : mcd_ticks_convert(ticks, number);
}

#endif
