/* SPDX-License-Identifier: ISC */
/* A capture as it is reported: what it holds, for people and as JSON. */
#include <config.h>

#include "test_report.h"

#include <stdlib.h>
#include <string.h>

static struct mcd_stream *add_stream(struct mcd_nic *nic, const char *source, const char *group, uint16_t port, uint64_t packets)
{
	struct mcd_stream *s = scene_push(&nic->streams);

	*s = (struct mcd_stream){ .source = scene_addr(source),
				  .group = scene_addr(group),
				  .port = port,
				  .source_port = 40000,
				  .packets = packets,
				  .bytes = packets * 100,
				  .ttl = { 1u << 8 },
				  .dscp = UINT64_C(1) << 46,
				  .first_ns = scene_at(20000),
				  .last_ns = scene_at(1020000),
				  .peak_100ms = 13,
				  .largest_burst = 3,
				  .macs = { { 1, 0, 0x5e, 1, 1, 1 } },
				  .nmacs = 1 };
	return s;
}

/* 1000 packets of RTP with two sources, 12 lost, 2 late, 1 again. */
static void add_rtp(struct mcd_nic *nic)
{
	struct mcd_stream *s = add_stream(nic, "10.1.1.1", "239.1.1.1", 5004, 1000);

	s->vlan = 20;
	s->inner_vlan = 7;
	s->ids_in_step = 980;
	s->ids_missing = 13;
	s->rare = scene_zeroed(1, sizeof *s->rare);
	s->rare->bad_checksum = 1;
	s->no_checksum = 2;
	s->rare->unverified_checksum = 3;
	s->rare->wrong_mac = 4;
	s->rtp = scene_zeroed(1, sizeof *s->rtp);
	s->rtp->packets = 1000;
	s->rtp->payload_types[0] = 1u << 8;
	s->rtp->payload_types[1] = UINT64_C(1) << (96 - 64);
	s->rtp->source = (struct mcd_rtp_source){ .lowest = 65536,
						  .highest = 65536 + 910,
						  .unique = 899,
						  .advances = 890,
						  .ssrc = 0xfeedface,
						  .clock_hz = 90000,
						  .jitter_16 = 16 * 250000 };
	s->rtp->source.disorder = scene_zeroed(1, sizeof *s->rtp->source.disorder);
	*s->rtp->source.disorder = (struct mcd_rtp_disorder){ .reordered = 2, .duplicated = 1, .largest_gap = 9, .gaps = 4 };
	s->rtp->others = scene_zeroed(MCD_SSRCS - 1, sizeof *s->rtp->others);
	s->rtp->others[0] = (struct mcd_rtp_source){ .lowest = 65536, .highest = 65635, .unique = 100, .advances = 99, .ssrc = 7 };
	s->rtp->nothers = 1;
}

/* 300 datagrams of MPEG-TS to an IPv6 group; CUT: by the snap length. */
static void add_ts(struct mcd_nic *nic, bool cut)
{
	struct mcd_stream *s = add_stream(nic, "2001:db8::1", "ff3e::8000:1", 5006, 300);

	s->ts = scene_zeroed(1, sizeof *s->ts);
	s->ts->pids = scene_zeroed(2, sizeof *s->ts->pids);
	s->ts->pids[0] = (struct mcd_ts_pid){ .pid = 256, .packets = 2000, .errors = 5, .pcr = true };
	s->ts->pids[1] = (struct mcd_ts_pid){ .pid = 17, .packets = 100 };
	s->ts->npids = s->ts->room = 2;
	s->ts->datagrams = 300;
	s->ts->packets = 2100;
	s->ts->errors = 5;
	s->ts->transport_errors = 1;
	s->ts->cut = cut;
}

