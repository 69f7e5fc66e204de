/* SPDX-License-Identifier: ISC */
/* The second look: an interface that was made promiscuous for a moment, and what came of the wanted datagrams then, and otherwise. */
#ifndef MCD_EVIDENCE_LOOKS_H
#define MCD_EVIDENCE_LOOKS_H

#include <stdint.h>

enum {
	MCD_LOOKS = 2,			/* at most, of one interface in one run */
	MCD_PHASES = 2 * MCD_LOOKS + 1, /* before the first look, in it, behind it, ...: odd ones are looks */
	MCD_LOOK_EDGE_MS = 100,		/* that driver and hypervisor may take to end a look: frames then are of no phase */
};

struct mcd_look {
	int64_t on_ns;	/* before the call */
	int64_t off_ns; /* after the call that took it back; 0 = it is on */
};

/* Foreign datagrams that were asked for and came in one phase, before our leave. Counted once the first look has begun; that something came before it
 * is told by the streams. */
struct mcd_phase {
	uint64_t packets;
	uint64_t misaddressed;	/* of these, in frames to a MAC that is not the group's */
	uint64_t first_packet;	/* number of the frame; 0 = none */
	int64_t first_ns, last_ns;
	int64_t longest_gap_ns; /* between two of them */
};

#endif
