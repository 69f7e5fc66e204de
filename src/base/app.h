/* SPDX-License-Identifier: ISC */
/* UDP sockets of other programs of this host, as its kernel tells of them at one moment. */
#ifndef MCD_BASE_APP_H
#define MCD_BASE_APP_H

#include "base/addr.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MCD_APP_NAME = 64 };

struct mcd_app_socket {
	uint64_t cookie;		 /* of this socket and no other, as long as the host runs */
	struct mcd_addr address;	 /* bound to; unspecified = any */
	uint16_t port;			 /* bound to; 0 = none */
	bool takes_ipv4;		 /* one of IPv4, or one of IPv6 that takes IPv4 as well */
	bool connected;			 /* takes from one peer alone */
	unsigned ifindex;		 /* bound to (SO_BINDTODEVICE); 0 = none */
	uint32_t uid;			 /* who opened it; UINT32_MAX = not known */
	uint64_t drops;			 /* datagrams so far that it had no room for, or whose checksum was wrong; UINT64_MAX = not known */
	uint64_t receive_buffer, queued; /* bytes as the kernel counts them, its own bookkeeping included; UINT64_MAX = not known */
	int pid;			 /* of one of the processes that hold it; 0 = not known */
	char process[MCD_APP_NAME];	 /* name of that process; "" = not known */
	bool asked;			 /* the socket itself told its memberships, of the groups that the host is a member of */
	int multicast_all;		 /* IP_MULTICAST_ALL: of groups of IPv4, it gets what any program of the host joined; -1 = not known */
	int multicast_all_ipv6;		 /* IPV6_MULTICAST_ALL, the same of groups of IPv6; -1 = not known, as of a socket of IPv4, which has none */
};

/* A group that a socket, which was asked, is a member of. */
struct mcd_app_membership {
	uint64_t cookie;
	unsigned ifindex;
	struct mcd_addr group;
};

/* Whether datagrams of IPv6, or of IPv4, can be for SOCKET's address. One of IPv6 may take both, one of IPv4 takes no IPv6. */
static inline bool mcd_app_takes(const struct mcd_app_socket *socket, bool ipv6)
{
	return ipv6 ? !mcd_addr_is_v4(socket->address) : socket->takes_ipv4;
}

/* Which of the two options decides for groups of IPv6, or of IPv4. */
static inline int mcd_app_multicast_all(const struct mcd_app_socket *socket, bool ipv6)
{
	return ipv6 ? socket->multicast_all_ipv6 : socket->multicast_all;
}

struct mcd_apps {
	bool known;		    /* all sockets were listed; else nothing is concluded from one that is not here */
	struct mcd_vec sockets;	    /* struct mcd_app_socket, ascending by cookie */
	struct mcd_vec memberships; /* struct mcd_app_membership */
};

void mcd_apps_init(struct mcd_apps *apps);

/* Forget all; usable again. */
void mcd_apps_fini(struct mcd_apps *apps);

/* The socket of COOKIE; NULL = there is none. */
const struct mcd_app_socket *mcd_apps_find(const struct mcd_apps *apps, uint64_t cookie);

/* Whether SOCKET, which was asked, said that it is a member of GROUP on the interface IFINDEX; 0 = on any. */
bool mcd_apps_is_member(const struct mcd_apps *apps, const struct mcd_app_socket *socket, unsigned ifindex, struct mcd_addr group);

/* Put the sockets in their order. */
void mcd_apps_sort(struct mcd_apps *apps);

#endif
