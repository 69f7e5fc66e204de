/* SPDX-License-Identifier: ISC */
/* All checks of all interfaces, the findings in their order, and the one word at the end. */
#include <config.h>

#include "diagnose/judge.h"
#include "diagnose/passive.h"

#include <stdlib.h>
#include <string.h>

static void (*const checks[MCD_CHECKS])(struct mcd_judge *) = {
	[MCD_CHECK_JOIN] = mcd_check_join,	   [MCD_CHECK_SOURCE_FILTER] = mcd_check_filter,
	[MCD_CHECK_QUERIER] = mcd_check_querier,   [MCD_CHECK_SEND] = mcd_check_send,
	[MCD_CHECK_TTL] = mcd_check_ttl,	   [MCD_CHECK_STREAM] = mcd_check_stream,
	[MCD_CHECK_DELIVERY] = mcd_check_delivery, [MCD_CHECK_LEAVE] = mcd_check_leave,
};

static void (*const passive_checks[MCD_CHECKS])(struct mcd_judge *) = {
	[MCD_CHECK_JOIN] = mcd_passive_join,	    [MCD_CHECK_SOURCE_FILTER] = mcd_passive_filter,
	[MCD_CHECK_QUERIER] = mcd_passive_querier,  [MCD_CHECK_SEND] = mcd_passive_skipped,
	[MCD_CHECK_TTL] = mcd_passive_ttl,	    [MCD_CHECK_STREAM] = mcd_passive_stream,
	[MCD_CHECK_DELIVERY] = mcd_passive_skipped, [MCD_CHECK_LEAVE] = mcd_passive_skipped,
};

/* What a finding may be a consequence of, the nearest cause first. The table has no cycle. */
static const struct {
	enum mcd_code effect, cause;
} causes[] = {
	{ MCD_REPORT_FROM_ZERO_ADDRESS, MCD_NO_IPV4_ADDRESS },
	{ MCD_PROBE_SOURCE_ADDRESS_FOREIGN, MCD_NO_IPV4_ADDRESS },
	{ MCD_SOURCE_FILTER_LOST, MCD_IGMP_VERSION_FORCED },
	{ MCD_SOURCE_FILTER_LOST, MCD_IGMP_DOWNGRADED_BY_QUERIER },
	{ MCD_SOURCE_FILTER_LOST, MCD_MLD_DOWNGRADED_BY_QUERIER },
	{ MCD_SOURCE_FILTER_WRONG, MCD_SSM_RANGE_WITHOUT_SOURCE },
	{ MCD_QUERY_NOT_ANSWERED, MCD_QUERY_DROPPED_BY_RP_FILTER },
	{ MCD_QUERY_NOT_ANSWERED, MCD_JOIN_NOT_ON_WIRE },
	{ MCD_PROBE_NOT_ON_WIRE, MCD_PROBE_ON_OTHER_INTERFACE },
	{ MCD_PROBE_NOT_ON_WIRE, MCD_TTL_ZERO },
	{ MCD_JOIN_NOT_ON_WIRE, MCD_INTERFACE_DOWN },
	{ MCD_NO_MULTICAST_ROUTE, MCD_INTERFACE_DOWN },
	{ MCD_PROBE_NOT_ON_WIRE, MCD_INTERFACE_DOWN },
	{ MCD_LEAVE_NOT_ON_WIRE, MCD_INTERFACE_DOWN },
	{ MCD_SEND_FAILED, MCD_INTERFACE_DOWN },
	{ MCD_SEND_FAILED, MCD_NO_IPV4_ADDRESS },
	{ MCD_STREAM_STOPPED, MCD_INTERFACE_DOWN },
	{ MCD_STREAM_STOPPED, MCD_JOIN_NOT_ON_WIRE },
	{ MCD_STREAM_STOPPED, MCD_FAST_LEAVE },
	{ MCD_STREAM_STOPPED, MCD_NO_QUERIER },
	{ MCD_STREAM_STOPPED, MCD_QUERY_NOT_ANSWERED },
	{ MCD_STREAM_ABSENT, MCD_INTERFACE_DOWN },
	{ MCD_STREAM_ABSENT, MCD_PORT_IN_USE },
	{ MCD_STREAM_ABSENT, MCD_JOIN_FAILED },
	{ MCD_STREAM_ABSENT, MCD_MEMBERSHIP_LIMIT_REACHED },
	{ MCD_STREAM_ABSENT, MCD_SOURCE_LIMIT_REACHED },
	{ MCD_STREAM_ABSENT, MCD_JOIN_NOT_ON_WIRE },
	{ MCD_STREAM_ABSENT, MCD_SSM_RANGE_WITHOUT_SOURCE },
	{ MCD_STREAM_ABSENT, MCD_REPORT_MALFORMED },
	{ MCD_STREAM_ABSENT, MCD_SOURCE_FILTER_WRONG },
	{ MCD_STREAM_ABSENT, MCD_XDP_PROGRAM_ATTACHED },
	{ MCD_STREAM_ABSENT, MCD_QUERY_NOT_ANSWERED },
	{ MCD_STREAM_ABSENT, MCD_NO_QUERIER },
	{ MCD_STREAM_ABSENT, MCD_REPORT_FROM_ZERO_ADDRESS },
	{ MCD_STREAM_ABSENT, MCD_QUERIER_ZERO_ADDRESS },
	{ MCD_STREAM_ON_OTHER_INTERFACE, MCD_STREAM_TTL_EXHAUSTED },
	{ MCD_STREAM_LOSS, MCD_STREAM_BURST_LOSS },
	{ MCD_DROPPED_BY_CHECKSUM, MCD_UDP_CHECKSUM_BAD },
	{ MCD_DROPPED_BY_CHECKSUM, MCD_IP_CHECKSUM_BAD },
	{ MCD_NOT_DELIVERED, MCD_WRONG_DESTINATION_MAC },
	{ MCD_NOT_DELIVERED, MCD_INTERFACE_DOWN },
	{ MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK },
	{ MCD_LOCAL_SENDER_ON_OTHER_INTERFACE, MCD_MACVLAN_ISOLATION },
	{ MCD_LOCAL_SENDER_ON_OTHER_INTERFACE, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK },
	{ MCD_LOCAL_SENDER_ON_OTHER_INTERFACE, MCD_DEFAULT_INTERFACE_DIFFERS },
};

