/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/apps.h"
#include "diagnose/windows.h"

#include <stdio.h>
#include <string.h>

/* Windows tells the name of the file. */
static bool is_mcdiag(const char *process)
{
	return strcmp(process, PACKAGE_NAME) == 0 || strcmp(process, PACKAGE_NAME ".exe") == 0;
}

bool mcd_app_next(const struct mcd_judge *j, uint16_t port, size_t *at, struct mcd_app *out)
{
	const struct mcd_apps *start = &j->evidence->before.apps, *end = &j->evidence->after.apps;

	while (*at < end->sockets.count) {
		out->end = mcd_vec_at(&end->sockets, (*at)++);
		out->start = mcd_apps_find(start, out->end->cookie);
		if (out->start && (port == 0 || out->end->port == port) && !is_mcdiag(out->end->process))
			return true;
	}
	return false;
}

bool mcd_app_takes_group(const struct mcd_judge *j, const struct mcd_app *app)
{
	const struct mcd_app_socket *s = app->end;

	if (s->connected || !mcd_app_takes(s, j->mld))
		return false;
	return mcd_addr_is_unspecified(s->address) || mcd_addr_equal(s->address, j->group->address);
}

/* Our own memberships of GROUP on IFINDEX that the last look at the host still saw. */
static unsigned ours_left(const struct mcd_judge *j, unsigned ifindex, struct mcd_addr group)
{
	const struct mcd_nic *nic = mcd_evidence_nic(j->evidence, ifindex);
	unsigned count = 0;

	for (size_t g = 0; nic && g < j->request->ngroups; g++)
		if (mcd_addr_equal(j->request->groups[g].address, group) && nic->tasks[g].join.done && !nic->tasks[g].leave.done)
			count++;
	return count;
}

/* Of M, a membership that HOST lists, what is not ours. Windows lists one for all that hold it: beside ours, others are told by the look before. */
static unsigned others_of(const struct mcd_judge *j, const struct mcd_host *host, const struct mcd_host_membership *m)
{
	const unsigned ours = host == &j->evidence->after ? ours_left(j, m->ifindex, m->group) : 0; /* the first look was before our joins */

	if (ours && mcd_judge_is_windows(j))
		return mcd_host_membership(&j->evidence->before, m->ifindex, m->group) ? m->users : 0;
	return m->users > ours ? m->users - ours : 0;
}

unsigned mcd_apps_users(const struct mcd_judge *j, const struct mcd_host *host, unsigned ifindex, struct mcd_addr group)
{
	unsigned users = 0;

	for (size_t i = 0; i < host->memberships.count; i++) {
		const struct mcd_host_membership *m = mcd_vec_at(&host->memberships, i);

		if ((ifindex == 0 || m->ifindex == ifindex) && mcd_addr_equal(m->group, group))
			users += others_of(j, host, m);
	}
	return users;
}

static bool is_member_at(const struct mcd_judge *j, const struct mcd_host *host, const struct mcd_app_socket *s, unsigned ifindex)
{
	if (s->asked)
		return mcd_apps_is_member(&host->apps, s, ifindex, j->group->address);
	return mcd_apps_users(j, host, ifindex, j->group->address) > 0;
}

bool mcd_app_was_member(const struct mcd_judge *j, const struct mcd_app *app, unsigned ifindex)
{
	return is_member_at(j, &j->evidence->before, app->start, ifindex);
}

bool mcd_app_is_member(const struct mcd_judge *j, const struct mcd_app *app, unsigned ifindex)
{
	return is_member_at(j, &j->evidence->after, app->end, ifindex);
}

bool mcd_app_is_bound_off(const struct mcd_app *app, const struct mcd_iface *iface)
{
	unsigned device = app->end->ifindex;

	return device != 0 && device != iface->index && device != iface->master; /* a VRF passes on what its ports get */
}

/* Whether the socket gets the group where another program has joined it: in IPv6, the socket's own membership holds for every interface
 * (inet6_mc_check() of Linux asks for none). */
static bool is_given_others(const struct mcd_judge *j, const struct mcd_app *app)
{
	return mcd_app_multicast_all(app->end, j->mld) != 0 || (j->mld && (mcd_app_was_member(j, app, 0) || mcd_app_is_member(j, app, 0)));
}

static bool may_get_there(const struct mcd_judge *j, const struct mcd_app *app, const struct mcd_iface *iface)
{
	const struct mcd_host *start = &j->evidence->before, *end = &j->evidence->after;

	if (mcd_app_is_bound_off(app, iface))
		return false;
	if (mcd_app_was_member(j, app, iface->index) || mcd_app_is_member(j, app, iface->index))
		return true;
	return is_given_others(j, app) &&
	       (mcd_apps_users(j, start, iface->index, j->group->address) > 0 || mcd_apps_users(j, end, iface->index, j->group->address) > 0);
}

bool mcd_app_may_get(const struct mcd_judge *j, const struct mcd_app *app, const struct mcd_iface *iface)
{
	const struct mcd_iface_list *list = &j->evidence->ifaces;

	for (size_t i = 0; i < list->count; i++)
		if ((list->at[i].index == iface->index || mcd_iface_is_below(list, iface->index, list->at[i].index)) &&
		    may_get_there(j, app, &list->at[i]))
			return true;
	return false;
}

