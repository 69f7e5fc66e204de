/* SPDX-License-Identifier: ISC */
/* `join`: did a membership report for the group leave this NIC after our join? */
#include <config.h>

#include "diagnose/dropped.h"
#include "diagnose/family.h"
#include "diagnose/suspects.h"
#include "diagnose/windows.h"

#include <errno.h>
#include <string.h>

static void find_malformed(struct mcd_judge *j)
{
	const struct mcd_report *r;

	for (size_t at = 0; (r = mcd_judge_own_report(j, j->task->join.called_ns, &at)) != NULL;) {
		const char *what = mcd_report_malformation(r);
		struct mcd_finding *f;

		if (!what)
			continue;
		f = mcd_find_group(j, MCD_REPORT_MALFORMED);
		mcd_find_summary(f, "The membership report that left %s has %s; switches and routers may ignore it", j->nic->iface->name, what);
		mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s with %s (TTL %u, to %s)", mcd_text_record(r).s, what, r->ttl,
			      mcd_text_addr(r->destination).s);
	}
}

/* An address is not used before the link was asked whether another host has it (RFC 4862, 5.4; RFC 3590). */
static void explain_zero_source(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_report *first)
{
	const struct mcd_report *r;

	for (size_t at = 0; (r = mcd_judge_own_report(j, first->when_ns, &at)) != NULL;) {
		if (mcd_addr_is_unspecified(r->source) || !mcd_report_joins(r))
			continue;
		mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s from %s, %s later: the address was tentative until then", mcd_text_record(r).s,
			      mcd_text_addr(r->source).s, mcd_text_span(r->when_ns - first->when_ns).s);
		return;
	}
}

/* The first of our reports, from SINCE_NS on, that has no source address and makes a router hold a membership; NULL = none. */
static const struct mcd_report *zero_source(const struct mcd_judge *j, int64_t since_ns)
{
	const struct mcd_report *r;

	for (size_t at = 0; (r = mcd_judge_own_report(j, since_ns, &at)) != NULL;)
		if (mcd_addr_is_unspecified(r->source) && mcd_report_joins(r))
			return r;
	return NULL;
}

/* FIRST is the report that joined. The address may also go while we are a member: then the answers to queries have none. */
static void find_zero_source(struct mcd_judge *j, const struct mcd_report *first)
{
	const struct mcd_report *r = zero_source(j, first->when_ns);
	struct mcd_finding *f;

	if (!r)
		return;
	f = mcd_find_nic(j, MCD_REPORT_FROM_ZERO_ADDRESS);
	mcd_find_summary(f, "%s left %s from %s, which some switches and routers ignore", r == first ? "The membership report" : "A later membership report",
			 j->nic->iface->name, mcd_text_addr(r->source).s);
	mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s from %s", mcd_text_record(r).s, mcd_text_addr(r->source).s);
	if (r != first)
		mcd_find_clue(j, f, j->nic, first->packet, first->when_ns, "%s from %s, %s before: the interface has lost that address since",
			      mcd_text_record(first).s, mcd_text_addr(first->source).s, mcd_text_span(r->when_ns - first->when_ns).s);
	else if (j->mld)
		explain_zero_source(j, f, r);
}

/* Which limit it was: ENOBUFS says only that there is one (igmp_max_memberships, igmp_max_msf, optmem_max). */
static void find_limit(struct mcd_judge *j)
{
	const struct mcd_host *host = &j->evidence->before;
	bool known = j->evidence->has_host;
	const int most = j->mld ? host->mld_max_msf : host->igmp_max_msf;
	bool sources = known && most >= 0 && j->group->nsources > (size_t)most;
	bool groups = known && !j->mld && host->igmp_max_memberships >= 0 && j->request->ngroups > (size_t)host->igmp_max_memberships;
	struct mcd_finding *f = mcd_find_group(j, sources ? MCD_SOURCE_LIMIT_REACHED : MCD_MEMBERSHIP_LIMIT_REACHED);

	if (f && sources == groups)
		f->confidence = MCD_LIKELY;
	if (sources)
		mcd_find_summary(f, "The kernel takes no more than %s in one group's filter; %zu were asked for",
				 mcd_text_count((uint64_t)most, "source").s, j->group->nsources);
	else
		mcd_find_summary(f, "The kernel refused the membership on %s: a limit of memberships or of socket memory is reached",
				 j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, 0, j->task->join.called_ns, "%s", j->task->join.err.text);
	if (known && j->mld)
		mcd_find_clue(j, f, NULL, 0, 0, "net.ipv6.mld_max_msf = %d; asked for: %s", host->mld_max_msf,
			      mcd_text_count(j->group->nsources, "source").s);
	else if (known)
		mcd_find_clue(j, f, NULL, 0, 0, "net.ipv4.igmp_max_memberships = %d, net.ipv4.igmp_max_msf = %d; asked for: %s, %s",
			      host->igmp_max_memberships, host->igmp_max_msf, mcd_text_count(j->request->ngroups, "group").s,
			      mcd_text_count(j->group->nsources, "source").s);
	if (known && host->optmem_max >= 0)
		mcd_find_clue(j, f, NULL, 0, 0, "net.core.optmem_max = %d octets of memberships and filters in one socket", host->optmem_max);
	if (f && sources == groups && !j->mld)
		mcd_find_settle(f, "raise net.ipv4.igmp_max_memberships first; if the error stays, net.core.optmem_max");
}