static void add_igmp(struct mcd_nic *nic)
{
	struct mcd_other_igmp *other = scene_push(&nic->others);
	struct mcd_querier *q = scene_push(&nic->queriers);
	struct mcd_member *m = scene_push(&nic->members);
	struct mcd_report *r = scene_push(&nic->reports);

	*other = (struct mcd_other_igmp){ .type = 0x14, .packets = 3, .first_packet = 8 };
	other = scene_push(&nic->others);
	*other = (struct mcd_other_igmp){ .type = 0x13, .packets = 2, .first_packet = 9 };
	*q = (struct mcd_querier){ .address = scene_addr("10.0.0.254"),
				   .version = 3,
				   .vlan = 20,
				   .inner_vlan = 7,
				   .queries = 3,
				   .general = 3,
				   .max_response_ms = 10000,
				   .interval_s = 125,
				   .robustness = 2,
				   .first_general_ns = scene_at(0),
				   .last_general_ns = scene_at(250000000),
				   .elected = true };
	q = scene_push(&nic->queriers);
	*q = (struct mcd_querier){ .address = scene_addr("fe80::1"), .version = 1, .mld = true, .queries = 1, .elected = true };
	*m = (struct mcd_member){ .group = scene_addr("232.1.1.1"),
				  .host = scene_addr("10.0.0.8"),
				  .vlan = 20,
				  .version = 3,
				  .mode = MCD_INCLUDE,
				  .nsources = 1,
				  .since_ns = scene_at(1000),
				  .last_ns = scene_at(126000000) };
	m->sources = scene_zeroed(1, sizeof *m->sources);
	m->sources[0] = scene_addr("10.1.1.1");
	m = scene_push(&nic->members);
	*m = (struct mcd_member){ .group = scene_addr("239.9.9.9"), .host = scene_addr("10.0.0.9"), .version = 3, .mode = MCD_INCLUDE, .last_packet = 5 };
	*r = (struct mcd_report){ .when_ns = scene_at(2000),
				  .packet = 4,
				  .version = 1,
				  .type = MCD_IGMP_LEAVE,
				  .source = scene_addr("fe80::9"),
				  .destination = scene_addr("ff02::2"),
				  .group = scene_addr("ff3e::8000:1"),
				  .ttl = 1,
				  .router_alert = true,
				  .checksum_ok = true };
	nic->igmp.queries_v3 = 3;
	nic->igmp.other = 5;
	nic->mld.queries_v2 = 1;
	nic->mld.leaves = 1;
}

void scene_capture(struct scene *s)
{
	struct mcd_nic *nics;
	struct mcd_finding *f;

	scene_init(s, 2);
	nics = s->evidence.nics;
	s->evidence.passive = true;
	s->request.ngroups = s->diagnosis.ngroups = 0;
	s->input.mode = "replay";
	s->input.capture_library = NULL;
	for (size_t i = 0; i < 2; i++) {
		s->evidence.ifaces.at[i].index = 0;
		s->evidence.ifaces.at[i].has_mac = false;
		for (int c = 0; c < MCD_CHECKS; c++)
			*mcd_diagnosis_total(&s->diagnosis, i, (enum mcd_check_id)c) =
				(struct mcd_check){ MCD_SKIPPED, true, "no group was asked about (--group)" };
	}
	nics[0].capture = (struct mcd_nic_capture){ .tried = true,
						    .open = true,
						    .link_type = 1,
						    .opened_ns = scene_at(0),
						    .packets = 1400,
						    .contents = { 1, 2, 3, 4, 5, 1080, 305 },
						    .tunnels = { [MCD_TUNNEL_GRE] = 6 },
						    .file = "site.pcapng" };
	add_igmp(&nics[0]);
	add_rtp(&nics[0]);
	add_ts(&nics[0], false);
	nics[1].capture = nics[0].capture;
	nics[1].capture.timeless = nics[1].capture.drops_unknown = true;
	nics[1].capture.ended = MCD_FILE_CUT;
	add_ts(&nics[1], true);
	f = scene_finding(s, MCD_STREAM_LOSS, MCD_WARNING, 0, -1, "12 RTP packets are missing.");
	f->has_group = true;
	f->group = scene_addr("239.1.1.1");
	f->port = 5004;
	s->diagnosis.findings_omitted = 2;
	s->diagnosis.verdict = MCD_VERDICT_WARN;
}

