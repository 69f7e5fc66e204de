/* SPDX-License-Identifier: ISC */
/* The case of a capture: what it has in common with a live one is its wires. */
#include <config.h>

#include "cases.h"

#include <stdlib.h>
#include <string.h>

static void *push(struct mcd_vec *v)
{
	void *item = mcd_vec_push(v);

	if (!item)
		abort();
	return item;
}

void case_source(struct mcd_addr **sources, uint32_t *nsources, const char *source)
{
	*sources = calloc(1, sizeof **sources);
	if (!*sources)
		abort();
	(*sources)[0] = address(source);
	*nsources = 1;
}

void case_querier(struct the_case *c, size_t nic, const char *source, int version, uint16_t vlan, int at_ms, int every_ms, int count)
{
	for (int i = 0; i < count; i++)
		case_query(c, nic, at_ms + i * every_ms, version, source)->vlan = vlan;
	for (size_t i = 0; i < c->nics[nic].queriers.count; i++) {
		struct mcd_querier *k = mcd_vec_at(&c->nics[nic].queriers, i);

		if (!mcd_addr_equal(k->address, address(source)))
			continue;
		k->vlan = vlan;
		if (version < 3)
			k->interval_s = k->robustness = 0; /* not told */
	}
}

struct mcd_member *case_member(struct the_case *c, size_t nic, const char *host)
{
	struct mcd_member *m = push(&c->nics[nic].members);

	*m = (struct mcd_member){ .group = c->groups[0].address, .host = address(host), .version = 3, .mode = MCD_EXCLUDE };
	return m;
}

struct mcd_report *case_host_report(struct the_case *c, size_t nic, int ms, const char *host, uint8_t type, uint8_t record)
{
	struct mcd_report *r = case_report(c, nic, ms, type, record);

	r->out = false;
	r->source = address(host);
	return r;
}

struct mcd_rtp_source *case_rtp(struct mcd_stream *s)
{
	s->rtp = calloc(1, sizeof *s->rtp);
	if (!s->rtp)
		abort();
	s->rtp->packets = s->packets;
	s->rtp->source = (struct mcd_rtp_source){
		.lowest = 0x10000, .highest = 0x10000 + s->packets - 1, .unique = s->packets, .advances = (uint32_t)s->packets - 1,
		.disorder = calloc(1, sizeof *s->rtp->source.disorder)
	};
	if (!s->rtp->source.disorder)
		abort();
	return &s->rtp->source;
}

static void init_capture(struct the_case *c, size_t i)
{
	char source[] = "10.77.0.20", querier[] = "10.77.0.250", host[] = "10.77.0.30";
	struct mcd_nic *nic = &c->nics[i];
	struct mcd_stream *s;

	source[6] = querier[6] = host[6] = (char)('0' + i);
	c->ifaces[i].index = 0;
	c->ifaces[i].has_mac = false;
	c->ifaces[i].naddresses = 0;
	c->tasks[i][0] = (struct mcd_task){ .send_errors = c->tasks[i][0].send_errors };
	memset(nic->scratch, 0, sizeof nic->scratch);
	nic->capture = (struct mcd_nic_capture){ .tried = true, .open = true, .link_type = 1, .opened_ns = T0, .closed_ns = T0 + MINUTES_5 * MS };
	case_no_report(c, i);
	case_no_query(c, i);
	case_no_stream(c, i);
	for (size_t k = 0; k < nic->probes.count; k++)
		mcd_vec_fini(&((struct mcd_probe_seen *)mcd_vec_at(&nic->probes, k))->ttl);
	case_silence(&nic->probes);
	case_host_report(c, i, 500, host, MCD_IGMP_V3_REPORT, MCD_TO_EX);
	case_querier(c, i, querier, 3, 0, 1000, 125000, 3);
	for (int k = 0; k < 3; k++)
		case_host_report(c, i, 1700 + k * 125000, host, MCD_IGMP_V3_REPORT, MCD_IS_EX);
	case_member(c, i, host);
	s = case_stream(c, i, source, 30000);
	s->last_ns = T0 + (MINUTES_5 - 10) * MS;
	s->longest_gap_ns = 20 * MS;
	nic->capture.contents[MCD_CONTENT_IPV4] = nic->capture.packets;
}

void case_init_passive(struct the_case *c, bool asked)
{
	case_init(c);
	c->evidence.passive = true;
	c->evidence.has_host = false;
	c->evidence.session = 0;
	c->evidence.ended_ns = T0 + MINUTES_5 * MS;
	c->request.ngroups = asked ? 1 : 0;
	c->request.join = c->request.send = false;
	memset(c->request.scratch_groups, 0, sizeof c->request.scratch_groups);
	for (size_t i = 0; i < 2; i++)
		init_capture(c, i);
}
