/* SPDX-License-Identifier: ISC */
/* src/net, as far as it needs no privilege. What needs interfaces of its own is in test_net_ns.c. */
#include <config.h>

#include "unit.h"

#include "test_net.h"

#include "net/capture.h"
#include "net/clock.h"
#include "net/drops.h"
#include "net/hostinfo.h"
#include "net/ifaces.h"
#include "net/lookup.h"
#include "net/privilege.h"
#include "net/wait.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

static void wait_hands_back_tags(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	int quiet[2], loud[2];
	size_t tags[4] = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	CU_ASSERT_EQUAL_FATAL(pipe(quiet), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(loud), 0);
	CU_ASSERT_TRUE(mcd_wait_add(wait, quiet[0], 7, NULL));
	CU_ASSERT_TRUE(mcd_wait_add(wait, loud[0], SIZE_MAX, NULL));
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 0), 0);
	CU_ASSERT_EQUAL(write(loud[1], "x", 1), 1);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 1000000000), 1);
	CU_ASSERT_EQUAL(tags[0], SIZE_MAX);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 0), 1); /* still unread */
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 0, 0), 0);
	mcd_wait_remove(wait, loud[0], 0);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 0), 0);
	mcd_wait_free(wait);
	for (int i = 0; i < 2; i++) {
		close(quiet[i]);
		close(loud[i]);
	}
}

/* Watched for room: told once, and again only when asked again. */
static void wait_tells_room_to_send_once(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	static char bulk[4096];
	size_t tag = 0;
	int ends[2];

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_NONBLOCK), 0);
	while (write(ends[1], bulk, sizeof bulk) > 0)
		continue;
	CU_ASSERT_TRUE(mcd_wait_room(wait, ends[1], 3, NULL));
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 1000), 0);
	while (read(ends[0], bulk, sizeof bulk) > 0)
		continue;
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 1000000000), 1);
	CU_ASSERT_EQUAL(tag, 3);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 0), 0);
	CU_ASSERT_TRUE(mcd_wait_room(wait, ends[1], 4, NULL));
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 0), 1);
	CU_ASSERT_EQUAL(tag, 4);
	CU_ASSERT_FALSE(mcd_wait_room(wait, -1, 5, NULL));
	mcd_wait_free(wait);
	close(ends[0]);
	close(ends[1]);
}

static void wait_gives_room_in_turns(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	bool seen[3] = { false };
	int ends[3][2];
	size_t tag;

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL_FATAL(pipe(ends[i]), 0);
		CU_ASSERT_TRUE(mcd_wait_add(wait, ends[i][0], i, NULL));
		CU_ASSERT_EQUAL(write(ends[i][1], "x", 1), 1);
	}
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 0), 1);
		CU_ASSERT_TRUE_FATAL(tag < 3);
		seen[tag] = true;
	}
	CU_ASSERT_TRUE(seen[0] && seen[1] && seen[2]);
	mcd_wait_free(wait);
	for (size_t i = 0; i < 3; i++) {
		close(ends[i][0]);
		close(ends[i][1]);
	}
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

static void wait_refuses_a_closed_descriptor(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	struct mcd_err err = { 0 };
	int closed = open("/dev/null", O_RDONLY);

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	close(closed);
	CU_ASSERT_FALSE(mcd_wait_add(wait, closed, 1, &err));
	CU_ASSERT_NOT_EQUAL(err.os, 0);
	CU_ASSERT_NOT_EQUAL(err.text[0], '\0');
	mcd_wait_free(wait);
}

/* In a process of its own: the first signal is told by flag and descriptor, and the second ends it. */
static void stop_child(bool second)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	size_t tag = 0;
	int fd = -1;

	if (!wait || !mcd_stop_on_signals(&fd, NULL) || mcd_stop_requested() || !mcd_wait_add(wait, fd, 5, NULL))
		_exit(1);
	if (mcd_wait_ready(wait, &tag, 1, 0) != 0)
		_exit(2);
	raise(second ? SIGTERM : SIGINT);
	if (!mcd_stop_requested() || mcd_wait_ready(wait, &tag, 1, 1000000000) != 1 || tag != 5)
		_exit(3);
	mcd_wait_free(wait);
	if (second)
		raise(SIGINT);
	_exit(0);
}

