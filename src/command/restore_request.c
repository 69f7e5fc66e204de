/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/restore_parts.h"

#include <stdlib.h>
#include <string.h>

static const char *const bind_words[] = { "any", "group", NULL };
static const char *const mode_words[] = { "include", "exclude", NULL };

static void no_memory(struct mcd_reading *r)
{
	if (!r->failed)
		mcd_err_set(r->err, "out of memory");
	r->failed = true;
}

/* They are searched by halves: ascending, without doubles, of the group's family. */
static bool is_next_source(const struct mcd_group *group)
{
	const struct mcd_addr *last = &group->sources[group->nsources - 1];

	if (mcd_addr_family(*last) != mcd_addr_family(group->address))
		return false;
	return group->nsources == 1 || mcd_addr_compare(last[-1], *last) < 0;
}

static void read_sources(struct mcd_reading *r, const cJSON *row, struct mcd_group *group)
{
	const cJSON *list = mcd_reading_array(r, row, "sources"), *item;
	const size_t count = (size_t)cJSON_GetArraySize(list);

	if (r->failed || count == 0)
		return;
	group->sources = calloc(count, sizeof *group->sources);
	if (!group->sources) {
		no_memory(r);
		return;
	}
	cJSON_ArrayForEach(item, list) {
		group->sources[group->nsources++] = mcd_reading_address_of(r, item, "sources");
		if (!is_next_source(group))
			mcd_reading_refuse(r, "sources", "ascending");
	}
}

static void read_zone(struct mcd_reading *r, const cJSON *row, struct mcd_group *group)
{
	char zone[MCD_IFACE_NAME];

	mcd_reading_text(r, row, "zone", zone, sizeof zone);
	if (!r->failed && *zone && !(group->zone = strdup(zone)))
		no_memory(r);
}

static void read_groups(struct mcd_reading *r, const cJSON *root, struct mcd_request *request)
{
	const cJSON *list = mcd_reading_array(r, root, "groups"), *row;
	const size_t count = mcd_reading_rows(r, list, "groups", MCD_RESTORE_GROUPS);

	if (!r->failed && count == 0)
		mcd_reading_refuse(r, "groups", "a list with a group in it");
	request->groups = r->failed ? NULL : calloc(count, sizeof *request->groups);
	if (!request->groups) {
		no_memory(r);
		return;
	}
	cJSON_ArrayForEach(row, list) {
		struct mcd_group *group = &request->groups[request->ngroups++];

		group->address = mcd_reading_address(r, row, "address");
		group->port = (uint16_t)mcd_reading_int(r, row, "port", 1, UINT16_MAX);
		group->mode = mcd_reading_word(r, row, "filter_mode", mode_words) == 0 ? MCD_INCLUDE : MCD_EXCLUDE;
		if (!r->failed && !mcd_addr_is_multicast(group->address))
			mcd_reading_refuse(r, "groups", "all multicast");
		read_sources(r, row, group);
		read_zone(r, row, group);
	}
}

static void read_interfaces(struct mcd_reading *r, const cJSON *root, struct mcd_request *request)
{
	const cJSON *list = mcd_reading_array(r, root, "interfaces"), *item;
	const size_t count = (size_t)cJSON_GetArraySize(list);

	request->interfaces = r->failed ? NULL : calloc(count + 1, sizeof *request->interfaces);
	if (!request->interfaces) {
		no_memory(r);
		return;
	}
	cJSON_ArrayForEach(item, list) {
		char *text = cJSON_IsString(item) ? strdup(item->valuestring) : NULL;

		if (!text) {
			mcd_reading_refuse(r, "interfaces", "a list of texts");
			return;
		}
		request->interfaces[request->ninterfaces++] = text;
	}
}

static void read_peer(struct mcd_reading *r, const cJSON *root, struct mcd_request *request)
{
	char peer[MCD_IFACE_NAME];

	mcd_reading_text(r, root, "peer", peer, sizeof peer);
	if (!r->failed && *peer && !(request->peer = strdup(peer)))
		no_memory(r);
}

static void read_scratch(struct mcd_reading *r, const cJSON *root, struct mcd_request *request)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, mcd_reading_array(r, root, "scratch_groups")) {
		struct mcd_addr group = mcd_reading_address_of(r, item, "scratch_groups");

		request->scratch_groups[mcd_addr_place(group)] = group;
	}
}

/* "auto" or a number. */
static int read_version(struct mcd_reading *r, const cJSON *root)
{
	if (cJSON_IsString(cJSON_GetObjectItemCaseSensitive(root, "igmp_version")))
		return mcd_reading_word(r, root, "igmp_version", (const char *const[]){ "auto", NULL });
	return (int)mcd_reading_int(r, root, "igmp_version", 1, 3);
}

void mcd_restore_request(struct mcd_reading *r, const cJSON *root, struct mcd_request *request, char *message, size_t room)
{
	const int64_t most_ms = INT64_C(1000) * 3600000;

	read_groups(r, root, request);
	read_interfaces(r, root, request);
	read_scratch(r, root, request);
	read_peer(r, root, request);
	request->ttl = mcd_reading_is_null(r, root, "ttl") ? -1 : (int)mcd_reading_int(r, root, "ttl", 0, 255);
	request->ttl_given = mcd_reading_bool(r, root, "ttl_given");
	request->duration_ms = mcd_reading_is_null(r, root, "duration_ms") ? 0 : mcd_reading_int(r, root, "duration_ms", 1, most_ms);
	request->duration_given = mcd_reading_bool(r, root, "duration_given");
	request->all_interfaces = mcd_reading_bool(r, root, "all_interfaces");
	request->only_chosen = mcd_reading_bool(r, root, "only_chosen");
	request->self_test = mcd_reading_bool(r, root, "self_test");
	request->join = mcd_reading_bool(r, root, "join");
	request->send = mcd_reading_bool(r, root, "send");
	request->send_only = mcd_reading_bool(r, root, "send_only");
	request->listen_only = mcd_reading_bool(r, root, "listen_only");
	request->count = mcd_reading_uint_or(r, root, "count", 0);
	request->rate.millipackets = (uint64_t)mcd_reading_fixed(r, root, "rate_pps", INT64_C(1000000000000));
	request->rate.bits = mcd_reading_uint_or(r, root, "rate_bps", 0);
	request->expect_stream = mcd_reading_bool(r, root, "expect_stream");
	request->loop = mcd_reading_bool(r, root, "loop");
	request->bind_group = mcd_reading_word(r, root, "bind", bind_words) == 1;
	request->dscp = (int)mcd_reading_int(r, root, "dscp", 0, 63);
	request->source_port = cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(root, "source_port")) ?
				       0 : (uint16_t)mcd_reading_int(r, root, "source_port", 1, UINT16_MAX);
	request->payload_size = (size_t)mcd_reading_int(r, root, "payload_size", 0, UINT16_MAX);
	request->igmp_version = read_version(r, root);
	request->promiscuous = mcd_reading_bool(r, root, "promiscuous");
	request->max_rows = (size_t)mcd_reading_int(r, root, "max_rows", 0, 100000000);
	mcd_reading_text(r, root, "message", message, room);
	request->message = message;
}
