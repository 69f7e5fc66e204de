/* SPDX-License-Identifier: ISC */
/* Linux: ping sockets (icmp(7)), whose kernel sets identifier and checksum and gives us our replies only; else raw ones. */
#include <config.h>

#include "net/ping.h"

#include "net/clock.h"
#include "net/sock_os.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	ECHO_REQUEST = 8, ECHO_REPLY = 0,		/* RFC 792 */
	ECHO_REQUEST_6 = 128, ECHO_REPLY_6 = 129,	/* RFC 4443 */
	HEADER = 8, MESSAGE = HEADER + 8,		/* octets: the header, and our token behind it */
	RECEIVED = 256, CONTROL = 64,
	AT_ONCE = 64,					/* messages read in one call */
};

static bool is_v4(const struct mcd_ping *ping)
{
	return mcd_addr_is_v4(ping->peer);
}

/* By device also what comes in is bound; by index, where an old kernel keeps that to the privileged, only what goes out. 0 or the errno. */
static int bind_to(const struct mcd_ping *ping, const struct mcd_iface *iface)
{
	const uint32_t index = htonl(iface->index);

	if (setsockopt(ping->fd, SOL_SOCKET, SO_BINDTODEVICE, iface->name, (socklen_t)strlen(iface->name)) == 0)
		return 0;
	if (errno != EPERM)
		return errno;
	return setsockopt(ping->fd, is_v4(ping) ? IPPROTO_IP : IPPROTO_IPV6, is_v4(ping) ? IP_UNICAST_IF : IPV6_UNICAST_IF, &index, sizeof index) == 0 ? 0 : errno;
}

static int open_socket(struct mcd_ping *ping)
{
	const int family = is_v4(ping) ? AF_INET : AF_INET6, protocol = is_v4(ping) ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	int refused;

	ping->fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	if (ping->fd >= 0)
		return 0;
	refused = errno;
	ping->fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	ping->raw = true;
	return ping->fd >= 0 ? 0 : refused;
}

bool mcd_ping_open(struct mcd_ping *out, const struct mcd_iface *iface, struct mcd_addr peer, struct mcd_err *err)
{
	const int on = 1;
	int os;

	*out = (struct mcd_ping){ .fd = -1, .ifindex = iface->index, .peer = peer };
	os = open_socket(out);
	if (os == EACCES || os == EPERM) {
		mcd_err_os(err, os, "cannot open a socket for echo requests: neither net.ipv4.ping_group_range nor CAP_NET_RAW allows it");
		return false;
	}
	if (os == 0)
		os = bind_to(out, iface);
	if (os == 0 && setsockopt(out->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
		os = errno;
	if (os != 0)
		mcd_err_os(err, os, "cannot send echo requests on %s", iface->name);
	if (os != 0 && out->fd >= 0)
		close(out->fd);
	out->open = os == 0;
	return out->open;
}

void mcd_ping_close(struct mcd_ping *ping)
{
	if (ping->open)
		close(ping->fd);
	ping->open = false;
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* The Internet checksum (RFC 1071) of a message, whose length is even. */
static unsigned checksum(const uint8_t message[MESSAGE])
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < MESSAGE; i += 2)
		sum += get16(message + i);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16)) & 0xffff;
}

bool mcd_ping_send(const struct mcd_ping *ping, uint64_t token, uint16_t sequence, struct mcd_err *err)
{
	uint8_t message[MESSAGE] = { is_v4(ping) ? ECHO_REQUEST : ECHO_REQUEST_6 };
	char text[MCD_ADDR_TEXT];
	struct sockaddr_storage to;
	socklen_t length = mcd_sock_put_address(&to, ping->peer, 0, ping->ifindex);

	put16(message + 4, (unsigned)token & 0xffff);
	put16(message + 6, sequence);
	for (unsigned i = 0; i < 8; i++)
		message[HEADER + i] = (uint8_t)(token >> (56 - 8 * i));
	if (is_v4(ping)) /* that of ICMPv6 has addresses in it: the kernel's */
		put16(message + 2, checksum(message));
	while (sendto(ping->fd, message, sizeof message, 0, (const struct sockaddr *)&to, length) < 0) {
		if (errno == EINTR)
			continue;
		mcd_err_os(err, errno, "cannot send an echo request to %s", mcd_addr_format(ping->peer, text));
		return false;
	}
	return true;
}

/* Where the ICMP message begins; SIZE_MAX = nowhere. */
static size_t skip_ip(const struct mcd_ping *ping, const uint8_t *data, size_t length)
{
	if (!ping->raw || !is_v4(ping))
		return 0;
	return length > sizeof(struct ip) ? 4u * (data[0] & 0xf) : SIZE_MAX;
}

static bool read_reply(const struct mcd_ping *ping, const uint8_t *data, size_t length, struct mcd_ping_reply *out)
{
	const size_t at = skip_ip(ping, data, length);

	if (at > length || length - at < MESSAGE || data[at] != (is_v4(ping) ? ECHO_REPLY : ECHO_REPLY_6) || data[at + 1] != 0)
		return false;
	out->sequence = (uint16_t)get16(data + at + 6);
	out->token = 0;
	for (unsigned i = 0; i < 8; i++)
		out->token = out->token << 8 | data[at + HEADER + i];
	return true;
}

static int64_t stamp_of(struct msghdr *message)
{
	for (struct cmsghdr *note = CMSG_FIRSTHDR(message); note; note = CMSG_NXTHDR(message, note)) {
		struct timespec when;

		if (note->cmsg_level != SOL_SOCKET || note->cmsg_type != SCM_TIMESTAMPNS || note->cmsg_len < CMSG_LEN(sizeof when))
			continue;
		memcpy(&when, CMSG_DATA(note), sizeof when);
		return (int64_t)when.tv_sec * 1000000000 + when.tv_nsec;
	}
	return mcd_clock_wall_ns();
}

bool mcd_ping_receive(const struct mcd_ping *ping, struct mcd_ping_reply *out)
{
	for (int i = 0; i < AT_ONCE; i++) {
		_Alignas(struct cmsghdr) unsigned char control[CONTROL];
		struct sockaddr_storage from;
		uint8_t data[RECEIVED];
		struct iovec part = { data, sizeof data };
		struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
					  .msg_controllen = sizeof control };
		ssize_t length = recvmsg(ping->fd, &message, 0);
		uint16_t port;

		if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (length < 0 || !mcd_addr_equal(mcd_sock_get_address(&from, &port), ping->peer) || !read_reply(ping, data, (size_t)length, out))
			continue;
		out->when_ns = stamp_of(&message);
		return true;
	}
	return false;
}
