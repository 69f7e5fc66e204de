/* SPDX-License-Identifier: ISC */
/* The Internet checksum (RFC 1071). */
#ifndef MCD_WIRE_CHECKSUM_H
#define MCD_WIRE_CHECKSUM_H

#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>

/* Add LENGTH bytes to the running SUM, bytes taken as big-endian 16-bit words, an odd last byte padded with zero (so only the last of
 * several pieces may be odd). Carries are folded in: no LENGTH overflows. */
uint32_t mcd_checksum_add(uint32_t sum, const uint8_t *data, size_t length);

/* Fold SUM to 16 bits; the complement is what a header carries, 0xffff here over a whole header means it is right. */
uint16_t mcd_checksum_fold(uint32_t sum);

/* Sum of the pseudo-header: source, destination, protocol and length (RFC 768; RFC 8200, 8.1), not folded. */
uint32_t mcd_checksum_pseudo(struct mcd_addr source, struct mcd_addr destination, uint8_t protocol, uint32_t length);

#endif
