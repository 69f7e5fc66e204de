/* SPDX-License-Identifier: ISC */
/* What the wire of one interface showed: membership messages, queriers, members. */
#include <config.h>

#include "report/json.h"

#include "report/json_streams.h"

#include <stdlib.h>

static int by_number(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Equal items in the order in which they stand: both point into one array. */
static int by_place(const void *a, const void *b)
{
	return by_number((uintptr_t)a, (uintptr_t)b);
}

static int by_querier(const void *left, const void *right)
{
	const struct mcd_querier *a = *(const struct mcd_querier *const *)left, *b = *(const struct mcd_querier *const *)right;
	int order = mcd_by_vlan(a->vlan, a->inner_vlan, b->vlan, b->inner_vlan);

	if (!order)
		order = mcd_addr_compare(a->address, b->address);
	return order ? order : by_place(a, b);
}

static int by_member(const void *left, const void *right)
{
	const struct mcd_member *a = *(const struct mcd_member *const *)left, *b = *(const struct mcd_member *const *)right;
	int order = mcd_by_vlan(a->vlan, a->inner_vlan, b->vlan, b->inner_vlan);

	if (!order)
		order = mcd_addr_compare(a->group, b->group);
	if (!order)
		order = mcd_addr_compare(a->host, b->host);
	return order ? order : by_place(a, b);
}

static void put_report(struct mcd_json *j, const struct mcd_report *r)
{
	mcd_json_object(j, NULL);
	mcd_json_when(j, "time_ms", r->when_ns);
	mcd_json_uint(j, "packet", r->packet);
	mcd_json_plain(j, "direction", r->out ? "out" : "in");
	mcd_json_family(j, "family", r->group);
	mcd_json_int(j, "version", r->version);
	mcd_json_plain(j, "type", r->type != MCD_IGMP_LEAVE ? "report" : mcd_addr_is_v4(r->group) ? "leave" : "done");
	mcd_json_address(j, "source", r->source);
	mcd_json_address(j, "destination", r->destination);
	mcd_json_vlan(j, r->vlan, r->inner_vlan);
	mcd_json_address(j, "group", r->group);
	if (r->record == MCD_RECORD_NONE)
		mcd_json_null(j, "record");
	else
		mcd_json_plain(j, "record", mcd_record_name(r->record));
	mcd_json_addresses(j, "sources", r->sources, r->nsources);
	mcd_json_uint(j, "ttl", r->ttl);
	mcd_json_bool(j, "router_alert", r->router_alert);
	mcd_json_bool(j, "checksum_ok", r->checksum_ok);
	mcd_json_end(j);
}

static void put_reports(struct mcd_json *j, const struct mcd_nic *nic, size_t most)
{
	size_t shown = nic->reports.count < most ? nic->reports.count : most;

	mcd_json_array(j, "reports");
	for (size_t i = 0; i < shown; i++)
		put_report(j, mcd_vec_at(&nic->reports, i));
	mcd_json_end(j);
	mcd_json_uint(j, "reports_omitted", nic->reports.count - shown + nic->repeats + nic->omitted_of[MCD_OMITTED_REPORTS]);
}

static void put_querier(struct mcd_json *j, const struct mcd_querier *q)
{
	mcd_json_object(j, NULL);
	mcd_json_address(j, "address", q->address);
	mcd_json_mac(j, "mac", q->mac);
	mcd_json_family(j, "family", q->address);
	mcd_json_int(j, "version", q->version);
	mcd_json_vlan(j, q->vlan, q->inner_vlan);
	mcd_json_uint(j, "queries", q->queries);
	mcd_json_uint(j, "max_response_ms", q->max_response_ms);
	mcd_json_known(j, "interval_s", q->interval_s != 0, q->interval_s);
	if (q->general > 1)
		mcd_json_fixed(j, "interval_measured_s", (q->last_general_ns - q->first_general_ns) / (int64_t)(q->general - 1) / 1000000);
	else
		mcd_json_null(j, "interval_measured_s");
	mcd_json_known(j, "robustness", q->robustness != 0, q->robustness);
	mcd_json_bool(j, "elected", q->elected);
	mcd_json_end(j);
}

static void put_queriers(struct mcd_json *j, const struct mcd_nic *nic)
{
	const void **sorted = mcd_sorted(j, &nic->queriers, by_querier);

	mcd_json_array(j, "queriers");
	for (size_t i = 0; sorted && i < nic->queriers.count; i++)
		put_querier(j, sorted[i]);
	mcd_json_end(j);
	free(sorted);
}

static void put_member(struct mcd_json *j, const struct mcd_member *m)
{
	if (m->mode == MCD_INCLUDE && m->nsources == 0)
		return; /* it has left */
	mcd_json_object(j, NULL);
	mcd_json_address(j, "group", m->group);
	mcd_json_address(j, "host", m->host);
	mcd_json_family(j, "family", m->group);
	mcd_json_vlan(j, m->vlan, m->inner_vlan);
	mcd_json_int(j, "version", m->version);
	mcd_json_plain(j, "filter_mode", m->mode == MCD_INCLUDE ? "include" : "exclude");
	mcd_json_addresses(j, "sources", m->sources, m->nsources);
	mcd_json_when(j, "since_ms", m->since_ns);
	mcd_json_when(j, "last_ms", m->last_ns);
	mcd_json_end(j);
}

static void put_members(struct mcd_json *j, const struct mcd_nic *nic)
{
	const void **sorted = mcd_sorted(j, &nic->members, by_member);

	mcd_json_array(j, "members");
	for (size_t i = 0; sorted && i < nic->members.count; i++)
		put_member(j, sorted[i]);
	mcd_json_end(j);
	free(sorted);
}

void mcd_json_wire(struct mcd_json *j, const struct mcd_report_input *in, size_t index)
{
	const struct mcd_nic *nic = &in->evidence->nics[index];

	put_reports(j, nic, in->evidence->request->max_rows);
	put_queriers(j, nic);
	put_members(j, nic);
	mcd_json_streams(j, in->evidence, nic);
}
