/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_report.h"

#include "os.h"
#include "report/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static cJSON *parse_full(void)
{
	struct scene s;
	cJSON *tree;
	char *text;

	scene_full(&s);
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	CU_ASSERT_PTR_NOT_NULL(tree);
	free(text);
	scene_fini(&s);
	return tree;
}

/* The keys of the object at PATH, in their order, are KEYS (separated by spaces), and perhaps others after or between them. */
static bool has_keys(const cJSON *tree, const char *path, const char *keys)
{
	const cJSON *object = scene_get(tree, path);
	char key[64];

	while (*keys) {
		size_t length = strcspn(keys, " ");

		snprintf(key, sizeof key, "%.*s", (int)length, keys);
		if (!cJSON_IsObject(object) || !cJSON_HasObjectItem(object, key)) {
			fprintf(stderr, "%s has no %s\n", path, key);
			return false;
		}
		keys += length + (keys[length] == ' ');
	}
	return true;
}

/* Every key of the contract's section 3. */
static void test_keys(void)
{
	static const char igmp[] = "queries_v1 queries_v2 queries_v3 reports_v1 reports_v2 reports_v3 leaves other malformed bad_checksum tunnelled";
	static const struct {
		const char *path, *keys;
	} objects[] = {
		{ "", "schema tool mode started elapsed_ms ended_by host request interfaces peers matrix findings findings_omitted verdict" },
		{ "tool", "name version libpcap" },
		{ "host", "name os kernel network_namespace" },
		{ "request", "groups filter_mode ttl duration_ms duration_given interfaces scratch_group" },
		{ "request.groups.0", "address port sources family" },
		{ "interfaces.0",
		  "name index role usable unusable_reason mac mtu flags addresses link_type lower upper capture checks groups igmp mld other_igmp "
		  "reports reports_omitted queriers members probes streams streams_omitted" },
		{ "interfaces.0.addresses.0", "address prefix_length" },
		{ "interfaces.0.capture", "packets multicast dropped truncated malformed contents tunnels file ended" },
		{ "interfaces.0.capture.contents", "unknown_link_type cut malformed encrypted not_ip ipv4 ipv6" },
		{ "interfaces.0.capture.tunnels", "ip gre erspan vxlan geneve pim" },
		{ "interfaces.0.checks", "join source_filter querier send ttl stream delivery leave" },
		{ "interfaces.0.checks.join", "status reason findings" },
		{ "interfaces.0.groups.0", "address port sources checks" },
		{ "interfaces.0.groups.0.checks", "join source_filter querier send ttl stream delivery leave" },
		{ "interfaces.0.igmp", igmp },
		{ "interfaces.0.mld", "queries_v1 queries_v2 reports_v1 reports_v2 dones other malformed bad_checksum tunnelled" },
		{ "interfaces.0.reports.0", "time_ms packet direction family version type source destination vlan group record sources ttl "
					    "router_alert checksum_ok" },
		{ "interfaces.0.queriers.0",
		  "address mac family version vlan queries max_response_ms interval_s interval_measured_s robustness elected" },
		{ "interfaces.0.members.0", "group host family vlan inner_vlan version filter_mode sources since_ms last_ms" },
		{ "interfaces.0.probes", "sent on_wire ttl first_on_wire_ms carried_by errors groups" },
		{ "interfaces.0.probes.ttl.0", "value packets" },
		{ "interfaces.0.streams.0", "source group port source_port family vlan packets frames incomplete bytes delivered ttl dscp first_ms "
					    "last_ms rate_pps rate_bps peak_100ms_packets lost reordered duplicated jitter_ms payload "
					    "bad_checksum fragments destination_macs inner_vlan largest_burst_packets rtp mpeg_ts checksums "
					    "ip_id_missing wrong_mac_frames" },
		{ "interfaces.0.streams.0.checksums", "ok bad none unverified" },
		{ "peers.0", "host session interface probes_received lost before_first hops jitter_ms" },
		{ "findings.0", "code severity interface group because_of confidence summary evidence remedy settle_by" },
		{ "findings.0.evidence.0", "interface packet time_ms text" },
	};
	cJSON *tree = parse_full();

	for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
		CU_ASSERT_TRUE(has_keys(tree, objects[i].path, objects[i].keys));
	cJSON_Delete(tree);
}

