/* SPDX-License-Identifier: ISC */
/* Interfaces, host facts and joins. */
#include <config.h>

#include "test_net_ns.h"

#include "net/bridges.h"
#include "net/hostinfo.h"
#include "net/ifaces.h"
#include "net/sock.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct mcd_sock membership_socket(void)
{
	const struct mcd_sock_receive how = { .family = 4 };
	struct mcd_sock sock;

	CU_ASSERT_TRUE_FATAL(mcd_sock_open_receive(&sock, &how, NULL));
	return sock;
}

/* ---- interfaces ---- */

static void interfaces_are_whole(void)
{
	struct mcd_iface_list list = ns_ifaces();

	CU_ASSERT_EQUAL(list.count, 2 * PAIRS + 1);
	for (int i = 0; i < PAIRS; i++) {
		const struct mcd_iface *n = ns_named(&list, "n", i), *p = ns_named(&list, "p", i);

		CU_ASSERT_STRING_EQUAL(n->kind, "veth");
		CU_ASSERT_EQUAL(n->link, 0); /* the peer is not below it */
		CU_ASSERT_EQUAL(n->master, 0);
		CU_ASSERT_EQUAL(n->mtu, 1500);
		CU_ASSERT_TRUE(n->has_mac);
		CU_ASSERT_EQUAL(n->naddresses, 1);
		CU_ASSERT_TRUE(mcd_iface_has_address(n, mcd_addr_v4(0x0a090001u | (unsigned)i << 8)));
		CU_ASSERT_EQUAL(n->addresses[0].prefix_length, 24);
		CU_ASSERT_EQUAL(p->naddresses, 0);
		CU_ASSERT_EQUAL(n->flags, (uint32_t)(MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_MULTICAST | MCD_IFACE_BROADCAST));
	}
	mcd_iface_list_fini(&list);
}

static void states_are_told(void)
{
	struct mcd_iface_list list;
	const struct mcd_iface *n;

	CU_ASSERT_TRUE_FATAL(ns_ip("link set p7 down") && ns_ip("link set p6 multicast off") && ns_ip("link set p5 allmulticast on promisc on"));
	list = ns_ifaces();
	CU_ASSERT_EQUAL(ns_named(&list, "n", 7)->flags & (MCD_IFACE_UP | MCD_IFACE_CARRIER), MCD_IFACE_UP);
	CU_ASSERT_EQUAL(ns_named(&list, "p", 7)->flags & (MCD_IFACE_UP | MCD_IFACE_CARRIER), 0);
	CU_ASSERT_EQUAL(ns_named(&list, "p", 6)->flags & MCD_IFACE_MULTICAST, 0);
	CU_ASSERT_EQUAL(ns_named(&list, "p", 5)->flags & (MCD_IFACE_ALLMULTI | MCD_IFACE_PROMISC), MCD_IFACE_ALLMULTI | MCD_IFACE_PROMISC);
	mcd_iface_list_fini(&list);
	CU_ASSERT_TRUE(ns_ip("link set p7 up") && ns_ip("link set p6 multicast on") && ns_ip("link set p5 allmulticast off promisc off"));

	CU_ASSERT_TRUE_FATAL(ns_ip("addr add 10.8.0.1 peer 10.8.0.2/32 dev n7") && ns_ip("addr add 10.9.7.9/24 dev n7"));
	list = ns_ifaces();
	n = ns_named(&list, "n", 7);
	CU_ASSERT_EQUAL_FATAL(n->naddresses, 3);
	CU_ASSERT_TRUE(mcd_addr_equal(n->addresses[0].address, mcd_addr_v4(0x0a090701)));
	CU_ASSERT_TRUE(mcd_iface_has_address(n, mcd_addr_v4(0x0a080001)));
	CU_ASSERT_FALSE(mcd_iface_has_address(n, mcd_addr_v4(0x0a080002))); /* the peer's */
	mcd_iface_list_fini(&list);
	CU_ASSERT_TRUE(ns_ip("addr del 10.8.0.1 peer 10.8.0.2/32 dev n7") && ns_ip("addr del 10.9.7.9/24 dev n7"));
}

