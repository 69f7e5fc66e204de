/* SPDX-License-Identifier: ISC */
/* Other programs' sockets: a child opens some of each kind, and what is told of them is what it did. */
#include <config.h>

#include "test_net_ns.h"

#include "net/hostinfo.h"
#include "net/sock.h"
#include "net/sock_os.h"
#include "net/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUP6 ((struct mcd_addr){ UINT64_C(0xff15) << 48, 0x99 })

enum { PORT = 7001, OTHER_PORT = 7002, STRANGE_PORT = 7003, FLOOD = 200 };

/* ---- the other program ---- */

static void demand(bool held)
{
	if (!held)
		_exit(99);
}

static int open_at(const char *address, uint16_t port, const char *device)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = inet_addr(address) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	demand(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) == 0);
	demand(!device || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device)) == 0);
	demand(bind(fd, (const struct sockaddr *)&at, sizeof at) == 0);
	return fd;
}

static int open_ipv6(int v6only)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	demand(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) == 0);
	demand(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only) == 0);
	demand(bind(fd, (const struct sockaddr *)&at, sizeof at) == 0);
	return fd;
}

static void join_on(int fd, unsigned ifindex)
{
	struct ip_mreqn membership = { .imr_multiaddr.s_addr = htonl(mcd_addr_to_v4(GROUP)), .imr_ifindex = (int)ifindex };

	demand(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership) == 0);
}

/* More than its small buffer takes. */
static void flood(int fd)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = inet_addr("10.9.3.1") };
	int sender = socket(AF_INET, SOCK_DGRAM, 0);

	demand(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){ 4096 }, sizeof(int)) == 0);
	for (int i = 0; i < FLOOD; i++)
		demand(sendto(sender, "........", 8, 0, (const struct sockaddr *)&to, sizeof to) == 8);
	close(sender);
}

static void be_the_other(const struct mcd_iface_list *list, int ready)
{
	struct sockaddr_in peer = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = inet_addr("10.9.5.1") };
	int fd = open_at("0.0.0.0", PORT, NULL);

	join_on(fd, ns_named(list, "n", 0)->index);
	demand(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &(int){ 0 }, sizeof(int)) == 0);
	open_at("0.0.0.0", PORT, "n1");
	open_at("10.9.2.1", PORT, NULL);
	flood(open_at("10.9.3.1", PORT, NULL));
	join_on(open_at("0.0.0.0", OTHER_PORT, NULL), ns_named(list, "n", 4)->index);
	open_at("0.0.0.0", STRANGE_PORT, NULL);
	fd = open_at("10.9.5.1", PORT, NULL);
	demand(connect(fd, (const struct sockaddr *)&peer, sizeof peer) == 0);
	open_at("239.255.254.2", STRANGE_PORT, NULL);
	demand(write(ready, "x", 1) == 1);
	for (;;)
		pause();
}

/* ---- what is told of it ---- */

static const struct mcd_app_socket *socket_at(const struct mcd_apps *apps, const char *text, uint16_t port, unsigned ifindex)
{
	struct mcd_addr address = { 0, 0 };

	CU_ASSERT_TRUE(mcd_addr_parse(text, &address));
	for (size_t i = 0; i < apps->sockets.count; i++) {
		const struct mcd_app_socket *s = mcd_vec_at(&apps->sockets, i);

		if (s->port == port && s->ifindex == ifindex && mcd_addr_equal(s->address, address))
			return s;
	}
	return NULL;
}

static void expect_bindings(const struct mcd_apps *apps, const struct mcd_iface_list *list)
{
	const struct mcd_app_socket *s;

	CU_ASSERT_PTR_NOT_NULL(socket_at(apps, "0.0.0.0", PORT, ns_named(list, "n", 1)->index));
	CU_ASSERT_PTR_NOT_NULL(socket_at(apps, "10.9.2.1", PORT, 0));
	CU_ASSERT_PTR_NOT_NULL(socket_at(apps, "239.255.254.2", STRANGE_PORT, 0));
	CU_ASSERT_PTR_NULL(socket_at(apps, "0.0.0.0", STRANGE_PORT, 0));
	s = socket_at(apps, "10.9.3.1", PORT, 0);
	CU_ASSERT_TRUE(s && s->drops > 0 && s->drops < FLOOD && s->receive_buffer == 8192 && s->queued > 0 && s->queued != UINT64_MAX);
	s = socket_at(apps, "10.9.5.1", PORT, 0);
	CU_ASSERT_TRUE(s && s->connected);
	s = socket_at(apps, "10.9.2.1", PORT, 0);
	CU_ASSERT_TRUE(s && !s->connected && s->drops == 0 && s->queued == 0 && s->takes_ipv4);
}

