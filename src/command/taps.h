/* SPDX-License-Identifier: ISC */
/* The captures of a run: one tap on each wire, whose frames go into the evidence and, with --save, into files. */
#ifndef MCD_COMMAND_TAPS_H
#define MCD_COMMAND_TAPS_H

#include "base/err.h"
#include "command/save.h"
#include "evidence/evidence.h"
#include "net/capture.h"

#include <stdbool.h>
#include <stddef.h>

struct mcd_taps {
	struct mcd_evidence *evidence;
	struct mcd_save *save;		/* NULL = not asked for */
	struct mcd_capture_slot *slots; /* of the NICs that are captured */
	size_t count;
};

/* Open a tap on every NIC that is to be captured, but on no more than FILES leaves descriptors for. What fails is evidence; false and ERR
 * when memory is out. */
bool mcd_taps_open(struct mcd_taps *out, struct mcd_evidence *evidence, struct mcd_save *save, size_t files, struct mcd_err *err);
void mcd_taps_close(struct mcd_taps *taps);

/* Descriptors that an open tap takes. */
size_t mcd_taps_files_each(const struct mcd_save *save);

/* Read what tap I has; false when there is nothing more to wait for: it is not open, or it just broke. */
bool mcd_taps_read(struct mcd_taps *taps, size_t i);

/* Read all taps for the last time and note what they dropped. Returns when the last one was closed; 0 = none was open. */
int64_t mcd_taps_end(struct mcd_taps *taps);

#endif
