/* SPDX-License-Identifier: ISC */
/* Rights, limits and signals of the process. */
#ifndef MCD_NET_PRIVILEGE_H
#define MCD_NET_PRIVILEGE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Raise the limit of open files towards WANTED as far as the hard limit lets it; returns what is in force. */
size_t mcd_limit_files(size_t wanted);

/* Path of the running program, for the setcap line; "mcdiag" when it cannot be told. Returns BUF. */
char *mcd_program_path(char *buf, size_t room);

/* From now on SIGINT and SIGTERM only make mcd_stop_requested() true; a second one ends the process at once with status 130.
 * *FD becomes a descriptor that turns readable with the first signal, to be watched; -1 when there is none. */
bool mcd_stop_on_signals(int *fd, struct mcd_err *err);
bool mcd_stop_requested(void);

/* Whether the first signal also ends a read that waits for input, as if that had failed. Off at first: a report that is being written must not
 * end so. */
void mcd_stop_ends_reads(bool yes);

#endif