static void expect_answers(const struct mcd_apps *apps, const struct mcd_iface_list *list, pid_t pid)
{
	const struct mcd_app_socket *s = socket_at(apps, "0.0.0.0", PORT, 0);

	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	CU_ASSERT_EQUAL(s->pid, pid);
	CU_ASSERT_EQUAL(s->uid, geteuid());
	CU_ASSERT_TRUE(strncmp(s->process, "test_net_ns", 11) == 0);
	CU_ASSERT_TRUE(s->asked);
	CU_ASSERT_TRUE(s->multicast_all == 0 && s->multicast_all_ipv6 == -1 && !mcd_app_takes(s, true));
	CU_ASSERT_TRUE(mcd_apps_is_member(apps, s, ns_named(list, "n", 0)->index, GROUP));
	CU_ASSERT_FALSE(mcd_apps_is_member(apps, s, ns_named(list, "n", 4)->index, GROUP)); /* which another of its sockets is */
	s = socket_at(apps, "0.0.0.0", OTHER_PORT, 0);
	CU_ASSERT_TRUE(s && s->multicast_all == 1 && mcd_apps_is_member(apps, s, ns_named(list, "n", 4)->index, GROUP));
	s = socket_at(apps, "10.9.2.1", PORT, 0);
	CU_ASSERT_TRUE(s && s->asked && !mcd_apps_is_member(apps, s, 0, GROUP));
}

/* Fork the other program; its process id, when it is ready. */
static pid_t start(void (*program)(const struct mcd_iface_list *, int), const struct mcd_iface_list *list)
{
	int ready[2];
	char x;
	pid_t pid;

	CU_ASSERT_TRUE_FATAL(pipe(ready) == 0);
	pid = fork();
	if (pid == 0)
		program(list, ready[1]);
	close(ready[1]);
	CU_ASSERT_EQUAL(read(ready[0], &x, 1), 1);
	close(ready[0]);
	return pid;
}

static void stop(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_FALSE(WIFEXITED(status));
}

static void read_sockets(struct mcd_host *host, struct mcd_addr group, uint16_t port)
{
	struct mcd_group asked = { .address = group, .port = port, .mode = MCD_EXCLUDE };

	mcd_host_init(host);
	mcd_hostinfo_memberships(host);
	mcd_sockets_read(host, &(struct mcd_request){ .groups = &asked, .ngroups = 1 });
	CU_ASSERT_TRUE(host->apps.known);
}

static void sockets_are_told(void)
{
	struct mcd_iface_list list = ns_ifaces();
	pid_t pid = start(be_the_other, &list);
	struct mcd_sock ours;
	struct mcd_host host;

	CU_ASSERT_TRUE_FATAL(mcd_sock_open_receive(&ours, &(struct mcd_sock_receive){ .family = 4, .port = PORT }, NULL));
	read_sockets(&host, GROUP, PORT);
	CU_ASSERT_EQUAL(host.apps.sockets.count, 7); /* ours is not among them */
	expect_bindings(&host.apps, &list);
	expect_answers(&host.apps, &list, pid);
	mcd_host_fini(&host);
	read_sockets(&host, mcd_addr_v4(0xeffffe09), STRANGE_PORT); /* of another group, none of it is known */
	CU_ASSERT_EQUAL(host.apps.sockets.count, 2);
	mcd_host_fini(&host);
	mcd_sock_close(&ours);
	stop(pid);
	read_sockets(&host, GROUP, PORT);
	CU_ASSERT_EQUAL(host.apps.sockets.count, 0);
	mcd_host_fini(&host);
	mcd_iface_list_fini(&list);
}