/* A query to all groups whose time ran out on the judged NIC, where nothing was joined by us, without a report of the group by anyone; NULL = none. */
static const struct mcd_query *unanswered(const struct mcd_judge *j)
{
	size_t at = 0;

	if (j->task->join.tried || mcd_judge_own_report(j, 0, &at))
		return NULL;
	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);
		const int64_t within = mcd_judge_answer_ns(j, q);

		if (mcd_query_counts(j, q) && !q->out && mcd_addr_is_unspecified(q->group) && !mcd_evidence_is_local(j->evidence, q->source) &&
		    mcd_judge_until(j) - q->when_ns >= within && !mcd_judge_suppressor(j, q->when_ns, q->when_ns + within))
			return q;
	}
	return NULL;
}

/* What leaves as we join and as we leave says that we were the only one (RFC 9776, 5.1; RFC 2236, 3). */
bool mcd_apps_are_denied(const struct mcd_judge *j)
{
	const struct mcd_nic_capture *c = &j->nic->capture;

	if (!c->opened_ns || c->dropped || c->broke || j->nic->omitted || j->nic->gone || j->nic->went_down || mcd_judge_never_reported(j) || mcd_windows_is_mute(j) || mcd_judge_hides_own(j))
		return false;
	return unanswered(j) || (j->task->join.done && mcd_judge_join_report(j) && mcd_judge_leave_report(j));
}

void mcd_apps_tell_denied(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_query *q = unanswered(j);
	const struct mcd_report *r = q ? NULL : mcd_judge_leave_report(j);

	if (q)
		mcd_find_clue(j, f, j->nic, q->packet, q->when_ns, "%s asked for all groups on %s, and this host reported none of %s there", mcd_text_addr(q->source).s,
			      j->nic->iface->name, mcd_text_addr(j->group->address).s);
	else if (r)
		mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s left %s as we left the group: nobody else of this host held it there", mcd_text_record(r).s,
			      j->nic->iface->name);
}

/* Groups that some program of nearly every host holds. */
static bool is_everywhere(struct mcd_addr group)
{
	const bool ssdp6 = group.hi >> 56 == 0xff && (group.hi & UINT64_C(0x00f0ffffffffffff)) == 0 && group.lo == 0xc; /* ff0X::c */

	return mcd_addr_scope(group) == MCD_SCOPE_LINK_LOCAL || ssdp6 || mcd_addr_equal(group, mcd_addr_v4(0xeffffffa)); /* SSDP: 239.255.255.250 */
}

bool mcd_app_has_other_group(const struct mcd_judge *j, const struct mcd_app *app)
{
	const struct mcd_vec *told = &j->evidence->after.apps.memberships, *all = &j->evidence->before.memberships;

	for (size_t i = 0; app->end->asked && i < told->count; i++) {
		const struct mcd_app_membership *m = mcd_vec_at(told, i);

		if (m->cookie == app->end->cookie && !mcd_addr_equal(m->group, j->group->address))
			return true;
	}
	for (size_t i = 0; !app->end->asked && i < all->count; i++) {
		const struct mcd_host_membership *m = mcd_vec_at(all, i);

		if (mcd_app_takes(app->end, !mcd_addr_is_v4(m->group)) && !is_everywhere(m->group) && !mcd_addr_equal(m->group, j->group->address))
			return true;
	}
	return false;
}

bool mcd_app_sends(const struct mcd_judge *j, const struct mcd_app *app)
{
	for (size_t i = 0; i < j->evidence->nnics; i++) {
		const struct mcd_vec *streams = &j->evidence->nics[i].streams;

		for (size_t k = 0; k < streams->count; k++) {
			const struct mcd_stream *s = mcd_vec_at(streams, k);

			if (s->local_source && !s->ours && s->source_port == app->end->port)
				return true;
		}
	}
	return false;
}

struct mcd_text mcd_app_name(const struct mcd_app_socket *socket)
{
	struct mcd_text t;

	if (socket->pid > 0)
		snprintf(t.s, sizeof t.s, "%s (pid %d)", *socket->process ? socket->process : "a program", socket->pid);
	else if (socket->uid != UINT32_MAX)
		snprintf(t.s, sizeof t.s, "a program of user %u (not visible to us)", socket->uid);
	else
		snprintf(t.s, sizeof t.s, "a program (not visible to us)");
	return t;
}

struct mcd_text mcd_app_binding(const struct mcd_judge *j, const struct mcd_app_socket *socket)
{
	const struct mcd_iface *device = mcd_iface_by_index(&j->evidence->ifaces, socket->ifindex);
	struct mcd_text t;
	char address[MCD_ADDR_TEXT];

	snprintf(t.s, sizeof t.s, "%s port %u%s%.100s", mcd_addr_format(socket->address, address), socket->port, socket->ifindex ? " on " : "",
		 device		   ? device->name
		 : socket->ifindex ? "an interface that is gone"
				   : "");
	return t;
}

struct mcd_text mcd_app_joined_on(const struct mcd_judge *j, const struct mcd_app *app)
{
	const struct mcd_iface_list *list = &j->evidence->ifaces;
	struct mcd_text t = { "" };

	for (size_t i = 0; i < list->count; i++) {
		const size_t length = strlen(t.s);

		if (mcd_app_was_member(j, app, list->at[i].index) || mcd_app_is_member(j, app, list->at[i].index))
			snprintf(t.s + length, sizeof t.s - length, "%s%.60s", length ? ", " : "", list->at[i].name);
	}
	return t;
}
