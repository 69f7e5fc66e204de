/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/options_table.h"

#include "base/string.h"
#include "command/values.h"

#include <string.h>

static const char *const loop_words[] = { "off", "on", NULL };
static const char *const bind_words[] = { "any", "group", NULL };
static const char *const version_words[] = { "auto", "1", "2", "3", NULL };
static const char *const color_words[] = { "auto", "always", "never", NULL };

static bool out_of_memory(struct mcd_err *err)
{
	mcd_err_set(err, "out of memory");
	return false;
}

static bool read_iface(struct mcd_draft *d, const char *value, struct mcd_err *err)
{
	for (const char *at = value;; at++) {
		size_t length = strcspn(at, ",");
		char **item;

		if (length == 0) {
			mcd_err_set(err, "--iface: '%.160s' is not a list such as all or eth0,eth1", value);
			return false;
		}
		item = mcd_vec_push(&d->interfaces);
		if (!item || !(*item = mcd_string_copy(at, length)))
			return out_of_memory(err);
		at += length;
		if (!*at)
			return true;
	}
}

static bool read_group(struct mcd_draft *d, const char *value, struct mcd_err *err)
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

static bool read_source(struct mcd_draft *d, const char *value, struct mcd_err *err)
{
	return mcd_value_sources("--source", value, &d->sources, err);
}

static bool read_exclude(struct mcd_draft *d, const char *value, struct mcd_err *err)
{
	return mcd_value_sources("--exclude", value, &d->excluded, err);
}

static bool read_duration(struct mcd_draft *d, const char *value, struct mcd_err *err)
{
	return mcd_value_time_ms("--duration", value, &d->duration_ms, err);
}

static bool read_rate(struct mcd_draft *d, const char *value, struct mcd_err *err)
{
	return mcd_value_rate("--rate", value, &d->rate, err);
}

static bool read_message(struct mcd_draft *d, const char *value, struct mcd_err *err)
{
	enum { LONGEST_MESSAGE = 1000 };

	if (strlen(value) > LONGEST_MESSAGE) {
		mcd_err_set(err, "--message: '%.40s...' is longer than %d bytes", value, LONGEST_MESSAGE);
		return false;
	}
	d->options.request.message = value;
	return true;
}

static bool read_peer(struct mcd_draft *d, const char *value, struct mcd_err *err)
{
	return mcd_value_host("--peer", value, &d->options.request.peer, err);
}

static bool read_file(struct mcd_draft *d, const char *value, struct mcd_err *err)
{
	const char **item = mcd_vec_push(&d->files);

	if (!item)
		return out_of_memory(err);
	*item = value;
	d->replay = true;
	return true;
}

#define AT_FLAG(member) MCD_OPTION_FLAG, offsetof(struct mcd_draft, member), 0, 0, NULL, NULL
#define AT_NUMBER(member, least, most) MCD_OPTION_NUMBER, offsetof(struct mcd_draft, member), least, most, NULL, NULL
#define AT_WORD(member, words) MCD_OPTION_WORD, offsetof(struct mcd_draft, member), 0, 0, words, NULL
#define AT_TEXT(member) MCD_OPTION_TEXT, offsetof(struct mcd_draft, member), 0, 0, NULL, NULL
#define BY_CALL(function) MCD_OPTION_CALL, 0, 0, 0, NULL, function

enum {
	DIAGNOSE = 1u << MCD_DIAGNOSE,
	REPLAY = 1u << MCD_REPLAY,
	LISTEN = 1u << MCD_LISTEN,
	SEND = 1u << MCD_SEND,
	INTERFACES = 1u << MCD_INTERFACES,
	LIVE = DIAGNOSE | LISTEN | SEND,
	JOINING = DIAGNOSE | LISTEN,
	PROBING = DIAGNOSE | SEND,
	RUN = LIVE | REPLAY,
	ALL = RUN | INTERFACES
};

