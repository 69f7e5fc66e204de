/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/judge.h"

#include "diagnose/family.h"
#include "diagnose/windows.h"

#include <stdio.h>
#include <string.h>

void mcd_judge_turn(struct mcd_judge *j, size_t group)
{
	const bool named = group < j->request->ngroups;

	j->group = named ? &j->request->groups[group] : NULL;
	j->task = named ? &j->nic->tasks[group] : NULL;
	j->mld = named && !mcd_addr_is_v4(j->group->address);
}

struct mcd_judge mcd_judge_of(const struct mcd_evidence *evidence, size_t nic, size_t group, int64_t now_ns)
{
	struct mcd_judge j = { .evidence = evidence, .request = evidence->request, .nic = &evidence->nics[nic], .check = MCD_CHECKS };

	mcd_judge_turn(&j, group);
	j.ended = evidence->ended_ns != 0;
	j.now_ns = j.ended && evidence->ended_ns > now_ns ? evidence->ended_ns : now_ns;
	return j;
}

void mcd_judge_set(struct mcd_judge *j, enum mcd_status status, bool settled, const char *format, ...)
{
	struct mcd_check *check = &j->checks[j->check];
	va_list args;

	check->status = status;
	check->settled = settled;
	check->reason[0] = '\0';
	if (!j->findings)
		return;
	va_start(args, format);
	vsnprintf(check->reason, sizeof check->reason, format, args);
	va_end(args);
}

int64_t mcd_judge_until(const struct mcd_judge *j)
{
	const struct mcd_nic_capture *capture = &j->nic->capture;

	if (capture->broke && capture->broke_ns)
		return capture->broke_ns;
	return capture->closed_ns ? capture->closed_ns : j->now_ns;
}

int64_t mcd_judge_listened(const struct mcd_judge *j, int64_t since_ns)
{
	int64_t until = mcd_judge_until(j);

	if (j->task && j->task->leave.called_ns && j->task->leave.called_ns < until)
		until = j->task->leave.called_ns;
	return since_ns && until > since_ns ? until - since_ns : 0;
}

/* Tie the check at hand to what is wrong with this NIC's capture. */
static void tie_capture(struct mcd_judge *j)
{
	struct mcd_finding *f = mcd_found(j, MCD_CAPTURE_DENIED, NULL, NULL);

	if (!f)
		f = mcd_found(j, MCD_CAPTURE_DENIED, j->nic, NULL);
	if (!f)
		f = mcd_found(j, MCD_CAPTURE_DROPPED, j->nic, NULL);
	if (f)
		f->checks |= 1u << j->check;
}

bool mcd_judge_wire(struct mcd_judge *j)
{
	const struct mcd_nic_capture *capture = &j->nic->capture;

	if (capture->packets && capture->contents[MCD_CONTENT_UNKNOWN_LINK] == capture->packets) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "link type %d is not decoded", capture->link_type);
		return false;
	}
	if (capture->open || capture->opened_ns)
		return true;
	if (!capture->tried && !j->ended)
		mcd_judge_set(j, MCD_INCONCLUSIVE, false, "the wire is not captured yet");
	else
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "the wire could not be captured%s%s", capture->error[0] ? ": " : "",
			      capture->lacks == MCD_LACKS_RIGHT ? "permission denied" : capture->error);
	tie_capture(j);
	return false;
}

bool mcd_judge_is_own_switch(const struct mcd_judge *j)
{
	const struct mcd_iface_list *list = &j->evidence->ifaces;

	if (strcmp(j->nic->iface->kind, "bridge") != 0)
		return false;
	for (size_t i = 0; i < list->count; i++)
		if (list->at[i].master == j->nic->iface->index && strcmp(list->at[i].kind, "veth") != 0 && strcmp(list->at[i].kind, "tun") != 0)
			return false;
	return true;
}

bool mcd_judge_excused(struct mcd_judge *j, const char *what)
{
	const struct mcd_nic_capture *capture = &j->nic->capture;
	const char *why = capture->broke			    ? "the capture broke off during the run"
			  : j->nic->gone || j->nic->went_down	    ? "the interface went down during the run"
			  : j->mld && mcd_judge_lost_ipv6(j)	    ? "IPv6 was switched off there during the run"
			  : j->nic->omitted			    ? "more was seen than could be kept"
			  : capture->contents[MCD_CONTENT_CUT]	    ? "the capture cut frames too short to tell"
			  : capture->contents[MCD_CONTENT_ENCRYPTED] ? "frames are encrypted"
			  : capture->timeless			    ? "the capture carries no times"
								    : NULL;

	if (!mcd_judge_wire(j))
		return true;
	if (capture->dropped)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no %s seen, but %s dropped %s", what,
			      j->evidence->passive ? "the capture" : "our own capture", mcd_text_count(capture->dropped, "frame").s);
	else if (why)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no %s seen, but %s", what, why);
	else
		return false;
	tie_capture(j);
	return true;
}

