/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"

static inline uint32_t word32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t fold32(uint64_t sum)
{
	while (sum >> 32)
		sum = (sum & UINT32_MAX) + (sum >> 32);
	return (uint32_t)sum;
}

uint32_t mcd_checksum_add(uint32_t sum, const uint8_t *data, size_t length)
{
	uint64_t wide = sum;

	/* 2^16 is 1 modulo 2^16 - 1: 32-bit words add up to the same sum (RFC 1071, 2). */
	for (; length >= 8; data += 8, length -= 8)
		wide += (uint64_t)word32(data) + word32(data + 4);
	for (; length >= 2; data += 2, length -= 2)
		wide += (uint32_t)data[0] << 8 | data[1];
	if (length)
		wide += (uint32_t)data[0] << 8;
	return fold32(wide);
}

uint16_t mcd_checksum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

static uint64_t words_of(struct mcd_addr a)
{
	if (mcd_addr_is_v4(a))
		return (uint64_t)mcd_addr_to_v4(a);
	return (a.hi >> 32) + (a.hi & UINT32_MAX) + (a.lo >> 32) + (a.lo & UINT32_MAX);
}

uint32_t mcd_checksum_pseudo(struct mcd_addr source, struct mcd_addr destination, uint8_t protocol, uint32_t length)
{
	return fold32(words_of(source) + words_of(destination) + protocol + length);
}
