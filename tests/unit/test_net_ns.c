/* SPDX-License-Identifier: ISC */
/* src/net on interfaces of its own, in a network namespace that dies with the program. 77 where that is not permitted. */
#include <config.h>

#include "test_net_ns.h"

#include "net/ifaces.h"

#include <stdio.h>
#include <string.h>

static bool disable_ipv6(int number, const char *value)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/n%d/disable_ipv6", number);
	return ns_write(path, value);
}

bool ns_ipv6_begin(int number)
{
	bool has = ns_ip("link set n%d addrgenmode none", number) && disable_ipv6(number, "0");

	if (!has)
		printf("(no IPv6) ");
	return has;
}

void ns_ipv6_end(int number)
{
	CU_ASSERT_TRUE(disable_ipv6(number, "1"));
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
		{ "echo requests", ns_ping_tests },
		{ "joins", ns_join_tests },
		{ "sockets of others", ns_socket_tests },
		{ "routes", ns_route_tests },
		{ "captures", ns_capture_tests },
		{ NULL, NULL },
	};
	const char *why = ns_enter();

	if (why)
		return ns_skip(why);
	if (!build())
		return ns_skip("veth interfaces cannot be made");
	return unit_main(suites);
}
