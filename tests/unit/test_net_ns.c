/* SPDX-License-Identifier: ISC */
/* src/net on interfaces of its own, in a network namespace that dies with the program. 77 where that is not permitted. */
#include <config.h>

#include "test_net_ns.h"

#include "net/ifaces.h"

#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SKIPPED = 77 };

bool ns_ip(const char *format, ...)
{
	char command[256] = "ip ";
	va_list args;

	va_start(args, format);
	vsnprintf(command + 3, sizeof command - 20, format, args);
	va_end(args);
	strncat(command, " 2>/dev/null", sizeof command - strlen(command) - 1);
	return system(command) == 0;
}

bool ns_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

struct mcd_iface_list ns_ifaces(void)
{
	struct mcd_iface_list list;
	struct mcd_err err = { 0 };

	if (!mcd_ifaces_read(&list, &err))
		CU_FAIL_FATAL("cannot list the interfaces");
	return list;
}

const struct mcd_iface *ns_named(const struct mcd_iface_list *list, const char *prefix, int number)
{
	char name[16];
	const struct mcd_iface *iface;

	snprintf(name, sizeof name, "%s%d", prefix, number);
	iface = mcd_iface_find(list, name, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(iface);
	return iface;
}

static int skip(const char *why)
{
	printf("skipped: %s\n", why);
	return SKIPPED;
}

/* A network namespace of our own; without root, inside a user namespace in which we are root. */
static bool enter(void)
{
	char map[64];
	uid_t user = geteuid();
	gid_t group = getegid();

	if (user == 0)
		return unshare(CLONE_NEWNET) == 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return false;
	ns_write("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "0 %u 1", (unsigned)group);
	if (!ns_write("/proc/self/gid_map", map))
		return false;
	snprintf(map, sizeof map, "0 %u 1", (unsigned)user);
	return ns_write("/proc/self/uid_map", map);
}

static bool build(void)
{
	if (!ns_ip("link set lo up"))
		return false;
	for (int i = 0; i < PAIRS; i++) {
		char path[64];

		if (!ns_ip("link add n%d type veth peer name p%d", i, i))
			return false;
		for (const char *end = "np"; *end; end++) { /* no address and no traffic but what a test makes */
			snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%c%d/disable_ipv6", *end, i);
			ns_write(path, "1");
		}
		if (!ns_ip("addr add 10.9.%d.1/24 dev n%d", i, i) || !ns_ip("link set p%d up", i) || !ns_ip("link set n%d up", i))
			return false;
	}
	return true;
}

int main(void)
{
	const struct unit_suite suites[] = {
		{ "interfaces", ns_iface_tests },
		{ "host", ns_host_tests },
		{ "IPv6", ns_ipv6_tests },
		{ "sockets of IPv6", ns_sock_tests },
		{ "joins", ns_join_tests },
		{ "sockets of others", ns_socket_tests },
		{ "routes", ns_route_tests },
		{ "captures", ns_capture_tests },
		{ NULL, NULL },
	};

	if (!ns_ip("-V > /dev/null"))
		return skip("there is no program ip (iproute2)");
	if (!enter())
		return skip("a network namespace is not permitted");
	if (!build())
		return skip("veth interfaces cannot be made");
	return unit_main(suites);
}
