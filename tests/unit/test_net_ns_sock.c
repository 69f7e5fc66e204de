/* SPDX-License-Identifier: ISC */
/* Sockets of IPv6, from n5 to p5. Where the kernel has no IPv6, these tests say so. */
#include <config.h>

#include "test_net_ns.h"

#include "net/clock.h"
#include "net/sock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define CONF6 "/proc/sys/net/ipv6/conf"

enum { PORT = 5566, WAIT_MS = 2000 };

static struct mcd_addr address(const char *text)
{
	struct mcd_addr out = { 0, 0 };

	CU_ASSERT_TRUE_FATAL(mcd_addr_parse(text, &out));
	return out;
}

static bool begin(void)
{
	bool has = ns_write(CONF6 "/n5/disable_ipv6", "0") && ns_write(CONF6 "/p5/disable_ipv6", "0") &&
		   ns_ip("addr add fd09::1/64 dev n5 nodad") && ns_ip("addr add fd09::2/64 dev n5 nodad") && ns_ip("addr add fd09::9/64 dev p5 nodad");

	if (!has)
		printf("(no IPv6) ");
	return has;
}

static void end(void)
{
	CU_ASSERT_TRUE(ns_write(CONF6 "/n5/disable_ipv6", "1") && ns_write(CONF6 "/p5/disable_ipv6", "1"));
}

struct seen {
	int count;
	struct mcd_arrival last; /* its data is gone */
};

static void see(void *context, const struct mcd_arrival *arrival)
{
	struct seen *seen = context;

	seen->count++;
	seen->last = *arrival;
}

/* What SOCK gets within WAIT_MS, at least COUNT datagrams of it. */
static struct seen receive(struct mcd_sock *sock, int count)
{
	const int64_t until = mcd_clock_ns() + WAIT_MS * INT64_C(1000000);
	struct seen seen = { .count = 0 };

	while (seen.count < count && mcd_clock_ns() < until) {
		poll(&(struct pollfd){ .fd = sock->fd, .events = POLLIN }, 1, 10);
		mcd_sock_receive(sock, 7, 100, see, &seen, NULL);
	}
	return seen;
}

static struct mcd_sock receiver(const struct mcd_iface *iface, const struct mcd_group *group, bool bind_group)
{
	const struct mcd_sock_receive how = { .family = 6, .port = PORT, .bind_group = bind_group, .group = group->address, .ifindex = iface->index };
	struct mcd_err err = { 0 };
	struct mcd_sock sock;

	if (!mcd_sock_open_receive(&sock, &how, &err) || !mcd_sock_join(&sock, iface, group, NULL, &err))
		CU_FAIL_FATAL("cannot join");
	return sock;
}

static struct mcd_sock sender(int hops)
{
	const struct mcd_sock_send how = { .family = 6, .ttl = hops, .dscp = 46 };
	struct mcd_sock sock;

	CU_ASSERT_TRUE_FATAL(mcd_sock_open_send(&sock, &how, NULL));
	return sock;
}

/* Bound to the wildcard or to the group, of which there is one on each link where its scope is that. */
static void tell_all(const struct mcd_iface_list *list, const char *text, bool bind_group)
{
	const struct mcd_iface *n5 = ns_named(list, "n", 5), *p5 = ns_named(list, "p", 5);
	const struct mcd_group group = { .address = address(text), .mode = MCD_EXCLUDE };
	struct mcd_sock in = receiver(p5, &group, bind_group), out = sender(9);
	struct seen seen;

	CU_ASSERT_TRUE(mcd_sock_send(&out, n5, group.address, PORT, "hello", 5, NULL));
	seen = receive(&in, 1);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_TRUE(seen.last.length == 5 && seen.last.ttl == 9 && seen.last.ifindex == p5->index && seen.last.nic == 7);
	CU_ASSERT_TRUE(seen.last.port == PORT && mcd_addr_equal(seen.last.destination, group.address));
	CU_ASSERT_TRUE(mcd_addr_is_link_local(seen.last.source) || mcd_addr_in(seen.last.source, address("fd09::"), 64));
	mcd_sock_close(&in);
	mcd_sock_close(&out);
}

