/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_base.h"

#include "base/iface.h"

#include <stdlib.h>

static struct mcd_iface_address own[] = {
	{ { 0xfe80000000000000, 1 }, 64 },
	{ { 0, 0xffffc0000201 }, 24 },
	{ { 0, 0xffffc0000202 }, 24 },
};
static struct mcd_iface_address other[] = { { { 0, 0xffffc0000202 }, 24 }, { { 0xfe80000000000000, 2 }, 64 } };
static struct mcd_iface_address six_only[] = { { { 0xfe80000000000000, 3 }, 64 } };

/* eth0 and eth1 below bond0, a VLAN on the bond, that VLAN a port of br0; a macvlan on eth2; eth3 in a VRF; a veth pair; one named 12. */
static struct mcd_iface made[] = {
	{ .name = "lo", .index = 1 },
	{ .name = "eth0", .index = 2, .master = 10 },
	{ .name = "eth1", .index = 3, .master = 10 },
	{ .name = "eth2", .index = 4, .addresses = own, .naddresses = 3 },
	{ .name = "eth3", .index = 5, .master = 14, .addresses = other, .naddresses = 2 },
	{ .name = "bond0", .index = 10, .kind = "bond" },
	{ .name = "bond0.7", .index = 11, .kind = "vlan", .link = 10, .vlan_id = 7, .master = 12 },
	{ .name = "br0", .index = 12, .kind = "bridge" },
	{ .name = "mv0", .index = 13, .kind = "macvlan", .link = 4, .addresses = six_only, .naddresses = 1 },
	{ .name = "red", .index = 14, .kind = "vrf" },
	{ .name = "veth0", .index = 15, .kind = "veth", .link = 16 },
	{ .name = "veth1", .index = 16, .kind = "veth", .link = 15 },
	{ .name = "12", .index = 17 },
	{ .name = "ovs0", .index = 18, .master = 99 },
	{ .name = "gre1", .index = 19, .kind = "gre", .link = 4 },
};
static const struct mcd_iface_list list = { made, sizeof made / sizeof made[0] };

static unsigned found(const char *text, bool *ambiguous)
{
	const struct mcd_iface *iface = mcd_iface_find(&list, text, ambiguous);

	return iface ? iface->index : 0;
}

static void find(void)
{
	bool ambiguous = true;

	CU_ASSERT_TRUE(found("eth2", &ambiguous) == 4 && !ambiguous);
	CU_ASSERT_EQUAL(found("12", NULL), 17); /* the name goes before the index */
	CU_ASSERT_EQUAL(found("13", NULL), 13);
	CU_ASSERT_EQUAL(found("192.0.2.1", NULL), 4);
	CU_ASSERT_EQUAL(found("fe80::3", NULL), 13);
	ambiguous = false;
	CU_ASSERT_TRUE(found("192.0.2.2", &ambiguous) == 4 && ambiguous);
	CU_ASSERT_TRUE(found("fe80::2", &ambiguous) == 5 && !ambiguous);
	CU_ASSERT_EQUAL(found("", NULL), 0);
	CU_ASSERT_EQUAL(found("0", NULL), 0);
	CU_ASSERT_EQUAL(found("eth", NULL), 0);
	CU_ASSERT_EQUAL(found("192.0.2.3", NULL), 0);
	CU_ASSERT_EQUAL(found("-4", NULL), 0);
	CU_ASSERT_EQUAL(found("4 ", NULL), 0);
	CU_ASSERT_EQUAL(found("4294967300", NULL), 0); /* 4 modulo 2^32 */
	CU_ASSERT_PTR_NULL(mcd_iface_by_index(&list, 20));
	CU_ASSERT_PTR_EQUAL(mcd_iface_by_index(&list, 10), &made[5]);
}

/* Interfaces of a replay have no index: 0 finds none of them. */
static void no_index(void)
{
	struct mcd_iface replayed[] = { { .name = "a" }, { .name = "b", .kind = "vlan" } };
	const struct mcd_iface_list replay = { replayed, 2 };

	CU_ASSERT_PTR_NULL(mcd_iface_by_index(&replay, 0));
	CU_ASSERT_PTR_EQUAL(mcd_iface_find(&replay, "b", NULL), &replayed[1]);
	CU_ASSERT_FALSE(mcd_iface_is_below(&replay, 0, 0));
}

