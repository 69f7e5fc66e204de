/* SPDX-License-Identifier: ISC */
/* One row of `interfaces`: the device, its capture, its checks, its counts. */
#include <config.h>

#include "report/json.h"

#include <string.h>

char *mcd_report_capture_name(const struct mcd_iface *iface, char buf[MCD_CAPTURE_NAME])
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t n = 0;

	for (const char *c = iface->name; *c; c++) {
		if (strchr(plain, *c) && (*c != '.' || c > iface->name))
			buf[n++] = *c;
		else
			n += (size_t)snprintf(buf + n, MCD_CAPTURE_NAME - n, "%%%02X", (unsigned)(unsigned char)*c);
	}
	snprintf(buf + n, MCD_CAPTURE_NAME - n, ".pcap");
	return buf;
}

/* The names of what lies below and above a device. Most have neither: only for the others are all pairs looked at. */
static void put_stack(struct mcd_json *j, cJSON *row, const struct mcd_iface_list *list, const struct mcd_iface *iface)
{
	cJSON *lower = mcd_json_array(j, row, "lower"), *upper = mcd_json_array(j, row, "upper");
	bool stacked = iface->master || iface->link;

	if (iface->index == 0)
		return;
	for (size_t i = 0; !stacked && i < list->count; i++)
		stacked = list->at[i].master == iface->index || list->at[i].link == iface->index;
	for (size_t i = 0; stacked && i < list->count; i++) {
		const struct mcd_iface *other = &list->at[i];

		if (other->index == iface->index)
			continue;
		if (mcd_iface_is_below(list, other->index, iface->index))
			mcd_json_text(j, lower, NULL, other->name);
		if (mcd_iface_is_below(list, iface->index, other->index))
			mcd_json_text(j, upper, NULL, other->name);
	}
}

static void put_capture(struct mcd_json *j, cJSON *row, const struct mcd_report_input *in, const struct mcd_nic *nic)
{
	const struct mcd_nic_capture *capture = &nic->capture;
	cJSON *object = mcd_json_object(j, row, "capture");
	bool known = mcd_nic_was_captured(nic);
	char name[MCD_CAPTURE_NAME];

	mcd_json_known(j, object, "packets", known, capture->packets);
	mcd_json_known(j, object, "dropped", known, capture->dropped);
	mcd_json_known(j, object, "truncated", known, capture->truncated);
	mcd_json_known(j, object, "malformed", known, capture->malformed);
	mcd_json_known(j, object, "undecoded", known, capture->undecoded);
	mcd_json_text(j, object, "file", known && in->saved_in ? mcd_report_capture_name(nic->iface, name) : NULL);
	mcd_json_text(j, object, "ended", !known ? NULL : capture->broke ? "cut" : "complete");
	mcd_json_word(j, object, "error", capture->error);
}

/* Whether finding F explains CHECK of this row. One of the whole host explains only what went wrong. */
static bool explains(const struct mcd_finding *f, const struct mcd_nic *nic, const struct mcd_group *group, enum mcd_check_id check,
		     enum mcd_status status)
{
	if (!(f->checks & 1u << check))
		return false;
	if (f->nic ? f->nic != nic : status == MCD_PASS || status == MCD_SKIPPED)
		return false;
	return !f->group || !group || f->group == group;
}

void mcd_json_checks(struct mcd_json *j, cJSON *row, const struct mcd_report_input *in, size_t nic, size_t group)
{
	const struct mcd_diagnosis *d = in->diagnosis;
	const struct mcd_group *of = group == SIZE_MAX ? NULL : &in->evidence->request->groups[group];
	cJSON *object = mcd_json_object(j, row, "checks");

	for (int c = 0; c < MCD_CHECKS; c++) {
		enum mcd_check_id id = (enum mcd_check_id)c;
		const struct mcd_check *check = of ? mcd_diagnosis_check(d, nic, group, id) : mcd_diagnosis_total(d, nic, id);
		cJSON *one = mcd_json_object(j, object, mcd_check_name(id)), *list;

		mcd_json_text(j, one, "status", mcd_status_name(check->status));
		mcd_json_word(j, one, "reason", check->reason);
		list = mcd_json_array(j, one, "findings");
		for (size_t i = 0; i < d->findings.count; i++)
			if (explains(mcd_vec_at(&d->findings, i), &in->evidence->nics[nic], of, id, check->status))
				mcd_json_uint(j, list, NULL, i);
	}
}