static bool is_skipped(const struct mcd_nic *nic)
{
	return nic->role != MCD_ROLE_CHOSEN || nic->unusable != MCD_USABLE;
}

/* All checks of one NIC and group into ROW[MCD_CHECKS]. */
static void judge_row(struct mcd_judge *j, struct mcd_check *row)
{
	j->checks = row;
	for (unsigned c = 0; c < MCD_CHECKS; c++) {
		j->check = (enum mcd_check_id)c;
		if (is_skipped(j->nic))
			mcd_judge_set(j, MCD_SKIPPED, true, "%s%s",
				      j->nic->role == MCD_ROLE_CHOSEN ? "the interface cannot be used: "
								      : "the interface was not chosen, only observed",
				      j->nic->role == MCD_ROLE_CHOSEN ? mcd_unusable_name(j->nic->unusable) : "");
		else if (j->evidence->passive)
			passive_checks[c](j);
		else
			checks[c](j);
	}
}

unsigned mcd_settled(const struct mcd_evidence *evidence, size_t nic, int64_t now_ns)
{
	unsigned settled = (1u << MCD_CHECKS) - 1;

	for (size_t g = 0; g < evidence->request->ngroups; g++) {
		struct mcd_judge j = mcd_judge_of(evidence, nic, g, now_ns);
		struct mcd_check row[MCD_CHECKS];

		judge_row(&j, row);
		for (unsigned c = 0; c < MCD_CHECKS; c++)
			if (!row[c].settled)
				settled &= ~(1u << c);
	}
	return settled;
}

