/* SPDX-License-Identifier: ISC */
/* A command that runs on the interfaces of this host: plan, run, judge, report. */
#ifndef MCD_COMMAND_LIVE_H
#define MCD_COMMAND_LIVE_H

#include "command/options.h"
#include "command/session.h"

/* Choose the groups of the querier proof of a REQUEST that joins, at random, one for each family that is asked about. */
void mcd_live_choose_scratch(struct mcd_request *request);

/* Do what OPTIONS ask for, or with --dry-run tell it. MODE is the report's; PROGRESS is called while it runs, where standard error may be drawn on.
 * Returns the exit status; -1 and ERR when it could not run. */
int mcd_live_run(const struct mcd_options *options, const char *mode, struct mcd_watcher watcher, struct mcd_err *err);

#endif
