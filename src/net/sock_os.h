/* SPDX-License-Identifier: ISC */
/* What sock_posix.c leaves to each OS: socket options that POSIX does not have. One body per OS: sock_linux.c, ... And what both share. */
#ifndef MCD_NET_SOCK_OS_H
#define MCD_NET_SOCK_OS_H

#include "base/err.h"
#include "net/sock.h"

#include <stdbool.h>
#include <sys/socket.h>

/* ADDR:PORT (host order) as the OS wants it; returns its length. IFINDEX is the zone of an address that needs one; 0 = none. */
socklen_t mcd_sock_put_address(struct sockaddr_storage *out, struct mcd_addr addr, uint16_t port, unsigned ifindex);

/* The address in FROM, and its port (host order); :: of a family that is not of IP. */
struct mcd_addr mcd_sock_get_address(const struct sockaddr_storage *from, uint16_t *port);

/* The level of a family's options: IPPROTO_IP, IPPROTO_IPV6. */
int mcd_sock_level(int family);

/* Only what this very socket joined is delivered to it (IP_MULTICAST_ALL=0; other systems do so by themselves). */
bool mcd_sock_os_only_joined(const struct mcd_sock *sock, struct mcd_err *err);

/* Have arrival interface, TTL, receive time and count of drops told with every datagram. */
bool mcd_sock_os_tell_arrival(const struct mcd_sock *sock, struct mcd_err *err);

/* Have drops on the way out told as errors of the send (IP_RECVERR). */
bool mcd_sock_os_tell_send_errors(const struct mcd_sock *sock, struct mcd_err *err);

/* Send from now on out of IFACE, with its first address as the source; it need not have one. */
bool mcd_sock_os_send_by(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_err *err);

/* Send COUNT datagrams by the interface that mcd_sock_os_send_by() chose. Returns how many went, one at least; -1 and errno of the first. */
int mcd_sock_os_send(const struct mcd_sock *sock, const struct mcd_outgoing *out, size_t count);

/* A receive buffer of BYTES although the system's limit for users is lower (net.core.rmem_max): needs a right; false without it. */
bool mcd_sock_os_more_than_allowed(const struct mcd_sock *sock, int bytes);

#endif
