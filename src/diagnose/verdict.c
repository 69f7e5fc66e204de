/* SPDX-License-Identifier: ISC */
/* All checks of all interfaces, the findings in their order, and the one word at the end. */
#include <config.h>

#include "diagnose/judge.h"
#include "diagnose/passive.h"

#include <stdlib.h>

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

/* Why the judged group is not put to the test on this interface. The kernel takes a join where IPv6 is disabled, and does nothing of it; where
 * that came during the run, the test says so. */
static enum mcd_unusable unusable_for(const struct mcd_judge *j)
{
	const struct mcd_host_iface *kernel = j->mld && j->evidence->has_host ? mcd_host_iface(&j->evidence->before, j->nic->iface->index) : NULL;

	if (j->nic->unusable != MCD_USABLE)
		return j->nic->unusable;
	return kernel && kernel->disable_ipv6 == 1 ? MCD_UNUSABLE_NO_IPV6 : j->task->unusable;
}

void mcd_judge_row(struct mcd_judge *j, struct mcd_check *row)
{
	const enum mcd_unusable unusable = unusable_for(j);

	j->checks = row;
	for (unsigned c = 0; c < MCD_CHECKS; c++) {
		j->check = (enum mcd_check_id)c;
		if (j->request->survey)
			mcd_judge_set(j, MCD_SKIPPED, true, "the interfaces are only listed");
		else if (j->request->send_only && c != MCD_CHECK_SEND && c != MCD_CHECK_TTL)
			mcd_judge_set(j, MCD_SKIPPED, true, "this run only sends");
		else if (j->request->listen_only && (c == MCD_CHECK_SEND || c == MCD_CHECK_TTL))
			mcd_judge_set(j, MCD_SKIPPED, true, "this run only listens");
		else if (j->nic->role != MCD_ROLE_CHOSEN)
			mcd_judge_set(j, MCD_SKIPPED, true, "the interface was not chosen, only observed");
		else if (unusable != MCD_USABLE)
			mcd_judge_set(j, MCD_SKIPPED, true, "the interface cannot be used: %s", mcd_unusable_name(unusable));
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

		mcd_judge_row(&j, row);
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
		mcd_judge_row(&j, mcd_diagnosis_check(d, nic, g, MCD_CHECK_JOIN));
		if (mcd_nic_is_used(j.nic) && !evidence->passive)
			mcd_rules_settings(&j);
		memory = memory && !j.no_memory;
	}
	mcd_rules_control(&j);
	return memory && !j.no_memory;
}

static bool judge_host(const struct mcd_evidence *evidence, int64_t now_ns, struct mcd_diagnosis *d)
{
	bool memory = true;

	for (size_t g = 0; g < d->ngroups && d->nnics; g++) {
		struct mcd_judge j = mcd_judge_of(evidence, 0, g, now_ns);

		j.findings = &d->findings;
		mcd_rules_group(&j);
		if (!evidence->request->send_only) /* who receives here is not asked */
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

/* Whether a socket of ours was there for long enough to say that nothing came, up to NOW_NS or our leave. */
static bool has_listened(const struct mcd_evidence *e, int64_t now_ns)
{
	for (size_t i = 0; i < e->nnics; i++)
		for (size_t g = 0; mcd_nic_is_used(&e->nics[i]) && g < e->request->ngroups; g++) {
			const struct mcd_task *task = &e->nics[i].tasks[g];
			const int64_t until = task->leave.called_ns ? task->leave.called_ns : now_ns;

			if (task->ready_ns && until - task->ready_ns >= MCD_ABSENT_WAIT_MS * MCD_MS)
				return true;
		}
	return false;
}

static enum mcd_verdict verdict_of(const struct mcd_evidence *e, const struct mcd_diagnosis *d, int64_t now_ns)
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
	if (e->request->listen_only && mcd_evidence_heard(e).datagrams == 0) { /* the sockets know, whatever became of the captures */
		failed = failed || (e->request->expect_stream && has_listened(e, now_ns));
		inconclusive = true;
	}
	if (e->request->survey)
		return mcd_evidence_used(e) > 0 ? MCD_VERDICT_PASS : MCD_VERDICT_INCONCLUSIVE;
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
	memory = memory && judge_host(evidence, now_ns, out);
	if (memory) {
		mcd_findings_tie(&out->findings);
		memory = mcd_findings_sort(evidence, &out->findings);
	}
	if (!memory) {
		mcd_diagnosis_fini(out);
		return false;
	}
	total_up(out);
	out->verdict = verdict_of(evidence, out, evidence->ended_ns ? evidence->ended_ns : now_ns);
	return true;
}

void mcd_diagnosis_fini(struct mcd_diagnosis *diagnosis)
{
	mcd_findings_fini(&diagnosis->findings);
	free(diagnosis->checks);
	free(diagnosis->totals);
	*diagnosis = (struct mcd_diagnosis){ .nnics = 0 };
}
