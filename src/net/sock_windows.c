/* SPDX-License-Identifier: ISC */
/* Winsock: joins by IP_ADD_MEMBERSHIP and its like first, which every Windows has, then by the options of RFC 3678. A handle of a socket has 32 bits that
 * count, so that it fits into the descriptor of other systems. */
#include <config.h>

#include "net/sock_os.h"

#include "net/clock.h"
#include "net/win32.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#ifndef IP_RECVTTL
#define IP_RECVTTL 21 /* Windows 10 */
#endif
#ifndef IPV6_TCLASS
#define IPV6_TCLASS 39
#endif

enum {
	DSCP_SHIFT = 2,	 /* the ECN bits below it (RFC 3168, 5) */
	LARGEST = 65536, /* datagram: one that does not fit is lost */
	HELD = 2048,	 /* bytes told of each */
	CONTROL = 256,
};

/* Linux has the other order: what is sent to it in this one joins a group on the wrong interface, or none. */
_Static_assert(offsetof(struct ip_mreq_source, imr_sourceaddr) == 4 && offsetof(struct ip_mreq_source, imr_interface) == 8, "group, source, interface");

int mcd_inet_errno(void)
{
	return mcd_win32_errno((DWORD)WSAGetLastError());
}

int mcd_sock_os_open(struct mcd_sock *sock)
{
	const int family = sock->family == 6 ? AF_INET6 : AF_INET;
	SOCKET opened = WSASocketW(family, SOCK_DGRAM, IPPROTO_UDP, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
	u_long on = 1;

	if (opened == INVALID_SOCKET && WSAGetLastError() == WSAEINVAL) /* the flag is unknown before the first service pack of Windows 7 */
		opened = WSASocketW(family, SOCK_DGRAM, IPPROTO_UDP, NULL, 0, WSA_FLAG_OVERLAPPED);

	sock->fd = opened == INVALID_SOCKET ? -1 : (int)opened;
	return sock->fd >= 0 && ioctlsocket(opened, (long)FIONBIO, &on) == 0 ? 0 : mcd_inet_errno();
}

void mcd_sock_os_close(const struct mcd_sock *sock)
{
	closesocket((mcd_inet_handle)sock->fd);
}

bool mcd_sock_os_joins_bound(void)
{
	return true;
}

static int set(const struct mcd_sock *sock, int level, int option, const void *value, size_t length)
{
	return setsockopt((mcd_inet_handle)sock->fd, level, option, value, (int)length) == 0 ? 0 : mcd_inet_errno();
}

/* ---- joins ---- */

static struct in_addr in4(struct mcd_addr addr)
{
	return (struct in_addr){ .s_addr = htonl(mcd_addr_to_v4(addr)) };
}

/* An interface where IPv4 has an address for it: its own, where that is its alone, or BY_INDEX, which is 0.x.x.x in the same order. */
static struct in_addr in4_iface(const struct mcd_iface *iface, bool by_index)
{
	struct mcd_addr own = mcd_addr_v4(0);

	if (by_index || iface->shares_address || !mcd_iface_ipv4(iface, &own))
		own = mcd_addr_v4(iface->index);
	return in4(own);
}

static int change_ipv4(const struct mcd_sock *sock, enum mcd_sock_change change, struct in_addr iface, struct mcd_addr group, const struct mcd_addr *source)
{
	static const int options[MCD_SOCK_CHANGES] = { IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, IP_DROP_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE };
	struct ip_mreq_source of_source = { .imr_multiaddr = in4(group), .imr_interface = iface };
	const struct ip_mreq of_group = { .imr_multiaddr = in4(group), .imr_interface = iface };

	if (!source)
		return set(sock, IPPROTO_IP, options[change], &of_group, sizeof of_group);
	of_source.imr_sourceaddr = in4(*source);
	return set(sock, IPPROTO_IP, options[change], &of_source, sizeof of_source);
}

static int change_ipv6(const struct mcd_sock *sock, enum mcd_sock_change change, const struct mcd_iface *iface, struct mcd_addr group)
{
	struct ipv6_mreq req = { .ipv6mr_interface = iface->index };

	mcd_addr_to_bytes(group, req.ipv6mr_multiaddr.s6_addr);
	return set(sock, IPPROTO_IPV6, change == MCD_JOIN_GROUP ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, &req, sizeof req);
}

/* RFC 3678, 5.1. */
static int change_any(const struct mcd_sock *sock, enum mcd_sock_change change, const struct mcd_iface *iface, struct mcd_addr group, const struct mcd_addr *source)
{
	static const int options[MCD_SOCK_CHANGES] = { MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP, MCAST_BLOCK_SOURCE };
	GROUP_SOURCE_REQ of_source = { .gsr_interface = iface->index };
	GROUP_REQ of_group = { .gr_interface = iface->index };

	mcd_sock_put_address(&of_group.gr_group, group, 0, 0);
	mcd_sock_put_address(&of_source.gsr_group, group, 0, 0);
	if (!source)
		return set(sock, mcd_sock_level(sock->family), options[change], &of_group, sizeof of_group);
	mcd_sock_put_address(&of_source.gsr_source, *source, 0, 0);
	return set(sock, mcd_sock_level(sock->family), options[change], &of_source, sizeof of_source);
}

/* What the first way was refused for is told, where none works. */
int mcd_sock_os_change(const struct mcd_sock *sock, enum mcd_sock_change change, const struct mcd_iface *iface, struct mcd_addr group, const struct mcd_addr *source)
{
	int os = EOPNOTSUPP;

	if (sock->family == 4) {
		os = change_ipv4(sock, change, in4_iface(iface, false), group, source);
		if (os == EADDRNOTAVAIL || os == EINVAL) /* the address may be one of two interfaces, or be gone */
			os = change_ipv4(sock, change, in4_iface(iface, true), group, source) == 0 ? 0 : os;
	} else if (!source) {
		os = change_ipv6(sock, change, iface, group);
	}
	if (os != EINVAL && os != ENOPROTOOPT && os != EOPNOTSUPP)
		return os;
	return change_any(sock, change, iface, group, source) == 0 ? 0 : os;
}

/* SIO_GET_MULTICAST_FILTER was run on no Windows yet: nothing is concluded from it. */
void mcd_sock_filter(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_addr group, struct mcd_filter *out)
{
	(void)sock;
	(void)iface;
	(void)group;
	mcd_filter_fini(out);
}

/* ---- how it behaves ---- */

/* A socket of Windows gets what it has joined itself. */
bool mcd_sock_os_only_joined(const struct mcd_sock *sock, struct mcd_err *err)
{
	(void)sock;
	(void)err;
	return true;
}

/* The TTL is not told before Windows 10. */
bool mcd_sock_os_tell_arrival(const struct mcd_sock *sock, struct mcd_err *err)
{
	if (sock->family == 4)
		return mcd_sock_set(sock, IPPROTO_IP, IP_PKTINFO, 1, "IP_PKTINFO", err) && (mcd_sock_set(sock, IPPROTO_IP, IP_RECVTTL, 1, "IP_RECVTTL", NULL) || true);
	return mcd_sock_set(sock, IPPROTO_IPV6, IPV6_PKTINFO, 1, "IPV6_PKTINFO", err) &&
	       (mcd_sock_set(sock, IPPROTO_IPV6, IPV6_HOPLIMIT, 1, "IPV6_HOPLIMIT", NULL) || true);
}

bool mcd_sock_os_tell_send_errors(const struct mcd_sock *sock, struct mcd_err *err)
{
	(void)sock;
	(void)err;
	return true; /* what the stack refuses, the send tells */
}

bool mcd_sock_os_more_than_allowed(const struct mcd_sock *sock, int bytes)
{
	(void)sock;
	(void)bytes;
	return false; /* there is no limit: SO_RCVBUF does */
}

bool mcd_sock_os_hear_own(const struct mcd_sock *sock, bool loop, struct mcd_err *err)
{
	if (sock->family == 4)
		return mcd_sock_set(sock, IPPROTO_IP, IP_MULTICAST_LOOP, loop, "IP_MULTICAST_LOOP", err);
	return mcd_sock_set(sock, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loop, "IPV6_MULTICAST_LOOP", err);
}

/* Windows leaves the mark out unless a policy sets it, and most versions know no option for IPv6: the wire shows what came of it. */
bool mcd_sock_os_mark(const struct mcd_sock *sock, int dscp, struct mcd_err *err)
{
	(void)err;
	if (dscp == 0)
		return true;
	if (sock->family == 6)
		return mcd_sock_set(sock, IPPROTO_IPV6, IPV6_TCLASS, dscp << DSCP_SHIFT, "IPV6_TCLASS", NULL) || true;
	return mcd_sock_set(sock, IPPROTO_IP, IP_TOS, dscp << DSCP_SHIFT, "IP_TOS", NULL) || true;
}

/* ---- sending ---- */

bool mcd_sock_os_send_by(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_err *err)
{
	const DWORD index = iface->index;
	struct in_addr own = in4_iface(iface, false);
	int os = iface->index == 0 ? ENODEV : 0;

	if (os == 0 && sock->family == 6)
		os = set(sock, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index);
	else if (os == 0)
		os = set(sock, IPPROTO_IP, IP_MULTICAST_IF, &own, sizeof own);
	if (os == EADDRNOTAVAIL && sock->family == 4) {
		own = in4_iface(iface, true);
		os = set(sock, IPPROTO_IP, IP_MULTICAST_IF, &own, sizeof own);
	}
	if (os != 0)
		mcd_err_os(err, os, "cannot send on %s (%s)", iface->name, sock->family == 4 ? "IP_MULTICAST_IF" : "IPV6_MULTICAST_IF");
	return os == 0;
}

int mcd_sock_os_send(const struct mcd_sock *sock, const struct mcd_outgoing *out, size_t count, int *os)
{
	size_t went = 0;

	while (went < count) {
		struct sockaddr_storage to;
		const int length = mcd_sock_put_address(&to, out[went].group, out[went].port, sock->send_ifindex);

		if (sendto((mcd_inet_handle)sock->fd, out[went].data, (int)out[went].length, 0, (const struct sockaddr *)&to, length) < 0)
			break;
		went++;
	}
	*os = went == 0 ? mcd_inet_errno() : 0;
	return went > 0 ? (int)went : -1;
}

bool mcd_sock_has_queued(const struct mcd_sock *sock)
{
	(void)sock;
	return false;
}

/* ---- receiving ---- */

/* WSARecvMsg() is no export of Winsock, but asked for by a socket; it is the same for all of them. */
static LPFN_WSARECVMSG recvmsg_of(const struct mcd_sock *sock)
{
	static LPFN_WSARECVMSG found;
	GUID which = WSAID_WSARECVMSG;
	DWORD length = 0;

	if (!found && WSAIoctl((mcd_inet_handle)sock->fd, SIO_GET_EXTENSION_FUNCTION_POINTER, &which, sizeof which, &found, sizeof found, &length, NULL, NULL) != 0)
		found = NULL;
	return found;
}

static void read_note(const WSACMSGHDR *note, struct mcd_arrival *arrival)
{
	const bool v4 = note->cmsg_level == IPPROTO_IP;
	struct in_pktinfo info;
	struct in6_pktinfo info6;

	if (v4 && note->cmsg_type == IP_PKTINFO && note->cmsg_len >= WSA_CMSG_LEN(sizeof info)) {
		memcpy(&info, WSA_CMSG_DATA(note), sizeof info);
		arrival->ifindex = (unsigned)info.ipi_ifindex;
		arrival->destination = mcd_addr_v4(ntohl(info.ipi_addr.s_addr));
	} else if (!v4 && note->cmsg_type == IPV6_PKTINFO && note->cmsg_len >= WSA_CMSG_LEN(sizeof info6)) {
		memcpy(&info6, WSA_CMSG_DATA(note), sizeof info6);
		arrival->ifindex = (unsigned)info6.ipi6_ifindex;
		arrival->destination = mcd_addr_v6(info6.ipi6_addr.s6_addr);
	} else if ((v4 ? note->cmsg_type == IP_TTL || note->cmsg_type == IP_RECVTTL : note->cmsg_type == IPV6_HOPLIMIT) &&
		   note->cmsg_len >= WSA_CMSG_LEN(sizeof arrival->ttl)) {
		memcpy(&arrival->ttl, WSA_CMSG_DATA(note), sizeof arrival->ttl);
	}
}

static void read_notes(WSAMSG *message, struct mcd_arrival *arrival)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion" /* in what the system's macro becomes */
	for (WSACMSGHDR *note = WSA_CMSG_FIRSTHDR(message); note; note = WSA_CMSG_NXTHDR(message, note))
		read_note(note, arrival);
#pragma GCC diagnostic pop
}

