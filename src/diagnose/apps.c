/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/apps.h"

#include <stdio.h>
#include <string.h>

bool mcd_app_next(const struct mcd_judge *j, uint16_t port, size_t *at, struct mcd_app *out)
{
	const struct mcd_apps *start = &j->evidence->before.apps, *end = &j->evidence->after.apps;

	while (*at < end->sockets.count) {
		out->end = mcd_vec_at(&end->sockets, (*at)++);
		out->start = mcd_apps_find(start, out->end->cookie);
		if (out->start && (port == 0 || out->end->port == port) && strcmp(out->end->process, PACKAGE_NAME) != 0)
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

unsigned mcd_apps_users(const struct mcd_judge *j, const struct mcd_host *host, unsigned ifindex, struct mcd_addr group)
{
	unsigned users = 0;

	for (size_t i = 0; i < host->memberships.count; i++) {
		const struct mcd_host_membership *m = mcd_vec_at(&host->memberships, i);
		unsigned ours = host == &j->evidence->after ? ours_left(j, m->ifindex, group) : 0; /* the first look was before our joins */

		if ((ifindex == 0 || m->ifindex == ifindex) && mcd_addr_equal(m->group, group) && m->users > ours)
			users += m->users - ours;
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
	else
		snprintf(t.s, sizeof t.s, "a program of user %u (not visible to us)", socket->uid);
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
