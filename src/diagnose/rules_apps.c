/* SPDX-License-Identifier: ISC */
/* Why another program of this host, on the port that was asked for, gets nothing of the group, or not all. Only sockets that were open all the
 * time are judged. */
#include <config.h>

#include "diagnose/apps.h"
#include "diagnose/delivery.h"
#include "diagnose/family.h"

#include <string.h>

enum { NEARLY_ALL = 90 }; /* percent */

/* Make NIC the one that J judges. */
static void turn_to(struct mcd_judge *j, size_t nic)
{
	j->nic = &j->evidence->nics[nic];
	j->task = &j->nic->tasks[j->group - j->request->groups];
}

/* Datagrams of the group that came in on the judged NIC, where IP sees them. */
static uint64_t arrived(const struct mcd_judge *j)
{
	uint64_t count = 0;

	if (mcd_iface_is_enslaved(&j->evidence->ifaces, j->nic->iface))
		return 0;
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (mcd_stream_wanted(j, s))
			count += s->packets - mcd_stream_rare(s)->packets_out;
	}
	return count;
}

/* STEP of a walk that comes to every NIC, to those asked about first: J turns to it. False = it is not its turn. */
static bool walk(struct mcd_judge *j, size_t step)
{
	const size_t count = j->evidence->nnics;

	turn_to(j, step % count);
	return (j->nic->role == MCD_ROLE_CHOSEN) == (step < count);
}

/* The first NIC on which the group arrives and the socket GETS it, or does not; SIZE_MAX = there is none. J turns to it. */
static size_t search_arrival(struct mcd_judge *j, const struct mcd_app *app, bool gets)
{
	const size_t count = j->evidence->nnics;

	for (size_t step = 0; step < 2 * count; step++)
		if (walk(j, step) && arrived(j) && mcd_app_may_get(j, app, j->nic->iface) == gets)
			return step % count;
	return SIZE_MAX;
}

/* Raise CODE on the judged NIC, or for the whole HOST; what the kernel told of the socket is a clue of it. NULL when it is there already for another
 * socket, and as grave. */
static struct mcd_finding *find_app(struct mcd_judge *j, enum mcd_code code, enum mcd_severity severity, bool host, const struct mcd_app *app)
{
	const struct mcd_nic *nic = host ? NULL : j->nic;
	struct mcd_finding *f = host ? mcd_find_host(j, code) : mcd_find_group(j, code), *there = f ? NULL : mcd_found(j, code, nic, j->group);

	mcd_find_clue(j, f ? f : there, nic, 0, 0, "%s holds a socket on %s%s", mcd_app_name(app->end).s, mcd_app_binding(j, app->end).s,
		      mcd_app_was_asked(app) ? "; its memberships are as it told them itself" : "");
	if (!f && there && severity < there->severity)
		f = there;
	if (!f)
		return NULL;
	f->severity = severity;
	f->confidence = mcd_app_was_asked(app) ? MCD_CERTAIN : MCD_LIKELY;
	mcd_find_settle(f, "%s",
			mcd_app_was_asked(app) ? ""
			: mcd_judge_is_windows(j)
				? "Windows does not tell which socket has joined what, but only what the host has joined (netsh interface ipv4 show joins): ask the "
				  "program itself"
				: "run as root, so that the socket itself can be asked for its memberships; the kernel tells only the sum "
				  "of the host (/proc/net/igmp, igmp6), of which our own were taken off");
	return f;
}

static void add_arrival(struct mcd_judge *j, struct mcd_finding *f)
{
	for (size_t i = 0; f && i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!mcd_stream_wanted(j, s))
			continue;
		mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "%llu datagrams came in on %s, from %s", (unsigned long long)s->packets,
			      j->nic->iface->name, mcd_text_addr(s->source).s);
		return;
	}
}

/* ---- what keeps a program from the group ---- */

/* A program that keeps the port for itself alone is hardly one for multicast. */
static bool is_kept_alone(struct mcd_judge *j)
{
	for (size_t i = 0; i < j->evidence->nnics; i++)
		if (mcd_found(j, MCD_PORT_IN_USE, &j->evidence->nics[i], j->group))
			return true;
	return false;
}

