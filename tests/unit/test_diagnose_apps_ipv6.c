/* SPDX-License-Identifier: ISC */
/* Other programs and a group of IPv6: what differs from IPv4. */
#include <config.h>

#include "test_diagnose.h"

#include <stdio.h>
#include <string.h>

#define GROUP "ff15::ef07:707"
#define OTHER "ff15::ef08:808"

static const enum mcd_code app_codes[] = { MCD_APP_NOT_JOINED,	     MCD_APP_JOINED_ON_OTHER_INTERFACE,
					   MCD_APP_BOUND_TO_UNICAST, MCD_APP_BOUND_TO_OTHER_INTERFACE,
					   MCD_APP_ON_OTHER_PORT,    MCD_APP_SOCKET_OVERFLOW,
					   MCD_APP_MEMBERSHIP_LOST,  MCD_FOREIGN_GROUP_DELIVERED };

/* Judge; how many findings there are about other programs. */
static unsigned said(struct the_case *c)
{
	unsigned count = 0;

	case_judge(c);
	for (size_t i = 0; i < sizeof app_codes / sizeof app_codes[0]; i++)
		for (size_t nic = 0; nic <= 2; nic++)
			count += found(c, nic < 2 ? nic : SIZE_MAX, app_codes[i]) != NULL;
	return count;
}

/* Judge, and expect CODE on NIC and no other; NULL = it is not so. */
static const struct mcd_finding *only(struct the_case *c, size_t nic, enum mcd_code code, enum mcd_severity severity, enum mcd_confidence confidence)
{
	const unsigned count = said(c);
	const struct mcd_finding *f = found(c, nic, code);

	CU_ASSERT_TRUE(count == 1 && f && f->severity == severity && f->confidence == confidence);
	return f;
}

static struct case_app begin(struct the_case *c)
{
	case_init(c);
	case_make_ipv6(c);
	return case_app(c);
}

static void bind_to(struct the_case *c, struct case_app app, const char *text)
{
	case_app_start(c, app)->address = case_app_end(c, app)->address = address(text);
}

static void hears_all(struct the_case *c, struct case_app app, int all)
{
	case_app_start(c, app)->multicast_all_ipv6 = case_app_end(c, app)->multicast_all_ipv6 = all;
}

static void unasked(struct the_case *c, struct case_app app)
{
	case_app_start(c, app)->asked = case_app_end(c, app)->asked = false;
	hears_all(c, app, -1);
}

static void one_that_is_right(void)
{
	for (int i = 0; i < 4; i++) {
		struct the_case c;
		struct case_app app = begin(&c);

		if (i == 1)
			unasked(&c, app);
		if (i == 2)
			bind_to(&c, app, GROUP);
		if (i == 3)
			case_app_start(&c, app)->takes_ipv4 = case_app_end(&c, app)->takes_ipv4 = false;
		case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
		CU_ASSERT_EQUAL(said(&c), 0);
		case_fini(&c);
	}
}

