/* SPDX-License-Identifier: ISC */
/* Other programs' sockets: as one look at the host found them, for host.json, and what the run says of them, for the report. */
#include <config.h>

#include "report/json.h"

#include <stdlib.h>

static void put_saved_memberships(struct mcd_json *j, const struct mcd_apps *apps)
{
	mcd_json_array(j, "socket_memberships");
	for (size_t i = 0; i < apps->memberships.count; i++) {
		const struct mcd_app_membership *m = mcd_vec_at(&apps->memberships, i);

		mcd_json_object(j, NULL);
		mcd_json_uint(j, "cookie", m->cookie);
		mcd_json_uint(j, "index", m->ifindex);
		mcd_json_address(j, "group", m->group);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

void mcd_json_apps(struct mcd_json *j, const struct mcd_apps *apps)
{
	mcd_json_bool(j, "sockets_known", apps->known);
	mcd_json_array(j, "sockets");
	for (size_t i = 0; i < apps->sockets.count; i++) {
		const struct mcd_app_socket *s = mcd_vec_at(&apps->sockets, i);

		mcd_json_object(j, NULL);
		mcd_json_uint(j, "cookie", s->cookie);
		mcd_json_address(j, "address", s->address);
		mcd_json_uint(j, "port", s->port);
		mcd_json_bool(j, "takes_ipv4", s->takes_ipv4);
		mcd_json_bool(j, "connected", s->connected);
		mcd_json_uint(j, "index", s->ifindex);
		mcd_json_known(j, "uid", s->uid != UINT32_MAX, s->uid);
		mcd_json_count(j, "drops", s->drops);
		mcd_json_count(j, "receive_buffer", s->receive_buffer);
		mcd_json_count(j, "queued", s->queued);
		mcd_json_int(j, "pid", s->pid);
		mcd_json_text(j, "process", s->process);
		mcd_json_bool(j, "asked", s->asked);
		mcd_json_int(j, "multicast_all", s->multicast_all);
		mcd_json_int(j, "multicast_all_ipv6", s->multicast_all_ipv6);
		mcd_json_end(j);
	}
	mcd_json_end(j);
	put_saved_memberships(j, apps);
}

static void put_memberships(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_app_socket *s)
{
	const struct mcd_vec *all = &evidence->after.apps.memberships;

	if (!s->asked) {
		mcd_json_null(j, "memberships");
		return;
	}
	mcd_json_array(j, "memberships");
	for (size_t i = 0; i < all->count; i++) {
		const struct mcd_app_membership *m = mcd_vec_at(all, i);

		if (m->cookie != s->cookie)
			continue;
		mcd_json_object(j, NULL);
		mcd_json_interface(j, &evidence->ifaces, m->ifindex);
		mcd_json_address(j, "group", m->group);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_socket(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_app_socket *s)
{
	const struct mcd_app_socket *before = mcd_apps_find(&evidence->before.apps, s->cookie);
	const struct mcd_iface *bound = mcd_iface_by_index(&evidence->ifaces, s->ifindex);

	mcd_json_object(j, NULL);
	mcd_json_word(j, "process", s->process);
	mcd_json_known(j, "pid", s->pid > 0, (uint64_t)s->pid);
	mcd_json_known(j, "uid", s->uid != UINT32_MAX, s->uid);
	mcd_json_family(j, "family", s->address);
	mcd_json_address(j, "address", s->address);
	mcd_json_uint(j, "port", s->port);
	mcd_json_bool(j, "takes_ipv4", s->takes_ipv4);
	mcd_json_bool(j, "connected", s->connected);
	mcd_json_text(j, "bound_interface", bound ? bound->name : NULL);
	put_memberships(j, evidence, s);
	mcd_json_answer(j, "multicast_all", s->multicast_all);
	mcd_json_answer(j, "multicast_all_ipv6", s->multicast_all_ipv6);
	mcd_json_count(j, "receive_buffer_bytes", s->receive_buffer);
	mcd_json_count(j, "queued_bytes", s->queued);
	mcd_json_grown(j, "dropped", s->drops, before ? before->drops : UINT64_MAX);
	mcd_json_end(j);
}

static int compare_sockets(const void *a, const void *b)
{
	const struct mcd_app_socket *left = *(const struct mcd_app_socket *const *)a, *right = *(const struct mcd_app_socket *const *)b;
	int order = (left->port > right->port) - (left->port < right->port);

	if (!order)
		order = mcd_addr_compare(left->address, right->address);
	return order ? order : (left->cookie > right->cookie) - (left->cookie < right->cookie);
}

void mcd_json_sockets(struct mcd_json *j, const struct mcd_evidence *evidence)
{
	const struct mcd_vec *sockets = &evidence->after.apps.sockets;
	const void **sorted;

	if (!evidence->after.apps.known) {
		mcd_json_null(j, "sockets");
		return;
	}
	mcd_json_array(j, "sockets");
	sorted = mcd_sorted(j, sockets, compare_sockets);
	for (size_t i = 0; sorted && i < sockets->count; i++)
		put_socket(j, evidence, sorted[i]);
	free(sorted);
	mcd_json_end(j);
}
