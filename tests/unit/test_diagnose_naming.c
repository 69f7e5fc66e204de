/* SPDX-License-Identifier: ISC */
/* Where programs end up that name no interface, or name it by their host name: a note, until it explains something. */
#include <config.h>

#include "test_diagnose.h"

#include <stdio.h>
#include <string.h>

static const struct mcd_finding *name_finding(const struct the_case *c)
{
	return found(c, SIZE_MAX, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK);
}

static void resolves_to(struct the_case *c, const char *text)
{
	*(struct mcd_addr *)mcd_vec_push(&c->evidence.before.name_addresses) = address(text);
	c->evidence.before.name_lookup = MCD_NAME_RESOLVED;
	snprintf(c->evidence.before.name, sizeof c->evidence.before.name, "box");
}

/* The third interface becomes loopback, observed. */
static struct mcd_nic *add_loopback(struct the_case *c)
{
	c->ifaces[2].flags = MCD_IFACE_UP | MCD_IFACE_LOOPBACK;
	snprintf(c->ifaces[2].name, sizeof c->ifaces[2].name, "lo");
	c->nics[2].role = MCD_ROLE_OBSERVED;
	c->evidence.nnics = 3;
	case_no_stream(c, 2);
	return &c->nics[2];
}

static void hold(struct the_case *c, size_t nic)
{
	struct mcd_host_membership *m = mcd_vec_push(&c->evidence.after.memberships);

	*m = (struct mcd_host_membership){ c->ifaces[nic].index, c->groups[0].address, 1 };
}

static void a_name_on_loopback_is_a_note(void)
{
	struct the_case c;

	case_init(&c);
	resolves_to(&c, "127.0.1.1");
	case_judge(&c);
	CU_ASSERT_TRUE(is_whole(name_finding(&c)));
	CU_ASSERT_EQUAL(name_finding(&c)->severity, MCD_NOTE);
	CU_ASSERT_FALSE(name_finding(&c)->has_group);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	resolves_to(&c, "10.77.0.10"); /* and to a real address: programs may take either, and nothing is known */
	case_judge(&c);
	CU_ASSERT_PTR_NULL(name_finding(&c));
	case_silence(&c.evidence.before.name_addresses);
	c.evidence.before.name_lookup = MCD_NAME_LATE;
	case_judge(&c);
	CU_ASSERT_PTR_NULL(name_finding(&c));
	case_fini(&c);
}

static void a_deaf_program_makes_it_a_fault(void)
{
	struct the_case c;

	case_init(&c);
	add_loopback(&c);
	resolves_to(&c, "127.0.1.1");
	hold(&c, 2);
	case_judge(&c);
	CU_ASSERT_PTR_NOT_NULL_FATAL(name_finding(&c));
	CU_ASSERT_EQUAL(name_finding(&c)->severity, MCD_FAULT);
	CU_ASSERT_EQUAL(name_finding(&c)->confidence, MCD_LIKELY);
	CU_ASSERT_TRUE(name_finding(&c)->has_group && name_finding(&c)->settle_by[0]);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_FAIL);
	case_silence(&c.evidence.before.name_addresses); /* a program on loopback alone may mean it so */
	resolves_to(&c, "10.77.0.10");
	case_judge(&c);
	CU_ASSERT_PTR_NULL(name_finding(&c));
	case_fini(&c);
}

static void it_stays_a_note_where_it_explains_nothing(void)
{
	struct the_case c;

	case_init(&c);
	add_loopback(&c);
	resolves_to(&c, "127.0.1.1");
	hold(&c, 2);
	hold(&c, 1); /* the program hears the group on h1 */
	case_judge(&c);
	CU_ASSERT_EQUAL(name_finding(&c)->severity, MCD_NOTE);
	c.evidence.after.memberships.count = 1;
	c.tasks[0][0].member_before = true; /* one did, on h0 */
	case_judge(&c);
	CU_ASSERT_EQUAL(name_finding(&c)->severity, MCD_NOTE);
	c.tasks[0][0].member_before = false;
	case_no_stream(&c, 0); /* nothing comes that it could miss */
	case_no_stream(&c, 1);
	case_judge(&c);
	CU_ASSERT_EQUAL(name_finding(&c)->severity, MCD_NOTE);
	case_fini(&c);
}