static bool is_joined_by_none(const struct mcd_judge *j)
{
	return mcd_judge_lists_members(j) && !mcd_apps_users(j, &j->evidence->before, 0, j->group->address) &&
	       !mcd_apps_users(j, &j->evidence->after, 0, j->group->address);
}

/* ARRIVES: on the judged NIC; else on none. OPEN: it may have joined elsewhere. */
static void find_not_joined(struct mcd_judge *j, const struct mcd_app *app, bool arrives, bool open)
{
	const bool given = mcd_app_multicast_all(app->end, j->mld) != 0;
	bool meant = mcd_addr_equal(app->end->address, j->group->address), other = !meant && mcd_app_has_other_group(j, app);
	bool alone = is_kept_alone(j), unrelated = other || (!meant && j->request->self_test); /* whoever is on port 7777 */
	struct mcd_finding *f;

	if (mcd_app_sends(j, app))
		return;
	f = find_app(j, MCD_APP_NOT_JOINED, unrelated ? MCD_NOTE : arrives && !alone ? MCD_FAULT : MCD_WARNING, !arrives, app);
	mcd_find_summary(f, "%s is bound to %s but has not joined %s%s: it gets the group %s", mcd_app_name(app->end).s, mcd_app_binding(j, app->end).s,
			 mcd_text_addr(j->group->address).s, other && app->end->asked ? " (it has joined another group)" : "",
			 given ? "only while another program, like this one, is a member" : "only when it has");
	if (arrives)
		add_arrival(j, f);
	if (is_joined_by_none(j))
		mcd_find_clue(j, f, NULL, 0, 0, "before our joins and after our leaves %s listed %s on no interface", mcd_judge_list(j),
			      mcd_text_addr(j->group->address).s);
	else if (!mcd_app_is_known(j, app))
		mcd_apps_tell_denied(j, f);
	if (meant || !f)
		return;
	f->confidence = unrelated || alone || open ? MCD_POSSIBLE : MCD_LIKELY;
	mcd_find_settle(f, "a program that is there for unicast, or for another group on the port, needs no membership of this one: ask whose it is");
}

static void find_elsewhere(struct mcd_judge *j, const struct mcd_app *app)
{
	struct mcd_finding *f = find_app(j, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_FAULT, false, app);

	mcd_find_summary(f, "%s has joined %s on %s, but the stream arrives on %s", mcd_app_name(app->end).s, mcd_text_addr(j->group->address).s,
			 mcd_app_joined_on(j, app).s, j->nic->iface->name);
	add_arrival(j, f);
	if (app->end->ifindex && app->end->ifindex != j->nic->iface->index)
		mcd_find_remedy(f, "Its socket is bound to the other interface as well (SO_BINDTODEVICE): bind it to %s, or to none", j->nic->iface->name);
	if (!mcd_apps_users(j, &j->evidence->after, j->nic->iface->index, j->group->address))
		mcd_find_clue(j, f, j->nic, 0, 0, "no other program of this host is a member on %s", j->nic->iface->name);
}

/* Whether it holds the group on loopback, and nowhere else. Of IPv6 a membership on loopback is good for every interface on Linux. */
static bool is_on_loopback_alone(const struct mcd_judge *j, const struct mcd_app *app)
{
	const struct mcd_iface_list *list = &j->evidence->ifaces;
	bool there = false;

	if (j->mld || mcd_addr_equal(j->group->address, mcd_addr_all_hosts(j->mld)))
		return false; /* 224.0.0.1 is held everywhere */
	for (size_t i = 0; i < list->count; i++) {
		const bool held = mcd_app_was_member(j, app, list->at[i].index) || mcd_app_is_member(j, app, list->at[i].index);

		if (held && !(list->at[i].flags & MCD_IFACE_LOOPBACK))
			return false;
		there = there || held;
	}
	return there;
}

