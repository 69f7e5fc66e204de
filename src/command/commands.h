/* SPDX-License-Identifier: ISC */
/* What the program can be told to do: one row for each command, whose options are those of the table in options_table.c that name it. */
#ifndef MCD_COMMAND_COMMANDS_H
#define MCD_COMMAND_COMMANDS_H

#include "base/err.h"

struct mcd_options;

enum mcd_command_id { MCD_DIAGNOSE, MCD_REPLAY, MCD_LISTEN, MCD_SEND, MCD_INTERFACES, MCD_COMMANDS };

/* Exit status of the program when it could not run: the Monitoring Plugins' UNKNOWN, as the inconclusive verdict. */
enum { MCD_EXIT_TROUBLE = 3 };

struct mcd_command {
	const char *name;
	const char *usage;	/* its line of --help */
	const char *summary;	/* one sentence */
	const char *operands;	/* what it takes besides options, repeatable; NULL = nothing */
	/* Returns the exit status; -1 and ERR, one line for the user, when it could not run. */
	int (*run)(struct mcd_options *options, struct mcd_err *err);
};

/* By enum mcd_command_id. */
extern const struct mcd_command mcd_commands[MCD_COMMANDS];

/* The command called NAME; MCD_COMMANDS when there is none. */
enum mcd_command_id mcd_command_find(const char *name);

#endif
