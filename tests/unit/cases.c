/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "cases.h"

#include "evidence/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t group_mac[6] = { 0x01, 0x00, 0x5e, 0x07, 0x07, 0x07 };

struct mcd_addr address(const char *text)
{
	struct mcd_addr a;

	if (!mcd_addr_parse(text, &a))
		abort();
	return a;
}

static void *push(struct mcd_vec *v)
{
	void *item = mcd_vec_push(v);

	if (!item)
		abort();
	return item;
}

struct mcd_report *case_report(struct the_case *c, size_t nic, int ms, uint8_t type, uint8_t record)
{
	struct mcd_report *r = push(&c->nics[nic].reports);

	r->when_ns = T0 + ms * MS;
	r->packet = ++c->nics[nic].capture.packets;
	c->nics[nic].capture.multicast++;
	r->out = true;
	r->type = type;
	r->record = record;
	r->version = type == MCD_IGMP_V3_REPORT ? 3 : type == MCD_IGMP_V1_REPORT ? 1 : 2;
	r->source = c->addresses[nic].address;
	r->group = c->groups[0].address;
	r->destination = type == MCD_IGMP_V3_REPORT ? address("224.0.0.22") : type == MCD_IGMP_LEAVE ? address("224.0.0.2") : r->group;
	r->ttl = 1;
	r->router_alert = r->checksum_ok = true;
	return r;
}

struct mcd_report *case_foreign_report(struct the_case *c, size_t nic, int ms, uint8_t type, uint8_t record)
{
	struct mcd_report *r = case_report(c, nic, ms, type, record);

	r->out = false;
	r->source = address("10.77.0.99");
	return r;
}

struct mcd_query *case_query(struct the_case *c, size_t nic, int ms, int version, const char *source)
{
	struct mcd_query *q = push(&c->nics[nic].queries);

	q->when_ns = T0 + ms * MS;
	q->packet = ++c->nics[nic].capture.packets;
	c->nics[nic].capture.multicast++;
	q->version = version;
	q->source = address(source);
	q->destination = address("224.0.0.1");
	q->group = address("0.0.0.0");
	q->max_response_ms = 1000;
	q->robustness = 2;
	q->interval_s = 125;
	q->valid = true;
	for (size_t i = 0; i < c->nics[nic].queriers.count; i++) {
		struct mcd_querier *k = mcd_vec_at(&c->nics[nic].queriers, i);

		if (mcd_addr_equal(k->address, q->source)) {
			k->queries++;
			k->last_ns = q->when_ns;
			return q;
		}
	}
	*(struct mcd_querier *)push(&c->nics[nic].queriers) = (struct mcd_querier){
		.address = q->source,
		.version = version,
		.queries = 1,
		.general = 1,
		.max_response_ms = 1000,
		.interval_s = 125,
		.robustness = 2,
		.first_ns = q->when_ns,
		.last_ns = q->when_ns,
		.first_packet = q->packet,
		.last_packet = q->packet,
	};
	return q;
}

struct mcd_stream *case_stream(struct the_case *c, size_t nic, const char *source, uint64_t packets)
{
	struct mcd_stream *s = push(&c->nics[nic].streams);

	s->source = address(source);
	s->group = c->groups[0].address;
	s->port = c->groups[0].port;
	s->source_port = 40000;
	s->accepted = true;
	s->packets = packets;
	if (!c->evidence.passive) { /* no socket got what a capture holds */
		s->reception = calloc(1, sizeof *s->reception);
		if (!s->reception)
			abort();
		s->reception->deliverable = s->reception->delivered = packets;
	}
	s->bytes = packets * 100;
	s->ttl[0] = UINT64_C(1) << 8;
	s->first_ns = T0 + 200 * MS;
	s->last_ns = T0 + 4990 * MS;
	s->first_packet = ++c->nics[nic].capture.packets;
	s->last_packet = c->nics[nic].capture.packets += packets;
	c->nics[nic].capture.multicast += packets;
	memcpy(s->macs[0], group_mac, sizeof group_mac);
	s->nmacs = 1;
	return s;
}

struct mcd_stream_rare *case_rare(struct mcd_stream *stream)
{
	if (!stream->rare)
		stream->rare = calloc(1, sizeof *stream->rare);
	if (!stream->rare)
		abort();
	return stream->rare;
}

