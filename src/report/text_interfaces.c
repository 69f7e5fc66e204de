/* SPDX-License-Identifier: ISC */
/* The interfaces of this host for people: which can be used, what they are stacked on, and where programs end up that name none. */
#include <config.h>

#include "report/text.h"

#include "report/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { INDENT = 2, NAME_LEAST = 9, NAME_MOST = 24, STATE_WIDTH = 22, IGMP_WIDTH = 6 };

/* Where the columns stand. */
struct columns {
	unsigned state, igmp, addresses;
};

static struct columns lay_out(const struct mcd_evidence *evidence)
{
	size_t widest = NAME_LEAST;
	struct columns c;

	for (size_t i = 0; i < evidence->nnics; i++) {
		size_t width = mcd_utf8_width(evidence->nics[i].iface->name);

		if (width > widest)
			widest = width < NAME_MOST ? width : NAME_MOST;
	}
	c.state = INDENT + (unsigned)widest + 2;
	c.igmp = c.state + STATE_WIDTH;
	c.addresses = c.igmp + IGMP_WIDTH;
	return c;
}

static void put_state(struct mcd_text *t, const struct mcd_nic *nic)
{
	const bool usable = nic->unusable == MCD_USABLE;

	mcd_page_paint(&t->page, usable ? MCD_GREEN : MCD_DIM, mcd_unusable_name(nic->unusable));
	if (usable && nic->role == MCD_ROLE_OBSERVED)
		mcd_page_text(&t->page, " not chosen");
}

/* An address that two interfaces hold makes a join by address ambiguous. */
static void put_address(struct mcd_text *t, const struct mcd_iface *iface, const struct mcd_iface_address *own)
{
	const struct mcd_iface_list *list = &t->in->evidence->ifaces;
	char text[MCD_ADDR_TEXT];

	mcd_page_format(&t->page, "%s/%u", mcd_addr_format(own->address, text), own->prefix_length);
	for (size_t i = 0; i < list->count; i++)
		if (&list->at[i] != iface && !mcd_addr_is_link_local(own->address) && mcd_iface_has_address(&list->at[i], own->address))
			mcd_page_format(&t->page, " (also on %s)", list->at[i].name);
}

static void put_addresses(struct mcd_text *t, const struct mcd_iface *iface)
{
	for (size_t i = 0; i < iface->naddresses; i++) {
		if (i)
			mcd_page_text(&t->page, ", ");
		put_address(t, iface, &iface->addresses[i]);
	}
	if (iface->naddresses == 0)
		mcd_page_text(&t->page, "no address");
}

/* Begin a clause of the second line, or go on after another. */
static void next_clause(struct mcd_text *t, const struct columns *c, bool *begun)
{
	if (*begun)
		mcd_page_text(&t->page, "; ");
	else
		mcd_page_begin(&t->page, c->addresses, c->addresses);
	*begun = true;
}

static void put_kind(struct mcd_text *t, const struct columns *c, const struct mcd_iface *iface, bool *begun)
{
	const struct mcd_iface_list *list = &t->in->evidence->ifaces;
	const struct mcd_iface *master = mcd_iface_by_index(list, iface->master);
	const struct mcd_iface *link = mcd_iface_by_index(list, iface->link);

	if (*iface->kind) {
		next_clause(t, c, begun);
		mcd_page_text(&t->page, iface->kind);
		if (iface->vlan_id)
			mcd_page_format(&t->page, " %u", iface->vlan_id);
		if (link)
			mcd_page_format(&t->page, strcmp(iface->kind, "veth") == 0 ? ", its other end is %s" : " on %s", link->name);
	}
	if (master) {
		next_clause(t, c, begun);
		mcd_page_format(&t->page, "port of %s, which is what IP sees", master->name);
	}
}

/* What is stacked on it: its ports, or devices that have it for parent. */
static void put_upper(struct mcd_text *t, const struct columns *c, const struct mcd_iface *iface, bool *begun)
{
	const struct mcd_iface_list *list = &t->in->evidence->ifaces;
	bool ports = false, parent = false;

	for (size_t i = 0; i < list->count; i++) {
		if (iface->index == 0 || list->at[i].master != iface->index)
			continue;
		if (!ports)
			next_clause(t, c, begun);
		mcd_page_format(&t->page, "%s%s", ports ? ", " : "ports ", list->at[i].name);
		ports = true;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (iface->index == 0 || list->at[i].link != iface->index || strcmp(list->at[i].kind, "veth") == 0)
			continue;
		if (!parent)
			next_clause(t, c, begun);
		mcd_page_format(&t->page, "%s%s", parent ? ", " : "carries ", list->at[i].name);
		parent = true;
	}
}

