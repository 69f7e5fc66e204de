/* SPDX-License-Identifier: ISC */
/* From what was said to a request: defaults that depend on other options, and what cannot go together. */
#include <config.h>

#include "command/options_table.h"

#include "base/string.h"
#include "command/values.h"

#include <stdlib.h>
#include <string.h>

enum { DEFAULT_ROWS = 10000 };

static bool out_of_memory(struct mcd_err *err)
{
	mcd_err_set(err, "out of memory");
	return false;
}

static bool is_replay(const struct mcd_draft *draft)
{
	return draft->options.command == MCD_REPLAY;
}

static int compare_sources(const void *a, const void *b)
{
	const struct mcd_addr *x = a, *y = b;

	return mcd_addr_compare(*x, *y);
}

/* The group's own source and those of all, ascending and without doubles. */
static bool fill_sources(struct mcd_group *group, const struct mcd_group_text *text, const struct mcd_vec *all)
{
	size_t n = all->count + (text->has_source ? 1 : 0);

	if (n == 0)
		return true;
	group->sources = calloc(n, sizeof *group->sources);
	if (!group->sources)
		return false;
	if (all->count)
		memcpy(group->sources, all->items, all->count * sizeof *group->sources);
	if (text->has_source)
		group->sources[all->count] = text->source;
	qsort(group->sources, n, sizeof *group->sources, compare_sources);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !mcd_addr_equal(group->sources[i], group->sources[group->nsources - 1]))
			group->sources[group->nsources++] = group->sources[i];
	return true;
}

static bool families_fit(const struct mcd_draft *draft, const struct mcd_group_text *text, const struct mcd_vec *sources, struct mcd_err *err)
{
	const int family = mcd_addr_family(text->address);
	char source[MCD_ADDR_TEXT];

	if (family == 6 ? draft->ipv4 : draft->ipv6) {
		mcd_err_set(err, "--group: '%.160s' is IPv%d and cannot go with --ipv%d", text->text, family, family == 6 ? 4 : 6);
		return false;
	}
	for (size_t i = 0; i < sources->count; i++) {
		const struct mcd_addr *addr = mcd_vec_at(sources, i);

		if (mcd_addr_family(*addr) == family)
			continue;
		mcd_err_set(err, "'%s' is not the IPv%d address of a sender to '%.160s'; name the sources of two families as SOURCE@ADDR",
			    mcd_addr_format(*addr, source), family, text->text);
		return false;
	}
	return true;
}

/* The port of groups that are named without one. A capture shows which ports a group comes to: there is none to be guessed. */
static uint16_t port_of_others(const struct mcd_draft *draft)
{
	if (draft->port)
		return (uint16_t)draft->port;
	return is_replay(draft) ? 0 : MCD_DEFAULT_PORT;
}

/* Whether any network carries it. */
static bool is_carried(struct mcd_addr group)
{
	return mcd_addr_is_v4(group) || mcd_addr_ipv6_scope(group) > 1;
}

static bool add_group(struct mcd_draft *draft, const struct mcd_group_text *text, struct mcd_err *err)
{
	struct mcd_request *request = &draft->options.request;
	struct mcd_group *group = &request->groups[request->ngroups];
	const struct mcd_vec *sources;

	group->address = text->address;
	group->port = text->has_port ? text->port : port_of_others(draft);
	group->mode = draft->sources.count || text->has_source ? MCD_INCLUDE : MCD_EXCLUDE;
	if (group->mode == MCD_INCLUDE && draft->excluded.count) {
		mcd_err_set(err, "--exclude cannot go with a source to include: a filter either includes or excludes");
		return false;
	}
	for (size_t i = 0; i < request->ngroups; i++)
		if (mcd_addr_equal(request->groups[i].address, group->address) && request->groups[i].port == group->port) {
			mcd_err_set(err, "--group: %.160s is named twice; its sources go in one --source list", text->text);
			return false;
		}
	sources = group->mode == MCD_INCLUDE ? &draft->sources : &draft->excluded;
	if (!families_fit(draft, text, sources, err))
		return false;
	if (!is_replay(draft) && !is_carried(text->address)) {
		mcd_err_set(err, "--group: '%.160s' is of scope %u: such a group never leaves the host (RFC 4291, 2.7)", text->text, mcd_addr_ipv6_scope(text->address));
		return false;
	}
	if (text->zone && is_replay(draft)) {
		mcd_err_set(err, "--group: '%.160s': a capture has no zones; each of its interfaces is judged", text->text);
		return false;
	}
	request->ngroups++;
	group->zone = text->zone ? mcd_string_copy(text->zone, text->zone_length) : NULL;
	return (fill_sources(group, text, sources) && (group->zone || !text->zone)) || out_of_memory(err);
}