static void test_frame(void)
{
	static const struct scene_value expected[] = {
		{ "schema", "\"mcdiag.report.v1\"" },
		{ "mode", "\"diagnose\"" },
		{ "tool.libpcap", "\"libpcap version 1.10.3\"" },
		{ "started", "\"2025-11-24T16:00:00.000000000Z\"" },
		{ "elapsed_ms", "2340" },
		{ "ended_by", "\"settled\"" },
		{ "verdict", "\"fail\"" },
		{ "matrix", "[]" },
		{ "host.name", "\"host\xef\xbf\xbd\"" },
		{ "host.os", "null" },
		{ "host.igmp_max_memberships", "20" },
		{ "host.igmp_max_msf", "null" },
		{ "host.mld_max_msf", "64" },
		{ "host.mld_qrv", "null" },
		{ "host.counters.ip_in_receives", "5" },
		{ "host.counters.ip_in_delivers", "0" },
		{ "host.counters.ip6_in_receives", "6" },
		{ "host.first_network_namespace", "null" },
		{ "host.container", "null" },
		{ "host.optmem_max", "null" },
		{ "host.bridges.0.interface", "\"eth0\"" },
		{ "host.bridges.0.mcast_snooping", "1" },
		{ "host.bridges.0.mcast_igmp_version", "null" },
		{ "host.bridges.0.mcast_mld_version", "1" },
		{ "host.bridges.0.entries", "[{\"interface\":\"eth1\",\"group\":\"239.1.1.1\",\"source\":\"10.1.1.1\",\"permanent\":false}]" },
		{ "host.name_lookup", "\"resolved\"" },
		{ "host.name_addresses", "[\"127.0.1.1\"]" },
		{ "host.routes", "[{\"destination\":\"239.1.1.1\",\"routing\":null,\"prefix_length\":null,\"ways\":[],\"ways_omitted\":0}]" },
		{ "host.reverse_paths.0.interface", "\"eth0\"" },
		{ "host.reverse_paths.0.accepted", "true" },
		{ "host.reverse_paths.0.route.ways", "[{\"interface\":\"eth0\",\"gateway\":\"10.0.0.254\"}]" },
		{ "host.counters.ip_reverse_path_filter", "null" },
		{ "host.drop_reasons.why_not", "null" },
		{ "host.firewall", "{\"known\":true,\"why_not\":null,\"legacy\":false,\"legacy_ipv6\":true,\"rules\":0,\"chains\":[{\"family\":\"ip\",\"table\":\"filter\","
				   "\"name\":\"INPUT\",\"hook\":\"input\",\"policy\":\"drop\"}]}" },
		{ "host.drop_reasons.rows", "[{\"interface\":\"eth0\",\"source\":\"10.0.0.9\",\"group\":\"239.1.1.1\",\"port\":5000,\"protocol\":17,"
					   "\"reason\":\"NETFILTER_DROP\",\"packets\":12}]" },
		{ "request.groups", "[{\"address\":\"239.1.1.1\",\"port\":5000,\"sources\":[],\"filter_mode\":\"exclude\",\"family\":4,\"zone\":null}]" },
		{ "request.filter_mode", "\"exclude\"" },
		{ "request.igmp_version", "\"auto\"" },
		{ "request.bind", "\"any\"" },
		{ "request.scratch_group", "\"233.252.0.77\"" },
		{ "request.scratch_groups", "[\"233.252.0.77\"]" },
		{ "request.interfaces", "[\"all\"]" },
		{ "request.message", "\"hello\"" },
		{ "peers",
		  "[{\"host\":\"evil\\u001b[2Jpeer\xef\xbf\xbd\xef\xbf\xbd\",\"session\":\"000000000000feed\",\"interface\":\"eth0\",\"from_interface\":"
		  "\"eth9\",\"source\":\"10.0.0.7\",\"group\":\"239.1.1.1\",\"probes_received\":3,\"lost\":3,\"before_first\":0,\"hops\":3,\"jitter_ms\":null}]" },
	};
	cJSON *tree = parse_full();

	scene_expect_in(tree, expected, sizeof expected / sizeof expected[0]);
	cJSON_Delete(tree);
}

