/* SPDX-License-Identifier: ISC */
/* src/net on Windows: what its bodies make of what the system says. */
#include <config.h>

#include "test_net.h"

#include "net/clock.h"
#include "net/folder.h"
#include "net/hostinfo.h"
#include "net/ifaces.h"
#include "net/privilege.h"
#include "net/sock.h"
#include "net/sockets.h"
#include "net/wait.h"
#include "net/win32.h"

#include <errno.h>
#include <string.h>

#define GROUP mcd_addr_v4(0xeffffe01) /* 239.255.254.1 */

static void errors_become_those_of_posix(void)
{
	CU_ASSERT_EQUAL(mcd_win32_errno(WSAEADDRNOTAVAIL), EADDRNOTAVAIL);
	CU_ASSERT_EQUAL(mcd_win32_errno(WSAEADDRINUSE), EADDRINUSE);
	CU_ASSERT_EQUAL(mcd_win32_errno(WSAEWOULDBLOCK), EAGAIN);
	CU_ASSERT_EQUAL(mcd_win32_errno(WSAENOBUFS), ENOBUFS);
	CU_ASSERT_EQUAL(mcd_win32_errno(ERROR_ACCESS_DENIED), EACCES);
	CU_ASSERT_EQUAL(mcd_win32_errno(ERROR_FILE_NOT_FOUND), ENOENT);
	CU_ASSERT_EQUAL(mcd_win32_errno(0xdeadbeef), EIO);
}

/* Friendly names in any language, cut between characters. */
static void names_become_utf8(void)
{
	char name[16];

	mcd_win32_text(L"Ethernet 2", name, sizeof name);
	CU_ASSERT_STRING_EQUAL(name, "Ethernet 2");
	mcd_win32_text(L"", name, sizeof name);
	CU_ASSERT_STRING_EQUAL(name, "");
	mcd_win32_text(L"\x4ee5\x592a\x7f51\x7edc\x8fde\x63a5", name, sizeof name); /* six of three bytes: five fit */
	CU_ASSERT_STRING_EQUAL(name, "\xe4\xbb\xa5\xe5\xa4\xaa\xe7\xbd\x91\xe7\xbb\x9c\xe8\xbf\x9e");
	mcd_win32_text(L"12345678901\xd83d\xde00", name, sizeof name); /* of four bytes: it just fits */
	CU_ASSERT_STRING_EQUAL(name, "12345678901\xf0\x9f\x98\x80");
	mcd_win32_text(L"123456789012\xd83d\xde00", name, sizeof name);
	CU_ASSERT_STRING_EQUAL(name, "123456789012");
}

static void paths_have_two_separators(void)
{
	CU_ASSERT_STRING_EQUAL(mcd_folder_base("C:\\captures/a.pcap"), "a.pcap");
	CU_ASSERT_STRING_EQUAL(mcd_folder_base("captures/eth0\\a.pcap"), "a.pcap");
	CU_ASSERT_STRING_EQUAL(mcd_folder_base("C:a.pcap"), "a.pcap");
	CU_ASSERT_STRING_EQUAL(mcd_folder_base("a.pcap"), "a.pcap");
	CU_ASSERT_TRUE(mcd_folder_is("."));
	CU_ASSERT_FALSE(mcd_folder_has("no-such-folder"));
}

static void devices_are_those_of_npcap(void)
{
	const struct mcd_iface *lo = net_loopback();
	struct mcd_iface_list list;

	CU_ASSERT_PTR_NOT_NULL_FATAL(lo);
	CU_ASSERT_STRING_EQUAL(lo->device, "\\Device\\NPF_Loopback");
	CU_ASSERT_TRUE_FATAL(mcd_ifaces_read(&list, NULL));
	for (size_t i = 0; i < list.count; i++) {
		CU_ASSERT_NOT_EQUAL(list.at[i].name[0], '\0');
		CU_ASSERT_EQUAL(strncmp(list.at[i].device, "\\Device\\NPF_", 12), 0);
	}
	mcd_iface_list_fini(&list);
}

static void host_is_known(void)
{
	struct mcd_iface_list list;
	struct mcd_host host;

	CU_ASSERT_TRUE_FATAL(mcd_ifaces_read(&list, NULL));
	mcd_host_init(&host);
	mcd_hostinfo_read(&host, &list);
	CU_ASSERT_EQUAL(host.platform, MCD_PLATFORM_WINDOWS);
	CU_ASSERT_NOT_EQUAL(host.name[0], '\0');
	CU_ASSERT_EQUAL(strncmp(host.kernel, "Windows ", 8), 0);
	CU_ASSERT_TRUE(host.igmp_level >= 0 && host.igmp_level <= 2);
	CU_ASSERT_EQUAL(host.memberships_unknown, host.memberships.count == 0);
	CU_ASSERT_EQUAL(host.ifaces.count, list.count);
	CU_ASSERT_EQUAL(host.counters.udp_in_datagrams, UINT64_MAX); /* not read yet */
	mcd_hostinfo_counters(&host.counters);
	CU_ASSERT_NOT_EQUAL(host.counters.udp_in_datagrams, UINT64_MAX);
	mcd_host_fini(&host);
	mcd_iface_list_fini(&list);
}

struct received {
	int count;
	struct mcd_arrival last;
	char text[32];
};

