/* SPDX-License-Identifier: ISC */
/* What the kernel tells of IPv6: memberships, filters, the version that is forced. n5 alone speaks IPv6, and has no address: so it is silent but
 * for its reports. Where the kernel has no IPv6, these tests say so. */
#include <config.h>

#include "test_net_ns.h"

#include "net/hostinfo.h"
#include "net/routes.h"
#include "net/sock_os.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS_OF_SETTINGS = 9 };

#define CONF6 "/proc/sys/net/ipv6/conf"

static struct mcd_addr address(const char *text)
{
	struct mcd_addr out = { 0, 0 };

	CU_ASSERT_TRUE_FATAL(mcd_addr_parse(text, &out));
	return out;
}

static struct sockaddr_storage sockaddr_of(const char *text)
{
	struct sockaddr_storage out;

	mcd_sock_put_address(&out, address(text), 0, 0);
	return out;
}

static int join(unsigned ifindex, const char *group)
{
	const struct group_req asked = { .gr_interface = ifindex, .gr_group = sockaddr_of(group) };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CU_ASSERT_TRUE_FATAL(fd >= 0 && setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &asked, sizeof asked) == 0);
	return fd;
}

/* Add one SOURCE to the filter, by OPTION. */
static void filter(int fd, int option, unsigned ifindex, const char *group, const char *source)
{
	const struct group_source_req asked = { .gsr_interface = ifindex, .gsr_group = sockaddr_of(group), .gsr_source = sockaddr_of(source) };

	CU_ASSERT_EQUAL(setsockopt(fd, IPPROTO_IPV6, option, &asked, sizeof asked), 0);
}

static unsigned users(const struct mcd_host *host, unsigned ifindex, const char *group)
{
	const struct mcd_host_membership *m = mcd_host_membership(host, ifindex, address(group));

	return m ? m->users : 0;
}

static void memberships_are_listed(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const unsigned n5 = ns_named(&list, "n", 5)->index, n6 = ns_named(&list, "n", 6)->index;
	struct mcd_host host;

	if (ns_ipv6_begin(5)) {
		int one = join(n5, "ff15::1234:5678"), two = join(n5, "ff15::1234:5678"), other = join(n5, "ff1e:0:0:8000::9abc:def0");

		mcd_host_init(&host);
		mcd_hostinfo_memberships(&host);
		CU_ASSERT_EQUAL(users(&host, n5, "ff15::1234:5678"), 2);
		CU_ASSERT_EQUAL(users(&host, n5, "ff1e:0:0:8000::9abc:def0"), 1);
		CU_ASSERT_EQUAL(users(&host, n6, "ff15::1234:5678"), 0);
		CU_ASSERT_EQUAL(users(&host, n5, "ff02::1"), 1);
		CU_ASSERT_PTR_NOT_NULL(mcd_host_membership(&host, n6, mcd_addr_v4(0xe0000001))); /* and those of IPv4 beside */
		CU_ASSERT_EQUAL(host.sources.count, 0);
		close(one);
		close(other);
		mcd_hostinfo_memberships(&host);
		CU_ASSERT_EQUAL(users(&host, n5, "ff15::1234:5678"), 1);
		CU_ASSERT_EQUAL(users(&host, n5, "ff1e:0:0:8000::9abc:def0"), 0);
		close(two);
		mcd_host_fini(&host);
		ns_ipv6_end(5);
	}
	mcd_iface_list_fini(&list);
}

static const struct mcd_host_source *source_of(const struct mcd_host *host, unsigned ifindex, const char *group, const char *source)
{
	for (size_t i = 0; i < host->sources.count; i++) {
		const struct mcd_host_source *s = mcd_vec_at(&host->sources, i);

		if (s->ifindex == ifindex && mcd_addr_equal(s->group, address(group)) && mcd_addr_equal(s->source, address(source)))
			return s;
	}
	return NULL;
}

