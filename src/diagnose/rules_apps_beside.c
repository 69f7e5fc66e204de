/* SPDX-License-Identifier: ISC */
/* Programs beside the port or the group that was asked for: one that waits at another port, one that is given another group as well, and who
 * keeps the port for itself. */
#include <config.h>

#include "diagnose/apps.h"

/* Whether a program is on the port, however it is bound, in one look at the host. */
static bool has_port(const struct mcd_apps *apps, uint16_t port)
{
	for (size_t i = 0; i < apps->sockets.count; i++)
		if (((const struct mcd_app_socket *)mcd_vec_at(&apps->sockets, i))->port == port)
			return true;
	return false;
}

/* The first stream of GROUP to PORT, from whomever, on any NIC; *NIC = which. NULL = none. */
static const struct mcd_stream *search_stream(const struct mcd_judge *j, struct mcd_addr group, uint16_t port, const struct mcd_nic **nic)
{
	const struct mcd_evidence *e = j->evidence;

	for (size_t i = 0; i < e->nnics; i++)
		for (size_t k = 0; k < e->nics[i].streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&e->nics[i].streams, k);

			*nic = &e->nics[i];
			if (!s->ours && s->packets && s->port == port && mcd_addr_equal(s->group, group))
				return s;
		}
	return NULL;
}

/* It told that it is a member, or is bound to the very group; an unknown one on any port may be anybody's. */
static bool means_group(const struct mcd_judge *j, const struct mcd_app *app)
{
	if (!mcd_app_takes_group(j, app))
		return false;
	if (mcd_addr_equal(app->end->address, j->group->address))
		return true;
	return mcd_app_was_asked(app) && mcd_app_was_member(j, app, 0) && mcd_app_is_member(j, app, 0);
}

static void find_other_port(struct mcd_judge *j, const struct mcd_app *app, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_find_host(j, MCD_APP_ON_OTHER_PORT), *there = f ? f : mcd_found(j, MCD_APP_ON_OTHER_PORT, NULL, j->group);

	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_summary(f, "%s waits for %s at port %u, where nothing comes; it comes to port %u, where no program is", mcd_app_name(app->end).s,
			 mcd_text_addr(j->group->address).s, app->end->port, j->group->port);
	mcd_find_clue(j, there, NULL, 0, 0, "%s holds a socket on %s, a member on %s", mcd_app_name(app->end).s, mcd_app_binding(j, app->end).s,
		      mcd_app_joined_on(j, app).s);
	mcd_find_clue(j, f, nic, s->first_packet, s->first_ns, "%llu datagrams came to port %u, none to port %u", (unsigned long long)s->packets,
		      j->group->port, app->end->port);
	mcd_find_settle(f, "it may be there for a stream that is sent at other times: ask whose it is");
}

static void judge_ports(struct mcd_judge *j)
{
	const struct mcd_nic *nic = NULL, *none = NULL;
	const struct mcd_stream *s = search_stream(j, j->group->address, j->group->port, &nic);
	struct mcd_app app;

	if (!s || j->request->self_test || has_port(&j->evidence->before.apps, j->group->port) || has_port(&j->evidence->after.apps, j->group->port))
		return;
	for (size_t at = 0; mcd_app_next(j, 0, &at, &app);)
		if (means_group(j, &app) && !search_stream(j, j->group->address, app.end->port, &none))
			find_other_port(j, &app, nic, s);
}

/* Whether the kernel hands SOCKET, a member of GROUP, what comes to its port for OTHER as well. Only one that was asked is judged: a socket may have
 * joined several groups. */
static bool has_to_take(const struct mcd_apps *apps, const struct mcd_app_socket *socket, struct mcd_addr group, struct mcd_addr other)
{
	const bool ipv6 = !mcd_addr_is_v4(other);

	return socket->asked && mcd_app_takes(socket, ipv6) && mcd_app_multicast_all(socket, ipv6) == 1 && !socket->connected &&
	       mcd_addr_is_unspecified(socket->address) && mcd_apps_is_member(apps, socket, 0, group) && !mcd_apps_is_member(apps, socket, 0, other);
}