/* Judge with findings; false when memory is out. */
static bool judge_nic(const struct mcd_evidence *evidence, size_t nic, int64_t now_ns, struct mcd_diagnosis *d)
{
	struct mcd_judge j = mcd_judge_of(evidence, nic, SIZE_MAX, now_ns);
	size_t first = d->findings.count;
	bool memory;

	j.first = first;
	j.findings = &d->findings;
	if (evidence->passive)
		mcd_passive_capture(&j);
	else if (j.nic->role == MCD_ROLE_CHOSEN)
		mcd_rules_nic(&j);
	mcd_rules_limits(&j);
	if (evidence->passive && d->ngroups == 0)
		d->findings_omitted += mcd_passive_inventory(&j);
	memory = !j.no_memory;
	for (size_t g = 0; g < d->ngroups; g++) {
		j = mcd_judge_of(evidence, nic, g, now_ns);
		j.first = first;
		j.findings = &d->findings;
		if (evidence->passive)
			mcd_passive_choose(&j);
		judge_row(&j, mcd_diagnosis_check(d, nic, g, MCD_CHECK_JOIN));
		if (!is_skipped(j.nic) && !evidence->passive)
			mcd_rules_settings(&j);
		memory = memory && !j.no_memory;
	}
	return memory;
}

static bool judge_host(const struct mcd_evidence *evidence, int64_t now_ns, struct mcd_diagnosis *d)
{
	bool memory = true;

	for (size_t g = 0; g < d->ngroups && d->nnics; g++) {
		struct mcd_judge j = mcd_judge_of(evidence, 0, g, now_ns);

		j.findings = &d->findings;
		mcd_rules_group(&j);
		mcd_rules_apps(&j);
		memory = memory && !j.no_memory;
	}
	if (d->ngroups && d->nnics) {
		struct mcd_judge j = mcd_judge_of(evidence, 0, SIZE_MAX, now_ns);

		j.findings = &d->findings;
		mcd_rules_naming(&j);
		memory = memory && !j.no_memory;
	}
	for (size_t i = 0; i < d->nnics; i++) {
		struct mcd_judge j = mcd_judge_of(evidence, i, SIZE_MAX, now_ns);

		j.findings = &d->findings;
		mcd_rules_probes(&j, d);
		if (!evidence->passive)
			mcd_rules_segments(&j);
		memory = memory && !j.no_memory;
	}
	return memory;
}

static void total_up(struct mcd_diagnosis *d)
{
	for (size_t nic = 0; nic < d->nnics; nic++)
		for (unsigned c = 0; c < MCD_CHECKS; c++) {
			struct mcd_check *total = mcd_diagnosis_total(d, nic, (enum mcd_check_id)c);
			bool settled = true;

			if (d->ngroups == 0)
				snprintf(total->reason, sizeof total->reason, "no group was asked about (--group)");
			for (size_t g = 0; g < d->ngroups; g++) {
				const struct mcd_check *check = mcd_diagnosis_check(d, nic, g, (enum mcd_check_id)c);

				if (g == 0 || check->status > total->status)
					*total = *check;
				settled = settled && check->settled;
			}
			total->settled = settled;
		}
}

bool mcd_has_cause(struct mcd_judge *j, enum mcd_code effect)
{
	for (size_t c = 0; c < sizeof causes / sizeof causes[0]; c++) {
		bool xdp = causes[c].cause == MCD_XDP_PROGRAM_ATTACHED && j->nic->iface->flags & MCD_IFACE_XDP; /* judged after the stream */

		const struct mcd_finding *f = mcd_found(j, causes[c].cause, j->nic, NULL);

		if (!f)
			f = mcd_found(j, causes[c].cause, j->nic, j->group);
		if (causes[c].effect == effect && (xdp || (f && (f->severity == MCD_FAULT || f->confidence == MCD_CERTAIN))))
			return true;
	}
	return false;
}

/* The interface that a finding shows first. */
static const struct mcd_nic *shown_by(const struct mcd_finding *f)
{
	return f->clues.count ? ((const struct mcd_clue *)mcd_vec_at(&f->clues, 0))->nic : NULL;
}

static bool may_cause(const struct mcd_finding *effect, const struct mcd_finding *cause)
{
	bool near = !cause->nic || cause->nic == effect->nic;

	if (cause->code == MCD_SOURCE_FILTER_WRONG && cause->severity != MCD_FAULT)
		return false; /* a wider filter keeps nothing out */
	if (effect->code == MCD_APP_JOINED_ON_OTHER_INTERFACE && cause->severity != MCD_FAULT)
		return false; /* nobody has joined on loopback */
	if (effect->code == MCD_STREAM_ON_OTHER_INTERFACE && cause->code == MCD_STREAM_TTL_EXHAUSTED)
		near = cause->nic == shown_by(effect); /* where it arrives */
	if (effect->code == MCD_LOCAL_SENDER_ON_OTHER_INTERFACE)
		near = shown_by(cause) && shown_by(cause) == shown_by(effect); /* where the program ended up */
	return near && (!cause->has_group || !effect->has_group || (cause->port == effect->port && mcd_addr_equal(cause->group, effect->group)));
}

