/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/app.h"

#include <stdlib.h>

void mcd_apps_init(struct mcd_apps *apps)
{
	apps->known = false;
	mcd_vec_init(&apps->sockets, sizeof(struct mcd_app_socket));
	mcd_vec_init(&apps->memberships, sizeof(struct mcd_app_membership));
}

void mcd_apps_fini(struct mcd_apps *apps)
{
	apps->known = false;
	mcd_vec_fini(&apps->sockets);
	mcd_vec_fini(&apps->memberships);
}

static int compare_cookies(const void *a, const void *b)
{
	const struct mcd_app_socket *left = a, *right = b;

	return (left->cookie > right->cookie) - (left->cookie < right->cookie);
}

const struct mcd_app_socket *mcd_apps_find(const struct mcd_apps *apps, uint64_t cookie)
{
	const struct mcd_app_socket key = { .cookie = cookie };

	return apps->sockets.count ? bsearch(&key, apps->sockets.items, apps->sockets.count, sizeof key, compare_cookies) : NULL;
}

bool mcd_apps_is_member(const struct mcd_apps *apps, const struct mcd_app_socket *socket, unsigned ifindex, struct mcd_addr group)
{
	for (size_t i = 0; i < apps->memberships.count; i++) {
		const struct mcd_app_membership *m = mcd_vec_at(&apps->memberships, i);

		if (m->cookie == socket->cookie && (ifindex == 0 || m->ifindex == ifindex) && mcd_addr_equal(m->group, group))
			return true;
	}
	return false;
}

void mcd_apps_sort(struct mcd_apps *apps)
{
	mcd_vec_sort(&apps->sockets, compare_cookies);
}
