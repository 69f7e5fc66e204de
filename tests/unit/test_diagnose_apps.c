/* SPDX-License-Identifier: ISC */
/* Why another program gets nothing: each finding beside evidence that is nearly the same and in which nothing may be said. */
#include <config.h>

#include "test_diagnose.h"

#include <stdio.h>
#include <string.h>

#define GROUP "239.7.7.7"
#define OTHER "239.8.8.8"

static const enum mcd_code app_codes[] = { MCD_APP_NOT_JOINED,	     MCD_APP_JOINED_ON_OTHER_INTERFACE,
					   MCD_APP_BOUND_TO_UNICAST, MCD_APP_BOUND_TO_OTHER_INTERFACE,
					   MCD_APP_ON_OTHER_PORT,    MCD_APP_SOCKET_OVERFLOW,
					   MCD_APP_MEMBERSHIP_LOST,  MCD_FOREIGN_GROUP_DELIVERED };

/* Judge, and expect no word of another program. */
static void says_nothing(struct the_case *c, const char *where)
{
	case_judge(c);
	for (size_t i = 0; i < sizeof app_codes / sizeof app_codes[0]; i++)
		for (size_t nic = 0; nic <= 2; nic++) {
			const struct mcd_finding *f = found(c, nic < 2 ? nic : SIZE_MAX, app_codes[i]);

			if (f)
				printf("\n%s: %s: %s\n", where, mcd_catalogue(app_codes[i])->code, f->summary);
			CU_ASSERT_PTR_NULL(f);
		}
	CU_ASSERT_EQUAL(c->diagnosis.verdict, MCD_VERDICT_PASS);
}

/* Judge, and expect just CODE on NIC. */
static const struct mcd_finding *says(struct the_case *c, size_t nic, enum mcd_code code, enum mcd_severity severity, enum mcd_confidence confidence)
{
	const struct mcd_finding *f;

	case_judge(c);
	HAS(c, nic, code);
	for (size_t i = 0; i < sizeof app_codes / sizeof app_codes[0]; i++)
		CU_ASSERT_TRUE(app_codes[i] == code ||
			       (!found(c, 0, app_codes[i]) && !found(c, 1, app_codes[i]) && !found(c, SIZE_MAX, app_codes[i])));
	f = found(c, nic, code);
	if (!f || f->severity != severity || f->confidence != confidence)
		printf("\n%s: %s, %s: %s\n", mcd_catalogue(code)->code, f ? mcd_severity_name(f->severity) : "absent",
		       f ? mcd_confidence_name(f->confidence) : "", f ? f->summary : "");
	CU_ASSERT_TRUE(f && f->severity == severity && f->confidence == confidence);
	CU_ASSERT_TRUE(f && f->because_of == -1 && f->checks == 0);
	return f;
}

/* Neither look could ask it. */
static void unasked(struct the_case *c, struct case_app app)
{
	case_app_start(c, app)->asked = case_app_end(c, app)->asked = false;
	case_app_start(c, app)->multicast_all = case_app_end(c, app)->multicast_all = -1;
}

static void bind_to(struct the_case *c, struct case_app app, const char *text)
{
	case_app_start(c, app)->address = case_app_end(c, app)->address = address(text);
}

static void one_that_is_right_is_not_named(void)
{
	for (int i = 0; i < 6; i++) {
		struct the_case c;
		struct case_app app;

		case_init(&c);
		app = case_app(&c);
		if (i == 1)
			unasked(&c, app);
		if (i == 2)
			bind_to(&c, app, GROUP);
		if (i == 3)
			case_app_start(&c, app)->ifindex = case_app_end(&c, app)->ifindex = c.ifaces[0].index;
		if (i == 4)
			case_app_start(&c, app)->drops = case_app_end(&c, app)->drops = 900; /* of long ago */
		if (i == 5)
			case_app_start(&c, app)->takes_ipv4 = case_app_end(&c, app)->takes_ipv4 = true, bind_to(&c, app, "::");
		case_app_joins(&c, app, 0, GROUP, CASE_BOTH); /* the stream comes on h1 as well, which is no concern of it */
		says_nothing(&c, "right");
		case_fini(&c);
	}
}

static void one_that_has_not_joined(void)
{
	struct the_case c;
	struct case_app app;
	const struct mcd_finding *f;

	case_init(&c);
	app = case_app(&c);
	f = says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	CU_ASSERT_TRUE(f && strstr(f->summary, "app (pid 4711) is bound to 0.0.0.0 port 5000") && strstr(f->remedy[0], "sport = :5000") &&
		       *f->settle_by);
	bind_to(&c, app, GROUP); /* what it is there for is plain */
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_CERTAIN);
	c.request.self_test = true;
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_CERTAIN);
	bind_to(&c, app, "0.0.0.0"); /* whoever is on port 7777 */
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_NOTE, MCD_POSSIBLE);
	case_fini(&c);
}

