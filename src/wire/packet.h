/* SPDX-License-Identifier: ISC */
/* One frame, decoded from the link layer up to UDP, IGMP or MLD. Values on the caller's stack; windows borrow from the frame. */
#ifndef MCD_WIRE_PACKET_H
#define MCD_WIRE_PACKET_H

#include "base/frame.h"
#include "wire/igmp.h"
#include "wire/ip.h"
#include "wire/link.h"
#include "wire/tunnel.h"
#include "wire/udp.h"

/* The highest layer that was decoded whole. IGMP stands for MLD too. */
enum mcd_layer { MCD_LAYER_NONE, MCD_LAYER_LINK, MCD_LAYER_IP, MCD_LAYER_UDP, MCD_LAYER_IGMP };

struct mcd_packet {
	enum mcd_layer layer;
	enum mcd_wire_status status;	/* of the layer above LAYER: OK when there was nothing more to decode */
	bool link_known;		/* the capture's link type is one that is decoded */
	struct mcd_link link;
	struct mcd_ip ip;		/* from MCD_LAYER_IP on */
	struct mcd_cursor payload;	/* of the IP packet, from MCD_LAYER_IP on */
	struct mcd_tunnel tunnel;	/* from MCD_LAYER_IP on: what is behind this IP header */
	bool is_igmp;			/* an IGMP or MLD message (or the first fragment of one): `igmp` is filled, as far as it went */
	union {
		struct mcd_udp udp;	/* MCD_LAYER_UDP */
		struct mcd_igmp igmp;	/* is_igmp */
	};
};

/* Decode FRAME. Later fragments end at MCD_LAYER_IP. Never fails: what is wrong is in layer and status. */
void mcd_packet_decode(const struct mcd_frame *frame, struct mcd_packet *out);

#endif
