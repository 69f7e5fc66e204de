/* SPDX-License-Identifier: ISC */
/* A run as it was, out of its evidence folder: host.json and request.json say what was asked, called, listed and received, the captures beside
 * them what was on the wires. The judgement of it is then that of the run. */
#ifndef MCD_COMMAND_RESTORE_H
#define MCD_COMMAND_RESTORE_H

#include "command/inputs.h"
#include "evidence/evidence.h"

#include <stdbool.h>

struct mcd_restored {
	char *folder;
	struct mcd_request request;
	char message[1024];	  /* of the request */
	struct mcd_evidence evidence;
	struct mcd_vec captures;  /* struct mcd_restored_capture: private */
	struct mcd_vec arrivals;  /* struct mcd_restored_arrival: private */
};

/* Read both files of FOLDER. Nothing in them is trusted: false and ERR, one line that names file and key, when they are not what --save writes.
 * *OUT must stay where it is, for the evidence borrows its request; on success it is freed with mcd_restored_fini(). */
bool mcd_restore(struct mcd_restored *out, const char *folder, struct mcd_err *err);

/* Add the captures of the run to INPUTS, each with its row. */
bool mcd_restored_captures(const struct mcd_restored *run, struct mcd_inputs *inputs, struct mcd_err *err);

/* INPUTS were read, as far as they go: what the sockets got joins what the wires had. A capture that has less than the run counted is one that
 * broke there; false and ERR when one has more. */
bool mcd_restored_end(struct mcd_restored *run, const struct mcd_inputs *inputs, struct mcd_err *err);

void mcd_restored_fini(struct mcd_restored *run);

#endif