static void sources_are_listed(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const unsigned n5 = ns_named(&list, "n", 5)->index;
	const struct mcd_host_source *s;
	struct mcd_host host;

	if (ns_ipv6_begin(5)) {
		int excluding = join(n5, "ff15::7"), including = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

		filter(excluding, MCAST_BLOCK_SOURCE, n5, "ff15::7", "2001:db8::bad");
		filter(including, MCAST_JOIN_SOURCE_GROUP, n5, "ff3e::8000:1", "2001:db8::1");
		filter(including, MCAST_JOIN_SOURCE_GROUP, n5, "ff3e::8000:1", "fe80::2");
		mcd_host_init(&host);
		mcd_hostinfo_memberships(&host);
		CU_ASSERT_EQUAL(host.sources.count, 3);
		s = source_of(&host, n5, "ff15::7", "2001:db8::bad");
		CU_ASSERT_TRUE(s && s->include == 0 && s->exclude == 1);
		s = source_of(&host, n5, "ff3e::8000:1", "2001:db8::1");
		CU_ASSERT_TRUE(s && s->include == 1 && s->exclude == 0);
		CU_ASSERT_PTR_NOT_NULL(source_of(&host, n5, "ff3e::8000:1", "fe80::2"));
		CU_ASSERT_EQUAL(users(&host, n5, "ff3e::8000:1"), 1);
		close(excluding);
		close(including);
		mcd_host_fini(&host);
		ns_ipv6_end(5);
	}
	mcd_iface_list_fini(&list);
}

/* Reports of MLDv1 that left this namespace: the kernel names a type once it has sent one. */
static unsigned reports_v1(void)
{
	static const char key[] = "Icmp6OutType131";
	FILE *in = fopen("/proc/net/snmp6", "r");
	char line[128];
	unsigned count = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(in);
	while (fgets(line, sizeof line, in))
		if (strncmp(line, key, sizeof key - 1) == 0)
			sscanf(line + sizeof key - 1, "%u", &count);
	fclose(in);
	return count;
}

static bool force(const char *name, int version)
{
	const char text[] = { (char)('0' + version), '\0' };
	char path[64];

	snprintf(path, sizeof path, CONF6 "/%s/force_mld_version", name);
	return ns_write(path, text);
}

static int forced(const struct mcd_iface_list *list, unsigned ifindex)
{
	struct mcd_host host;
	int version;

	mcd_host_init(&host);
	mcd_hostinfo_read(&host, list);
	version = mcd_host_iface(&host, ifindex)->force_mld_version;
	mcd_host_fini(&host);
	return version;
}

/* The kernel shows itself what is in force for each pair of settings: it reports at once in MLDv1, and in MLDv1 alone, where that is forced. */
static void forced_version_is_the_kernels(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const unsigned n5 = ns_named(&list, "n", 5)->index;
	const bool has = ns_ipv6_begin(5);

	for (int pair = has ? 0 : PAIRS_OF_SETTINGS; pair < PAIRS_OF_SETTINGS; pair++) {
		const int all = pair / 3, own = pair % 3;
		unsigned before;

		CU_ASSERT_TRUE(force("all", all) && force("n5", own));
		CU_ASSERT_EQUAL(forced(&list, n5), all ? all : own);
		before = reports_v1();
		close(join(n5, "ff15::99"));
		CU_ASSERT_EQUAL(reports_v1() - before, (all ? all : own) == 1);
	}
	if (has) {
		CU_ASSERT_TRUE(force("all", 0) && force("n5", 0));
		ns_ipv6_end(5);
	}
	mcd_iface_list_fini(&list);
}

static struct mcd_host_counters counters(void)
{
	struct mcd_host_counters out;

	mcd_hostinfo_counters(&out);
	return out;
}

enum { SENT = 30 };

/* To loopback, where everything sent is received: into a socket with a small buffer. */
static void counters_are_told(void)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct mcd_host_counters before, after;
	socklen_t length = sizeof at;
	char octets[512] = { 0 };
	int receiver, sender;

	if (!ns_ipv6_begin(5))
		return;
	receiver = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	sender = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CU_ASSERT_TRUE_FATAL(bind(receiver, (const struct sockaddr *)&at, sizeof at) == 0 && getsockname(receiver, (struct sockaddr *)&at, &length) == 0);
	CU_ASSERT_EQUAL(setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &(int){ 4096 }, sizeof(int)), 0);
	before = counters();
	for (int i = 0; i < SENT; i++)
		CU_ASSERT_EQUAL(sendto(sender, octets, sizeof octets, 0, (const struct sockaddr *)&at, sizeof at), (ssize_t)sizeof octets);
	after = counters();
	CU_ASSERT_TRUE(after.ip6_in_receives - before.ip6_in_receives >= SENT && after.ip6_in_delivers - before.ip6_in_delivers >= SENT);
	CU_ASSERT_TRUE(after.udp6_rcvbuf_errors > before.udp6_rcvbuf_errors);
	CU_ASSERT_EQUAL(after.udp6_in_errors - before.udp6_in_errors, after.udp6_rcvbuf_errors - before.udp6_rcvbuf_errors);
	CU_ASSERT_EQUAL(after.udp6_in_csum_errors, before.udp6_in_csum_errors);
	CU_ASSERT_EQUAL(after.udp_in_errors, before.udp_in_errors); /* those of IPv4 are others */
	CU_ASSERT_TRUE(after.ip6_reasm_reqds == before.ip6_reasm_reqds && after.ip6_in_hdr_errors == before.ip6_in_hdr_errors);
	CU_ASSERT_TRUE(after.ip6_in_mcast_pkts != UINT64_MAX && after.ip6_in_discards != UINT64_MAX && after.ip6_out_discards != UINT64_MAX);
	CU_ASSERT_TRUE(after.ip6_in_addr_errors != UINT64_MAX && after.ip6_reasm_oks != UINT64_MAX && after.ip6_reasm_fails != UINT64_MAX);
	CU_ASSERT_TRUE(after.udp6_in_datagrams != UINT64_MAX);
	close(receiver);
	close(sender);
	ns_ipv6_end(5);
}