static void one_that_nobody_may_look_at(void)
{
	struct the_case c;
	struct case_app app;
	const struct mcd_finding *f;

	case_init(&c);
	app = case_app(&c);
	unasked(&c, app);
	case_app_end(&c, app)->pid = 0;
	case_app_end(&c, app)->process[0] = '\0';
	f = says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	CU_ASSERT_TRUE(f && strstr(f->summary, "a program of user 1000 (not visible to us)"));
	bind_to(&c, app, GROUP);
	f = says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	CU_ASSERT_TRUE(f && strstr(f->settle_by, "run as root"));
	case_fini(&c);
}

/* It is there for something else, or may be. */
static void one_with_another_purpose(void)
{
	struct the_case c;
	struct case_app app;
	const struct mcd_finding *f;

	case_init(&c);
	app = case_app(&c);
	case_app_joins(&c, app, 0, OTHER, CASE_BOTH);
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_NOTE, MCD_POSSIBLE);
	unasked(&c, app); /* whoever of the host has joined that */
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_NOTE, MCD_POSSIBLE);
	((struct mcd_host_membership *)mcd_vec_at(&c.evidence.before.memberships, 0))->group = address("ff15::1"); /* no such socket can */
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	case_fini(&c);
	case_init(&c);
	case_app_joins(&c, case_app(&c), 0, OTHER, CASE_BOTH);
	app = case_app(&c); /* beside one that means no group at all */
	case_app_end(&c, app)->pid = 4712;
	f = says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	CU_ASSERT_TRUE(f && strstr(f->summary, "pid 4712"));
	case_fini(&c);
	case_init(&c);
	unasked(&c, case_app(&c));
	case_app_joins(&c, (struct case_app){ 100 }, 0, "224.0.0.251", CASE_BOTH); /* as on every desktop */
	case_app_joins(&c, (struct case_app){ 100 }, 0, "239.255.255.250", CASE_BOTH);
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	case_fini(&c);
}

static void one_that_sends_from_the_port(void)
{
	struct the_case c;
	struct mcd_stream *s;

	case_init(&c);
	case_app(&c);
	s = case_stream(&c, 1, "10.77.1.10", 50);
	s->local_source = true;
	s->source_port = 5000;
	case_rare(s)->packets_out = 50;
	says_nothing(&c, "sender");
	s->source_port = 5001;
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	case_fini(&c);
}

/* While another program is a member, it gets the group; and what no stream shows is a warning. */
static void one_that_lives_on_others(void)
{
	struct the_case c;
	struct case_app app, other;

	case_init(&c);
	app = case_app(&c);
	other = case_app(&c);
	case_app_joins(&c, other, 0, GROUP, CASE_BOTH);
	says_nothing(&c, "another is a member");
	case_app_start(&c, app)->multicast_all = case_app_end(&c, app)->multicast_all = 0;
	says(&c, 0, MCD_APP_NOT_JOINED, MCD_FAULT, MCD_LIKELY);
	case_fini(&c);
	case_init(&c);
	case_app(&c);
	c.request.expect_stream = false;
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	says(&c, SIZE_MAX, MCD_APP_NOT_JOINED, MCD_WARNING, MCD_LIKELY);
	case_app_joins(&c, case_app(&c), 0, GROUP, CASE_BOTH);
	says_nothing(&c, "another waits for the stream");
	case_fini(&c);
}

/* Nothing is said of sockets that cannot take the group, were not there all the time, or are our own kind. */
static void ones_that_are_not_judged(void)
{
	for (int i = 0; i < 8; i++) {
		struct the_case c;
		struct mcd_app_socket *start, *end;
		struct case_app app;

		case_init(&c);
		app = case_app(&c);
		start = case_app_start(&c, app);
		end = case_app_end(&c, app);
		switch (i) {
		case 0:
			start->connected = end->connected = true;
			break;
		case 1:
			start->takes_ipv4 = end->takes_ipv4 = false;
			break;
		case 2:
			start->port = end->port = 5001;
			break;
		case 3:
			bind_to(&c, app, "127.0.0.1");
			break;
		case 4:
			bind_to(&c, app, "239.9.9.9");
			break;
		case 5:
			end->cookie = 999;
			break;
		case 6:
			snprintf(end->process, sizeof end->process, "%s", PACKAGE_NAME);
			break;
		case 7:
			c.evidence.after.apps.known = false;
			break;
		}
		says_nothing(&c, "not judged");
		case_fini(&c);
	}
}

