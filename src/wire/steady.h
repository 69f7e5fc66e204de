/* SPDX-License-Identifier: ISC */
/* The headers of a stream, of which hardly anything changes from one datagram to the next: a frame that has all else as an earlier one had it is told
 * by comparing the octets, and need not be decoded. It is Ethernet with one VLAN tag or none, IPv4 without options or fragments, and UDP, captured
 * whole, with lengths that agree. What is told of it is what the decoders of the layers tell, which a fuzz target holds. */
#ifndef MCD_WIRE_STEADY_H
#define MCD_WIRE_STEADY_H

#include "base/frame.h"
#include "wire/checksum.h"
#include "wire/cursor.h"
#include "wire/ip.h"
#include "wire/link.h"
#include "wire/tunnel.h"
#include "wire/udp.h"

#include <string.h>

/* All zero = no frame fits: the type of the link layer above IPv4 is not zero. */
struct mcd_steady {
	uint64_t link[3], ip[3];	/* octets that stay, as in memory; the others, in the same words, are 0 */
	uint64_t ip_sum, pseudo_sum;	/* of what stays in the IP header; of the pseudo-header without the length (mcd_udp_pseudo()) */
};

enum {
	MCD_STEADY_ETHERNET = 14, MCD_STEADY_TAG = 4, MCD_STEADY_IP = 20, MCD_STEADY_UDP = 8,
	MCD_STEADY_LEAST = MCD_STEADY_ETHERNET + MCD_STEADY_TAG + MCD_STEADY_IP + MCD_STEADY_UDP,
	MCD_STEADY_VERSION = 0x45,    /* version 4, five words */
	MCD_STEADY_FRAGMENT = 0x3fff, /* more fragments, offset */
};

static inline uint64_t mcd_steady_word(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

/* The first words of the IP header without total length and identification; without the checksum. */
static inline uint64_t mcd_steady_first(const uint8_t *ip)
{
	static const uint8_t stays[8] = { 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff };

	return mcd_steady_word(ip) & mcd_steady_word(stays);
}

static inline uint64_t mcd_steady_second(const uint8_t *ip)
{
	static const uint8_t stays[8] = { 0xff, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff };

	return mcd_steady_word(ip + 8) & mcd_steady_word(stays);
}

/* Where the IPv4 header of FRAME is, the headers up to UDP's being held; NULL = not where a steady frame has it. */
static inline const uint8_t *mcd_steady_ip(const struct mcd_frame *frame)
{
	const uint8_t *p = frame->data;

	if (frame->link_type != MCD_LINK_ETHERNET || frame->captured < MCD_STEADY_LEAST || frame->captured != frame->on_wire)
		return NULL;
	if (mcd_load16(p + 12) == MCD_ETHERTYPE_VLAN)
		p += MCD_STEADY_TAG;
	return mcd_load16(p + 12) == MCD_ETHERTYPE_IPV4 ? p + MCD_STEADY_ETHERNET : NULL;
}

/* The VID of FRAME, whose IPv4 header is at IP; 0 = none. */
static inline uint16_t mcd_steady_vlan(const struct mcd_frame *frame, const uint8_t *ip)
{
	return ip - frame->data == MCD_STEADY_ETHERNET ? 0 : mcd_load16(ip - MCD_STEADY_TAG) & 0x0fff;
}

/* The length of the UDP datagram, its header included; 0 = IP or the frame say otherwise. */
static inline uint32_t mcd_steady_length(const struct mcd_frame *frame, const uint8_t *ip)
{
	const uint32_t total = mcd_load16(ip + 2), length = mcd_load16(ip + MCD_STEADY_IP + 4);

	if (total != length + MCD_STEADY_IP || length < MCD_STEADY_UDP)
		return 0;
	return total <= (size_t)(frame->data + frame->captured - ip) ? length : 0;
}

/* Learn from the frame at LINK what stays; false, and nothing learnt, where it is no UDP over plain IPv4, or of a port that tunnels use. */
static inline bool mcd_steady_learn(struct mcd_steady *out, const uint8_t *link, const uint8_t *ip)
{
	if (ip[0] != MCD_STEADY_VERSION || ip[9] != MCD_PROTOCOL_UDP || (mcd_load16(ip + 6) & MCD_STEADY_FRAGMENT) != 0 ||
	    mcd_tunnel_has_port(mcd_load16(ip + MCD_STEADY_IP + 2)))
		return false;
	*out = (struct mcd_steady){
		.link = { mcd_steady_word(link), mcd_steady_word(link + 6), mcd_steady_word(ip - 8) },
		.ip = { mcd_steady_first(ip), mcd_steady_second(ip), mcd_steady_word(ip + 16) },
		.pseudo_sum = mcd_udp_pseudo(mcd_addr_v4(mcd_load32(ip + 12)), mcd_addr_v4(mcd_load32(ip + 16))),
	};
	out->ip_sum = (uint64_t)mcd_checksum_fold(out->ip[0]) + mcd_checksum_fold(out->ip[1]) + mcd_checksum_sum(ip + 16, 4);
	return true;
}

/* Whether the frame at LINK, whose IPv4 header is at IP, has all that stays. */
static inline bool mcd_steady_fits(const struct mcd_steady *s, const uint8_t *link, const uint8_t *ip)
{
	return ((mcd_steady_word(link) ^ s->link[0]) | (mcd_steady_word(link + 6) ^ s->link[1]) | (mcd_steady_word(ip - 8) ^ s->link[2]) |
		(mcd_steady_first(ip) ^ s->ip[0]) | (mcd_steady_second(ip) ^ s->ip[1]) | (mcd_steady_word(ip + 16) ^ s->ip[2])) == 0;
}

/* Whether the checksum of the IP header of a frame that fits is right. */
static inline bool mcd_steady_ip_right(const struct mcd_steady *s, const uint8_t *ip)
{
	uint32_t length_and_id;
	uint16_t checksum;

	memcpy(&length_and_id, ip + 2, sizeof length_and_id);
	memcpy(&checksum, ip + 10, sizeof checksum);
	return mcd_checksum_is_right(s->ip_sum + length_and_id + checksum);
}

#endif
