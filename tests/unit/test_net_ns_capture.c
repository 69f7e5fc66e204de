/* SPDX-License-Identifier: ISC */
/* Captures, and sends seen by them. */
#include <config.h>

#include "test_net_ns.h"

#include "net/capture.h"
#include "net/clock.h"
#include "net/ifaces.h"
#include "net/promisc.h"
#include "net/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORT = 17777 };

struct seen {
	int total, by_nic[PAIRS], wrong;
	int64_t earliest, latest;
	uint32_t source[PAIRS]; /* IPv4 source of the last frame */
	uint8_t type[2];	/* bytes 12 and 13 of the last frame */
};

static void see(void *context, const struct mcd_frame *frame)
{
	struct seen *seen = context;

	if (frame->nic >= PAIRS || frame->link_type != 1 || frame->captured < 34 || frame->on_wire < frame->captured) {
		seen->wrong++;
		return;
	}
	seen->total++;
	seen->by_nic[frame->nic]++;
	if (!seen->earliest || frame->when_ns < seen->earliest)
		seen->earliest = frame->when_ns;
	seen->latest = frame->when_ns;
	memcpy(seen->type, frame->data + 12, sizeof seen->type);
	memcpy(&seen->source[frame->nic], frame->data + 26, 4);
}

/* Read all COUNT captures until none has had a frame for 50 ms. */
static void read_all(struct mcd_capture_slot *slots, size_t count, struct seen *seen)
{
	struct pollfd fds[PAIRS];

	for (size_t i = 0; i < count; i++)
		fds[i] = (struct pollfd){ .fd = mcd_capture_fd(slots[i].capture), .events = POLLIN };
	while (poll(fds, count, 50) > 0)
		for (size_t i = 0; i < count; i++)
			CU_ASSERT_TRUE_FATAL(mcd_capture_read(slots[i].capture, see, seen, NULL) >= 0);
}

static struct mcd_sock sender(void)
{
	const struct mcd_sock_send how = { .family = 4, .ttl = 3, .dscp = 10, .loop = false };
	struct mcd_sock sock;

	CU_ASSERT_TRUE_FATAL(mcd_sock_open_send(&sock, &how, NULL));
	return sock;
}

static void sent_out_of_each(void)
{
	static const char *const names[PAIRS] = { "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7" };
	const struct mcd_capture_how how = { .filter = "udp dst port 17777 and dst host 239.255.254.2", .snap_length = 256, .buffer = 65536 };
	struct mcd_iface_list list = ns_ifaces();
	struct mcd_capture_slot slots[PAIRS];
	struct mcd_capture_stats stats = { 0, 0, 0 };
	struct mcd_sock out = sender();
	struct seen seen = { 0 };
	int64_t before;

	for (size_t i = 0; i < PAIRS; i++)
		slots[i] = (struct mcd_capture_slot){ .name = names[i], .nic = i };
	mcd_captures_open(slots, PAIRS, &how);
	for (size_t i = 0; i < PAIRS; i++) {
		CU_ASSERT_EQUAL_FATAL(slots[i].failure, MCD_OPEN_DONE);
		CU_ASSERT_STRING_EQUAL(slots[i].err.text, "");
		CU_ASSERT_EQUAL(mcd_capture_link_type(slots[i].capture), 1);
		CU_ASSERT_EQUAL(mcd_capture_read(slots[i].capture, see, &seen, NULL), 0); /* does not wait */
	}
	before = mcd_clock_wall_ns();
	for (int i = 0; i < PAIRS; i++) {
		CU_ASSERT_TRUE(mcd_sock_send(&out, ns_named(&list, "n", i), GROUP, PORT, "probe", 5, NULL));
		read_all(slots, PAIRS, &seen);
		CU_ASSERT_EQUAL(seen.total, i + 1); /* one more, and that at its own far end */
		CU_ASSERT_EQUAL(seen.by_nic[i], 1);
		CU_ASSERT_EQUAL(ntohl(seen.source[i]), 0x0a090001u | (unsigned)i << 8);
	}
	CU_ASSERT_EQUAL(seen.wrong, 0);
	CU_ASSERT_TRUE(seen.earliest >= before && seen.latest <= mcd_clock_wall_ns());
	CU_ASSERT_TRUE(mcd_capture_stats(slots[3].capture, &stats));
	CU_ASSERT_TRUE(stats.received == 1 && stats.dropped == 0);
	mcd_captures_close(slots, PAIRS);
	for (size_t i = 0; i < PAIRS; i++)
		CU_ASSERT_PTR_NULL(slots[i].capture);
	mcd_sock_close(&out);
	mcd_iface_list_fini(&list);
}

/* A process that sends without end what the filter below does not want. */
static pid_t start_noise(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct mcd_iface_list list;
		struct mcd_sock out = sender();
		const struct mcd_iface *n0;

		if (!mcd_ifaces_read(&list, NULL) || !(n0 = mcd_iface_find(&list, "n0", NULL)))
			_exit(1);
		for (;;)
			mcd_sock_send(&out, n0, GROUP, PORT + 1, "noise", 5, NULL);
	}
	return pid;
}

