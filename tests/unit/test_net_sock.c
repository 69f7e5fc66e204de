/* SPDX-License-Identifier: ISC */
/* Sockets over loopback: no datagram leaves the host. */
#include <config.h>

#include "test_net.h"

#include "net/clock.h"
#include "net/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GROUP mcd_addr_v4(0xeffffe01) /* 239.255.254.1 */
#define LOCALHOST mcd_addr_v4(0x7f000001)
#define STRANGER mcd_addr_v4(0x7f000063)

struct seen {
	int count;
	size_t bytes;
	struct mcd_arrival last; /* its data is gone */
	uint8_t first_byte;
};

static void see(void *context, const struct mcd_arrival *arrival)
{
	struct seen *seen = context;

	seen->count++;
	seen->bytes += arrival->length;
	seen->last = *arrival;
	seen->first_byte = arrival->held ? arrival->data[0] : 0;
}

/* A port that nobody has at this moment. */
static uint16_t free_port(void)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	socklen_t length = sizeof in4;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint16_t port = 0;

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&in4, sizeof in4) == 0 && getsockname(fd, (struct sockaddr *)&in4, &length) == 0)
		port = ntohs(in4.sin_port);
	if (fd >= 0)
		close(fd);
	return port;
}

static struct mcd_sock receiver(uint16_t port, int buffer)
{
	const struct mcd_sock_receive how = { .family = 4, .port = port, .buffer = buffer };
	struct mcd_sock sock;
	struct mcd_err err = { 0 };

	if (!mcd_sock_open_receive(&sock, &how, &err))
		CU_FAIL_FATAL("cannot open a receiving socket");
	return sock;
}

static struct mcd_sock sender(int ttl)
{
	const struct mcd_sock_send how = { .family = 4, .ttl = ttl, .loop = true };
	struct mcd_sock sock;
	struct mcd_err err = { 0 };

	if (!mcd_sock_open_send(&sock, &how, &err))
		CU_FAIL_FATAL("cannot open a sending socket");
	return sock;
}

static const struct mcd_iface *lo(void)
{
	const struct mcd_iface *iface = net_loopback();

	CU_ASSERT_PTR_NOT_NULL_FATAL(iface);
	return iface;
}

/* Loopback delivers inside sendto(), but let a slow machine be slow. */
static int receive(struct mcd_sock *sock, int max, struct seen *seen)
{
	struct pollfd one = { .fd = sock->fd, .events = POLLIN };
	struct mcd_err err = { 0 };

	poll(&one, 1, 100);
	return mcd_sock_receive(sock, 42, max, see, seen, &err);
}

static void arrival_tells_all(void)
{
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	uint16_t port = free_port();
	struct mcd_sock in = receiver(port, 0), out = sender(5);
	int64_t before = mcd_clock_wall_ns();
	struct seen seen = { 0 };

	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&in, lo(), &group, NULL, NULL));
	CU_ASSERT_EQUAL(mcd_sock_receive(&in, 42, 100, see, &seen, NULL), 0); /* empty is no error */
	CU_ASSERT_TRUE_FATAL(mcd_sock_send(&out, lo(), GROUP, port, "hey", 3, NULL));
	CU_ASSERT_EQUAL(receive(&in, 100, &seen), 1);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_EQUAL(seen.last.nic, 42);
	CU_ASSERT_EQUAL(seen.last.ifindex, lo()->index);
	CU_ASSERT_TRUE(mcd_addr_equal(seen.last.source, LOCALHOST));
	CU_ASSERT_TRUE(mcd_addr_equal(seen.last.destination, GROUP));
	CU_ASSERT_EQUAL(seen.last.port, port);
	CU_ASSERT_NOT_EQUAL(seen.last.source_port, 0);
	CU_ASSERT_EQUAL(seen.last.ttl, 5);
	CU_ASSERT_EQUAL(seen.last.length, 3);
	CU_ASSERT_EQUAL(seen.last.held, 3);
	CU_ASSERT_EQUAL(seen.first_byte, 'h');
	CU_ASSERT_TRUE(seen.last.when_ns >= before && seen.last.when_ns <= mcd_clock_wall_ns());
	CU_ASSERT_EQUAL(in.dropped, 0);
	CU_ASSERT_TRUE(mcd_sock_leave(&in, lo(), &group, NULL));
	CU_ASSERT_TRUE(mcd_sock_send(&out, lo(), GROUP, port, "bye", 3, NULL));
	CU_ASSERT_EQUAL(receive(&in, 100, &seen), 0);
	mcd_sock_close(&in);
	mcd_sock_close(&out);
	CU_ASSERT_EQUAL(in.fd, -1);
	mcd_sock_close(&in); /* twice is harmless */
}

