/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/options.h"

#include "command/values.h"

#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* What the options say, before defaults and cross-checks make a request of it. */
struct draft {
	struct mcd_vec groups;	   /* struct mcd_group_text */
	struct mcd_vec sources;	   /* struct mcd_addr */
	struct mcd_vec excluded;   /* struct mcd_addr */
	struct mcd_vec interfaces; /* char *, owned */
	int64_t duration_ms;	   /* 0 = not said */
	long port, ttl, size, source_port, dscp, max_rows;
	int loop, bind, igmp_version, color;			      /* indexes of words */
	bool send, no_send, expect_stream, no_expect_stream, no_join;
	bool only_chosen, promiscuous, ipv4;
	struct mcd_options options;				      /* those that need no thought */
};

static const char *const loop_words[] = { "off", "on", NULL };
static const char *const bind_words[] = { "any", "group", NULL };
static const char *const version_words[] = { "auto", "1", "2", "3", NULL };
static const char *const color_words[] = { "auto", "always", "never", NULL };

/* One option. Where it puts what it reads: FLAG a bool, NUMBER a long, WORD an int, TEXT a const char *, at offset AT of the draft. */
struct row {
	char letter; /* 0 = none */
	const char *name, *argument, *help;
	enum { FLAG, NUMBER, WORD, TEXT, CALL } kind;
	size_t at;
	long least, most;
	const char *const *words;
	bool (*call)(struct draft *draft, const char *value, struct mcd_err *err);
};

static bool out_of_memory(struct mcd_err *err)
{
	mcd_err_set(err, "out of memory");
	return false;
}

static bool read_iface(struct draft *d, const char *value, struct mcd_err *err)
{
	for (const char *at = value;; at++) {
		size_t length = strcspn(at, ",");
		char **item;

		if (length == 0) {
			mcd_err_set(err, "--iface: '%.160s' is not a list such as all or eth0,eth1", value);
			return false;
		}
		item = mcd_vec_push(&d->interfaces);
		if (!item || !(*item = strndup(at, length)))
			return out_of_memory(err);
		at += length;
		if (!*at)
			return true;
	}
}

static bool read_group(struct draft *d, const char *value, struct mcd_err *err)
{
	struct mcd_group_text text, *item;

	if (!mcd_value_group(value, &text, err))
		return false;
	item = mcd_vec_push(&d->groups);
	if (!item)
		return out_of_memory(err);
	*item = text;
	return true;
}

static bool read_source(struct draft *d, const char *value, struct mcd_err *err)
{
	return mcd_value_sources("--source", value, &d->sources, err);
}

static bool read_exclude(struct draft *d, const char *value, struct mcd_err *err)
{
	return mcd_value_sources("--exclude", value, &d->excluded, err);
}

static bool read_duration(struct draft *d, const char *value, struct mcd_err *err)
{
	return mcd_value_time_ms("--duration", value, &d->duration_ms, err);
}

static bool read_message(struct draft *d, const char *value, struct mcd_err *err)
{
	enum { LONGEST_MESSAGE = 1000 };

	if (strlen(value) > LONGEST_MESSAGE) {
		mcd_err_set(err, "--message: '%.40s...' is longer than %d bytes", value, LONGEST_MESSAGE);
		return false;
	}
	d->options.request.message = value;
	return true;
}

#define AT_FLAG(member) FLAG, offsetof(struct draft, member), 0, 0, NULL, NULL
#define AT_NUMBER(member, least, most) NUMBER, offsetof(struct draft, member), least, most, NULL, NULL
#define AT_WORD(member, words) WORD, offsetof(struct draft, member), 0, 0, words, NULL
#define AT_TEXT(member) TEXT, offsetof(struct draft, member), 0, 0, NULL, NULL
#define BY_CALL(function) CALL, 0, 0, 0, NULL, function

