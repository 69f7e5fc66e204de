/* SPDX-License-Identifier: ISC */
/* Other programs' sockets in the report. */
#include <config.h>

#include "test_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A player that was asked, on eth1, and lost five datagrams; and a program of which nothing is known, which came later. */
static void add_apps(struct scene *s)
{
	struct mcd_apps *start = &s->evidence.before.apps, *end = &s->evidence.after.apps;
	struct mcd_app_socket player = { .cookie = 9,
					 .address = scene_addr("0.0.0.0"),
					 .port = 5000,
					 .takes_ipv4 = true,
					 .ifindex = 3,
					 .uid = 1000,
					 .drops = 7,
					 .receive_buffer = 212992,
					 .queued = 768,
					 .pid = 812,
					 .process = "play\xff\x1b",
					 .asked = true,
					 .multicast_all = 1,
					 .multicast_all_ipv6 = -1 };

	s->evidence.has_host = true;
	start->known = end->known = true;
	*(struct mcd_app_socket *)scene_push(&start->sockets) = player;
	player.drops = 12;
	*(struct mcd_app_socket *)scene_push(&end->sockets) = player;
	*(struct mcd_app_socket *)scene_push(&end->sockets) = (struct mcd_app_socket){ .cookie = 10,
										       .address = scene_addr("::"),
										       .port = 4000,
										       .takes_ipv4 = true,
										       .uid = 33,
										       .drops = UINT64_MAX,
										       .receive_buffer = UINT64_MAX,
										       .queued = UINT64_MAX,
										       .multicast_all = -1,
										       .multicast_all_ipv6 = 1 };
	*(struct mcd_app_membership *)scene_push(&end->memberships) = (struct mcd_app_membership){ 9, 3, scene_addr("239.1.1.1") };
	*(struct mcd_app_membership *)scene_push(&end->memberships) = (struct mcd_app_membership){ 9, 77, scene_addr("239.1.1.2") };
}

static void test_json(void)
{
	static const struct scene_value expected[] = {
		{ "host.sockets.0",
		  "{\"process\":null,\"pid\":null,\"uid\":33,\"family\":6,\"address\":\"::\",\"port\":4000,\"takes_ipv4\":true,\"connected\":"
		  "false,\"bound_interface\":null,\"memberships\":null,\"multicast_all\":null,\"multicast_all_ipv6\":true,\"receive_buffer_bytes\":null,"
		  "\"queued_bytes\":null,\"dropped\":null}" },
		{ "host.sockets.1.process", "\"play\xef\xbf\xbd\\u001b\"" },
		{ "host.sockets.1.bound_interface", "\"eth1\"" },
		{ "host.sockets.1.memberships", "[{\"interface\":\"eth1\",\"group\":\"239.1.1.1\"},{\"interface\":null,\"group\":\"239.1.1.2\"}]" },
		{ "host.sockets.1.multicast_all", "true" },
		{ "host.sockets.1.multicast_all_ipv6", "null" },
		{ "host.sockets.1.receive_buffer_bytes", "212992" },
		{ "host.sockets.1.queued_bytes", "768" },
		{ "host.sockets.1.dropped", "5" },
	};
	struct scene s;
	char *text;
	cJSON *tree;

	scene_init(&s, 2);
	add_apps(&s);
	scene_expect(scene_json(&s, false), expected, sizeof expected / sizeof expected[0]);
	s.evidence.after.apps.known = false;
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	CU_ASSERT_TRUE(scene_is(tree, "host.sockets", "null"));
	cJSON_Delete(tree);
	free(text);
	scene_fini(&s);
}

static void test_text(void)
{
	static const char section[] = "Other programs of this host on the port or in the group:\n"
				      "  play?? (pid 812): 0.0.0.0:5000 on eth1 alone, joined 239.1.1.1 on eth1, 239.1.1.2 on an interface\n"
				      "    that is gone, 5 datagrams dropped\n"
				      "  a program of user 33: [::]:4000, what it has joined is not known\n";
	struct scene s;
	char *text;

	scene_init(&s, 2);
	text = scene_text(&s, &(struct mcd_text_style){ .width = 100 });
	CU_ASSERT_PTR_NULL(strstr(text, "Other programs"));
	free(text);
	add_apps(&s);
	text = scene_text(&s, &(struct mcd_text_style){ .width = 100 });
	CU_ASSERT_PTR_NOT_NULL(strstr(text, section));
	if (!strstr(text, section))
		printf("%s", text);
	free(text);
	scene_fini(&s);
}

const struct unit_test report_app_tests[] = {
	{ "JSON", test_json },
	{ "text", test_text },
	{ NULL, NULL },
};
