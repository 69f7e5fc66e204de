/* SPDX-License-Identifier: ISC */
/* The sum of the Internet checksum by the vector unit of processors that have a wide one: most of the time of a whole UDP datagram goes there. */
#ifndef MCD_WIRE_CHECKSUM_WIDE_H
#define MCD_WIRE_CHECKSUM_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets that it takes at least, and at most, whose sums its lanes of 32 bits hold. */
enum { MCD_CHECKSUM_WIDE_LEAST = 32, MCD_CHECKSUM_WIDE_MOST = 1 << 18 };

/* Whether this processor has it; only then may mcd_checksum_wide() be called. */
static inline bool mcd_checksum_has_wide(void)
{
#ifdef MCD_CHECKSUM_AVX2
	return __builtin_cpu_supports("avx2");
#else
	return false;
#endif
}

/* mcd_checksum_sum() of LENGTH octets at DATA. */
uint64_t mcd_checksum_wide(const uint8_t *data, size_t length);

#endif
