/* SPDX-License-Identifier: ISC */
/* Saved captures in, the same judgement out: read, judge, report. */
#ifndef MCD_COMMAND_REPLAY_H
#define MCD_COMMAND_REPLAY_H

#include "command/options.h"

/* Run the command with OPTIONS. Returns the exit status; -1 and ERR, which names the file, when one cannot be read. */
int mcd_command_replay(struct mcd_options *options, struct mcd_err *err);

#endif
