/* SPDX-License-Identifier: ISC */
/* The network layer: IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200), in one struct. */
#ifndef MCD_WIRE_IP_H
#define MCD_WIRE_IP_H

#include "base/addr.h"
#include "wire/cursor.h"

enum {
	MCD_PROTOCOL_ICMP = 1, MCD_PROTOCOL_IGMP = 2, MCD_PROTOCOL_IPIP = 4, MCD_PROTOCOL_TCP = 6, MCD_PROTOCOL_UDP = 17, MCD_PROTOCOL_IPV6 = 41,
	MCD_PROTOCOL_GRE = 47, MCD_PROTOCOL_ICMPV6 = 58, MCD_PROTOCOL_PIM = 103,
};

/* UNKNOWN: not enough was captured to tell. OFFLOADED: the field holds the pseudo-header sum that a NIC would have finished
 * (Linux CHECKSUM_PARTIAL); of an IPv4 header 0, which a NIC would have filled in. */
enum mcd_checksum_state { MCD_CHECKSUM_UNKNOWN, MCD_CHECKSUM_OK, MCD_CHECKSUM_BAD, MCD_CHECKSUM_NONE, MCD_CHECKSUM_OFFLOADED };

struct mcd_ip {
	struct mcd_addr source, destination;
	uint8_t protocol, ttl, dscp, ecn; /* IPv6: of the header behind the extensions; hop limit */
	uint32_t id;			/* 16 bits; IPv6: of the fragment header, 0 without one */
	bool dont_fragment, more_fragments;
	uint32_t fragment_offset;	/* bytes */
	uint32_t total_length;		/* bytes as the header says; IPv6: 40 and the payload length, 0 when that is 0 */
	uint32_t header_length;		/* bytes, options or extension headers included */
	bool router_alert;		/* RFC 2113; RFC 2711: that for MLD */
	enum mcd_checksum_state checksum; /* IPv6 has none: NONE */
};

static inline bool mcd_ip_is_fragment(const struct mcd_ip *ip)
{
	return ip->more_fragments || ip->fragment_offset > 0;
}

/* Of an IPv4 header whose checksum is not right. */
static inline enum mcd_checksum_state mcd_ip_wrong_checksum(const uint8_t *header)
{
	return header[10] || header[11] ? MCD_CHECKSUM_BAD : MCD_CHECKSUM_OFFLOADED;
}

/* Decode the IPv4 header at C. *PAYLOAD becomes a window of exactly min(Total Length - header, captured) bytes: Ethernet padding is
 * never in it. A Total Length of 0 on a frame longer than 65535 bytes (segmentation offload), or on a cut one, whose length is not known
 * here, means all that there is. Total Length beyond the frame is MALFORMED unless the capture was cut; so is one below the header's
 * length, an IHL below 5, another version than 4. OUT is filled as far as it went. The checksum is UNKNOWN while the header is not whole.
 * A malformed option ends the search for Router Alert and nothing else. */
enum mcd_wire_status mcd_ipv4_decode(struct mcd_cursor *c, struct mcd_ip *out, struct mcd_cursor *payload);

/* Decode the IPv6 header at C and the extension headers behind it: Hop-by-Hop Options, Routing, Fragment, Destination Options, Authentication
 * (RFC 8200, 4; RFC 4302). They are in no *PAYLOAD, which is cut as in mcd_ipv4_decode(). A Payload Length of 0 is a jumbogram (RFC 2675) or
 * an offload: all that there is. Behind a later fragment, or ESP, nothing is decoded. MALFORMED as there, and when an extension header claims
 * more than there is; CUT when the capture ends in one. */
enum mcd_wire_status mcd_ipv6_decode(struct mcd_cursor *c, struct mcd_ip *out, struct mcd_cursor *payload);

#endif