static const struct row rows[] = {
	{ 'i', "iface", "LIST", "all (default), or names, indexes or addresses, comma-separated", BY_CALL(read_iface) },
	{ 0, "only-chosen", NULL, "do not capture on the other interfaces", AT_FLAG(only_chosen) },
	{ 'g', "group", "[SOURCE@]ADDR[:PORT]", "group to diagnose, repeatable (default: self-test on 225.233.233.233:7777)", BY_CALL(read_group) },
	{ 'p', "port", "PORT", "UDP port of groups named without one (default 7777)", AT_NUMBER(port, 1, 65535) },
	{ 's', "source", "ADDR[,ADDR...]", "join these sources only (SSM), in every group", BY_CALL(read_source) },
	{ 0, "exclude", "ADDR[,ADDR...]", "join all sources but these, in every group", BY_CALL(read_exclude) },
	{ 0, "send", NULL, "send probes also to groups named with --group", AT_FLAG(send) },
	{ 0, "no-send", NULL, "send no probes", AT_FLAG(no_send) },
	{ 0, "no-join", NULL, "join nothing: look only", AT_FLAG(no_join) },
	{ 't', "ttl", "N", "TTL of the probes, 0 to 255 (default 64)", AT_NUMBER(ttl, 0, 255) },
	{ 'm', "message", "TEXT", "put TEXT in every probe, after its header line", BY_CALL(read_message) },
	{ 0, "size", "N", "bytes of payload of a probe, at least", AT_NUMBER(size, 1, 65507) },
	{ 0, "source-port", "N", "send probes from this UDP port", AT_NUMBER(source_port, 1, 65535) },
	{ 0, "dscp", "N", "DSCP of the probes, 0 to 63", AT_NUMBER(dscp, 0, 63) },
	{ 0, "loop", "on|off", "IP_MULTICAST_LOOP of the probes (default on)", AT_WORD(loop, loop_words) },
	{ 0, "bind", "any|group", "bind receiving sockets to the wildcard (default) or to the group", AT_WORD(bind, bind_words) },
	{ 'd', "duration", "TIME", "observe for TIME: 500ms, 10s, 2m, 1h (default: until all is settled, at most 5s)", BY_CALL(read_duration) },
	{ 0, "expect-stream", NULL, "absent foreign traffic is a fault (default with --group)", AT_FLAG(expect_stream) },
	{ 0, "no-expect-stream", NULL, "absent foreign traffic is no fault (default for the self-test)", AT_FLAG(no_expect_stream) },
	{ 0, "igmp-version", "auto|1|2|3", "version that the reports are expected to have (default auto)", AT_WORD(igmp_version, version_words) },
	{ 0, "promiscuous", NULL, "capture promiscuously (hides faults of the NIC's own filter)", AT_FLAG(promiscuous) },
	{ 'w', "save", "DIR", "keep the evidence: one pcap file per interface, host.json, request.json", AT_TEXT(options.save) },
	{ 'j', "json", NULL, "print the report as JSON", AT_FLAG(options.json) },
	{ 'o', "output", "FILE", "write the JSON report to FILE, whatever is printed", AT_TEXT(options.output) },
	{ 0, "max-rows", "N", "at most N reports and N streams per interface in the report (default 10000)", AT_NUMBER(max_rows, 0, 100000000) },
	{ 'n', "dry-run", NULL, "print what would be joined and sent where; do nothing", AT_FLAG(options.dry_run) },
	{ '4', "ipv4", NULL, "IPv4 only", AT_FLAG(ipv4) },
	{ 0, "explain", "CODE", "explain a finding: meaning, causes, remedy; 'list' lists the codes", AT_TEXT(options.explain) },
	{ 0, "color", "auto|always|never", "colours (default auto)", AT_WORD(color, color_words) },
	{ 0, "no-progress", NULL, "no progress line", AT_FLAG(options.no_progress) },
	{ 'q', "quiet", NULL, "print the verdict and the findings only", AT_FLAG(options.quiet) },
	{ 'v', "verbose", NULL, "print the reason of every check, fold nothing", AT_FLAG(options.verbose) },
	{ 'h', "help", NULL, "print this and exit", AT_FLAG(options.help) },
	{ 'V', "version", NULL, "print the version and exit", AT_FLAG(options.version) },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* Put the argument of an option where its row says. */
static bool apply(const struct row *row, struct draft *draft, const char *value, struct mcd_err *err)
{
	void *at = (char *)draft + row->at;
	char option[40];

	snprintf(option, sizeof option, "--%s", row->name);
	switch (row->kind) {
	case FLAG:
		*(bool *)at = true;
		return true;
	case NUMBER:
		return mcd_value_number(option, value, row->least, row->most, at, err);
	case WORD:
		return mcd_value_word(option, value, row->words, at, err);
	case TEXT:
		*(const char **)at = value;
		return true;
	case CALL:
		break;
	}
	return row->call(draft, value, err);
}

void mcd_options_help(FILE *out)
{
	fputs("Usage: mcdiag [diagnose] [OPTION...]\n"
	      "Tells why multicast does or does not arrive, per network interface, with proof from the wire.\n\n",
	      out);
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];
		char left[64];
		int n = snprintf(left, sizeof left, "%c%c%s--%s%s%s", row->letter ? '-' : ' ', row->letter ? row->letter : ' ',
				 row->letter ? ", " : "  ", row->name, row->argument ? " " : "", row->argument ? row->argument : "");

		fprintf(out, "  %-26s%s%s\n", left, n > 25 ? "\n                            " : "", row->help);
	}
	fputs("\nExit status: 0 pass, 1 warning, 2 fault, 3 inconclusive or could not run. See mcdiag(1).\n", out);
}