void case_no_probes(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->probes.count; i++)
		mcd_vec_fini(&((struct mcd_probe_seen *)mcd_vec_at(&nic->probes, i))->ttl);
	mcd_vec_fini(&nic->probes);
}

struct mcd_probe_seen *case_probes(struct the_case *c, size_t wire, size_t sender, bool out)
{
	struct mcd_probe_seen *p = push(&c->nics[wire].probes);
	struct mcd_ttl_count *ttl;

	p->session = c->evidence.session;
	p->ours = true;
	snprintf(p->iface, sizeof p->iface, "%s", c->ifaces[sender].name);
	p->source = c->addresses[sender].address;
	p->out = out;
	p->packets = 3;
	p->first_sequence = 1;
	p->last_sequence = 3;
	p->ttl_sent = c->request.ttl;
	p->first_ns = T0 + 101 * MS;
	p->last_ns = T0 + 1200 * MS;
	p->first_packet = ++c->nics[wire].capture.packets;
	mcd_vec_init(&p->ttl, sizeof(struct mcd_ttl_count));
	ttl = push(&p->ttl);
	ttl->value = (uint8_t)c->request.ttl;
	ttl->packets = 3;
	return p;
}

struct mcd_host_iface *case_kernel(struct the_case *c, size_t nic)
{
	return mcd_vec_at(&c->evidence.after.ifaces, nic);
}

struct mcd_drop *case_drop(struct the_case *c, size_t nic, const char *reason, uint64_t packets)
{
	struct mcd_drops *drops = &c->evidence.drops;
	struct mcd_drop *d;

	if (!drops->known) {
		mcd_drops_init(drops);
		drops->known = drops->tells_filter = drops->tells_rp_filter = true;
	}
	d = push(&drops->rows);
	d->ifindex = c->ifaces[nic].index;
	d->source = address(nic ? "10.77.1.20" : "10.77.0.20");
	d->group = c->groups[0].address;
	d->port = c->groups[0].port;
	d->protocol = MCD_DROP_UDP;
	snprintf(d->reason, sizeof d->reason, "%s", reason);
	d->packets = packets;
	return d;
}

static void init_vecs(struct mcd_nic *nic)
{
	mcd_vec_init(&nic->reports, sizeof(struct mcd_report));
	mcd_vec_init(&nic->queries, sizeof(struct mcd_query));
	mcd_vec_init(&nic->queriers, sizeof(struct mcd_querier));
	mcd_vec_init(&nic->members, sizeof(struct mcd_member));
	mcd_vec_init(&nic->streams, sizeof(struct mcd_stream));
	mcd_vec_init(&nic->probes, sizeof(struct mcd_probe_seen));
}

static struct mcd_act done_at(int ms)
{
	return (struct mcd_act){ .tried = true, .done = true, .called_ns = T0 + ms * MS, .done_ns = T0 + ms * MS + 20000 };
}

static void init_host(struct the_case *c, struct mcd_host *host)
{
	mcd_host_init(host);
	host->apps.known = true;
	memset(&host->counters, 0, sizeof host->counters);
	host->igmp_max_memberships = 20;
	host->igmp_max_msf = 10;
	host->igmp_link_local_mcast_reports = 1;
	for (unsigned i = 0; i < CASE_NICS; i++)
		*(struct mcd_host_iface *)push(&host->ifaces) =
			(struct mcd_host_iface){ .ifindex = c->ifaces[i].index, .igmp_version = 3, .force_igmp_version = 0, .rp_filter = 0 };
}

static void init_iface(struct the_case *c, unsigned i)
{
	struct mcd_iface *iface = &c->ifaces[i];

	snprintf(iface->name, sizeof iface->name, "h%u", i);
	iface->index = i + 2;
	iface->flags = MCD_IFACE_UP | MCD_IFACE_CARRIER | MCD_IFACE_MULTICAST | MCD_IFACE_BROADCAST;
	iface->has_mac = true;
	iface->mac[0] = 2;
	iface->mac[5] = (uint8_t)i;
	iface->mtu = 1500;
	c->addresses[i].address = mcd_addr_v4(0x0a4d000au + (i << 8));
	c->addresses[i].prefix_length = 24;
	iface->addresses = &c->addresses[i];
	iface->naddresses = 1;
}

