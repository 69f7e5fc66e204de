/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_base.h"

#include "base/drops.h"
#include "base/err.h"
#include "base/firewall.h"
#include "base/host.h"
#include "base/request.h"
#include "base/string.h"
#include "base/vec.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void err_set(void)
{
	struct mcd_err err = { .os = 5 };

	mcd_err_set(&err, "group %s is not multicast", "10.0.0.1");
	CU_ASSERT_EQUAL(err.os, 0);
	CU_ASSERT_STRING_EQUAL(err.text, "group 10.0.0.1 is not multicast");
	mcd_err_set(&err, "one\nline\r%s", "only\n");
	CU_ASSERT_STRING_EQUAL(err.text, "one line only ");
	mcd_err_set(NULL, "nothing happens");
	mcd_err_os(NULL, ENOENT, "nothing happens");
}

static void err_os(void)
{
	struct mcd_err err;
	char expected[sizeof err.text];

	mcd_err_os(&err, ENOENT, "cannot open %s", "x");
	CU_ASSERT_EQUAL(err.os, ENOENT);
	CU_ASSERT_EQUAL(strncmp(err.text, "cannot open x: ", 15), 0);
	CU_ASSERT_STRING_EQUAL(err.text + 15, strerror(ENOENT));

	/* A line too long keeps its reason. */
	memset(expected, 'x', sizeof expected);
	expected[sizeof expected - 1] = '\0';
	mcd_err_os(&err, EPERM, "%s%s", expected, expected);
	CU_ASSERT_EQUAL(strlen(err.text), sizeof err.text - 1);
	CU_ASSERT_STRING_EQUAL(err.text + sizeof err.text - 1 - strlen(strerror(EPERM)), strerror(EPERM));
	mcd_err_set(&err, "%s%s", expected, expected);
	CU_ASSERT_STRING_EQUAL(err.text, expected);
}

/* What a folder that was saved on one system says is read on every other. */
static void err_numbers(void)
{
	static const int numbers[][2] = { { ENOBUFS, 105 }, { EADDRINUSE, 98 }, { EADDRNOTAVAIL, 99 }, { ENETUNREACH, 101 }, { EMSGSIZE, 90 }, { EPERM, 1 }, { 0, 0 } };
	struct mcd_err err;

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		CU_ASSERT_EQUAL(mcd_err_to_number(numbers[i][0]), numbers[i][1]);
		CU_ASSERT_EQUAL(mcd_err_of_number(numbers[i][1]), numbers[i][0]);
	}
	mcd_err_os(&err, EADDRINUSE, "cannot bind");
	CU_ASSERT_STRING_EQUAL(err.text, "cannot bind: Address already in use");
}

struct item {
	int key, order;
	char ballast[3]; /* an odd size */
};

static int by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static void vec_grows(void)
{
	struct mcd_vec v;

	mcd_vec_init(&v, sizeof(int));
	CU_ASSERT_TRUE(v.count == 0 && !v.items);
	for (int i = 0; i < 1000; i++) {
		int *item = mcd_vec_push(&v);

		CU_ASSERT_PTR_NOT_NULL_FATAL(item);
		CU_ASSERT_EQUAL(*item, 0); /* also where memory was used before */
		*item = i + 1;
	}
	CU_ASSERT_EQUAL(v.count, 1000);
	for (int i = 0; i < 1000; i++)
		CU_ASSERT_EQUAL(*(int *)mcd_vec_at(&v, (size_t)i), i + 1);
	mcd_vec_fini(&v);
	CU_ASSERT_TRUE(v.count == 0 && !v.items);
	CU_ASSERT_PTR_NOT_NULL(mcd_vec_push(&v));
	CU_ASSERT_EQUAL(v.count, 1);
	mcd_vec_fini(&v);
}

static void vec_out_of_memory(void)
{
	struct mcd_vec v;

	mcd_vec_init(&v, SIZE_MAX / 4);
	CU_ASSERT_PTR_NULL(mcd_vec_push(&v));
	CU_ASSERT_TRUE(v.count == 0 && v.room == 0 && !v.items);
	mcd_vec_fini(&v);
}