static void test_golden(void)
{
	static const char golden[] =
		"  eth0: 1400 frames: 1080 IPv4, 305 IPv6, 5 not IP, 3 malformed, 2 cut too short, 4 encrypted, 1 of\n"
		"    a link type that is not decoded, 6 in gre tunnels\n"
		"    IGMP          3 v3 queries, 5 other\n"
		"    MLD           1 v1 query, 1 done\n"
		"    queriers      10.0.0.254, IGMPv3, VLAN 7 in 20, 3 queries, advertises 125 s, asks every 125.000\n"
		"                  s\n"
		"                  fe80::1, MLDv1, 1 query\n"
		"    members       10.0.0.8 of 232.1.1.1, VLAN 20, IGMPv3, from 10.1.1.1\n"
		"                  10.0.0.9 of 239.9.9.9, IGMPv3, its last known source given up in packet 5\n"
		"    streams       10.1.1.1:40000 to 239.1.1.1:5004, VLAN 7 in 20, 1000 datagrams, TTL 8, RTP, 12\n"
		"                  lost, 2 out of order, 1 repeated, 1 with a wrong checksum\n"
		"                  [2001:db8::1]:40000 to [ff3e::8000:1]:5006, 300 datagrams, TTL 8, MPEG-TS, 5\n"
		"                  continuity errors\n"
		"\n"
		"  eth1: 1400 frames: 1080 IPv4, 305 IPv6, 5 not IP, 3 malformed, 2 cut too short, 4 encrypted, 1 of\n"
		"    a link type that is not decoded, 6 in gre tunnels\n"
		"    streams       [2001:db8::1]:40000 to [ff3e::8000:1]:5006, 300 datagrams, TTL 8, MPEG-TS\n"
		"\n"
		"WARNING stream-loss on eth0 for 239.1.1.1\n"
		"  12 RTP packets are missing.\n"
		"  - eth0 packet 12, +11.802 ms: the report left\n"
		"  Do: look upstream\n"
		"\n"
		"And 2 more findings of the same codes, not kept: ask about one group (--group).\n"
		"\n"
		"VERDICT: WARN, 1 warning (exit status 1)\n";
	static const struct mcd_text_style plain = { .width = 100 };
	struct scene s;
	char *text;
	const char *body;

	scene_capture(&s);
	text = scene_text(&s, &plain);
	body = strstr(text, "\n\n");
	CU_ASSERT_TRUE(strncmp(text, "mcdiag ", 7) == 0 && strstr(text, ": capture site.pcapng; 2 interfaces; 2800 frames in 2.34 s\n"));
	if (!body || strcmp(body + 2, golden) != 0)
		fprintf(stderr, "%s", text);
	CU_ASSERT_TRUE(body && strcmp(body + 2, golden) == 0);
	free(text);
	scene_fini(&s);
}

/* A leave says it for all; a BLOCK may be of one source out of many that were asked for before. */
static void test_leaves(void)
{
	static const struct mcd_text_style plain = { .width = 100 };
	static const struct {
		uint8_t type, record;
		const char *text;
	} leaves[] = {
		{ MCD_IGMP_V3_REPORT, MCD_TO_IN, "239.9.9.9, IGMPv3, left in packet 5\n" },
		{ MCD_IGMP_LEAVE, MCD_RECORD_NONE, "239.9.9.9, IGMPv3, left in packet 5\n" },
		{ MCD_IGMP_V3_REPORT, MCD_BLOCK, "239.9.9.9, IGMPv3, its last known source given up in packet 5\n" },
	};

	for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++) {
		struct scene s;
		struct mcd_report *r;
		char *text;

		scene_capture(&s);
		for (int group = 0; group < 2; group++) { /* two records of one report */
			r = scene_push(&s.evidence.nics[0].reports);
			*r = (struct mcd_report){ .packet = 5,
						  .type = leaves[i].type,
						  .record = group ? leaves[i].record : MCD_IS_EX,
						  .source = scene_addr("10.0.0.9"),
						  .group = scene_addr(group ? "239.9.9.9" : "239.9.9.8") };
		}
		text = scene_text(&s, &plain);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, leaves[i].text));
		free(text);
		scene_fini(&s);
	}
}

