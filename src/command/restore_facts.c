/* SPDX-License-Identifier: ISC */
/* What the names, bridges and routing tables of that host said. */
#include <config.h>

#include "command/restore_parts.h"

#include <string.h>

static enum mcd_routing read_routing(struct mcd_reading *r, const cJSON *row)
{
	char text[16];

	mcd_reading_text(r, row, "routing", text, sizeof text);
	if (!*text)
		return MCD_ROUTING_UNKNOWN;
	for (int i = MCD_ROUTING_UNKNOWN + 1; i < MCD_ROUTINGS; i++)
		if (strcmp(text, mcd_routing_name((enum mcd_routing)i)) == 0)
			return (enum mcd_routing)i;
	mcd_reading_refuse(r, "routing", "an answer that is known");
	return MCD_ROUTING_UNKNOWN;
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
	route->routing = read_routing(r, row);
	route->prefix_length = prefix == UINT64_MAX ? -1 : (int)prefix;
	if (prefix != UINT64_MAX && prefix > 128)
		mcd_reading_refuse(r, "prefix_length", "from 0 to 128");
	read_ways(r, row, route);
	route->ways_omitted = (unsigned)mcd_reading_int(r, row, "ways_omitted", 0, INT32_MAX);
}

static void read_name(struct mcd_reading *r, const cJSON *view, struct mcd_host *host)
{
	const cJSON *list = mcd_reading_array(r, view, "name_addresses"), *item;
	char text[16];

	mcd_reading_text(r, view, "name_lookup", text, sizeof text);
	for (int i = MCD_NAME_NOT_ASKED + 1; *text && i < MCD_NAME_LOOKUPS; i++)
		if (strcmp(text, mcd_name_lookup_name((enum mcd_name_lookup)i)) == 0)
			host->name_lookup = (enum mcd_name_lookup)i;
	if (*text && host->name_lookup == MCD_NAME_NOT_ASKED)
		mcd_reading_refuse(r, "name_lookup", "an answer that is known");
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