/* Another program hears the group on h1, but the sockets told which is a member of what. */
static void a_socket_tells_that_it_is_deaf(void)
{
	struct case_app deaf, other;
	struct the_case c;

	case_init(&c);
	add_loopback(&c);
	resolves_to(&c, "127.0.1.1");
	deaf = case_app(&c);
	other = case_app(&c);
	case_app_joins(&c, deaf, 2, "239.7.7.7", CASE_BOTH);
	case_app_joins(&c, other, 1, "239.7.7.7", CASE_BOTH);
	case_judge(&c); /* which both get, with IP_MULTICAST_ALL */
	CU_ASSERT_EQUAL(name_finding(&c)->severity, MCD_NOTE);
	case_app_start(&c, deaf)->multicast_all = case_app_end(&c, deaf)->multicast_all = 0;
	case_judge(&c);
	CU_ASSERT_EQUAL(name_finding(&c)->severity, MCD_FAULT);
	CU_ASSERT_TRUE(found(&c, 0, MCD_APP_JOINED_ON_OTHER_INTERFACE)->because_of >= 0);
	case_app_joins(&c, deaf, 0, "239.7.7.7", CASE_BOTH); /* it has joined on h0 as well */
	case_judge(&c);
	CU_ASSERT_EQUAL(name_finding(&c)->severity, MCD_NOTE);
	case_fini(&c);
}

static struct mcd_host_route *route_by(struct the_case *c, unsigned ifindex)
{
	struct mcd_host_route *route;

	mcd_host_ask_route(&c->evidence.before, c->groups[0].address);
	route = mcd_vec_at(&c->evidence.before.routes, 0);
	route->routing = ifindex ? MCD_ROUTING_FOUND : MCD_ROUTING_NONE;
	route->nways = ifindex != 0;
	route->ways[0] = (struct mcd_host_way){ ifindex, address("0.0.0.0") };
	route->prefix_length = 0;
	return route;
}

static void the_default_differs_or_does_not(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	case_init(&c);
	route_by(&c, c.ifaces[1].index);
	case_judge(&c);
	LACKS(&c, SIZE_MAX, MCD_DEFAULT_INTERFACE_DIFFERS);
	route_by(&c, c.ifaces[2].index);
	case_judge(&c);
	f = found(&c, SIZE_MAX, MCD_DEFAULT_INTERFACE_DIFFERS);
	CU_ASSERT_TRUE(is_whole(f) && strstr(f->summary, "leaves by h2 (the default route)") && strstr(f->remedy[1], "ip route add 239.7.7.7/32 dev h0"));
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	LACKS(&c, SIZE_MAX, MCD_NO_MULTICAST_ROUTE);
	case_fini(&c);
}

/* The same of an IPv6 group, with a route that decides there. The name is known by its IPv4 addresses alone. */
static void groups_of_ipv6_too(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	case_init(&c);
	c.groups[0].address = address("ff15::99");
	resolves_to(&c, "127.0.1.1");
	route_by(&c, c.ifaces[1].index);
	case_judge(&c);
	CU_ASSERT_PTR_NULL(name_finding(&c));
	LACKS(&c, SIZE_MAX, MCD_DEFAULT_INTERFACE_DIFFERS);
	route_by(&c, c.ifaces[2].index);
	case_judge(&c);
	f = found(&c, SIZE_MAX, MCD_DEFAULT_INTERFACE_DIFFERS);
	CU_ASSERT_TRUE(is_whole(f) && f->severity == MCD_NOTE && strstr(f->remedy[1], "ip -6 route add multicast ff15::99/128 dev h0 table local"));
	route_by(&c, 0);
	case_judge(&c);
	f = found(&c, SIZE_MAX, MCD_NO_MULTICAST_ROUTE);
	CU_ASSERT_TRUE(is_whole(f) && f->severity == MCD_NOTE && !strstr(f->remedy[0], "224.0.0.0/4") && strstr(f->remedy[0], "ip -6 route"));
	case_fini(&c);
}

