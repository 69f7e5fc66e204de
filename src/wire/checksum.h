/* SPDX-License-Identifier: ISC */
/* The Internet checksum (RFC 1071). */
#ifndef MCD_WIRE_CHECKSUM_H
#define MCD_WIRE_CHECKSUM_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Add LENGTH bytes to the running SUM, bytes taken as big-endian 16-bit words, an odd last byte padded with zero (so only the last of
 * several pieces may be odd). Carries are folded in: no LENGTH overflows. */
uint32_t mcd_checksum_add(uint32_t sum, const uint8_t *data, size_t length);

/* The sum of LENGTH bytes at DATA as 16-bit words in the byte order of this host, an odd last byte padded with zero; not folded to 16 bits. In
 * that order too a sum that is right is so (RFC 1071, 2, B). */
uint64_t mcd_checksum_sum(const uint8_t *data, size_t length);

/* Fold SUM to 16 bits; the complement is what a header carries. */
static inline uint16_t mcd_checksum_fold(uint64_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32 & 0xffff) + (sum >> 48);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

/* Whether SUM, over all that a checksum covers and the checksum itself, says that it is right: in ones' complement 0xffff, which is any multiple
 * of that but 0. */
static inline bool mcd_checksum_is_right(uint64_t sum)
{
	return sum % 0xffff == 0 && sum != 0;
}

/* Sum of the words of an address, which of an IPv4 one are the last two. */
static inline uint64_t mcd_checksum_of_addr(struct mcd_addr a)
{
	if (mcd_addr_is_v4(a))
		return mcd_addr_to_v4(a);
	return (a.hi >> 32) + (a.hi & UINT32_MAX) + (a.lo >> 32) + (a.lo & UINT32_MAX);
}

/* Sum of the pseudo-header: source, destination, protocol and length (RFC 768; RFC 8200, 8.1), not folded. */
static inline uint64_t mcd_checksum_pseudo(struct mcd_addr source, struct mcd_addr destination, uint8_t protocol, uint32_t length)
{
	return mcd_checksum_of_addr(source) + mcd_checksum_of_addr(destination) + protocol + length;
}

#endif