bool mcd_judge_hides_own(const struct mcd_judge *j)
{
	if (!mcd_judge_is_windows(j) || mcd_windows_is_mute(j))
		return false; /* or the host is known to send none */
	for (size_t i = 0; i < j->nic->reports.count; i++)
		if (((const struct mcd_report *)mcd_vec_at(&j->nic->reports, i))->out)
			return false;
	for (size_t i = 0; i < j->nic->probes.count; i++)
		if (((const struct mcd_probe_seen *)mcd_vec_at(&j->nic->probes, i))->out)
			return false;
	return true;
}

bool mcd_judge_excused_own(struct mcd_judge *j, const char *what)
{
	if (mcd_judge_excused(j, what))
		return true;
	if (!mcd_judge_hides_own(j))
		return false;
	mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no %s seen, but nothing at all that this host sends stands in the capture, and some drivers keep that from Npcap", what);
	return true;
}

const struct mcd_report *mcd_judge_own_report(const struct mcd_judge *j, int64_t since_ns, size_t *at)
{
	while (*at < j->nic->reports.count) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, (*at)++);

		if (r->out && !r->vlan && r->when_ns >= since_ns && mcd_addr_equal(r->group, j->group->address))
			return r;
	}
	return NULL;
}

bool mcd_report_joins(const struct mcd_report *r)
{
	switch (r->type) {
	case MCD_IGMP_V1_REPORT:
	case MCD_IGMP_V2_REPORT:
		return true;
	case MCD_IGMP_V3_REPORT:
		if (r->record == MCD_IS_EX || r->record == MCD_TO_EX)
			return true;
		return r->nsources > 0 && (r->record == MCD_IS_IN || r->record == MCD_TO_IN || r->record == MCD_ALLOW);
	default:
		return false;
	}
}

const struct mcd_report *mcd_judge_join_report(const struct mcd_judge *j)
{
	const struct mcd_report *r;

	for (size_t at = 0; (r = mcd_judge_own_report(j, j->task->join.called_ns, &at)) != NULL;)
		if (mcd_report_joins(r) && r->checksum_ok)
			return r;
	return NULL;
}

const struct mcd_report *mcd_judge_suppressor(const struct mcd_judge *j, int64_t from_ns, int64_t to_ns)
{
	for (size_t i = 0; i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (r->out || r->vlan || r->when_ns < from_ns || r->when_ns > to_ns || !mcd_addr_equal(r->group, j->group->address))
			continue;
		if ((r->type == MCD_IGMP_V1_REPORT || r->type == MCD_IGMP_V2_REPORT) && !mcd_evidence_is_local(j->evidence, r->source))
			return r;
	}
	return NULL;
}

const struct mcd_query *mcd_judge_old_query(const struct mcd_judge *j, int64_t from_ns, int64_t to_ns)
{
	for (size_t i = j->nic->queries.count; i-- > 0;) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (mcd_query_counts(j, q) && q->version > 0 && q->version < mcd_judge_newest(j) && q->when_ns >= from_ns && q->when_ns <= to_ns)
			return q;
	}
	return NULL;
}

const struct mcd_querier *mcd_judge_querier(const struct mcd_judge *j, const struct mcd_query *q)
{
	for (size_t i = 0; i < j->nic->queriers.count; i++) {
		const struct mcd_querier *k = mcd_vec_at(&j->nic->queriers, i);

		if (MCD_HERE(j, k) && k->mld == j->mld && mcd_addr_equal(k->address, q->source))
			return k;
	}
	return NULL;
}

int64_t mcd_judge_answer_ns(const struct mcd_judge *j, const struct mcd_query *q)
{
	int64_t within_ms = q->max_response_ms;

	if (!mcd_judge_has_leave(j) && within_ms < 10000)
		within_ms = 10000; /* RFC 2236, 4 */
	return (within_ms + (j->mld || mcd_judge_is_windows(j) ? MCD_MLD_ANSWER_SLACK_MS : MCD_ANSWER_SLACK_MS)) * MCD_MS; /* the timers of Windows are not known */
}

const struct mcd_host_iface *mcd_judge_kernel(const struct mcd_judge *j)
{
	const struct mcd_host_iface *known;

	if (!j->evidence->has_host)
		return NULL;
	known = mcd_host_iface(&j->evidence->after, j->nic->iface->index);
	return known ? known : mcd_host_iface(&j->evidence->before, j->nic->iface->index);
}

bool mcd_judge_lost_ipv6(const struct mcd_judge *j)
{
	const struct mcd_host_iface *before = mcd_host_iface(&j->evidence->before, j->nic->iface->index);
	const struct mcd_host_iface *after = mcd_host_iface(&j->evidence->after, j->nic->iface->index);

	return j->evidence->has_host && before && after && before->disable_ipv6 == 0 && after->disable_ipv6 == 1;
}

