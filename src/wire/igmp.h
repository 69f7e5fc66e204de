/* SPDX-License-Identifier: ISC */
/* IGMPv1 (RFC 1112, appendix I), IGMPv2 (RFC 2236), IGMPv3 (RFC 9776, which replaces RFC 3376). */
#ifndef MCD_WIRE_IGMP_H
#define MCD_WIRE_IGMP_H

#include "base/addr.h"
#include "wire/cursor.h"
#include "wire/ip.h"

/* Type field (IANA igmp-type-numbers). */
enum mcd_igmp_type {
	MCD_IGMP_QUERY = 0x11, MCD_IGMP_V1_REPORT = 0x12, MCD_IGMP_DVMRP = 0x13, MCD_IGMP_PIMV1 = 0x14, MCD_IGMP_V2_REPORT = 0x16,
	MCD_IGMP_LEAVE = 0x17, MCD_IGMP_MTRACE_RESPONSE = 0x1e, MCD_IGMP_MTRACE = 0x1f, MCD_IGMP_V3_REPORT = 0x22, MCD_IGMP_MRD_ADVERTISEMENT = 0x30,
};

/* Group record types (RFC 9776, 4.2.13). */
enum mcd_record_type { MCD_RECORD_NONE = 0, MCD_IS_IN = 1, MCD_IS_EX = 2, MCD_TO_IN = 3, MCD_TO_EX = 4, MCD_ALLOW = 5, MCD_BLOCK = 6 };

struct mcd_igmp {
	uint8_t type;			/* enum mcd_igmp_type, or any other value */
	bool mld;			/* a message of MLD (mld.h), whose versions 1 and 2 are IGMP's 2 and 3 */
	int version;			/* 1..3 of a query, report or leave (a leave is 2); of MLD 1 or 2; 0 for other types */
	struct mcd_addr group;		/* of a query or a v1/v2 report or leave; 0.0.0.0 = general query */
	uint32_t max_response_ms;	/* query; v1: 10000 (RFC 2236, 4) */
	uint32_t interval_s;		/* v3 query: QQIC decoded (4.1.7); 0 = not told */
	uint8_t robustness;		/* v3 query: QRV */
	bool suppress;			/* v3 query: S flag */
	uint16_t nsources;		/* v3 query */
	struct mcd_cursor sources;	/* v3 query: window of nsources addresses, fewer when the count lies or the capture was cut */
	uint16_t nrecords;		/* v3 report, as claimed */
	struct mcd_cursor records;	/* v3 report: for mcd_igmp_next_record() */
	enum mcd_checksum_state checksum; /* over the whole IGMP message */
};

struct mcd_igmp_record {
	uint8_t type;			/* enum mcd_record_type or any other value, which receivers ignore */
	struct mcd_addr group;
	uint16_t nsources;
	struct mcd_cursor sources;	/* for mcd_igmp_next_source() */
};

/* Decode one IGMP message; C is the IP payload and nothing else. Queries are told apart by length (RFC 9776, 7.1): 8 octets are v1
 * (code 0) or v2, 12 and more v3, 9 to 11 MALFORMED (version 0). A v3 message whose counts claim more than C holds is MALFORMED, or CUT;
 * the iterators then still give what is whole. Octets behind the last record or source are legal (4.1.10, 4.2.11). Messages of other types
 * need 4 octets. The checksum is UNKNOWN when C is cut. */
enum mcd_wire_status mcd_igmp_decode(struct mcd_cursor *c, struct mcd_igmp *out);

/* The next group record of a v3 report, aux data skipped; false after nrecords or before the first record that is not whole.
 * MSG's iterator moves. */
bool mcd_igmp_next_record(struct mcd_igmp *msg, struct mcd_igmp_record *out);

/* The next address of a window of sources of MSG, a query or a record of a report, which moves; false at its end. */
bool mcd_igmp_next_source(const struct mcd_igmp *msg, struct mcd_cursor *sources, struct mcd_addr *out);

/* The name of a type that is told and left alone: "dvmrp", "pimv1", "cisco-trace", "mtrace", "mtrace-response", "mrd" (RFC 4286), "rgmp" (RFC 3488),
 * "msnip"; NULL for any other, those of group membership among them. */
const char *mcd_igmp_type_name(uint8_t type);

/* "is_in", "is_ex", "to_in", "to_ex", "allow", "block"; "unknown". */
const char *mcd_record_name(uint8_t record_type);

#endif