static void test_interface(void)
{
	static const struct scene_value expected[] = {
		{ "interfaces.0.flags", "[\"up\",\"carrier\",\"multicast\",\"broadcast\"]" },
		{ "interfaces.0.addresses", "[{\"address\":\"10.0.0.1\",\"prefix_length\":24}]" },
		{ "interfaces.0.capture.file", "null" },
		{ "interfaces.0.capture.ended", "\"complete\"" },
		{ "interfaces.0.link_type", "1" },
		{ "interfaces.0.kernel", "{\"igmp_version\":3,\"force_igmp_version\":0,\"force_mld_version\":2,\"rp_filter\":2,\"accept_local\":0,\"mc_forwarding\":null,\"disable_ipv6\":0,\"metric\":0,\"network\":null,\"firewall\":0,\"traffic\":"
					 "{\"rx_packets\":7,\"rx_errors\":0,\"rx_dropped\":null,\"rx_missed\":0,\"rx_nohandler\":0,\"multicast\":0,"
					 "\"tx_packets\":0,\"tx_errors\":0,\"tx_dropped\":0}}" },
		{ "interfaces.1.kernel", "null" },
		{ "interfaces.0.igmp.queries_v3", "3" },
		{ "interfaces.0.igmp.queries_v1", "0" },
		{ "interfaces.0.mld.other", "null" },
		{ "interfaces.2.usable", "false" },
		{ "interfaces.2.unusable_reason", "\"no carrier\"" },
		{ "interfaces.2.flags", "[\"up\",\"multicast\",\"broadcast\"]" },
		{ "interfaces.2.capture.packets", "null" },
		{ "interfaces.2.igmp.leaves", "null" },
		{ "interfaces.2.capture.error", "\"Operation not permitted\"" },
		{ "interfaces.3.role", "\"observed\"" },
		{ "interfaces.3.streams.0.delivered", "null" },
		{ "interfaces.0.checks.join", "{\"status\":\"pass\",\"reason\":\"seen in packet 3\",\"findings\":[]}" },
		{ "interfaces.1.checks.stream", "{\"status\":\"fail\",\"reason\":\"no packet in 2.3 s\",\"findings\":[1]}" },
		{ "interfaces.1.groups.0.checks.querier.findings", "[0]" },
		{ "interfaces.0.probes",
		  "{\"sent\":3,\"on_wire\":3,\"ttl\":[{\"value\":64,\"packets\":3}],\"first_on_wire_ms\":30,\"carried_by\":[],\"errors\":"
		  "[{\"group\":\"239.1.1.1\",\"errno\":105,\"count\":2,\"text\":\"cannot send: No buffer space available\"}],\"groups\":"
		  "[{\"address\":\"239.1.1.1\",\"port\":5000,\"sent\":3,\"failed\":2,\"on_wire\":0,\"ttl\":[],\"sources\":[],\"rate_pps\":null,\"rate_bps\":null}]}" },
	};
	cJSON *tree = parse_full();

	scene_expect_in(tree, expected, sizeof expected / sizeof expected[0]);
	cJSON_Delete(tree);
}

static void test_wire(void)
{
	static const struct scene_value expected[] = {
		{ "interfaces.0.reports.0",
		  "{\"time_ms\":1.5,\"packet\":1,\"direction\":\"in\",\"family\":4,\"version\":2,\"type\":\"leave\",\"source\":\"10.0.0.9\","
		  "\"destination\":\"224.0.0.2\",\"vlan\":1,\"inner_vlan\":null,\"group\":\"239.9.9.9\",\"record\":null,\"sources\":[],\"ttl\":1,"
		  "\"router_alert\":false,\"checksum_ok\":true}" },
		{ "interfaces.0.reports.1.record", "\"to_ex\"" },
		{ "interfaces.0.reports.1.time_ms", "11.802" },
		{ "interfaces.0.reports.1.vlan", "null" },
		{ "interfaces.0.reports_omitted", "0" },
		{ "interfaces.0.queriers.0.address", "\"0.0.0.0\"" },
		{ "interfaces.0.queriers.0.interval_s", "null" },
		{ "interfaces.0.queriers.0.interval_measured_s", "null" },
		{ "interfaces.0.queriers.1.interval_measured_s", "1" },
		{ "interfaces.0.members.0.group", "\"232.1.1.1\"" },
		{ "interfaces.0.members.0.sources", "[\"10.1.1.1\"]" },
		{ "interfaces.0.members.1.host", "\"10.0.0.1\"" },
		{ "interfaces.0.members.2", NULL },
		{ "interfaces.0.streams.0.port", "4000" },
		{ "interfaces.0.streams.0.delivered", "null" },
		{ "interfaces.0.streams.0.rate_pps", "null" },
		{ "interfaces.0.streams.1.source", "\"10.0.0.7\"" },
		{ "interfaces.0.streams.1.lost", "3" },
		{ "interfaces.0.streams.1.reordered", "1" },
		{ "interfaces.0.streams.1.duplicated", "1" },
		{ "interfaces.0.streams.1.payload", "\"mcdiag\"" },
		{ "interfaces.0.streams.2.source", "\"10.1.1.1\"" },
		{ "interfaces.0.streams.2.delivered", "101" },
		{ "interfaces.0.streams.2.lost", "null" },
		{ "interfaces.0.streams.2.rate_pps", "100" },
		{ "interfaces.0.streams.2.rate_bps", "80000" },
		{ "interfaces.0.streams.2.ttl", "[8,255]" },
		{ "interfaces.0.streams.2.destination_macs", "[\"01:00:5e:01:01:01\"]" },
		{ "interfaces.0.streams.3", NULL },
	};
	cJSON *tree = parse_full();

	scene_expect_in(tree, expected, sizeof expected / sizeof expected[0]);
	cJSON_Delete(tree);
}

