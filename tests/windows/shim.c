/* SPDX-License-Identifier: ISC */
/* Preloaded into wine, in tests only: what wine 8 hands to Linux as Windows has it, and Linux takes otherwise. Windows has {group, source, interface} where
 * Linux has {group, interface, source}; an interface by its index is 0.0.0.INDEX; and a socket gets what it has joined itself, not what others have.
 * SHIM_LOG, a file: there every option of IP goes, a line each, in the bytes that the program passed, which are those that a real Windows would get. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef int set_option(int fd, int level, int option, const void *value, socklen_t length);

static void tell(int option, const unsigned char *bytes, socklen_t length)
{
	const char *name = getenv("SHIM_LOG");
	const int fd = name ? open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
	char line[200];
	int used;

	if (fd < 0)
		return;
	used = snprintf(line, sizeof line, "option %d:", option);
	for (socklen_t i = 0; i < length && i < 40; i++)
		used += snprintf(line + used, sizeof line - (size_t)used, " %u", bytes[i]);
	line[used++] = '\n';
	if (write(fd, line, (size_t)used) != used) /* in one, for others write too */
		abort();
	close(fd);
}

/* The index in 0.x.x.x; 0 when it is an address, or none. */
static int index_in(struct in_addr interface)
{
	const uint32_t value = ntohl(interface.s_addr);

	return value < 0x1000000 ? (int)value : 0;
}

/* Those of a program are made by wineserver. */
int socket(int family, int type, int protocol)
{
	int (*const next)(int, int, int) = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
	set_option *const set = (set_option *)dlsym(RTLD_NEXT, "setsockopt");
	const int fd = next(family, type, protocol), off = 0;

	if (fd >= 0 && family == AF_INET)
		set(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off);
	if (fd >= 0 && family == AF_INET6)
		set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, &off, sizeof off);
	return fd;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	set_option *const next = (set_option *)dlsym(RTLD_NEXT, "setsockopt");
	struct in_addr given[3] = {{0}};
	struct ip_mreqn by_index = {0};

	if (level != IPPROTO_IP || !value)
		return next(fd, level, option, value, length);
	tell(option, value, length);
	memcpy(given, value, length < sizeof given ? length : sizeof given);
	switch (option) {
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
		if (length == sizeof given)
			return next(fd, level, option, &(struct ip_mreq_source){given[0], given[2], given[1]}, sizeof(struct ip_mreq_source));
		break;
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		by_index.imr_multiaddr = given[0];
		by_index.imr_ifindex = index_in(given[1]);
		if (length == 8 && by_index.imr_ifindex)
			return next(fd, level, option, &by_index, sizeof by_index);
		break;
	case IP_MULTICAST_IF:
		by_index.imr_ifindex = index_in(given[0]);
		if (length == 4 && by_index.imr_ifindex)
			return next(fd, level, option, &by_index, sizeof by_index);
		break;
	}
	return next(fd, level, option, value, length);
}