/* In a child with a namespace of its own, where another interface has the index TAKEN: wait for mac1 and give back its link. */
static int link_seen_elsewhere(unsigned taken, int started, int moved)
{
	struct mcd_iface_list list;
	const struct mcd_iface *iface;
	char go;

	if (unshare(CLONE_NEWNET) != 0 || !ns_ip("link add other0 index %u type veth peer name other1", taken))
		return 100;
	if (write(started, "x", 1) != 1 || read(moved, &go, 1) != 1 || !mcd_ifaces_read(&list, NULL))
		return 101;
	iface = mcd_iface_find(&list, "mac1", NULL);
	return iface && mcd_iface_by_index(&list, taken) ? (int)iface->link : 102;
}

/* A macvlan whose parent stayed in our namespace says the parent's index, which means nothing where it is now. */
static void a_parent_elsewhere_is_none(void)
{
	struct mcd_iface_list list = ns_ifaces();
	unsigned parent = ns_named(&list, "n", 0)->index;
	int started[2], moved[2], status = -1;
	char x;
	pid_t pid;

	CU_ASSERT_TRUE_FATAL(pipe(started) == 0 && pipe(moved) == 0);
	pid = fork();
	if (pid == 0) {
		close(moved[1]);
		_exit(link_seen_elsewhere(parent, started[1], moved[0]));
	}
	close(started[1]);
	CU_ASSERT_EQUAL(read(started[0], &x, 1), 1);
	CU_ASSERT_TRUE(ns_ip("link add mac1 link n0 type macvlan mode bridge"));
	CU_ASSERT_TRUE(ns_ip("link set mac1 netns %d", (int)pid));
	CU_ASSERT_EQUAL(write(moved[1], "x", 1), 1);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
	close(started[0]);
	close(moved[0]);
	close(moved[1]);
	mcd_iface_list_fini(&list);
}

static void stacking_is_told(void)
{
	bool macvlan = ns_ip("link add mac0 link n0 type macvlan mode bridge"), vlan = ns_ip("link add v0 link n1 type vlan id 5");
	bool bridge = ns_ip("link add br0 type bridge") && ns_ip("link set p7 master br0");
	struct mcd_iface_list list = ns_ifaces();

	if (macvlan) {
		CU_ASSERT_STRING_EQUAL(ns_named(&list, "mac", 0)->kind, "macvlan");
		CU_ASSERT_EQUAL(ns_named(&list, "mac", 0)->link, ns_named(&list, "n", 0)->index);
	}
	if (vlan) {
		CU_ASSERT_STRING_EQUAL(ns_named(&list, "v", 0)->kind, "vlan");
		CU_ASSERT_EQUAL(ns_named(&list, "v", 0)->link, ns_named(&list, "n", 1)->index);
		CU_ASSERT_EQUAL(ns_named(&list, "v", 0)->vlan_id, 5);
	}
	if (bridge) {
		CU_ASSERT_STRING_EQUAL(ns_named(&list, "br", 0)->kind, "bridge");
		CU_ASSERT_EQUAL(ns_named(&list, "p", 7)->master, ns_named(&list, "br", 0)->index);
		CU_ASSERT_EQUAL(ns_named(&list, "n", 0)->vlan_id, 0);
	}
	printf("(macvlan %s, vlan %s, bridge %s) ", macvlan ? "yes" : "no", vlan ? "yes" : "no", bridge ? "yes" : "no");
	CU_ASSERT_TRUE(macvlan || vlan || bridge);
	mcd_iface_list_fini(&list);
	if (macvlan)
		a_parent_elsewhere_is_none();
	ns_ip("link del mac0");
	ns_ip("link del v0");
	ns_ip("link del br0");
}