/* Linux has no IPv6 where the link cannot carry its least packet (RFC 8200, 5). */
static void explain_mtu(struct mcd_judge *j, struct mcd_finding *f)
{
	enum { LEAST = 1280 };
	const struct mcd_iface *iface = j->nic->iface;

	if (!j->mld || iface->mtu == 0 || iface->mtu >= LEAST)
		return;
	mcd_find_clue(j, f, j->nic, 0, 0, "the MTU of %s is %u: below %d the kernel has no IPv6 there", iface->name, (unsigned)iface->mtu, LEAST);
	if (mcd_judge_is_windows(j))
		mcd_find_remedy_instead(f, "netsh interface ipv6 set subinterface \"%.120s\" mtu=%d store=persistent, or more", iface->name, LEAST);
	else
		mcd_find_remedy_instead(f, "ip link set dev %s mtu %d, or more; then give it its addresses again", iface->name, LEAST);
}

/* To Windows a port that another program, or Windows itself, keeps for itself is forbidden (SO_EXCLUSIVEADDRUSE). */
static bool is_in_use(const struct mcd_judge *j, int os)
{
	return os == EADDRINUSE || (os == EACCES && mcd_judge_is_windows(j));
}

static void find_failed(struct mcd_judge *j, const struct mcd_act *act, const char *what)
{
	struct mcd_finding *f;

	if (act == &j->task->join && act->err.os == ENOBUFS && !mcd_judge_is_windows(j)) { /* which has no such limit */
		find_limit(j);
		return;
	}
	f = mcd_find_group(j, act == &j->task->socket && is_in_use(j, act->err.os) ? MCD_PORT_IN_USE : MCD_JOIN_FAILED);
	mcd_find_summary(f, "%s failed on %s: %s", what, j->nic->iface->name, act->err.text);
	mcd_find_clue(j, f, j->nic, 0, act->called_ns, "%s", act->err.text);
	if (f && f->code == MCD_PORT_IN_USE)
		mcd_rules_port_holders(j, f);
	if (act == &j->task->join) {
		explain_mtu(j, f);
		mcd_windows_tell_mute(j, f);
	} else {
		mcd_windows_tell_bind(j, f);
	}
}

/* True when the calls themselves decide. */
static bool judge_calls(struct mcd_judge *j)
{
	const struct mcd_task *task = j->task;

	if (task->socket.tried && !task->socket.done) { /* the membership is held by a socket without a port, so the wire is judged all the same */
		j->check = MCD_CHECK_DELIVERY;
		find_failed(j, &task->socket, "Opening the socket");
		j->check = MCD_CHECK_JOIN;
	}
	if (!task->join.tried) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, j->ended, "%s", j->ended ? "the run ended before the join" : "not joined yet");
	} else if (!task->join.done) {
		find_failed(j, &task->join, "Joining");
		mcd_judge_set(j, MCD_FAIL, true, "the join failed: %s", task->join.err.text);
	} else {
		return false;
	}
	return true;
}

static void find_already_member(struct mcd_judge *j)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_ALREADY_MEMBER);
	const struct mcd_host_membership *m = mcd_host_membership(&j->evidence->before, j->nic->iface->index, j->group->address);

	mcd_find_summary(f, "A program of this host was a member of %s on %s before our join: a report of our own was due only if we ask for more than it does",
			 mcd_text_addr(j->group->address).s, j->nic->iface->name);
	if (mcd_judge_is_windows(j)) /* which does not tell for how many sockets */
		mcd_find_clue(j, f, j->nic, 0, 0, "%s listed the group on %s before our join", mcd_judge_list(j), j->nic->iface->name);
	else
		mcd_find_clue(j, f, j->nic, 0, 0, "%s listed the group on %s before our join, for %s", mcd_judge_list(j), j->nic->iface->name,
			      mcd_text_count(m ? m->users : 1, "socket").s);
	mcd_find_settle(f, "the answer to the next general query shows the report; observe for longer than the querier's interval (--duration 130s)");
}

static void find_not_on_wire(struct mcd_judge *j, int64_t listened)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_JOIN_NOT_ON_WIRE);
	const struct mcd_dropped dropped = mcd_dropped_reports(j);
	const char *name = j->nic->iface->name;

	mcd_find_summary(f, "The kernel accepted the join of %s on %s, but no membership report left the interface: it is dropped on the way out",
			 mcd_text_addr(j->group->address).s, name);
	mcd_find_clue(j, f, j->nic, 0, j->task->join.called_ns, "no report for the group at the tap of %s in %s after the join", name,
		      mcd_text_span(listened).s);
	if (j->task->kernel_lists)
		mcd_find_clue(j, f, j->nic, 0, 0, "%s lists the group on %s", mcd_judge_list(j), name);
	mcd_dropped_tell(j, f, &dropped, "this host's reports");
	mcd_windows_tell_mute(j, f);
	if (!mcd_judge_is_windows(j))
		mcd_find_remedy(
			f, "Rules of the netdev family hide from `nft list table inet`: read `nft list ruleset` whole, and `tc filter show dev %s egress`",
			name);
	mcd_suspects_of_reports(j, f);
}

