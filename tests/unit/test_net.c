/* SPDX-License-Identifier: ISC */
/* src/net, as far as it needs no privilege. What needs interfaces of its own is in test_net_ns.c. */
#include <config.h>

#include "unit.h"

#include "test_net.h"

#include "net/capture.h"
#include "net/clock.h"
#include "net/drops.h"
#include "net/ifaces.h"
#include "net/lookup.h"
#include "net/wait.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct mcd_iface_list *list_held(void)
{
	static struct mcd_iface_list list;

	return &list;
}

const struct mcd_iface *net_loopback(void)
{
	struct mcd_iface_list *list = list_held();

	if (list->count == 0 && !mcd_ifaces_read(list, NULL))
		return NULL;
	for (size_t i = 0; i < list->count; i++)
		if ((list->at[i].flags & MCD_IFACE_LOOPBACK) && (list->at[i].flags & MCD_IFACE_UP))
			return &list->at[i];
	return NULL;
}

void net_loopback_free(void)
{
	mcd_iface_list_fini(list_held());
}

static void clocks_go_forward(void)
{
	int64_t wall = mcd_clock_wall_ns(), before = mcd_clock_ns(), after;

	usleep(2000);
	after = mcd_clock_ns();
	CU_ASSERT_TRUE(after - before >= 2000000);
	CU_ASSERT_TRUE(after - before < 10 * 1000000000ll);
	CU_ASSERT_TRUE(wall > 1600000000ll * 1000000000); /* nanoseconds, not microseconds */
	CU_ASSERT_TRUE(mcd_clock_wall_ns() > wall);
}

static void random_numbers_differ(void)
{
	uint64_t seen = 0;

	for (int i = 0; i < 64; i++) {
		uint64_t one = mcd_clock_random();

		CU_ASSERT_NOT_EQUAL(one, mcd_clock_random());
		seen |= one;
	}
	CU_ASSERT_EQUAL(seen, UINT64_MAX); /* every bit is used */
}

/* Handed back each time, soon and beside what is ready, until it is watched no more. */
static void wait_polls_what_has_no_descriptor(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	size_t tags[4] = { 0 };
	int64_t began = mcd_clock_ns();

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	CU_ASSERT_TRUE(mcd_wait_add(wait, -1, 5, NULL));
	CU_ASSERT_TRUE(mcd_wait_add(wait, -1, 6, NULL));
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, INT64_C(60000000000)), 2);
	CU_ASSERT_TRUE(mcd_clock_ns() - began < INT64_C(30000000000));
	CU_ASSERT_TRUE(tags[0] == 5 && tags[1] == 6);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 1, 0), 1);
	mcd_wait_remove(wait, -1, 5);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 0), 1);
	CU_ASSERT_EQUAL(tags[0], 6);
	mcd_wait_free(wait);
}

static void interfaces_have_a_loopback(void)
{
	const struct mcd_iface *lo = net_loopback();
	struct mcd_iface_list list;
	struct mcd_err err = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(lo);
	CU_ASSERT_TRUE(mcd_iface_has_address(lo, mcd_addr_v4(0x7f000001)));
	CU_ASSERT_FALSE(lo->has_mac);
	CU_ASSERT_TRUE(lo->mtu > 0);
	CU_ASSERT_TRUE_FATAL(mcd_ifaces_read(&list, &err));
	for (size_t i = 1; i < list.count; i++)
		CU_ASSERT_TRUE(list.at[i - 1].index < list.at[i].index);
	mcd_iface_list_fini(&list);
}

static void no_such_interface_is_told(void)
{
	const struct mcd_capture_how how = { .filter = "igmp", .snap_length = 256, .buffer = 65536 };
	struct mcd_capture_slot slots[2] = { { .name = "no-such-nic-0" }, { .name = "no-such-nic-1" } };

	mcd_captures_open(slots, 2, &how);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_PTR_NULL(slots[i].capture);
		CU_ASSERT_NOT_EQUAL(slots[i].failure, MCD_OPEN_DONE); /* without rights it may say so first */
		CU_ASSERT_TRUE(slots[i].failure == MCD_OPEN_NO_LIBRARY || strstr(slots[i].err.text, slots[i].name));
	}
	mcd_captures_close(slots, 2);
	CU_ASSERT_TRUE(!mcd_capture_library() || strstr(mcd_capture_library(), "libpcap"));
}