/* Which matters to nobody who names the interface, as we do. */
static void no_route_is_a_note(void)
{
	struct the_case c;
	const struct mcd_finding *f;

	case_init(&c);
	route_by(&c, 0);
	case_judge(&c);
	f = found(&c, SIZE_MAX, MCD_NO_MULTICAST_ROUTE);
	CU_ASSERT_TRUE(is_whole(f) && strstr(f->summary, "can neither join nor send 239.7.7.7: it has no route") &&
		       strstr(f->remedy[1], "ip route add 239.7.7.7/32 dev h0"));
	CU_ASSERT_TRUE(f && f->severity == MCD_NOTE);
	CU_ASSERT_EQUAL(c.diagnosis.verdict, MCD_VERDICT_PASS);
	LACKS(&c, SIZE_MAX, MCD_DEFAULT_INTERFACE_DIFFERS);
	route_by(&c, 0)->routing = MCD_ROUTING_REFUSED;
	case_judge(&c);
	f = found(&c, SIZE_MAX, MCD_NO_MULTICAST_ROUTE);
	CU_ASSERT_TRUE(f && strstr(f->summary, "meets a route that says unreachable"));
	route_by(&c, 0)->routing = MCD_ROUTING_UNKNOWN;
	case_judge(&c);
	LACKS(&c, SIZE_MAX, MCD_NO_MULTICAST_ROUTE);
	LACKS(&c, SIZE_MAX, MCD_DEFAULT_INTERFACE_DIFFERS);
	case_fini(&c);
}

/* A program of this host whose stream leaves the third interface, which nobody asked about. */
static void a_local_sender_has_its_reason(void)
{
	struct the_case c;
	const struct mcd_finding *sender;
	struct mcd_stream *s;

	case_init(&c);
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	c.nics[2].role = MCD_ROLE_OBSERVED;
	c.evidence.nnics = 3;
	s = mcd_vec_at(&c.nics[2].streams, 0);
	s->local_source = true;
	case_rare(s)->packets_out = s->packets;
	route_by(&c, c.ifaces[2].index);
	case_judge(&c);
	sender = found(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	CU_ASSERT_TRUE_FATAL(sender && sender->because_of >= 0);
	CU_ASSERT_EQUAL(((struct mcd_finding *)mcd_vec_at(&c.diagnosis.findings, (size_t)sender->because_of))->code, MCD_DEFAULT_INTERFACE_DIFFERS);
	route_by(&c, 99); /* the default is another one still: it is not the reason */
	case_judge(&c);
	sender = found(&c, 0, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	CU_ASSERT_TRUE(sender && sender->because_of < 0);
	case_fini(&c);
}

const struct unit_test naming_tests[] = {
	{ "a name on loopback is a note", a_name_on_loopback_is_a_note },
	{ "a deaf program makes it a fault", a_deaf_program_makes_it_a_fault },
	{ "host name: a socket tells that it is deaf", a_socket_tells_that_it_is_deaf },
	{ "it stays a note where it explains nothing", it_stays_a_note_where_it_explains_nothing },
	{ "the default differs, or does not", the_default_differs_or_does_not },
	{ "groups of IPv6 too", groups_of_ipv6_too },
	{ "no route is a note", no_route_is_a_note },
	{ "a local sender has its reason", a_local_sender_has_its_reason },
	{ NULL, NULL },
};