/* The index of its nearest cause; -1 = none was found. */
static long cause_of(const struct mcd_vec *findings, const struct mcd_finding *effect)
{
	for (size_t c = 0; c < sizeof causes / sizeof causes[0]; c++) {
		if (causes[c].effect != effect->code)
			continue;
		for (size_t i = 0; i < findings->count; i++) {
			const struct mcd_finding *f = mcd_vec_at(findings, i);

			if (f->code == causes[c].cause && may_cause(effect, f))
				return (long)i;
		}
	}
	return -1;
}

/* What a finding is sorted by. */
struct rank {
	size_t origin;
	unsigned depth; /* causes above it */
	enum mcd_severity severity;
	size_t nic; /* 1-based; 0 = the host, SIZE_MAX = the host where no check is touched by it */
	bool has_group;
	struct mcd_addr group;
	uint16_t port;
	enum mcd_code code;
};

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_ranks(const void *left, const void *right)
{
	const struct rank *a = left, *b = right;
	int order = compare_sizes(a->depth, b->depth);

	if (!order)
		order = compare_sizes(a->severity, b->severity);
	if (!order)
		order = compare_sizes(a->nic, b->nic);
	if (!order)
		order = compare_sizes(a->has_group, b->has_group);
	if (!order)
		order = mcd_addr_compare(a->group, b->group);
	if (!order)
		order = compare_sizes(a->port, b->port);
	return order ? order : compare_sizes(a->code, b->code);
}

static struct rank rank_of(const struct mcd_evidence *e, const struct mcd_vec *findings, size_t i)
{
	const struct mcd_finding *f = mcd_vec_at(findings, i), *up = f;
	struct rank r = { .origin = i, .severity = f->severity, .code = f->code, .has_group = f->has_group, .group = f->group, .port = f->port };

	while (up->because_of >= 0) {
		up = mcd_vec_at(findings, (size_t)up->because_of);
		r.depth++;
	}
	r.nic = f->nic ? (size_t)(f->nic - e->nics) + 1 : f->checks ? 0 : SIZE_MAX;
	return r;
}

/* Where finding ORIGIN was, place[ORIGIN] is now: let because_of follow. False when memory is out. */
static bool follow(struct mcd_finding *findings, const struct rank *ranks, size_t count)
{
	long *place = malloc(count * sizeof *place);

	for (size_t i = 0; place && i < count; i++)
		place[ranks[i].origin] = (long)i;
	for (size_t i = 0; place && i < count; i++)
		if (findings[i].because_of >= 0)
			findings[i].because_of = place[findings[i].because_of];
	free(place);
	return place != NULL;
}

/* Put the findings in the order of RANKS, whose origins are lost: in place, one cycle of them after the other, since a finding is large. */
static void reorder(struct mcd_finding *findings, struct rank *ranks, size_t count)
{
	for (size_t start = 0; start < count; start++) {
		struct mcd_finding first = findings[start];
		size_t at = start, from;

		while ((from = ranks[at].origin) != start) {
			findings[at] = findings[from];
			ranks[at].origin = at;
			at = from;
		}
		findings[at] = first;
		ranks[at].origin = at;
	}
}

/* What a note of the interface's state brings about is no fault of more weight: it came in by `all`, and it went. */
static void soften(struct mcd_finding *f, const struct mcd_vec *findings)
{
	const struct mcd_finding *cause = f->because_of >= 0 ? mcd_vec_at(findings, (size_t)f->because_of) : NULL;

	if (cause && cause->code == MCD_INTERFACE_DOWN && cause->severity == MCD_NOTE)
		f->severity = MCD_NOTE;
}

