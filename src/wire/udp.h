/* SPDX-License-Identifier: ISC */
/* UDP (RFC 768). */
#ifndef MCD_WIRE_UDP_H
#define MCD_WIRE_UDP_H

#include "wire/cursor.h"
#include "wire/ip.h"

struct mcd_udp {
	uint16_t source_port, port;	/* host order; port = destination */
	uint32_t length;		/* as the header says, header included */
	bool length_bad;		/* smaller than 8, or larger than the IP payload of an unfragmented datagram: the kernel drops it */
	enum mcd_checksum_state checksum;
	struct mcd_cursor payload;	/* what of the payload is here; cut by the capture, or at the end of a first fragment */
};

/* Decode the UDP header of an unfragmented datagram or of a first fragment; C is the IP payload, which stays as it is.
 * Bytes of the IP payload behind the UDP length are no payload and not in the checksum, as in the kernel. A bad length is a fact in OUT,
 * not a failure: the payload is then all that is here. MALFORMED, or CUT, only when the 8 octets of the header are not there.
 *
 * The checksum: NONE when the field is 0; else UNKNOWN for fragments, cut captures and bad lengths, and where the destination is no multicast
 * group, which nothing asks about; OFFLOADED when the field equals the folded, not complemented sum of the pseudo-header (Linux
 * CHECKSUM_PARTIAL).
 *
 * Segmentation offload: a captured UDP_SEGMENT send or GRO super-frame has one IP and one UDP header whose lengths cover the whole
 * super-frame, so the length rule is the same. Fraglist GRO keeps the checksum of the first datagram in such a frame: BAD
 * on a frame larger than the MTU proves nothing. */
enum mcd_wire_status mcd_udp_decode(const struct mcd_cursor *c, const struct mcd_ip *ip, struct mcd_udp *out);

/* The sum of the pseudo-header (RFC 768; RFC 8200, 8.1) but for the length, in the byte order of this host, as mcd_checksum_sum(). */
uint64_t mcd_udp_pseudo(struct mcd_addr source, struct mcd_addr destination);

/* The state of the checksum of a whole datagram: HEADER is the first of LENGTH octets, all of them held, PSEUDO what mcd_udp_pseudo() says. NONE when
 * its field is 0. */
enum mcd_checksum_state mcd_udp_checksum(const uint8_t *header, uint32_t length, uint64_t pseudo);

/* Whether a datagram to GROUP and PORT without a checksum is in order: IPv4 leaves it to the sender (RFC 768), IPv6 forbids it (RFC 8200, 8.1) but
 * for tunnels, whose specifications allow it (RFC 6935 and 6936). */
bool mcd_udp_may_omit_checksum(struct mcd_addr group, uint16_t port);

#endif
