/* SPDX-License-Identifier: ISC */
/* Write a capture of a busy network for benchmarks: the same bytes for the same options on every machine. Of the packets 91.5 % belong to
 * streams, 5 % to TCP connections, 3 % to mDNS and SSDP, 0.5 % to IGMP; one stream packet in 5000 is lost, one in 20000 comes twice. All
 * checksums, sequence numbers, time stamps and continuity counters are right. What went in is one JSON object on standard error. */
#include <config.h>

#include "generate_file.h"
#include "generate_network.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char USAGE[] =
	"usage: generate [OPTION...] FILE    (- = standard output)\n"
	"  --packets N            in the capture (1000000)\n"
	"  --frame 1358|90        bytes of a stream's frame: MPEG-TS, half of it in RTP; or RTP alone (1358)\n"
	"  --groups N             (200) ...\n"
	"  --senders N            ... times this (3) are the streams\n"
	"  --streams N            streams, whatever the groups\n"
	"  --memberships N        pairs of group and host (1000); given, there is IGMP enough to report each once\n"
	"  --distinct-sources N   hostile: every packet of another source, N of them\n"
	"  --fragments            hostile: every packet the first fragment of another datagram\n"
	"  --pcapng               not pcap\n"
	"  --nanoseconds          not microseconds\n"
	"  --seed N               another network of the same kind (1)\n";

#define KIND_TEXT(name, text) text,
static const char *const KIND_NAMES[] = { KINDS(KIND_TEXT) };
#undef KIND_TEXT

struct options {
	struct plan plan;
	uint64_t groups, senders, streams, memberships, frame;
	bool pcapng, nanoseconds;
	const char *path;
};

enum { PACKETS, FRAME, GROUPS, SENDERS, STREAMS, MEMBERSHIPS, DISTINCT_SOURCES, SEED, FRAGMENTS, PCAPNG, NANOSECONDS };

static const struct option LONG_OPTIONS[] = {
	{ "packets", required_argument, NULL, PACKETS },
	{ "frame", required_argument, NULL, FRAME },
	{ "groups", required_argument, NULL, GROUPS },
	{ "senders", required_argument, NULL, SENDERS },
	{ "streams", required_argument, NULL, STREAMS },
	{ "memberships", required_argument, NULL, MEMBERSHIPS },
	{ "distinct-sources", required_argument, NULL, DISTINCT_SOURCES },
	{ "seed", required_argument, NULL, SEED },
	{ "fragments", no_argument, NULL, FRAGMENTS },
	{ "pcapng", no_argument, NULL, PCAPNG },
	{ "nanoseconds", no_argument, NULL, NANOSECONDS },
	{ NULL, 0, NULL, 0 },
};

static bool read_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || strchr(text, '-') || value < least || value > most) {
		fprintf(stderr, "generate: %s: not a number from %" PRIu64 " to %" PRIu64 "\n", text, least, most);
		return false;
	}
	*out = value;
	return true;
}

static bool read_option(struct options *o, int option, const char *text)
{
	switch (option) {
	case PACKETS:
		return read_number(text, 0, 1000000000, &o->plan.packets);
	case FRAME:
		return read_number(text, SMALL_FRAME, LARGE_FRAME, &o->frame) && (o->frame == SMALL_FRAME || o->frame == LARGE_FRAME);
	case GROUPS:
		return read_number(text, 1, 1000000, &o->groups);
	case SENDERS:
		return read_number(text, 1, 1000, &o->senders);
	case STREAMS:
		return read_number(text, 1, 10000000, &o->streams);
	case MEMBERSHIPS:
		o->plan.memberships_given = true;
		return read_number(text, 1, 10000000, &o->memberships);
	case DISTINCT_SOURCES:
		return read_number(text, 1, 16000000, &o->plan.distinct_sources);
	case SEED:
		return read_number(text, 0, UINT64_MAX, &o->plan.seed);
	case FRAGMENTS:
		return o->plan.fragments = true;
	case PCAPNG:
		return o->pcapng = true;
	case NANOSECONDS:
		return o->nanoseconds = true;
	default:
		return false;
	}
}

static bool read_options(struct options *o, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", LONG_OPTIONS, NULL)) != -1)
		if (!read_option(o, option, optarg))
			return false;
	if (argc - optind != 1)
		return false;
	o->path = argv[optind];
	o->plan.senders = (uint32_t)o->senders;
	o->plan.streams = (uint32_t)(o->streams ? o->streams : o->groups * o->senders);
	o->plan.memberships = (uint32_t)o->memberships;
	o->plan.frame = (unsigned)o->frame;
	if (o->plan.memberships_given && o->memberships * 2 > o->plan.packets) {
		fprintf(stderr, "generate: %" PRIu64 " memberships need twice as many packets\n", o->memberships);
		return false;
	}
	return true;
}

static void write_truth(const struct network *n, const struct capture_file *file)
{
	fprintf(stderr, "{\"packets\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"streams\": %" PRIu32 ", \"memberships\": %" PRIu32
		", \"continuity_errors\": %" PRIu64 ", \"kinds\": {", n->plan.packets, file->bytes, n->plan.streams, n->reported,
		n->continuity_errors);
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		const struct tally *t = &n->tally[kind];

		fprintf(stderr, "%s\"%s\": {\"packets\": %" PRIu64 ", \"lost\": %" PRIu64 ", \"duplicated\": %" PRIu64 "}", kind ? ", " : "",
			KIND_NAMES[kind], t->packets, t->lost, t->duplicated);
	}
	fputs("}}\n", stderr);
}

static bool generate(struct network *network, const struct options *o)
{
	struct capture_file file;
	bool good = capture_file_open(&file, o->path, o->pcapng, o->nanoseconds);

	for (uint64_t i = 0; good && i < o->plan.packets && !ferror(file.out); i++) {
		network_next(network);
		capture_file_put(&file, network->now_ns, network->frame.data, network->frame.length);
	}
	if (good)
		good = capture_file_close(&file);
	if (good)
		write_truth(network, &file);
	else
		fprintf(stderr, "generate: %s: %s\n", o->path, strerror(errno));
	return good;
}

int main(int argc, char **argv)
{
	struct options o = { .plan = { .packets = 1000000, .seed = 1 }, .groups = 200, .senders = 3, .memberships = 1000, .frame = LARGE_FRAME };
	struct network network;
	bool good;

	if (!read_options(&o, argc, argv)) {
		fputs(USAGE, stderr);
		return 3;
	}
	if (!network_init(&network, &o.plan)) {
		fprintf(stderr, "generate: %s\n", strerror(errno));
		return 1;
	}
	good = generate(&network, &o);
	network_fini(&network);
	return good ? 0 : 1;
}
