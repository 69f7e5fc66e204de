/* SPDX-License-Identifier: ISC */
/* IP addresses of either family as one 128-bit number in host order.
 * IPv4 is held in its IPv4-mapped form, ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that one compare and one hash serve both. */
#ifndef MCD_BASE_ADDR_H
#define MCD_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mcd_addr {
	uint64_t hi, lo;
};

enum { MCD_ADDR_TEXT = 46, MCD_MAC_TEXT = 18 }; /* room for the longest text, NUL included */

enum { MCD_IPV4, MCD_IPV6, MCD_FAMILIES }; /* places of what there is once for each family */

/* Multicast scope of a group, as far as its number tells (RFC 5771, 3; RFC 2365; RFC 4607; RFC 6034; RFC 4291, 2.7; RFC 7346).
 * The first that fits, in this order. */
enum mcd_scope {
	MCD_SCOPE_NONE,		/* not multicast */
	MCD_SCOPE_LINK_LOCAL,	/* 224.0.0.0/24, ff?1::/16 and ff?2::/16 but SSM: never forwarded by a router */
	MCD_SCOPE_INTERNETWORK, /* 224.0.1.0/24 */
	MCD_SCOPE_RESERVED,	/* RFC 5771, 3: 224.1.0.0/16, 224.5.0.0-231.255.255.255, 235.0.0.0-238.255.255.255; ff?0::/16 */
	MCD_SCOPE_SSM,		/* 232.0.0.0/8, ff3x::/32 (RFC 4607) */
	MCD_SCOPE_GLOP,		/* 233.0.0.0/8 (RFC 3180), with AD-HOC III and MCAST-TEST-NET 233.252.0.0/24 in it (RFC 5771, 9) */
	MCD_SCOPE_ADMIN,	/* 239.0.0.0/8 (RFC 2365), ff?3::/16 to ff?8::/16 (RFC 7346: realm to organization) */
	MCD_SCOPE_GLOBAL,	/* all other multicast: AD-HOC I and II, SDP/SAP, unicast-prefix-based 234.0.0.0/8 (RFC 6034) */
};

/* The address of an IPv4 number in host order. */
static inline struct mcd_addr mcd_addr_v4(uint32_t host_order)
{
	return (struct mcd_addr){ 0, 0xffff00000000u | host_order };
}

static inline bool mcd_addr_is_v4(struct mcd_addr a)
{
	return a.hi == 0 && a.lo >> 32 == 0xffff;
}

/* The IPv4 number in host order; meaningful only when mcd_addr_is_v4(). */
static inline uint32_t mcd_addr_to_v4(struct mcd_addr a)
{
	return (uint32_t)a.lo;
}

/* The scope of a group of IPv6 as its address has it, 0 to 15: 1 = the interface, 2 = the link (RFC 4291, 2.7). */
static inline unsigned mcd_addr_ipv6_scope(struct mcd_addr group)
{
	return group.hi >> 48 & 0xf;
}

/* MCD_IPV4 or MCD_IPV6. */
static inline unsigned mcd_addr_place(struct mcd_addr a)
{
	return mcd_addr_is_v4(a) ? MCD_IPV4 : MCD_IPV6;
}

static inline bool mcd_addr_equal(struct mcd_addr a, struct mcd_addr b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

static inline bool mcd_addr_is_multicast(struct mcd_addr a)
{
	return mcd_addr_is_v4(a) ? mcd_addr_to_v4(a) >> 28 == 0xe : a.hi >> 56 == 0xff;
}

/* The address of 16 bytes in network order, and back. */
struct mcd_addr mcd_addr_v6(const uint8_t bytes[16]);
void mcd_addr_to_bytes(struct mcd_addr a, uint8_t bytes[16]);

/* All hosts of a link, to whom general queries go: 224.0.0.1 (RFC 1112, 4), ff02::1 (RFC 4291, 2.7.1). */
static inline struct mcd_addr mcd_addr_all_hosts(bool v6)
{
	return v6 ? (struct mcd_addr){ UINT64_C(0xff02) << 48, 1 } : mcd_addr_v4(0xe0000001);
}

/* All routers of a link, to whom hosts say that they leave: 224.0.0.2 (RFC 2236, 9), ff02::2 (RFC 2710, 8). */
static inline struct mcd_addr mcd_addr_all_routers(bool v6)
{
	return v6 ? (struct mcd_addr){ UINT64_C(0xff02) << 48, 2 } : mcd_addr_v4(0xe0000002);
}

/* All routers of a link that read IGMPv3 or MLDv2, to whom reports of these go: 224.0.0.22 (RFC 9776, 4.2.14), ff02::16 (RFC 9777, 5.2.14). */
static inline struct mcd_addr mcd_addr_report_routers(bool v6)
{
	return v6 ? (struct mcd_addr){ UINT64_C(0xff02) << 48, 0x16 } : mcd_addr_v4(0xe0000016);
}

/* 4 or 6. */
int mcd_addr_family(struct mcd_addr a);

/* <0, 0, >0: IPv4 before IPv6, then numerically. */
int mcd_addr_compare(struct mcd_addr a, struct mcd_addr b);

/* 0.0.0.0 or ::. */
bool mcd_addr_is_unspecified(struct mcd_addr a);
bool mcd_addr_is_loopback(struct mcd_addr a);

/* A unicast address of one link: 169.254.0.0/16 (RFC 3927), fe80::/10 (RFC 4291, 2.5.6). */
bool mcd_addr_is_link_local(struct mcd_addr a);
enum mcd_scope mcd_addr_scope(struct mcd_addr a);

/* Parse a numeric address, strictly (dotted quad with four decimal parts, no leading zeros; RFC 4291, 2.2 for IPv6, no zone;
 * ::ffff:a.b.c.d is the IPv4 address). False, *OUT untouched, when TEXT is not one. */
bool mcd_addr_parse(const char *text, struct mcd_addr *out);

/* Text as in RFC 5952 / dotted quad, NUL-terminated; returns BUF. */
char *mcd_addr_format(struct mcd_addr a, char buf[MCD_ADDR_TEXT]);

/* The Ethernet address that GROUP maps to (RFC 1112, 6.4: low 23 bits; RFC 2464, 7: low 32 bits). */
void mcd_addr_group_mac(struct mcd_addr group, uint8_t mac[6]);

/* "01:00:5e:..." NUL-terminated; returns BUF. */
char *mcd_mac_format(const uint8_t mac[6], char buf[MCD_MAC_TEXT]);

/* Whether ADDR lies in NET/PREFIX_LENGTH (prefix length in the address's own family, 0..32 or 0..128;
 * false when it is longer, or the families differ). */
bool mcd_addr_in(struct mcd_addr addr, struct mcd_addr net, unsigned prefix_length);

#endif
