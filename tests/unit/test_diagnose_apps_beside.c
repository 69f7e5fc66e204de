/* SPDX-License-Identifier: ISC */
/* Programs at another port, in another group, and who keeps the port: each beside its healthy control. */
#include <config.h>

#include "test_diagnose.h"

#include <errno.h>
#include <string.h>

#define GROUP "239.7.7.7"
#define OTHER "239.8.8.8"

static void set_port(struct the_case *c, struct case_app app, uint16_t port)
{
	case_app_start(c, app)->port = case_app_end(c, app)->port = port;
}

static void unasked(struct the_case *c, struct case_app app)
{
	case_app_start(c, app)->asked = case_app_end(c, app)->asked = false;
}

static void one_at_another_port(void)
{
	struct the_case c;
	struct case_app app;
	const struct mcd_finding *f;

	case_init(&c);
	app = case_app(&c);
	set_port(&c, app, 5009);
	case_judge(&c);
	LACKS(&c, SIZE_MAX, MCD_APP_ON_OTHER_PORT); /* no member */
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_judge(&c);
	HAS(&c, SIZE_MAX, MCD_APP_ON_OTHER_PORT);
	f = found(&c, SIZE_MAX, MCD_APP_ON_OTHER_PORT);
	CU_ASSERT_TRUE(f && f->severity == MCD_WARNING && f->confidence == MCD_LIKELY && strstr(f->summary, "at port 5009"));
	CU_ASSERT_EQUAL(troubles(&c), 1);
	unasked(&c, app); /* it may be anybody's membership */
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_app_start(&c, app)->address = case_app_end(&c, app)->address = address(GROUP);
	case_judge(&c);
	HAS(&c, SIZE_MAX, MCD_APP_ON_OTHER_PORT);
	case_fini(&c);
}

static void one_at_another_port_for_a_reason(void)
{
	struct the_case c;
	struct case_app app;

	case_init(&c);
	app = case_app(&c);
	set_port(&c, app, 5009);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_stream(&c, 1, "10.77.1.20", 3)->port = 5009; /* something comes there */
	case_judge(&c);
	LACKS(&c, SIZE_MAX, MCD_APP_ON_OTHER_PORT);
	case_fini(&c);
	case_init(&c);
	app = case_app(&c);
	set_port(&c, app, 5009);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_app_joins(&c, case_app(&c), 0, GROUP, CASE_BOTH); /* and one is at the port asked for */
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
	case_init(&c);
	app = case_app(&c);
	set_port(&c, app, 5009);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	c.request.expect_stream = false; /* nothing comes to either */
	case_no_stream(&c, 0);
	case_no_stream(&c, 1);
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
}

static void two_groups_on_one_port(void)
{
	struct the_case c;
	struct case_app app, other;
	struct mcd_stream *s;
	const struct mcd_finding *f;

	case_init(&c);
	app = case_app(&c);
	other = case_app(&c);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_app_joins(&c, other, 0, OTHER, CASE_BOTH);
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0); /* nothing of it comes */
	s = case_stream(&c, 0, "10.77.0.20", 100);
	s->group = address(OTHER);
	s->accepted = false;
	case_judge(&c);
	HAS(&c, 0, MCD_FOREIGN_GROUP_DELIVERED);
	f = found(&c, 0, MCD_FOREIGN_GROUP_DELIVERED);
	CU_ASSERT_TRUE(f && f->severity == MCD_WARNING && f->confidence == MCD_LIKELY && strstr(f->summary, "is given 239.8.8.8 as well"));
	CU_ASSERT_EQUAL(troubles(&c), 1);
	s->port = 5001;
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	s->port = 5000;
	case_app_start(&c, app)->multicast_all = case_app_end(&c, app)->multicast_all = 0;
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_app_start(&c, app)->multicast_all = case_app_end(&c, app)->multicast_all = 1;
	unasked(&c, app); /* it may have joined both */
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
}

