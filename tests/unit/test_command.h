/* SPDX-License-Identifier: ISC */
#ifndef TEST_COMMAND_H
#define TEST_COMMAND_H

#include "unit.h"

#include "command/options.h"

/* Parse a line of words parted by single spaces; the texts in *OUT live until the next call. */
bool parse(const char *line, struct mcd_options *out, struct mcd_err *err);

extern const struct unit_test replay_tests[], input_tests[], restore_tests[];

#endif
