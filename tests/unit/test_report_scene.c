/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_report.h"

#include "evidence/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mcd_addr scene_addr(const char *text)
{
	struct mcd_addr out = { 0, 0 };

	if (!mcd_addr_parse(text, &out))
		abort();
	return out;
}

void *scene_push(struct mcd_vec *v)
{
	void *item = mcd_vec_push(v);

	if (!item)
		abort();
	return item;
}

void *scene_zeroed(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (!p)
		abort();
	return p;
}

int64_t scene_at(int64_t microseconds)
{
	return SCENE_START_S * INT64_C(1000000000) + microseconds * 1000;
}

static void init_request(struct scene *s)
{
	s->sources[0] = scene_addr("10.1.1.1");
	s->groups[0] = (struct mcd_group){ scene_addr("239.1.1.1"), 5000, MCD_EXCLUDE, NULL, 0, NULL };
	s->groups[1] = (struct mcd_group){ scene_addr("232.1.1.1"), 5002, MCD_INCLUDE, s->sources, 1, NULL };
	s->asked[0] = "all";
	s->request = (struct mcd_request){
		.groups = s->groups,
		.ngroups = 1,
		.join = true,
		.send = true,
		.expect_stream = true,
		.loop = true,
		.ttl = 64,
		.message = "hello",
		.duration_ms = 5000,
		.scratch_groups = { scene_addr("233.252.0.77") },
		.interfaces = s->asked,
		.ninterfaces = 1,
		.all_interfaces = true,
		.max_rows = 10000,
	};
}

static void init_iface(struct mcd_iface *iface, size_t i)
{
	snprintf(iface->name, sizeof iface->name, "eth%zu", i);
	iface->index = (unsigned)i + 2;
	iface->flags = MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_BROADCAST | MCD_IFACE_MULTICAST;
	memcpy(iface->mac, (const uint8_t[]){ 2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i }, 6);
	iface->has_mac = true;
	iface->mtu = 1500;
	iface->addresses = scene_zeroed(1, sizeof *iface->addresses);
	iface->naddresses = 1;
	iface->addresses[0] = (struct mcd_iface_address){ mcd_addr_v4(0x0a000001u + (uint32_t)(i << 8)), 24 };
}

static void init_nic(struct mcd_nic *nic, const struct mcd_iface *iface)
{
	nic->iface = iface;
	mcd_vec_init(&nic->reports, sizeof(struct mcd_report));
	mcd_vec_init(&nic->queries, sizeof(struct mcd_query));
	mcd_vec_init(&nic->queriers, sizeof(struct mcd_querier));
	mcd_vec_init(&nic->members, sizeof(struct mcd_member));
	mcd_vec_init(&nic->streams, sizeof(struct mcd_stream));
	mcd_vec_init(&nic->probes, sizeof(struct mcd_probe_seen));
	mcd_vec_init(&nic->others, sizeof(struct mcd_other_igmp));
	nic->tasks = scene_zeroed(2, sizeof *nic->tasks);
	for (size_t i = 0; i < 2; i++)
		mcd_vec_init(&nic->tasks[i].send_errors, sizeof(struct mcd_send_error));
	nic->capture = (struct mcd_nic_capture){ .tried = true, .open = true, .link_type = 1, .opened_ns = scene_at(-5000), .packets = 20 };
	nic->capture.contents[MCD_CONTENT_IPV4] = nic->capture.packets;
}

