/* SPDX-License-Identifier: ISC */
/* Where programs end up that name no interface, or name it by the address of their host name. */
#include <config.h>

#include "diagnose/routes.h"
#include "diagnose/windows.h"

static bool resolves_to_loopback(const struct mcd_host *host)
{
	for (size_t i = 0; i < host->name_addresses.count; i++)
		if (!mcd_addr_is_loopback(*(const struct mcd_addr *)mcd_vec_at(&host->name_addresses, i)))
			return false;
	return host->name_lookup == MCD_NAME_RESOLVED && host->name_addresses.count > 0;
}

static const struct mcd_iface *loopback_of(const struct mcd_iface_list *ifaces)
{
	for (size_t i = 0; i < ifaces->count; i++)
		if (ifaces->at[i].flags & MCD_IFACE_LOOPBACK)
			return &ifaces->at[i];
	return NULL;
}

/* The interface that was chosen on whose wire the stream of the judged group comes; NULL = none. */
static const struct mcd_nic *stream_seen(struct mcd_judge *j)
{
	const size_t group = (size_t)(j->group - j->request->groups);

	for (size_t i = 0; i < j->evidence->nnics; i++) {
		struct mcd_judge there = mcd_judge_of(j->evidence, i, group, j->now_ns);

		for (size_t k = 0; there.nic->role == MCD_ROLE_CHOSEN && k < there.nic->streams.count; k++)
			if (mcd_stream_wanted(&there, mcd_vec_at(&there.nic->streams, k)))
				return there.nic;
	}
	return NULL;
}

/* Whether SOCKET, which was asked, is a member of the judged group on LOOPBACK, on no interface that was chosen, and gets none of what others have
 * joined. */
static bool is_deaf(const struct mcd_judge *j, const struct mcd_app_socket *socket, const struct mcd_iface *loopback)
{
	const struct mcd_evidence *e = j->evidence;

	if (!socket->asked || socket->multicast_all != 0 || socket->port != j->group->port || !mcd_apps_is_member(&e->after.apps, socket, loopback->index, j->group->address))
		return false;
	for (size_t i = 0; i < e->nnics; i++)
		if (e->nics[i].role == MCD_ROLE_CHOSEN && mcd_apps_is_member(&e->after.apps, socket, e->nics[i].iface->index, j->group->address))
			return false;
	return true;
}

/* Whether a program holds the judged group on loopback alone: as its socket says or, where that was not asked, since no program holds it on an
 * interface that was chosen. */
static bool is_held_on_loopback_only(const struct mcd_judge *j)
{
	const struct mcd_evidence *e = j->evidence;
	const struct mcd_iface *loopback = loopback_of(&e->ifaces);
	const size_t group = (size_t)(j->group - j->request->groups);

	if (!loopback || !mcd_host_membership(&e->after, loopback->index, j->group->address) ||
	    mcd_addr_equal(j->group->address, mcd_addr_all_hosts(j->mld)))
		return false; /* 224.0.0.1 is held everywhere */
	for (size_t i = 0; i < e->after.apps.sockets.count; i++)
		if (is_deaf(j, mcd_vec_at(&e->after.apps.sockets, i), loopback))
			return true;
	for (size_t i = 0; i < e->nnics; i++)
		if (e->nics[i].role == MCD_ROLE_CHOSEN &&
		    (e->nics[i].tasks[group].member_before || mcd_host_membership(&e->after, e->nics[i].iface->index, j->group->address)))
			return false;
	return true;
}

static void add_addresses(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_host *host = &j->evidence->before;
	const struct mcd_iface *loopback = loopback_of(&j->evidence->ifaces);

	for (size_t i = 0; i < host->name_addresses.count; i++)
		mcd_find_clue(j, f, loopback ? mcd_evidence_nic(j->evidence, loopback->index) : NULL, 0, 0, "getaddrinfo() of %.64s gives %s", host->name,
			      mcd_text_addr(*(const struct mcd_addr *)mcd_vec_at(&host->name_addresses, i)).s);
}

static void find_deaf(struct mcd_judge *j, const struct mcd_nic *where)
{
	const struct mcd_host *host = &j->evidence->before;
	struct mcd_text group = mcd_text_addr(j->group->address);
	struct mcd_finding *f = mcd_find_host(j, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK);

	if (!f)
		return;
	f->severity = MCD_FAULT;
	f->confidence = MCD_LIKELY;
	mcd_find_summary(f, "A program of this host has joined %s on loopback, while the stream comes on %s: the host name %.64s resolves to %s, and who "
			    "joins by that address gets nothing from the network",
			 group.s, where->iface->name, host->name, mcd_text_addr(*(const struct mcd_addr *)mcd_vec_at(&host->name_addresses, 0)).s);
	add_addresses(j, f);
	mcd_find_clue(j, f, NULL, 0, 0, "the kernel lists %s on loopback, and no program that is there holds it on an interface asked about", group.s);
	mcd_find_settle(f, mcd_judge_is_windows(j) ? "see what the program is bound to, and what is joined: Get-NetUDPEndpoint; netsh interface ipv4 show joins"
						     : "see what the program is bound to and joined on: ss -ulpn; ip maddress show dev lo");
}