/* getopt's two forms of the table. */
static void getopt_tables(char *letters, struct option *longs)
{
	*letters++ = ':';
	for (int i = 0; i < ROWS; i++) {
		longs[i] = (struct option){ rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, 256 + i };
		if (!rows[i].letter)
			continue;
		*letters++ = rows[i].letter;
		if (rows[i].argument)
			*letters++ = ':';
	}
	longs[ROWS] = (struct option){ 0 };
	*letters = '\0';
}

static const struct row *row_of(int value)
{
	if (value >= 256)
		return &rows[value - 256];
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter == value)
			return &rows[i];
	return NULL;
}

/* What getopt could not make sense of. */
static void refuse(int what, char *const *argv, struct mcd_err *err)
{
	const char *word = argv[optind - 1];

	if (what == ':' && optopt < 256)
		mcd_err_set(err, "option '-%c' needs %s", optopt, row_of(optopt)->argument);
	else if (what == ':')
		mcd_err_set(err, "option '--%s' needs %s", row_of(optopt)->name, row_of(optopt)->argument);
	else if (optopt && optopt < 256)
		mcd_err_set(err, "unknown option '-%c'; see mcdiag --help", optopt);
	else if (optopt >= 256)
		mcd_err_set(err, "option '--%s' takes no argument: '%.160s'", row_of(optopt)->name, word);
	else
		mcd_err_set(err, "unknown option '%.160s'; see mcdiag --help", word);
}

static bool read_words(int argc, char *const *argv, struct draft *draft, struct mcd_err *err)
{
	char letters[2 * ROWS + 2];
	struct option longs[ROWS + 1];
	int value;

	getopt_tables(letters, longs);
	opterr = 0;
	optind = 1;
	while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (value == '?' || value == ':') {
			refuse(value, argv, err);
			return false;
		}
		if (!apply(row_of(value), draft, optarg, err))
			return false;
	}
	if (optind < argc && strcmp(argv[optind], "diagnose") == 0)
		optind++;
	if (optind < argc) {
		mcd_err_set(err, "'%.160s' is no command of this version; the only one is diagnose", argv[optind]);
		return false;
	}
	return true;
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