int mcd_judge_version(const struct mcd_judge *j)
{
	const struct mcd_host_iface *kernel = mcd_judge_kernel(j);

	for (size_t i = j->nic->reports.count; i-- > 0;) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (r->out && mcd_report_here(j, r) && r->type != MCD_IGMP_LEAVE)
			return r->version;
	}
	return kernel && !j->mld ? kernel->igmp_version : 0;
}

bool mcd_judge_never_reported(const struct mcd_judge *j)
{
	if (mcd_addr_equal(j->group->address, mcd_addr_all_hosts(j->mld)))
		return true;
	if (j->mld)
		return mcd_addr_ipv6_scope(j->group->address) < 2;
	return mcd_addr_scope(j->group->address) == MCD_SCOPE_LINK_LOCAL && j->evidence->has_host &&
	       j->evidence->before.igmp_link_local_mcast_reports == 0;
}

struct mcd_text mcd_text_span(int64_t ns)
{
	struct mcd_text t;
	int64_t us = (ns < 0 ? 0 : ns) / 1000; /* integers: the same digits with every C library */

	if (us < 1000)
		snprintf(t.s, sizeof t.s, "0.%02lld ms", (long long)(us / 10));
	else if (us < 1000000)
		snprintf(t.s, sizeof t.s, "%lld.%lld ms", (long long)(us / 1000), (long long)(us % 1000 / 100));
	else
		snprintf(t.s, sizeof t.s, "%lld.%lld s", (long long)(us / 1000000), (long long)(us % 1000000 / 100000));
	return t;
}

struct mcd_text mcd_text_count(uint64_t count, const char *noun)
{
	struct mcd_text t;

	snprintf(t.s, sizeof t.s, "%llu %.100s%s", (unsigned long long)count, noun, count == 1 ? "" : "s");
	return t;
}

struct mcd_text mcd_text_addr(struct mcd_addr address)
{
	struct mcd_text t;
	char buf[MCD_ADDR_TEXT];

	snprintf(t.s, sizeof t.s, "%s", mcd_addr_format(address, buf));
	return t;
}

struct mcd_text mcd_text_sysctl(const char *name)
{
	struct mcd_text t;

	snprintf(t.s, sizeof t.s, "%s", name);
	for (char *dot = strchr(t.s, '.'); dot; dot = strchr(dot, '.'))
		*dot = '/';
	return t;
}

struct mcd_text mcd_text_group(const struct mcd_group *group)
{
	struct mcd_text t = mcd_text_addr(group->address);
	const size_t length = strlen(t.s);

	if (group->port)
		snprintf(t.s + length, sizeof t.s - length, " port %u", group->port);
	return t;
}

struct mcd_text mcd_text_vlan(uint16_t vlan, uint16_t inner_vlan)
{
	struct mcd_text t = { "" };

	if (vlan && inner_vlan)
		snprintf(t.s, sizeof t.s, " on VLAN %u in %u", inner_vlan, vlan);
	else if (vlan)
		snprintf(t.s, sizeof t.s, " on VLAN %u", vlan);
	return t;
}

static void append_sources(struct mcd_text *t, const struct mcd_addr *sources, size_t nsources)
{
	enum { SHOWN = 6 };
	size_t length = strlen(t->s);
	char buf[MCD_ADDR_TEXT];

	for (size_t i = 0; i < nsources && i < SHOWN && length < sizeof t->s; i++) {
		snprintf(t->s + length, sizeof t->s - length, "%s%s", i ? ", " : "{", mcd_addr_format(sources[i], buf));
		length += strlen(t->s + length);
	}
	if (length < sizeof t->s)
		snprintf(t->s + length, sizeof t->s - length, "%s", nsources == 0 ? "{}" : nsources > SHOWN ? ", ...}" : "}");
}

const char *mcd_text_ssm_range(struct mcd_addr group)
{
	return mcd_addr_is_v4(group) ? "232.0.0.0/8" : "ff3x::/32";
}

struct mcd_text mcd_text_record(const struct mcd_report *report)
{
	static const char *const names[] = { "record", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK" };
	struct mcd_text t;

	if (report->type == MCD_IGMP_LEAVE) {
		snprintf(t.s, sizeof t.s, mcd_addr_is_v4(report->group) ? "IGMPv2 leave" : "MLDv1 done");
	} else if (report->type != MCD_IGMP_V3_REPORT) {
		snprintf(t.s, sizeof t.s, "%sv%d report", mcd_addr_is_v4(report->group) ? "IGMP" : "MLD", report->version);
	} else {
		snprintf(t.s, sizeof t.s, "%s", names[report->record < sizeof names / sizeof names[0] ? report->record : 0]);
		append_sources(&t, report->sources, report->nsources);
	}
	return t;
}

struct mcd_text mcd_text_filter(enum mcd_filter_mode mode, const struct mcd_addr *sources, size_t nsources)
{
	struct mcd_text t;

	snprintf(t.s, sizeof t.s, "%s", mode == MCD_INCLUDE ? "include" : "exclude");
	append_sources(&t, sources, nsources);
	return t;
}
