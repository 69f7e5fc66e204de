/* SPDX-License-Identifier: ISC */
/* Linux: the options of sock_os.h, and receiving in batches with all that the kernel tells of a datagram (ip(7), socket(7)). */
#include <config.h>

#include "net/sock.h"

#include "net/clock.h"
#include "net/sock_os.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

enum {
	BATCH = 16,    /* datagrams a system call */
	SEND_BATCH = 64,
	HELD = 2048,   /* bytes kept of each; its length is told whole */
	CONTROL = 256, /* room for the four notes below */
};

struct batch {
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_storage from[BATCH];
	_Alignas(struct cmsghdr) unsigned char control[BATCH][CONTROL];
	unsigned char data[BATCH][HELD];
};

bool mcd_sock_os_only_joined(const struct mcd_sock *sock, struct mcd_err *err)
{
	if (sock->family == 4)
		return mcd_sock_set(sock, IPPROTO_IP, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL", err);
	return mcd_sock_set(sock, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, "IPV6_MULTICAST_ALL", err);
}

bool mcd_sock_os_tell_arrival(const struct mcd_sock *sock, struct mcd_err *err)
{
	const bool told = sock->family == 4 ? mcd_sock_set(sock, IPPROTO_IP, IP_PKTINFO, 1, "IP_PKTINFO", err) &&
						      mcd_sock_set(sock, IPPROTO_IP, IP_RECVTTL, 1, "IP_RECVTTL", err)
					    : mcd_sock_set(sock, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO", err) &&
						      mcd_sock_set(sock, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT", err);

	return told && mcd_sock_set(sock, SOL_SOCKET, SO_TIMESTAMPNS, 1, "SO_TIMESTAMPNS", err) && mcd_sock_set(sock, SOL_SOCKET, SO_RXQ_OVFL, 1, "SO_RXQ_OVFL", err);
}

bool mcd_sock_os_tell_send_errors(const struct mcd_sock *sock, struct mcd_err *err)
{
	if (sock->family == 4)
		return mcd_sock_set(sock, IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR", err);
	return mcd_sock_set(sock, IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR", err);
}

bool mcd_sock_os_more_than_allowed(const struct mcd_sock *sock, int bytes)
{
	return setsockopt(sock->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0;
}

static bool send_by_ipv4(const struct mcd_sock *sock, const struct mcd_iface *iface)
{
	struct mcd_addr own = mcd_addr_v4(INADDR_ANY);
	struct ip_mreqn req;

	mcd_iface_ipv4(iface, &own);
	memset(&req, 0, sizeof req);
	req.imr_ifindex = (int)iface->index;
	req.imr_address.s_addr = htonl(mcd_addr_to_v4(own)); /* else the source can be another interface's address */
	return setsockopt(sock->fd, IPPROTO_IP, IP_MULTICAST_IF, &req, sizeof req) == 0;
}

bool mcd_sock_os_send_by(const struct mcd_sock *sock, const struct mcd_iface *iface, struct mcd_err *err)
{
	const int index = (int)iface->index;

	if (iface->index == 0) {
		mcd_err_os(err, ENODEV, "cannot send on %s", iface->name);
		return false;
	}
	if (sock->family == 4 ? send_by_ipv4(sock, iface) : setsockopt(sock->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index) == 0)
		return true;
	mcd_err_os(err, errno, "cannot send on %s (%s)", iface->name, sock->family == 4 ? "IP_MULTICAST_IF" : "IPV6_MULTICAST_IF");
	return false;
}

int mcd_sock_os_send(const struct mcd_sock *sock, const struct mcd_outgoing *out, size_t count, int *os)
{
	struct sockaddr_storage to[SEND_BATCH];
	struct mmsghdr messages[SEND_BATCH];
	struct iovec parts[SEND_BATCH];
	unsigned n = count < SEND_BATCH ? (unsigned)count : SEND_BATCH;
	int went;

	memset(messages, 0, n * sizeof *messages);
	for (unsigned i = 0; i < n; i++) {
		parts[i] = (struct iovec){ (void *)out[i].data, out[i].length }; /* it is only read */
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
		messages[i].msg_hdr.msg_name = &to[i];
		messages[i].msg_hdr.msg_namelen = mcd_sock_put_address(&to[i], out[i].group, out[i].port, sock->send_ifindex);
	}
	do
		went = sendmmsg(sock->fd, messages, n, 0);
	while (went < 0 && errno == EINTR);
	*os = went < 0 ? errno : 0;
	return went;
}

bool mcd_sock_has_queued(const struct mcd_sock *sock)
{
	int bytes = 0;

	return ioctl(sock->fd, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

/* Copy a note's value to OUT if it is as long as it must be. */
static void take(const struct cmsghdr *note, void *out, size_t size)
{
	if (note->cmsg_len >= CMSG_LEN(size))
		memcpy(out, CMSG_DATA(note), size);
}

/* Where it came in, and to whom it was sent. */
static void read_destination(const struct cmsghdr *note, struct mcd_arrival *arrival)
{
	struct in_pktinfo info = { 0 };
	struct in6_pktinfo info6;

	memset(&info6, 0, sizeof info6);
	if (note->cmsg_level == IPPROTO_IP) {
		take(note, &info, sizeof info);
		arrival->ifindex = (unsigned)info.ipi_ifindex;
		arrival->destination = mcd_addr_v4(ntohl(info.ipi_addr.s_addr));
	} else {
		take(note, &info6, sizeof info6);
		arrival->ifindex = info6.ipi6_ifindex;
		arrival->destination = mcd_addr_v6(info6.ipi6_addr.s6_addr);
	}
}

static bool is_note(const struct cmsghdr *note, int type4, int type6)
{
	return (note->cmsg_level == IPPROTO_IP && note->cmsg_type == type4) || (note->cmsg_level == IPPROTO_IPV6 && note->cmsg_type == type6);
}

static void read_notes(struct msghdr *message, struct mcd_arrival *arrival, uint32_t *dropped)
{
	for (struct cmsghdr *note = CMSG_FIRSTHDR(message); note; note = CMSG_NXTHDR(message, note)) {
		if (is_note(note, IP_PKTINFO, IPV6_PKTINFO)) {
			read_destination(note, arrival);
		} else if (is_note(note, IP_TTL, IPV6_HOPLIMIT)) {
			take(note, &arrival->ttl, sizeof arrival->ttl);
		} else if (note->cmsg_level == SOL_SOCKET && note->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec when = { 0, 0 };

			take(note, &when, sizeof when);
			arrival->when_ns = (int64_t)when.tv_sec * 1000000000 + when.tv_nsec;
		} else if (note->cmsg_level == SOL_SOCKET && note->cmsg_type == SO_RXQ_OVFL) {
			take(note, dropped, sizeof *dropped);
		}
	}
}

/* Read up to COUNT datagrams. How many; 0 = none queued; -1 and errno. */
static int receive_batch(const struct mcd_sock *sock, struct batch *batch, int count)
{
	int got;

	memset(batch->messages, 0, sizeof batch->messages);
	for (int i = 0; i < count; i++) {
		struct msghdr *message = &batch->messages[i].msg_hdr;

		batch->parts[i] = (struct iovec){ batch->data[i], HELD };
		message->msg_iov = &batch->parts[i];
		message->msg_iovlen = 1;
		message->msg_name = &batch->from[i];
		message->msg_namelen = sizeof batch->from[i];
		message->msg_control = batch->control[i];
		message->msg_controllen = CONTROL;
	}
	do
		got = recvmmsg(sock->fd, batch->messages, (unsigned)count, MSG_DONTWAIT | MSG_TRUNC, NULL);
	while (got < 0 && errno == EINTR);
	return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : got;
}

static void describe(struct batch *batch, int i, struct mcd_arrival *arrival, uint32_t *dropped)
{
	arrival->source = mcd_sock_get_address(&batch->from[i], &arrival->source_port);
	arrival->ttl = -1;
	arrival->length = batch->messages[i].msg_len; /* the datagram's, for MSG_TRUNC was asked for */
	arrival->held = arrival->length < HELD ? arrival->length : HELD;
	arrival->data = batch->data[i];
	read_notes(&batch->messages[i].msg_hdr, arrival, dropped);
	if (arrival->when_ns == 0)
		arrival->when_ns = mcd_clock_wall_ns();
}

/* SO_RXQ_OVFL comes with the next datagram that is queued, so a burst's last drops are told late or never: ask. */
static void read_dropped(struct mcd_sock *sock)
{
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t length = sizeof memory;

	if (getsockopt(sock->fd, SOL_SOCKET, SO_MEMINFO, memory, &length) == 0 && length > SK_MEMINFO_DROPS * sizeof *memory)
		sock->dropped = memory[SK_MEMINFO_DROPS];
}

int mcd_sock_receive(struct mcd_sock *sock, size_t nic, int max, void (*on_arrival)(void *context, const struct mcd_arrival *arrival), void *context,
		     struct mcd_err *err)
{
	uint16_t port = mcd_sock_own_port(sock);
	struct batch batch;
	int total = 0;

	while (total < max) {
		int want = max - total < BATCH ? max - total : BATCH;
		int got = receive_batch(sock, &batch, want);

		if (got < 0) {
			mcd_err_os(err, errno, "cannot receive on a socket");
			return -1;
		}
		for (int i = 0; i < got; i++) {
			struct mcd_arrival arrival = { .nic = nic, .port = port };

			describe(&batch, i, &arrival, &sock->dropped);
			on_arrival(context, &arrival);
		}
		total += got;
		if (got < want)
			break;
	}
	read_dropped(sock);
	return total;
}