static void one_that_has_not_joined(void)
{
	struct the_case c;
	struct case_app app = begin(&c);
	const struct mcd_finding *f = only(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	bool listed = false;

	for (size_t i = 0; f && i < f->clues.count; i++)
		listed = listed || strstr(((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text, "/proc/net/igmp6 listed ff15::ef07:707 on no");
	CU_ASSERT_TRUE(listed);
	bind_to(&c, app, "0.0.0.0"); /* one of IPv4 can take none of it */
	CU_ASSERT_EQUAL(said(&c), 0);
	bind_to(&c, app, "239.7.7.7");
	CU_ASSERT_EQUAL(said(&c), 0);
	bind_to(&c, app, GROUP);
	only(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_CERTAIN);
	case_fini(&c);
}

/* Whoever of the host has joined another group, of a family that the socket takes. */
static void one_with_another_purpose(void)
{
	static const struct {
		const char *bound, *other;
		bool is_purpose;
	} held[] = {
		{ "::", OTHER, true },	      { "::", "239.8.8.8", true }, { "::", "ff02::fb", false },
		{ "::", "ff05::c", false },   { "::", "ff15::c", true },   { "::", "ff05::1:c", true },
		{ "::", "ff05:1::c", true },
		{ "::", "ff01::1", false },   { "::", "ff02::1:ff12:3456", false },
	};

	for (size_t i = 0; i < sizeof held / sizeof held[0]; i++) {
		struct the_case c;
		struct case_app app = begin(&c);

		bind_to(&c, app, held[i].bound);
		unasked(&c, app);
		case_app_joins(&c, app, 0, held[i].other, CASE_BOTH);
		if (held[i].is_purpose)
			only(&c, 0, MCD_APP_NOT_JOINED, MCD_NOTE, MCD_POSSIBLE);
		else
			only(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
		case_app_start(&c, app)->takes_ipv4 = case_app_end(&c, app)->takes_ipv4 = false; /* then a group of IPv4 is no purpose of it */
		if (held[i].is_purpose && strchr(held[i].other, '.'))
			only(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
		case_fini(&c);
	}
}

/* Linux asks for a membership of the socket, on whatever interface, and for one of anybody where it comes in. */
static void one_on_another_interface(void)
{
	struct the_case c;
	struct case_app app = begin(&c), other;
	const struct mcd_finding *f;

	case_no_stream(&c, 1);
	hears_all(&c, app, 0);
	case_app_joins(&c, app, 1, GROUP, CASE_BOTH);
	f = only(&c, 0, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_FAULT, MCD_CERTAIN);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "ip -6 route add multicast ff15::ef07:707/128 dev h0 table local"));
	CU_ASSERT_TRUE(f && !*f->remedy[1]);
	other = case_app(&c);
	case_app_joins(&c, other, 0, GROUP, CASE_BOTH);
	CU_ASSERT_EQUAL(said(&c), 0);
	case_app_start(&c, app)->ifindex = case_app_end(&c, app)->ifindex = c.ifaces[1].index; /* but not past the device that it is bound to */
	f = only(&c, 0, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_FAULT, MCD_CERTAIN);
	CU_ASSERT_TRUE(f && strstr(f->remedy[1], "SO_BINDTODEVICE"));
	case_fini(&c);
	case_init(&c); /* in IPv4, its own membership is for its interface alone */
	case_no_stream(&c, 1);
	app = case_app(&c);
	case_app_start(&c, app)->multicast_all = case_app_end(&c, app)->multicast_all = 0;
	case_app_joins(&c, app, 1, "239.7.7.7", CASE_BOTH);
	case_app_joins(&c, case_app(&c), 0, "239.7.7.7", CASE_BOTH);
	only(&c, 0, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_FAULT, MCD_CERTAIN);
	case_fini(&c);
}

static void one_bound_to_unicast(void)
{
	struct the_case c;
	struct case_app app = begin(&c);
	const struct mcd_finding *f;

	bind_to(&c, app, "fd77::10");
	CU_ASSERT_EQUAL(said(&c), 0);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	f = only(&c, 0, MCD_APP_BOUND_TO_UNICAST, MCD_FAULT, MCD_CERTAIN);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "Bind to :: or to ff15::ef07:707"));
	bind_to(&c, app, "10.77.0.10"); /* of IPv4: whatever it is there for */
	CU_ASSERT_EQUAL(said(&c), 0);
	case_fini(&c);
	app = begin(&c);
	bind_to(&c, app, "fd77:1::a");
	case_app_joins(&c, app, 1, GROUP, CASE_BOTH); /* it arrives on both, and is told where it is waited for */
	only(&c, 1, MCD_APP_BOUND_TO_UNICAST, MCD_FAULT, MCD_CERTAIN);
	case_fini(&c);
}

static void one_bound_to_a_device_or_another_port(void)
{
	struct the_case c;
	struct case_app app = begin(&c);

	case_no_stream(&c, 0);
	c.nics[0].role = MCD_ROLE_OBSERVED;
	case_app_joins(&c, app, 1, GROUP, CASE_BOTH);
	CU_ASSERT_EQUAL(said(&c), 0);
	case_app_start(&c, app)->ifindex = case_app_end(&c, app)->ifindex = c.ifaces[0].index;
	only(&c, 1, MCD_APP_BOUND_TO_OTHER_INTERFACE, MCD_FAULT, MCD_CERTAIN);
	case_fini(&c);
	app = begin(&c);
	case_app_start(&c, app)->port = case_app_end(&c, app)->port = 5009;
	CU_ASSERT_EQUAL(said(&c), 0);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	only(&c, SIZE_MAX, MCD_APP_ON_OTHER_PORT, MCD_WARNING, MCD_LIKELY);
	case_fini(&c);
}

static void one_that_overflows(void)
{
	struct the_case c;
	struct case_app app = begin(&c);
	struct mcd_host_counters *now = &c.evidence.after.counters;

	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_app_start(&c, app)->drops = 500;
	case_app_end(&c, app)->drops = 540;
	now->udp_rcvbuf_errors = 40; /* those of IPv4 */
	CU_ASSERT_EQUAL(said(&c), 0);
	now->udp6_rcvbuf_errors = 40;
	only(&c, 0, MCD_APP_SOCKET_OVERFLOW, MCD_WARNING, MCD_CERTAIN);
	now->udp_in_csum_errors = now->udp6_in_csum_errors = 20; /* it takes both */
	CU_ASSERT_EQUAL(said(&c), 0);
	case_app_start(&c, app)->takes_ipv4 = case_app_end(&c, app)->takes_ipv4 = false;
	only(&c, 0, MCD_APP_SOCKET_OVERFLOW, MCD_WARNING, MCD_LIKELY);
	now->udp6_in_csum_errors = UINT64_MAX;
	CU_ASSERT_EQUAL(said(&c), 0);
	case_fini(&c);
}

static void one_that_loses_its_membership(void)
{
	struct the_case c;
	struct case_app app = begin(&c);
	const struct mcd_finding *f;

	case_app_joins(&c, app, 0, GROUP, CASE_START);
	f = only(&c, 0, MCD_APP_MEMBERSHIP_LOST, MCD_FAULT, MCD_CERTAIN);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "/proc/net/igmp6"));
	case_fini(&c);
}

