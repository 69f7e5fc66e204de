/* SPDX-License-Identifier: ISC */
/* Where a report goes, for every command: the file of --output, the folder of --save, standard output. */
#ifndef MCD_COMMAND_OUTPUTS_H
#define MCD_COMMAND_OUTPUTS_H

#include "command/options.h"
#include "command/save.h"
#include "net/savefile.h"

#include <stdbool.h>

struct mcd_outputs {
	struct mcd_savefile *output;
	struct mcd_save *save;
};

/* Open what OPTIONS ask for, before anything is done, so that a bad path costs no run; COUNT interfaces at most go into the folder. */
bool mcd_outputs_open(struct mcd_outputs *out, const struct mcd_options *options, size_t count, struct mcd_err *err);

/* Forget what was not written. */
void mcd_outputs_abandon(struct mcd_outputs *outputs);

/* Judge EVIDENCE, whose observation has ended, and print and write the report as IN says, whose diagnosis is filled in; each output is tried
 * though another fails. Returns the exit status; -1 and ERR. */
int mcd_outputs_report(struct mcd_outputs *outputs, const struct mcd_options *options, const struct mcd_report_input *in, struct mcd_err *err);

/* Whether standard error may be drawn on, and how wide it is. */
bool mcd_outputs_progress(const struct mcd_options *options);
unsigned mcd_outputs_width(void);

#endif