/* One file is not several, however many interfaces it has. */
static void test_files(void)
{
	static const struct mcd_text_style plain = { .width = 100 };
	struct scene s;
	char *text;

	scene_capture(&s);
	snprintf(s.evidence.nics[1].capture.file, sizeof s.evidence.nics[1].capture.file, "other.pcap");
	text = scene_text(&s, &plain);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, ": captures site.pcapng, other.pcap; 2 interfaces; 2800 frames"));
	free(text);
	scene_fini(&s);
}

/* More rows than are shown are counted; -v shows them. */
static void test_rows(void)
{
	static const struct mcd_text_style plain = { .width = 100 }, verbose = { .width = 100, .verbose = true };
	struct scene s;
	char *text;

	scene_capture(&s);
	for (unsigned i = 0; i < 20; i++) {
		struct mcd_member *m = scene_push(&s.evidence.nics[0].members);

		*m = (struct mcd_member){ .group = mcd_addr_v4(0xef010100u + i), .host = scene_addr("10.0.0.9"), .version = 2, .mode = MCD_EXCLUDE };
		add_stream(&s.evidence.nics[0], "10.9.9.9", "239.9.9.9", (uint16_t)(6000 + i), i + 1);
	}
	text = scene_text(&s, &plain);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n                  and 10 more (-v shows them)\n")); /* of 22 members, and as many streams */
	CU_ASSERT_PTR_NULL(strstr(text, "given up")); /* members first */
	CU_ASSERT_PTR_NULL(strstr(text, ":6000"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, ":6019"));
	free(text);
	text = scene_text(&s, &verbose);
	CU_ASSERT_PTR_NULL(strstr(text, "more (-v"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "given up"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, ":6000"));
	free(text);
	scene_fini(&s);
}

/* Who wins is worth a word where somebody loses. */
static void test_elections(void)
{
	static const struct mcd_text_style plain = { .width = 100 };
	struct scene s;
	struct mcd_querier *q;
	char *text;

	scene_capture(&s);
	q = scene_push(&s.evidence.nics[0].queriers);
	*q = (struct mcd_querier){ .address = scene_addr("10.0.0.99"), .version = 3, .vlan = 20, .inner_vlan = 7, .queries = 1 };
	q = scene_push(&s.evidence.nics[0].queriers);
	*q = (struct mcd_querier){ .address = scene_addr("10.0.0.98"), .version = 2, .queries = 2, .elected = true }; /* beside fe80::1 */
	text = scene_text(&s, &plain);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "asks every 125.000\n                  s, lowest address\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "fe80::1, MLDv1, 1 query\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "10.0.0.99, IGMPv3, VLAN 7 in 20, 1 query\n"));
	free(text);
	scene_fini(&s);
}

static void test_quiet(void)
{
	static const struct mcd_text_style quiet = { .width = 100, .quiet = true };
	struct scene s;
	char *text;

	scene_capture(&s);
	text = scene_text(&s, &quiet);
	CU_ASSERT_EQUAL(strncmp(text, "WARNING stream-loss", 19), 0);
	free(text);
	scene_fini(&s);
}

