/* SPDX-License-Identifier: ISC */
/* What was asked, and the values that the report and host.json share: interfaces and counters. */
#include <config.h>

#include "report/json.h"

static const char *mode_name(enum mcd_filter_mode mode)
{
	return mode == MCD_INCLUDE ? "include" : "exclude";
}

static void put_groups(struct mcd_json *j, cJSON *object, const struct mcd_request *request)
{
	cJSON *list = mcd_json_array(j, object, "groups");

	for (size_t i = 0; i < request->ngroups; i++) {
		const struct mcd_group *group = &request->groups[i];
		cJSON *row = mcd_json_object(j, list, NULL);

		mcd_json_address(j, row, "address", group->address);
		mcd_json_uint(j, row, "port", group->port);
		mcd_json_addresses(j, row, "sources", group->sources, group->nsources);
		mcd_json_text(j, row, "filter_mode", mode_name(group->mode));
		mcd_json_family(j, row, "family", group->address);
	}
}

/* The mode of all groups; null where they differ. */
static void put_mode(struct mcd_json *j, cJSON *object, const struct mcd_request *request)
{
	bool same = request->ngroups > 0;

	for (size_t i = 1; i < request->ngroups; i++)
		same = same && request->groups[i].mode == request->groups[0].mode;
	mcd_json_text(j, object, "filter_mode", same ? mode_name(request->groups[0].mode) : NULL);
}

void mcd_json_request(struct mcd_json *j, cJSON *object, const struct mcd_request *request)
{
	cJSON *list;

	put_groups(j, object, request);
	put_mode(j, object, request);
	mcd_json_int(j, object, "ttl", request->ttl);
	mcd_json_int(j, object, "duration_ms", request->duration_ms);
	mcd_json_bool(j, object, "duration_given", request->duration_given);
	list = mcd_json_array(j, object, "interfaces");
	for (size_t i = 0; i < request->ninterfaces; i++)
		mcd_json_text(j, list, NULL, request->interfaces[i]);
	mcd_json_bool(j, object, "all_interfaces", request->all_interfaces);
	mcd_json_bool(j, object, "only_chosen", request->only_chosen);
	if (request->has_scratch)
		mcd_json_address(j, object, "scratch_group", request->scratch_group);
	else
		mcd_json_null(j, object, "scratch_group");
	mcd_json_bool(j, object, "self_test", request->self_test);
	mcd_json_bool(j, object, "join", request->join);
	mcd_json_bool(j, object, "send", request->send);
	mcd_json_bool(j, object, "expect_stream", request->expect_stream);
	mcd_json_bool(j, object, "loop", request->loop);
	mcd_json_text(j, object, "bind", request->bind_group ? "group" : "any");
	mcd_json_int(j, object, "dscp", request->dscp);
	mcd_json_known(j, object, "source_port", request->source_port != 0, request->source_port);
	mcd_json_uint(j, object, "payload_size", request->payload_size);
	mcd_json_text(j, object, "message", request->message ? request->message : "");
	if (request->igmp_version)
		mcd_json_int(j, object, "igmp_version", request->igmp_version);
	else
		mcd_json_text(j, object, "igmp_version", "auto");
	mcd_json_bool(j, object, "promiscuous", request->promiscuous);
	mcd_json_uint(j, object, "max_rows", request->max_rows);
}

static void put_flags(struct mcd_json *j, cJSON *object, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ MCD_IFACE_UP, "up" },
		{ MCD_IFACE_CARRIER, "carrier" },
		{ MCD_IFACE_LOOPBACK, "loopback" },
		{ MCD_IFACE_MULTICAST, "multicast" },
		{ MCD_IFACE_BROADCAST, "broadcast" },
		{ MCD_IFACE_POINTOPOINT, "pointopoint" },
		{ MCD_IFACE_PROMISC, "promisc" },
		{ MCD_IFACE_ALLMULTI, "allmulti" },
		{ MCD_IFACE_NOARP, "noarp" },
		{ MCD_IFACE_WIFI, "wifi" },
		{ MCD_IFACE_XDP, "xdp" },
	};
	cJSON *list = mcd_json_array(j, object, "flags");

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (flags & names[i].flag)
			mcd_json_text(j, list, NULL, names[i].name);
}

void mcd_json_iface(struct mcd_json *j, cJSON *object, const struct mcd_iface *iface)
{
	cJSON *list;

	mcd_json_text(j, object, "name", iface->name);
	mcd_json_known(j, object, "index", iface->index != 0, iface->index);
	if (iface->has_mac)
		mcd_json_mac(j, object, "mac", iface->mac);
	else
		mcd_json_null(j, object, "mac");
	mcd_json_known(j, object, "mtu", iface->mtu != 0, iface->mtu);
	put_flags(j, object, iface->flags);
	list = mcd_json_array(j, object, "addresses");
	for (size_t i = 0; i < iface->naddresses; i++) {
		cJSON *row = mcd_json_object(j, list, NULL);

		mcd_json_address(j, row, "address", iface->addresses[i].address);
		mcd_json_uint(j, row, "prefix_length", iface->addresses[i].prefix_length);
	}
}

void mcd_json_counters(struct mcd_json *j, cJSON *object, const struct mcd_host_counters *host, const struct mcd_host_counters *before)
{
	static const struct mcd_host_counters zero;
	const struct mcd_host_counters *base = before ? before : &zero;
	const struct {
		const char *name;
		uint64_t now, then;
	} counters[] = {
#define COUNTER(name) { #name, host->name, base->name }
		COUNTER(ip_in_receives),	 COUNTER(ip_in_hdr_errors),  COUNTER(ip_in_mcast_pkts), COUNTER(ip_in_delivers),
		COUNTER(ip_in_csum_errors),	 COUNTER(ip_reasm_reqds),    COUNTER(ip_reasm_oks),	COUNTER(ip_reasm_fails),
		COUNTER(ip_reverse_path_filter), COUNTER(udp_in_datagrams),  COUNTER(udp_in_errors),	COUNTER(udp_rcvbuf_errors),
		COUNTER(udp_in_csum_errors),	 COUNTER(udp_ignored_multi),
#undef COUNTER
	};

	for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
		bool known = counters[i].now != UINT64_MAX && counters[i].then != UINT64_MAX && counters[i].now >= counters[i].then;

		mcd_json_known(j, object, counters[i].name, known, counters[i].now - counters[i].then);
	}
}
