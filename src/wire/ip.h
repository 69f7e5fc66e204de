/* SPDX-License-Identifier: ISC */
/* The network layer: IPv4 (RFC 791). IPv6 will fill the same struct. */
#ifndef MCD_WIRE_IP_H
#define MCD_WIRE_IP_H

#include "base/addr.h"
#include "wire/cursor.h"

enum { MCD_PROTOCOL_ICMP = 1, MCD_PROTOCOL_IGMP = 2, MCD_PROTOCOL_TCP = 6, MCD_PROTOCOL_UDP = 17, MCD_PROTOCOL_PIM = 103 };

/* UNKNOWN: not enough was captured to tell. OFFLOADED: the field holds the pseudo-header sum that a NIC would have finished
 * (Linux CHECKSUM_PARTIAL). */
enum mcd_checksum_state { MCD_CHECKSUM_UNKNOWN, MCD_CHECKSUM_OK, MCD_CHECKSUM_BAD, MCD_CHECKSUM_NONE, MCD_CHECKSUM_OFFLOADED };

struct mcd_ip {
	struct mcd_addr source, destination;
	uint8_t protocol, ttl, dscp, ecn;
	uint16_t id;
	bool dont_fragment, more_fragments;
	uint32_t fragment_offset;	/* bytes */
	uint32_t total_length;		/* bytes as the header says */
	uint32_t header_length;		/* bytes, options included */
	bool router_alert;		/* RFC 2113 */
	enum mcd_checksum_state checksum;
};

static inline bool mcd_ip_is_fragment(const struct mcd_ip *ip)
{
	return ip->more_fragments || ip->fragment_offset > 0;
}

/* Decode the IPv4 header at C. *PAYLOAD becomes a window of exactly min(Total Length - header, captured) bytes: Ethernet padding is
 * never in it. A Total Length of 0 on a frame longer than 65535 bytes (segmentation offload), or on a cut one, whose length is not known
 * here, means all that there is. Total Length beyond the frame is MALFORMED unless the capture was cut; so is one below the header's
 * length, an IHL below 5, another version than 4. OUT is filled as far as it went. The checksum is UNKNOWN while the header is not whole.
 * A malformed option ends the search for Router Alert and nothing else. */
enum mcd_wire_status mcd_ipv4_decode(struct mcd_cursor *c, struct mcd_ip *out, struct mcd_cursor *payload);

#endif