void scene_init(struct scene *s, size_t count)
{
	memset(s, 0, sizeof *s);
	init_request(s);
	s->evidence.request = &s->request;
	s->evidence.ifaces.at = scene_zeroed(count + 1, sizeof *s->evidence.ifaces.at);
	s->evidence.ifaces.count = count;
	s->evidence.nics = scene_zeroed(count + 1, sizeof *s->evidence.nics);
	s->evidence.nnics = count;
	s->evidence.session = 0x0123456789abcdef;
	s->evidence.started_ns = scene_at(0);
	s->evidence.ended_ns = scene_at(2340000);
	s->evidence.ended_by = MCD_ENDED_SETTLED;
	mcd_host_init(&s->evidence.before);
	mcd_host_init(&s->evidence.after);
	mcd_drops_init(&s->evidence.drops);
	mcd_firewall_init(&s->evidence.firewall);
	s->diagnosis.nnics = count;
	s->diagnosis.ngroups = 1;
	s->diagnosis.checks = scene_zeroed(count + 1, MCD_CHECKS * sizeof *s->diagnosis.checks);
	s->diagnosis.totals = scene_zeroed(count + 1, MCD_CHECKS * sizeof *s->diagnosis.totals);
	mcd_vec_init(&s->diagnosis.findings, sizeof(struct mcd_finding));
	for (size_t i = 0; i < count; i++) {
		init_iface(&s->evidence.ifaces.at[i], i);
		init_nic(&s->evidence.nics[i], &s->evidence.ifaces.at[i]);
		for (int c = 0; c < MCD_CHECKS; c++)
			scene_check(s, i, (enum mcd_check_id)c, c == MCD_CHECK_SOURCE_FILTER ? MCD_SKIPPED : MCD_PASS,
				    c == MCD_CHECK_SOURCE_FILTER ? "no source was asked for" : "seen in packet 3");
	}
	s->input = (struct mcd_report_input){ &s->evidence, &s->diagnosis, "diagnose", "libpcap version 1.10.3", NULL };
}

static void fini_nic(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->reports.count; i++)
		free(((struct mcd_report *)mcd_vec_at(&nic->reports, i))->sources);
	for (size_t i = 0; i < nic->members.count; i++)
		free(((struct mcd_member *)mcd_vec_at(&nic->members, i))->sources);
	for (size_t i = 0; i < nic->probes.count; i++)
		mcd_vec_fini(&((struct mcd_probe_seen *)mcd_vec_at(&nic->probes, i))->ttl);
	for (size_t i = 0; i < 2; i++)
		mcd_vec_fini(&nic->tasks[i].send_errors);
	free(nic->tasks);
	mcd_vec_fini(&nic->reports);
	mcd_vec_fini(&nic->queries);
	mcd_vec_fini(&nic->queriers);
	mcd_vec_fini(&nic->members);
	mcd_streams_fini(nic);
	mcd_vec_fini(&nic->others);
	mcd_vec_fini(&nic->probes);
}

void scene_fini(struct scene *s)
{
	for (size_t i = 0; i < s->evidence.nnics; i++)
		fini_nic(&s->evidence.nics[i]);
	free(s->evidence.nics);
	mcd_iface_list_fini(&s->evidence.ifaces);
	mcd_host_fini(&s->evidence.before);
	mcd_host_fini(&s->evidence.after);
	mcd_drops_fini(&s->evidence.drops);
	mcd_firewall_fini(&s->evidence.firewall);
	for (size_t i = 0; i < s->diagnosis.findings.count; i++)
		mcd_vec_fini(&((struct mcd_finding *)mcd_vec_at(&s->diagnosis.findings, i))->clues);
	mcd_vec_fini(&s->diagnosis.findings);
	free(s->diagnosis.checks);
	free(s->diagnosis.totals);
}

void scene_check(struct scene *s, size_t nic, enum mcd_check_id check, enum mcd_status status, const char *reason)
{
	struct mcd_check *total = mcd_diagnosis_total(&s->diagnosis, nic, check);

	*total = (struct mcd_check){ .status = status, .settled = true };
	snprintf(total->reason, sizeof total->reason, "%s", reason);
	*mcd_diagnosis_check(&s->diagnosis, nic, 0, check) = *total;
}

struct mcd_finding *scene_finding(struct scene *s, enum mcd_code code, enum mcd_severity severity, size_t nic, long because_of, const char *summary)
{
	struct mcd_finding *f = scene_push(&s->diagnosis.findings);
	struct mcd_clue *clue;