/* Nothing was seen. */
static void judge_absence(struct mcd_judge *j)
{
	int64_t listened = mcd_judge_listened(j, j->task->join.done_ns), wait = MCD_REPORT_WAIT_MS * MCD_MS;
	int version = mcd_judge_version(j);
	bool over = j->ended || j->task->leave.tried;
	const struct mcd_report *other = NULL;
	const struct mcd_query *old = mcd_judge_old_query(j, j->task->join.called_ns, j->task->join.done_ns + wait);

	if (version > 0 && version < mcd_judge_newest(j))
		other = mcd_judge_suppressor(j, j->task->join.called_ns, j->task->join.done_ns + 50 * MCD_MS);
	if (j->task->member_before)
		mcd_judge_set(j, MCD_INCONCLUSIVE, over, /* a query may come at any time, and its answer settles it */
			      "the host was a member already, so no report was due, and no query was answered in %s", mcd_text_span(listened).s);
	else if (listened < wait && !over)
		mcd_judge_set(j, MCD_INCONCLUSIVE, false, "no report seen in %s so far", mcd_text_span(listened).s);
	else if (old)
		mcd_judge_set(j, MCD_INCONCLUSIVE, over, "the %sv%d query in packet %llu made the host drop its pending report; the next query asks for it",
			      mcd_judge_protocol(j), old->version, (unsigned long long)old->packet);
	else if (mcd_judge_excused_own(j, "report"))
		return;
	else if (!mcd_judge_lists_members(j))
		mcd_judge_set(j, MCD_INCONCLUSIVE, over, "no report seen in %s, but whether the host was a member already, so that none was due, is not known",
			      mcd_text_span(listened).s);
	else if (j->nic->capture.opened_ns > j->task->join.called_ns)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no report seen, but the capture began after the join");
	else if (listened < wait)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no report seen in %s, which is too short to say that there is none",
			      mcd_text_span(listened).s);
	else if (other)
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "the report of %s in packet %llu suppressed ours, as %sv%d allows",
			      mcd_text_addr(other->source).s, (unsigned long long)other->packet, mcd_judge_protocol(j), version);
	else {
		find_not_on_wire(j, listened);
		mcd_judge_set(j, MCD_FAIL, true, "no report seen in %s after the join", mcd_text_span(listened).s);
	}
}

/* A report that went out with a bad checksum is no report to anyone else. */
static bool judge_spoiled(struct mcd_judge *j)
{
	const struct mcd_report *r;

	for (size_t at = 0; (r = mcd_judge_own_report(j, j->task->join.called_ns, &at)) != NULL;) {
		if (r->checksum_ok || r->type == MCD_IGMP_LEAVE)
			continue;
		mcd_judge_set(j, MCD_FAIL, true, "the report in packet %llu has a bad %s checksum", (unsigned long long)r->packet,
			      mcd_judge_protocol(j));
		return true;
	}
	return false;
}

static void judge_seen(struct mcd_judge *j, const struct mcd_report *r)
{
	int expected = j->mld ? 0 : j->request->igmp_version;

	find_zero_source(j, r);
	if (expected && r->version > expected)
		mcd_judge_set(j, MCD_WARN, true, "%s in packet %llu, although IGMPv%d is expected", mcd_text_record(r).s,
			      (unsigned long long)r->packet, expected);
	else
		mcd_judge_set(j, MCD_PASS, true, "%s in packet %llu, %s after the join", mcd_text_record(r).s, (unsigned long long)r->packet,
			      mcd_text_span(r->when_ns - j->task->join.called_ns).s);
}

void mcd_check_join(struct mcd_judge *j)
{
	const struct mcd_report *r;

	j->check = MCD_CHECK_JOIN;
	if (!j->request->join) {
		mcd_judge_set(j, MCD_SKIPPED, true, "no join was asked for");
		return;
	}
	if (judge_calls(j))
		return;
	if (j->task->member_before && !mcd_judge_never_reported(j))
		find_already_member(j);
	r = mcd_judge_join_report(j);
	if (r) {
		judge_seen(j, r);
	} else if (mcd_judge_never_reported(j)) {
		mcd_judge_set(j, MCD_SKIPPED, true, "this host never reports %s%s", mcd_text_addr(j->group->address).s,
			      j->mld || mcd_addr_equal(j->group->address, mcd_addr_all_hosts(false)) ? "" : " (igmp_link_local_mcast_reports = 0)");
		return;
	} else if (!judge_spoiled(j) && mcd_judge_wire(j)) {
		judge_absence(j);
	}
	find_malformed(j);
}
