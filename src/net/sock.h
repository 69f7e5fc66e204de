/* SPDX-License-Identifier: ISC */
/* UDP sockets for multicast: join, leave, send, receive, always by interface. Every return value is checked and told.
 * Linux limits: 20 groups a socket (igmp_max_memberships), 10 sources a group (igmp_max_msf), both ENOBUFS. */
#ifndef MCD_NET_SOCK_H
#define MCD_NET_SOCK_H

#include "base/err.h"
#include "base/filter.h"
#include "base/frame.h"
#include "base/iface.h"
#include "base/request.h"

#include <stdbool.h>

struct mcd_sock {
	int fd;			/* -1 = closed */
	int family;		/* 4 or 6 */
	unsigned send_ifindex;	/* IP_MULTICAST_IF or IPV6_MULTICAST_IF in force; 0 = none set yet */
	uint32_t dropped;	/* datagrams that the kernel dropped for this socket's buffer (SO_RXQ_OVFL), so far */
};

struct mcd_sock_receive {	/* how a receiving socket is bound */
	int family;
	uint16_t port;		/* host order; 0 = not bound: a membership only, no datagram is ever delivered to it */
	bool bind_group;	/* bind to GROUP instead of the wildcard */
	struct mcd_addr group;
	unsigned ifindex;	/* zone of a group that needs one (RFC 4007, 6), of which the socket then is; 0 = none */
	int buffer;		/* SO_RCVBUF asked for, bytes; 0 = the system's default */
	bool loop;		/* what this host itself sends is wanted too; only Windows asks the receiver */
};

struct mcd_sock_send {		/* how a sending socket behaves */
	int family;
	uint16_t source_port;	/* 0 = any */
	int ttl, dscp;		/* ttl: of IPv6 the hop limit */
	bool loop;		/* IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP */
};

/* A non-blocking socket of one family that receives: SO_REUSEADDR, IP_MULTICAST_ALL=0 where there is one, arrival interface, TTL and time asked for.
 * False and ERR (err->os tells EADDRINUSE); *OUT is then closed. */
bool mcd_sock_open_receive(struct mcd_sock *out, const struct mcd_sock_receive *how, struct mcd_err *err);

/* A non-blocking socket that sends, with IP_RECVERR where there is one so that a drop on the way out is told. */
bool mcd_sock_open_send(struct mcd_sock *out, const struct mcd_sock_send *how, struct mcd_err *err);

/* Closes; the kernel leaves what is still joined. */
void mcd_sock_close(struct mcd_sock *sock);

/* Join GROUP on IFACE by index: any-source, each source of an include filter (MCAST_JOIN_SOURCE_GROUP), or any-source with each source of
 * an exclude filter blocked. On failure nothing of it stays joined. err->os is the errno: ENOBUFS = a limit, ENODEV, ...; err->text names
 * group, interface and the source that failed. *SOURCES_JOINED (may be NULL) counts the sources that were accepted. */
bool mcd_sock_join(struct mcd_sock *sock, const struct mcd_iface *iface, const struct mcd_group *group, size_t *sources_joined, struct mcd_err *err);

/* Undo mcd_sock_join(). */
bool mcd_sock_leave(struct mcd_sock *sock, const struct mcd_iface *iface, const struct mcd_group *group, struct mcd_err *err);

/* The filter that this very socket holds for GROUP on IFACE (MCAST_MSFILTER; RFC 3678, 5.2.2), into *OUT, which is freed first: not known where it
 * holds none, or the system does not tell. */
void mcd_sock_filter(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_addr group, struct mcd_filter *out);

struct mcd_outgoing {		/* a datagram to be sent */
	struct mcd_addr group;	/* of the socket's family */
	uint16_t port;
	const void *data;
	size_t length;
};

/* Send COUNT datagrams out of IFACE (by index; in IPv4 with the interface's own first address as the source, in IPv6 with the one that the system
 * chooses among the interface's own, RFC 6724), in their order and with as few system calls as the system allows. Returns how many went; where that is
 * less, ERR has the errno of setsockopt() or of the send of the next one: EAGAIN = there is no room for it now. */
size_t mcd_sock_send_many(struct mcd_sock *sock, const struct mcd_iface *iface, const struct mcd_outgoing *out, size_t count, struct mcd_err *err);

/* Whether the system still holds datagrams of this socket that it has taken and not yet given to the NIC; false where it does not tell. */
bool mcd_sock_has_queued(const struct mcd_sock *sock);

/* Send LENGTH bytes to GROUP:PORT: mcd_sock_send_many() of one. */
bool mcd_sock_send(struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_addr group, uint16_t port, const void *data, size_t length,
		   struct mcd_err *err);

/* Read all that is queued, at most MAX datagrams; ON_ARRIVAL gets each (arrival->nic is set to NIC). Returns how many were read, -1 and ERR on
 * an error that is no empty queue. Updates sock->dropped. */
int mcd_sock_receive(struct mcd_sock *sock, size_t nic, int max, void (*on_arrival)(void *context, const struct mcd_arrival *arrival), void *context,
		     struct mcd_err *err);

#endif
