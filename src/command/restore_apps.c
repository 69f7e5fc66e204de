/* SPDX-License-Identifier: ISC */
/* The sockets of other programs, in one look at the host of the run. */
#include <config.h>

#include "command/restore_parts.h"

static void read_socket(struct mcd_reading *r, const cJSON *row, struct mcd_app_socket *s)
{
	s->cookie = mcd_reading_uint(r, row, "cookie");
	s->address = mcd_reading_address(r, row, "address");
	s->port = (uint16_t)mcd_reading_int(r, row, "port", 0, UINT16_MAX);
	s->takes_ipv4 = mcd_reading_bool(r, row, "takes_ipv4");
	s->connected = mcd_reading_bool(r, row, "connected");
	s->ifindex = (unsigned)mcd_reading_int(r, row, "index", 0, INT32_MAX);
	s->uid = (uint32_t)mcd_reading_uint_or(r, row, "uid", UINT32_MAX);
	s->drops = mcd_reading_uint_or(r, row, "drops", UINT64_MAX);
	s->receive_buffer = mcd_reading_uint_or(r, row, "receive_buffer", UINT64_MAX);
	s->queued = mcd_reading_uint_or(r, row, "queued", UINT64_MAX);
	s->pid = (int)mcd_reading_int(r, row, "pid", 0, INT32_MAX);
	mcd_reading_text(r, row, "process", s->process, sizeof s->process);
	s->asked = mcd_reading_bool(r, row, "asked");
	s->multicast_all = (int)mcd_reading_int(r, row, "multicast_all", -1, INT32_MAX);
	s->multicast_all_ipv6 = mcd_reading_later(r, row, "multicast_all_ipv6", -1);
}

static void read_memberships(struct mcd_reading *r, const cJSON *view, struct mcd_vec *memberships)
{
	const cJSON *list = mcd_reading_array(r, view, "socket_memberships"), *row;

	mcd_reading_rows(r, list, "socket_memberships", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(row, list)
	{
		struct mcd_app_membership *m = mcd_restore_push(r, memberships);

		if (!m)
			return;
		m->cookie = mcd_reading_uint(r, row, "cookie");
		m->ifindex = (unsigned)mcd_reading_int(r, row, "index", 0, INT32_MAX);
		m->group = mcd_reading_address(r, row, "group");
	}
}

void mcd_restore_apps(struct mcd_reading *r, const cJSON *view, struct mcd_apps *apps)
{
	const cJSON *list = mcd_reading_array(r, view, "sockets"), *row;

	apps->known = mcd_reading_bool(r, view, "sockets_known");
	mcd_reading_rows(r, list, "sockets", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(row, list)
	{
		struct mcd_app_socket *s = mcd_restore_push(r, &apps->sockets);

		if (!s)
			return;
		read_socket(r, row, s);
	}
	mcd_apps_sort(apps);
	read_memberships(r, view, &apps->memberships);
}