/* Flags that are out of the ordinary; all of them when that was asked for. */
static void put_flags(struct mcd_text *t, const struct columns *c, const struct mcd_iface *iface, bool *begun)
{
	const uint32_t odd = MCD_IFACE_PROMISC | MCD_IFACE_ALLMULTI | MCD_IFACE_NOARP | MCD_IFACE_WIFI | MCD_IFACE_XDP | MCD_IFACE_POINTOPOINT;
	const uint32_t shown = t->style->verbose ? UINT32_MAX : iface->flags & MCD_IFACE_LOOPBACK ? 0 : odd;
	char mac[MCD_MAC_TEXT];

	for (unsigned bit = 0; bit < MCD_IFACE_FLAGS; bit++) {
		if (!(iface->flags & shown & 1u << bit))
			continue;
		next_clause(t, c, begun);
		mcd_page_text(&t->page, mcd_iface_flag_name(bit));
	}
	if (!t->style->verbose)
		return;
	next_clause(t, c, begun);
	mcd_page_format(&t->page, "index %u; MTU %" PRIu32, iface->index, iface->mtu);
	if (iface->has_mac)
		mcd_page_format(&t->page, "; MAC %s", mcd_mac_format(iface->mac, mac));
}

static bool is_windows(const struct mcd_text *t)
{
	return t->in->evidence->before.platform == MCD_PLATFORM_WINDOWS;
}

/* What the driver calls it; and by what Windows chooses the default one and its firewall's rules. */
static void put_adapter(struct mcd_text *t, const struct columns *c, const struct mcd_iface *iface, const struct mcd_host_iface *kernel, bool *begun)
{
	if (*iface->description && strcmp(iface->description, iface->name) != 0) {
		next_clause(t, c, begun);
		mcd_page_text(&t->page, iface->description);
	}
	if (!is_windows(t) || !kernel)
		return;
	if (kernel->metric >= 0) {
		next_clause(t, c, begun);
		mcd_page_format(&t->page, "metric %d", kernel->metric);
	}
	if (mcd_network_name(kernel->network)) {
		next_clause(t, c, begun);
		mcd_page_format(&t->page, "%s network", mcd_network_name(kernel->network));
	}
}

static void put_row(struct mcd_text *t, const struct columns *c, const struct mcd_nic *nic)
{
	const struct mcd_host_iface *kernel = mcd_host_iface(&t->in->evidence->before, nic->iface->index);
	bool begun = false;

	mcd_page_begin(&t->page, INDENT, c->addresses);
	mcd_page_text(&t->page, nic->iface->name);
	mcd_page_column(&t->page, c->state);
	put_state(t, nic);
	mcd_page_column(&t->page, c->igmp);
	if (kernel && kernel->igmp_version)
		mcd_page_format(&t->page, "v%d", kernel->igmp_version);
	else
		mcd_page_text(&t->page, "-");
	mcd_page_column(&t->page, c->addresses);
	put_addresses(t, nic->iface);
	mcd_page_end(&t->page);
	put_adapter(t, c, nic->iface, kernel, &begun);
	put_kind(t, c, nic->iface, &begun);
	put_upper(t, c, nic->iface, &begun);
	put_flags(t, c, nic->iface, &begun);
	if (begun)
		mcd_page_end(&t->page);
}

static void put_table(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	const struct columns c = lay_out(evidence);

	mcd_page_begin(&t->page, INDENT, INDENT);
	mcd_page_paint(&t->page, MCD_BOLD, "interface");
	mcd_page_column(&t->page, c.state);
	mcd_page_paint(&t->page, MCD_BOLD, "state");
	mcd_page_column(&t->page, c.igmp);
	mcd_page_paint(&t->page, MCD_BOLD, "IGMP");
	mcd_page_column(&t->page, c.addresses);
	mcd_page_paint(&t->page, MCD_BOLD, "addresses");
	mcd_page_end(&t->page);
	for (size_t i = 0; i < evidence->nnics; i++)
		put_row(t, &c, &evidence->nics[i]);
	mcd_page_end(&t->page);
}

static void put_ways(struct mcd_text *t, const struct mcd_host_route *route)
{
	char text[MCD_ADDR_TEXT];

	for (unsigned i = 0; i < route->nways; i++) {
		mcd_page_format(&t->page, "%s%s", i ? ", " : " by ", mcd_text_iface(t, route->ways[i].ifindex));
		if (!mcd_addr_is_unspecified(route->ways[i].gateway))
			mcd_page_format(&t->page, " through %s, in frames to that gateway", mcd_addr_format(route->ways[i].gateway, text));
	}
	if (route->ways_omitted)
		mcd_page_format(&t->page, " and %u more", route->ways_omitted);
	if (route->nways == 0)
		mcd_page_text(&t->page, " by an interface that is not told");
	if (route->prefix_length == 0)
		mcd_page_text(&t->page, " (the default route)");
	else if (route->prefix_length > 0)
		mcd_page_format(&t->page, " (a route to a /%d)", route->prefix_length);
}

