/* SPDX-License-Identifier: ISC */
/* Frames of the generator: Ethernet, 802.1Q and IPv4 around UDP, TCP or IGMP, with right lengths and checksums. */
#ifndef MCD_BENCH_GENERATE_FRAME_H
#define MCD_BENCH_GENERATE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_ROOM = 1600 };
enum { PROTOCOL_IGMP = 2, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

/* Where a packet goes, and how; addresses in host order. */
struct path {
	uint32_t source, destination;
	uint16_t vlan; /* 0 = untagged */
	uint16_t id;
	uint8_t ttl, tos, protocol;
	bool router_alert;   /* with IGMP (RFC 3376, 4) */
	bool first_fragment; /* more follow, which are never sent */
};

struct frame {
	size_t length, ip, transport; /* and where these headers begin */
	struct path path;
	uint8_t data[FRAME_ROOM];
};

/* Big-endian into AT; returns what follows. */
uint8_t *put_be16(uint8_t *at, unsigned value);
uint8_t *put_be32(uint8_t *at, uint32_t value);

/* Headers up to IPv4. MAC addresses follow from the addresses: a group's as RFC 1112, 6.4, a host's locally administered. */
void frame_start(struct frame *frame, const struct path *path);

/* The next LENGTH bytes of the frame, for the caller to fill; FRAME_ROOM bounds their sum. */
uint8_t *frame_append(struct frame *frame, size_t length);

/* A UDP header, to be completed by frame_finish(). */
void frame_append_udp(struct frame *frame, unsigned source_port, unsigned port);

/* Lengths, checksums, and the padding up to 60 bytes. */
void frame_finish(struct frame *frame);

#endif
