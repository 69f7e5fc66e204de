/* SPDX-License-Identifier: ISC */
#ifndef MCD_COMMAND_SEND_H
#define MCD_COMMAND_SEND_H

#include "command/options.h"

/* `mcdiag send`: send to every group out of every chosen interface, and tell what was seen on the wires. Nothing is joined. Returns the exit status; -1 and
 * ERR when it could not run. */
int mcd_command_send(struct mcd_options *options, struct mcd_err *err);

#endif