/* The healthy course of one interface. */
static void init_nic(struct the_case *c, unsigned i)
{
	struct mcd_nic *nic = &c->nics[i];
	struct mcd_task *task = &c->tasks[i][0];
	char source[] = "10.77.0.20", querier[] = "10.77.0.250";
	struct mcd_query *q;

	source[6] = querier[6] = (char)('0' + i);
	nic->capture.tried = nic->capture.open = true;
	nic->capture.opened_ns = T0;
	nic->capture.closed_ns = T0 + CLOSED * MS;
	task->socket = done_at(JOINED - 1);
	task->join = done_at(JOINED);
	task->leave = done_at(LEFT);
	task->ready_ns = task->join.done_ns;
	task->kernel_lists = true;
	task->sent = 3;
	task->first_sent_ns = T0 + 101 * MS - 30000;
	task->last_sent_ns = T0 + 1200 * MS;
	task->arrived_foreign = 100;
	case_report(c, i, JOINED + 12, MCD_IGMP_V3_REPORT, MCD_TO_EX);
	nic->scratch[MCD_IPV4] = (struct mcd_scratch){ .join = done_at(JOINED),
						       .leave = done_at(JOINED + 13),
						       .report_ns = T0 + 112 * MS,
						       .leave_seen_ns = T0 + 125 * MS,
						       .report_packet = 1,
						       .leave_packet = 2 };
	q = case_query(c, i, 126, 3, querier);
	q->group = q->destination = c->request.scratch_groups[MCD_IPV4];
	nic->scratch[MCD_IPV4].query_ns = q->when_ns;
	nic->scratch[MCD_IPV4].query_packet = q->packet;
	case_probes(c, i, i, true);
	case_stream(c, i, source, 100);
	case_report(c, i, LEFT + 12, MCD_IGMP_V3_REPORT, MCD_TO_IN);
}

void case_init(struct the_case *c)
{
	memset(c, 0, sizeof *c);
	c->groups[0] = (struct mcd_group){ .address = address("239.7.7.7"), .port = 5000, .mode = MCD_EXCLUDE, .sources = c->sources };
	c->groups[1] = (struct mcd_group){ .address = address("239.8.8.8"), .port = 5000, .mode = MCD_EXCLUDE, .sources = c->sources };
	c->request = (struct mcd_request){ .groups = c->groups,
					   .ngroups = 1,
					   .join = true,
					   .send = true,
					   .expect_stream = true,
					   .loop = true,
					   .ttl = 64,
					   .message = "",
					   .scratch_groups = { address("233.252.0.17") } };
	for (unsigned i = 0; i < CASE_NICS; i++) {
		init_iface(c, i);
		c->nics[i].iface = &c->ifaces[i];
		c->nics[i].named = true;
		c->nics[i].tasks = c->tasks[i];
		init_vecs(&c->nics[i]);
		for (unsigned g = 0; g < CASE_GROUPS; g++)
			mcd_vec_init(&c->tasks[i][g].send_errors, sizeof(struct mcd_send_error));
		init_nic(c, i);
	}
	c->evidence = (struct mcd_evidence){ .request = &c->request,
					     .ifaces = { c->ifaces, CASE_NICS },
					     .nics = c->nics,
					     .nnics = 2,
					     .session = 7,
					     .started_ns = T0,
					     .ended_ns = T0 + ENDED * MS,
					     .ended_by = MCD_ENDED_SETTLED,
					     .has_host = true };
	init_host(c, &c->evidence.before);
	init_host(c, &c->evidence.after);
	c->evidence.after.counters.ip_in_receives = c->evidence.after.counters.ip_in_mcast_pkts = 400;
}

struct case_app case_app(struct the_case *c)
{
	struct mcd_host *looks[] = { &c->evidence.before, &c->evidence.after };
	const uint64_t cookie = 100 + looks[0]->apps.sockets.count;
	const bool ipv6 = !mcd_addr_is_v4(c->groups[0].address);

	for (size_t i = 0; i < 2; i++)
		*(struct mcd_app_socket *)push(&looks[i]->apps.sockets) = (struct mcd_app_socket){
			.cookie = cookie,
			.address = address(ipv6 ? "::" : "0.0.0.0"),
			.port = c->groups[0].port,
			.takes_ipv4 = true,
			.uid = 1000,
			.receive_buffer = 212992,
			.pid = 4711,
			.process = "app",
			.asked = true,
			.multicast_all = !ipv6,
			.multicast_all_ipv6 = ipv6 ? 1 : -1,
		};
	return (struct case_app){ cookie };
}