static void nothing_passes_before_the_filter(void)
{
	bool any = false;
	const struct mcd_capture_how how = { .filter = "udp dst port 17777", .snap_length = 256, .buffer = 65536 };
	const struct mcd_capture_how all = { .filter = NULL, .snap_length = 256, .buffer = 1 << 20 };
	pid_t noise = start_noise();
	struct seen seen = { 0 };
	struct mcd_capture_slot slot = { .name = "p0", .nic = 0 };

	CU_ASSERT_TRUE_FATAL(noise > 0);
	for (int i = 0; i < 20; i++) {
		struct mcd_capture_stats stats = { 9, 9, 9 };

		mcd_captures_open(&slot, 1, &how);
		CU_ASSERT_EQUAL_FATAL(slot.failure, MCD_OPEN_DONE);
		usleep(3000);
		CU_ASSERT_EQUAL(mcd_capture_read(slot.capture, see, &seen, NULL), 0);
		CU_ASSERT_TRUE(mcd_capture_stats(slot.capture, &stats));
		CU_ASSERT_TRUE(stats.received == 0 && stats.dropped == 0); /* nor is it counted */
		mcd_captures_close(&slot, 1);
	}
	mcd_captures_open(&slot, 1, &all); /* the noise was there, and reading it has an end although it has none */
	CU_ASSERT_EQUAL_FATAL(slot.failure, MCD_OPEN_DONE);
	for (int i = 0; i < 1000 && !any; i++) { /* on a loaded machine the noise may wait for its turn */
		usleep(3000);
		any = mcd_capture_read(slot.capture, see, &seen, NULL) > 0;
	}
	CU_ASSERT_TRUE(any);
	mcd_captures_close(&slot, 1);
	kill(noise, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(noise, NULL, 0), noise);
}

/* A frame of UDP to PORT in VLAN 5 out of IFACE. */
static bool send_tagged(const struct mcd_iface *iface)
{
	uint8_t frame[64] = {
		0x01, 0x00, 0x5e, 0x7f, 0xfe, 0x02, 2, 0,  0, 0, 0, 9,	 0x81, 0x00, 0, 5,    0x08, 0x00,      0x45,	   0, 0, 28, 0,
		0,    0,    0,	  3,	17,   0,    0, 10, 9, 0, 9, 239, 255,  254,  2, 0x30, 0x39, PORT >> 8, PORT & 255, 0, 8, 0,  0
	};
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)iface->index, .sll_halen = 6 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	bool ok = fd >= 0 && sendto(fd, frame, sizeof frame, 0, (const struct sockaddr *)&to, sizeof to) == sizeof frame;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* How many frames FILTER lets through when one tagged frame comes. */
static int tagged_seen(const char *filter, struct seen *seen)
{
	const struct mcd_capture_how how = { .filter = filter, .snap_length = 256, .buffer = 65536 };
	struct mcd_capture_slot slot = { .name = "p0", .nic = 0 };
	struct mcd_iface_list list = ns_ifaces();
	int before = seen->total;

	mcd_captures_open(&slot, 1, &how);
	CU_ASSERT_EQUAL_FATAL(slot.failure, MCD_OPEN_DONE);
	CU_ASSERT_TRUE(send_tagged(ns_named(&list, "n", 0)));
	read_all(&slot, 1, seen);
	mcd_captures_close(&slot, 1);
	mcd_iface_list_fini(&list);
	return seen->total - before;
}

/* The kernel takes the tag out of the frame before the filter runs; the filter must know. */
static void tagged_frames_are_matched(void)
{
	struct seen seen = { 0 };

	CU_ASSERT_EQUAL(tagged_seen("udp dst port 17777 or (vlan and udp dst port 17777)", &seen), 1);
	CU_ASSERT_TRUE(seen.type[0] == 0x81 && seen.type[1] == 0x00); /* and the frame has its tag again */
	CU_ASSERT_EQUAL(tagged_seen("vlan 5 and udp dst port 17777", &seen), 1);
	CU_ASSERT_EQUAL(tagged_seen("vlan 6 and udp dst port 17777", &seen), 0);
}

static void a_bad_filter_is_told(void)
{
	const struct mcd_capture_how how = { .filter = "udp and and", .snap_length = 256, .buffer = 65536 };
	struct mcd_capture_slot slots[2] = { { .name = "p0" }, { .name = "p1" } };

	mcd_captures_open(slots, 2, &how);
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(slots[i].failure, MCD_OPEN_FAILED);
		CU_ASSERT_PTR_NULL(slots[i].capture);
		CU_ASSERT_PTR_NOT_NULL(strstr(slots[i].err.text, "filter"));
	}
}

