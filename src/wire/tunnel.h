/* SPDX-License-Identifier: ISC */
/* What travels behind another IP header: looked into as far as it takes to tell IGMP and MLD messages there, which are no membership on this
 * wire. */
#ifndef MCD_WIRE_TUNNEL_H
#define MCD_WIRE_TUNNEL_H

#include "wire/cursor.h"
#include "wire/ip.h"

#include <stdbool.h>
#include <stdint.h>

/* The first encapsulation behind the outermost IP header. */
enum mcd_tunnel_kind {
	MCD_TUNNEL_NONE,
	MCD_TUNNEL_IP,		/* IPv4 or IPv6 in either (RFC 2003, 4213, 2473) */
	MCD_TUNNEL_GRE,		/* RFC 2784, 2890, 1701 (version 0), with IP or Ethernet in it */
	MCD_TUNNEL_ERSPAN,	/* GRE with 0x88be or 0x22eb */
	MCD_TUNNEL_VXLAN,	/* RFC 7348, UDP port 4789, or 8472 as Linux had it first */
	MCD_TUNNEL_GENEVE,	/* RFC 8926, UDP port 6081 */
	MCD_TUNNEL_PIM,		/* Register (RFC 7761, 4.9.3) */
	MCD_TUNNEL_KINDS
};

enum { MCD_PORT_VXLAN = 4789, MCD_PORT_VXLAN_LINUX = 8472, MCD_PORT_GENEVE = 6081 };

struct mcd_tunnel {
	enum mcd_tunnel_kind kind;
	unsigned igmp, mld;	/* messages behind it, at whatever depth */
};

/* Whether a UDP datagram to PORT, or an IP packet of PROTOCOL other than UDP, may be one of a tunnel: all others need no look. */
static inline bool mcd_tunnel_has_port(uint16_t port)
{
	return port == MCD_PORT_VXLAN || port == MCD_PORT_VXLAN_LINUX || port == MCD_PORT_GENEVE;
}

static inline bool mcd_tunnel_has_protocol(uint8_t protocol)
{
	return protocol == MCD_PROTOCOL_IPIP || protocol == MCD_PROTOCOL_IPV6 || protocol == MCD_PROTOCOL_GRE || protocol == MCD_PROTOCOL_PIM;
}

/* Look behind the IP header IP, whose payload is PAYLOAD and which is no later fragment; UDP_PORT is the destination port of a UDP datagram,
 * else 0, PAYLOAD being that of the datagram where it is not 0. A message counts when its type is there and it is not MALFORMED. */
void mcd_tunnel_decode(const struct mcd_ip *ip, struct mcd_cursor payload, uint16_t udp_port, struct mcd_tunnel *out);

/* "ip", "gre", "erspan", "vxlan", "geneve", "pim". */
const char *mcd_tunnel_name(enum mcd_tunnel_kind kind);

#endif
