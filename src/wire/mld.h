/* SPDX-License-Identifier: ISC */
/* MLDv1 (RFC 2710) and MLDv2 (RFC 9777, which replaces RFC 3810): IGMPv2 and IGMPv3 for IPv6, as ICMPv6 messages. */
#ifndef MCD_WIRE_MLD_H
#define MCD_WIRE_MLD_H

#include "wire/igmp.h"

/* ICMPv6 types. */
enum mcd_mld_type { MCD_MLD_QUERY = 130, MCD_MLD_V1_REPORT = 131, MCD_MLD_DONE = 132, MCD_MLD_V2_REPORT = 143 };

/* Whether an ICMPv6 message, whose first octet is TYPE, is one of MLD. */
static inline bool mcd_mld_is(uint8_t type)
{
	return (type >= MCD_MLD_QUERY && type <= MCD_MLD_DONE) || type == MCD_MLD_V2_REPORT;
}

/* Decode one MLD message into the struct that IGMP has, `type` being that of the IGMP message with the same meaning (query, v2 report, leave,
 * v3 report), `version` 1 or 2, `mld` true. C is the ICMPv6 message and nothing else; IP gives the pseudo-header of its checksum.
 * Queries are told apart by length (RFC 9777, 8.1): 24 octets are v1, 28 and more v2, others MALFORMED (version 0). Floating-point codes as in
 * RFC 9777, 5.1.3 and 5.1.9. What was said of mcd_igmp_decode() of counts, cuts and iterators holds here too. */
enum mcd_wire_status mcd_mld_decode(struct mcd_cursor *c, const struct mcd_ip *ip, struct mcd_igmp *out);

#endif