/* ---- host facts ---- */

static void settings_in_force(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const struct mcd_iface *n0 = ns_named(&list, "n", 0), *n1 = ns_named(&list, "n", 1);
	const struct mcd_host_iface *in_force;
	struct mcd_host host;

	CU_ASSERT_TRUE_FATAL(ns_write("/proc/sys/net/ipv4/conf/all/force_igmp_version", "0"));
	CU_ASSERT_TRUE_FATAL(ns_write("/proc/sys/net/ipv4/conf/n0/force_igmp_version", "2"));
	CU_ASSERT_TRUE_FATAL(ns_write("/proc/sys/net/ipv4/conf/all/rp_filter", "1"));
	CU_ASSERT_TRUE_FATAL(ns_write("/proc/sys/net/ipv4/conf/n0/rp_filter", "2"));
	CU_ASSERT_TRUE_FATAL(ns_write("/proc/sys/net/ipv4/conf/n1/rp_filter", "0"));
	mcd_host_init(&host);
	mcd_hostinfo_read(&host, &list);
	in_force = mcd_host_iface(&host, n0->index);
	CU_ASSERT_PTR_NOT_NULL_FATAL(in_force);
	CU_ASSERT_EQUAL(in_force->igmp_version, 2);
	CU_ASSERT_EQUAL(in_force->force_igmp_version, 2);
	CU_ASSERT_EQUAL(in_force->rp_filter, 2);
	in_force = mcd_host_iface(&host, n1->index);
	CU_ASSERT_PTR_NOT_NULL_FATAL(in_force);
	CU_ASSERT_EQUAL(in_force->igmp_version, 3);
	CU_ASSERT_EQUAL(in_force->force_igmp_version, 0);
	CU_ASSERT_EQUAL(in_force->rp_filter, 1);
	mcd_host_fini(&host);
	mcd_iface_list_fini(&list);
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/conf/all/rp_filter", "0"));
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/conf/n0/rp_filter", "0"));
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/conf/n0/force_igmp_version", "0"));
}

/* `all` does not simply win: the kernel says itself which version is in force for each pair of settings. */
static void forced_version_is_the_kernels(void)
{
	struct mcd_iface_list list = ns_ifaces();
	unsigned n0 = ns_named(&list, "n", 0)->index;

	for (int all = 0; all <= 3; all++)
		for (int own = 0; own <= 3; own++) {
			char all_text[2] = { (char)('0' + all), '\0' }, own_text[2] = { (char)('0' + own), '\0' };
			const struct mcd_host_iface *in_force;
			struct mcd_host host;

			CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/conf/all/force_igmp_version", all_text));
			CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/conf/n0/force_igmp_version", own_text));
			mcd_host_init(&host);
			mcd_hostinfo_read(&host, &list);
			in_force = mcd_host_iface(&host, n0);
			CU_ASSERT_PTR_NOT_NULL_FATAL(in_force);
			CU_ASSERT_EQUAL(in_force->force_igmp_version == 0, all == 0 && own == 0);
			CU_ASSERT_EQUAL(in_force->igmp_version, in_force->force_igmp_version ? in_force->force_igmp_version : 3);
			mcd_host_fini(&host);
		}
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/conf/all/force_igmp_version", "0"));
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/conf/n0/force_igmp_version", "0"));
	mcd_iface_list_fini(&list);
}

