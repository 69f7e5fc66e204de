/* SPDX-License-Identifier: ISC */
/* The main job: join, probe, capture, compare. */
#ifndef MCD_COMMAND_DIAGNOSE_H
#define MCD_COMMAND_DIAGNOSE_H

#include "command/options.h"

/* Run the command with OPTIONS (its request gets the scratch groups). Returns the exit status; -1 and ERR when it could not run. */
int mcd_command_diagnose(struct mcd_options *options, struct mcd_err *err);

#endif
