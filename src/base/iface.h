/* SPDX-License-Identifier: ISC */
/* A network interface as the OS names it: plain values, no handles. */
#ifndef MCD_BASE_IFACE_H
#define MCD_BASE_IFACE_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MCD_IFACE_NAME = 256 }; /* UTF-8 bytes with NUL; Linux needs 16, Windows friendly names up to 256 */
enum { MCD_IFACE_DEVICE = 80 };

enum mcd_iface_flag {
	MCD_IFACE_UP = 1u << 0,		/* administratively up */
	MCD_IFACE_CARRIER = 1u << 1,	/* lower layer up (IFF_LOWER_UP / IFF_RUNNING) */
	MCD_IFACE_LOOPBACK = 1u << 2,
	MCD_IFACE_MULTICAST = 1u << 3,
	MCD_IFACE_BROADCAST = 1u << 4,
	MCD_IFACE_POINTOPOINT = 1u << 5,
	MCD_IFACE_PROMISC = 1u << 6,
	MCD_IFACE_ALLMULTI = 1u << 7,
	MCD_IFACE_NOARP = 1u << 8,
	MCD_IFACE_WIFI = 1u << 9,
	MCD_IFACE_XDP = 1u << 10,	/* an XDP program is attached */
	MCD_IFACE_FLAGS = 11
};

/* The name that reports give flag 1u << BIT, BIT below MCD_IFACE_FLAGS. */
const char *mcd_iface_flag_name(unsigned bit);

struct mcd_iface_address {
	struct mcd_addr address;
	uint8_t prefix_length;
};

struct mcd_iface {
	char name[MCD_IFACE_NAME];
	char device[MCD_IFACE_DEVICE];	/* what captures call it; "" = by its name. Windows: "\\Device\\NPF_{GUID}" */
	char description[MCD_IFACE_NAME]; /* what the driver calls it; "" = not told. Windows: "Intel(R) Ethernet Connection" */
	unsigned index;			/* 0 = not of this host (replay) */
	bool shares_address;		/* another interface has an IPv4 address of it too: Windows, where joins name the interface by one */
	uint32_t flags;			/* enum mcd_iface_flag */
	uint8_t mac[6];
	bool has_mac;
	uint32_t mtu;
	char kind[16];			/* "vlan", "bond", "bridge", "macvlan", "vrf", "veth", ... as rtnetlink says; "" = physical or unknown */
	unsigned master;		/* index of the bridge, bond, team or VRF that it is a port of; 0 = none */
	unsigned link;			/* index of the device that it is stacked on (VLAN or macvlan parent); 0 = none in this namespace */
	uint16_t vlan_id;		/* of a VLAN device; 0 else */
	struct mcd_iface_address *addresses;
	size_t naddresses;
};

struct mcd_iface_list {
	struct mcd_iface *at;		/* ascending by index */
	size_t count;
};

/* Free the list and all it owns. */
void mcd_iface_list_fini(struct mcd_iface_list *list);

/* Find by name, by decimal index, or by address (a local address of it); where it has a device by that, or by the GUID in it, in any case of letters. NULL when there is none.
 * *AMBIGUOUS (may be NULL) becomes true when two interfaces hold the address; the first is returned. */
const struct mcd_iface *mcd_iface_find(const struct mcd_iface_list *list, const char *text, bool *ambiguous);
const struct mcd_iface *mcd_iface_by_index(const struct mcd_iface_list *list, unsigned index);

/* The first IPv4 address; false, *OUT untouched, when it has none. */
bool mcd_iface_ipv4(const struct mcd_iface *iface, struct mcd_addr *out);
bool mcd_iface_has_address(const struct mcd_iface *iface, struct mcd_addr address);
/* Whether it has an address of FAMILY (MCD_IPV4, MCD_IPV6). */
bool mcd_iface_has_family(const struct mcd_iface *iface, unsigned family);

/* Whether ADDRESS lies in a subnet of one of the interface's own addresses. */
bool mcd_iface_is_on_link(const struct mcd_iface *iface, struct mcd_addr address);

/* True when LOWER carries UPPER's frames: VLAN, macvlan or ipvlan parent, or port of the bridge, bond or team, over any number of steps.
 * A VRF carries nothing of its own: its ports are not below it. */
bool mcd_iface_is_below(const struct mcd_iface_list *list, unsigned lower, unsigned upper);

/* True when IP sees the master instead of it: port of a bridge, bond, team or Open vSwitch, not of a VRF. */
bool mcd_iface_is_enslaved(const struct mcd_iface_list *list, const struct mcd_iface *iface);

#endif
