/* SPDX-License-Identifier: ISC */
/* One row of `interfaces`: the device, its capture, its checks, its counts. */
#include <config.h>

#include "report/json.h"

#include <stdlib.h>
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

static bool is_stacked(const struct mcd_iface_list *list, const struct mcd_iface *iface)
{
	bool stacked = iface->master || iface->link;

	for (size_t i = 0; !stacked && i < list->count; i++)
		stacked = list->at[i].master == iface->index || list->at[i].link == iface->index;
	return stacked && iface->index != 0;
}

/* The names of what lies below a device, or above it. Most have neither: only for the others are all pairs looked at. */
static void put_stack(struct mcd_json *j, const char *key, const struct mcd_iface_list *list, const struct mcd_iface *iface, bool below)
{
	bool stacked = is_stacked(list, iface);

	mcd_json_array(j, key);
	for (size_t i = 0; stacked && i < list->count; i++) {
		const struct mcd_iface *other = &list->at[i];

		if (other->index == iface->index)
			continue;
		if (mcd_iface_is_below(list, below ? other->index : iface->index, below ? iface->index : other->index))
			mcd_json_text(j, NULL, other->name);
	}
	mcd_json_end(j);
}

/* What the frames were; the sum is `packets`. */
static void put_contents(struct mcd_json *j, const struct mcd_nic_capture *capture, bool known)
{
	static const char *const names[MCD_CONTENTS] = {
		[MCD_CONTENT_UNKNOWN_LINK] = "unknown_link_type", [MCD_CONTENT_CUT] = "cut",	   [MCD_CONTENT_MALFORMED] = "malformed",
		[MCD_CONTENT_ENCRYPTED] = "encrypted",		  [MCD_CONTENT_NOT_IP] = "not_ip", [MCD_CONTENT_IPV4] = "ipv4",
		[MCD_CONTENT_IPV6] = "ipv6",
	};

	mcd_json_object(j, "contents");
	for (int i = 0; i < MCD_CONTENTS; i++)
		mcd_json_known(j, names[i], known, capture->contents[i]);
	mcd_json_end(j);
}

/* Frames with another IP header or frame behind their IP header. */
static void put_tunnels(struct mcd_json *j, const struct mcd_nic_capture *capture, bool known)
{
	mcd_json_object(j, "tunnels");
	for (int i = MCD_TUNNEL_NONE + 1; i < MCD_TUNNEL_KINDS; i++)
		mcd_json_known(j, mcd_tunnel_name((enum mcd_tunnel_kind)i), known, capture->tunnels[i]);
	mcd_json_end(j);
}

static void put_file(struct mcd_json *j, const struct mcd_report_input *in, const struct mcd_nic *nic, bool known)
{
	static const char *const ends[] = { [MCD_FILE_COMPLETE] = "complete", [MCD_FILE_CUT] = "cut", [MCD_FILE_CORRUPT] = "corrupt" };
	const struct mcd_nic_capture *capture = &nic->capture;
	char name[MCD_CAPTURE_NAME];

	if (capture->file[0])
		mcd_json_text(j, "file", capture->file);
	else
		mcd_json_text(j, "file", known && in->saved_in ? mcd_report_capture_name(nic->iface, name) : NULL);
	mcd_json_text(j, "ended", !known ? NULL : capture->broke ? "cut" : ends[capture->ended]);
}

static void put_capture(struct mcd_json *j, const struct mcd_report_input *in, const struct mcd_nic *nic)
{
	const struct mcd_nic_capture *capture = &nic->capture;
	bool known = mcd_nic_was_captured(nic);

	mcd_json_object(j, "capture");
	mcd_json_known(j, "packets", known, capture->packets);
	mcd_json_known(j, "multicast", known, capture->multicast);
	mcd_json_known(j, "dropped", known && !capture->drops_unknown, capture->dropped);
	mcd_json_known(j, "truncated", known, capture->truncated);
	mcd_json_known(j, "malformed", known, capture->contents[MCD_CONTENT_MALFORMED]);
	mcd_json_known(j, "undecoded", known, capture->contents[MCD_CONTENT_UNKNOWN_LINK]);
	put_contents(j, capture, known);
	put_tunnels(j, capture, known);
	put_file(j, in, nic, known);
	mcd_json_word(j, "error", capture->error);
	mcd_json_end(j);
}