static void two_groups_that_are_told_apart(void)
{
	struct the_case c;
	struct case_app app;

	case_init(&c);
	app = case_app(&c);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_app_joins(&c, app, 0, OTHER, CASE_BOTH); /* it wants both */
	case_stream(&c, 0, "10.77.0.20", 100)->group = address(OTHER);
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
	case_init(&c);
	app = case_app(&c);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_app_start(&c, app)->address = case_app_end(&c, app)->address = address(GROUP);
	case_app_joins(&c, case_app(&c), 0, OTHER, CASE_BOTH);
	case_stream(&c, 0, "10.77.0.20", 100)->group = address(OTHER);
	case_judge(&c);
	LACKS(&c, 0, MCD_FOREIGN_GROUP_DELIVERED);
	case_fini(&c);
	case_init(&c);
	app = case_app(&c);
	case_app_joins(&c, app, 1, GROUP, CASE_BOTH);
	case_app_start(&c, app)->ifindex = case_app_end(&c, app)->ifindex = c.ifaces[1].index;
	case_app_joins(&c, case_app(&c), 0, OTHER, CASE_BOTH);
	case_stream(&c, 0, "10.77.0.20", 100)->group = address(OTHER);
	case_judge(&c);
	CU_ASSERT_EQUAL(troubles(&c), 0);
	case_fini(&c);
}

/* What the captures are to look for besides. */
static void groups_to_look_for(void)
{
	struct the_case c;
	struct case_app app, other;
	const struct mcd_vec *told = &c.evidence.before.apps.memberships;

	case_init(&c);
	app = case_app(&c);
	other = case_app(&c);
	case_app_joins(&c, app, 0, GROUP, CASE_BOTH);
	case_app_joins(&c, other, 0, OTHER, CASE_BOTH);
	CU_ASSERT_FALSE(mcd_apps_imposes(&c.evidence, mcd_vec_at(told, 0)));
	CU_ASSERT_TRUE(mcd_apps_imposes(&c.evidence, mcd_vec_at(told, 1)));
	c.request.ngroups = 2; /* asked for anyway */
	CU_ASSERT_FALSE(mcd_apps_imposes(&c.evidence, mcd_vec_at(told, 1)));
	c.request.ngroups = 1;
	set_port(&c, other, 5001);
	CU_ASSERT_FALSE(mcd_apps_imposes(&c.evidence, mcd_vec_at(told, 1)));
	set_port(&c, app, 5001); /* which is not the port asked for */
	CU_ASSERT_FALSE(mcd_apps_imposes(&c.evidence, mcd_vec_at(told, 1)));
	case_fini(&c);
}

static void who_keeps_the_port(void)
{
	struct the_case c;
	const struct mcd_finding *f;
	bool named = false;

	case_init(&c);
	case_app(&c);
	c.tasks[0][0].socket.done = false;
	c.tasks[0][0].socket.err.os = EADDRINUSE;
	case_judge(&c);
	f = found(&c, 0, MCD_PORT_IN_USE);
	for (size_t i = 0; f && i < f->clues.count; i++)
		named = named ||
			strstr(((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text, "app (pid 4711) holds a socket on 0.0.0.0 port 5000");
	CU_ASSERT_TRUE(named);
	f = found(&c, 0, MCD_APP_NOT_JOINED); /* hardly a program for multicast, if it does not share the port */
	CU_ASSERT_TRUE(f && f->severity == MCD_WARNING && f->confidence == MCD_POSSIBLE);
	case_fini(&c);
}

const struct unit_test app_beside_tests[] = {
	{ "one at another port", one_at_another_port },
	{ "one at another port for a reason", one_at_another_port_for_a_reason },
	{ "two groups on one port", two_groups_on_one_port },
	{ "two groups that are told apart", two_groups_that_are_told_apart },
	{ "groups to look for", groups_to_look_for },
	{ "who keeps the port", who_keeps_the_port },
	{ NULL, NULL },
};
