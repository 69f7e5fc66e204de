/* SPDX-License-Identifier: ISC */
/* Sockets, joins (RFC 3678, 5) and sends, each by its interface: what is the same on every system. */
#include <config.h>

#include "net/sock.h"

#include "net/inet.h"
#include "net/sock_os.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct mcd_addr any_address(int family)
{
	return family == 6 ? (struct mcd_addr){ 0, 0 } : mcd_addr_v4(INADDR_ANY);
}

/* Whether ADDR is one of many, each on its own link (RFC 4007, 6): a group of ff01::/16 or ff02::/16, or of their like. */
static bool needs_zone(struct mcd_addr addr)
{
	const unsigned scope = mcd_addr_ipv6_scope(addr);

	return mcd_addr_is_v4(addr) ? false : mcd_addr_is_multicast(addr) ? scope == 1 || scope == 2 : mcd_addr_is_link_local(addr);
}

socklen_t mcd_sock_put_address(struct sockaddr_storage *out, struct mcd_addr addr, uint16_t port, unsigned ifindex)
{
	memset(out, 0, sizeof *out);
	if (mcd_addr_is_v4(addr)) {
		struct sockaddr_in in4;

		memset(&in4, 0, sizeof in4);
		in4.sin_family = AF_INET;
		in4.sin_port = htons(port);
		in4.sin_addr.s_addr = htonl(mcd_addr_to_v4(addr));
		memcpy(out, &in4, sizeof in4);
		return sizeof in4;
	} else {
		struct sockaddr_in6 in6;

		memset(&in6, 0, sizeof in6);
		in6.sin6_family = AF_INET6;
		in6.sin6_port = htons(port);
		mcd_addr_to_bytes(addr, in6.sin6_addr.s6_addr);
		in6.sin6_scope_id = needs_zone(addr) ? ifindex : 0;
		memcpy(out, &in6, sizeof in6);
		return sizeof in6;
	}
}

struct mcd_addr mcd_sock_get_address(const struct sockaddr_storage *from, uint16_t *port)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in4;

	*port = 0;
	if (from->ss_family == AF_INET) {
		memcpy(&in4, from, sizeof in4);
		*port = ntohs(in4.sin_port);
		return mcd_addr_v4(ntohl(in4.sin_addr.s_addr));
	}
	if (from->ss_family != AF_INET6)
		return any_address(6);
	memcpy(&in6, from, sizeof in6);
	*port = ntohs(in6.sin6_port);
	return mcd_addr_v6(in6.sin6_addr.s6_addr);
}

uint16_t mcd_sock_own_port(const struct mcd_sock *sock)
{
	struct sockaddr_storage bound;
	socklen_t length = sizeof bound;
	uint16_t port;

	memset(&bound, 0, sizeof bound);
	if (getsockname((mcd_inet_handle)sock->fd, (struct sockaddr *)&bound, &length) != 0)
		return 0;
	mcd_sock_get_address(&bound, &port);
	return port;
}

