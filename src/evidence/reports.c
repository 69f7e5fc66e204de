/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/tables.h"

#include <stdlib.h>

/* A row with all but the record; the sources stay empty. */
static struct mcd_report row_of(const struct mcd_sight *s)
{
	const struct mcd_packet *p = s->packet;

	return (struct mcd_report){
		.when_ns = s->when_ns,
		.packet = s->number,
		.out = s->out,
		.version = (uint8_t)p->igmp.version,
		.type = p->igmp.type,
		.record = MCD_RECORD_NONE,
		.source = p->ip.source,
		.destination = p->ip.destination,
		.group = p->igmp.group,
		.vlan = p->link.vlan,
		.inner_vlan = p->link.inner_vlan,
		.ttl = p->ip.ttl,
		.router_alert = p->ip.router_alert,
		.checksum_ok = p->igmp.checksum != MCD_CHECKSUM_BAD,
	};
}

static bool is_emptying(const struct mcd_report *r)
{
	return r->type == MCD_IGMP_LEAVE || r->record == MCD_BLOCK || (r->record == MCD_TO_IN && r->nsources == 0);
}

static bool is_any_source(const struct mcd_report *r)
{
	if (r->type == MCD_IGMP_V1_REPORT || r->type == MCD_IGMP_V2_REPORT)
		return true;
	return (r->record == MCD_IS_EX || r->record == MCD_TO_EX) && r->nsources == 0;
}

/* A record that says that its host wants something of the group. */
static bool is_joining(const struct mcd_report *r)
{
	if (is_any_source(r) || r->record == MCD_IS_EX || r->record == MCD_TO_EX)
		return true;
	return (r->record == MCD_ALLOW || r->record == MCD_IS_IN || r->record == MCD_TO_IN) && r->nsources > 0;
}

static bool is_after(const struct mcd_act *act, int64_t when_ns)
{
	return act->called_ns != 0 && when_ns >= act->called_ns;
}

static void note_scratch(const struct mcd_sight *s, const struct mcd_report *r)
{
	const struct mcd_request *request = s->evidence->request;
	const unsigned family = mcd_addr_place(r->group);
	struct mcd_scratch *scratch = &s->nic->scratch[family];

	if (!mcd_request_has_scratch(request, family) || r->vlan || !r->checksum_ok || !mcd_addr_equal(r->group, request->scratch_groups[family]))
		return;
	if (!r->out) {
		scratch->other_member |= is_joining(r) && !mcd_evidence_is_local(s->evidence, r->source); /* our other NICs are no others */
	} else if (is_emptying(r)) {
		if (scratch->leave_seen_ns == 0 && is_after(&scratch->leave, r->when_ns)) {
			scratch->leave_seen_ns = r->when_ns;
			scratch->leave_packet = r->packet;
		}
	} else if (is_any_source(r) && scratch->report_ns == 0 && is_after(&scratch->join, r->when_ns)) {
		scratch->report_ns = r->when_ns;
		scratch->report_packet = r->packet;
	}
}

/* What members say again at each query needs no row once there are more than are shown: a long capture has little else. Of a group that was
 * asked about, each row may be the answer that a query is judged by. */
static bool may_go(const struct mcd_sight *s, const struct mcd_report *r)
{
	const struct mcd_evidence *e = s->evidence;

	return e->passive && s->nic->reports.count >= e->request->max_rows && !mcd_request_has_group(e->request, r->group);
}

/* Takes R's sources over. This host's own reports have twice the room, so that no flood of others hides them. */
static void keep(const struct mcd_sight *s, const struct mcd_report *r)
{
	const size_t times = r->out ? 2 : 1;
	struct mcd_held *held = &s->evidence->held;
	struct mcd_report *kept = NULL;

	if (mcd_hold(&held->report_sources, r->nsources, times * MCD_MAX_SOURCES)) {
		if (mcd_hold(&held->reports, 1, times * MCD_MAX_REPORTS))
			kept = mcd_vec_push(&s->nic->reports);
		if (kept) {
			*kept = *r;
			return;
		}
		held->report_sources -= r->nsources;
	}
	mcd_omit(s->nic, MCD_OMITTED_REPORTS);
	free(r->sources);
}