const struct mcd_option mcd_option_rows[] = {
	{ REPLAY, 'r', "read", "FILE", "replay FILE, as tcpdump users write it; repeatable", BY_CALL(read_file), false },
	{ LIVE | INTERFACES, 'i', "iface", "LIST", "all (default), or names, indexes or addresses, comma-separated", BY_CALL(read_iface), true },
	{ LIVE, 0, "only-chosen", NULL, "do not capture on the other interfaces", AT_FLAG(only_chosen), true },
	{ DIAGNOSE, 'g', "group", "[SOURCE@]ADDR[:PORT]", "group to diagnose, repeatable (default: self-test on 225.233.233.233:7777)", BY_CALL(read_group), true },
	{ REPLAY, 'g', "group", "[SOURCE@]ADDR[:PORT]", "group to judge, [ADDR]:PORT for IPv6; repeatable (default: an inventory)", BY_CALL(read_group), true },
	{ LISTEN, 'g', "group", "[SOURCE@]ADDR[:PORT]", "group to join, repeatable (default 225.233.233.233:7777)", BY_CALL(read_group), true },
	{ SEND, 'g', "group", "ADDR[:PORT]", "group to send to, repeatable (default 225.233.233.233:7777)", BY_CALL(read_group), true },
	{ INTERFACES, 'g', "group", "ADDR", "group whose route is told, repeatable (default 225.233.233.233)", BY_CALL(read_group), true },
	{ RUN, 'p', "port", "PORT", "UDP port of groups named without one (default 7777; in a replay any)", AT_NUMBER(port, 1, 65535), true },
	{ JOINING, 's', "source", "ADDR[,ADDR...]", "join these sources only (SSM), in every group", BY_CALL(read_source), true },
	{ REPLAY, 's', "source", "ADDR[,ADDR...]", "expect these sources only (SSM), in every group", BY_CALL(read_source), true },
	{ JOINING, 0, "exclude", "ADDR[,ADDR...]", "join all sources but these, in every group", BY_CALL(read_exclude), true },
	{ REPLAY, 0, "exclude", "ADDR[,ADDR...]", "expect all sources but these, in every group", BY_CALL(read_exclude), true },
	{ DIAGNOSE, 0, "send", NULL, "send probes also to groups named with --group", AT_FLAG(send), true },
	{ DIAGNOSE, 0, "no-send", NULL, "send no probes", AT_FLAG(no_send), true },
	{ DIAGNOSE, 0, "no-join", NULL, "join nothing: look only", AT_FLAG(no_join), true },
	{ PROBING, 't', "ttl", "N", "TTL of the probes, 0 to 255 (default 64)", AT_NUMBER(ttl, 0, 255), true },
	{ REPLAY, 't', "ttl", "N", "TTL that datagrams should have, 0 to 255 (default: any)", AT_NUMBER(ttl, 0, 255), true },
	{ PROBING, 'm', "message", "TEXT", "put TEXT in every probe, after its header line", BY_CALL(read_message), true },
	{ SEND, 'c', "count", "N", "send N to each group out of each interface (default 1; with --duration: no bound)", AT_NUMBER(count, 1, 2000000000), true },
	{ LISTEN, 'c', "count", "N", "end when N datagrams were received in all", AT_NUMBER(count, 1, 2000000000), true },
	{ LISTEN, 0, "print", NULL, "print each message: sender, interface, TTL, length, text", AT_FLAG(options.print), false },
	{ SEND, 0, "rate", "R", "of them: packets a second, or bits with bps, kbps, Mbps (default 10)", BY_CALL(read_rate), true },
	{ PROBING, 0, "size", "N", "bytes of payload of a probe, at least", AT_NUMBER(size, 1, 65507), true },
	{ PROBING, 0, "source-port", "N", "send probes from this UDP port", AT_NUMBER(source_port, 1, 65535), true },
	{ PROBING, 0, "dscp", "N", "DSCP of the probes, 0 to 63", AT_NUMBER(dscp, 0, 63), true },
	{ PROBING, 0, "loop", "on|off", "IP_MULTICAST_LOOP of the probes (default on)", AT_WORD(loop, loop_words), true },
	{ JOINING, 0, "bind", "any|group", "bind receiving sockets to the wildcard (default) or to the group", AT_WORD(bind, bind_words), true },
	{ DIAGNOSE, 'd', "duration", "TIME", "observe for TIME: 500ms, 10s, 2m, 1h (default: until all is settled, at most 5s)", BY_CALL(read_duration), true },
	{ LISTEN, 'd', "duration", "TIME", "listen for TIME at most: 500ms, 10s, 2m, 1h (default: no bound)", BY_CALL(read_duration), true },
	{ SEND, 'd', "duration", "TIME", "send for TIME at most: 500ms, 10s, 2m, 1h", BY_CALL(read_duration), true },
	{ REPLAY, 'd', "duration", "TIME", "the first TIME of the captures only: 500ms, 10s, 2m, 1h", BY_CALL(read_duration), true },
	{ JOINING, 0, "expect-stream", NULL, "absent foreign traffic is a fault (default with --group)", AT_FLAG(expect_stream), true },
	{ JOINING, 0, "no-expect-stream", NULL, "absent foreign traffic is no fault (default for the self-test)", AT_FLAG(no_expect_stream), true },
	{ REPLAY, 0, "expect-stream", NULL, "an absent stream is a fault (default with --group)", AT_FLAG(expect_stream), true },
	{ REPLAY, 0, "no-expect-stream", NULL, "an absent stream is no fault", AT_FLAG(no_expect_stream), true },
	{ JOINING | REPLAY, 0, "igmp-version", "auto|1|2|3", "version that the reports are expected to have (default auto)", AT_WORD(igmp_version, version_words), true },
	{ LIVE, 0, "peer", "HOST", "as a control, send echo requests to HOST out of each interface: does unicast pass?", BY_CALL(read_peer), true },
	{ LIVE, 0, "promiscuous", NULL, "capture promiscuously (hides faults of the NIC's own filter)", AT_FLAG(promiscuous), true },
	{ JOINING, 0, "no-second-look", NULL, "no moment of promiscuity where the stream is absent", AT_FLAG(options.no_second_look), false },
	{ LIVE, 'w', "save", "DIR", "keep the evidence: one pcap file per interface, host.json, request.json", AT_TEXT(options.save), false },
	{ ALL, 'j', "json", NULL, "print the report as JSON", AT_FLAG(options.json), false },
	{ ALL, 'o', "output", "FILE", "write the JSON report to FILE, whatever is printed", AT_TEXT(options.output), false },
	{ RUN, 0, "max-rows", "N", "at most N reports and N streams per interface in the report (default 10000)", AT_NUMBER(max_rows, 0, 100000000), false },
	{ LIVE, 'n', "dry-run", NULL, "print what would be joined and sent where; do nothing", AT_FLAG(options.dry_run), false },
	{ RUN, '4', "ipv4", NULL, "IPv4 only", AT_FLAG(ipv4), true },
	{ RUN, '6', "ipv6", NULL, "IPv6 only (default group [ff15::e1e9:e9e9]:7777)", AT_FLAG(ipv6), true },
	{ ALL, 0, "explain", "CODE", "explain a finding: meaning, causes, remedy; 'list' lists the codes", AT_TEXT(options.explain), false },
	{ ALL, 0, "color", "auto|always|never", "colours (default auto)", AT_WORD(color, color_words), false },
	{ RUN, 0, "no-progress", NULL, "no progress line", AT_FLAG(options.no_progress), false },
	{ RUN, 'q', "quiet", NULL, "print the verdict and the findings only", AT_FLAG(options.quiet), false },
	{ RUN, 'v', "verbose", NULL, "print the reason of every check, fold nothing", AT_FLAG(options.verbose), false },
	{ INTERFACES, 'v', "verbose", NULL, "print flags, index, MTU and MAC address too", AT_FLAG(options.verbose), false },
	{ ALL, 'h', "help", NULL, "print this and exit", AT_FLAG(options.help), false },
	{ ALL, 'V', "version", NULL, "print the version and exit", AT_FLAG(options.version), false },
	{ 0 },
};
_Static_assert(sizeof mcd_option_rows / sizeof mcd_option_rows[0] <= MCD_OPTION_MOST, "a set of options has 64 bits");

