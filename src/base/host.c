/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/host.h"

#include <string.h>

void mcd_host_init(struct mcd_host *host)
{
	*host = (struct mcd_host){
		.igmp_max_memberships = -1,
		.igmp_max_msf = -1,
		.igmp_link_local_mcast_reports = -1,
		.igmp_qrv = -1,
		.mld_max_msf = -1,
		.mld_qrv = -1,
		.igmp_level = -1,
		.optmem_max = -1,
		.rmem_max = -1,
		.first_namespace = -1,
	};
	/* Every counter is an uint64_t whose "not known" is all ones. */
	memset(&host->counters, 0xff, sizeof host->counters);
	mcd_vec_init(&host->name_addresses, sizeof(struct mcd_addr));
	mcd_vec_init(&host->ifaces, sizeof(struct mcd_host_iface));
	mcd_vec_init(&host->memberships, sizeof(struct mcd_host_membership));
	mcd_vec_init(&host->sources, sizeof(struct mcd_host_source));
	mcd_apps_init(&host->apps);
	mcd_vec_init(&host->bridges, sizeof(struct mcd_host_bridge));
	mcd_vec_init(&host->entries, sizeof(struct mcd_host_entry));
	mcd_vec_init(&host->routes, sizeof(struct mcd_host_route));
	mcd_vec_init(&host->paths, sizeof(struct mcd_host_path));
}

void mcd_host_fini(struct mcd_host *host)
{
	mcd_vec_fini(&host->name_addresses);
	mcd_vec_fini(&host->ifaces);
	mcd_vec_fini(&host->memberships);
	mcd_vec_fini(&host->sources);
	mcd_apps_fini(&host->apps);
	mcd_vec_fini(&host->bridges);
	mcd_vec_fini(&host->entries);
	mcd_vec_fini(&host->routes);
	mcd_vec_fini(&host->paths);
}

const struct mcd_host_membership *mcd_host_membership(const struct mcd_host *host, unsigned ifindex, struct mcd_addr group)
{
	for (size_t i = 0; i < host->memberships.count; i++) {
		const struct mcd_host_membership *m = mcd_vec_at(&host->memberships, i);

		if (m->ifindex == ifindex && mcd_addr_equal(m->group, group))
			return m;
	}
	return NULL;
}

const struct mcd_host_iface *mcd_host_iface(const struct mcd_host *host, unsigned ifindex)
{
	for (size_t i = 0; i < host->ifaces.count; i++) {
		const struct mcd_host_iface *iface = mcd_vec_at(&host->ifaces, i);

		if (iface->ifindex == ifindex)
			return iface;
	}
	return NULL;
}

const struct mcd_host_bridge *mcd_host_bridge(const struct mcd_host *host, unsigned ifindex)
{
	for (size_t i = 0; i < host->bridges.count; i++) {
		const struct mcd_host_bridge *bridge = mcd_vec_at(&host->bridges, i);

		if (bridge->ifindex == ifindex)
			return bridge;
	}
	return NULL;
}

const char *mcd_routing_name(enum mcd_routing routing)
{
	static const char *const names[MCD_ROUTINGS] = {
		[MCD_ROUTING_FOUND] = "found",
		[MCD_ROUTING_LOCAL] = "local",
		[MCD_ROUTING_NONE] = "none",
		[MCD_ROUTING_REFUSED] = "refused",
	};

	return names[routing];
}

const char *mcd_name_lookup_name(enum mcd_name_lookup lookup)
{
	static const char *const names[MCD_NAME_LOOKUPS] = {
		[MCD_NAME_RESOLVED] = "resolved",
		[MCD_NAME_NO_ADDRESS] = "no address",
		[MCD_NAME_LATE] = "late",
	};

	return names[lookup];
}

const char *mcd_platform_name(enum mcd_platform platform)
{
	static const char *const names[MCD_PLATFORMS] = { [MCD_PLATFORM_LINUX] = "linux", [MCD_PLATFORM_WINDOWS] = "windows" };

	return names[platform];
}

const char *mcd_network_name(enum mcd_network network)
{
	static const char *const names[MCD_NETWORKS] = {
		[MCD_NETWORK_PUBLIC] = "public",
		[MCD_NETWORK_PRIVATE] = "private",
		[MCD_NETWORK_DOMAIN] = "domain",
	};

	return names[network];
}

const struct mcd_host_route *mcd_host_route(const struct mcd_host *host, struct mcd_addr destination)
{
	for (size_t i = 0; i < host->routes.count; i++) {
		const struct mcd_host_route *route = mcd_vec_at(&host->routes, i);

		if (mcd_addr_equal(route->destination, destination))
			return route;
	}
	return NULL;
}

const struct mcd_host_path *mcd_host_path(const struct mcd_host *host, unsigned ifindex, struct mcd_addr group, struct mcd_addr source)
{
	for (size_t i = 0; i < host->paths.count; i++) {
		const struct mcd_host_path *path = mcd_vec_at(&host->paths, i);

		if (path->ifindex == ifindex && mcd_addr_equal(path->source, source) && mcd_addr_equal(path->group, group))
			return path;
	}
	return NULL;
}

bool mcd_host_ask_route(struct mcd_host *host, struct mcd_addr destination)
{
	struct mcd_host_route *route = mcd_host_route(host, destination) ? NULL : mcd_vec_push(&host->routes);

	if (route)
		*route = (struct mcd_host_route){ .destination = destination, .prefix_length = -1 };
	return route != NULL;
}

bool mcd_host_ask_path(struct mcd_host *host, unsigned ifindex, struct mcd_addr group, struct mcd_addr source)
{
	struct mcd_host_path *path = NULL;

	if (host->paths.count < MCD_HOST_PATHS && !mcd_host_path(host, ifindex, group, source))
		path = mcd_vec_push(&host->paths);
	if (path)
		*path = (struct mcd_host_path){ ifindex, group, source, -1, { .destination = source, .prefix_length = -1 } };
	return path != NULL;
}

bool mcd_host_route_uses(const struct mcd_host_route *route, unsigned ifindex)
{
	for (unsigned i = 0; i < route->nways; i++)
		if (route->ways[i].ifindex == ifindex)
			return true;
	return false;
}
