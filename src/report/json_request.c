/* SPDX-License-Identifier: ISC */
/* What was asked, and the values that the report and host.json share: interfaces and counters. */
#include <config.h>

#include "report/json.h"

static const char *mode_name(enum mcd_filter_mode mode)
{
	return mode == MCD_INCLUDE ? "include" : "exclude";
}

static void put_groups(struct mcd_json *j, const struct mcd_request *request)
{
	mcd_json_array(j, "groups");
	for (size_t i = 0; i < request->ngroups; i++) {
		const struct mcd_group *group = &request->groups[i];

		mcd_json_object(j, NULL);
		mcd_json_address(j, "address", group->address);
		mcd_json_known(j, "port", group->port != 0, group->port);
		mcd_json_addresses(j, "sources", group->sources, group->nsources);
		mcd_json_text(j, "filter_mode", mode_name(group->mode));
		mcd_json_family(j, "family", group->address);
		mcd_json_text(j, "zone", group->zone);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

/* The mode of all groups; null where they differ. */
static void put_mode(struct mcd_json *j, const struct mcd_request *request)
{
	bool same = request->ngroups > 0;

	for (size_t i = 1; i < request->ngroups; i++)
		same = same && request->groups[i].mode == request->groups[0].mode;
	mcd_json_text(j, "filter_mode", same ? mode_name(request->groups[0].mode) : NULL);
}

/* The first one has a key of its own (contract, 3). */
static void put_scratch(struct mcd_json *j, const struct mcd_request *request)
{
	struct mcd_addr groups[MCD_FAMILIES];
	size_t count = 0;

	for (unsigned family = 0; family < MCD_FAMILIES; family++)
		if (mcd_request_has_scratch(request, family))
			groups[count++] = request->scratch_groups[family];
	if (count)
		mcd_json_address(j, "scratch_group", groups[0]);
	else
		mcd_json_null(j, "scratch_group");
	mcd_json_addresses(j, "scratch_groups", groups, count);
}

/* One of the two; neither where nothing is sent. */
static void put_rate(struct mcd_json *j, const struct mcd_rate *rate)
{
	if (rate->millipackets)
		mcd_json_fixed(j, "rate_pps", (int64_t)rate->millipackets);
	else
		mcd_json_null(j, "rate_pps");
	mcd_json_known(j, "rate_bps", rate->bits != 0, rate->bits);
}

void mcd_json_request(struct mcd_json *j, const struct mcd_request *request)
{
	put_groups(j, request);
	put_mode(j, request);
	mcd_json_known(j, "ttl", request->ttl >= 0, (uint64_t)request->ttl);
	mcd_json_known(j, "duration_ms", request->duration_ms != 0, (uint64_t)request->duration_ms);
	mcd_json_bool(j, "duration_given", request->duration_given);
	mcd_json_array(j, "interfaces");
	for (size_t i = 0; i < request->ninterfaces; i++)
		mcd_json_text(j, NULL, request->interfaces[i]);
	mcd_json_end(j);
	mcd_json_bool(j, "all_interfaces", request->all_interfaces);
	mcd_json_bool(j, "only_chosen", request->only_chosen);
	put_scratch(j, request);
	mcd_json_bool(j, "self_test", request->self_test);
	mcd_json_bool(j, "join", request->join);
	mcd_json_bool(j, "send", request->send);
	mcd_json_bool(j, "send_only", request->send_only);
	mcd_json_bool(j, "listen_only", request->listen_only);
	mcd_json_known(j, "count", request->count != 0, request->count);
	put_rate(j, &request->rate);
	mcd_json_bool(j, "expect_stream", request->expect_stream);
	mcd_json_bool(j, "loop", request->loop);
	mcd_json_text(j, "bind", request->bind_group ? "group" : "any");
	mcd_json_int(j, "dscp", request->dscp);
	mcd_json_known(j, "source_port", request->source_port != 0, request->source_port);
	mcd_json_uint(j, "payload_size", request->payload_size);
	mcd_json_text(j, "message", request->message ? request->message : "");
	mcd_json_text(j, "peer", request->peer);
	if (request->igmp_version)
		mcd_json_int(j, "igmp_version", request->igmp_version);
	else
		mcd_json_text(j, "igmp_version", "auto");
	mcd_json_bool(j, "promiscuous", request->promiscuous);
	mcd_json_uint(j, "max_rows", request->max_rows);
}

static void put_flags(struct mcd_json *j, uint32_t flags)
{
	mcd_json_array(j, "flags");
	for (unsigned bit = 0; bit < MCD_IFACE_FLAGS; bit++)
		if (flags >> bit & 1)
			mcd_json_text(j, NULL, mcd_iface_flag_name(bit));
	mcd_json_end(j);
}

void mcd_json_iface(struct mcd_json *j, const struct mcd_iface *iface)
{
	mcd_json_text(j, "name", iface->name);
	mcd_json_known(j, "index", iface->index != 0, iface->index);
	if (iface->has_mac)
		mcd_json_mac(j, "mac", iface->mac);
	else
		mcd_json_null(j, "mac");
	mcd_json_word(j, "device", iface->device);
	mcd_json_word(j, "description", iface->description);
	mcd_json_known(j, "mtu", iface->mtu != 0, iface->mtu);
	put_flags(j, iface->flags);
	mcd_json_array(j, "addresses");
	for (size_t i = 0; i < iface->naddresses; i++) {
		mcd_json_object(j, NULL);
		mcd_json_address(j, "address", iface->addresses[i].address);
		mcd_json_uint(j, "prefix_length", iface->addresses[i].prefix_length);
		mcd_json_end(j);
	}
	mcd_json_end(j);
}

void mcd_json_counters(struct mcd_json *j, const struct mcd_host_counters *host, const struct mcd_host_counters *before)
{
	static const struct mcd_host_counters zero;
	const struct mcd_host_counters *base = before ? before : &zero;
	const struct {
		const char *name;
		uint64_t now, then;
	} counters[] = {
#define COUNTER(name, table, counter) { #name, host->name, base->name },
		MCD_HOST_COUNTERS(COUNTER)
#undef COUNTER
	};

	mcd_json_object(j, "counters");
	for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++)
		mcd_json_grown(j, counters[i].name, counters[i].now, counters[i].then);
	mcd_json_end(j);
}