	f->code = code;
	f->severity = severity;
	f->nic = nic == SIZE_MAX ? NULL : &s->evidence.nics[nic];
	f->because_of = because_of;
	snprintf(f->summary, sizeof f->summary, "%s", summary);
	mcd_vec_init(&f->clues, sizeof(struct mcd_clue));
	clue = scene_push(&f->clues);
	clue->nic = f->nic;
	clue->packet = f->nic ? 12 : 0;
	clue->when_ns = f->nic ? scene_at(11802) : 0;
	snprintf(clue->text, sizeof clue->text, "the report left");
	snprintf(f->remedy[0], sizeof f->remedy[0], "look upstream");
	return f;
}

static void add_igmp(struct mcd_nic *nic)
{
	struct mcd_report *r = scene_push(&nic->reports);
	struct mcd_querier *q;
	struct mcd_member *m;

	*r = (struct mcd_report){ .when_ns = scene_at(1500),
				  .packet = 1,
				  .version = 2,
				  .type = MCD_IGMP_LEAVE,
				  .source = scene_addr("10.0.0.9"),
				  .destination = scene_addr("224.0.0.2"),
				  .group = scene_addr("239.9.9.9"),
				  .vlan = 1,
				  .ttl = 1,
				  .checksum_ok = true };
	r = scene_push(&nic->reports);
	*r = (struct mcd_report){ .when_ns = scene_at(11802),
				  .packet = 3,
				  .out = true,
				  .version = 3,
				  .type = MCD_IGMP_V3_REPORT,
				  .record = MCD_TO_EX,
				  .source = scene_addr("10.0.0.1"),
				  .destination = scene_addr("224.0.0.22"),
				  .group = scene_addr("239.1.1.1"),
				  .ttl = 1,
				  .router_alert = true,
				  .checksum_ok = true };
	q = scene_push(&nic->queriers);
	*q = (struct mcd_querier){ .address = scene_addr("10.0.0.254"),
				   .mac = { 2, 0, 0, 0, 0, 0xfe },
				   .version = 3,
				   .queries = 3,
				   .general = 2,
				   .max_response_ms = 10000,
				   .interval_s = 125,
				   .robustness = 2,
				   .first_general_ns = scene_at(1000),
				   .last_general_ns = scene_at(1001000),
				   .elected = true };
	q = scene_push(&nic->queriers);
	*q = (struct mcd_querier){ .address = scene_addr("0.0.0.0"), .version = 2, .queries = 1, .general = 1, .max_response_ms = 100 };
	m = scene_push(&nic->members);
	*m = (struct mcd_member){ .group = scene_addr("239.1.1.1"), .host = scene_addr("10.0.0.1"), .version = 3, .mode = MCD_EXCLUDE };
	m = scene_push(&nic->members);
	*m = (struct mcd_member){ .group = scene_addr("239.1.1.1"), .host = scene_addr("10.0.0.9"), .version = 3, .mode = MCD_INCLUDE };
	m = scene_push(&nic->members);
	*m = (struct mcd_member){ .group = scene_addr("232.1.1.1"), .host = scene_addr("10.0.0.8"), .version = 3, .mode = MCD_INCLUDE, .nsources = 1 };
	m->sources = scene_zeroed(1, sizeof *m->sources);
	m->sources[0] = scene_addr("10.1.1.1");
	nic->igmp = (struct mcd_igmp_counts){ .queries_v2 = 1, .queries_v3 = 3, .reports_v3 = 1, .leaves = 1 };
}

static struct mcd_stream *add_stream(struct mcd_nic *nic, const char *source, uint16_t port, uint64_t packets)
{
	struct mcd_stream *st = scene_push(&nic->streams);