/* One datagram into ARRIVAL, its bytes into DATA. 1; 0 = none queued; -1 and *OS. */
static int receive_one(const struct mcd_sock *sock, LPFN_WSARECVMSG receive, char data[LARGEST], struct mcd_arrival *arrival, int *os)
{
	_Alignas(WSACMSGHDR) char control[CONTROL];
	struct sockaddr_storage from;
	WSABUF part = { LARGEST, data };
	WSAMSG message = { .name = (SOCKADDR *)&from, .namelen = sizeof from, .lpBuffers = &part, .dwBufferCount = 1, .Control = { sizeof control, control } };
	DWORD length = 0;

	if (receive((mcd_inet_handle)sock->fd, &message, &length, NULL, NULL) != 0) {
		*os = mcd_inet_errno();
		return *os == EAGAIN ? 0 : -1;
	}
	arrival->source = mcd_sock_get_address(&from, &arrival->source_port);
	arrival->when_ns = mcd_clock_wall_ns();
	arrival->ttl = -1;
	arrival->length = length;
	arrival->held = length < HELD ? length : HELD;
	arrival->data = (const uint8_t *)data;
	read_notes(&message, arrival);
	return 1;
}

int mcd_sock_receive(struct mcd_sock *sock, size_t nic, int max, void (*on_arrival)(void *context, const struct mcd_arrival *arrival), void *context,
		     struct mcd_err *err)
{
	const LPFN_WSARECVMSG receive = recvmsg_of(sock);
	const uint16_t port = mcd_sock_own_port(sock);
	char data[LARGEST];
	int total = 0, got = 1, os = receive ? 0 : mcd_inet_errno();

	while (receive && total < max && got > 0) {
		struct mcd_arrival arrival = { .nic = nic, .port = port };

		got = receive_one(sock, receive, data, &arrival, &os);
		if (got > 0)
			on_arrival(context, &arrival);
		total += got > 0;
	}
	if (receive && got >= 0)
		return total;
	mcd_err_os(err, os, "cannot receive on a socket");
	return -1;
}