static void put_groups(struct mcd_json *j, cJSON *row, const struct mcd_report_input *in, size_t nic)
{
	const struct mcd_request *request = in->evidence->request;
	cJSON *list = mcd_json_array(j, row, "groups");

	for (size_t i = 0; i < request->ngroups; i++) {
		cJSON *one = mcd_json_object(j, list, NULL);

		mcd_json_address(j, one, "address", request->groups[i].address);
		mcd_json_uint(j, one, "port", request->groups[i].port);
		mcd_json_addresses(j, one, "sources", request->groups[i].sources, request->groups[i].nsources);
		mcd_json_checks(j, one, in, nic, i);
	}
}

static void put_igmp(struct mcd_json *j, cJSON *row, const struct mcd_nic *nic)
{
	const struct mcd_igmp_counts *c = &nic->igmp;
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
		{ "queries_v1", c->queries_v1 }, { "queries_v2", c->queries_v2 },
		{ "queries_v3", c->queries_v3 }, { "reports_v1", c->reports_v1 },
		{ "reports_v2", c->reports_v2 }, { "reports_v3", c->reports_v3 },
		{ "leaves", c->leaves },	 { "other", c->other },
		{ "malformed", c->malformed },	 { "bad_checksum", c->bad_checksum },
		{ "tunnelled", c->tunnelled },
	};
	cJSON *object = mcd_json_object(j, row, "igmp");

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		mcd_json_known(j, object, counts[i].name, mcd_nic_was_captured(nic), counts[i].count);
}

/* MLD is not decoded yet: not known, which is not the same as none. */
static void put_mld(struct mcd_json *j, cJSON *row)
{
	static const char *const names[] = { "queries_v1", "queries_v2", "reports_v1",	 "reports_v2", "dones",
					     "other",	   "malformed",	 "bad_checksum", "tunnelled" };
	cJSON *object = mcd_json_object(j, row, "mld");

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		mcd_json_null(j, object, names[i]);
}

/* What the kernel has in force on the interface. */
static void put_kernel(struct mcd_json *j, cJSON *row, const struct mcd_evidence *evidence, const struct mcd_nic *nic)
{
	const struct mcd_host_iface *facts = evidence->has_host ? mcd_host_iface(&evidence->after, nic->iface->index) : NULL;
	cJSON *object;

	if (!facts && evidence->has_host)
		facts = mcd_host_iface(&evidence->before, nic->iface->index);
	if (!facts) {
		mcd_json_null(j, row, "kernel");
		return;
	}
	object = mcd_json_object(j, row, "kernel");
	mcd_json_known(j, object, "igmp_version", facts->igmp_version > 0, (uint64_t)facts->igmp_version);
	mcd_json_known(j, object, "force_igmp_version", facts->force_igmp_version >= 0, (uint64_t)facts->force_igmp_version);
	mcd_json_known(j, object, "rp_filter", facts->rp_filter >= 0, (uint64_t)facts->rp_filter);
}

void mcd_json_nic(struct mcd_json *j, cJSON *list, const struct mcd_report_input *in, size_t index)
{
	const struct mcd_nic *nic = &in->evidence->nics[index];
	cJSON *row = mcd_json_object(j, list, NULL);
	bool usable = nic->unusable == MCD_USABLE;

	mcd_json_iface(j, row, nic->iface);
	mcd_json_text(j, row, "role", nic->role == MCD_ROLE_CHOSEN ? "chosen" : "observed");
	mcd_json_bool(j, row, "named", nic->named);
	mcd_json_bool(j, row, "usable", usable);
	mcd_json_text(j, row, "unusable_reason", usable ? NULL : mcd_unusable_name(nic->unusable));
	mcd_json_word(j, row, "kind", nic->iface->kind);
	mcd_json_known(j, row, "link_type", mcd_nic_was_captured(nic), (uint64_t)nic->capture.link_type);
	put_stack(j, row, &in->evidence->ifaces, nic->iface);
	put_kernel(j, row, in->evidence, nic);
	put_capture(j, row, in, nic);
	mcd_json_checks(j, row, in, index, SIZE_MAX);
	put_groups(j, row, in, index);
	put_igmp(j, row, nic);
	put_mld(j, row);
	mcd_json_wire(j, row, in, index);
	mcd_json_probes(j, row, in, index);
	mcd_json_uint(j, row, "facts_omitted", nic->omitted);
}
