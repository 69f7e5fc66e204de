/* SPDX-License-Identifier: ISC */
/* The rooms of the link layer, for link.c and each other. Each takes a header off C and what it knows of the headers behind it, notes in OUT
 * what they say, and leaves C at the network layer, or bad. */
#ifndef MCD_WIRE_LINK_ROOMS_H
#define MCD_WIRE_LINK_ROOMS_H

#include "wire/link.h"

#include <string.h>

/* What a field of EtherType TYPE is followed by: any number of tags, PPPoE, MPLS. A type below MCD_FIRST_ETHERTYPE is left to the caller. */
void mcd_link_take_type(struct mcd_cursor *c, uint16_t type, struct mcd_link *out);

/* An IEEE 802.2 header; SNAP with OUI 0 carries an EtherType (RFC 1042), for others `ethertype` is 0. */
void mcd_link_take_llc(struct mcd_cursor *c, struct mcd_link *out);

/* An MPLS label stack (RFC 3032, 2.1). */
void mcd_link_take_mpls(struct mcd_cursor *c, struct mcd_link *out);

/* PPP, with or without the two octets of HDLC framing (RFC 1661, RFC 1662), or Cisco HDLC, which its first octets tell. */
void mcd_link_take_ppp(struct mcd_cursor *c, struct mcd_link *out);

/* A PPPoE session packet (RFC 2516, 4), without the Ethernet header. */
void mcd_link_take_pppoe(struct mcd_cursor *c, struct mcd_link *out);

/* Cisco HDLC (RFC 1547, 4.3.1). */
void mcd_link_take_hdlc(struct mcd_cursor *c, struct mcd_link *out);

/* Linux cooked captures, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2. */
void mcd_link_take_sll(struct mcd_cursor *c, struct mcd_link *out);
void mcd_link_take_sll2(struct mcd_cursor *c, struct mcd_link *out);

/* An IEEE 802.11 frame without its FCS (9.2, 9.3.2); of an A-MSDU the first subframe. PADDED: the header fills words of four octets. */
void mcd_link_take_80211(struct mcd_cursor *c, bool padded, struct mcd_link *out);

/* A radiotap header (www.radiotap.org) and the frame behind it. */
void mcd_link_take_radiotap(struct mcd_cursor *c, struct mcd_link *out);

/* A PPI header; returns the link type of what is behind it, whose FCS is taken off C's end. */
int mcd_link_take_ppi(struct mcd_cursor *c);

enum { MCD_FIRST_ETHERTYPE = 0x0600 }; /* below: an IEEE 802.3 length, or a number of another space */

static inline void mcd_link_copy_mac(uint8_t mac[6], const uint8_t *from, bool *has)
{
	memcpy(mac, from, 6);
	*has = true;
}

#endif