/* Whatever rights and libraries there are: it is known, or it is said why not, and what was only made ready can be put away. */
static void drops_are_known_or_why_not(void)
{
	struct mcd_group groups[] = { { .address = mcd_addr_v4(0xef010101) }, { .address = { UINT64_C(0xff05) << 48, 1 } } };
	const struct mcd_request request = { .groups = groups, .ngroups = 2 };
	struct mcd_drops drops;
	struct mcd_drop_watch *watch = mcd_drops_prepare(&request);

	mcd_drops_end(watch, NULL);
	mcd_drops_init(&drops);
	watch = mcd_drops_prepare(&request);
	mcd_drops_begin(watch);
	mcd_drops_end(watch, &drops);
	if (!drops.known)
		printf("\n  not known: %s\n", drops.why_not);
	CU_ASSERT_NOT_EQUAL(drops.known, drops.why_not[0] != '\0');
	CU_ASSERT_TRUE(drops.known || drops.rows.count == 0);
	mcd_drops_fini(&drops);
}

static const struct unit_test clock_tests[] = {
	{ "clocks go forward", clocks_go_forward },
	{ "random numbers differ", random_numbers_differ },
	{ NULL, NULL },
};

static const struct unit_test wait_tests[] = {
	{ "polls what has no descriptor", wait_polls_what_has_no_descriptor },
	{ NULL, NULL },
};

/* An address is its own name: no file and no server is asked. The thread may not have begun yet: ask until it has. */
static void look_up(const char *name, int family, bool found)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	enum mcd_name_lookup state = MCD_NAME_LATE;
	struct mcd_vec addresses;
	struct mcd_addr own;

	mcd_vec_init(&addresses, sizeof own);
	for (int i = 0; i < 200 && state == MCD_NAME_LATE; i++) {
		struct mcd_lookup *lookup = mcd_lookup_begin(name, family);

		nanosleep(&pause, NULL);
		state = mcd_lookup_end(lookup, &addresses);
	}
	CU_ASSERT_EQUAL(state, found ? MCD_NAME_RESOLVED : MCD_NAME_NO_ADDRESS);
	CU_ASSERT_EQUAL_FATAL(addresses.count, found);
	CU_ASSERT_TRUE(!found || (mcd_addr_parse(name, &own) && mcd_addr_equal(*(struct mcd_addr *)mcd_vec_at(&addresses, 0), own)));
	mcd_vec_fini(&addresses);
}

static void names_are_looked_up(void)
{
	enum mcd_name_lookup state;
	struct mcd_vec addresses;

	look_up("10.1.2.3", 4, true);
	look_up("10.1.2.3", 0, true);
	look_up("10.1.2.3", 6, false);
	look_up("fd00::7", 6, true);
	look_up("fd00::7", 0, true);
	look_up("fd00::7", 4, false);
	mcd_vec_init(&addresses, sizeof(struct mcd_addr));
	CU_ASSERT_PTR_NULL(mcd_lookup_begin("", 0));
	CU_ASSERT_EQUAL(mcd_lookup_end(NULL, &addresses), MCD_NAME_NOT_ASKED);
	state = mcd_lookup_end(mcd_lookup_begin("10.1.2.3", 4), &addresses); /* given up at once: whoever is last frees it */
	CU_ASSERT_TRUE(state == MCD_NAME_LATE || state == MCD_NAME_RESOLVED);
	mcd_vec_fini(&addresses);
}

static const struct unit_test host_tests[] = {
	{ "names are looked up", names_are_looked_up },
	{ "a loopback interface, ascending indexes", interfaces_have_a_loopback },
	{ "capture: no such interface", no_such_interface_is_told },
	{ "drop reasons are known, or why not", drops_are_known_or_why_not },
	{ NULL, NULL },
};

int main(void)
{
	struct unit_suite suites[16] = {
		{ "clock", clock_tests },
		{ "wait", wait_tests },
		{ "savefile", net_savefile_tests },
		{ "host", host_tests },
	};
	size_t count = 4;
	int status;

	for (size_t i = 0; net_system_suites[i].name; i++)
		suites[count++] = net_system_suites[i];
	status = unit_main(suites);
	net_loopback_free();
	return status;
}