static bool add_group(struct draft *draft, const struct mcd_group_text *text, struct mcd_err *err)
{
	struct mcd_request *request = &draft->options.request;
	struct mcd_group *group = &request->groups[request->ngroups];
	char address[MCD_ADDR_TEXT];

	group->address = text->address;
	group->port = text->has_port ? text->port : (uint16_t)draft->port;
	group->mode = draft->sources.count || text->has_source ? MCD_INCLUDE : MCD_EXCLUDE;
	if (group->mode == MCD_INCLUDE && draft->excluded.count) {
		mcd_err_set(err, "--exclude cannot go with a source to include: a filter either includes or excludes");
		return false;
	}
	for (size_t i = 0; i < request->ngroups; i++)
		if (mcd_addr_equal(request->groups[i].address, group->address) && request->groups[i].port == group->port) {
			mcd_err_set(err, "--group: %s:%u is named twice; its sources go in one --source list",
				    mcd_addr_format(group->address, address), group->port);
			return false;
		}
	request->ngroups++;
	return fill_sources(group, text, group->mode == MCD_INCLUDE ? &draft->sources : &draft->excluded) || out_of_memory(err);
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

static bool add_groups(struct draft *draft, struct mcd_err *err)
{
	const struct mcd_group_text channel = { .address = mcd_addr_v4(0xe1e9e9e9) }; /* 225.233.233.233 */
	struct mcd_request *request = &draft->options.request;

	request->self_test = draft->groups.count == 0;
	request->groups = calloc(draft->groups.count + 1, sizeof *request->groups);
	if (!request->groups)
		return out_of_memory(err);
	if (request->self_test)
		return add_group(draft, &channel, err);
	for (size_t i = 0; i < draft->groups.count; i++)
		if (!add_group(draft, mcd_vec_at(&draft->groups, i), err))
			return false;
	return one_filter_each(request, err);
}

static bool add_interfaces(struct draft *draft, struct mcd_err *err)
{
	struct mcd_request *request = &draft->options.request;

	if (draft->interfaces.count == 0 && !read_iface(draft, "all", err))
		return false;
	request->interfaces = draft->interfaces.items;
	request->ninterfaces = draft->interfaces.count;
	draft->interfaces = (struct mcd_vec){ 0 };
	for (size_t i = 0; i < request->ninterfaces; i++)
		request->all_interfaces |= strcmp(request->interfaces[i], "all") == 0;
	return true;
}

static bool agree(bool yes, bool no, const char *name, struct mcd_err *err)
{
	if (yes && no)
		mcd_err_set(err, "--%s and --no-%s cannot go together", name, name);
	return !(yes && no);
}

/* From what was said to a whole request, defaults that depend on other options included. */
static bool finish(struct draft *draft, struct mcd_err *err)
{
	struct mcd_request *request = &draft->options.request;

	if (!agree(draft->send, draft->no_send, "send", err) || !agree(draft->expect_stream, draft->no_expect_stream, "expect-stream", err) ||
	    !add_groups(draft, err) || !add_interfaces(draft, err))
		return false;
	request->join = !draft->no_join;
	request->send = draft->send || (request->self_test && !draft->no_send);
	request->expect_stream = draft->expect_stream || (!request->self_test && !draft->no_expect_stream);
	request->loop = draft->loop == 1;
	request->bind_group = draft->bind == 1;
	request->igmp_version = draft->igmp_version;
	request->ttl = (int)draft->ttl;
	request->dscp = (int)draft->dscp;
	request->source_port = (uint16_t)draft->source_port;
	request->payload_size = (size_t)draft->size;
	request->max_rows = (size_t)draft->max_rows;
	request->duration_given = draft->duration_ms != 0;
	request->duration_ms = draft->duration_ms ? draft->duration_ms : MCD_LIMIT_MS;
	request->promiscuous = draft->promiscuous;
	request->only_chosen = draft->only_chosen;
	draft->options.color = (enum mcd_color)draft->color;
	return true;
}

bool mcd_options_parse(int argc, char *const *argv, struct mcd_options *out, struct mcd_err *err)
{
	struct draft draft = { .port = MCD_DEFAULT_PORT, .ttl = MCD_DEFAULT_TTL, .loop = 1, .max_rows = 10000, .options.request.message = "" };
	bool good;

	mcd_vec_init(&draft.groups, sizeof(struct mcd_group_text));
	mcd_vec_init(&draft.sources, sizeof(struct mcd_addr));
	mcd_vec_init(&draft.excluded, sizeof(struct mcd_addr));
	mcd_vec_init(&draft.interfaces, sizeof(char *));
	good = read_words(argc, argv, &draft, err) && finish(&draft, err);
	for (size_t i = 0; i < draft.interfaces.count; i++)
		free(*(char **)mcd_vec_at(&draft.interfaces, i));
	mcd_vec_fini(&draft.interfaces);
	mcd_vec_fini(&draft.groups);
	mcd_vec_fini(&draft.sources);
	mcd_vec_fini(&draft.excluded);
	*out = draft.options;
	if (!good)
		mcd_options_fini(out);
	return good;
}

void mcd_options_fini(struct mcd_options *options)
{
	mcd_request_fini(&options->request);
	memset(options, 0, sizeof *options);
}
