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

static int by_packet(const void *left, const void *right)
{
	const struct mcd_report *a = *(const struct mcd_report *const *)left, *b = *(const struct mcd_report *const *)right;
	int order = by_number(a->packet, b->packet);

	return order ? order : by_place(a, b);
}

static int by_querier(const void *left, const void *right)
{
	const struct mcd_querier *a = *(const struct mcd_querier *const *)left, *b = *(const struct mcd_querier *const *)right;
	int order = mcd_by_vlan(a->tagged, a->vlan, b->tagged, b->vlan);

	if (!order)
		order = mcd_addr_compare(a->address, b->address);
	return order ? order : by_place(a, b);
}

static int by_member(const void *left, const void *right)
{
	const struct mcd_member *a = *(const struct mcd_member *const *)left, *b = *(const struct mcd_member *const *)right;
	int order = mcd_by_vlan(a->tagged, a->vlan, b->tagged, b->vlan);

	if (!order)
		order = mcd_addr_compare(a->group, b->group);
	if (!order)
		order = mcd_addr_compare(a->host, b->host);
	return order ? order : by_place(a, b);
}

static void put_report(struct mcd_json *j, cJSON *list, const struct mcd_report *r)
{
	cJSON *row = mcd_json_object(j, list, NULL);

	mcd_json_when(j, row, "time_ms", r->when_ns);
	mcd_json_uint(j, row, "packet", r->packet);
	mcd_json_text(j, row, "direction", r->out ? "out" : "in");
	mcd_json_family(j, row, "family", r->group);
	mcd_json_int(j, row, "version", r->version);
	mcd_json_text(j, row, "type", r->type == MCD_IGMP_LEAVE ? "leave" : "report");
	mcd_json_address(j, row, "source", r->source);
	mcd_json_address(j, row, "destination", r->destination);
	mcd_json_vlan(j, row, "vlan", r->tagged, r->vlan);
	mcd_json_address(j, row, "group", r->group);
	mcd_json_text(j, row, "record", r->record == MCD_RECORD_NONE ? NULL : mcd_record_name(r->record));
	mcd_json_addresses(j, row, "sources", r->sources, r->nsources);
	mcd_json_uint(j, row, "ttl", r->ttl);
	mcd_json_bool(j, row, "router_alert", r->router_alert);
	mcd_json_bool(j, row, "checksum_ok", r->checksum_ok);
}

static void put_reports(struct mcd_json *j, cJSON *parent, const struct mcd_nic *nic, size_t most)
{
	const void **sorted = mcd_sorted(j, &nic->reports, by_packet);
	size_t shown = nic->reports.count < most ? nic->reports.count : most;
	cJSON *list = mcd_json_array(j, parent, "reports");

	for (size_t i = 0; sorted && i < shown; i++)
		put_report(j, list, sorted[i]);
	mcd_json_uint(j, parent, "reports_omitted", nic->reports.count - shown);
	free(sorted);
}

static void put_querier(struct mcd_json *j, cJSON *list, const struct mcd_querier *q)
{
	cJSON *row = mcd_json_object(j, list, NULL);

	mcd_json_address(j, row, "address", q->address);
	mcd_json_mac(j, row, "mac", q->mac);
	mcd_json_family(j, row, "family", q->address);
	mcd_json_int(j, row, "version", q->version);
	mcd_json_vlan(j, row, "vlan", q->tagged, q->vlan);
	mcd_json_uint(j, row, "queries", q->queries);
	mcd_json_uint(j, row, "max_response_ms", q->max_response_ms);
	mcd_json_known(j, row, "interval_s", q->interval_s != 0, q->interval_s);
	if (q->general > 1)
		mcd_json_fixed(j, row, "interval_measured_s", (q->last_general_ns - q->first_general_ns) / (int64_t)(q->general - 1) / 1000000);
	else
		mcd_json_null(j, row, "interval_measured_s");
	mcd_json_known(j, row, "robustness", q->robustness != 0, q->robustness);
	mcd_json_bool(j, row, "elected", q->elected);
}

static void put_queriers(struct mcd_json *j, cJSON *parent, const struct mcd_nic *nic)
{
	const void **sorted = mcd_sorted(j, &nic->queriers, by_querier);
	cJSON *list = mcd_json_array(j, parent, "queriers");

	for (size_t i = 0; sorted && i < nic->queriers.count; i++)
		put_querier(j, list, sorted[i]);
	free(sorted);
}

static void put_member(struct mcd_json *j, cJSON *list, const struct mcd_member *m)
{
	cJSON *row;

	if (m->mode == MCD_INCLUDE && m->nsources == 0)
		return; /* it has left */
	row = mcd_json_object(j, list, NULL);
	mcd_json_address(j, row, "group", m->group);
	mcd_json_address(j, row, "host", m->host);
	mcd_json_family(j, row, "family", m->group);
	mcd_json_vlan(j, row, "vlan", m->tagged, m->vlan);
	mcd_json_int(j, row, "version", m->version);
	mcd_json_text(j, row, "filter_mode", m->mode == MCD_INCLUDE ? "include" : "exclude");
	mcd_json_addresses(j, row, "sources", m->sources, m->nsources);
}

static void put_members(struct mcd_json *j, cJSON *parent, const struct mcd_nic *nic)
{
	const void **sorted = mcd_sorted(j, &nic->members, by_member);
	cJSON *list = mcd_json_array(j, parent, "members");

	for (size_t i = 0; sorted && i < nic->members.count; i++)
		put_member(j, list, sorted[i]);
	free(sorted);
}

void mcd_json_wire(struct mcd_json *j, cJSON *row, const struct mcd_report_input *in, size_t index)
{
	const struct mcd_nic *nic = &in->evidence->nics[index];

	put_reports(j, row, nic, in->evidence->request->max_rows);
	put_queriers(j, row, nic);
	put_members(j, row, nic);
	mcd_json_streams(j, row, in->evidence, nic);
}