static struct mcd_app_socket *app_at(struct mcd_apps *apps, struct case_app app)
{
	for (size_t i = 0; i < apps->sockets.count; i++) {
		struct mcd_app_socket *s = mcd_vec_at(&apps->sockets, i);

		if (s->cookie == app.cookie)
			return s;
	}
	abort();
}

struct mcd_app_socket *case_app_start(struct the_case *c, struct case_app app)
{
	return app_at(&c->evidence.before.apps, app);
}

struct mcd_app_socket *case_app_end(struct the_case *c, struct case_app app)
{
	return app_at(&c->evidence.after.apps, app);
}

void case_app_joins(struct the_case *c, struct case_app app, size_t nic, const char *group, int when)
{
	struct mcd_host *looks[] = { &c->evidence.before, &c->evidence.after };

	for (int i = 0; i < 2; i++) {
		if (!(when & 1 << i))
			continue;
		*(struct mcd_host_membership *)push(&looks[i]->memberships) =
			(struct mcd_host_membership){ c->ifaces[nic].index, address(group), 1 };
		if (app_at(&looks[i]->apps, app)->asked)
			*(struct mcd_app_membership *)push(&looks[i]->apps.memberships) =
				(struct mcd_app_membership){ app.cookie, c->ifaces[nic].index, address(group) };
	}
}

void case_silence(struct mcd_vec *facts)
{
	facts->count = 0;
}

void case_no_stream(struct the_case *c, size_t nic)
{
	mcd_streams_fini(&c->nics[nic]);
}

void case_look(struct the_case *c, size_t nic, int on_ms, int off_ms)
{
	c->nics[nic].looks[c->nics[nic].nlooks++] = (struct mcd_look){ T0 + on_ms * MS, off_ms ? T0 + off_ms * MS : 0 };
}

struct mcd_phase *case_phase(struct the_case *c, size_t nic, unsigned phase, int from_ms, int to_ms, int gap_ms)
{
	struct mcd_task *task = &c->tasks[nic][0];
	struct mcd_stream *s;

	if (!task->phases && !(task->phases = calloc(MCD_PHASES, sizeof *task->phases)))
		abort();
	task->phases[phase] = (struct mcd_phase){ .packets = (uint64_t)((to_ms - from_ms) / gap_ms + 1), .first_packet = 7, .first_ns = T0 + from_ms * MS,
						  .last_ns = T0 + to_ms * MS, .longest_gap_ns = gap_ms * MS };
	s = mcd_vec_at(&c->nics[nic].streams, 0);
	if (s->first_ns < c->nics[nic].looks[0].on_ns)
		s->first_ns = task->phases[phase].first_ns;
	s->last_ns = task->phases[phase].last_ns;
	return &task->phases[phase];
}

void case_filtered(struct the_case *c, size_t nic)
{
	case_look(c, nic, 1700, 2200);
	case_look(c, nic, 2700, 3200);
	case_phase(c, nic, 1, 1705, 2195, 20);
	case_phase(c, nic, 3, 2705, 3195, 20);
}

void case_no_query(struct the_case *c, size_t nic)
{
	case_silence(&c->nics[nic].queries);
	case_silence(&c->nics[nic].queriers);
	c->nics[nic].scratch[MCD_IPV4].query_ns = 0;
	c->nics[nic].scratch[MCD_IPV4].query_packet = 0;
}

static void free_sources(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->reports.count; i++)
		free(((struct mcd_report *)mcd_vec_at(&nic->reports, i))->sources);
}

void case_no_report(struct the_case *c, size_t nic)
{
	free_sources(&c->nics[nic]);
	case_silence(&c->nics[nic].reports);
}

static void free_members(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->members.count; i++)
		free(((struct mcd_member *)mcd_vec_at(&nic->members, i))->sources);
}