/* One group: what the kernel chooses for who joins with INADDR_ANY, or index 0, or sends without IP_MULTICAST_IF, IPV6_MULTICAST_IF. */
static void put_choice(struct mcd_text *t, struct mcd_addr group)
{
	const struct mcd_host_route *route = mcd_host_route(&t->in->evidence->before, group);
	char text[MCD_ADDR_TEXT];

	mcd_page_begin(&t->page, 0, 2);
	mcd_addr_format(group, text);
	switch (route ? route->routing : MCD_ROUTING_UNKNOWN) {
	case MCD_ROUTING_FOUND:
		mcd_page_format(&t->page, "Programs that name no interface (%s) join and send %s", mcd_addr_is_v4(group) ? "INADDR_ANY" : "index 0", text);
		put_ways(t, route);
		break;
	case MCD_ROUTING_NONE:
		mcd_page_format(&t->page, "No route matches %s: programs that name no interface can neither join it%s nor send to it%s", text,
				is_windows(t) ? "" : " (ENODEV)", is_windows(t) ? "" : " (ENETUNREACH)");
		break;
	case MCD_ROUTING_REFUSED:
		mcd_page_format(
			&t->page,
			"A route refuses %s (unreachable, prohibit or blackhole): programs that name no interface can neither join it nor send to it",
			text);
		break;
	case MCD_ROUTING_LOCAL:
	case MCD_ROUTING_UNKNOWN:
	case MCD_ROUTINGS:
		mcd_page_format(&t->page, "Where programs that name no interface join and send %s is not known", text);
	}
	mcd_page_text(&t->page, ".");
	mcd_page_end(&t->page);
}

/* The interface that a program finds by an address of the host name. */
static const struct mcd_iface *found_by(const struct mcd_iface_list *list, struct mcd_addr address)
{
	const struct mcd_iface *subnet = NULL;

	for (size_t i = 0; i < list->count; i++) {
		if (mcd_iface_has_address(&list->at[i], address))
			return &list->at[i];
		if (list->at[i].flags & MCD_IFACE_LOOPBACK && mcd_addr_is_loopback(address))
			subnet = &list->at[i];
	}
	return subnet;
}

static void put_name(struct mcd_text *t)
{
	const struct mcd_host *host = &t->in->evidence->before;

	mcd_page_begin(&t->page, 0, 2);
	if (host->name_lookup == MCD_NAME_RESOLVED) {
		mcd_page_format(&t->page, "The host name %s resolves to", host->name);
		for (size_t i = 0; i < host->name_addresses.count; i++) {
			const struct mcd_addr *address = mcd_vec_at(&host->name_addresses, i);
			const struct mcd_iface *iface = found_by(&t->in->evidence->ifaces, *address);
			char text[MCD_ADDR_TEXT];

			mcd_page_format(&t->page, "%s %s (%s)", i ? "," : "", mcd_addr_format(*address, text),
					iface ? iface->name : "no interface of this host");
		}
		mcd_page_format(&t->page, ": programs that look for interfaces by it find %s alone.",
				host->name_addresses.count == 1 ? "that" : "these");
	} else if (host->name_lookup == MCD_NAME_NO_ADDRESS) {
		mcd_page_format(&t->page, "The host name %s resolves to no IPv4 address: programs that look for interfaces by it find none.",
				host->name);
	} else {
		mcd_page_format(&t->page, "What the host name %s resolves to was not told in time.", host->name);
	}
	mcd_page_end(&t->page);
}

bool mcd_report_interfaces(FILE *out, const struct mcd_report_input *in, const struct mcd_text_style *style, struct mcd_err *err)
{
	struct mcd_text text = { .in = in, .style = style };
	const size_t all = in->evidence->nnics;

	mcd_page_init(&text.page, out, style->width, style->colour, style->symbols);
	mcd_page_begin(&text.page, 0, 2);
	mcd_page_paint(&text.page, MCD_BOLD, PACKAGE_NAME " " PACKAGE_VERSION);
	mcd_page_format(&text.page, ": %zu interface%s, %zu usable for multicast", all, all == 1 ? "" : "s", mcd_evidence_used(in->evidence));
	mcd_page_end(&text.page);
	mcd_page_end(&text.page);
	mcd_text_place(&text);
	put_table(&text);
	for (size_t i = 0; i < in->evidence->request->ngroups; i++)
		put_choice(&text, in->evidence->request->groups[i].address);
	put_name(&text);
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return true;
	mcd_err_os(err, errno ? errno : EIO, "cannot write the report");
	return false;
}