static void test_json(void)
{
	static const struct scene_value expected[] = {
		{ "mode", "\"replay\"" },
		{ "findings_omitted", "2" },
		{ "interfaces.0.index", "null" },
		{ "interfaces.0.capture.contents",
		  "{\"unknown_link_type\":1,\"cut\":2,\"malformed\":3,\"encrypted\":4,\"not_ip\":5,\"ipv4\":1080,\"ipv6\":305}" },
		{ "interfaces.0.capture.tunnels", "{\"ip\":0,\"gre\":6,\"erspan\":0,\"vxlan\":0,\"geneve\":0,\"pim\":0}" },
		{ "interfaces.0.capture.file", "\"site.pcapng\"" },
		{ "interfaces.0.capture.ended", "\"complete\"" },
		{ "interfaces.0.capture.dropped", "0" },
		{ "interfaces.1.capture.ended", "\"cut\"" },
		{ "interfaces.1.capture.dropped", "null" },
		{ "interfaces.0.mld.queries_v1", "1" },
		{ "interfaces.0.mld.dones", "1" },
		{ "interfaces.0.mld.queries_v2", "0" },
		{ "interfaces.0.other_igmp",
		  "[{\"type\":19,\"name\":\"dvmrp\",\"packets\":2},{\"type\":20,\"name\":\"pimv1\",\"packets\":3}]" },
		{ "interfaces.1.other_igmp", "[]" },
		{ "interfaces.0.reports.0.type", "\"done\"" },
		{ "interfaces.0.queriers.1.inner_vlan", "7" },
		{ "interfaces.0.queriers.0.address", "\"fe80::1\"" },
		{ "interfaces.0.members",
		  "[{\"group\":\"232.1.1.1\",\"host\":\"10.0.0.8\",\"family\":4,\"vlan\":20,\"inner_vlan\":null,\"version\":3,\"filter_mode\":"
		  "\"include\",\"sources\":[\"10.1.1.1\"],\"since_ms\":1,\"last_ms\":126000}]" },
		{ "interfaces.0.streams.1.inner_vlan", "7" },
		{ "interfaces.0.streams.1.lost", "12" },
		{ "interfaces.0.streams.1.jitter_ms", "0.25" },
		{ "interfaces.0.streams.1.payload", "\"rtp\"" },
		{ "interfaces.0.streams.1.rtp",
		  "{\"packets\":1000,\"lost\":12,\"reordered\":2,\"duplicated\":1,\"largest_gap\":9,\"gaps\":4,\"clock_hz\":90000,\"payload_types\":[8,96],"
		  "\"ssrcs\":[7,4277009102],\"ssrcs_omitted\":0}" },
		{ "interfaces.0.streams.1.mpeg_ts", "null" },
		{ "interfaces.0.streams.1.checksums", "{\"ok\":994,\"bad\":1,\"none\":2,\"unverified\":3}" },
		{ "interfaces.0.streams.1.ip_id_missing", "13" },
		{ "interfaces.0.streams.1.wrong_mac_frames", "4" },
		{ "interfaces.0.streams.1.largest_burst_packets", "3" },
		{ "interfaces.0.streams.0.payload", "\"mpeg-ts\"" },
		{ "interfaces.0.streams.0.rtp", "null" },
		{ "interfaces.0.streams.0.ip_id_missing", "null" },
		{ "interfaces.0.streams.0.mpeg_ts",
		  "{\"packets\":2100,\"continuity_errors\":5,\"transport_errors\":1,\"pids\":[{\"pid\":17,\"packets\":100,\"continuity_errors\":0,"
		  "\"pcr\":false},{\"pid\":256,\"packets\":2000,\"continuity_errors\":5,\"pcr\":true}]}" },
		{ "interfaces.1.streams.0.mpeg_ts.continuity_errors", "null" },
		{ "interfaces.1.streams.0.mpeg_ts.pids.1.continuity_errors", "null" },
		{ "interfaces.1.streams.0.largest_burst_packets", "null" },
		{ "interfaces.1.streams.0.peak_100ms_packets", "null" },
	};
	struct scene s;

	scene_capture(&s);
	scene_expect(scene_json(&s, false), expected, sizeof expected / sizeof expected[0]);
	scene_fini(&s);
}

/* A sender that does not count its datagrams up tells nothing by their numbers. */
static void test_identifications(void)
{
	static const struct {
		uint32_t in_step;
		const char *value;
	} cases[] = { { 899, "13" }, { 898, "null" }, { 0, "null" } }; /* nine in ten of 999 steps: 899.1 */
	cJSON *tree;
	char *text;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mcd_stream *st;
		struct scene s;

		scene_capture(&s);
		st = mcd_vec_at(&s.evidence.nics[0].streams, 0);
		st->ids_in_step = cases[i].in_step + (i == 0);
		text = scene_json(&s, false);
		tree = cJSON_Parse(text);
		CU_ASSERT_TRUE(scene_is(tree, "interfaces.0.streams.1.ip_id_missing", cases[i].value));
		cJSON_Delete(tree);
		free(text);
		scene_fini(&s);
	}
}

const struct unit_test report_capture_tests[] = {
	{ "golden", test_golden },
	{ "members that left", test_leaves },
	{ "names of files", test_files },
	{ "rows that are shown", test_rows },
	{ "elections", test_elections },
	{ "quiet", test_quiet },
	{ "JSON", test_json },
	{ "identifications", test_identifications },
	{ NULL, NULL },
};
