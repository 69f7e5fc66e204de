/* SPDX-License-Identifier: ISC */
/* What names, routing tables, bridges and counters say, for the report, with the names of interfaces, and for host.json, with their indexes. */
#include <config.h>

#include "report/json.h"

void mcd_json_name(struct mcd_json *j, const struct mcd_host *host)
{
	mcd_json_text(j, "name_lookup", mcd_name_lookup_name(host->name_lookup));
	mcd_json_addresses(j, "name_addresses", host->name_addresses.items, host->name_addresses.count);
}

void mcd_json_interface(struct mcd_json *j, const struct mcd_iface_list *names, unsigned ifindex)
{
	const struct mcd_iface *iface = names ? mcd_iface_by_index(names, ifindex) : NULL;

	if (names)
		mcd_json_text(j, "interface", iface ? iface->name : NULL);
	else
		mcd_json_uint(j, "index", ifindex);
}

static void put_route(struct mcd_json *j, const struct mcd_host_route *route, const struct mcd_iface_list *names)
{
	mcd_json_address(j, "destination", route->destination);
	mcd_json_text(j, "routing", mcd_routing_name(route->routing));
	mcd_json_known(j, "prefix_length", route->prefix_length >= 0, (uint64_t)route->prefix_length);
	mcd_json_array(j, "ways");
	for (unsigned i = 0; i < route->nways; i++) {
		mcd_json_object(j, NULL);
		mcd_json_interface(j, names, route->ways[i].ifindex);
		if (mcd_addr_is_unspecified(route->ways[i].gateway))
			mcd_json_null(j, "gateway");
		else
			mcd_json_address(j, "gateway", route->ways[i].gateway);
		mcd_json_end(j);
	}
	mcd_json_end(j);
	mcd_json_uint(j, "ways_omitted", route->ways_omitted);
}

static void put_path(struct mcd_json *j, const struct mcd_host_path *path, const struct mcd_iface_list *names)
{
	mcd_json_interface(j, names, path->ifindex);
	mcd_json_address(j, "group", path->group);
	mcd_json_address(j, "source", path->source);
	mcd_json_answer(j, "accepted", path->accepted);
	mcd_json_object(j, "route");
	put_route(j, &path->back, names);
	mcd_json_end(j);
}

void mcd_json_routes(struct mcd_json *j, const struct mcd_vec *routes, const struct mcd_iface_list *names)
{
	mcd_json_array(j, "routes");
	for (size_t i = 0; i < routes->count; i++) {
		mcd_json_object(j, NULL);
		put_route(j, mcd_vec_at(routes, i), names);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

void mcd_json_paths(struct mcd_json *j, const struct mcd_vec *paths, const struct mcd_iface_list *names)
{
	mcd_json_array(j, "reverse_paths");
	for (size_t i = 0; i < paths->count; i++) {
		mcd_json_object(j, NULL);
		put_path(j, mcd_vec_at(paths, i), names);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

static void put_entries(struct mcd_json *j, const struct mcd_host *host, unsigned bridge, const struct mcd_iface_list *names)
{
	mcd_json_array(j, "entries");
	for (size_t i = 0; i < host->entries.count; i++) {
		const struct mcd_host_entry *entry = mcd_vec_at(&host->entries, i);

		if (entry->bridge != bridge)
			continue;
		mcd_json_object(j, NULL);
		mcd_json_interface(j, names, entry->port);
		mcd_json_address(j, "group", entry->group);
		if (mcd_addr_is_unspecified(entry->source))
			mcd_json_null(j, "source");
		else
			mcd_json_address(j, "source", entry->source);
		mcd_json_bool(j, "permanent", entry->permanent);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

void mcd_json_bridges(struct mcd_json *j, const struct mcd_host *host, const struct mcd_iface_list *names)
{
	mcd_json_array(j, "bridges");
	for (size_t i = 0; i < host->bridges.count; i++) {
		const struct mcd_host_bridge *bridge = mcd_vec_at(&host->bridges, i);

		mcd_json_object(j, NULL);
		mcd_json_interface(j, names, bridge->ifindex);
		mcd_json_setting(j, "mcast_snooping", bridge->snooping);
		mcd_json_setting(j, "mcast_querier", bridge->querier);
		mcd_json_setting(j, "mcast_igmp_version", bridge->igmp_version);
		mcd_json_setting(j, "mcast_mld_version", bridge->mld_version);
		put_entries(j, host, bridge->ifindex, names);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

void mcd_json_traffic(struct mcd_json *j, const struct mcd_host_traffic *traffic, const struct mcd_host_traffic *before)
{
	static const struct mcd_host_traffic zero;
	const struct mcd_host_traffic *base = before ? before : &zero;
	const struct {
		const char *name;
		uint64_t now, then;
	} counters[] = {
#define COUNTER(name) { #name, traffic->name, base->name },
		MCD_HOST_TRAFFIC(COUNTER)
#undef COUNTER
	};

	mcd_json_object(j, "traffic");
	for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++)
		mcd_json_grown(j, counters[i].name, counters[i].now, counters[i].then);
	mcd_json_end(j);
}

void mcd_json_setting(struct mcd_json *j, const char *key, int value)
{
	mcd_json_known(j, key, value >= 0, (uint64_t)value);
}

void mcd_json_answer(struct mcd_json *j, const char *key, int value)
{
	if (value < 0)
		mcd_json_null(j, key);
	else
		mcd_json_bool(j, key, value != 0);
}

void mcd_json_count(struct mcd_json *j, const char *key, uint64_t value)
{
	mcd_json_known(j, key, value != UINT64_MAX, value);
}

void mcd_json_rates(struct mcd_json *j, bool known, double pps, double bps)
{
	if (known)
		mcd_json_fixed(j, "rate_pps", (int64_t)(pps * 1000 + 0.5));
	else
		mcd_json_null(j, "rate_pps");
	mcd_json_known(j, "rate_bps", known, (uint64_t)(bps + 0.5));
}

void mcd_json_jitter(struct mcd_json *j, int64_t jitter_ns)
{
	if (jitter_ns >= 0)
		mcd_json_fixed(j, "jitter_ms", mcd_ns_to_us(jitter_ns));
	else
		mcd_json_null(j, "jitter_ms");
}

void mcd_json_grown(struct mcd_json *j, const char *key, uint64_t now, uint64_t then)
{
	mcd_json_known(j, key, now != UINT64_MAX && then != UINT64_MAX && now >= then, now - then);
}
