/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_report.h"

#include <stdlib.h>

static void test_host(void)
{
	static const struct scene_value expected[] = {
		{ "schema", "\"mcdiag.host.v1\"" },
		{ "session", "\"0123456789abcdef\"" },
		{ "ended", "\"2025-11-24T16:00:02.340000000Z\"" },
		{ "before.igmp_max_msf", "-1" },
		{ "before.mld_max_msf", "64" },
		{ "before.mld_qrv", "-1" },
		{ "before.platform", "\"linux\"" },
		{ "before.memberships_known", "true" },
		{ "after.memberships_known", "false" },
		{ "after.interfaces.0.force_mld_version", "2" },
		{ "before.counters.ip_in_receives", "100" },
		{ "after.counters.ip_in_receives", "105" },
		{ "after.memberships", "[{\"index\":2,\"group\":\"239.1.1.1\",\"users\":1}]" },
		{ "after.sources", "[{\"index\":2,\"group\":\"232.1.1.1\",\"source\":\"10.1.1.1\",\"include\":1,\"exclude\":0}]" },
		{ "after.interfaces.0.rp_filter", "2" },
		{ "after.interfaces.0.mc_forwarding", "-1" },
		{ "after.interfaces.0.disable_ipv6", "0" },
		{ "after.interfaces.0.traffic.rx_packets", "107" },
		{ "after.interfaces.0.traffic.rx_dropped", "null" },
		{ "after.bridges.0.entries.0.index", "3" },
		{ "after.routes.0.destination", "\"239.1.1.1\"" },
		{ "after.reverse_paths.0.route.ways", "[{\"index\":2,\"gateway\":\"10.0.0.254\"}]" },
		{ "drop_reasons.known", "true" },
		{ "drop_reasons.rows.0.index", "2" },
		{ "interfaces.3.name", "\"eth3\"" },
		{ "interfaces.0.addresses.0.address", "\"10.0.0.1\"" },
		{ "interfaces.0.master", "0" },
		{ "rows.0.capture.file", "\"eth0.pcap\"" },
		{ "rows.0.capture.link_type", "1" },
		{ "rows.2.capture.file", "null" },
		{ "rows.2.capture.lacks", "\"right\"" },
		{ "rows.2.unusable", "\"no carrier\"" },
		{ "rows.0.unusable", "null" },
		{ "rows.0.tasks.0.join", "{\"tried\":true,\"done\":true,\"called\":\"2025-11-24T15:59:59.999200000Z\",\"returned\":"
					 "\"2025-11-24T15:59:59.999210000Z\",\"errno\":0,\"error\":\"\"}" },
		{ "rows.0.tasks.0.leave.called", "null" },
		{ "rows.0.tasks.0.ready", "\"2025-11-24T15:59:59.999210000Z\"" },
		{ "rows.0.tasks.0.sent", "3" },
		{ "rows.0.tasks.0.send_errors.0.errno", "105" },
		{ "rows.0.scratch.0.join.tried", "false" },
		{ "rows.0.arrivals.0.delivered", "101" },
		{ "rows.3.role", "\"observed\"" },
		{ "rows.0.second_looks", "[{\"on\":\"2025-11-24T16:00:00.000000000Z\",\"off\":\"2025-11-24T16:00:00.500000000Z\"}]" },
		{ "rows.1.second_looks", "[]" },
	};
	struct scene s;

	scene_full(&s);
	s.evidence.after.memberships_unknown = true;
	s.evidence.nics[0].looks[s.evidence.nics[0].nlooks++] = (struct mcd_look){ INT64_C(1764000000000000000), INT64_C(1764000000500000000) };
	scene_expect(scene_host_json(&s), expected, sizeof expected / sizeof expected[0]);
	scene_fini(&s);
}

/* What the report says was asked is what request.json says. */
static void test_request(void)
{
	struct scene s;
	char *report, *request;
	cJSON *a, *b;

	scene_full(&s);
	s.request.ngroups = 2;
	s.diagnosis.ngroups = 0; /* no rows: the checks of two groups are not in this scene */
	s.evidence.nnics = 0;
	s.request.igmp_version = 2;
	s.request.source_port = 4321;
	s.request.bind_group = true;
	report = scene_json(&s, false);
	request = scene_request_json(&s);
	s.evidence.nnics = 4;
	a = cJSON_Parse(report);
	b = cJSON_Parse(request);
	CU_ASSERT_TRUE(scene_is(b, "schema", "\"mcdiag.request.v1\""));
	CU_ASSERT_TRUE(scene_is(b, "filter_mode", "null"));
	CU_ASSERT_TRUE(scene_is(b, "groups.1.sources", "[\"10.1.1.1\"]"));
	CU_ASSERT_TRUE(scene_is(b, "groups.1.filter_mode", "\"include\""));
	CU_ASSERT_TRUE(scene_is(b, "igmp_version", "2"));
	CU_ASSERT_TRUE(scene_is(b, "source_port", "4321"));
	CU_ASSERT_TRUE(scene_is(b, "bind", "\"group\""));
	cJSON_DeleteItemFromObject(b, "schema");
	cJSON_DeleteItemFromObject(b, "ttl_given"); /* for who reads the folder again: the report need not tell */
	CU_ASSERT_TRUE(cJSON_Compare(scene_get(a, "request"), b, true));
	cJSON_Delete(a);
	cJSON_Delete(b);
	free(report);
	free(request);
	scene_fini(&s);
}

const struct unit_test report_host_tests[] = {
	{ "host.json", test_host },
	{ "request.json", test_request },
	{ NULL, NULL },
};