static void one_joined_elsewhere(void)
{
	struct the_case c;
	struct case_app app;
	const struct mcd_finding *f;

	case_init(&c);
	case_no_stream(&c, 0);
	c.nics[0].role = MCD_ROLE_OBSERVED;
	app = case_app(&c);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	f = says(&c, 1, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_FAULT, MCD_CERTAIN);
	CU_ASSERT_TRUE(f && strstr(f->summary, "on h0, but the stream arrives on h1") && strstr(f->remedy[0], "239.7.7.7/32 dev h1"));
	unasked(&c, app);
	says(&c, 1, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_FAULT, MCD_LIKELY);
	case_app_joins(&c, app, 1, GROUP, CASE_START); /* whoever it was, it was given the stream */
	c.ifaces[2].link = c.ifaces[1].index;
	case_app_joins(&c, app, 2, GROUP, CASE_BOTH);
	case_app_joins(&c, app, 1, GROUP, CASE_END);
	says_nothing(&c, "joined on both");
	case_fini(&c);
	case_init(&c); /* it arrives on one that was not asked about too */
	c.nics[0].role = MCD_ROLE_OBSERVED;
	case_app_joins(&c, case_app(&c), 2, GROUP, CASE_BOTH);
	says(&c, 1, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_FAULT, MCD_CERTAIN);
	case_fini(&c);
	case_init(&c); /* on a macvlan above the interface */
	case_no_stream(&c, 0);
	c.nics[0].role = MCD_ROLE_OBSERVED;
	c.ifaces[2].link = c.ifaces[1].index;
	snprintf(c.ifaces[2].kind, sizeof c.ifaces[2].kind, "macvlan");
	case_app_joins(&c, case_app(&c), 2, GROUP, CASE_BOTH);
	says_nothing(&c, "joined above");
	case_fini(&c);
}

/* No stream comes at all: loopback is where none ever will. */
static void one_joined_on_loopback(void)
{
	const struct mcd_finding *f;
	struct case_app app;
	struct the_case c;

	case_init(&c);
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	c.request.expect_stream = false;
	c.ifaces[2].flags |= MCD_IFACE_LOOPBACK;
	app = case_app(&c);
	case_app_joins(&c, app, 2, GROUP, CASE_BOTH);
	f = says(&c, SIZE_MAX, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_WARNING, MCD_LIKELY);
	CU_ASSERT_TRUE(f && strstr(f->summary, "on h2 alone") && *f->settle_by);
	unasked(&c, app);
	says(&c, SIZE_MAX, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_WARNING, MCD_LIKELY);
	case_app_joins(&c, app, 1, GROUP, CASE_BOTH); /* and where something may come yet */
	case_judge(&c);
	LACKS(&c, SIZE_MAX, MCD_APP_JOINED_ON_OTHER_INTERFACE);
	case_fini(&c);
}

/* What we have not left is not another's. */
static void our_own_memberships_are_taken_off(void)
{
	struct the_case c;
	struct case_app app;

	case_init(&c);
	app = case_app(&c);
	bind_to(&c, app, GROUP);
	unasked(&c, app);
	*(struct mcd_host_membership *)mcd_vec_push(&c.evidence.after.memberships) =
		(struct mcd_host_membership){ c.ifaces[0].index, address(GROUP), 1 };
	c.tasks[0][0].leave.done = false;
	case_judge(&c);
	HAS(&c, 0, MCD_APP_NOT_JOINED);
	c.tasks[0][0].leave.done = true; /* so that it is another's */
	case_judge(&c);
	LACKS(&c, 0, MCD_APP_NOT_JOINED);
	case_fini(&c);
}

static void one_bound_to_unicast(void)
{
	struct the_case c;
	struct case_app app;

	case_init(&c);
	app = case_app(&c);
	bind_to(&c, app, "10.77.0.10");
	says_nothing(&c, "unicast");
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	says(&c, 0, MCD_APP_BOUND_TO_UNICAST, MCD_FAULT, MCD_CERTAIN);
	bind_to(&c, app, "127.0.0.1");
	says(&c, 0, MCD_APP_BOUND_TO_UNICAST, MCD_FAULT, MCD_CERTAIN);
	unasked(&c, app);
	says(&c, 0, MCD_APP_BOUND_TO_UNICAST, MCD_FAULT, MCD_LIKELY);
	case_app(&c); /* the membership may be this one's */
	says_nothing(&c, "a taker");
	case_fini(&c);
}

