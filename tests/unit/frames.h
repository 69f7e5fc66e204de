/* SPDX-License-Identifier: ISC */
/* Literal frames for tests: Ethernet, VLAN, IPv4, UDP and IGMP with right lengths and checksums, of arithmetic of its own. */
#ifndef MCD_TESTS_FRAMES_H
#define MCD_TESTS_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_ROOM = 20000 };

struct frame {
	uint8_t data[FRAME_ROOM];
	size_t length;
};

/* The headers below UDP and IGMP. Addresses in host order. */
struct frame_ip {
	uint8_t source_mac[6], destination_mac[6];
	bool has_vlan;			/* an 802.1Q tag, VID 0 included */
	uint16_t vlan;
	uint32_t source, destination;
	uint8_t ttl, tos;
	uint16_t id;
	uint32_t fragment_offset;	/* bytes, a multiple of 8 */
	bool more_fragments, router_alert, bad_checksum;
};

/* The headers below MLD. Addresses in network order. */
struct frame_ip6 {
	uint8_t source_mac[6];
	uint8_t source[16], destination[16];
	uint8_t hop_limit;
	bool router_alert;		/* a hop-by-hop header with that option (RFC 2711) */
};

/* One group record of a v3 report. */
struct frame_record {
	uint8_t type;
	uint32_t group;
	const uint32_t *sources;
	size_t nsources;
};

/* A dotted quad in host order. */
#define FRAME_IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* From SOURCE at MAC to GROUP at its mapped MAC, TTL 1, untagged. */
struct frame_ip frame_to_group(const uint8_t mac[6], uint32_t source, uint32_t group);

/* Ethernet to IPv4 around PAYLOAD, padded to 60 bytes. */
void frame_ipv4(struct frame *out, const struct frame_ip *ip, uint8_t protocol, const void *payload, size_t length);

/* A UDP datagram with its checksum, into OUT (8 bytes more than LENGTH); returns its length. For fragments: hand pieces to frame_ipv4(). */
size_t frame_udp_datagram(uint8_t *out, const struct frame_ip *ip, uint16_t source_port, uint16_t port, const void *payload, size_t length);
void frame_udp(struct frame *out, const struct frame_ip *ip, uint16_t source_port, uint16_t port, const void *payload, size_t length);

/* An IGMP message; its checksum, bytes 2 and 3, is filled in. */
void frame_igmp(struct frame *out, const struct frame_ip *ip, const void *message, size_t length);

/* The 8-octet messages: v1 and v2 queries and reports, leave. CODE: max response. */
void frame_igmp_short(struct frame *out, const struct frame_ip *ip, uint8_t type, uint8_t code, uint32_t group);

/* A v3 query without sources. */
void frame_igmp_query_v3(struct frame *out, const struct frame_ip *ip, uint8_t code, uint32_t group, uint8_t robustness, uint8_t interval);
void frame_igmp_report_v3(struct frame *out, const struct frame_ip *ip, const struct frame_record *records, size_t nrecords);

/* One more tag, outside of those that are there: 802.1Q with VID VLAN. */
void frame_tag(struct frame *frame, uint16_t vlan);

/* An ICMPv6 message of LENGTH bytes with its checksum, bytes 2 and 3, filled in; to the group's mapped MAC. */
void frame_icmpv6(struct frame *out, const struct frame_ip6 *ip, const void *message, size_t length);

#endif
