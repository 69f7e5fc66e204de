/* SPDX-License-Identifier: ISC */
/* What the names, bridges and routing tables of that host said. */
#include <config.h>

#include "command/restore_parts.h"

static const char *routing_name(int routing)
{
	return mcd_routing_name((enum mcd_routing)routing);
}

static void read_ways(struct mcd_reading *r, const cJSON *row, struct mcd_host_route *route)
{
	const cJSON *list = mcd_reading_array(r, row, "ways"), *item;

	mcd_reading_rows(r, list, "ways", MCD_HOST_WAYS);
	cJSON_ArrayForEach(item, list) {
		struct mcd_host_way *way;

		if (r->failed)
			return;
		way = &route->ways[route->nways++];
		way->ifindex = (unsigned)mcd_reading_int(r, item, "index", 0, INT32_MAX);
		way->gateway = mcd_reading_is_null(r, item, "gateway") ? mcd_addr_v4(0) : mcd_reading_address(r, item, "gateway");
	}
}

static void read_route(struct mcd_reading *r, const cJSON *row, struct mcd_host_route *route)
{
	const uint64_t prefix = mcd_reading_uint_or(r, row, "prefix_length", UINT64_MAX);

	route->destination = mcd_reading_address(r, row, "destination");
	route->routing = (enum mcd_routing)mcd_reading_name(r, row, "routing", MCD_ROUTINGS, routing_name);
	route->prefix_length = prefix == UINT64_MAX ? -1 : (int)prefix;
	if (prefix != UINT64_MAX && prefix > 128)
		mcd_reading_refuse(r, "prefix_length", "from 0 to 128");
	read_ways(r, row, route);
	route->ways_omitted = (unsigned)mcd_reading_int(r, row, "ways_omitted", 0, INT32_MAX);
}

static const char *lookup_name(int lookup)
{
	return mcd_name_lookup_name((enum mcd_name_lookup)lookup);
}

static void read_name(struct mcd_reading *r, const cJSON *view, struct mcd_host *host)
{
	const cJSON *list = mcd_reading_array(r, view, "name_addresses"), *item;

	host->name_lookup = (enum mcd_name_lookup)mcd_reading_name(r, view, "name_lookup", MCD_NAME_LOOKUPS, lookup_name);
	if (cJSON_GetArraySize(list) > MCD_NAME_ADDRESSES)
		mcd_reading_refuse(r, "name_addresses", "as few as a run keeps");
	cJSON_ArrayForEach(item, list) {
		struct mcd_addr *address = mcd_restore_push(r, &host->name_addresses);

		if (!address)
			return;
		*address = mcd_reading_address_of(r, item, "name_addresses");
	}
}

static void read_entries(struct mcd_reading *r, const cJSON *row, unsigned bridge, struct mcd_host *host)
{
	const cJSON *list = mcd_reading_array(r, row, "entries"), *item;

	mcd_reading_rows(r, list, "entries", MCD_HOST_ENTRIES);
	cJSON_ArrayForEach(item, list) {
		struct mcd_host_entry *entry = mcd_restore_push(r, &host->entries);

		if (!entry)
			return;
		entry->bridge = bridge;
		entry->port = (unsigned)mcd_reading_int(r, item, "index", 0, INT32_MAX);
		entry->group = mcd_reading_address(r, item, "group");
		entry->source = mcd_reading_is_null(r, item, "source") ? mcd_addr_v4(0) : mcd_reading_address(r, item, "source");
		entry->permanent = mcd_reading_bool(r, item, "permanent");
	}
}

/* A setting of 0 to 255; -1 = not known. */
static int read_setting(struct mcd_reading *r, const cJSON *row, const char *key)
{
	return mcd_reading_is_null(r, row, key) ? -1 : (int)mcd_reading_int(r, row, key, 0, UINT8_MAX);
}

static void read_bridges(struct mcd_reading *r, const cJSON *view, struct mcd_host *host)
{
	const cJSON *list = mcd_reading_array(r, view, "bridges"), *row;

	mcd_reading_rows(r, list, "bridges", MCD_RESTORE_IFACES);
	cJSON_ArrayForEach(row, list) {
		struct mcd_host_bridge *bridge = mcd_restore_push(r, &host->bridges);

		if (!bridge)
			return;
		bridge->ifindex = (unsigned)mcd_reading_int(r, row, "index", 0, INT32_MAX);
		bridge->snooping = read_setting(r, row, "mcast_snooping");
		bridge->querier = read_setting(r, row, "mcast_querier");
		bridge->igmp_version = read_setting(r, row, "mcast_igmp_version");
		bridge->mld_version = mcd_reading_later(r, row, "mcast_mld_version", -1);
		read_entries(r, row, bridge->ifindex, host);
	}
}

void mcd_restore_facts(struct mcd_reading *r, const cJSON *view, struct mcd_host *host)
{
	const cJSON *routes = mcd_reading_array(r, view, "routes"), *paths = mcd_reading_array(r, view, "reverse_paths"), *row;

	read_name(r, view, host);
	read_bridges(r, view, host);
	mcd_reading_rows(r, routes, "routes", MCD_RESTORE_GROUPS);
	mcd_reading_rows(r, paths, "reverse_paths", MCD_HOST_PATHS);
	cJSON_ArrayForEach(row, routes) {
		struct mcd_host_route *route = mcd_restore_push(r, &host->routes);

		if (!route)
			return;
		read_route(r, row, route);
	}
	cJSON_ArrayForEach(row, paths) {
		struct mcd_host_path *path = mcd_restore_push(r, &host->paths);

		if (!path)
			return;
		path->ifindex = (unsigned)mcd_reading_int(r, row, "index", 0, INT32_MAX);
		path->group = mcd_reading_address(r, row, "group");
		path->source = mcd_reading_address(r, row, "source");
		path->accepted = mcd_reading_is_null(r, row, "accepted") ? -1 : mcd_reading_bool(r, row, "accepted");
		read_route(r, mcd_reading_object(r, row, "route"), &path->back);
	}
}
