/* SPDX-License-Identifier: ISC */
/* The second look of a run: interfaces whose stream is absent are made promiscuous for a moment, as diagnose asks for it. */
#ifndef MCD_COMMAND_SECOND_LOOK_H
#define MCD_COMMAND_SECOND_LOOK_H

#include "evidence/evidence.h"

#include <stdbool.h>
#include <stdint.h>

struct mcd_looker {
	struct mcd_evidence *evidence;
	int fd;		/* -1 = no interface was looked at yet */
	bool *refused;	/* by NIC: it is promiscuous already, or cannot be; NULL = none is looked at */
	int64_t next;	/* monotonic */
};

/* Allocates little and asks nothing of the kernel; where ASKED is false, or memory is out, no interface will be looked at. */
void mcd_looker_init(struct mcd_looker *out, struct mcd_evidence *evidence, bool asked);

/* Begin and end looks where that is due; the observation ends at UNTIL (monotonic). Cheap when nothing is. */
void mcd_looker_turn(struct mcd_looker *looker, int64_t until);

/* The observation is over: no interface is left promiscuous. May be called more than once. */
void mcd_looker_fini(struct mcd_looker *looker);

#endif