static void check_sort(size_t count, unsigned keys, uint32_t seed)
{
	struct mcd_vec v;

	mcd_vec_init(&v, sizeof(struct item));
	for (size_t i = 0; i < count; i++) {
		struct item *item = mcd_vec_push(&v);

		CU_ASSERT_PTR_NOT_NULL_FATAL(item);
		seed = seed * 1664525u + 1013904223u; /* Knuth's quick generator */
		item->key = (int)((seed >> 16) % keys);
		item->order = (int)i;
	}
	mcd_vec_sort(&v, by_key);
	CU_ASSERT_EQUAL(v.count, count);
	for (size_t i = 1; i < count; i++) {
		const struct item *a = mcd_vec_at(&v, i - 1), *b = mcd_vec_at(&v, i);

		CU_ASSERT_TRUE(a->key < b->key || (a->key == b->key && a->order < b->order));
	}
	mcd_vec_fini(&v);
}

static void vec_sorts_stably(void)
{
	for (size_t count = 0; count < 70; count++)
		for (unsigned keys = 1; keys < 20; keys += 3)
			check_sort(count, keys, (uint32_t)count * 31 + keys);
	check_sort(5000, 65536, 1);
	check_sort(5000, 10, 2);
}

static void groups_accept(void)
{
	struct mcd_addr sources[] = { mcd_addr_v4(10), mcd_addr_v4(20), mcd_addr_v4(30), { 1, 1 } };
	struct mcd_group group = { .mode = MCD_INCLUDE, .sources = sources, .nsources = 4 };

	for (int mode = 0; mode < 2; mode++) {
		bool listed = mode == 0;

		group.mode = listed ? MCD_INCLUDE : MCD_EXCLUDE;
		for (size_t i = 0; i < 4; i++)
			CU_ASSERT_EQUAL(mcd_group_accepts(&group, sources[i]), listed);
		CU_ASSERT_EQUAL(mcd_group_accepts(&group, mcd_addr_v4(15)), !listed);
		CU_ASSERT_EQUAL(mcd_group_accepts(&group, mcd_addr_v4(0)), !listed);
		CU_ASSERT_EQUAL(mcd_group_accepts(&group, (struct mcd_addr){ 1, 2 }), !listed);
	}
	group = (struct mcd_group){ .mode = MCD_EXCLUDE };
	CU_ASSERT_TRUE(mcd_group_accepts(&group, mcd_addr_v4(10)));
	group.mode = MCD_INCLUDE;
	CU_ASSERT_FALSE(mcd_group_accepts(&group, mcd_addr_v4(10)));
}

static void request_fini(void)
{
	struct mcd_request request = { .ngroups = 2, .ninterfaces = 1 };

	request.groups = calloc(2, sizeof *request.groups);
	request.interfaces = calloc(1, sizeof *request.interfaces);
	CU_ASSERT_TRUE_FATAL(request.groups && request.interfaces);
	request.groups[1].sources = calloc(3, sizeof(struct mcd_addr));
	request.interfaces[0] = calloc(1, 5);
	mcd_request_fini(&request);
	CU_ASSERT_TRUE(!request.groups && request.ngroups == 0 && !request.interfaces && request.ninterfaces == 0);
	mcd_request_fini(&request);
}

static void groups_of_a_request(void)
{
	struct mcd_group groups[2] = { { .address = mcd_addr_v4(0xef070707) }, { .address = { UINT64_C(0xff15) << 48, 7 } } };
	const struct mcd_request request = { .groups = groups, .ngroups = 2 };

	CU_ASSERT_TRUE(mcd_request_has_group(&request, groups[0].address) && mcd_request_has_group(&request, groups[1].address));
	CU_ASSERT_FALSE(mcd_request_has_group(&request, mcd_addr_v4(7)));
	CU_ASSERT_FALSE(mcd_request_has_group(&(struct mcd_request){ .ngroups = 0 }, groups[0].address));
}

