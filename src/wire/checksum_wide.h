/* SPDX-License-Identifier: ISC */
/* The sum of the Internet checksum by the vector unit of processors that have a wide one: most of the time of a whole UDP datagram goes there. */
#ifndef MCD_WIRE_CHECKSUM_WIDE_H
#define MCD_WIRE_CHECKSUM_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets of a block; the most blocks, whose sums a lane of 32 bits holds. */
enum { MCD_CHECKSUM_BLOCK = 32, MCD_CHECKSUM_BLOCKS = 1 << 13 };

/* Whether this processor has it; only then may mcd_checksum_wide() be called. */
bool mcd_checksum_has_wide(void);

/* The sum of the 16-bit words of BLOCKS blocks, up to MCD_CHECKSUM_BLOCKS, at DATA, in the byte order of this host. */
uint64_t mcd_checksum_wide(const uint8_t *data, size_t blocks);

#endif