bool mcd_apps_imposes(const struct mcd_evidence *e, const struct mcd_app_membership *m)
{
	const struct mcd_apps *apps = &e->before.apps;
	const struct mcd_app_socket *holder = mcd_apps_find(apps, m->cookie);
	bool imposes = false;

	for (size_t g = 0; holder && g < e->request->ngroups; g++) {
		const struct mcd_group *group = &e->request->groups[g];

		if (mcd_addr_equal(group->address, m->group))
			return false;
		for (size_t i = 0; group->port == holder->port && i < apps->sockets.count; i++) {
			const struct mcd_app_socket *s = mcd_vec_at(&apps->sockets, i);

			imposes = imposes || (s->port == holder->port && has_to_take(apps, s, group->address, m->group));
		}
	}
	return imposes;
}

/* Whether S, which came in on NIC, is handed to the socket for another program's membership. */
static bool is_imposed(const struct mcd_judge *j, const struct mcd_app *app, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	if (s->ours || s->vlan || s->port != app->end->port || s->packets <= mcd_stream_rare(s)->packets_out ||
	    mcd_addr_equal(s->group, j->group->address) || !has_to_take(&j->evidence->before.apps, app->start, j->group->address, s->group) ||
	    !has_to_take(&j->evidence->after.apps, app->end, j->group->address, s->group))
		return false;
	return !mcd_app_is_bound_off(app, nic->iface) && !mcd_iface_is_enslaved(&j->evidence->ifaces, nic->iface) &&
	       mcd_apps_users(j, &j->evidence->before, nic->iface->index, s->group) > 0 &&
	       mcd_apps_users(j, &j->evidence->after, nic->iface->index, s->group) > 0;
}

static void find_imposed(struct mcd_judge *j, const struct mcd_app *app, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_FOREIGN_GROUP_DELIVERED);
	const bool ipv6 = !mcd_addr_is_v4(s->group);
	const char *option = ipv6 ? "IPV6_MULTICAST_ALL" : "IP_MULTICAST_ALL";

	if (f)
		f->confidence = MCD_LIKELY;
	if (ipv6 != j->mld)
		mcd_find_remedy_instead(f, "In the program, set %s to 0, or bind to %s instead of the wildcard", option, mcd_text_addr(j->group->address).s);
	mcd_find_summary(f, "%s, which has joined %s, is given %s as well: the port is the same, and another program has joined that on %s",
			 mcd_app_name(app->end).s, mcd_text_addr(j->group->address).s, mcd_text_addr(s->group).s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "%llu datagrams to %s port %u came in on %s", (unsigned long long)s->packets,
		      mcd_text_addr(s->group).s, s->port, j->nic->iface->name);
	mcd_find_clue(j, f, NULL, 0, 0, "the socket is bound to %s, has %s = 1, and is no member of %s", mcd_app_binding(j, app->end).s,
		      option, mcd_text_addr(s->group).s);
	mcd_find_settle(f, "a program that looks at the destination of each datagram (%s) is not misled", ipv6 ? "IPV6_RECVPKTINFO" : "IP_PKTINFO");
}

static void judge_imposed(struct mcd_judge *j, const struct mcd_app *app)
{
	const struct mcd_evidence *e = j->evidence;

	for (size_t i = 0; i < e->nnics; i++)
		for (size_t k = 0; k < e->nics[i].streams.count; k++) {
			const struct mcd_stream *s = mcd_vec_at(&e->nics[i].streams, k);

			j->nic = &e->nics[i];
			if (is_imposed(j, app, j->nic, s))
				find_imposed(j, app, s);
		}
}

void mcd_rules_apps_beside(struct mcd_judge *j)
{
	struct mcd_app app;

	judge_ports(j);
	for (size_t at = 0; mcd_app_next(j, j->group->port, &at, &app);)
		if (mcd_app_takes_group(j, &app))
			judge_imposed(j, &app);
}

void mcd_rules_port_holders(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_vec *sockets = &j->evidence->before.apps.sockets;

	for (size_t i = 0; i < sockets->count; i++) {
		const struct mcd_app_socket *s = mcd_vec_at(sockets, i);

		if (s->port == j->group->port)
			mcd_find_clue(j, f, NULL, 0, 0, "%s holds a socket on %s", mcd_app_name(s).s, mcd_app_binding(j, s).s);
	}
}