/* The group comes nowhere; wherever it came, this one would not get it. */
static void find_on_loopback(struct mcd_judge *j, const struct mcd_app *app)
{
	struct mcd_finding *f = find_app(j, MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_WARNING, true, app);

	mcd_find_summary(f, "%s has joined %s on %s alone: it gets what this host sends, and nothing from any network", mcd_app_name(app->end).s,
			 mcd_text_addr(j->group->address).s, mcd_app_joined_on(j, app).s);
	if (!f)
		return;
	f->confidence = MCD_LIKELY;
	mcd_find_settle(f, "a program that is for this host alone needs no other: ask whose it is");
}

static void find_bound_off(struct mcd_judge *j, const struct mcd_app *app)
{
	struct mcd_finding *f = find_app(j, MCD_APP_BOUND_TO_OTHER_INTERFACE, MCD_FAULT, false, app);

	mcd_find_summary(f, "%s is bound to %s (SO_BINDTODEVICE), but the stream arrives on %s", mcd_app_name(app->end).s,
			 mcd_app_binding(j, app->end).s, j->nic->iface->name);
	add_arrival(j, f);
}

/* Another socket that could be the one that a membership of the host belongs to. */
static bool has_taker(const struct mcd_judge *j)
{
	struct mcd_app app;

	for (size_t at = 0; mcd_app_next(j, j->group->port, &at, &app);)
		if (mcd_app_takes_group(j, &app))
			return true;
	return false;
}

/* The group arrives where the program has joined it or, if not there, elsewhere: J turns to that NIC. */
static bool turn_to_arrival(struct mcd_judge *j, const struct mcd_app *app)
{
	const size_t steps = 2 * j->evidence->nnics;

	for (size_t step = 0; step < 2 * steps; step++)
		if (walk(j, step % steps) && arrived(j) > 0 && (step >= steps || mcd_app_is_member(j, app, j->nic->iface->index)))
			return true;
	return false;
}

/* Bound to a unicast address and all the same a member: it means to get the group. Windows gives it to one that is bound to an address of the interface. */
static void judge_unicast(struct mcd_judge *j, const struct mcd_app *app)
{
	struct mcd_finding *f;
	bool arrives;

	if (mcd_judge_is_windows(j) || !mcd_app_was_member(j, app, 0) || !mcd_app_is_member(j, app, 0) || (!mcd_app_was_asked(app) && has_taker(j)))
		return;
	arrives = turn_to_arrival(j, app);
	f = find_app(j, MCD_APP_BOUND_TO_UNICAST, arrives ? MCD_FAULT : MCD_WARNING, !arrives, app);
	mcd_find_summary(f, "%s is bound to the unicast address %s: no datagram to %s is for that address, whatever it has joined",
			 mcd_app_name(app->end).s, mcd_text_addr(app->end->address).s, mcd_text_addr(j->group->address).s);
	if (arrives)
		add_arrival(j, f);
	mcd_find_clue(j, f, NULL, 0, 0, "the group is joined on %s", mcd_app_joined_on(j, app).s);
}

/* ---- what it loses on the way ---- */

/* Went over to another group with the same socket: nothing was lost. */
static bool has_moved(const struct mcd_judge *j, const struct mcd_app *app)
{
	const struct mcd_vec *now = &j->evidence->after.apps.memberships;

	for (size_t i = 0; mcd_app_was_asked(app) && i < now->count; i++) {
		const struct mcd_app_membership *m = mcd_vec_at(now, i);

		if (m->cookie == app->end->cookie && !mcd_apps_is_member(&j->evidence->before.apps, app->start, m->ifindex, m->group))
			return true;
	}
	return false;
}

/* A socket that could have been the member was closed: what is gone need not be that of one that stayed. */
static bool has_closed(const struct mcd_judge *j)
{
	const struct mcd_vec *start = &j->evidence->before.apps.sockets;

	for (size_t i = 0; i < start->count; i++) {
		const struct mcd_app_socket *s = mcd_vec_at(start, i);

		if (s->port == j->group->port && !mcd_apps_find(&j->evidence->after.apps, s->cookie))
			return true;
	}
	return false;
}