static void long_datagram_keeps_its_length(void)
{
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	struct mcd_sock in, out = sender(1);
	uint16_t port = free_port();
	char *data = calloc(1, 60000);
	struct seen seen = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(data);
	in = receiver(port, 0);
	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&in, lo(), &group, NULL, NULL));
	CU_ASSERT_TRUE(mcd_sock_send(&out, lo(), GROUP, port, data, 60000, NULL));
	CU_ASSERT_EQUAL(receive(&in, 10, &seen), 1);
	CU_ASSERT_EQUAL(seen.last.length, 60000);
	CU_ASSERT_TRUE(seen.last.held >= 2048 && seen.last.held < 60000);
	CU_ASSERT_TRUE(mcd_sock_send(&out, lo(), GROUP, port, data, 0, NULL));
	CU_ASSERT_EQUAL(receive(&in, 10, &seen), 1); /* an empty datagram is one too */
	CU_ASSERT_EQUAL(seen.last.length, 0);
	free(data);
	mcd_sock_close(&in);
	mcd_sock_close(&out);
}

/* More than one system call's worth, in order; the one that cannot go is told, those before it went. */
static void many_are_sent_in_order(void)
{
	enum { MANY = 150, BAD = 100 };
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	static uint8_t bytes[MANY], huge[70000]; /* more than UDP takes */
	struct mcd_outgoing all[MANY];
	uint16_t port = free_port();
	struct mcd_sock in = receiver(port, 1 << 20), out = sender(1);
	struct mcd_err err = { 0 };
	struct seen seen = { 0 };

	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&in, lo(), &group, NULL, NULL));
	for (int i = 0; i < MANY; i++) {
		bytes[i] = (uint8_t)i;
		all[i] = (struct mcd_outgoing){ GROUP, port, &bytes[i], 1 };
	}
	CU_ASSERT_EQUAL(mcd_sock_send_many(&out, lo(), all, MANY, &err), MANY);
	for (int i = 0; i < MANY; i++) {
		CU_ASSERT_EQUAL_FATAL(receive(&in, 1, &seen), 1);
		CU_ASSERT_EQUAL(seen.first_byte, i);
	}
	all[BAD] = (struct mcd_outgoing){ GROUP, port, huge, sizeof huge };
	CU_ASSERT_EQUAL(mcd_sock_send_many(&out, lo(), all, MANY, &err), BAD);
	CU_ASSERT_EQUAL(err.os, EMSGSIZE);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, lo()->name));
	CU_ASSERT_EQUAL(receive(&in, MANY, &seen), BAD);
	CU_ASSERT_EQUAL(mcd_sock_send_many(&out, lo(), all, 0, &err), 0);
	mcd_sock_close(&in);
	mcd_sock_close(&out);
}

static void batches_keep_count(void)
{
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	uint16_t port = free_port();
	struct mcd_sock in = receiver(port, 1 << 20), out = sender(1);
	struct seen seen = { 0 };

	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&in, lo(), &group, NULL, NULL));
	for (int i = 0; i < 40; i++)
		CU_ASSERT_TRUE(mcd_sock_send(&out, lo(), GROUP, port, "0123456789", 10, NULL));
	CU_ASSERT_EQUAL(receive(&in, 5, &seen), 5);
	CU_ASSERT_EQUAL(receive(&in, 17, &seen), 17);
	CU_ASSERT_EQUAL(receive(&in, 1000, &seen), 18);
	CU_ASSERT_EQUAL(seen.count, 40);
	CU_ASSERT_EQUAL(seen.bytes, 400);
	mcd_sock_close(&in);
	mcd_sock_close(&out);
}