/* Both ends of a pair count the same datagrams; this namespace is not the machine's first. */
static void counters_of_interfaces(void)
{
	const struct mcd_sock_send how = { .family = 4, .ttl = 1 };
	struct mcd_iface_list list = ns_ifaces();
	const struct mcd_iface *n0 = ns_named(&list, "n", 0), *p0 = ns_named(&list, "p", 0);
	struct mcd_host before, after;
	struct mcd_sock sock;

	mcd_host_init(&before);
	mcd_host_init(&after);
	mcd_hostinfo_read(&before, &list);
	mcd_hostinfo_read(&after, &list);
	CU_ASSERT_EQUAL(mcd_host_iface(&before, n0->index)->traffic.tx_packets, UINT64_MAX); /* not read yet */
	mcd_hostinfo_traffic(&before);
	CU_ASSERT_TRUE_FATAL(mcd_sock_open_send(&sock, &how, NULL));
	for (int i = 0; i < 10; i++)
		CU_ASSERT_TRUE(mcd_sock_send(&sock, n0, GROUP, 5000, "x", 1, NULL));
	mcd_hostinfo_traffic(&after);
	CU_ASSERT_EQUAL(mcd_host_iface(&after, n0->index)->traffic.tx_packets - mcd_host_iface(&before, n0->index)->traffic.tx_packets, 10);
	CU_ASSERT_EQUAL(mcd_host_iface(&after, p0->index)->traffic.rx_packets - mcd_host_iface(&before, p0->index)->traffic.rx_packets, 10);
	CU_ASSERT_TRUE(before.first_namespace <= 0);
	CU_ASSERT_EQUAL(mcd_host_iface(&before, n0->index)->mc_forwarding, 0);
	mcd_sock_close(&sock);
	mcd_host_fini(&before);
	mcd_host_fini(&after);
	mcd_iface_list_fini(&list);
}

static void our_own_addresses(void)
{
	struct mcd_iface_list list = ns_ifaces();
	unsigned n0 = ns_named(&list, "n", 0)->index, n1 = ns_named(&list, "n", 1)->index;
	struct mcd_host host;

	CU_ASSERT_TRUE_FATAL(ns_write("/proc/sys/net/ipv4/conf/n0/accept_local", "1"));
	mcd_host_init(&host);
	mcd_hostinfo_read(&host, &list);
	CU_ASSERT_EQUAL(mcd_host_iface(&host, n0)->accept_local, 1);
	CU_ASSERT_EQUAL(mcd_host_iface(&host, n1)->accept_local, 0);
	mcd_host_fini(&host);
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/conf/n0/accept_local", "0"));
	mcd_iface_list_fini(&list);
}

static void ipv6_of_one_interface(void)
{
	struct mcd_iface_list list = ns_ifaces();
	unsigned n0 = ns_named(&list, "n", 0)->index, n1 = ns_named(&list, "n", 1)->index;
	struct mcd_host host;

	if (!ns_write("/proc/sys/net/ipv6/conf/n0/disable_ipv6", "1") || !ns_write("/proc/sys/net/ipv6/conf/n1/disable_ipv6", "0")) {
		mcd_iface_list_fini(&list);
		return; /* a kernel without IPv6 */
	}
	mcd_host_init(&host);
	mcd_hostinfo_read(&host, &list);
	CU_ASSERT_EQUAL(mcd_host_iface(&host, n0)->disable_ipv6, 1);
	CU_ASSERT_EQUAL(mcd_host_iface(&host, n1)->disable_ipv6, 0);
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv6/conf/n1/disable_ipv6", "1"));
	mcd_host_fini(&host);
	mcd_iface_list_fini(&list);
}