static int status_of_stop_child(bool second)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		stop_child(second);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void first_signal_only_asks(void)
{
	CU_ASSERT_EQUAL(status_of_stop_child(false), 0);
}

static void second_signal_ends_with_130(void)
{
	CU_ASSERT_EQUAL(status_of_stop_child(true), 130);
}

static void files_and_path_are_told(void)
{
	size_t limit = mcd_limit_files(1);
	char path[4096], small[4];

	CU_ASSERT_TRUE(limit >= 1);
	CU_ASSERT_EQUAL(mcd_limit_files(limit), limit); /* never lowered, never raised beyond what was asked */
	CU_ASSERT_PTR_NOT_NULL(strstr(mcd_program_path(path, sizeof path), "test_net"));
	CU_ASSERT_STRING_EQUAL(mcd_program_path(small, sizeof small), "mcd"); /* no room: the fallback, and NUL-terminated */
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

static void host_is_known(void)
{
	const struct mcd_iface *lo = net_loopback();
	struct mcd_iface_list list = { NULL, 0 };
	const struct mcd_host_iface *in_force;
	struct mcd_host host;

	CU_ASSERT_PTR_NOT_NULL_FATAL(lo);
	CU_ASSERT_TRUE_FATAL(mcd_ifaces_read(&list, NULL));
	mcd_host_init(&host);
	mcd_hostinfo_read(&host, &list);
	CU_ASSERT_NOT_EQUAL(host.name[0], '\0');
	CU_ASSERT_EQUAL(strncmp(host.kernel, "Linux ", 6), 0);
	CU_ASSERT_EQUAL(strncmp(host.network_namespace, "net:[", 5), 0);
	CU_ASSERT_TRUE(host.igmp_max_memberships > 0 && host.igmp_max_msf > 0);
	CU_ASSERT_EQUAL(host.ifaces.count, list.count);
	in_force = mcd_host_iface(&host, lo->index);
	CU_ASSERT_PTR_NOT_NULL_FATAL(in_force);
	CU_ASSERT_TRUE(in_force->rp_filter >= 0 && in_force->rp_filter <= 2);
	CU_ASSERT_TRUE(in_force->force_igmp_version >= 0 && in_force->force_igmp_version <= 3);
	CU_ASSERT_EQUAL(host.counters.ip_in_hdr_errors, UINT64_MAX); /* not read yet */
	mcd_hostinfo_counters(&host.counters);
	CU_ASSERT_NOT_EQUAL(host.counters.ip_in_hdr_errors, UINT64_MAX);
	CU_ASSERT_NOT_EQUAL(host.counters.ip_reverse_path_filter, UINT64_MAX);
	CU_ASSERT_NOT_EQUAL(host.counters.udp_ignored_multi, UINT64_MAX);
	mcd_host_fini(&host);
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
		CU_ASSERT_PTR_NOT_NULL(strstr(slots[i].err.text, slots[i].name));
	}
	mcd_captures_close(slots, 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(mcd_capture_library(), "libpcap"));
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
	{ "hands back tags", wait_hands_back_tags },
	{ "wait tells room to send once", wait_tells_room_to_send_once },
	{ "gives little room in turns", wait_gives_room_in_turns },
	{ "tells room to send once", wait_tells_room_to_send_once },
	{ "polls what has no descriptor", wait_polls_what_has_no_descriptor },
	{ "refuses a closed descriptor", wait_refuses_a_closed_descriptor },
	{ NULL, NULL },
};

static const struct unit_test privilege_tests[] = {
	{ "first signal only asks", first_signal_only_asks },
	{ "second signal ends with 130", second_signal_ends_with_130 },
	{ "file limit and program path", files_and_path_are_told },
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
	{ "host facts are known", host_is_known },
	{ "capture: no such interface", no_such_interface_is_told },
	{ "drop reasons are known, or why not", drops_are_known_or_why_not },
	{ NULL, NULL },
};

int main(void)
{
	const struct unit_suite suites[] = {
		{ "clock", clock_tests },
		{ "wait", wait_tests },
		{ "privilege", privilege_tests },
		{ "nftables", net_nftables_tests },
		{ "savefile", net_savefile_tests },
		{ "sock", net_sock_tests },
		{ "host", host_tests },
		{ NULL, NULL },
	};
	int status = unit_main(suites);

	net_loopback_free();
	return status;
}
