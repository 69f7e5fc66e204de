/* SPDX-License-Identifier: ISC */
#ifndef MCD_COMMAND_LISTEN_H
#define MCD_COMMAND_LISTEN_H

#include "command/options.h"

/* `mcdiag listen`: join every group on every chosen interface and tell what comes, sender by sender; nothing is sent. OPTIONS' request gets the scratch
 * groups. Returns the exit status; -1 and ERR when it could not run. */
int mcd_command_listen(struct mcd_options *options, struct mcd_err *err);

#endif