/* A socket of both families that has joined a group of IPv4 is given those of IPv6 on its port, unless it says no. */
static void one_that_is_given_another_group(void)
{
	struct the_case c;
	struct case_app app, other;
	const struct mcd_finding *f;
	struct mcd_stream *s;

	case_init(&c);
	app = case_app(&c);
	other = case_app(&c);
	bind_to(&c, app, "::");
	hears_all(&c, app, 1);
	case_app_start(&c, app)->multicast_all = case_app_end(&c, app)->multicast_all = 0;
	case_app_joins(&c, app, 0, "239.7.7.7", CASE_BOTH);
	bind_to(&c, other, OTHER);
	case_app_joins(&c, other, 0, OTHER, CASE_BOTH);
	s = case_stream(&c, 0, "10.77.0.20", 100);
	s->group = address(OTHER);
	s->source = address("fd77::20");
	s->accepted = false;
	f = only(&c, 0, MCD_FOREIGN_GROUP_DELIVERED, MCD_WARNING, MCD_LIKELY);
	CU_ASSERT_TRUE(f && strstr(f->remedy[0], "IPV6_MULTICAST_ALL"));
	hears_all(&c, app, 0);
	CU_ASSERT_EQUAL(said(&c), 0);
	bind_to(&c, app, "0.0.0.0"); /* one of IPv4 has no part in it */
	hears_all(&c, app, -1);
	case_app_start(&c, app)->multicast_all = case_app_end(&c, app)->multicast_all = 1;
	CU_ASSERT_EQUAL(said(&c), 0);
	case_fini(&c);
}

/* One of both families that has joined a group of IPv6 is given those of IPv4 alike, where it asked for that; one of IPv6 alone is not. */
static void one_that_is_given_a_group_of_ipv4(void)
{
	struct the_case c;
	struct case_app app = begin(&c);
	struct mcd_stream *s;

	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_app_joins(&c, case_app(&c), 0, "239.8.8.8", CASE_BOTH);
	case_app_joins(&c, (struct case_app){ 101 }, 0, GROUP, CASE_BOTH);
	s = case_stream(&c, 0, "10.77.0.20", 100);
	s->group = address("239.8.8.8");
	s->accepted = false;
	CU_ASSERT_EQUAL(said(&c), 0); /* the kernel's default for a socket of IPv6 */
	case_app_start(&c, app)->multicast_all = case_app_end(&c, app)->multicast_all = 1;
	only(&c, 0, MCD_FOREIGN_GROUP_DELIVERED, MCD_WARNING, MCD_LIKELY);
	case_app_start(&c, app)->takes_ipv4 = case_app_end(&c, app)->takes_ipv4 = false;
	CU_ASSERT_EQUAL(said(&c), 0);
	case_fini(&c);
}

const struct unit_test app_ipv6_tests[] = {
	{ "one of IPv6 that is right", one_that_is_right },
	{ "one of IPv6 that has not joined", one_that_has_not_joined },
	{ "one of IPv6 with another purpose", one_with_another_purpose },
	{ "one of IPv6 on another interface", one_on_another_interface },
	{ "one of IPv6 bound to unicast", one_bound_to_unicast },
	{ "one of IPv6 bound to a device, or another port", one_bound_to_a_device_or_another_port },
	{ "one of IPv6 that overflows", one_that_overflows },
	{ "one of IPv6 that loses its membership", one_that_loses_its_membership },
	{ "one of IPv6 that is given another group", one_that_is_given_another_group },
	{ "one of IPv6 that is given a group of IPv4", one_that_is_given_a_group_of_ipv4 },
	{ NULL, NULL },
};