static void arrivals_tell_all(void)
{
	static const char *const groups[] = { "ff15::5:6", "ff12::5:6" };
	struct mcd_iface_list list = ns_ifaces();

	if (begin()) {
		for (int i = 0; i < 4; i++)
			tell_all(&list, groups[i / 2], i % 2);
		end();
	}
	mcd_iface_list_fini(&list);
}

static void only_what_was_joined(void)
{
	const struct mcd_group joined = { .address = address("ff15::5:6"), .mode = MCD_EXCLUDE }, other = { .address = address("ff15::5:7"), .mode = MCD_EXCLUDE };
	struct mcd_iface_list list = ns_ifaces();
	const struct mcd_iface *n5 = ns_named(&list, "n", 5), *p5 = ns_named(&list, "p", 5);

	if (begin()) {
		struct mcd_sock in = receiver(p5, &joined, false), beside = receiver(p5, &other, false), out = sender(1);
		struct seen seen;

		CU_ASSERT_TRUE(mcd_sock_send(&out, n5, other.address, PORT, "x", 1, NULL));
		CU_ASSERT_TRUE(mcd_sock_send(&out, n5, joined.address, PORT, "yz", 2, NULL));
		seen = receive(&in, 1);
		CU_ASSERT_TRUE(seen.count == 1 && seen.last.length == 2);
		CU_ASSERT_TRUE(mcd_sock_leave(&in, p5, &joined, NULL));
		CU_ASSERT_TRUE(mcd_sock_send(&out, n5, joined.address, PORT, "yz", 2, NULL));
		CU_ASSERT_TRUE(mcd_sock_send(&out, n5, other.address, PORT, "x", 1, NULL));
		CU_ASSERT_EQUAL(receive(&beside, 2).count, 2); /* by then the other would have come */
		mcd_sock_receive(&in, 7, 100, see, &seen, NULL);
		CU_ASSERT_EQUAL(seen.count, 1);
		mcd_sock_close(&in);
		mcd_sock_close(&beside);
		mcd_sock_close(&out);
		end();
	}
	mcd_iface_list_fini(&list);
}

static void sources_are_filtered(void)
{
	struct mcd_addr sources[] = { address("fd09::77"), address("fd09::78") };
	const struct mcd_group included = { .address = address("ff35::5:6"), .mode = MCD_INCLUDE, .sources = sources, .nsources = 2 };
	const struct mcd_group excluded = { .address = address("ff15::5:6"), .mode = MCD_EXCLUDE, .sources = sources, .nsources = 1 };
	struct mcd_iface_list list = ns_ifaces();
	const struct mcd_iface *p5 = ns_named(&list, "p", 5);
	struct mcd_filter held = { .known = false };

	if (begin()) {
		struct mcd_sock in = receiver(p5, &included, false), out = receiver(p5, &excluded, false);

		mcd_sock_filter(&in, p5, included.address, &held);
		CU_ASSERT_TRUE(held.known && held.mode == MCD_INCLUDE && held.nsources == 2 && mcd_addr_equal(held.sources[1], sources[1]));
		mcd_sock_filter(&out, p5, excluded.address, &held);
		CU_ASSERT_TRUE(held.known && held.mode == MCD_EXCLUDE && held.nsources == 1 && mcd_addr_equal(held.sources[0], sources[0]));
		mcd_sock_filter(&out, p5, mcd_addr_v4(0xefffffff), &held);
		CU_ASSERT_FALSE(held.known);
		mcd_sock_close(&in);
		mcd_sock_close(&out);
		end();
	}
	mcd_filter_fini(&held);
	mcd_iface_list_fini(&list);
}

static void no_address_is_told(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const struct mcd_iface *n5 = ns_named(&list, "n", 5);
	struct mcd_err err = { 0 };

	if (begin()) {
		struct mcd_sock out;

		end(); /* without IPv6 on the interface */
		out = sender(1);
		CU_ASSERT_FALSE(mcd_sock_send(&out, n5, address("ff15::5:6"), PORT, "x", 1, &err));
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "n5"));
		mcd_sock_close(&out);
	}
	mcd_iface_list_fini(&list);
}

const struct unit_test ns_sock_tests[] = {
	{ "arrivals of IPv6 tell all", arrivals_tell_all },
	{ "only what was joined, of IPv6", only_what_was_joined },
	{ "sources of IPv6 are filtered", sources_are_filtered },
	{ "no address of IPv6 is told", no_address_is_told },
	{ NULL, NULL },
};