/* The first entry of GROUP; the test ends here when there is none. */
static const struct mcd_host_entry *entry_of(const struct mcd_host *host, struct mcd_addr group)
{
	const struct mcd_host_entry *found = NULL;

	for (size_t i = 0; i < host->entries.count; i++) {
		const struct mcd_host_entry *entry = mcd_vec_at(&host->entries, i);

		if (!found && mcd_addr_equal(entry->group, group))
			found = entry;
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	return found;
}

static void databases_of_bridges(void)
{
	const struct mcd_addr group6 = { UINT64_C(0xff15) << 48, 0x99 }, source6 = { UINT64_C(0x20010db8) << 32, 9 };
	struct mcd_group asked[] = { { .address = GROUP, .mode = MCD_EXCLUDE }, { .address = group6, .mode = MCD_EXCLUDE } };
	const struct mcd_request request = { .groups = asked, .ngroups = 2 };
	const struct mcd_host_entry *entry;
	const struct mcd_host_bridge *bridge;
	struct mcd_iface_list list;
	struct mcd_host host;

	bool made = ns_ip("link add br8 type bridge mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 2") &&
		    ns_ip("link set p7 master br8 up") && ns_ip("link set br8 up") &&
		    system("bridge mdb add dev br8 port p7 grp 239.255.254.2 src 10.0.0.9 permanent 2>/dev/null && "
			   "bridge mdb add dev br8 port p7 grp 239.255.254.3 permanent 2>/dev/null && "
			   "bridge mdb add dev br8 port p7 grp ff15::99 src 2001:db8::9 permanent 2>/dev/null && "
			   "bridge mdb add dev br8 port p7 grp ff15::98 permanent 2>/dev/null && "
			   "bridge mdb add dev br8 port p7 grp 01:00:5e:7f:fe:02 permanent 2>/dev/null") == 0;

	printf("(bridge %s) ", made ? "yes" : "no");
	if (made) {
		list = ns_ifaces();
		mcd_host_init(&host);
		mcd_bridges_read(&host, &request);
		bridge = mcd_host_bridge(&host, ns_named(&list, "br", 8)->index);
		CU_ASSERT_TRUE(bridge && bridge->snooping == 1 && bridge->querier == 1 && bridge->igmp_version == 3 && bridge->mld_version == 2);
		CU_ASSERT_EQUAL_FATAL(host.entries.count, 2); /* of the groups asked about */
		entry = entry_of(&host, GROUP);
		CU_ASSERT_TRUE(entry->port == ns_named(&list, "p", 7)->index && mcd_addr_equal(entry->source, mcd_addr_v4(0x0a000009)) && entry->permanent);
		entry = entry_of(&host, group6);
		CU_ASSERT_TRUE(entry->port == ns_named(&list, "p", 7)->index && mcd_addr_equal(entry->source, source6) && entry->permanent);
		mcd_host_fini(&host);
		mcd_iface_list_fini(&list);
	}
	ns_ip("link del br8");
}

/* ---- joins ---- */

static void joined_on_each(void)
{
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	struct mcd_iface_list list = ns_ifaces();
	struct mcd_sock socks[PAIRS];
	struct mcd_host host;

	mcd_host_init(&host);
	for (int i = 0; i < PAIRS; i++) {
		socks[i] = membership_socket();
		CU_ASSERT_TRUE(mcd_sock_join(&socks[i], ns_named(&list, "n", i), &group, NULL, NULL));
		mcd_hostinfo_memberships(&host);
		for (int j = 0; j < PAIRS; j++) /* on the one that was asked for, and on no other */
			CU_ASSERT_EQUAL(mcd_host_membership(&host, ns_named(&list, "n", j)->index, GROUP) != NULL, j <= i);
	}
	CU_ASSERT_EQUAL(mcd_host_membership(&host, ns_named(&list, "n", 0)->index, GROUP)->users, 1);
	CU_ASSERT_PTR_NOT_NULL(mcd_host_membership(&host, ns_named(&list, "p", 0)->index, mcd_addr_v4(0xe0000001)));
	CU_ASSERT_TRUE(mcd_sock_leave(&socks[0], ns_named(&list, "n", 0), &group, NULL));
	for (int i = 0; i < PAIRS; i++)
		mcd_sock_close(&socks[i]);
	mcd_hostinfo_memberships(&host);
	for (int i = 0; i < PAIRS; i++)
		CU_ASSERT_PTR_NULL(mcd_host_membership(&host, ns_named(&list, "n", i)->index, GROUP));
	mcd_host_fini(&host);
	mcd_iface_list_fini(&list);
}

static void sources_are_listed(void)
{
	struct mcd_addr sources[2] = { mcd_addr_v4(0x0a090063), mcd_addr_v4(0x0a090064) };
	const struct mcd_group include = { .address = GROUP, .mode = MCD_INCLUDE, .sources = sources, .nsources = 2 };
	const struct mcd_group exclude = { .address = GROUP, .mode = MCD_EXCLUDE, .sources = sources, .nsources = 1 };
	struct mcd_iface_list list = ns_ifaces();
	struct mcd_sock one = membership_socket(), two = membership_socket();
	const struct mcd_iface *n2 = ns_named(&list, "n", 2);
	const struct mcd_host_source *source;
	struct mcd_host host;
	size_t joined = 0;

	mcd_host_init(&host);
	CU_ASSERT_TRUE(mcd_sock_join(&one, n2, &include, &joined, NULL));
	CU_ASSERT_EQUAL(joined, 2);
	mcd_hostinfo_memberships(&host);
	CU_ASSERT_EQUAL_FATAL(host.sources.count, 2);
	source = mcd_vec_at(&host.sources, 0);
	CU_ASSERT_EQUAL(source->ifindex, n2->index);
	CU_ASSERT_TRUE(mcd_addr_equal(source->group, GROUP));
	CU_ASSERT_TRUE(mcd_addr_equal(source->source, sources[0]) || mcd_addr_equal(source->source, sources[1]));
	CU_ASSERT_TRUE(source->include == 1 && source->exclude == 0);
	CU_ASSERT_TRUE(mcd_sock_leave(&one, n2, &include, NULL));
	mcd_hostinfo_memberships(&host);
	CU_ASSERT_EQUAL(host.sources.count, 0);
	CU_ASSERT_TRUE(mcd_sock_join(&two, n2, &exclude, &joined, NULL));
	CU_ASSERT_EQUAL(joined, 1);
	mcd_hostinfo_memberships(&host);
	CU_ASSERT_EQUAL_FATAL(host.sources.count, 1);
	source = mcd_vec_at(&host.sources, 0);
	CU_ASSERT_TRUE(source->include == 0 && source->exclude == 1);
	mcd_sock_close(&one);
	mcd_sock_close(&two);
	mcd_host_fini(&host);
	mcd_iface_list_fini(&list);
}

/* What a socket says of itself, for more sources than are asked for at first too. */
static void filters_are_read_back(void)
{
	enum { MANY = 100 };
	struct mcd_addr sources[MANY];
	struct mcd_group group = { .address = GROUP, .mode = MCD_INCLUDE, .sources = sources, .nsources = MANY };
	struct mcd_iface_list list = ns_ifaces();
	struct mcd_sock sock = membership_socket();
	const struct mcd_iface *n5 = ns_named(&list, "n", 5), *n6 = ns_named(&list, "n", 6);
	struct mcd_filter filter = { .known = false };

	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/igmp_max_msf", "200"));
	for (unsigned i = 0; i < MANY; i++)
		sources[i] = mcd_addr_v4(0x0a090501 + i);
	mcd_sock_filter(&sock, n5, GROUP, &filter);
	CU_ASSERT_FALSE(filter.known);
	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&sock, n5, &group, NULL, NULL));
	mcd_sock_filter(&sock, n5, GROUP, &filter);
	CU_ASSERT_TRUE_FATAL(filter.known && filter.mode_known && filter.mode == MCD_INCLUDE && filter.nsources == MANY);
	for (unsigned i = 0; i < MANY; i++)
		CU_ASSERT_TRUE(mcd_addr_equal(filter.sources[i], sources[i]));
	mcd_sock_filter(&sock, n6, GROUP, &filter);
	CU_ASSERT_FALSE(filter.known);
	group.mode = MCD_EXCLUDE;
	group.nsources = 1;
	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&sock, n6, &group, NULL, NULL));
	mcd_sock_filter(&sock, n6, GROUP, &filter);
	CU_ASSERT_TRUE(filter.known && filter.mode == MCD_EXCLUDE && filter.nsources == 1);
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/igmp_max_msf", "10"));
	mcd_filter_fini(&filter);
	mcd_sock_close(&sock);
	mcd_iface_list_fini(&list);
}