/* The kernel merges the filters of one group on one interface: two of them cannot be told apart on the wire. */
static bool one_filter_each(const struct mcd_request *request, struct mcd_err *err)
{
	char text[MCD_ADDR_TEXT];

	for (size_t i = 0; i < request->ngroups; i++)
		for (size_t k = 0; k < i; k++) {
			const struct mcd_group *a = &request->groups[i], *b = &request->groups[k];

			if (!mcd_addr_equal(a->address, b->address) ||
			    (a->mode == b->mode && a->nsources == b->nsources &&
			     (!a->nsources || memcmp(a->sources, b->sources, a->nsources * sizeof *a->sources) == 0)))
				continue;
			mcd_err_set(err, "--group: %s is named with different sources; one run takes one filter for a group",
				    mcd_addr_format(a->address, text));
			return false;
		}
	return true;
}

static bool add_groups(struct mcd_draft *draft, struct mcd_err *err)
{
	static const struct mcd_group_text channel = { .address = { 0, 0xffffe1e9e9e9 }, .text = "225.233.233.233" };
	static const struct mcd_group_text channel6 = { .address = { UINT64_C(0xff15) << 48, 0xe1e9e9e9 }, .text = "ff15::e1e9:e9e9" };
	struct mcd_request *request = &draft->options.request;

	request->self_test = draft->groups.count == 0 && !is_replay(draft);
	request->groups = calloc(draft->groups.count + 1, sizeof *request->groups);
	if (!request->groups)
		return out_of_memory(err);
	if (request->self_test)
		return add_group(draft, draft->ipv6 ? &channel6 : &channel, err);
	for (size_t i = 0; i < draft->groups.count; i++)
		if (!add_group(draft, mcd_vec_at(&draft->groups, i), err))
			return false;
	return one_filter_each(request, err);
}

static bool add_interface(struct mcd_draft *draft, const char *text, struct mcd_err *err)
{
	char **item = mcd_vec_push(&draft->interfaces);

	return (item && (*item = strdup(text))) || out_of_memory(err);
}

/* Where every group names its zone, these; else all. */
static bool add_default(struct mcd_draft *draft, struct mcd_err *err)
{
	const struct mcd_request *request = &draft->options.request;
	size_t zones = 0;

	for (size_t i = 0; i < request->ngroups; i++)
		zones += request->groups[i].zone != NULL;
	if (zones == 0 || zones < request->ngroups)
		return add_interface(draft, "all", err);
	for (size_t i = 0; i < request->ngroups; i++)
		if (!add_interface(draft, request->groups[i].zone, err))
			return false;
	return true;
}

static bool add_interfaces(struct mcd_draft *draft, struct mcd_err *err)
{
	struct mcd_request *request = &draft->options.request;

	if (is_replay(draft))
		return true;
	if (draft->interfaces.count == 0 && !add_default(draft, err))
		return false;
	request->interfaces = draft->interfaces.items;
	request->ninterfaces = draft->interfaces.count;
	draft->interfaces = (struct mcd_vec){ 0 };
	for (size_t i = 0; i < request->ninterfaces; i++)
		request->all_interfaces |= strcmp(request->interfaces[i], "all") == 0;
	return true;
}