/* For the groups where it explains something, else once as it is. Of IPv4 alone: only such addresses of the name are known. */
static void rules_host_name(struct mcd_judge *j)
{
	const struct mcd_host *host = &j->evidence->before;
	struct mcd_finding *f;
	bool explained = false, concerned = false;

	for (size_t g = 0; g < j->request->ngroups; g++) {
		const struct mcd_nic *where;

		mcd_judge_turn(j, g);
		if (j->mld)
			continue;
		concerned = true;
		where = is_held_on_loopback_only(j) ? stream_seen(j) : NULL;
		if (where)
			find_deaf(j, where);
		explained = explained || where;
	}
	mcd_judge_turn(j, SIZE_MAX);
	if (explained || !concerned)
		return;
	f = mcd_find_host(j, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK);
	mcd_find_summary(f, "The host name %.64s resolves to %s: a program that joins or sends by the address of its own host name uses loopback, "
			    "and reaches no network",
			 host->name, mcd_text_addr(*(const struct mcd_addr *)mcd_vec_at(&host->name_addresses, 0)).s);
	add_addresses(j, f);
}

/* The first interface that was chosen and can be used; NULL = none, or ROUTE leaves by a chosen one. */
static const struct mcd_nic *chosen_but_not_by(const struct mcd_evidence *e, const struct mcd_host_route *route)
{
	const struct mcd_nic *first = NULL;

	for (size_t i = 0; i < e->nnics; i++) {
		if (e->nics[i].role != MCD_ROLE_CHOSEN)
			continue;
		if (mcd_host_route_uses(route, e->nics[i].iface->index))
			return NULL;
		if (!first && e->nics[i].unusable == MCD_USABLE)
			first = &e->nics[i];
	}
	return first;
}

/* Whoever names the interface needs no route (Linux, IP_MULTICAST_IF): a note, unless a send of ours failed. */
static struct mcd_finding *find_no_route(struct mcd_judge *j, const struct mcd_host_route *route)
{
	struct mcd_finding *f = mcd_find_host(j, MCD_NO_MULTICAST_ROUTE);

	if (f)
		f->severity = MCD_NOTE;
	mcd_find_summary(f, "A program that names no interface can neither join nor send %s: it %s", mcd_text_addr(route->destination).s,
			 mcd_text_route(j->evidence, route).s);
	return f;
}

static struct mcd_finding *find_other_default(struct mcd_judge *j, const struct mcd_host_route *route)
{
	struct mcd_finding *f = mcd_find_host(j, MCD_DEFAULT_INTERFACE_DIFFERS);

	mcd_find_summary(f, "A program that names no interface joins and sends %s elsewhere than was asked about: it %s",
			 mcd_text_addr(route->destination).s, mcd_text_route(j->evidence, route).s);
	return f;
}

static void tell_windows(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_host_route *route, const struct mcd_nic *chosen)
{
	if (!mcd_windows_tell_metric(j, f, route, chosen))
		mcd_find_remedy(f, "Or route the group: netsh interface %s add route %s/%d \"%.120s\"", j->mld ? "ipv6" : "ipv4", mcd_text_addr(j->group->address).s,
				j->mld ? 128 : 32, chosen->iface->name);
}

static void rules_default(struct mcd_judge *j)
{
	const struct mcd_evidence *e = j->evidence;
	const struct mcd_host_route *route = mcd_group_route(e, j->group);
	const struct mcd_nic *chosen = route ? chosen_but_not_by(e, route) : NULL;
	struct mcd_text group = mcd_text_addr(j->group->address);
	struct mcd_finding *f;

	if (!chosen)
		return;
	if (route->routing == MCD_ROUTING_NONE || route->routing == MCD_ROUTING_REFUSED)
		f = find_no_route(j, route);
	else
		f = find_other_default(j, route);
	mcd_find_clue(j, f, route->nways ? mcd_evidence_nic(e, route->ways[0].ifindex) : NULL, 0, 0,
		      "asked for a route with no interface named, the kernel says that %s %s", group.s, mcd_text_route(e, route).s);
	if (mcd_judge_is_windows(j))
		tell_windows(j, f, route, chosen);
	else if (j->mld) /* a route in the table main is never reached: ff00::/8 of each interface is in the table local, which comes before */
		mcd_find_remedy(f, "Or route the group: ip -6 route add multicast %s/128 dev %s table local", group.s, chosen->iface->name);
	else
		mcd_find_remedy(f, "Or route the group: ip route add %s/32 dev %s", group.s, chosen->iface->name);
}

void mcd_rules_naming(struct mcd_judge *j)
{
	if (!j->evidence->has_host)
		return;
	if (resolves_to_loopback(&j->evidence->before))
		rules_host_name(j);
	for (size_t g = 0; g < j->request->ngroups; g++) {
		mcd_judge_turn(j, g);
		rules_default(j);
	}
}