static void groups_are_limited(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const struct mcd_iface *n3 = ns_named(&list, "n", 3);
	struct mcd_sock sock = membership_socket();
	struct mcd_err err = { 0 };
	unsigned limit = 20;

	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/igmp_max_memberships", "20"));
	for (unsigned i = 1; i <= limit + 1; i++) {
		const struct mcd_group group = { .address = mcd_addr_v4(0xeffffd00 + i), .mode = MCD_EXCLUDE };

		CU_ASSERT_EQUAL(mcd_sock_join(&sock, n3, &group, NULL, &err), i <= limit);
	}
	CU_ASSERT_EQUAL(err.os, ENOBUFS);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "239.255.253.21 on n3"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, strerror(ENOBUFS)));
	mcd_sock_close(&sock);
	mcd_iface_list_fini(&list);
}

/* One source more than igmp_max_msf: refused, and then nothing stays. */
static void too_many_sources(enum mcd_filter_mode mode)
{
	struct mcd_iface_list list = ns_ifaces();
	const struct mcd_iface *n4 = ns_named(&list, "n", 4);
	struct mcd_sock sock = membership_socket();
	struct mcd_addr sources[11];
	struct mcd_group group = { .address = GROUP, .mode = mode, .sources = sources, .nsources = 11 };
	struct mcd_err err = { 0 };
	struct mcd_host host;
	size_t joined = 0;

	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv4/igmp_max_msf", "10"));
	for (unsigned i = 0; i < 11; i++)
		sources[i] = mcd_addr_v4(0x0a090401 + i);
	mcd_host_init(&host);
	CU_ASSERT_FALSE(mcd_sock_join(&sock, n4, &group, &joined, &err));
	CU_ASSERT_EQUAL(joined, 10);
	CU_ASSERT_EQUAL(err.os, ENOBUFS);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "source 10.9.4.11 of 239.255.254.2 on n4"));
	mcd_hostinfo_memberships(&host);
	CU_ASSERT_PTR_NULL(mcd_host_membership(&host, n4->index, GROUP));
	CU_ASSERT_EQUAL(host.sources.count, 0);
	group.nsources = 10;
	CU_ASSERT_TRUE(mcd_sock_join(&sock, n4, &group, &joined, &err)); /* the socket is as it was */
	mcd_sock_close(&sock);
	mcd_host_fini(&host);
	mcd_iface_list_fini(&list);
}

static void sources_are_limited(void)
{
	too_many_sources(MCD_INCLUDE);
	too_many_sources(MCD_EXCLUDE);
}

const struct unit_test ns_iface_tests[] = {
	{ "interfaces are whole", interfaces_are_whole },
	{ "states are told", states_are_told },
	{ "stacking is told", stacking_is_told },
	{ NULL, NULL },
};

const struct unit_test ns_host_tests[] = {
	{ "settings in force", settings_in_force },
	{ "forced version is the kernel's", forced_version_is_the_kernels },
	{ "counters of interfaces", counters_of_interfaces },
	{ "our own addresses", our_own_addresses },
	{ "settings: IPv6 of one interface", ipv6_of_one_interface },
	{ "databases of bridges", databases_of_bridges },
	{ NULL, NULL },
};

const struct unit_test ns_join_tests[] = {
	{ "joined on each", joined_on_each },
	{ "sources are listed", sources_are_listed },
	{ "filters are read back", filters_are_read_back },
	{ "groups are limited", groups_are_limited },
	{ "sources are limited", sources_are_limited },
	{ NULL, NULL },
};