static void one_fails_the_others_go_on(void)
{
	const struct mcd_capture_how how = { .filter = "igmp", .snap_length = 256, .buffer = 65536 };
	struct mcd_capture_slot slots[3] = { { .name = "p0" }, { .name = "p7" }, { .name = "nowhere0" } };

	CU_ASSERT_TRUE_FATAL(ns_ip("link set p7 down"));
	mcd_captures_open(slots, 3, &how);
	CU_ASSERT_EQUAL(slots[0].failure, MCD_OPEN_DONE);
	CU_ASSERT_EQUAL(slots[1].failure, MCD_OPEN_FAILED);
	CU_ASSERT_EQUAL(slots[1].err.os, ENETDOWN);
	CU_ASSERT_PTR_NOT_NULL(strstr(slots[1].err.text, "p7"));
	CU_ASSERT_EQUAL(slots[2].failure, MCD_OPEN_FAILED);
	CU_ASSERT_EQUAL(slots[2].err.os, ENODEV);
	mcd_captures_close(slots, 3);
	CU_ASSERT_TRUE(ns_ip("link set p7 up"));
}

/* The interface goes down and comes back: the capture goes on. It is deleted: the capture breaks. */
static void a_vanished_interface_is_told(void)
{
	const struct mcd_capture_how how = { .filter = "igmp", .snap_length = 256, .buffer = 65536 };
	struct mcd_capture_slot slot = { .name = "gone0", .nic = 0 };
	struct seen seen = { 0 };
	struct mcd_err err = { 0 };
	int count = 0;

	CU_ASSERT_TRUE_FATAL(ns_ip("link add gone0 type veth peer name gone1") && ns_ip("link set gone0 up") && ns_ip("link set gone1 up"));
	mcd_captures_open(&slot, 1, &how);
	CU_ASSERT_EQUAL_FATAL(slot.failure, MCD_OPEN_DONE);
	CU_ASSERT_TRUE(ns_ip("link set gone0 down") && ns_ip("link set gone0 up"));
	CU_ASSERT_TRUE(mcd_capture_read(slot.capture, see, &seen, &err) >= 0);
	CU_ASSERT_TRUE(ns_ip("link del gone0"));
	for (int i = 0; i < 3 && count >= 0; i++)
		count = mcd_capture_read(slot.capture, see, &seen, &err);
	CU_ASSERT_EQUAL(count, -1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "gone0"));
	mcd_captures_close(&slot, 1);
}

/* In a child without any capability: 0 when each open says so. */
static int open_without_rights(void)
{
	const struct mcd_capture_how how = { .filter = "igmp", .snap_length = 256, .buffer = 65536 };
	struct mcd_capture_slot slots[2] = { { .name = "p0" }, { .name = "p1" } };
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2];

	memset(none, 0, sizeof none);
	if (syscall(SYS_capset, &header, none) != 0)
		return 3;
	mcd_captures_open(slots, 2, &how);
	if (slots[0].failure != MCD_OPEN_DENIED || slots[1].failure != MCD_OPEN_DENIED)
		return 1;
	return slots[0].err.os == EPERM && strstr(slots[0].err.text, "p0") ? 0 : 2;
}

static void no_right_is_told(void)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		_exit(open_without_rights());
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
}

/* Each wish counts by itself, and ends with its descriptor. */
static void promiscuous_for_a_while(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const unsigned n1 = ns_named(&list, "n", 1)->index, n2 = ns_named(&list, "n", 2)->index;
	struct mcd_err err = { 0 };
	int one = mcd_promisc_open(&err), other = mcd_promisc_open(&err);

	CU_ASSERT_TRUE_FATAL(one >= 0 && other >= 0);
	CU_ASSERT_TRUE(mcd_promisc_count(n1) == 0 && mcd_promisc_count(n2) == 0);
	CU_ASSERT_TRUE(mcd_promisc_set(one, n1, true, &err) && mcd_promisc_set(one, n2, true, &err) && mcd_promisc_set(other, n2, true, &err));
	CU_ASSERT_TRUE(mcd_promisc_count(n1) == 1 && mcd_promisc_count(n2) == 2);
	CU_ASSERT_TRUE(mcd_promisc_set(one, n1, false, &err) && mcd_promisc_count(n1) == 0 && mcd_promisc_count(n2) == 2);
	mcd_promisc_close(one);
	CU_ASSERT_EQUAL(mcd_promisc_count(n2), 1);
	mcd_promisc_close(other);
	mcd_promisc_close(-1);
	CU_ASSERT_EQUAL(mcd_promisc_count(n2), 0);
	one = mcd_promisc_open(&err);
	CU_ASSERT_FALSE(mcd_promisc_set(one, 99999, true, &err));
	CU_ASSERT_EQUAL(err.os, ENODEV);
	CU_ASSERT_EQUAL(mcd_promisc_count(99999), -1);
	mcd_promisc_close(one);
	mcd_iface_list_fini(&list);
}

const struct unit_test ns_capture_tests[] = {
	{ "sent out of each, seen at its far end", sent_out_of_each },
	{ "nothing passes before the filter", nothing_passes_before_the_filter },
	{ "tagged frames are matched", tagged_frames_are_matched },
	{ "a bad filter is told", a_bad_filter_is_told },
	{ "one fails, the others go on", one_fails_the_others_go_on },
	{ "a vanished interface is told", a_vanished_interface_is_told },
	{ "promiscuous for a while", promiscuous_for_a_while },
	{ "no right is told", no_right_is_told },
	{ NULL, NULL },
};