/* A replay has to be told what to read, and without a group there is nothing that the others of these could be about. */
static bool replay_is_whole(const struct mcd_draft *draft, struct mcd_err *err)
{
	const struct mcd_options *o = &draft->options;
	const char *alone = draft->sources.count	? "source" :
			    draft->excluded.count	? "exclude" :
			    draft->expect_stream	? "expect-stream" :
							  NULL;

	if (!is_replay(draft) || o->help || o->version || o->explain)
		return true;
	if (draft->files.count == 0)
		mcd_err_set(err, "replay needs FILE: a pcap or pcapng file, - for standard input, or the folder that --save wrote");
	else if (draft->groups.count == 0 && alone)
		mcd_err_set(err, "--%s needs --group: a replay without one is an inventory", alone);
	return draft->files.count > 0 && (draft->groups.count > 0 || !alone);
}

/* What is sent has the address of the interface that it leaves by. */
static bool send_takes_groups(const struct mcd_draft *draft, struct mcd_err *err)
{
	for (size_t i = 0; draft->options.command == MCD_SEND && i < draft->groups.count; i++) {
		const struct mcd_group_text *group = mcd_vec_at(&draft->groups, i);

		if (!group->has_source)
			continue;
		mcd_err_set(err, "--group: '%.160s' names a source; send takes ADDR[:PORT], and sends from the address of each interface", group->text);
		return false;
	}
	return true;
}

static bool agree(bool yes, bool no, const char *name, struct mcd_err *err)
{
	if (yes && no)
		mcd_err_set(err, "--%s and --no-%s cannot go together", name, name);
	return !(yes && no);
}

/* What a live run does; a replay does nothing of it. */
static void fill_acts(struct mcd_request *request, const struct mcd_draft *draft)
{
	request->survey = draft->options.command == MCD_INTERFACES;
	request->send_only = draft->options.command == MCD_SEND;
	request->listen_only = draft->options.command == MCD_LISTEN;
	request->join = !request->survey && !request->send_only && !draft->no_join;
	request->send = !request->survey && !request->listen_only && (request->send_only || draft->send || (request->self_test && !draft->no_send));
	request->count = draft->count == 0 && request->send_only && draft->duration_ms == 0 ? 1 : (uint64_t)draft->count;
	request->rate = draft->rate;
	request->loop = draft->loop == 1;
	request->bind_group = draft->bind == 1;
	request->dscp = (int)draft->dscp;
	request->source_port = (uint16_t)draft->source_port;
	request->payload_size = (size_t)draft->size;
	request->promiscuous = draft->promiscuous;
	request->only_chosen = draft->only_chosen;
}

/* What ends by itself, by a count or by a signal. */
static bool is_open_ended(const struct mcd_draft *draft)
{
	return is_replay(draft) || draft->options.command == MCD_SEND || draft->options.command == MCD_LISTEN;
}

static void fill_request(struct mcd_request *request, const struct mcd_draft *draft)
{
	if (!is_replay(draft))
		fill_acts(request, draft);
	request->expect_stream = !request->send_only && (draft->expect_stream || (draft->groups.count > 0 && !draft->no_expect_stream));
	request->igmp_version = draft->igmp_version;
	request->ttl = draft->ttl < 0 && !is_replay(draft) && !request->listen_only ? MCD_DEFAULT_TTL : (int)draft->ttl;
	request->ttl_given = draft->ttl >= 0;
	request->max_rows = draft->max_rows < 0 ? DEFAULT_ROWS : (size_t)draft->max_rows;
	request->duration_given = draft->duration_ms != 0;
	request->duration_ms = request->duration_given || is_open_ended(draft) ? draft->duration_ms : MCD_LIMIT_MS;
}

bool mcd_draft_finish(struct mcd_draft *draft, struct mcd_err *err)
{
	struct mcd_options *options = &draft->options;

	if (draft->ipv4 && draft->ipv6) {
		mcd_err_set(err, "--ipv4 and --ipv6 cannot go together");
		return false;
	}
	if (!agree(draft->send, draft->no_send, "send", err) || !agree(draft->expect_stream, draft->no_expect_stream, "expect-stream", err) ||
	    !replay_is_whole(draft, err) || !send_takes_groups(draft, err) || !add_groups(draft, err) || !add_interfaces(draft, err))
		return false;
	fill_request(&options->request, draft);
	options->color = (enum mcd_color)draft->color;
	options->max_rows_given = draft->max_rows >= 0;
	options->files = draft->files.items;
	options->nfiles = draft->files.count;
	draft->files = (struct mcd_vec){ 0 };
	return true;
}
