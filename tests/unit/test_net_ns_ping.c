/* SPDX-License-Identifier: ISC */
/* Echo requests on the loopback interface, by a ping socket and by a raw one. */
#include <config.h>

#include "test_net_ns.h"

#include "net/ping.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define RANGE "/proc/sys/net/ipv4/ping_group_range"

enum { WAIT_MS = 2000 };

static const uint64_t token = UINT64_C(0x0123456789abcdef);

/* Ask TEXT out of lo; RAW: with the kind of socket that needs a right. */
static void ask(const char *text, bool raw)
{
	struct mcd_iface_list list = ns_ifaces();
	struct mcd_ping_reply reply;
	struct mcd_err err = { 0 };
	struct mcd_ping ping;
	struct mcd_addr peer;

	CU_ASSERT_TRUE_FATAL(ns_write(RANGE, raw ? "1 0" : "0 0"));
	CU_ASSERT_TRUE_FATAL(mcd_addr_parse(text, &peer));
	if (!mcd_ping_open(&ping, mcd_iface_find(&list, "lo", NULL), peer, &err))
		CU_FAIL_FATAL("cannot open");
	CU_ASSERT_EQUAL(ping.raw, raw);
	CU_ASSERT_FALSE(mcd_ping_receive(&ping, &reply));
	for (uint16_t k = 1; k <= 2; k++) {
		CU_ASSERT_TRUE(mcd_ping_send(&ping, token, k, &err));
		CU_ASSERT_STRING_EQUAL(err.text, "");
		poll(&(struct pollfd){ .fd = ping.fd, .events = POLLIN }, 1, WAIT_MS);
		CU_ASSERT_TRUE_FATAL(mcd_ping_receive(&ping, &reply));
		CU_ASSERT_EQUAL(reply.token, token);
		CU_ASSERT_EQUAL(reply.sequence, k);
		CU_ASSERT_TRUE(reply.when_ns > 0);
	}
	CU_ASSERT_FALSE(mcd_ping_receive(&ping, &reply)); /* nor our own request, which a raw socket of lo gets too */
	mcd_ping_close(&ping);
	CU_ASSERT_FALSE(ping.open);
	mcd_iface_list_fini(&list);
}

static void a_host_answers(void)
{
	ask("127.0.0.1", false);
	ask("127.0.0.1", true);
	if (!ns_write("/proc/sys/net/ipv6/conf/lo/disable_ipv6", "0")) {
		printf("(no IPv6) ");
		return;
	}
	ask("::1", false);
	ask("::1", true);
}

/* What the kernel says at once is told. */
static void a_refusal_is_told(void)
{
	const struct mcd_iface none = { .name = "none", .index = 99999 };
	struct mcd_ping ping;
	struct mcd_err err = { 0 };

	CU_ASSERT_FALSE(mcd_ping_open(&ping, &none, mcd_addr_v4(0x0a090001), &err));
	CU_ASSERT_EQUAL(err.os, ENODEV);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "none"));
	CU_ASSERT_FALSE(ping.open);
}

const struct unit_test ns_ping_tests[] = {
	{ "a host answers", a_host_answers },
	{ "a refusal is told", a_refusal_is_told },
	{ NULL, NULL },
};