int mcd_sock_level(int family)
{
	return family == 6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

bool mcd_sock_set(const struct mcd_sock *sock, int level, int option, int value, const char *name, struct mcd_err *err)
{
	if (setsockopt((mcd_inet_handle)sock->fd, level, option, (const void *)&value, sizeof value) == 0)
		return true;
	mcd_err_os(err, mcd_inet_errno(), "cannot set %s=%d on a socket", name, value);
	return false;
}

/* A non-blocking UDP socket. *OUT is closed on failure. */
static bool open_udp(struct mcd_sock *out, int family, struct mcd_err *err)
{
	int os;

	*out = (struct mcd_sock){ .fd = -1, .family = family };
	os = mcd_sock_os_open(out);
	if (os != 0)
		mcd_err_os(err, os, "cannot open a UDP socket of IPv%d", family);
	else if (family == 4 || mcd_sock_set(out, IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY", err))
		return true;
	mcd_sock_close(out);
	return false;
}

static bool bind_to(const struct mcd_sock *sock, struct mcd_addr addr, uint16_t port, unsigned ifindex, struct mcd_err *err)
{
	struct sockaddr_storage to;
	const socklen_t length = mcd_sock_put_address(&to, addr, port, ifindex);
	char text[MCD_ADDR_TEXT];

	if (bind((mcd_inet_handle)sock->fd, (const struct sockaddr *)&to, length) == 0)
		return true;
	mcd_err_os(err, mcd_inet_errno(), "cannot bind to %s port %u", mcd_addr_format(addr, text), port);
	return false;
}

bool mcd_sock_open_receive(struct mcd_sock *out, const struct mcd_sock_receive *how, struct mcd_err *err)
{
	if (!open_udp(out, how->family, err))
		return false;
	if (!mcd_sock_set(out, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR", err) || !mcd_sock_os_only_joined(out, err) ||
	    !mcd_sock_os_tell_arrival(out, err) || !mcd_sock_os_hear_own(out, how->loop, err))
		goto fail;
	if (how->buffer > 0 && !mcd_sock_os_more_than_allowed(out, how->buffer) &&
	    !mcd_sock_set(out, SOL_SOCKET, SO_RCVBUF, how->buffer, "SO_RCVBUF", err))
		goto fail;
	if ((how->port != 0 || mcd_sock_os_joins_bound()) && !bind_to(out, how->bind_group ? how->group : any_address(how->family), how->port, how->ifindex, err))
		goto fail;
	return true;
fail:
	mcd_sock_close(out);
	return false;
}

/* TTL or hop limit, loopback, and the octet that the DSCP is in (RFC 2474, 3). */
static bool set_how_to_send(const struct mcd_sock *sock, const struct mcd_sock_send *how, struct mcd_err *err)
{
	if (sock->family == 6)
		return mcd_sock_set(sock, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, how->ttl, "IPV6_MULTICAST_HOPS", err) &&
		       mcd_sock_set(sock, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, how->loop, "IPV6_MULTICAST_LOOP", err) &&
		       mcd_sock_os_mark(sock, how->dscp, err);
	return mcd_sock_set(sock, IPPROTO_IP, IP_MULTICAST_TTL, how->ttl, "IP_MULTICAST_TTL", err) &&
	       mcd_sock_set(sock, IPPROTO_IP, IP_MULTICAST_LOOP, how->loop, "IP_MULTICAST_LOOP", err) &&
	       mcd_sock_os_mark(sock, how->dscp, err);
}

bool mcd_sock_open_send(struct mcd_sock *out, const struct mcd_sock_send *how, struct mcd_err *err)
{
	if (!open_udp(out, how->family, err))
		return false;
	/* The source port may be one that we also receive on: share it, but take no datagram of others' groups. */
	if (!mcd_sock_set(out, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR", err) || !mcd_sock_os_only_joined(out, err))
		goto fail;
	if (!set_how_to_send(out, how, err) || !mcd_sock_os_tell_send_errors(out, err))
		goto fail;
	if (how->source_port != 0 && !bind_to(out, any_address(how->family), how->source_port, 0, err))
		goto fail;
	return true;
fail:
	mcd_sock_close(out);
	return false;
}

void mcd_sock_close(struct mcd_sock *sock)
{
	if (sock->fd >= 0)
		mcd_sock_os_close(sock);
	sock->fd = -1;
}

/* ERR becomes "cannot VERB [source S of ]GROUP on IFACE: ..."; SOURCE may be NULL. Always false. */
static bool refused(struct mcd_err *err, int os, const char *verb, const struct mcd_addr *source, const struct mcd_group *group,
		    const struct mcd_iface *iface)
{
	char group_text[MCD_ADDR_TEXT], source_text[MCD_ADDR_TEXT];

	mcd_addr_format(group->address, group_text);
	if (source)
		mcd_err_os(err, os, "cannot %s source %s of %s on %s", verb, mcd_addr_format(*source, source_text), group_text, iface->name);
	else
		mcd_err_os(err, os, "cannot %s %s on %s", verb, group_text, iface->name);
	return false;
}

/* What the kernel would answer in a misleading way, or not at all: index 0 is "any interface" to it. 0 or an errno. */
static int check_join(const struct mcd_sock *sock, const struct mcd_iface *iface, const struct mcd_group *group)
{
	if (iface->index == 0)
		return ENODEV;
	if (mcd_addr_family(group->address) != sock->family)
		return EAFNOSUPPORT;
	for (size_t i = 0; i < group->nsources; i++)
		if (mcd_addr_family(group->sources[i]) != sock->family)
			return EAFNOSUPPORT;
	return group->mode == MCD_INCLUDE && group->nsources == 0 ? EINVAL : 0;
}

bool mcd_sock_join(struct mcd_sock *sock, const struct mcd_iface *iface, const struct mcd_group *group, size_t *sources_joined, struct mcd_err *err)
{
	bool include = group->mode == MCD_INCLUDE;
	int os = check_join(sock, iface, group);
	size_t done = 0;

	if (sources_joined)
		*sources_joined = 0;
	if (os == 0 && !include)
		os = mcd_sock_os_change(sock, MCD_JOIN_GROUP, iface, group->address, NULL);
	if (os != 0)
		return refused(err, os, "join", NULL, group, iface);
	while (os == 0 && done < group->nsources) {
		os = mcd_sock_os_change(sock, include ? MCD_JOIN_SOURCE : MCD_BLOCK_SOURCE, iface, group->address, &group->sources[done]);
		if (os == 0)
			done++;
	}
	if (sources_joined)
		*sources_joined = done;
	if (os == 0)
		return true;
	refused(err, os, include ? "join" : "block", &group->sources[done], group, iface);
	if (!include)
		mcd_sock_os_change(sock, MCD_LEAVE_GROUP, iface, group->address, NULL);
	else
		while (done-- > 0)
			mcd_sock_os_change(sock, MCD_LEAVE_SOURCE, iface, group->address, &group->sources[done]);
	return false;
}

bool mcd_sock_leave(struct mcd_sock *sock, const struct mcd_iface *iface, const struct mcd_group *group, struct mcd_err *err)
{
	bool ok = true;

	if (group->mode != MCD_INCLUDE) {
		int os = mcd_sock_os_change(sock, MCD_LEAVE_GROUP, iface, group->address, NULL);

		return os == 0 || refused(err, os, "leave", NULL, group, iface);
	}
	for (size_t i = 0; i < group->nsources; i++) {
		int os = mcd_sock_os_change(sock, MCD_LEAVE_SOURCE, iface, group->address, &group->sources[i]);

		if (os != 0 && ok)
			ok = refused(err, os, "leave", &group->sources[i], group, iface);
	}
	return ok;
}

/* Have what follows sent out of IFACE. */
static bool choose_outgoing(struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_err *err)
{
	if (sock->send_ifindex == iface->index && iface->index != 0)
		return true;
	sock->send_ifindex = 0;
	if (!mcd_sock_os_send_by(sock, iface, err))
		return false;
	sock->send_ifindex = iface->index;
	return true;
}

size_t mcd_sock_send_many(struct mcd_sock *sock, const struct mcd_iface *iface, const struct mcd_outgoing *out, size_t count, struct mcd_err *err)
{
	char text[MCD_ADDR_TEXT];
	size_t done = 0;
	int went, os = 0;

	if (!choose_outgoing(sock, iface, err))
		return 0;
	while (done < count) {
		went = mcd_sock_os_send(sock, out + done, count - done, &os);
		if (went < 0) {
			mcd_err_os(err, os, "cannot send to %s port %u on %s", mcd_addr_format(out[done].group, text), out[done].port, iface->name);
			break;
		}
		done += (size_t)went;
	}
	return done;
}

bool mcd_sock_send(struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_addr group, uint16_t port, const void *data, size_t length,
		   struct mcd_err *err)
{
	const struct mcd_outgoing one = { group, port, data, length };

	return mcd_sock_send_many(sock, iface, &one, 1, err) == 1;
}
