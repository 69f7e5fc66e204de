/* SPDX-License-Identifier: ISC */
/* What a host that was named answered by unicast, in the report. */
#include <config.h>

#include "test_report.h"

#include <stdlib.h>
#include <string.h>

/* eth0 was answered, eth1 was not, eth2 in part, eth3 not asked; eth4 is only observed. */
static void scene_controls(struct scene *s)
{
	const struct mcd_control controls[] = {
		{ .wanted = true, .has_address = true, .sent = 5, .received = 5, .least_ns = 123456, .total_ns = 1000000 },
		{ .wanted = true, .has_address = true, .sent = 5 },
		{ .wanted = true, .has_address = true, .sent = 4, .received = 1, .pending = 2, .least_ns = 2000000, .total_ns = 2000000, .error = "no buffer" },
		{ .wanted = true, .error = "it has no address" },
	};

	scene_init(s, 5);
	s->request.peer = (char *)"gw.example";
	for (size_t i = 0; i < 4; i++) {
		s->evidence.nics[i].control = controls[i];
		s->evidence.nics[i].control.address = scene_addr("10.0.0.5");
	}
	s->evidence.nics[4].role = MCD_ROLE_OBSERVED;
}

static void test_text(void)
{
	static const struct mcd_text_style wide = { .width = 140 };
	static const char *const lines[] = {
		"\n  unicast on eth0: gw.example (10.0.0.5) answers 5 of 5 echo requests, 0.12 ms at least, 0.20 ms in the mean\n"
		"  unicast on eth1: gw.example (10.0.0.5) answers none of 5 echo requests\n"
		"  unicast on eth2: gw.example (10.0.0.5) answers 1 of 4 echo requests, 2.00 ms at least, 2.00 ms in the mean; the run ended before an answer\n"
		"    to 2 of them was due; no buffer\n"
		"  unicast on eth3: gw.example was not asked: it has no address\n",
	};
	struct scene s;
	char *text;

	scene_controls(&s);
	text = scene_text(&s, &wide);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(text, lines[i]));
		if (!strstr(text, lines[i]))
			printf("\nlacks:\n%s\n%s", lines[i], text);
	}
	CU_ASSERT_PTR_NULL(strstr(text, "unicast on eth4"));
	free(text);
	s.request.peer = (char *)"10.0.0.5";
	text = scene_text(&s, &wide);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "unicast on eth1: 10.0.0.5 answers none of 5")); /* once is enough */
	free(text);
	scene_fini(&s);
	scene_init(&s, 1);
	text = scene_text(&s, &wide);
	CU_ASSERT_PTR_NULL(strstr(text, "unicast"));
	free(text);
	scene_fini(&s);
}

static void test_json(void)
{
	static const char *const rows[][2] = {
		{ "interfaces.0.control", "{\"peer\":\"gw.example\",\"address\":\"10.0.0.5\",\"sent\":5,\"received\":5,\"pending\":0,\"rtt_ms\":0.2,"
					  "\"rtt_least_ms\":0.123,\"error\":null}" },
		{ "interfaces.1.control.rtt_ms", "null" },
		{ "interfaces.1.control.received", "0" },
		{ "interfaces.2.control.pending", "2" },
		{ "interfaces.2.control.error", "\"no buffer\"" },
		{ "interfaces.3.control.address", "null" },
		{ "interfaces.3.control.error", "\"it has no address\"" },
		{ "interfaces.4.control", "null" },
		{ "request.peer", "\"gw.example\"" },
	};
	struct scene s;
	cJSON *tree;
	char *text;

	scene_controls(&s);
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CU_ASSERT_TRUE(scene_is(tree, rows[i][0], rows[i][1]));
	cJSON_Delete(tree);
	free(text);
	scene_fini(&s);
}

const struct unit_test report_control_tests[] = {
	{ "as text", test_text },
	{ "as JSON", test_json },
	{ NULL, NULL },
};