/* Of the judged NIC. */
static bool judge_lost(struct mcd_judge *j, const struct mcd_app *app)
{
	const unsigned ifindex = j->nic->iface->index;
	const struct mcd_addr group = j->group->address;
	struct mcd_finding *f;

	if (!mcd_app_was_member(j, app, ifindex) || mcd_app_is_member(j, app, ifindex) || has_moved(j, app) ||
	    (!mcd_app_was_asked(app) && has_closed(j)))
		return false;
	f = find_app(j, MCD_APP_MEMBERSHIP_LOST, arrived(j) ? MCD_FAULT : MCD_WARNING, false, app);
	mcd_find_summary(f, "The membership of %s on %s is gone since the run began, but the socket of %s is still open", mcd_text_addr(group).s,
			 j->nic->iface->name, mcd_app_name(app->end).s);
	add_arrival(j, f);
	mcd_find_clue(j, f, j->nic, 0, 0, "sockets of other programs that hold the group on %s: %u before our join, %u after our leave",
		      j->nic->iface->name, mcd_apps_users(j, &j->evidence->before, ifindex, group),
		      mcd_apps_users(j, &j->evidence->after, ifindex, group));
	return true;
}

static bool judge_losses(struct mcd_judge *j, const struct mcd_app *app)
{
	bool lost = false;

	for (size_t i = 0; i < j->evidence->nnics; i++) {
		turn_to(j, i);
		lost = judge_lost(j, app) || lost;
	}
	return lost;
}

/* Wrong checksums of the families that SOCKET takes, which the kernel counts as drops of the socket, too; UINT64_MAX = not known. */
static uint64_t bad_checksums(const struct mcd_judge *j, const struct mcd_app_socket *socket)
{
	const struct mcd_host_counters *before = &j->evidence->before.counters, *after = &j->evidence->after.counters;
	const uint64_t v4 = mcd_app_takes(socket, false) ? mcd_grown(before->udp_in_csum_errors, after->udp_in_csum_errors) : 0;
	const uint64_t v6 = mcd_app_takes(socket, true) ? mcd_grown(before->udp6_in_csum_errors, after->udp6_in_csum_errors) : 0;

	return v4 == UINT64_MAX || v6 == UINT64_MAX ? UINT64_MAX : v4 + v6;
}

/* The judged NIC is where it gets the group. */
static void judge_overflow(struct mcd_judge *j, const struct mcd_app *app)
{
	const struct mcd_host_counters *before = &j->evidence->before.counters, *after = &j->evidence->after.counters;
	const uint64_t dropped = mcd_grown(app->start->drops, app->end->drops), came = arrived(j), bad = bad_checksums(j, app->end);
	const uint64_t full = j->mld ? mcd_grown(before->udp6_rcvbuf_errors, after->udp6_rcvbuf_errors)
				     : mcd_grown(before->udp_rcvbuf_errors, after->udp_rcvbuf_errors);
	struct mcd_finding *f;

	if (dropped == UINT64_MAX || full == UINT64_MAX || dropped <= bad || full == 0)
		return;
	f = find_app(j, MCD_APP_SOCKET_OVERFLOW, dropped >= came * NEARLY_ALL / 100 ? MCD_FAULT : MCD_WARNING, false, app);
	if (f)
		f->confidence = bad ? MCD_LIKELY : MCD_CERTAIN; /* drops are counted by socket, whoever is a member */
	mcd_find_settle(f, "%s", bad ? "wrong checksums came meanwhile, and are among the drops of some socket: run again without them" : "");
	mcd_find_summary(f, "%s does not keep up: its receive buffer was full, and %llu datagrams were dropped while %llu came in on %s",
			 mcd_app_name(app->end).s, (unsigned long long)dropped, (unsigned long long)came, j->nic->iface->name);
	add_arrival(j, f);
	if (app->end->receive_buffer != UINT64_MAX)
		mcd_find_clue(j, f, NULL, 0, 0, "its receive buffer has %llu bytes, of which %llu are in use; %s grew by %llu",
			      (unsigned long long)app->end->receive_buffer, (unsigned long long)app->end->queued,
			      j->mld ? "Udp6RcvbufErrors" : "UdpRcvbufErrors", (unsigned long long)full);
}