static void drops_are_counted(void)
{
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	uint16_t port = free_port();
	struct mcd_sock in = receiver(port, 1), out = sender(1);
	char data[1000] = "";
	struct seen seen = { 0 };

	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&in, lo(), &group, NULL, NULL));
	for (int i = 0; i < 200; i++)
		CU_ASSERT_TRUE(mcd_sock_send(&out, lo(), GROUP, port, data, sizeof data, NULL));
	CU_ASSERT_TRUE(receive(&in, 1000, &seen) > 0);
	CU_ASSERT_TRUE(in.dropped > 0); /* although no datagram came after the drops to tell of them */
	CU_ASSERT_EQUAL((uint32_t)seen.count + in.dropped, 200);
	mcd_sock_close(&in);
	mcd_sock_close(&out);
}

static void only_what_was_joined(void)
{
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	uint16_t port = free_port();
	struct mcd_sock joined = receiver(port, 0), other = receiver(port, 0), out = sender(1);
	struct mcd_sock unbound = receiver(0, 0);
	struct seen seen = { 0 };

	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&joined, lo(), &group, NULL, NULL));
	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&unbound, lo(), &group, NULL, NULL));
	CU_ASSERT_TRUE(mcd_sock_send(&out, lo(), GROUP, port, "x", 1, NULL));
	CU_ASSERT_EQUAL(receive(&joined, 10, &seen), 1);
	CU_ASSERT_EQUAL(receive(&other, 10, &seen), 0);
	CU_ASSERT_EQUAL(receive(&unbound, 10, &seen), 0);
	mcd_sock_close(&joined);
	mcd_sock_close(&other);
	mcd_sock_close(&unbound);
	mcd_sock_close(&out);
}

/* Join with SOURCE in MODE, send from 127.0.0.1, and see whether it is delivered. */
static int delivered(enum mcd_filter_mode mode, struct mcd_addr source)
{
	const struct mcd_group group = { .address = GROUP, .mode = mode, .sources = &source, .nsources = 1 };
	uint16_t port = free_port();
	struct mcd_sock in = receiver(port, 0), out = sender(1);
	struct seen seen = { 0 };
	size_t accepted = 0;
	int count;

	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&in, lo(), &group, &accepted, NULL));
	CU_ASSERT_EQUAL(accepted, 1);
	CU_ASSERT_TRUE(mcd_sock_send(&out, lo(), GROUP, port, "x", 1, NULL));
	count = receive(&in, 10, &seen);
	CU_ASSERT_TRUE(mcd_sock_leave(&in, lo(), &group, NULL));
	CU_ASSERT_FALSE(mcd_sock_leave(&in, lo(), &group, NULL)); /* nothing of it is left to leave */
	mcd_sock_close(&in);
	mcd_sock_close(&out);
	return count;
}

static void sources_are_filtered(void)
{
	CU_ASSERT_EQUAL(delivered(MCD_INCLUDE, LOCALHOST), 1);
	CU_ASSERT_EQUAL(delivered(MCD_INCLUDE, STRANGER), 0);
	CU_ASSERT_EQUAL(delivered(MCD_EXCLUDE, LOCALHOST), 0);
	CU_ASSERT_EQUAL(delivered(MCD_EXCLUDE, STRANGER), 1);
}

