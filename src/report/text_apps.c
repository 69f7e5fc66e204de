/* SPDX-License-Identifier: ISC */
/* Other programs that have a socket on the port, for people: one line for each. */
#include <config.h>

#include "report/text.h"

#include <inttypes.h>

enum { APPS_SHOWN = 8 };

static void put_memberships(struct mcd_text *t, const struct mcd_app_socket *s)
{
	const struct mcd_vec *all = &t->in->evidence->after.apps.memberships;
	size_t count = 0;
	char text[MCD_ADDR_TEXT];

	for (size_t i = 0; i < all->count; i++) {
		const struct mcd_app_membership *m = mcd_vec_at(all, i);

		if (m->cookie == s->cookie)
			mcd_page_format(&t->page, "%s %s on %s", count++ ? "," : ", joined", mcd_addr_format(m->group, text), mcd_text_iface(t, m->ifindex));
	}
	if (s->asked && count == 0)
		mcd_page_text(&t->page, ", nothing joined");
	else if (!s->asked)
		mcd_page_text(&t->page, ", what it has joined is not known");
}

static void put_app(struct mcd_text *t, const struct mcd_app_socket *s)
{
	const struct mcd_app_socket *before = mcd_apps_find(&t->in->evidence->before.apps, s->cookie);
	char text[MCD_ENDPOINT_TEXT];

	mcd_page_begin(&t->page, 2, 4);
	if (s->pid > 0)
		mcd_page_format(&t->page, "%s (pid %d)", *s->process ? s->process : "a program", s->pid);
	else if (s->uid != UINT32_MAX)
		mcd_page_format(&t->page, "a program of user %u", s->uid);
	else
		mcd_page_text(&t->page, "a program");
	mcd_page_format(&t->page, ": %s", mcd_text_endpoint(s->address, s->port, text));
	if (s->ifindex)
		mcd_page_format(&t->page, " on %s alone", mcd_text_iface(t, s->ifindex));
	put_memberships(t, s);
	if (before && before->drops != UINT64_MAX && s->drops != UINT64_MAX && s->drops > before->drops)
		mcd_page_format(&t->page, ", %" PRIu64 " datagrams dropped", s->drops - before->drops);
	mcd_page_end(&t->page);
}

void mcd_text_apps(struct mcd_text *t)
{
	const struct mcd_vec *sockets = &t->in->evidence->after.apps.sockets;
	size_t shown = t->style->verbose || sockets->count <= APPS_SHOWN ? sockets->count : APPS_SHOWN;

	if (sockets->count == 0)
		return;
	mcd_page_line(&t->page, 0, 2, "Other programs of this host on the port or in the group:");
	for (size_t i = 0; i < shown; i++)
		put_app(t, mcd_vec_at(sockets, i));
	mcd_text_more(t, sockets->count - shown);
	mcd_page_end(&t->page);
}