static void on_arrival(void *context, const struct mcd_arrival *arrival)
{
	struct received *received = context;

	received->count++;
	received->last = *arrival;
	memcpy(received->text, arrival->data, arrival->held < sizeof received->text ? arrival->held : sizeof received->text);
}

/* Over loopback: joined by its address, sent by it, waited for, and told where it came in. */
static void a_datagram_comes_where_it_was_joined(void)
{
	const struct mcd_iface *lo = net_loopback();
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	const struct mcd_sock_receive receive = { .family = 4, .port = 47990, .loop = true };
	const struct mcd_sock_send send = { .family = 4, .ttl = 1, .loop = true };
	const int64_t until = mcd_clock_ns() + INT64_C(5000000000);
	struct received received = { 0 };
	struct mcd_sock in, out;
	struct mcd_wait *wait = mcd_wait_new(NULL);
	struct mcd_err err = { 0 };
	size_t tag = 0;

	CU_ASSERT_TRUE_FATAL(lo && wait && mcd_sock_open_receive(&in, &receive, &err) && mcd_sock_open_send(&out, &send, &err));
	CU_ASSERT_TRUE(mcd_wait_add(wait, in.fd, 9, NULL));
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 0), 0);
	CU_ASSERT_TRUE(mcd_sock_join(&in, lo, &group, NULL, &err));
	CU_ASSERT_FALSE(mcd_sock_join(&in, lo, &group, NULL, &err)); /* twice */
	CU_ASSERT_NOT_EQUAL(err.os, 0);
	CU_ASSERT_TRUE(mcd_sock_send(&out, lo, GROUP, 47990, "hello", 5, &err));
	while (received.count == 0 && mcd_clock_ns() < until) {
		if (mcd_wait_ready(wait, &tag, 1, INT64_C(100000000)) == 1)
			CU_ASSERT_EQUAL(tag, 9);
		CU_ASSERT_TRUE(mcd_sock_receive(&in, 3, 16, on_arrival, &received, &err) >= 0);
	}
	CU_ASSERT_EQUAL(received.count, 1);
	CU_ASSERT_STRING_EQUAL(received.text, "hello");
	CU_ASSERT_EQUAL(received.last.nic, 3);
	CU_ASSERT_EQUAL(received.last.ifindex, lo->index);
	CU_ASSERT_EQUAL(received.last.port, 47990);
	CU_ASSERT_TRUE(mcd_addr_equal(received.last.destination, GROUP));
	CU_ASSERT_TRUE(mcd_sock_leave(&in, lo, &group, &err));
	mcd_wait_remove(wait, in.fd, 9);
	mcd_wait_free(wait);
	mcd_sock_close(&in);
	mcd_sock_close(&out);
}

static void what_cannot_be_is_told(void)
{
	const struct mcd_iface *lo = net_loopback();
	struct mcd_addr unicast = mcd_addr_v4(0x0a000001);
	const struct mcd_group group = { .address = unicast, .mode = MCD_EXCLUDE };
	const struct mcd_sock_receive receive = { .family = 4, .port = 47991, .loop = true };
	struct mcd_err err = { 0 };
	struct mcd_sock in;

	CU_ASSERT_TRUE_FATAL(lo && mcd_sock_open_receive(&in, &receive, &err));
	CU_ASSERT_FALSE(mcd_sock_join(&in, lo, &group, NULL, &err));
	CU_ASSERT_NOT_EQUAL(err.os, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "10.0.0.1"));
	mcd_sock_close(&in);
}

static void the_path_is_told(void)
{
	char path[1024], small[4];

	CU_ASSERT_PTR_NOT_NULL(strstr(mcd_program_path(path, sizeof path), "test_net.exe"));
	CU_ASSERT_STRING_EQUAL(mcd_program_path(small, sizeof small), "mcd"); /* no room: the fallback */
}

/* Our own sockets are nobody else's. */
static void own_sockets_are_left_out(void)
{
	struct mcd_group group = { .address = GROUP, .port = 47992 };
	const struct mcd_request request = { .groups = &group, .ngroups = 1 };
	const struct mcd_sock_receive receive = { .family = 4, .port = 47992 };
	struct mcd_host host;
	struct mcd_sock in;

	CU_ASSERT_TRUE_FATAL(mcd_sock_open_receive(&in, &receive, NULL));
	mcd_host_init(&host);
	mcd_sockets_read(&host, &request);
	CU_ASSERT_TRUE(host.apps.known);
	CU_ASSERT_EQUAL(host.apps.sockets.count, 0);
	mcd_host_fini(&host);
	mcd_sock_close(&in);
}

static const struct unit_test system_tests[] = {
	{ "errors become those of POSIX", errors_become_those_of_posix },
	{ "names become UTF-8", names_become_utf8 },
	{ "paths have two separators", paths_have_two_separators },
	{ "devices are those of Npcap", devices_are_those_of_npcap },
	{ "host facts are known", host_is_known },
	{ "program path", the_path_is_told },
	{ NULL, NULL },
};

static const struct unit_test sock_tests[] = {
	{ "a datagram comes where it was joined", a_datagram_comes_where_it_was_joined },
	{ "what cannot be is told", what_cannot_be_is_told },
	{ "own sockets are left out", own_sockets_are_left_out },
	{ NULL, NULL },
};

const struct unit_suite net_system_suites[] = { { "Windows", system_tests }, { "Winsock", sock_tests }, { NULL, NULL } };