static void test_findings(void)
{
	static const struct scene_value expected[] = {
		{ "findings.0",
		  "{\"code\":\"no-querier\",\"severity\":\"warning\",\"interface\":\"eth1\",\"group\":null,\"because_of\":null,"
		  "\"confidence\":\"likely\",\"summary\":\"No querier answered our leave.\",\"evidence\":[{\"interface\":\"eth1\",\"packet\":12,"
		  "\"time_ms\":11.802,\"text\":\"the report left\"}],\"remedy\":[\"look upstream\"],\"settle_by\":\"listen for 260 s\"}" },
		{ "findings.1.because_of", "0" },
		{ "findings.1.group", "\"239.1.1.1\"" },
		{ "findings.1.settle_by", "null" },
		{ "findings.2.severity", "\"note\"" },
	};
	cJSON *tree = parse_full();

	scene_expect_in(tree, expected, sizeof expected / sizeof expected[0]);
	cJSON_Delete(tree);
}

/* A finding of the whole host explains what went wrong, and has neither packet nor time. */
static void test_host_finding(void)
{
	struct scene s;
	cJSON *tree;
	char *text;

	scene_full(&s);
	scene_finding(&s, MCD_CAPTURE_DENIED, MCD_NOTE, SIZE_MAX, -1, "Captures are denied.")->checks = 1u << MCD_CHECK_JOIN;
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	CU_ASSERT_TRUE(scene_is(tree, "findings.3.interface", "null"));
	CU_ASSERT_TRUE(scene_is(tree, "findings.3.evidence.0", "{\"interface\":null,\"packet\":null,\"time_ms\":null,\"text\":\"the report left\"}"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.0.checks.join.findings", "[]"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.1.checks.join.findings", "[3]"));
	cJSON_Delete(tree);
	free(text);
	scene_fini(&s);
}

static void test_bounds(void)
{
	struct scene s;
	cJSON *tree;
	char *text;

	scene_full(&s);
	s.request.max_rows = 1;
	s.input.saved_in = "/somewhere";
	snprintf(s.evidence.ifaces.at[3].name, MCD_IFACE_NAME, ".a b%%/\xc3\xa9");
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	CU_ASSERT_EQUAL(cJSON_GetArraySize(scene_get(tree, "interfaces.0.reports")), 1);
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.0.reports_omitted", "1"));
	CU_ASSERT_EQUAL(cJSON_GetArraySize(scene_get(tree, "interfaces.0.streams")), 1);
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.0.streams_omitted", "2"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.0.capture.file", "\"eth0.pcap\""));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.3.capture.file", "\"%2Ea%20b%25%2F%C3%A9.pcap\""));
	cJSON_Delete(tree);
	free(text);
	scene_fini(&s);
}

