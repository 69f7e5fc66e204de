/* SPDX-License-Identifier: ISC */
/* Joins by interface index (RFC 3678, 5.1), for both families alike. */
#include <config.h>

#include "net/sock_os.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { DSCP_SHIFT = 2 }; /* the ECN bits below it (RFC 3168, 5) */

int mcd_inet_errno(void)
{
	return errno;
}

int mcd_sock_os_open(struct mcd_sock *sock)
{
	sock->fd = socket(sock->family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	return sock->fd >= 0 && fcntl(sock->fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(sock->fd, F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

void mcd_sock_os_close(const struct mcd_sock *sock)
{
	close(sock->fd);
}

bool mcd_sock_os_joins_bound(void)
{
	return false;
}

int mcd_sock_os_change(const struct mcd_sock *sock, enum mcd_sock_change change, const struct mcd_iface *iface, struct mcd_addr group, const struct mcd_addr *source)
{
	static const int options[MCD_SOCK_CHANGES] = { MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP, MCAST_BLOCK_SOURCE };
	struct group_source_req of_source;
	struct group_req of_group;
	const void *req = source ? (const void *)&of_source : &of_group;
	socklen_t length = source ? sizeof of_source : sizeof of_group;

	memset(&of_source, 0, sizeof of_source);
	memset(&of_group, 0, sizeof of_group);
	of_source.gsr_interface = of_group.gr_interface = iface->index;
	mcd_sock_put_address(&of_source.gsr_group, group, 0, 0);
	mcd_sock_put_address(&of_group.gr_group, group, 0, 0);
	if (source)
		mcd_sock_put_address(&of_source.gsr_source, *source, 0, 0);
	return setsockopt(sock->fd, mcd_sock_level(sock->family), options[change], req, length) == 0 ? 0 : errno;
}

bool mcd_sock_os_mark(const struct mcd_sock *sock, int dscp, struct mcd_err *err)
{
	if (sock->family == 6)
		return mcd_sock_set(sock, IPPROTO_IPV6, IPV6_TCLASS, dscp << DSCP_SHIFT, "IPV6_TCLASS", err);
	return mcd_sock_set(sock, IPPROTO_IP, IP_TOS, dscp << DSCP_SHIFT, "IP_TOS", err);
}

bool mcd_sock_os_hear_own(const struct mcd_sock *sock, bool loop, struct mcd_err *err)
{
	(void)sock;
	(void)loop;
	(void)err;
	return true; /* the sender's IP_MULTICAST_LOOP says so */
}
