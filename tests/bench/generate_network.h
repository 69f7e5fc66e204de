/* SPDX-License-Identifier: ISC */
/* The network that the generator makes a capture of: streams, their members and queriers, and what else is on such a wire. Every group has
 * its senders; each fifth group is on a tagged VLAN, one of ten. The untagged wire speaks IGMPv3, the VLANs IGMPv2. */
#ifndef MCD_BENCH_GENERATE_NETWORK_H
#define MCD_BENCH_GENERATE_NETWORK_H

#include "generate_frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KINDS(X) \
	X(TS, "mpeg_ts") \
	X(RTP, "rtp") \
	X(MDNS, "mdns") \
	X(SSDP, "ssdp") \
	X(TCP, "tcp") \
	X(REPORT_V2, "igmp_reports_v2") \
	X(REPORT_V3, "igmp_reports_v3") \
	X(QUERY_V2, "igmp_queries_v2") \
	X(QUERY_V3, "igmp_queries_v3") \
	X(SOURCE, "distinct_sources") \
	X(FRAGMENT, "first_fragments")

#define KIND_NAME(name, text) KIND_##name,
enum kind { KINDS(KIND_NAME) KIND_COUNT };
#undef KIND_NAME

enum { SMALL_FRAME = 90, LARGE_FRAME = 1358 };
enum { TS_PIDS = 4, TS_NEVER = 0xff, TCP_CONNECTIONS = 64, SEGMENTS = 11 };

struct plan {
	uint64_t packets, seed;
	uint64_t distinct_sources; /* not 0: nothing but these, in turn */
	bool fragments;		   /* nothing but first fragments */
	uint32_t streams, senders; /* of a group */
	uint32_t memberships;	   /* pairs of group and host */
	bool memberships_given;	   /* then each is reported at least once */
	unsigned frame;		   /* SMALL_FRAME, all RTP; LARGE_FRAME, every other group RTP around MPEG-TS, else MPEG-TS */
};

/* What a reader should find of one kind. Lost: within a stream, between two of its packets that are there. */
struct tally {
	uint64_t packets, lost, duplicated;
};

struct stream {
	uint32_t datagrams;	   /* sent, lost ones too */
	uint32_t missing;	   /* lost since the last one that is in the capture */
	uint8_t counters[TS_PIDS]; /* continuity counters of the next packets */
	uint8_t seen[TS_PIDS];	   /* and as a reader expects them; TS_NEVER at first */
	bool started;		   /* one is in the capture */
};

struct network {
	struct plan plan;
	uint64_t random;
	int64_t now_ns;
	struct stream *streams;
	uint32_t turn, offset, stride; /* all streams in each round, in an order of its own */
	uint32_t igmp_share;	       /* of 10^6 packets */
	uint32_t next_membership, reported;
	int64_t next_query_ns;
	unsigned queries_due;
	uint64_t hostile; /* packets of the hostile modes */
	struct { uint32_t sequence[2]; } connections[TCP_CONNECTIONS];
	uint8_t pat[188], pmt[188], filler[7 * 188];
	bool repeat; /* the last frame comes twice */
	enum kind last;
	struct tally tally[KIND_COUNT];
	uint64_t continuity_errors; /* MPEG-TS counters that jump because of loss */
	struct frame frame;
};

/* False when there is no memory, with nothing to free. */
bool network_init(struct network *network, const struct plan *plan);
void network_fini(struct network *network);

/* Make the next frame on the wire: network->frame, seen at network->now_ns. */
void network_next(struct network *network);

#endif
