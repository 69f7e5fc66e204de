/* SPDX-License-Identifier: ISC */
/* Link layers: Ethernet (IEEE 802.3, DIX II) with LLC/SNAP, 802.1Q/802.1ad tags, PPPoE and MPLS, Linux cooked v1/v2, BSD loopback, raw IP, PPP,
 * Cisco HDLC, IEEE 802.11 bare, with radiotap or PPI. */
#ifndef MCD_WIRE_LINK_H
#define MCD_WIRE_LINK_H

#include "base/frame.h"
#include "wire/cursor.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	MCD_ETHERTYPE_IPV4 = 0x0800, MCD_ETHERTYPE_IPV6 = 0x86dd,
	MCD_ETHERTYPE_VLAN = 0x8100, MCD_ETHERTYPE_QINQ = 0x88a8, MCD_ETHERTYPE_QINQ_OLD = 0x9100,
	MCD_ETHERTYPE_MPLS = 0x8847, MCD_ETHERTYPE_MPLS_UPSTREAM = 0x8848, MCD_ETHERTYPE_PPPOE_SESSION = 0x8864,
};

/* LINKTYPE_ values that are decoded (www.tcpdump.org/linktypes). DLT_ values of this host are mapped to them where they differ. */
enum mcd_link_type {
	MCD_LINK_NULL = 0, MCD_LINK_ETHERNET = 1, MCD_LINK_PPP = 9, MCD_LINK_RAW_BSD = 12, MCD_LINK_RAW_OPENBSD = 14, MCD_LINK_PPP_HDLC = 50,
	MCD_LINK_PPP_ETHER = 51, MCD_LINK_RAW = 101, MCD_LINK_C_HDLC = 104, MCD_LINK_IEEE802_11 = 105, MCD_LINK_LOOP = 108, MCD_LINK_SLL = 113,
	MCD_LINK_IEEE802_11_RADIOTAP = 127, MCD_LINK_PPI = 192, MCD_LINK_IPV4 = 228, MCD_LINK_IPV6 = 229, MCD_LINK_SLL2 = 276,
};

struct mcd_link {
	uint16_t ethertype;	/* of the innermost header; IPv4/IPv6 also for raw, loopback, PPP, MPLS; 0 = none (LLC, 802.11 without data) */
	bool is_protected;	/* 802.11: the payload is encrypted */
	bool has_source, has_destination;
	uint8_t source[6], destination[6];
	bool tagged;		/* a VLAN tag other than VID 0 (a priority tag belongs to the untagged network, IEEE 802.1Q, 6.9.1) */
	uint16_t vlan;		/* outermost VID that is not 0 */
	uint16_t inner_vlan;	/* the next one behind it that is not 0; 0 = none */
	enum mcd_sent sent;	/* as cooked headers say */
};

/* Decode the link layer at C and leave C at the network layer. False in *KNOWN when LINK_TYPE, or the one that PPI holds, is not
 * decoded at all (OK, nothing read). CUT or MALFORMED when the link header is not whole. OUT is filled as far as it went. Of 802.11 only data
 * frames are decoded, and nothing above protected ones, later fragments and those that radiotap says came with a bad FCS; of an A-MSDU the first
 * subframe. PPPoE's length ends C, and C becomes cut where the rest of an MSDU is in other fragments. */
enum mcd_wire_status mcd_link_decode(struct mcd_cursor *c, int link_type, struct mcd_link *out, bool *known);

#endif
