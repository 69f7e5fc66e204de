/* SPDX-License-Identifier: ISC */
/* What sock.c leaves to each system: sock_posix.c for what POSIX and RFC 3678 say, sock_linux.c for what they do not; sock_windows.c. And what all share. */
#ifndef MCD_NET_SOCK_OS_H
#define MCD_NET_SOCK_OS_H

#include "base/err.h"
#include "net/inet.h"
#include "net/sock.h"

#include <stdbool.h>

/* ADDR:PORT (host order) as the OS wants it; returns its length. IFINDEX is the zone of an address that needs one; 0 = none. */
socklen_t mcd_sock_put_address(struct sockaddr_storage *out, struct mcd_addr addr, uint16_t port, unsigned ifindex);

/* The address in FROM, and its port (host order); :: of a family that is not of IP. */
struct mcd_addr mcd_sock_get_address(const struct sockaddr_storage *from, uint16_t *port);

/* The port that the socket is bound to, host order; 0 = none. */
uint16_t mcd_sock_own_port(const struct mcd_sock *sock);

/* The level of a family's options: IPPROTO_IP, IPPROTO_IPV6. */
int mcd_sock_level(int family);

/* Set an option of whole numbers; NAME is it in ERR. */
bool mcd_sock_set(const struct mcd_sock *sock, int level, int option, int value, const char *name, struct mcd_err *err);

/* A UDP socket of sock->family that does not block and that no child inherits. 0 or an errno; sock->fd may be open all the same. */
int mcd_sock_os_open(struct mcd_sock *sock);
void mcd_sock_os_close(const struct mcd_sock *sock);

/* Whether only a bound socket joins: one that is to be a membership alone then gets a port of the system's choice. */
bool mcd_sock_os_joins_bound(void);

enum mcd_sock_change { MCD_JOIN_GROUP, MCD_LEAVE_GROUP, MCD_JOIN_SOURCE, MCD_LEAVE_SOURCE, MCD_BLOCK_SOURCE, MCD_SOCK_CHANGES };

/* Change what the socket has joined of GROUP on IFACE; SOURCE is NULL where the change has none. 0 or an errno. */
int mcd_sock_os_change(const struct mcd_sock *sock, enum mcd_sock_change change, const struct mcd_iface *iface, struct mcd_addr group, const struct mcd_addr *source);

/* Have the datagrams marked with DSCP (RFC 2474, 3). */
bool mcd_sock_os_mark(const struct mcd_sock *sock, int dscp, struct mcd_err *err);

/* Whether what this host itself sends is delivered, on systems where that is the receiver's wish and not the sender's. */
bool mcd_sock_os_hear_own(const struct mcd_sock *sock, bool loop, struct mcd_err *err);

/* Only what this very socket joined is delivered to it (IP_MULTICAST_ALL=0; other systems do so by themselves). */
bool mcd_sock_os_only_joined(const struct mcd_sock *sock, struct mcd_err *err);

/* Have arrival interface, TTL, receive time and count of drops told with every datagram. */
bool mcd_sock_os_tell_arrival(const struct mcd_sock *sock, struct mcd_err *err);

/* Have drops on the way out told as errors of the send (IP_RECVERR). */
bool mcd_sock_os_tell_send_errors(const struct mcd_sock *sock, struct mcd_err *err);

/* Send from now on out of IFACE, with its first address as the source; it need not have one. */
bool mcd_sock_os_send_by(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_err *err);

/* Send COUNT datagrams by the interface that mcd_sock_os_send_by() chose. Returns how many went, one at least; -1, and *OS is the errno of the first. */
int mcd_sock_os_send(const struct mcd_sock *sock, const struct mcd_outgoing *out, size_t count, int *os);

/* A receive buffer of BYTES although the system's limit for users is lower (net.core.rmem_max): needs a right; false without it. */
bool mcd_sock_os_more_than_allowed(const struct mcd_sock *sock, int bytes);

#endif
