/* SPDX-License-Identifier: ISC */
/* The command line. One table feeds the parser, --help and the tests of the documents. */
#ifndef MCD_COMMAND_OPTIONS_H
#define MCD_COMMAND_OPTIONS_H

#include "base/err.h"
#include "base/request.h"
#include "command/commands.h"

#include <stdbool.h>
#include <stdio.h>

enum mcd_color { MCD_COLOR_AUTO, MCD_COLOR_ALWAYS, MCD_COLOR_NEVER };

struct mcd_options {
	enum mcd_command_id command;
	struct mcd_request request;	/* owned */
	const char *request_option;	/* one that was given and says what is judged, "--group"; NULL = none */
	const char **files;		/* operands of replay and what -r named, as they came; the array is owned, the texts are argv's */
	size_t nfiles;
	bool json, dry_run, quiet, verbose, no_progress, no_second_look, print, help, version, max_rows_given;
	enum mcd_color color;
	const char *output, *save, *explain; /* borrowed from argv; NULL = not asked */
};

/* Parse ARGV. False and ERR, one line that names the offending text and what is accepted, when it is no good; *OUT is then empty.
 * What *OUT owns is freed with mcd_options_fini(). */
bool mcd_options_parse(int argc, char *const *argv, struct mcd_options *out, struct mcd_err *err);
void mcd_options_fini(struct mcd_options *options);

/* --help of one command; that of diagnose, which needs no word, names the others too. */
void mcd_options_help(FILE *out, enum mcd_command_id command);

#endif
