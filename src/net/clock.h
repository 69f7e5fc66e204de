/* SPDX-License-Identifier: ISC */
/* Time. Evidence is stamped in wall-clock time, as captures are; waiting is measured on the monotonic clock. */
#ifndef MCD_NET_CLOCK_H
#define MCD_NET_CLOCK_H

#include <stdint.h>

/* ns since the epoch (CLOCK_REALTIME). */
int64_t mcd_clock_wall_ns(void);

/* ns since some fixed moment; never goes back (CLOCK_MONOTONIC). */
int64_t mcd_clock_ns(void);

/* A 64-bit number from the system's random source, for session ids. */
uint64_t mcd_clock_random(void);

#endif