static void one_bound_to_a_device(void)
{
	struct the_case c;
	struct case_app app;

	case_init(&c);
	case_no_stream(&c, 0);
	c.nics[0].role = MCD_ROLE_OBSERVED;
	app = case_app(&c);
	case_app_joins(&c, app, 1, GROUP, CASE_BOTH);
	case_app_start(&c, app)->ifindex = case_app_end(&c, app)->ifindex = c.ifaces[0].index;
	says(&c, 1, MCD_APP_BOUND_TO_OTHER_INTERFACE, MCD_FAULT, MCD_CERTAIN);
	case_app_start(&c, app)->ifindex = case_app_end(&c, app)->ifindex = c.ifaces[2].index;
	snprintf(c.ifaces[2].kind, sizeof c.ifaces[2].kind, "vrf");
	c.ifaces[1].master = c.ifaces[2].index;
	says_nothing(&c, "its VRF");
	case_fini(&c);
}

static void one_that_overflows(void)
{
	struct the_case c;
	struct case_app app;
	struct mcd_host_counters *now = &c.evidence.after.counters;

	case_init(&c);
	app = case_app(&c);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_app_start(&c, app)->drops = 500;
	case_app_end(&c, app)->drops = 540;
	says_nothing(&c, "no full buffer in the host");
	now->udp_rcvbuf_errors = 40;
	says(&c, 0, MCD_APP_SOCKET_OVERFLOW, MCD_WARNING, MCD_CERTAIN);
	unasked(&c, app); /* drops are counted by socket */
	says(&c, 0, MCD_APP_SOCKET_OVERFLOW, MCD_WARNING, MCD_CERTAIN);
	now->udp_in_csum_errors = 10;
	says(&c, 0, MCD_APP_SOCKET_OVERFLOW, MCD_WARNING, MCD_LIKELY);
	now->udp_in_csum_errors = 40;
	says_nothing(&c, "wrong checksums");
	now->udp_in_csum_errors = 0;
	case_app_end(&c, app)->drops = 598;
	says(&c, 0, MCD_APP_SOCKET_OVERFLOW, MCD_FAULT, MCD_CERTAIN);
	case_app_end(&c, app)->drops = UINT64_MAX;
	says_nothing(&c, "drops not known");
	case_fini(&c);
}

static void one_that_loses_its_membership(void)
{
	struct the_case c;
	struct case_app app;

	case_init(&c);
	app = case_app(&c);
	case_app_joins(&c, app, 1, GROUP, CASE_START);
	says(&c, 1, MCD_APP_MEMBERSHIP_LOST, MCD_FAULT, MCD_CERTAIN);
	case_app_joins(&c, app, 1, OTHER, CASE_END);
	says_nothing(&c, "moved to another group");
	unasked(&c, app);
	says(&c, 1, MCD_APP_MEMBERSHIP_LOST, MCD_FAULT, MCD_LIKELY);
	case_app_joins(&c, app, 1, GROUP, CASE_END);
	says_nothing(&c, "kept");
	case_fini(&c);
	case_init(&c); /* it may be that of one which closed its socket */
	app = case_app(&c);
	unasked(&c, app);
	bind_to(&c, app, GROUP);
	case_app_joins(&c, app, 1, GROUP, CASE_START);
	case_app_end(&c, case_app(&c))->cookie = 999;
	case_judge(&c);
	LACKS(&c, 1, MCD_APP_MEMBERSHIP_LOST);
	case_fini(&c);
}

/* Whatever programs do, no check of ours is decided by it: of the second one no more than of the first. */
static void two_of_one_kind(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	case_init(&c);
	c.evidence.has_host = true;
	case_app(&c);
	case_app(&c);
	case_judge(&c);
	f = found(&c, 0, MCD_APP_NOT_JOINED);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(f->checks, 0);
	case_fini(&c);
}

const struct unit_test app_tests[] = {
	{ "one that is right is not named", one_that_is_right_is_not_named },
	{ "one that has not joined", one_that_has_not_joined },
	{ "one that nobody may look at", one_that_nobody_may_look_at },
	{ "one with another purpose", one_with_another_purpose },
	{ "one that sends from the port", one_that_sends_from_the_port },
	{ "one that lives on others", one_that_lives_on_others },
	{ "ones that are not judged", ones_that_are_not_judged },
	{ "one joined elsewhere", one_joined_elsewhere },
	{ "one joined on loopback", one_joined_on_loopback },
	{ "our own memberships are taken off", our_own_memberships_are_taken_off },
	{ "one bound to unicast", one_bound_to_unicast },
	{ "one bound to a device", one_bound_to_a_device },
	{ "one that overflows", one_that_overflows },
	{ "one that loses its membership", one_that_loses_its_membership },
	{ "two of one kind", two_of_one_kind },
	{ NULL, NULL },
};
