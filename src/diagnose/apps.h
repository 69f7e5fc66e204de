/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: what another program's socket could get of the judged group, at the start and at the end of the run.
 *
 * A socket that was asked tells its memberships itself. Of the others the kernel tells only how many of the host hold a group on an interface, or that
 * one does: our own are taken off, and where none is left, no program has joined. Where some are left, nobody knows whose they are. Where the kernel tells
 * not even that, the wire may: by what this host does not report. */
#ifndef MCD_DIAGNOSE_APPS_H
#define MCD_DIAGNOSE_APPS_H

#include "diagnose/judge.h"

/* One socket that was there all the time. */
struct mcd_app {
	const struct mcd_app_socket *start, *end;
};

/* The next socket of another program on PORT (0 = on any), that is open from the start to the end and no other run of mcdiag, after *AT, which
 * starts at 0; false = no more. */
bool mcd_app_next(const struct mcd_judge *j, uint16_t port, size_t *at, struct mcd_app *out);

/* Whether datagrams to the judged group can be for its address: it is bound to that, or to any, and not connected. */
bool mcd_app_takes_group(const struct mcd_judge *j, const struct mcd_app *app);

/* Whether both looks asked the socket itself. */
static inline bool mcd_app_was_asked(const struct mcd_app *app)
{
	return app->start->asked && app->end->asked;
}

/* Whether its memberships, or the sum of all programs', are known at both looks: else only what the wire shows tells anything of them. */
static inline bool mcd_app_is_known(const struct mcd_judge *j, const struct mcd_app *app)
{
	return mcd_app_was_asked(app) || mcd_judge_lists_members(j);
}

/* How many memberships of GROUP on the interface IFINDEX (0 = on any) are those of other programs, as HOST, one of the two views, tells. */
unsigned mcd_apps_users(const struct mcd_judge *j, const struct mcd_host *host, unsigned ifindex, struct mcd_addr group);

/* Whether the wire shows that no other program holds the judged group on the judged NIC; and F one clue of how. */
bool mcd_apps_are_denied(const struct mcd_judge *j);
void mcd_apps_tell_denied(struct mcd_judge *j, struct mcd_finding *f);

/* Whether the socket may be a member of the judged group on IFINDEX (0 = on any) at the start, at the end: certain where it was asked. */
bool mcd_app_was_member(const struct mcd_judge *j, const struct mcd_app *app, unsigned ifindex);
bool mcd_app_is_member(const struct mcd_judge *j, const struct mcd_app *app, unsigned ifindex);

/* Whether it may get, at one of the two moments, what arrives for the group on IFACE, or on what is stacked on that: by its own membership
 * there or, with IP_MULTICAST_ALL, by any program's, and by no device that it is bound to. In IPv6 its own membership on any interface does
 * as IPV6_MULTICAST_ALL. */
bool mcd_app_may_get(const struct mcd_judge *j, const struct mcd_app *app, const struct mcd_iface *iface);

/* Whether it is bound to a device by which nothing from IFACE comes. */
bool mcd_app_is_bound_off(const struct mcd_app *app, const struct mcd_iface *iface);

/* Whether it shows that it is there for another group: one that it is a member of; not asked, one of a family that it takes that any program
 * is. Groups of every host (of link-local scope, SSDP) count for sockets that were asked alone. */
bool mcd_app_has_other_group(const struct mcd_judge *j, const struct mcd_app *app);

/* Whether a program of this host sends multicast from the port that it is bound to. */
bool mcd_app_sends(const struct mcd_judge *j, const struct mcd_app *app);

/* "ffmpeg (pid 812)", "a program of user 1000 (not visible to us)"; "0.0.0.0 port 5000"; "eth0, eth1", where it is, or some program is, a
 * member of the group. */
struct mcd_text mcd_app_name(const struct mcd_app_socket *socket);
struct mcd_text mcd_app_binding(const struct mcd_judge *j, const struct mcd_app_socket *socket);
struct mcd_text mcd_app_joined_on(const struct mcd_judge *j, const struct mcd_app *app);

#endif