static bool sort_findings(const struct mcd_evidence *e, struct mcd_vec *findings)
{
	struct mcd_vec ranks;
	bool memory = true;

	for (size_t i = 0; i < findings->count; i++) {
		struct mcd_finding *f = mcd_vec_at(findings, i);

		f->because_of = cause_of(findings, f);
		soften(f, findings);
	}
	mcd_vec_init(&ranks, sizeof(struct rank));
	for (size_t i = 0; memory && i < findings->count; i++) {
		struct rank *r = mcd_vec_push(&ranks);

		if (r)
			*r = rank_of(e, findings, i);
		memory = r != NULL;
	}
	mcd_vec_sort(&ranks, compare_ranks);
	memory = memory && (findings->count == 0 || follow(findings->items, ranks.items, findings->count));
	if (memory)
		reorder(findings->items, ranks.items, findings->count);
	mcd_vec_fini(&ranks);
	return memory;
}

/* A querier check that only had too little time does not pull down what the join proved (contract, 2). */
static bool is_forgiven(const struct mcd_evidence *e, const struct mcd_diagnosis *d, size_t nic, unsigned check)
{
	const struct mcd_nic_capture *c = &e->nics[nic].capture;

	return check == MCD_CHECK_QUERIER && mcd_diagnosis_total(d, nic, MCD_CHECK_JOIN)->status == MCD_PASS && !c->dropped && !c->broke &&
	       !e->nics[nic].omitted;
}

static bool has_multicast(const struct mcd_evidence *e)
{
	for (size_t i = 0; i < e->nnics; i++)
		if (e->nics[i].capture.multicast)
			return true;
	return false;
}

static enum mcd_verdict verdict_of(const struct mcd_evidence *e, const struct mcd_diagnosis *d)
{
	bool inconclusive = false, passed = false, warned = false, failed = false;

	for (size_t i = 0; i < d->findings.count; i++) {
		const struct mcd_finding *f = mcd_vec_at(&d->findings, i);

		failed = failed || f->severity == MCD_FAULT;
		warned = warned || f->severity == MCD_WARNING;
	}
	for (size_t nic = 0; nic < d->nnics; nic++)
		for (unsigned c = 0; c < MCD_CHECKS; c++) {
			enum mcd_status status = mcd_diagnosis_total(d, nic, (enum mcd_check_id)c)->status;

			failed = failed || status == MCD_FAIL;
			warned = warned || status == MCD_WARN;
			passed = passed || status == MCD_PASS;
			inconclusive = inconclusive || (status == MCD_INCONCLUSIVE && !is_forgiven(e, d, nic, c));
		}
	if (e->passive && d->ngroups == 0)
		passed = has_multicast(e);
	if (failed)
		return MCD_VERDICT_FAIL;
	if (warned)
		return MCD_VERDICT_WARN;
	return inconclusive || !passed ? MCD_VERDICT_INCONCLUSIVE : MCD_VERDICT_PASS;
}

bool mcd_diagnose(const struct mcd_evidence *evidence, int64_t now_ns, struct mcd_diagnosis *out)
{
	size_t cells = evidence->nnics * evidence->request->ngroups * MCD_CHECKS;
	bool memory;

	*out = (struct mcd_diagnosis){ .nnics = evidence->nnics, .ngroups = evidence->request->ngroups };
	mcd_vec_init(&out->findings, sizeof(struct mcd_finding));
	out->checks = calloc(cells ? cells : 1, sizeof *out->checks);
	out->totals = calloc(evidence->nnics ? evidence->nnics * MCD_CHECKS : 1, sizeof *out->totals);
	memory = out->checks && out->totals;
	for (size_t nic = 0; memory && nic < out->nnics; nic++)
		memory = judge_nic(evidence, nic, now_ns, out);
	memory = memory && judge_host(evidence, now_ns, out) && sort_findings(evidence, &out->findings);
	if (!memory) {
		mcd_diagnosis_fini(out);
		return false;
	}
	total_up(out);
	out->verdict = verdict_of(evidence, out);
	return true;
}

void mcd_diagnosis_fini(struct mcd_diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->findings.count; i++) {
		struct mcd_finding *f = mcd_vec_at(&diagnosis->findings, i);

		mcd_vec_fini(&f->clues);
	}
	mcd_vec_fini(&diagnosis->findings);
	free(diagnosis->checks);
	free(diagnosis->totals);
	*diagnosis = (struct mcd_diagnosis){ .nnics = 0 };
}
