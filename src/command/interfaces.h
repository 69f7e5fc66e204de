/* SPDX-License-Identifier: ISC */
#ifndef MCD_COMMAND_INTERFACES_H
#define MCD_COMMAND_INTERFACES_H

#include "command/options.h"

/* `mcdiag interfaces`: look at the interfaces and at what the host makes of them; nothing is joined, sent or captured, and no privilege is needed.
 * Returns 0, or 3 where no chosen interface can be used; -1 and ERR. */
int mcd_command_interfaces(struct mcd_options *options, struct mcd_err *err);

#endif
