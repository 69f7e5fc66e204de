/* SPDX-License-Identifier: ISC */
/* Numbers of a file in the byte order of the machine that wrote it. The caller has checked that the bytes are there. */
#ifndef MCD_CAPFILE_ORDER_H
#define MCD_CAPFILE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

static inline uint16_t mcd_order_u16(const uint8_t *p, bool big)
{
	return (uint16_t)(big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static inline uint32_t mcd_order_u32(const uint8_t *p, bool big)
{
	return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
		   : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint64_t mcd_order_u64(const uint8_t *p, bool big)
{
	uint64_t first = mcd_order_u32(p, big), second = mcd_order_u32(p + 4, big);

	return big ? first << 32 | second : second << 32 | first;
}

#endif