	*st = (struct mcd_stream){ .source = scene_addr(source),
				   .group = scene_addr("239.1.1.1"),
				   .port = port,
				   .source_port = 40000,
				   .packets = packets,
				   .bytes = packets * 100,
				   .ttl = { 1u << 8, 0, 0, UINT64_C(1) << 63 },
				   .dscp = 1,
				   .first_ns = scene_at(20000),
				   .last_ns = scene_at(1020000),
				   .peak_100ms = 13,
				   .macs = { { 1, 0, 0x5e, 1, 1, 1 } },
				   .nmacs = 1,
				   .reception = scene_zeroed(1, sizeof *st->reception) };
	st->reception->delivered = packets;
	return st;
}

static struct mcd_probe_seen *add_probes(struct mcd_nic *nic, const struct mcd_stream *stream, const char *host, const char *iface, bool ours)
{
	struct mcd_probe_seen *p = scene_push(&nic->probes);
	struct mcd_ttl_count *ttl;

	*p = (struct mcd_probe_seen){ .session = ours ? 0x0123456789abcdef : 0xfeed,
				      .ours = ours,
				      .out = ours,
				      .source = stream->source,
				      .address = stream->group,
				      .source_port = stream->source_port,
				      .port = stream->port,
				      .packets = 3,
				      .first_sequence = 1,
				      .last_sequence = 5,
				      .reordered = 1,
				      .duplicated = 1,
				      .ttl_sent = 64,
				      .first_ns = scene_at(30000),
				      .last_ns = scene_at(60000),
				      .first_packet = 7 };
	snprintf(p->host, sizeof p->host, "%s", host);
	snprintf(p->iface, sizeof p->iface, "%s", iface);
	mcd_vec_init(&p->ttl, sizeof(struct mcd_ttl_count));
	ttl = scene_push(&p->ttl);
	*ttl = (struct mcd_ttl_count){ ours ? 64 : 61, 3 };
	return p;
}

static void add_host(struct mcd_evidence *e)
{
	struct mcd_host *views[] = { &e->before, &e->after };
	struct mcd_drop *drop = scene_push(&e->drops.rows);

	*drop = (struct mcd_drop){ 2, scene_addr("10.0.0.9"), scene_addr("239.1.1.1"), 5000, MCD_DROP_UDP, "NETFILTER_DROP", 12 };
	e->drops.known = true;
	*(struct mcd_firewall_chain *)scene_push(&e->firewall.chains) =
		(struct mcd_firewall_chain){ MCD_FIREWALL_IP, "filter", "INPUT", MCD_HOOK_INPUT, true, true, { "" }, 0 };
	*(struct mcd_firewall_chain *)scene_push(&e->firewall.chains) =
		(struct mcd_firewall_chain){ MCD_FIREWALL_IP, "filter", "x", MCD_HOOK_NONE, false, false, { "" }, 0 };
	e->firewall.known = e->firewall.legacy_ipv6 = true;
	e->has_host = true;
	for (size_t i = 0; i < 2; i++) {
		struct mcd_host *h = views[i];
		struct mcd_host_membership *m = scene_push(&h->memberships);
		struct mcd_host_source *src = scene_push(&h->sources);
		struct mcd_host_iface *facts = scene_push(&h->ifaces);

		snprintf(h->name, sizeof h->name, "host\xff");
		snprintf(h->kernel, sizeof h->kernel, "Linux 6.1");
		h->igmp_max_memberships = 20;
		h->igmp_max_msf = h->mld_qrv = -1;
		h->mld_max_msf = 64;
		h->igmp_link_local_mcast_reports = 1;
		h->counters.ip_in_receives = 100 + 5 * i;
		h->counters.ip_in_delivers = 7;
		h->counters.ip6_in_receives = 60 + 6 * i;
		h->counters.ip_reverse_path_filter = UINT64_MAX;
		*m = (struct mcd_host_membership){ 2, scene_addr("239.1.1.1"), 1 };
		*src = (struct mcd_host_source){ 2, scene_addr("232.1.1.1"), scene_addr("10.1.1.1"), 1, 0 };
		*facts = (struct mcd_host_iface){ .ifindex = 2, .igmp_version = 3, .force_mld_version = 2, .rp_filter = 2, .mc_forwarding = -1,
						  .traffic = { .rx_packets = 100 + 7 * i, .rx_dropped = UINT64_MAX } };
		*(struct mcd_host_bridge *)scene_push(&h->bridges) = (struct mcd_host_bridge){ 2, 1, 0, -1, 1 };
		*(struct mcd_host_entry *)scene_push(&h->entries) = (struct mcd_host_entry){ 2, 3, scene_addr("239.1.1.1"), scene_addr("10.1.1.1"), false };
		h->name_lookup = MCD_NAME_RESOLVED;
		*(struct mcd_addr *)scene_push(&h->name_addresses) = scene_addr("127.0.1.1");
		mcd_host_ask_route(h, scene_addr("239.1.1.1"));
		mcd_host_ask_path(h, 2, scene_addr("239.1.1.1"), scene_addr("10.9.9.9"));
		((struct mcd_host_path *)mcd_vec_at(&h->paths, 0))->accepted = 1;
		((struct mcd_host_path *)mcd_vec_at(&h->paths, 0))->back.routing = MCD_ROUTING_FOUND;
		((struct mcd_host_path *)mcd_vec_at(&h->paths, 0))->back.nways = 1;
		((struct mcd_host_path *)mcd_vec_at(&h->paths, 0))->back.ways[0] = (struct mcd_host_way){ 2, scene_addr("10.0.0.254") };
	}
}

