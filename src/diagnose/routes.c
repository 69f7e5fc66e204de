/* SPDX-License-Identifier: ISC */
/* The reverse path filter as the kernel has it (fib_validate_source): the route to the source, looked up without an interface, has to leave by
 * the one that the datagram came in by; loosely, any route will do, and an interface without an address has none (RFC 3704, 2.2 and 2.4).
 * Linux has none for IPv6. */
#include <config.h>

#include "diagnose/routes.h"

#include "base/format.h"

#include <stdio.h>
#include <string.h>

const struct mcd_host_path *mcd_path_of(const struct mcd_evidence *e, const struct mcd_nic *nic, struct mcd_addr group, struct mcd_addr source)
{
	return e->has_host ? mcd_host_path(&e->after, nic->iface->index, group, source) : NULL;
}

const struct mcd_host_route *mcd_group_route(const struct mcd_evidence *e, const struct mcd_group *group)
{
	const struct mcd_host_route *route = e->has_host ? mcd_host_route(&e->before, group->address) : NULL;

	return route && route->routing != MCD_ROUTING_UNKNOWN ? route : NULL;
}

/* By the routes. A port of a VRF has a table of its own, which was not asked. */
static enum mcd_way_back by_routes(const struct mcd_nic *nic, const struct mcd_host_route *back, int rp_filter)
{
	struct mcd_addr own;

	if (nic->iface->master || nic->master_after || rp_filter < 0)
		return MCD_WAY_BACK_UNKNOWN;
	switch (back->routing) {
	case MCD_ROUTING_FOUND:
		if (rp_filter == 0 || mcd_host_route_uses(back, nic->iface->index))
			return MCD_WAY_BACK_TAKEN;
		if (rp_filter >= 2 && mcd_iface_ipv4(nic->iface, &own))
			return MCD_WAY_BACK_TAKEN;
		return back->ways_omitted ? MCD_WAY_BACK_UNKNOWN : MCD_WAY_BACK_REFUSED;
	case MCD_ROUTING_NONE:
	case MCD_ROUTING_REFUSED:
		return rp_filter == 0 ? MCD_WAY_BACK_TAKEN : MCD_WAY_BACK_REFUSED;
	case MCD_ROUTING_UNKNOWN:
	case MCD_ROUTING_LOCAL: /* a source that is impossible, not one from elsewhere */
	case MCD_ROUTINGS:
		break;
	}
	return MCD_WAY_BACK_UNKNOWN;
}

enum mcd_way_back mcd_way_back(const struct mcd_evidence *e, const struct mcd_nic *nic, struct mcd_addr group, struct mcd_addr source)
{
	const struct mcd_host_path *path = mcd_path_of(e, nic, group, source);
	const struct mcd_host_iface *kernel = e->has_host ? mcd_host_iface(&e->after, nic->iface->index) : NULL;
	enum mcd_way_back routes;

	if (!mcd_addr_is_v4(source))
		return MCD_WAY_BACK_TAKEN;
	if (!path || (path->accepted < 0 && path->back.routing == MCD_ROUTING_UNKNOWN))
		return mcd_iface_is_on_link(nic->iface, source) ? MCD_WAY_BACK_TAKEN : MCD_WAY_BACK_UNKNOWN;
	if (path->accepted > 0)
		return MCD_WAY_BACK_TAKEN;
	routes = by_routes(nic, &path->back, kernel ? kernel->rp_filter : -1);
	return path->accepted == 0 && routes == MCD_WAY_BACK_TAKEN ? MCD_WAY_BACK_UNKNOWN : routes;
}

static void append(struct mcd_text *t, const char *format, ...) MCD_PRINTF(2, 3);
static void append(struct mcd_text *t, const char *format, ...)
{
	size_t used = strlen(t->s);
	va_list args;

	va_start(args, format);
	vsnprintf(t->s + used, sizeof t->s - used, format, args);
	va_end(args);
}

static void append_ways(struct mcd_text *t, const struct mcd_evidence *e, const struct mcd_host_route *route)
{
	for (unsigned i = 0; i < route->nways; i++) {
		const struct mcd_host_way *way = &route->ways[i];
		const struct mcd_iface *iface = mcd_iface_by_index(&e->ifaces, way->ifindex);

		append(t, "%s%.32s", i == 0 ? "leaves by " : i + 1 == route->nways && !route->ways_omitted ? " and " : ", ",
		       iface ? iface->name : "an interface that is gone");
		if (route->nways == 1 && !mcd_addr_is_unspecified(way->gateway))
			append(t, " through %s", mcd_text_addr(way->gateway).s);
	}
	if (route->ways_omitted)
		append(t, " and %u more", route->ways_omitted);
	if (route->nways == 0)
		append(t, "leaves by an interface that is not told");
}

struct mcd_text mcd_text_route(const struct mcd_evidence *e, const struct mcd_host_route *route)
{
	struct mcd_text t = { "" };

	if (route->routing == MCD_ROUTING_NONE)
		append(&t, "has no route");
	else if (route->routing == MCD_ROUTING_REFUSED)
		append(&t, "meets a route that says unreachable, prohibit or blackhole");
	else if (route->routing == MCD_ROUTING_LOCAL)
		append(&t, "stays in this host");
	else
		append_ways(&t, e, route);
	if (route->routing == MCD_ROUTING_FOUND && route->prefix_length == 0)
		append(&t, " (the default route)");
	else if (route->routing == MCD_ROUTING_FOUND && route->prefix_length > 0)
		append(&t, " (a route to a /%d)", route->prefix_length);
	return t;
}

struct mcd_text mcd_text_way_back(const struct mcd_evidence *e, const struct mcd_nic *nic, const struct mcd_host_path *path)
{
	const struct mcd_host_route *back = &path->back;
	struct mcd_text t = { "" }, source = mcd_text_addr(path->source);
	struct mcd_addr own;

	if (back->routing == MCD_ROUTING_NONE)
		append(&t, "there is no route back to %s", source.s);
	else if (back->routing == MCD_ROUTING_FOUND)
		append(&t, "the route back to %s %s, not by %s", source.s, mcd_text_route(e, back).s, nic->iface->name);
	else
		append(&t, "the way back to %s %s", source.s, mcd_text_route(e, back).s);
	if (back->routing == MCD_ROUTING_FOUND && !mcd_iface_ipv4(nic->iface, &own))
		append(&t, ", which has no IPv4 address");
	return t;
}