static void host_unknown(void)
{
	struct mcd_host host;

	mcd_host_init(&host);
	CU_ASSERT_TRUE(host.igmp_max_memberships == -1 && host.igmp_max_msf == -1 && host.igmp_link_local_mcast_reports == -1);
	CU_ASSERT_TRUE(host.counters.ip6_in_receives == UINT64_MAX && host.counters.udp6_in_csum_errors == UINT64_MAX);
	CU_ASSERT_TRUE(host.mld_max_msf == -1 && host.mld_qrv == -1);
	CU_ASSERT_TRUE(host.counters.ip_in_receives == UINT64_MAX && host.counters.udp_ignored_multi == UINT64_MAX);
	CU_ASSERT_TRUE(host.name[0] == '\0' && host.ifaces.count == 0);
	CU_ASSERT_PTR_NULL(mcd_host_iface(&host, 1));
	CU_ASSERT_PTR_NULL(mcd_host_membership(&host, 1, mcd_addr_v4(0xe0000001)));
	mcd_host_fini(&host);
}

static void host_find(void)
{
	struct mcd_host host;
	struct mcd_host_membership *m;
	struct mcd_host_iface *iface;

	mcd_host_init(&host);
	for (unsigned i = 1; i <= 3; i++) {
		m = mcd_vec_push(&host.memberships);
		iface = mcd_vec_push(&host.ifaces);
		CU_ASSERT_TRUE_FATAL(m && iface);
		*m = (struct mcd_host_membership){ .ifindex = i, .group = mcd_addr_v4(0xe0000000 + i), .users = 10 * i };
		*iface = (struct mcd_host_iface){ .ifindex = i, .igmp_version = (int)i };
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(mcd_host_membership(&host, 2, mcd_addr_v4(0xe0000002)));
	CU_ASSERT_EQUAL(mcd_host_membership(&host, 2, mcd_addr_v4(0xe0000002))->users, 20);
	CU_ASSERT_PTR_NULL(mcd_host_membership(&host, 2, mcd_addr_v4(0xe0000001)));
	CU_ASSERT_PTR_NULL(mcd_host_membership(&host, 4, mcd_addr_v4(0xe0000001)));
	CU_ASSERT_PTR_NOT_NULL_FATAL(mcd_host_iface(&host, 3));
	CU_ASSERT_EQUAL(mcd_host_iface(&host, 3)->igmp_version, 3);
	CU_ASSERT_PTR_NULL(mcd_host_iface(&host, 0));
	mcd_host_fini(&host);
	CU_ASSERT_EQUAL(host.memberships.count, 0);
}

static void drops_are_ordered(void)
{
	/* The key that comes first decides. */
	static const struct mcd_drop ordered[] = {
		{ 1, { 0, 9 }, { 0, 9 }, 9, 17, "Z", 1 }, { 2, { 0, 9 }, { 0, 1 }, 9, 17, "Z", 2 }, { 2, { 0, 1 }, { 0, 2 }, 9, 17, "Z", 3 },
		{ 2, { 0, 2 }, { 0, 2 }, 1, 17, "Z", 4 }, { 2, { 0, 2 }, { 0, 2 }, 2, 2, "Z", 5 },  { 2, { 0, 2 }, { 0, 2 }, 2, 17, "A", 6 },
		{ 2, { 0, 2 }, { 0, 2 }, 2, 17, "B", 7 },
	};
	enum { COUNT = sizeof ordered / sizeof ordered[0] };
	struct mcd_drops drops;

	mcd_drops_init(&drops);
	CU_ASSERT_FALSE(drops.known);
	for (size_t i = 0; i < COUNT; i++) {
		struct mcd_drop *drop = mcd_vec_push(&drops.rows);

		CU_ASSERT_PTR_NOT_NULL_FATAL(drop);
		*drop = ordered[(i * 3 + 1) % COUNT];
	}
	mcd_drops_sort(&drops);
	for (size_t i = 0; i < COUNT; i++)
		CU_ASSERT_EQUAL(((struct mcd_drop *)mcd_vec_at(&drops.rows, i))->packets, i + 1);
	mcd_drops_fini(&drops);
	CU_ASSERT_EQUAL(drops.rows.count, 0);
}

static void add_counted(struct mcd_firewall *firewall, uint64_t handle, uint64_t packets)
{
	struct mcd_firewall_rule *rule = mcd_vec_push(&firewall->rules);

	CU_ASSERT_PTR_NOT_NULL_FATAL(rule);
	*rule = (struct mcd_firewall_rule){ .handle = handle, .packets = packets, .grew = UINT64_MAX };
}

static void rules_grow(void)
{
	const uint64_t grown[] = { 5, UINT64_MAX, UINT64_MAX, UINT64_MAX, 0 };
	struct mcd_firewall before, now, *both[] = { &before, &now };

	for (size_t i = 0; i < 2; i++) {
		struct mcd_firewall_chain *chain;

		mcd_firewall_init(both[i]);
		chain = mcd_vec_push(&both[i]->chains);
		CU_ASSERT_PTR_NOT_NULL_FATAL(chain);
		chain->table[0] = 't';
		chain->name[0] = 'c';
	}
	add_counted(&before, 3, 10);
	add_counted(&before, 4, 10);
	add_counted(&before, 5, UINT64_MAX);
	add_counted(&before, 7, 4);
	add_counted(&now, 3, 15);
	add_counted(&now, 4, 9);	  /* it was set back */
	add_counted(&now, 5, UINT64_MAX); /* it has no counter */
	add_counted(&now, 6, 3);	  /* it is new */
	add_counted(&now, 7, 4);
	mcd_firewall_since(&now, &before);
	for (size_t i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(((struct mcd_firewall_rule *)mcd_vec_at(&now.rules, i))->grew, grown[i]);
	CU_ASSERT_EQUAL(mcd_firewall_chain(&now, MCD_FIREWALL_INET, "t", "c"), 0);
	CU_ASSERT_EQUAL(mcd_firewall_chain(&now, MCD_FIREWALL_IP, "t", "c"), SIZE_MAX);
	CU_ASSERT_EQUAL(mcd_firewall_chain(&now, MCD_FIREWALL_INET, "u", "c"), SIZE_MAX);
	((struct mcd_firewall_chain *)mcd_vec_at(&before.chains, 0))->table[0] = 'u'; /* a handle is one of its table */
	mcd_firewall_since(&now, &before);
	CU_ASSERT_EQUAL(((struct mcd_firewall_rule *)mcd_vec_at(&now.rules, 0))->grew, UINT64_MAX);
	mcd_firewall_fini(&before);
	mcd_firewall_fini(&now);
}

static void string_grows(void)
{
	struct mcd_string s = { 0 };

	for (int i = 0; i < 1000; i++)
		mcd_string_add(&s, "%d,", i);
	CU_ASSERT_FALSE(s.failed);
	CU_ASSERT_EQUAL(s.length, strlen(s.text));
	CU_ASSERT_EQUAL(strncmp(s.text, "0,1,2,", 6), 0);
	CU_ASSERT_STRING_EQUAL(s.text + s.length - 8, "998,999,");
	free(s.text);
}

static void string_copies(void)
{
	char *copy = mcd_string_copy("eth0,eth1", 4);

	CU_ASSERT_STRING_EQUAL(copy, "eth0");
	free(copy);
}

static const struct unit_test err_tests[] = {
	{ "a line of our own", err_set },
	{ "with the system's reason", err_os },
	{ "numbered and worded alike on every system", err_numbers },
	{ NULL, NULL },
};

static const struct unit_test string_tests[] = {
	{ "grows", string_grows },
	{ "copies a part", string_copies },
	{ NULL, NULL },
};

static const struct unit_test vec_tests[] = {
	{ "grows", vec_grows },
	{ "out of memory", vec_out_of_memory },
	{ "sorts, stably", vec_sorts_stably },
	{ NULL, NULL },
};

static const struct unit_test request_tests[] = {
	{ "a group's filter", groups_accept },
	{ "groups of a request", groups_of_a_request },
	{ "fini", request_fini },
	{ NULL, NULL },
};

static const struct unit_test host_tests[] = {
	{ "nothing known", host_unknown },
	{ "find", host_find },
	{ "drops are ordered", drops_are_ordered },
	{ "rules grow", rules_grow },
	{ NULL, NULL },
};

int main(void)
{
	const struct unit_suite suites[] = {
		{ "err", err_tests },
		{ "string", string_tests },
		{ "vec", vec_tests },
		{ "addr", base_addr_tests },
		{ "iface", base_iface_tests },
		{ "request", request_tests },
		{ "host", host_tests },
		{ NULL, NULL },
	};

	return unit_main(suites);
}