/* ---- one socket, all sockets ---- */

/* Interfaces with a wire whose frames nobody saw: a program may have joined there. */
static size_t count_unseen(const struct mcd_evidence *e)
{
	const uint32_t links = MCD_IFACE_UP | MCD_IFACE_CARRIER;
	size_t count = 0;

	for (size_t i = 0; i < e->ifaces.count; i++) {
		const struct mcd_iface *iface = &e->ifaces.at[i];

		count += (iface->flags & links) == links && !(iface->flags & MCD_IFACE_LOOPBACK) && !mcd_evidence_nic(e, iface->index);
	}
	return count;
}

/* Nothing but the wire tells what is joined: where the group comes, no program of this host may be a member; where it comes nowhere, none on any wire. */
static void judge_by_wire(struct mcd_judge *j, const struct mcd_app *app)
{
	const size_t count = j->evidence->nnics;
	size_t arrival = SIZE_MAX, denied = SIZE_MAX, open = count_unseen(j->evidence);

	for (size_t step = 0; step < 2 * count; step++) {
		if (!walk(j, step) || j->nic->iface->flags & MCD_IFACE_LOOPBACK || !(j->nic->iface->flags & MCD_IFACE_CARRIER))
			continue;
		if (!mcd_apps_are_denied(j))
			open++;
		else if (arrived(j) && arrival == SIZE_MAX)
			arrival = step % count;
		else if (denied == SIZE_MAX)
			denied = step % count;
		if (arrived(j) && !mcd_apps_are_denied(j))
			return; /* there it may get it */
	}
	if (arrival == SIZE_MAX && (denied == SIZE_MAX || open))
		return;
	turn_to(j, arrival != SIZE_MAX ? arrival : denied);
	find_not_joined(j, app, arrival != SIZE_MAX, open > 0);
}

static void judge_taker(struct mcd_judge *j, const struct mcd_app *app)
{
	bool member = mcd_app_was_member(j, app, 0) || mcd_app_is_member(j, app, 0);

	if (!mcd_app_is_known(j, app)) {
		judge_by_wire(j, app);
		return;
	}
	if (judge_losses(j, app))
		return;
	if (search_arrival(j, app, true) != SIZE_MAX)
		judge_overflow(j, app);
	else if (search_arrival(j, app, false) == SIZE_MAX) {
		if (!member && !mcd_apps_users(j, &j->evidence->before, 0, j->group->address))
			find_not_joined(j, app, false, false);
		else if (is_on_loopback_alone(j, app))
			find_on_loopback(j, app);
	} else if (!member)
		find_not_joined(j, app, true, false);
	else if (mcd_app_was_member(j, app, j->nic->iface->index) || mcd_app_is_member(j, app, j->nic->iface->index))
		find_bound_off(j, app);
	else
		find_elsewhere(j, app);
}

static bool is_unicast(struct mcd_addr address)
{
	return !mcd_addr_is_unspecified(address) && !mcd_addr_is_multicast(address);
}

void mcd_rules_apps(struct mcd_judge *j)
{
	const struct mcd_evidence *e = j->evidence;
	struct mcd_app app;

	if (!e->has_host || !e->before.apps.known || !e->after.apps.known || !j->ended || j->group->port == 0)
		return;
	j->check = MCD_CHECKS; /* none of ours fails of it */
	for (size_t at = 0; mcd_app_next(j, j->group->port, &at, &app);) {
		if (mcd_app_takes_group(j, &app))
			judge_taker(j, &app);
		else if (!app.end->connected && mcd_app_takes(app.end, j->mld) && is_unicast(app.end->address))
			judge_unicast(j, &app);
	}
	mcd_rules_apps_beside(j);
}