/* A VLAN on eth0: each names the other, and its probes are carried by it. */
static void test_stack(void)
{
	struct mcd_probe_seen *seen;
	struct scene s;
	cJSON *tree;
	char *text;

	scene_init(&s, 3);
	snprintf(s.evidence.ifaces.at[2].name, MCD_IFACE_NAME, "eth0.7");
	snprintf(s.evidence.ifaces.at[2].kind, sizeof s.evidence.ifaces.at[2].kind, "vlan");
	s.evidence.ifaces.at[2].link = s.evidence.ifaces.at[0].index;
	for (size_t i = 0; i < 2; i++) { /* on eth1 too, which is not below it */
		seen = mcd_vec_push(&s.evidence.nics[i].probes);
		seen->ours = seen->out = true;
		seen->packets = 1;
		snprintf(seen->iface, sizeof seen->iface, "eth0.7");
		mcd_vec_init(&seen->ttl, sizeof(struct mcd_ttl_count));
	}
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.0.upper", "[\"eth0.7\"]"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.2.lower", "[\"eth0\"]"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.1.lower", "[]"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.2.probes.carried_by", "[\"eth0\"]"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.0.probes.on_wire", "0"));
	cJSON_Delete(tree);
	free(text);
	scene_fini(&s);
}

/* Ten million packets in one nanosecond: no rate, rather than a wrong one. */
static void test_impossible_rate(void)
{
	struct mcd_stream *st;
	struct scene s;
	cJSON *tree;
	char *text;

	scene_full(&s);
	st = mcd_vec_at(&s.evidence.nics[3].streams, 0);
	st->packets = 10000000;
	st->last_ns = st->first_ns + 1;
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.3.streams.0.rate_pps", "null"));
	CU_ASSERT_TRUE(scene_is(tree, "interfaces.3.streams.0.rate_bps", "null"));
	cJSON_Delete(tree);
	free(text);
	scene_fini(&s);
}

static void test_form(void)
{
	struct scene s;
	char *line, *pretty;
	cJSON *a, *b;

	scene_full(&s);
	line = scene_json(&s, false);
	pretty = scene_json(&s, true);
	CU_ASSERT_PTR_EQUAL(strchr(line, '\n'), line + strlen(line) - 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(pretty, "\n\t\"tool\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(line, "\"elapsed_ms\":2340.000,"));
	a = cJSON_Parse(line);
	b = cJSON_Parse(pretty);
	CU_ASSERT_TRUE(cJSON_Compare(a, b, true));
	cJSON_Delete(a);
	cJSON_Delete(b);
	free(line);
	free(pretty);
	scene_fini(&s);
}

static void test_full_disk(void)
{
	struct mcd_err err = { 0, "" };
	struct mcd_text_style style = { .width = 100 };
	struct scene s;
	int why;
	FILE *full = os_full(&why);

	scene_full(&s);
	CU_ASSERT_PTR_NOT_NULL_FATAL(full);
	CU_ASSERT_FALSE(mcd_report_json(full, &s.input, false, &err));
	CU_ASSERT_EQUAL(err.os, why);
	fclose(full);
	full = os_full(&why);
	err = (struct mcd_err){ 0, "" };
	CU_ASSERT_FALSE(mcd_report_text(full, &s.input, &style, &err));
	CU_ASSERT_TRUE(err.os == why || err.os == EIO); /* what a C library has given up to write does not fail again */
	CU_ASSERT_STRING_NOT_EQUAL(err.text, "");
	fclose(full);
	scene_fini(&s);
}

static void test_numbers(void)
{
	char time[MCD_TIME_TEXT], fixed[MCD_FIXED_TEXT];

	CU_ASSERT_STRING_EQUAL(mcd_time_format(INT64_C(951782400) * 1000000000, time), "2000-02-29T00:00:00.000000000Z");
	CU_ASSERT_STRING_EQUAL(mcd_time_format(INT64_C(1735689599) * 1000000000 + 999999999, time), "2024-12-31T23:59:59.999999999Z");
	CU_ASSERT_STRING_EQUAL(mcd_time_format(-1, time), "1969-12-31T23:59:59.999999999Z");
	CU_ASSERT_STRING_EQUAL(mcd_fixed_format(-1, fixed), "-0.001");
	CU_ASSERT_STRING_EQUAL(mcd_fixed_format(INT64_MIN, fixed), "-9223372036854775.808");
	CU_ASSERT_EQUAL(mcd_ns_to_us(1499), 1);
	CU_ASSERT_EQUAL(mcd_ns_to_us(1500), 2);
	CU_ASSERT_EQUAL(mcd_ns_to_us(-1500), -2);
}

const struct unit_test report_json_tests[] = {
	{ "every key of the contract", test_keys },
	{ "frame, host, request, peers", test_frame },
	{ "interface rows", test_interface },
	{ "reports, queriers, members, streams", test_wire },
	{ "findings", test_findings },
	{ "finding of the whole host", test_host_finding },
	{ "bounds and file names", test_bounds },
	{ "stacked devices", test_stack },
	{ "impossible rates", test_impossible_rate },
	{ "indented or one line", test_form },
	{ "full disk", test_full_disk },
	{ "times and numbers", test_numbers },
	{ NULL, NULL },
};