static void be_one_of_ipv6(const struct mcd_iface_list *list, int ready)
{
	join_on(open_ipv6(0), ns_named(list, "n", 2)->index); /* as Java does */
	open_ipv6(1);
	demand(write(ready, "x", 1) == 1);
	for (;;)
		pause();
}

/* Where this host has IPv6. */
static void sockets_of_ipv6_take_ipv4(void)
{
	int probe = socket(AF_INET6, SOCK_DGRAM, 0);
	struct mcd_iface_list list = ns_ifaces();
	struct mcd_host host;
	unsigned taking = 0;
	pid_t pid;

	if (probe >= 0) {
		close(probe);
		pid = start(be_one_of_ipv6, &list);
		read_sockets(&host, GROUP, PORT);
		CU_ASSERT_EQUAL(host.apps.sockets.count, 2);
		for (size_t i = 0; i < host.apps.sockets.count; i++) {
			const struct mcd_app_socket *s = mcd_vec_at(&host.apps.sockets, i);

			taking += s->takes_ipv4;
			CU_ASSERT_TRUE(mcd_app_takes(s, true) && s->multicast_all_ipv6 == 1);
			CU_ASSERT_EQUAL(s->takes_ipv4, mcd_apps_is_member(&host.apps, s, ns_named(&list, "n", 2)->index, GROUP));
		}
		CU_ASSERT_EQUAL(taking, 1);
		mcd_host_fini(&host);
		stop(pid);
	}
	mcd_iface_list_fini(&list);
}

static void join6_on(int fd, unsigned ifindex)
{
	struct group_req asked = { .gr_interface = ifindex };

	mcd_sock_put_address(&asked.gr_group, GROUP6, 0, 0);
	demand(setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &asked, sizeof asked) == 0);
}

/* One that hears its own groups alone and one that has joined nothing, of IPv6; and one of IPv4. */
static void be_in_a_group_of_ipv6(const struct mcd_iface_list *list, int ready)
{
	int fd = open_ipv6(1);

	join6_on(fd, ns_named(list, "n", 5)->index);
	demand(setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, &(int){ 0 }, sizeof(int)) == 0);
	open_ipv6(0);
	open_at("0.0.0.0", PORT, NULL);
	demand(write(ready, "x", 1) == 1);
	for (;;)
		pause();
}

static void groups_of_ipv6_are_told(void)
{
	struct mcd_iface_list list = ns_ifaces();
	const unsigned n5 = ns_named(&list, "n", 5)->index, n6 = ns_named(&list, "n", 6)->index;
	struct mcd_host host;
	unsigned members = 0;
	pid_t pid;

	if (ns_ipv6_begin(5)) {
		pid = start(be_in_a_group_of_ipv6, &list);
		read_sockets(&host, GROUP6, PORT);
		CU_ASSERT_EQUAL(host.apps.sockets.count, 3);
		for (size_t i = 0; i < host.apps.sockets.count; i++) {
			const struct mcd_app_socket *s = mcd_vec_at(&host.apps.sockets, i);
			const bool member = mcd_apps_is_member(&host.apps, s, n5, GROUP6);

			members += member;
			CU_ASSERT_FALSE(mcd_apps_is_member(&host.apps, s, n6, GROUP6));
			CU_ASSERT_TRUE(s->asked && mcd_app_takes(s, true) == !mcd_addr_is_v4(s->address));
			CU_ASSERT_EQUAL(s->multicast_all_ipv6, mcd_addr_is_v4(s->address) ? -1 : !member);
		}
		CU_ASSERT_EQUAL(members, 1);
		mcd_host_fini(&host);
		read_sockets(&host, GROUP6, STRANGE_PORT); /* for its membership alone */
		CU_ASSERT_TRUE(host.apps.sockets.count == 1 && host.apps.memberships.count == 1);
		mcd_host_fini(&host);
		stop(pid);
		ns_ipv6_end(5);
	}
	mcd_iface_list_fini(&list);
}

const struct unit_test ns_socket_tests[] = {
	{ "sockets are told", sockets_are_told },
	{ "sockets of IPv6 take IPv4", sockets_of_ipv6_take_ipv4 },
	{ "groups of IPv6 are told", groups_of_ipv6_are_told },
	{ NULL, NULL },
};