bool mcd_option_apply(const struct mcd_option *row, struct mcd_draft *draft, const char *value, struct mcd_err *err)
{
	void *at = (char *)draft + row->at;
	char option[40];

	snprintf(option, sizeof option, "--%s", row->name);
	switch (row->kind) {
	case MCD_OPTION_FLAG:
		*(bool *)at = true;
		return true;
	case MCD_OPTION_NUMBER:
		return mcd_value_number(option, value, row->least, row->most, at, err);
	case MCD_OPTION_WORD:
		return mcd_value_word(option, value, row->words, at, err);
	case MCD_OPTION_TEXT:
		*(const char **)at = value;
		return true;
	case MCD_OPTION_CALL:
		break;
	}
	return row->call(draft, value, err);
}

static void print_rows(FILE *out, enum mcd_command_id command)
{
	for (const struct mcd_option *row = mcd_option_rows; row->name; row++) {
		char left[64];
		int n;

		if (!(row->commands & 1u << command))
			continue;
		n = snprintf(left, sizeof left, "%c%c%s--%s%s%s", row->letter ? '-' : ' ', row->letter ? row->letter : ' ', row->letter ? ", " : "  ",
			     row->name, row->argument ? " " : "", row->argument ? row->argument : "");
		fprintf(out, "  %-26s%s%s\n", left, n > 25 ? "\n                            " : "", row->help);
	}
}

void mcd_options_help(FILE *out, enum mcd_command_id command)
{
	fprintf(out, "Usage: %s\n%s\n\n", mcd_commands[command].usage, mcd_commands[command].summary);
	for (int other = 0; command == MCD_DIAGNOSE && other < MCD_COMMANDS; other++)
		if (other != MCD_DIAGNOSE)
			fprintf(out, "Also:  %s\n%s See mcdiag %s --help.\n\n", mcd_commands[other].usage, mcd_commands[other].summary, mcd_commands[other].name);
	print_rows(out, command);
	if (command == MCD_INTERFACES)
		fputs("\nExit status: 0, or 3 when no interface can be used or it could not run. See mcdiag(1).\n", out);
	else
		fputs("\nExit status: 0 pass, 1 warning, 2 fault, 3 inconclusive or could not run. See mcdiag(1).\n", out);
}