/* Names of Windows: with blanks, in any case, by the device and by the GUID; elsewhere as they stand. */
static void names_with_devices(void)
{
	struct mcd_iface on_windows[] = { { .name = "Ethernet 2", .index = 12, .device = "\\Device\\NPF_{0A1B2C3D-1111-2222-3333-444455556666}" },
					  { .name = "Loopback", .index = 1, .device = "\\Device\\NPF_Loopback" } };
	struct mcd_iface on_linux[] = { { .name = "eth0", .index = 1 }, { .name = "ETH0", .index = 2 } };
	const struct mcd_iface_list windows = { on_windows, 2 }, linux_ = { on_linux, 2 };

	CU_ASSERT_PTR_EQUAL(mcd_iface_find(&windows, "ethernet 2", NULL), &on_windows[0]);
	CU_ASSERT_PTR_EQUAL(mcd_iface_find(&windows, "{0a1b2c3d-1111-2222-3333-444455556666}", NULL), &on_windows[0]);
	CU_ASSERT_PTR_EQUAL(mcd_iface_find(&windows, "\\Device\\NPF_Loopback", NULL), &on_windows[1]);
	CU_ASSERT_PTR_EQUAL(mcd_iface_find(&windows, "12", NULL), &on_windows[0]);
	CU_ASSERT_PTR_NULL(mcd_iface_find(&windows, "{0a1b2c3d}", NULL));
	CU_ASSERT_PTR_EQUAL(mcd_iface_find(&linux_, "ETH0", NULL), &on_linux[1]);
	CU_ASSERT_PTR_NULL(mcd_iface_find(&linux_, "Eth0", NULL));
}

static void addresses(void)
{
	struct mcd_addr address = { 5, 5 };

	CU_ASSERT_TRUE(mcd_iface_ipv4(&made[3], &address) && mcd_addr_to_v4(address) == 0xc0000201);
	CU_ASSERT_TRUE(mcd_iface_has_address(&made[3], mcd_addr_v4(0xc0000202)));
	CU_ASSERT_FALSE(mcd_iface_has_address(&made[3], mcd_addr_v4(0xc0000203)));
	address = (struct mcd_addr){ 5, 5 };
	CU_ASSERT_FALSE(mcd_iface_ipv4(&made[8], &address));
	CU_ASSERT_FALSE(mcd_iface_ipv4(&made[0], &address));
	CU_ASSERT_TRUE(address.hi == 5 && address.lo == 5);
}

static void below(void)
{
	static const unsigned pairs[][2] = {
		{ 2, 10 }, { 2, 11 }, { 2, 12 }, { 3, 10 }, { 3, 11 }, { 3, 12 }, { 10, 11 }, { 10, 12 }, { 11, 12 }, { 4, 13 },
	};
	enum { PAIRS = sizeof pairs / sizeof pairs[0] };

	for (unsigned lower = 0; lower <= 20; lower++)
		for (unsigned upper = 0; upper <= 20; upper++) {
			bool expected = false;

			for (size_t i = 0; i < PAIRS; i++)
				expected |= pairs[i][0] == lower && pairs[i][1] == upper;
			CU_ASSERT_EQUAL(mcd_iface_is_below(&list, lower, upper), expected);
		}
}

static void a_circle_ends(void)
{
	struct mcd_iface ring[] = {
		{ .name = "a", .index = 1, .kind = "bridge", .master = 2 },
		{ .name = "b", .index = 2, .kind = "bridge", .master = 1 },
		{ .name = "c", .index = 3, .kind = "vlan", .link = 3 },
		{ .name = "d", .index = 4 },
	};
	const struct mcd_iface_list circle = { ring, 4 };

	CU_ASSERT_TRUE(mcd_iface_is_below(&circle, 1, 2) && mcd_iface_is_below(&circle, 2, 1));
	CU_ASSERT_FALSE(mcd_iface_is_below(&circle, 1, 4) || mcd_iface_is_below(&circle, 3, 4));
}

/* Upper devices with lower indexes than what they stand on. */
static void below_against_the_order(void)
{
	struct mcd_iface stack[] = {
		{ .name = "a", .index = 1, .kind = "vlan", .link = 2 },
		{ .name = "b", .index = 2, .kind = "macvlan", .link = 3 },
		{ .name = "c", .index = 3, .kind = "bond" },
		{ .name = "d", .index = 4, .master = 3 },
	};
	const struct mcd_iface_list upside_down = { stack, 4 };

	CU_ASSERT_TRUE(mcd_iface_is_below(&upside_down, 4, 1));
	CU_ASSERT_FALSE(mcd_iface_is_below(&upside_down, 1, 4));
}

static void enslaved(void)
{
	static const unsigned ports[] = { 2, 3, 11, 18 };
	size_t next = 0;

	for (size_t i = 0; i < list.count; i++) {
		bool expected = next < 4 && made[i].index == ports[next];

		CU_ASSERT_EQUAL(mcd_iface_is_enslaved(&list, &made[i]), expected);
		next += expected;
	}
	CU_ASSERT_EQUAL(next, 4);
}

static void fini(void)
{
	struct mcd_iface_list owned = { calloc(2, sizeof(struct mcd_iface)), 2 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(owned.at);
	owned.at[1].addresses = calloc(1, sizeof(struct mcd_iface_address));
	mcd_iface_list_fini(&owned);
	CU_ASSERT_TRUE(!owned.at && owned.count == 0);
	mcd_iface_list_fini(&owned);
}

const struct unit_test base_iface_tests[] = {
	{ "find by name, index, address", find },
	{ "interfaces without an index", no_index },
	{ "names with devices", names_with_devices },
	{ "addresses", addresses },
	{ "below", below },
	{ "below, against the order of indexes", below_against_the_order },
	{ "a circle ends", a_circle_ends },
	{ "enslaved", enslaved },
	{ "fini", fini },
	{ NULL, NULL },
};