/* Takes R's sources over. */
static void observe_row(const struct mcd_sight *s, const struct mcd_report *r)
{
	note_scratch(s, r);
	if (mcd_members_observe(s->evidence, s->nic, r) && may_go(s, r)) {
		s->nic->repeats++;
		free(r->sources);
	} else {
		keep(s, r);
	}
}

static bool copy_sources(const struct mcd_igmp *message, struct mcd_report *row, struct mcd_cursor window, size_t count)
{
	struct mcd_addr source;

	row->sources = count > 0 ? malloc(count * sizeof *row->sources) : NULL;
	if (count > 0 && !row->sources)
		return false;
	while (row->nsources < count && mcd_igmp_next_source(message, &window, &source))
		row->sources[row->nsources++] = source;
	return true;
}

static void observe_records(const struct mcd_sight *s)
{
	struct mcd_igmp message = s->packet->igmp; /* the iterator moves */
	struct mcd_igmp_record record;

	while (mcd_igmp_next_record(&message, &record)) {
		struct mcd_report row = row_of(s);

		row.record = record.type;
		row.group = record.group;
		if (copy_sources(&message, &row, record.sources, record.nsources))
			observe_row(s, &row);
		else
			mcd_omit(s->nic, MCD_OMITTED_REPORTS);
	}
}

static struct mcd_igmp_counts *counts_of(const struct mcd_sight *s)
{
	return s->packet->igmp.mld ? &s->nic->mld : &s->nic->igmp;
}

/* What shares IGMP's protocol number and is no membership. */
static void count_other(const struct mcd_sight *s)
{
	struct mcd_other_igmp *other = NULL;

	counts_of(s)->other++;
	for (size_t i = 0; i < s->nic->others.count && !other; i++) {
		other = mcd_vec_at(&s->nic->others, i);
		if (other->type != s->packet->igmp.type)
			other = NULL;
	}
	if (!other && (other = mcd_vec_push(&s->nic->others)) != NULL) {
		other->type = s->packet->igmp.type;
		other->first_packet = s->number;
	}
	if (other)
		other->packets++;
	else
		mcd_omit(s->nic, MCD_OMITTED_OTHERS);
}

static void count_report(const struct mcd_sight *s)
{
	struct mcd_igmp_counts *counts = counts_of(s);

	switch (s->packet->igmp.type) {
	case MCD_IGMP_V1_REPORT:
		counts->reports_v1++;
		break;
	case MCD_IGMP_V2_REPORT:
		counts->reports_v2++;
		break;
	case MCD_IGMP_V3_REPORT:
		counts->reports_v3++;
		break;
	case MCD_IGMP_LEAVE:
		counts->leaves++;
		break;
	default:
		count_other(s);
		break;
	}
}

static void observe_report(const struct mcd_sight *s, bool whole)
{
	const struct mcd_igmp *igmp = &s->packet->igmp;

	count_report(s);
	if (igmp->type == MCD_IGMP_V3_REPORT) {
		observe_records(s); /* of a cut one those that are there */
	} else if (whole && igmp->version != 0) {
		struct mcd_report row = row_of(s);

		observe_row(s, &row);
	}
}

static void observe_query(const struct mcd_sight *s, bool whole)
{
	struct mcd_igmp_counts *counts = counts_of(s);

	/* The length tells the version (RFC 9776, 7.1): a cut query that does not show it is of v3 by the decoder's reckoning, or of none. */
	switch (s->packet->igmp.version + s->packet->igmp.mld) {
	case 1:
		counts->queries_v1++;
		break;
	case 2:
		counts->queries_v2++;
		break;
	case 3:
		counts->queries_v3++;
		break;
	default:
		count_other(s);
		return;
	}
	if (whole)
		mcd_queriers_observe(s);
}

void mcd_reports_observe(const struct mcd_sight *s)
{
	const struct mcd_packet *p = s->packet;
	struct mcd_igmp_counts *counts = counts_of(s);

	if (p->status == MCD_WIRE_MALFORMED) {
		if (counts->malformed++ == 0 && !p->igmp.mld) {
			s->nic->first_malformed = s->number;
			s->nic->malformed_source = p->ip.source;
		}
		return;
	}
	counts->bad_checksum += p->igmp.checksum == MCD_CHECKSUM_BAD;
	if (p->igmp.type == MCD_IGMP_QUERY)
		observe_query(s, p->status == MCD_WIRE_OK);
	else
		observe_report(s, p->status == MCD_WIRE_OK);
}