/* Whether finding F explains CHECK of this row. One of the whole host explains only what went wrong. */
static bool explains(const struct mcd_finding *f, const struct mcd_nic *nic, const struct mcd_group *group, enum mcd_check_id check,
		     enum mcd_status status)
{
	if (!(f->checks & 1u << check))
		return false;
	if (f->nic ? f->nic != nic : status == MCD_PASS || status == MCD_SKIPPED)
		return false;
	return !group || (f->has_group ? mcd_finding_is_of(f, group) : mcd_finding_fits(f, mcd_addr_family(group->address)));
}

/* The key `checks`; GROUP is an index in the request, or SIZE_MAX for the worst over groups. */
static void put_checks(struct mcd_json *j, const struct mcd_report_input *in, size_t nic, size_t group)
{
	const struct mcd_diagnosis *d = in->diagnosis;
	const struct mcd_group *of = group == SIZE_MAX ? NULL : &in->evidence->request->groups[group];

	mcd_json_object(j, "checks");
	for (int c = 0; c < MCD_CHECKS; c++) {
		enum mcd_check_id id = (enum mcd_check_id)c;
		const struct mcd_check *check = of ? mcd_diagnosis_check(d, nic, group, id) : mcd_diagnosis_total(d, nic, id);

		mcd_json_object(j, mcd_check_name(id));
		mcd_json_text(j, "status", mcd_status_name(check->status));
		mcd_json_word(j, "reason", check->reason);
		mcd_json_array(j, "findings");
		for (size_t i = 0; i < d->findings.count; i++)
			if (explains(mcd_vec_at(&d->findings, i), &in->evidence->nics[nic], of, id, check->status))
				mcd_json_uint(j, NULL, i);
		mcd_json_end(j);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_groups(struct mcd_json *j, const struct mcd_report_input *in, size_t nic)
{
	const struct mcd_request *request = in->evidence->request;

	mcd_json_array(j, "groups");
	for (size_t i = 0; i < request->ngroups; i++) {
		mcd_json_object(j, NULL);
		mcd_json_address(j, "address", request->groups[i].address);
		mcd_json_known(j, "port", request->groups[i].port != 0, request->groups[i].port);
		mcd_json_addresses(j, "sources", request->groups[i].sources, request->groups[i].nsources);
		mcd_json_columns(j, in->evidence, nic, i);
		put_checks(j, in, nic, i);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

/* A live run looks only for the families that were asked about: else their messages are not known, which is not the same as none. */
static bool was_looked_for(const struct mcd_evidence *evidence, const struct mcd_nic *nic, unsigned family)
{
	return (evidence->passive || mcd_request_has_family(evidence->request, family)) && mcd_nic_was_captured(nic);
}

static void put_igmp(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_nic *nic)
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

	mcd_json_object(j, "igmp");
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		mcd_json_known(j, counts[i].name, was_looked_for(evidence, nic, MCD_IPV4), counts[i].count);
	mcd_json_end(j);
}

static void put_mld(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_nic *nic)
{
	const struct mcd_igmp_counts *c = &nic->mld;
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
		{ "queries_v1", c->queries_v2 }, { "queries_v2", c->queries_v3 }, { "reports_v1", c->reports_v2 },
		{ "reports_v2", c->reports_v3 }, { "dones", c->leaves },	  { "other", c->other },
		{ "malformed", c->malformed },	 { "bad_checksum", c->bad_checksum }, { "tunnelled", c->tunnelled },
	};

	mcd_json_object(j, "mld");
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		mcd_json_known(j, counts[i].name, was_looked_for(evidence, nic, MCD_IPV6), counts[i].count);
	mcd_json_end(j);
}

static int by_type(const void *left, const void *right)
{
	const struct mcd_other_igmp *const *a = left, *const *b = right;

	return ((*a)->type > (*b)->type) - ((*a)->type < (*b)->type);
}

/* Messages that only share IGMP's protocol number. */
static void put_others(struct mcd_json *j, const struct mcd_nic *nic)
{
	const void **sorted = mcd_sorted(j, &nic->others, by_type);

	mcd_json_array(j, "other_igmp");
	for (size_t i = 0; sorted && i < nic->others.count; i++) {
		const struct mcd_other_igmp *other = sorted[i];

		mcd_json_object(j, NULL);
		mcd_json_uint(j, "type", other->type);
		mcd_json_text(j, "name", mcd_igmp_type_name(other->type));
		mcd_json_uint(j, "packets", other->packets);
		mcd_json_end(j);
	}
	mcd_json_end(j);
	free(sorted);
}

/* What the kernel has in force on the interface. */
static void put_kernel(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_nic *nic)
{
	const struct mcd_host_iface *facts = evidence->has_host ? mcd_host_iface(&evidence->after, nic->iface->index) : NULL, *before;

	before = evidence->has_host ? mcd_host_iface(&evidence->before, nic->iface->index) : NULL;
	if (!facts)
		facts = before;
	if (!facts) {
		mcd_json_null(j, "kernel");
		return;
	}
	mcd_json_object(j, "kernel");
	mcd_json_known(j, "igmp_version", facts->igmp_version > 0, (uint64_t)facts->igmp_version);
	mcd_json_setting(j, "force_igmp_version", facts->force_igmp_version);
	mcd_json_setting(j, "force_mld_version", facts->force_mld_version);
	mcd_json_setting(j, "rp_filter", facts->rp_filter);
	mcd_json_setting(j, "accept_local", facts->accept_local);
	mcd_json_setting(j, "mc_forwarding", facts->mc_forwarding);
	mcd_json_setting(j, "disable_ipv6", facts->disable_ipv6);
	mcd_json_setting(j, "metric", facts->metric);
	mcd_json_text(j, "network", mcd_network_name(facts->network));
	mcd_json_setting(j, "firewall", facts->firewall);
	mcd_json_traffic(j, &facts->traffic, before ? &before->traffic : &facts->traffic);
	mcd_json_end(j);
}

void mcd_json_nic(struct mcd_json *j, const struct mcd_report_input *in, size_t index)
{
	const struct mcd_nic *nic = &in->evidence->nics[index];
	bool usable = nic->unusable == MCD_USABLE;

	mcd_json_object(j, NULL);
	mcd_json_iface(j, nic->iface);
	mcd_json_text(j, "role", nic->role == MCD_ROLE_CHOSEN ? "chosen" : "observed");
	mcd_json_bool(j, "named", nic->named);
	mcd_json_bool(j, "usable", usable);
	mcd_json_text(j, "unusable_reason", usable ? NULL : mcd_unusable_name(nic->unusable));
	mcd_json_word(j, "kind", nic->iface->kind);
	mcd_json_known(j, "link_type", mcd_nic_was_captured(nic), (uint64_t)nic->capture.link_type);
	put_stack(j, "lower", &in->evidence->ifaces, nic->iface, true);
	put_stack(j, "upper", &in->evidence->ifaces, nic->iface, false);
	put_kernel(j, in->evidence, nic);
	put_capture(j, in, nic);
	put_checks(j, in, index, SIZE_MAX);
	put_groups(j, in, index);
	put_igmp(j, in->evidence, nic);
	put_mld(j, in->evidence, nic);
	put_others(j, nic);
	mcd_json_wire(j, in, index);
	mcd_json_probes(j, in, index);
	mcd_json_control(j, &nic->control, in->evidence->request->peer);
	mcd_json_uint(j, "facts_omitted", nic->omitted);
	mcd_json_end(j);
}
