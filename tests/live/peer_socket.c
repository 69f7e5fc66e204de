/* SPDX-License-Identifier: ISC */
/* The peer as ordinary programs: a sender and a receiver. */
#include <config.h>

#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { SENDERS = 64 };

static struct sockaddr_in socket_address(in_addr_t address, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = address}};

	return to;
}

static int sender_open(const struct options *o, const char *iface)
{
	struct ip_mreqn out = {.imr_ifindex = (int)index_of(iface)};
	struct sockaddr_in from = socket_address(o->source, o->source_port);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) != 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &o->ttl, sizeof o->ttl) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0 || bind(fd, (const struct sockaddr *)&from, sizeof from) != 0)
		die(iface);
	if (o->segments != 0 && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &(int){(int)o->size}, sizeof(int)) != 0)
		die("UDP_SEGMENT");
	return fd;
}

static void send_tick(const struct options *o, const int *fds, unsigned number)
{
	struct sockaddr_in to = socket_address(o->group, o->port);
	char payload[LARGEST] = {0};
	size_t i, length = o->segments != 0 ? o->segments * o->size : o->size;

	snprintf(payload, sizeof payload, "peer %u", number);
	for (i = 0; i < o->nifaces; i++)	/* what cannot leave now (link down) is no reason to stop */
		(void)sendto(fds[i], payload, length, 0, (const struct sockaddr *)&to, sizeof to);
}

void command_send(const struct options *o)
{
	int fds[IFACES];
	size_t i;

	for (i = 0; i < o->nifaces; i++)
		fds[i] = sender_open(o, o->ifaces[i]);
	say_ready(o);
	pace(o, send_tick, fds);
}

static void member_join(const struct options *o, int fd, const char *iface)
{
	struct group_source_req one = {.gsr_interface = strcmp(iface, "default") == 0 ? 0 : index_of(iface)}; /* 0: by the route to the group */
	struct group_req any = {.gr_interface = one.gsr_interface};
	struct sockaddr_in at = socket_address(o->group, 0);
	size_t i;

	memcpy(&any.gr_group, &at, sizeof at);
	memcpy(&one.gsr_group, &at, sizeof at);
	if (o->nsources == 0 && setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &any, sizeof any) != 0)
		die("join");
	for (i = 0; i < o->nsources; i++) {
		at = socket_address(o->sources[i], 0);
		memcpy(&one.gsr_source, &at, sizeof at);
		if (setsockopt(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &one, sizeof one) != 0)
			die("join source");
	}
}

static int member_open(const struct options *o)
{
	struct sockaddr_in at = socket_address(o->bound, o->port);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &o->reuse, sizeof o->reuse) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 100000}, sizeof(struct timeval)) != 0 ||
	    bind(fd, (const struct sockaddr *)&at, sizeof at) != 0)
		die("bind");
	if (o->device != NULL && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device, (socklen_t)strlen(o->device)) != 0)
		die(o->device);
	if (o->buffer != 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &o->buffer, sizeof o->buffer) != 0)
		die("SO_RCVBUF");
	return fd;
}

/* Leave what an any-source join joined, and keep the socket. */
static void member_leave(const struct options *o, int fd)
{
	struct group_req any;
	struct sockaddr_in at = socket_address(o->group, 0);
	size_t i;

	leave = 0;
	for (i = 0; i < o->nifaces; i++) {
		memset(&any, 0, sizeof any);
		any.gr_interface = index_of(o->ifaces[i]);
		memcpy(&any.gr_group, &at, sizeof at);
		if (setsockopt(fd, IPPROTO_IP, MCAST_LEAVE_GROUP, &any, sizeof any) != 0)
			die("leave");
	}
}

/* Join on each interface, or only hold the port when there is none; SIGUSR1: leave; at the end one line per sender that was heard. */
void command_join(const struct options *o)
{
	struct sockaddr_in from;
	in_addr_t senders[SENDERS];
	unsigned counts[SENDERS] = {0};
	size_t nsenders = 0, i;
	char data[FRAME];
	int fd = member_open(o);

	for (i = 0; i < o->nifaces; i++)
		member_join(o, fd, o->ifaces[i]);
	say_ready(o);
	while (!stop) {
		if (leave)
			member_leave(o, fd);
		if (o->idle) {
			poll(NULL, 0, 100);
			continue;
		}
		if (recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &(socklen_t){sizeof from}) < 0)
			continue;
		for (i = 0; i < nsenders && senders[i] != from.sin_addr.s_addr; i++)
			;
		if (i == SENDERS)
			continue;
		senders[i] = from.sin_addr.s_addr;
		counts[i]++;
		nsenders = i == nsenders ? nsenders + 1 : nsenders;
	}
	for (i = 0; i < nsenders; i++)
		printf("{\"source\":\"%s\",\"packets\":%u}\n", inet_ntoa((struct in_addr){senders[i]}), counts[i]);
}
