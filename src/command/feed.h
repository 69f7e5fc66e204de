/* SPDX-License-Identifier: ISC */
/* Frames of capture files into the evidence: the hot loop of a replay. */
#ifndef MCD_COMMAND_FEED_H
#define MCD_COMMAND_FEED_H

#include "command/inputs.h"
#include "evidence/evidence.h"

#include <stdbool.h>
#include <stdint.h>

struct mcd_feed {
	struct mcd_evidence *evidence;
	int64_t until_ns;	/* later frames are left out; INT64_MAX = none are */
	uint64_t packets;	/* that were read, of all inputs */
	uint64_t finished;	/* bytes of the inputs that were read to their end */
	bool cut_short;		/* frames were left out */
	bool stopped;		/* a signal ended the reading */
	/* Called now and then while INPUT is read; NULL = nobody looks. */
	void (*watch)(void *context, const struct mcd_feed *feed, const struct mcd_input *input);
	void *context;
};

/* Read INPUT to its end, which is evidence, however it came: each interface of it gets a row, or its one interface has that of INPUT->row.
 * After a stop nothing is read: then it has rows that say so. False and ERR when it cannot be opened any more, memory is out, or there are too
 * many interfaces. INPUT is closed then. */
bool mcd_feed_input(struct mcd_feed *feed, struct mcd_input *input, struct mcd_err *err);

#endif
