/* SPDX-License-Identifier: ISC */
/* The fan-out of probes, at a pace. In lanes of one family, each with its socket: one for all interfaces, that sends a round of probes when it is due; where
 * sending is the job one for each interface, so that none waits for another's queue. */
#ifndef MCD_COMMAND_PROBING_H
#define MCD_COMMAND_PROBING_H

#include "base/err.h"
#include "command/pacer.h"
#include "evidence/evidence.h"
#include "net/sock.h"
#include "net/wait.h"
#include "wire/probe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mcd_target {		/* where a probe goes; indexes */
	size_t nic, group;
};

struct mcd_lane {
	struct mcd_sock sock;
	struct mcd_pacer pacer;
	const struct mcd_target *targets; /* of each round */
	size_t count;
	size_t at;		/* the next target of the round */
	uint32_t sequence;	/* of the round, from 1 */
	uint64_t left;		/* rounds */
	uint64_t cost;		/* of a round, in the pacer's units */
	bool full;		/* its socket has no room: waited for */
};

struct mcd_prober {
	struct mcd_evidence *evidence;
	struct mcd_wait *wait;
	size_t first_tag;
	struct mcd_target *targets;
	struct mcd_lane *lanes;
	size_t nlanes;
	struct mcd_probe probe;	/* what the next has in its header */
	uint8_t *payloads;	/* MOST of ROOM bytes */
	size_t room;
	unsigned most;
};

/* Descriptors that the prober of EVIDENCE takes; but for the one or two of a run where sending is not the job. */
size_t mcd_prober_files(const struct mcd_evidence *evidence);

/* All is due at once. WAIT hands back a tag from FIRST_TAG on, twice the count of interfaces at most, for mcd_prober_room(). False and ERR when there is no
 * socket; *OUT is then closed. */
bool mcd_prober_open(struct mcd_prober *out, struct mcd_evidence *evidence, struct mcd_wait *wait, size_t first_tag, struct mcd_err *err);
void mcd_prober_close(struct mcd_prober *prober);

/* Begin anew: a round is due at once, and what was missed is not made up for. */
void mcd_prober_restart(struct mcd_prober *prober);

/* Send what is due. What fails is evidence. */
void mcd_prober_turn(struct mcd_prober *prober);

/* The lane whose tag was handed back has room again. */
void mcd_prober_room(struct mcd_prober *prober, size_t tag);

/* When the next is due, monotonic; INT64_MAX = nothing is, or there is no room for it. */
int64_t mcd_prober_next(const struct mcd_prober *prober);

/* Whether the request's count was sent everywhere. */
bool mcd_prober_is_done(const struct mcd_prober *prober);

/* No more will be sent: the evidence is told where the next one waits for room. */
void mcd_prober_stop(const struct mcd_prober *prober);

/* Whether nothing of what was sent waits in the kernel any more; the evidence is told where it does. */
bool mcd_prober_is_drained(const struct mcd_prober *prober);

#endif