static void add_failed_querier(struct scene *s, size_t nic)
{
	struct mcd_finding *f;

	scene_check(s, nic, MCD_CHECK_QUERIER, MCD_WARN, "no query in 2.0 s");
	scene_check(s, nic, MCD_CHECK_STREAM, MCD_FAIL, "no packet in 2.3 s");
	scene_check(s, nic, MCD_CHECK_DELIVERY, MCD_SKIPPED, "nothing arrived");
	f = scene_finding(s, MCD_NO_QUERIER, MCD_WARNING, nic, -1, "No querier answered our leave.");
	f->confidence = MCD_LIKELY;
	f->checks = 1u << MCD_CHECK_QUERIER;
	snprintf(f->settle_by, sizeof f->settle_by, "listen for 260 s");
	f = scene_finding(s, MCD_STREAM_ABSENT, MCD_FAULT, nic, (long)s->diagnosis.findings.count - 1, "No packet of 239.1.1.1:5000 came.");
	f->checks = 1u << MCD_CHECK_STREAM;
	f->has_group = true;
	f->group = s->groups[0].address;
	f->port = s->groups[0].port;
	s->diagnosis.verdict = MCD_VERDICT_FAIL;
}

void scene_full(struct scene *s)
{
	struct mcd_nic *nics;
	struct mcd_stream *st;
	struct mcd_send_error *error;

	scene_init(s, 4);
	nics = s->evidence.nics;
	add_host(&s->evidence);
	add_igmp(&nics[0]);
	nics[0].tasks[0] = (struct mcd_task){ .socket = { true, true, scene_at(-900), scene_at(-850), { 0, "" } },
					      .join = { true, true, scene_at(-800), scene_at(-790), { 0, "" } },
					      .ready_ns = scene_at(-790),
					      .sent = 3,
					      .arrived_foreign = 120,
					      .send_errors = nics[0].tasks[0].send_errors };
	error = scene_push(&nics[0].tasks[0].send_errors);
	*error = (struct mcd_send_error){ 105, 2, "cannot send: No buffer space available", scene_at(500) };
	add_stream(&nics[0], "10.1.1.1", 5000, 101);
	add_stream(&nics[0], "10.1.1.1", 4000, 1)->last_ns = scene_at(20000);
	add_stream(&nics[0], "10.0.0.3", 5000, 0); /* at the socket only */
	st = add_stream(&nics[0], "10.0.0.7", 5000, 3);
	st->probes = true;
	add_probes(&nics[0], st, "host", "eth0", true)->group = 1; /* no group of this request */
	add_probes(&nics[0], st, "evil\x1b[2Jpeer\xe2\x82", "eth9", false)->source_port++;
	scene_check(s, 1, MCD_CHECK_JOIN, MCD_INCONCLUSIVE, "the host was a member already");
	add_failed_querier(s, 1);
	s->evidence.ifaces.at[2].flags &= ~(uint32_t)MCD_IFACE_CARRIER;
	nics[2].unusable = MCD_UNUSABLE_NO_CARRIER;
	nics[2].capture = (struct mcd_nic_capture){ .tried = true, .lacks = MCD_LACKS_RIGHT, .error = "Operation not permitted" };
	nics[3].role = MCD_ROLE_OBSERVED;
	for (int c = 0; c < MCD_CHECKS; c++) {
		scene_check(s, 2, (enum mcd_check_id)c, MCD_SKIPPED, "no carrier");
		scene_check(s, 3, (enum mcd_check_id)c, MCD_SKIPPED, "only observed");
	}
	add_stream(&nics[3], "10.1.1.1", 5000, 120);
	scene_finding(s, MCD_NO_CARRIER, MCD_NOTE, 2, -1, "eth2 has no carrier.");
}

