/* SPDX-License-Identifier: ISC */
/* The report of a run that only sends. */
#include <config.h>

#include "test_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void add_seen(struct mcd_nic *nic, size_t group, const char *source, uint8_t ttl, uint64_t packets)
{
	struct mcd_probe_seen *seen = scene_push(&nic->probes);

	*seen = (struct mcd_probe_seen){ .ours = true, .out = true, .group = group, .source = scene_addr(source), .packets = packets,
					 .first_ns = scene_at(1000) };
	snprintf(seen->iface, sizeof seen->iface, "%s", nic->iface->name);
	mcd_vec_init(&seen->ttl, sizeof(struct mcd_ttl_count));
	*(struct mcd_ttl_count *)scene_push(&seen->ttl) = (struct mcd_ttl_count){ ttl, packets };
}

/* eth0 as asked; eth1 slower, with errors, another TTL and another source; eth2 was not captured; eth3 has no carrier. */
static void scene_sent(struct scene *s)
{
	struct mcd_send_error *error;
	struct mcd_task *task;

	scene_init(s, 4);
	s->request.send = s->request.send_only = true;
	s->request.join = s->request.expect_stream = false;
	s->request.count = 101;
	s->request.rate = (struct mcd_rate){ .millipackets = 1000000 };
	s->evidence.ended_by = MCD_ENDED_COUNT;
	for (size_t i = 0; i < 4; i++)
		for (unsigned c = 0; c < MCD_CHECKS; c++)
			if (c != MCD_CHECK_SEND && c != MCD_CHECK_TTL)
				scene_check(s, i, (enum mcd_check_id)c, MCD_SKIPPED, "this run only sends");
	for (size_t i = 0; i < 3; i++) {
		task = &s->evidence.nics[i].tasks[0];
		task->sent = 101;
		task->sent_bytes = 101 * 125;
		task->first_sent_ns = scene_at(0);
		task->last_sent_ns = scene_at(i == 1 ? 200000 : 100000);
	}
	add_seen(&s->evidence.nics[0], 0, "10.0.0.1", 64, 101);
	add_seen(&s->evidence.nics[1], 0, "10.0.1.1", 64, 100);
	add_seen(&s->evidence.nics[1], 0, "10.9.9.9", 63, 1);
	error = scene_push(&s->evidence.nics[1].tasks[0].send_errors);
	*error = (struct mcd_send_error){ ENOBUFS, 7, "no room", scene_at(500) };
	s->evidence.nics[2].capture = (struct mcd_nic_capture){ .tried = true };
	s->evidence.nics[3].unusable = MCD_UNUSABLE_NO_CARRIER;
}

static void test_table(void)
{
	static const struct mcd_text_style wide = { .width = 100 }, narrow = { .width = 48 };
	static const char *const lines[] = {
		": sent to 239.1.1.1:5000, 101 packets at 1000 pps, TTL 64;",
		"\n  interface  group           sent  on the wire  TTL     from                 rate      failed\n"
		"  eth0       239.1.1.1:5000  101   101          64      10.0.0.1             1000 pps  0\n"
		"  eth1       239.1.1.1:5000  101   101          63, 64  10.0.1.1 and others  500 pps   7\n"
		"  eth2       239.1.1.1:5000  101   not known    -       -                    1000 pps  0\n"
		"  eth3: not usable, no carrier\n"
		"  The rate asked for was not reached on eth1\n",
	};
	struct scene s;
	char *text;

	scene_sent(&s);
	text = scene_text(&s, &wide);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		CU_ASSERT_PTR_NOT_NULL(strstr(text, lines[i]));
		if (!strstr(text, lines[i]))
			printf("\nlacks:\n%s\n%s", lines[i], text);
	}
	CU_ASSERT_PTR_NULL(strstr(text, "only sends")); /* no check of receiving is spoken of */
	free(text);
	text = scene_text(&s, &narrow);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "eth0: group 239.1.1.1:5000"));
	free(text);
	s.request.rate = (struct mcd_rate){ .bits = 1000000 };
	text = scene_text(&s, &wide);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " at 1 Mbps, TTL 64"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "500 kbps"));
	free(text);
	scene_fini(&s);
}

static void test_json(void)
{
	static const struct scene_value expected[] = {
		{ "request.send_only", "true" },
		{ "request.count", "101" },
		{ "request.rate_pps", "1000" },
		{ "request.rate_bps", "null" },
		{ "ended_by", "\"count\"" },
		{ "interfaces.0.probes.groups", "[{\"address\":\"239.1.1.1\",\"port\":5000,\"sent\":101,\"failed\":0,\"on_wire\":101,\"ttl\":[{\"value\":64,"
						"\"packets\":101}],\"sources\":[\"10.0.0.1\"],\"rate_pps\":1000,\"rate_bps\":1000000}]" },
		{ "interfaces.1.probes.groups.0.ttl", "[{\"value\":63,\"packets\":1},{\"value\":64,\"packets\":100}]" },
		{ "interfaces.1.probes.groups.0.sources", "[\"10.0.1.1\",\"10.9.9.9\"]" },
		{ "interfaces.1.probes.groups.0.rate_pps", "500" },
		{ "interfaces.1.probes.groups.0.failed", "7" },
		{ "interfaces.2.probes.groups.0.on_wire", "null" },
		{ "interfaces.3.probes.groups", "[]" },
	};
	struct scene s;

	scene_sent(&s);
	scene_expect(scene_json(&s, false), expected, sizeof expected / sizeof expected[0]);
	scene_fini(&s);
}

/* One packet has no rate; where the last waited for room, the time until then counts. */
static void test_rate(void)
{
	struct scene s;
	struct mcd_task *task;
	cJSON *tree;
	char *text;

	scene_sent(&s);
	task = &s.evidence.nics[0].tasks[0];
	task->held_up_ns = scene_at(1010000);
	s.evidence.nics[1].tasks[0].sent = 1;
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.0.probes.groups.0.rate_pps", "100"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.1.probes.groups.0.rate_pps", "null"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.1.probes.groups.0.rate_bps", "null"));
	cJSON_Delete(tree);
	free(text);
	scene_fini(&s);
}

static void test_progress(void)
{
	static const struct {
		struct mcd_progress_sending state;
		const char *line;
	} cases[] = {
		{ { 500, 0, 2000, 1000, 3000 }, "\r\033[K500 of 2000 sent, 500.0 packets/s in all, 3.0 s more" },
		{ { 500, 3, 0, 1000, -1 }, "\r\033[K500 sent, 3 failed, 500.0 packets/s in all" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text;
		FILE *out = unit_open();

		mcd_progress_show_sending(out, &cases[i].state, 100);
		text = unit_close(out);
		CU_ASSERT_STRING_EQUAL(text, cases[i].line);
		free(text);
	}
}

const struct unit_test report_sent_tests[] = {
	{ "table", test_table }, { "JSON", test_json }, { "rate", test_rate }, { "progress of sending", test_progress }, { NULL, NULL }
};