void case_ask_source(struct the_case *c, const char *source)
{
	c->sources[0] = address(source);
	c->groups[0].mode = MCD_INCLUDE;
	c->groups[0].nsources = 1;
	for (size_t i = 0; i < CASE_NICS; i++)
		for (size_t k = 0; k < c->nics[i].reports.count; k++) {
			struct mcd_report *r = mcd_vec_at(&c->nics[i].reports, k);

			r->record = r->record == MCD_TO_EX ? MCD_ALLOW : MCD_TO_IN;
			if (r->record != MCD_ALLOW)
				continue;
			r->sources = malloc(sizeof *r->sources);
			if (!r->sources)
				abort();
			r->sources[0] = c->sources[0];
			r->nsources = 1;
		}
}

static void drop_judgement(struct the_case *c)
{
	if (c->judged)
		mcd_diagnosis_fini(&c->diagnosis);
	c->judged = false;
}

const struct mcd_diagnosis *case_judge(struct the_case *c)
{
	drop_judgement(c);
	c->judged = mcd_diagnose(&c->evidence, c->evidence.ended_ns, &c->diagnosis);
	if (!c->judged)
		abort();
	return &c->diagnosis;
}

const struct mcd_diagnosis *case_judge_at(struct the_case *c, int at_ms)
{
	drop_judgement(c);
	c->evidence.ended_ns = 0;
	for (size_t i = 0; i < CASE_NICS; i++) {
		c->nics[i].capture.closed_ns = 0;
		memset(&c->tasks[i][0].leave, 0, sizeof c->tasks[i][0].leave);
	}
	c->judged = mcd_diagnose(&c->evidence, T0 + at_ms * MS, &c->diagnosis);
	if (!c->judged)
		abort();
	return &c->diagnosis;
}

void case_fini(struct the_case *c)
{
	drop_judgement(c);
	for (size_t i = 0; i < CASE_NICS; i++) {
		struct mcd_nic *nic = &c->nics[i];

		free_sources(nic);
		case_no_probes(nic);
		free_members(nic);
		mcd_vec_fini(&nic->reports);
		mcd_vec_fini(&nic->queries);
		mcd_vec_fini(&nic->queriers);
		mcd_vec_fini(&nic->members);
		mcd_streams_fini(nic);
		for (unsigned g = 0; g < CASE_GROUPS; g++) {
			mcd_vec_fini(&nic->tasks[g].send_errors);
			mcd_filter_fini(&nic->tasks[g].in_socket);
			mcd_filter_fini(&nic->tasks[g].in_kernel);
			free(nic->tasks[g].phases);
		}
	}
	mcd_host_fini(&c->evidence.before);
	mcd_host_fini(&c->evidence.after);
	mcd_drops_fini(&c->evidence.drops);
	mcd_firewall_fini(&c->evidence.firewall);
}

const struct mcd_finding *found(const struct the_case *c, size_t nic, enum mcd_code code)
{
	for (size_t i = 0; i < c->diagnosis.findings.count; i++) {
		const struct mcd_finding *f = mcd_vec_at(&c->diagnosis.findings, i);

		if (f->code == code && f->nic == (nic == SIZE_MAX ? NULL : &c->nics[nic]))
			return f;
	}
	return NULL;
}

bool is_because(const struct the_case *c, enum mcd_code effect, enum mcd_code cause)
{
	const struct mcd_finding *f = found(c, 0, effect), *primary;

	if (!f || f->because_of < 0)
		return false;
	primary = mcd_vec_at(&c->diagnosis.findings, (size_t)f->because_of);
	return primary->code == cause && primary < f;
}

size_t troubles(const struct the_case *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->diagnosis.findings.count; i++)
		if (((const struct mcd_finding *)mcd_vec_at(&c->diagnosis.findings, i))->severity != MCD_NOTE)
			count++;
	return count;
}

const struct mcd_check *total(const struct the_case *c, size_t nic, enum mcd_check_id check)
{
	return mcd_diagnosis_total(&c->diagnosis, nic, check);
}

bool is_whole(const struct mcd_finding *f)
{
	if (!f || !f->summary[0] || !f->remedy[0][0] || f->clues.count == 0)
		return false;
	for (size_t i = 0; i < f->clues.count; i++)
		if (!((const struct mcd_clue *)mcd_vec_at(&f->clues, i))->text[0])
			return false;
	return strlen(f->summary) + 1 < sizeof f->summary && strlen(f->remedy[0]) + 1 < sizeof f->remedy[0];
}