static struct mcd_host_route route_to(const char *group)
{
	struct mcd_host_route route;
	struct mcd_host host;

	mcd_host_init(&host);
	CU_ASSERT_TRUE_FATAL(mcd_host_ask_route(&host, address(group)));
	mcd_routes_read(&host);
	route = *mcd_host_route(&host, address(group));
	mcd_host_fini(&host);
	return route;
}

/* The interface that the kernel itself takes for a join that names none; 0 = it refuses. */
static unsigned default_of(const char *group)
{
	const struct group_req asked = { .gr_group = sockaddr_of(group) };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned ifindex = 0;
	struct mcd_host host;

	mcd_host_init(&host);
	if (setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &asked, sizeof asked) == 0) {
		mcd_hostinfo_memberships(&host);
		for (size_t i = 0; i < host.memberships.count; i++) {
			const struct mcd_host_membership *m = mcd_vec_at(&host.memberships, i);

			ifindex = mcd_addr_equal(m->group, address(group)) ? m->ifindex : ifindex;
		}
	}
	close(fd);
	mcd_host_fini(&host);
	return ifindex;
}

/* What is told of a route is where a join that names no interface ends up; the command of default-interface-differs moves it, the one of IPv4
 * does not. */
static void routes_are_the_kernels(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const unsigned n4 = ns_named(&list, "n", 4)->index, n5 = ns_named(&list, "n", 5)->index;
	struct mcd_host_route route = route_to("ff15::99");

	CU_ASSERT_TRUE(route.routing == MCD_ROUTING_NONE && route.nways == 0 && default_of("ff15::99") == 0);
	if (ns_ipv6_begin(5)) {
		CU_ASSERT_TRUE(ns_ipv6_begin(4));
		route = route_to("ff15::99");
		CU_ASSERT_TRUE(route.routing == MCD_ROUTING_FOUND && route.prefix_length == 8 && route.nways == 1);
		CU_ASSERT_TRUE(mcd_host_route_uses(&route, n5) && mcd_addr_is_unspecified(route.ways[0].gateway) && default_of("ff15::99") == n5);
		CU_ASSERT_TRUE(ns_ip("-6 route add ff15::99/128 dev n4"));
		CU_ASSERT_TRUE(route_to("ff15::99").prefix_length == 8 && default_of("ff15::99") == n5);
		CU_ASSERT_TRUE(ns_ip("-6 route add multicast ff15::99/128 dev n4 table local"));
		route = route_to("ff15::99");
		CU_ASSERT_TRUE(route.prefix_length == 128 && mcd_host_route_uses(&route, n4) && !mcd_host_route_uses(&route, n5));
		CU_ASSERT_EQUAL(default_of("ff15::99"), n4);
		CU_ASSERT_TRUE(ns_ip("-6 route add prohibit ff15::98/128 table local"));
		CU_ASSERT_TRUE(route_to("ff15::98").routing == MCD_ROUTING_REFUSED && default_of("ff15::98") == 0);
		CU_ASSERT_TRUE(ns_ip("-6 route del prohibit ff15::98/128 table local"));
		ns_ipv6_end(4);
		ns_ipv6_end(5);
	}
	mcd_iface_list_fini(&list);
}

const struct unit_test ns_ipv6_tests[] = {
	{ "memberships of IPv6 are listed", memberships_are_listed },
	{ "sources of IPv6 are listed", sources_are_listed },
	{ "routes of IPv6 are the kernel's", routes_are_the_kernels },
	{ "counters of IPv6 are told", counters_are_told },
	{ "forced version of MLD is the kernel's", forced_version_is_the_kernels },
	{ NULL, NULL },
};
