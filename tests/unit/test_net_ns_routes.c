/* SPDX-License-Identifier: ISC */
/* What the kernel says of routes and of ways back, on routes that `ip` made. */
#include <config.h>

#include "test_net_ns.h"

#include "net/routes.h"
#include "net/sock.h"

#define NOWHERE mcd_addr_v4(0xac100505) /* 172.16.5.5 */

static struct mcd_host_route route_to(struct mcd_addr destination)
{
	struct mcd_host_route route;
	struct mcd_host host;

	mcd_host_init(&host);
	CU_ASSERT_TRUE_FATAL(mcd_host_ask_route(&host, destination));
	CU_ASSERT_FALSE(mcd_host_ask_route(&host, destination)); /* once is enough */
	mcd_routes_read(&host);
	route = *mcd_host_route(&host, destination);
	mcd_host_fini(&host);
	return route;
}

static struct mcd_host_path path_back(unsigned ifindex, struct mcd_addr source)
{
	struct mcd_host_path path;
	struct mcd_host host;

	mcd_host_init(&host);
	CU_ASSERT_TRUE_FATAL(mcd_host_ask_path(&host, ifindex, GROUP, source));
	mcd_routes_read(&host);
	path = *mcd_host_path(&host, ifindex, GROUP, source);
	mcd_host_fini(&host);
	return path;
}

static void routes_of_a_group(void)
{
	struct mcd_iface_list list = ns_ifaces();
	unsigned n0 = ns_named(&list, "n", 0)->index, n1 = ns_named(&list, "n", 1)->index;
	struct mcd_host_route route = route_to(GROUP);

	CU_ASSERT_EQUAL(route.routing, MCD_ROUTING_NONE);
	CU_ASSERT_TRUE_FATAL(ns_ip("route add default via 10.9.0.9"));
	route = route_to(GROUP);
	CU_ASSERT_EQUAL(route.routing, MCD_ROUTING_FOUND);
	CU_ASSERT_EQUAL(route.prefix_length, 0);
	CU_ASSERT_TRUE(route.nways == 1 && mcd_host_route_uses(&route, n0) && !mcd_host_route_uses(&route, n1));
	CU_ASSERT_TRUE(mcd_addr_is_unspecified(route.ways[0].gateway)); /* the kernel takes none for a group by the default route */
	CU_ASSERT_TRUE_FATAL(ns_ip("route add 224.0.0.0/4 via 10.9.1.9"));
	route = route_to(GROUP);
	CU_ASSERT_EQUAL(route.prefix_length, 4);
	CU_ASSERT_TRUE(route.nways == 1 && mcd_host_route_uses(&route, n1));
	CU_ASSERT_TRUE(mcd_addr_equal(route.ways[0].gateway, mcd_addr_v4(0x0a090109)));
	CU_ASSERT_TRUE(ns_ip("route replace prohibit 224.0.0.0/4"));
	CU_ASSERT_EQUAL(route_to(GROUP).routing, MCD_ROUTING_REFUSED);
	CU_ASSERT_TRUE(ns_ip("route del prohibit 224.0.0.0/4"));
	CU_ASSERT_EQUAL(route_to(mcd_addr_v4(0x0a090001)).routing, MCD_ROUTING_LOCAL);
	CU_ASSERT_TRUE(ns_ip("route del default"));
	mcd_iface_list_fini(&list);
}

static void several_ways(void)
{
	struct mcd_iface_list list = ns_ifaces();
	struct mcd_host_path path;

	CU_ASSERT_TRUE_FATAL(ns_ip("route add 172.16.5.0/24 nexthop via 10.9.0.9 nexthop via 10.9.1.9 nexthop via 10.9.2.9 nexthop via 10.9.3.9 nexthop via 10.9.4.9"));
	path = path_back(ns_named(&list, "n", 2)->index, NOWHERE);
	CU_ASSERT_EQUAL(path.back.routing, MCD_ROUTING_FOUND);
	CU_ASSERT_EQUAL(path.back.prefix_length, 24);
	CU_ASSERT_EQUAL(path.back.nways, MCD_HOST_WAYS);
	CU_ASSERT_EQUAL(path.back.ways_omitted, 1);
	for (int i = 0; i < MCD_HOST_WAYS; i++) {
		CU_ASSERT_EQUAL(path.back.ways[i].ifindex, ns_named(&list, "n", i)->index);
		CU_ASSERT_TRUE(mcd_addr_equal(path.back.ways[i].gateway, mcd_addr_v4(0x0a090009u + ((unsigned)i << 8))));
	}
	CU_ASSERT_TRUE(ns_ip("route del 172.16.5.0/24"));
	mcd_iface_list_fini(&list);
}

static bool set_filter(const char *value)
{
	return ns_write("/proc/sys/net/ipv4/conf/n1/rp_filter", value);
}

/* The kernel says itself what its filter would do, strict, loose and off, with the way back elsewhere, here and nowhere. */
static void ways_back(void)
{
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	const struct mcd_sock_receive how = { .family = 4 };
	struct mcd_iface_list list = ns_ifaces();
	const struct mcd_iface *n1 = ns_named(&list, "n", 1);
	struct mcd_sock sock;

	CU_ASSERT_TRUE_FATAL(mcd_sock_open_receive(&sock, &how, NULL) && mcd_sock_join(&sock, n1, &group, NULL, NULL));
	CU_ASSERT_TRUE_FATAL(ns_ip("route add default via 10.9.0.9"));
	CU_ASSERT_TRUE(set_filter("1"));
	CU_ASSERT_EQUAL(path_back(n1->index, NOWHERE).accepted, 0);
	CU_ASSERT_EQUAL(path_back(n1->index, NOWHERE).back.ways[0].ifindex, ns_named(&list, "n", 0)->index);
	CU_ASSERT_EQUAL(path_back(n1->index, mcd_addr_v4(0x0a090114)).accepted, 1);
	CU_ASSERT_TRUE(set_filter("2"));
	CU_ASSERT_EQUAL(path_back(n1->index, NOWHERE).accepted, 1);
	CU_ASSERT_TRUE(ns_ip("route del default"));
	CU_ASSERT_EQUAL(path_back(n1->index, NOWHERE).accepted, 0);
	CU_ASSERT_EQUAL(path_back(n1->index, NOWHERE).back.routing, MCD_ROUTING_NONE);
	CU_ASSERT_TRUE(set_filter("0"));
	CU_ASSERT_EQUAL(path_back(n1->index, NOWHERE).accepted, 1);
	CU_ASSERT_EQUAL(path_back(n1->index, mcd_addr_v4(0x0a090101)).accepted, 0); /* our own address */
	mcd_sock_close(&sock);
	CU_ASSERT_EQUAL(path_back(n1->index, NOWHERE).accepted, 0); /* no member any more */
	CU_ASSERT_EQUAL(path_back(99999, NOWHERE).accepted, -1);
	mcd_iface_list_fini(&list);
}

const struct unit_test ns_route_tests[] = {
	{ "routes of a group", routes_of_a_group },
	{ "several ways", several_ways },
	{ "ways back", ways_back },
	{ NULL, NULL },
};
