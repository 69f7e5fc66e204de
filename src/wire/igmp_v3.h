/* SPDX-License-Identifier: ISC */
/* What MLDv2 has from IGMPv3 but for the length of an address: the end of a query, and group records. For igmp.c and mld.c alone. */
#ifndef MCD_WIRE_IGMP_V3_H
#define MCD_WIRE_IGMP_V3_H

#include "wire/igmp.h"

/* A code of 8 bits as Max Resp Code and QQIC are (RFC 9776, 4.1.1, 4.1.7; RFC 9777, 5.1.9): from 128 on a float. */
uint32_t mcd_igmp_v3_float(uint8_t code);

/* S, QRV, QQIC, count and sources (RFC 9776, 4.1.5 to 4.1.9; RFC 9777, 5.1.7 to 5.1.11). OUT's `mld` tells the length of an address.
 * C becomes bad when fewer sources are there than claimed; those that are whole are in OUT. */
void mcd_igmp_v3_take_query(struct mcd_cursor *c, struct mcd_igmp *out);

/* What is behind the checksum of a report: reserved, count and records (RFC 9776, 4.2.2 to 4.2.11; RFC 9777, 5.2). As above. */
void mcd_igmp_v3_take_report(struct mcd_cursor *c, struct mcd_igmp *out);

#endif
