/* SPDX-License-Identifier: ISC */
/* The peer as ordinary programs: a sender and a receiver. */
#include <config.h>

#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { SENDERS = 64 };

/* FAMILY's any address where A is none. Only addresses of a link's scope mind the INDEX of their interface. */
static struct sockaddr_storage socket_address(const struct address *a, int family, uint16_t port, unsigned index)
{
	struct sockaddr_storage out = {0};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = index};

	if (family == AF_INET6) {
		memcpy(&in6.sin6_addr, a->octets, sizeof in6.sin6_addr);
		memcpy(&out, &in6, sizeof in6);
	} else {
		memcpy(&in.sin_addr, a->octets, sizeof in.sin_addr);
		memcpy(&out, &in, sizeof in);
	}
	return out;
}

/* Where the kernel keeps the options of the group's family. */
static int level(const struct options *o)
{
	return o->group.family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

/* Datagrams of FD leave by interface INDEX with the TTL or hop limit asked for. */
static bool set_way_out(const struct options *o, int fd, unsigned index)
{
	struct ip_mreqn out = {.imr_ifindex = (int)index};

	if (o->group.family == AF_INET6)
		return setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index) == 0 &&
		       setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &o->ttl, sizeof o->ttl) == 0;
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) == 0 &&
	       setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &o->ttl, sizeof o->ttl) == 0;
}

static int sender_open(const struct options *o, const char *iface)
{
	unsigned index = index_of(iface);
	struct sockaddr_storage from = socket_address(&o->source, o->group.family, o->source_port, index);
	int fd = socket(o->group.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || !set_way_out(o, fd, index) || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0 ||
	    bind(fd, (const struct sockaddr *)&from, sizeof from) != 0)
		die(iface);
	if (o->segments != 0 && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &(int){(int)o->size}, sizeof(int)) != 0)
		die("UDP_SEGMENT");
	return fd;
}

static void send_tick(const struct options *o, const int *fds, unsigned number)
{
	struct sockaddr_storage to = socket_address(&o->group, o->group.family, o->port, 0);
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

/* CHANGE is MCAST_JOIN_SOURCE_GROUP or MCAST_BLOCK_SOURCE. */
static void change_sources(const struct options *o, int fd, unsigned index, int change)
{
	struct group_source_req one = {.gsr_interface = index, .gsr_group = socket_address(&o->group, o->group.family, 0, 0)};
	size_t i;

	for (i = 0; i < o->nsources; i++) {
		one.gsr_source = socket_address(&o->sources[i], o->group.family, 0, 0);
		if (setsockopt(fd, level(o), change, &one, sizeof one) != 0)
			die("sources");
	}
}

/* CHANGE is MCAST_JOIN_GROUP or MCAST_LEAVE_GROUP. */
static void change_group(const struct options *o, int fd, unsigned index, int change)
{
	struct group_req any = {.gr_interface = index, .gr_group = socket_address(&o->group, o->group.family, 0, 0)};

	if (setsockopt(fd, level(o), change, &any, sizeof any) != 0)
		die(change == MCAST_JOIN_GROUP ? "join" : "leave");
}

static void member_join(const struct options *o, int fd, const char *iface)
{
	unsigned index = strcmp(iface, "default") == 0 ? 0 : index_of(iface);	/* 0: by the route to the group */

	if (o->nsources == 0 || o->exclude)
		change_group(o, fd, index, MCAST_JOIN_GROUP);
	change_sources(o, fd, index, o->exclude ? MCAST_BLOCK_SOURCE : MCAST_JOIN_SOURCE_GROUP);
}

static int member_open(const struct options *o)
{
	struct sockaddr_storage at = socket_address(&o->bound, o->group.family, o->port, 0);
	int fd = socket(o->group.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

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

/* Leave what a join of any source joined, and keep the socket. */
static void member_leave(const struct options *o, int fd)
{
	size_t i;

	leave = 0;
	for (i = 0; i < o->nifaces; i++)
		change_group(o, fd, index_of(o->ifaces[i]), MCAST_LEAVE_GROUP);
}

struct heard {
	char from[INET6_ADDRSTRLEN];
	unsigned packets;
};

/* One more datagram of FROM, if there is still room to remember who that is. */
static void count(struct heard senders[SENDERS], const struct sockaddr_storage *from)
{
	char text[INET6_ADDRSTRLEN];
	size_t i;

	if (getnameinfo((const struct sockaddr *)from, sizeof *from, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
		return;
	text[strcspn(text, "%")] = '\0';
	for (i = 0; i < SENDERS && senders[i].packets != 0 && strcmp(senders[i].from, text) != 0; i++)
		;
	if (i == SENDERS)
		return;
	memcpy(senders[i].from, text, sizeof text);
	senders[i].packets++;
}

/* Join on each interface, or only hold the port when there is none; SIGUSR1: leave; at the end one line per sender that was heard. */
void command_join(const struct options *o)
{
	struct heard senders[SENDERS] = {0};
	struct sockaddr_storage from;
	char data[FRAME];
	size_t i;
	int fd = member_open(o);

	for (i = 0; i < o->nifaces; i++)
		member_join(o, fd, o->ifaces[i]);
	say_ready(o);
	while (!stop) {
		if (leave)
			member_leave(o, fd);
		if (o->idle)
			poll(NULL, 0, 100);
		else if (recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &(socklen_t){sizeof from}) >= 0)
			count(senders, &from);
	}
	for (i = 0; i < SENDERS && senders[i].packets != 0; i++)
		printf("{\"source\":\"%s\",\"packets\":%u}\n", senders[i].from, senders[i].packets);
}