void scene_many(struct scene *s, size_t count)
{
	scene_init(s, count);
	add_failed_querier(s, count - 2);
}

static char *collect(const struct scene *s, int kind, const void *option)
{
	char *text;
	FILE *out = unit_open();
	struct mcd_err err = { 0, "" };
	bool ok = false;

	if (kind == 0)
		ok = mcd_report_json(out, &s->input, *(const bool *)option, &err);
	else if (kind == 1)
		ok = mcd_report_host_json(out, &s->input, &err);
	else if (kind == 2)
		ok = mcd_report_request_json(out, &s->input, &err);
	else
		ok = mcd_report_text(out, &s->input, option, &err);
	CU_ASSERT_TRUE(ok);
	CU_ASSERT_STRING_EQUAL(err.text, "");
	text = unit_close(out);
	return text;
}

char *scene_json(const struct scene *s, bool indented)
{
	return collect(s, 0, &indented);
}

char *scene_host_json(const struct scene *s)
{
	return collect(s, 1, NULL);
}

char *scene_request_json(const struct scene *s)
{
	return collect(s, 2, NULL);
}

char *scene_text(const struct scene *s, const struct mcd_text_style *style)
{
	return collect(s, 3, style);
}

const cJSON *scene_get(const cJSON *tree, const char *path)
{
	char key[64];

	while (tree && *path) {
		size_t length = strcspn(path, ".");

		snprintf(key, sizeof key, "%.*s", (int)length, path);
		tree = cJSON_IsArray(tree) ? cJSON_GetArrayItem(tree, (int)strtol(key, NULL, 10)) : cJSON_GetObjectItemCaseSensitive(tree, key);
		path += length + (path[length] == '.');
	}
	return tree;
}

bool scene_is(const cJSON *tree, const char *path, const char *expected)
{
	const cJSON *value = scene_get(tree, path);
	char *text = value ? cJSON_PrintUnformatted(value) : NULL;
	bool same = text && strcmp(text, expected) == 0;

	if (!same)
		fprintf(stderr, "%s: %s, not %s\n", path, text ? text : "(none)", expected);
	cJSON_free(text);
	return same;
}

void scene_expect_in(const cJSON *tree, const struct scene_value *expected, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool right = expected[i].value ? scene_is(tree, expected[i].path, expected[i].value) : !scene_get(tree, expected[i].path);

		if (!right)
			printf("\n  wrong: %s", expected[i].path);
		CU_ASSERT_TRUE(right);
	}
}

void scene_expect(char *json, const struct scene_value *expected, size_t count)
{
	cJSON *tree = cJSON_Parse(json);

	CU_ASSERT_PTR_NOT_NULL(tree);
	scene_expect_in(tree, expected, count);
	cJSON_Delete(tree);
	free(json);
}