static void bound_to_the_group(void)
{
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	uint16_t port = free_port();
	const struct mcd_sock_receive how = { .family = 4, .port = port, .bind_group = true, .group = GROUP };
	struct mcd_sock in, out = sender(1), refused = sender(1); /* a port that is closed to it answers the latter by ICMP */
	struct seen seen = { 0 };

	CU_ASSERT_TRUE_FATAL(mcd_sock_open_receive(&in, &how, NULL));
	CU_ASSERT_TRUE_FATAL(mcd_sock_join(&in, lo(), &group, NULL, NULL));
	CU_ASSERT_TRUE(mcd_sock_send(&refused, lo(), LOCALHOST, port, "u", 1, NULL));
	CU_ASSERT_TRUE(mcd_sock_send(&out, lo(), GROUP, port, "m", 1, NULL));
	CU_ASSERT_EQUAL(receive(&in, 10, &seen), 1);
	CU_ASSERT_EQUAL(seen.first_byte, 'm');
	mcd_sock_close(&in);
	mcd_sock_close(&out);
	mcd_sock_close(&refused);
}

static void a_taken_port_is_told(void)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct mcd_sock_receive how = { .family = 4, .port = free_port() };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct mcd_err err = { 0 };
	struct mcd_sock sock;
	char port[8];

	in4.sin_port = htons(how.port);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (const struct sockaddr *)&in4, sizeof in4), 0);
	CU_ASSERT_FALSE(mcd_sock_open_receive(&sock, &how, &err));
	CU_ASSERT_EQUAL(err.os, EADDRINUSE);
	snprintf(port, sizeof port, "%u", how.port);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, port));
	CU_ASSERT_EQUAL(sock.fd, -1);
	close(fd);
}

static void what_cannot_be_is_told(void)
{
	struct mcd_iface ghost = { .name = "ghost0", .index = 0 }, gone = { .name = "gone0", .index = 0x7ffffff0 };
	const struct mcd_group group = { .address = GROUP, .mode = MCD_EXCLUDE };
	const struct mcd_group unicast = { .address = LOCALHOST, .mode = MCD_EXCLUDE };
	const struct mcd_group nothing = { .address = GROUP, .mode = MCD_INCLUDE }, six = { .address = { UINT64_C(0xff15) << 48, 1 }, .mode = MCD_EXCLUDE };
	struct mcd_sock sock, out = sender(1);
	struct mcd_err err = { 0 };

	sock = receiver(0, 0);
	CU_ASSERT_FALSE(mcd_sock_join(&sock, &ghost, &group, NULL, &err)); /* index 0 is "any" to the kernel */
	CU_ASSERT_EQUAL(err.os, ENODEV);
	CU_ASSERT_FALSE(mcd_sock_join(&sock, &gone, &group, NULL, &err));
	CU_ASSERT_EQUAL(err.os, ENODEV);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "239.255.254.1 on gone0"));
	CU_ASSERT_FALSE(mcd_sock_join(&sock, lo(), &unicast, NULL, &err));
	CU_ASSERT_EQUAL(err.os, EINVAL);
	CU_ASSERT_FALSE(mcd_sock_join(&sock, lo(), &nothing, NULL, &err));
	CU_ASSERT_FALSE(mcd_sock_join(&sock, lo(), &six, NULL, &err));
	CU_ASSERT_EQUAL(err.os, EAFNOSUPPORT);
	CU_ASSERT_FALSE(mcd_sock_send(&out, &gone, GROUP, 9, "x", 1, &err));
	CU_ASSERT_NOT_EQUAL(err.os, 0);
	CU_ASSERT_FALSE(mcd_sock_send(&out, &ghost, GROUP, 9, "x", 1, &err));
	CU_ASSERT_EQUAL(err.os, ENODEV);
	mcd_sock_close(&sock);
	mcd_sock_close(&out);
}

const struct unit_test net_sock_tests[] = {
	{ "an arrival tells all", arrival_tells_all },	      { "a long datagram keeps its length", long_datagram_keeps_its_length },
	{ "many are sent in order", many_are_sent_in_order },
	{ "batches keep count", batches_keep_count },	      { "drops are counted", drops_are_counted },
	{ "only what was joined", only_what_was_joined },     { "sources are filtered", sources_are_filtered },
	{ "bound to the group", bound_to_the_group },	      { "a taken port is told", a_taken_port_is_told },
	{ "what cannot be is told", what_cannot_be_is_told }, { NULL, NULL },
};
