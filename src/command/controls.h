/* SPDX-License-Identifier: ISC */
/* The control of a run: a host that the user named is asked by unicast, a few times out of each chosen interface. Whatever comes of it is evidence. */
#ifndef MCD_COMMAND_CONTROLS_H
#define MCD_COMMAND_CONTROLS_H

#include "evidence/evidence.h"
#include "net/lookup.h"
#include "net/wait.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mcd_asked;

struct mcd_controls {
	struct mcd_evidence *evidence;
	struct mcd_lookup *lookup;	/* of the host's name; NULL = none goes on */
	struct mcd_asked *asked;	/* by NIC; NULL = nobody is asked */
	size_t first_tag;
	unsigned rounds;		/* of requests that were sent */
	bool over;			/* nothing more is to be done */
	int64_t next_ns;		/* monotonic: the next round; when there is none, until when answers are waited for */
};

/* Begin to look the host of EVIDENCE's request up; nothing where none was named. */
void mcd_controls_prepare(struct mcd_controls *out, struct mcd_evidence *evidence);

/* Descriptors that it takes. */
size_t mcd_controls_files(const struct mcd_evidence *evidence);

/* Wait for the name, 2 s at the most, and open what asks; the first round is due at once. WAIT hands back a tag from FIRST_TAG on, one for each
 * interface, for mcd_controls_receive(). */
void mcd_controls_open(struct mcd_controls *controls, struct mcd_wait *wait, size_t first_tag);

/* Send what is due. */
void mcd_controls_turn(struct mcd_controls *controls);

/* Read the answers that the tag stands for. */
void mcd_controls_receive(struct mcd_controls *controls, size_t tag);

/* When something is due, monotonic; INT64_MAX = nothing is. */
int64_t mcd_controls_next(const struct mcd_controls *controls);

/* Whether all was asked, and answered or waited for long enough; at once where nobody is asked. */
bool mcd_controls_are_over(const struct mcd_controls *controls);

/* The evidence is told what is still open. */
void mcd_controls_close(struct mcd_controls *controls);

#endif
