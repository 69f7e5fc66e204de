/* SPDX-License-Identifier: ISC */
#ifndef TEST_COMMAND_H
#define TEST_COMMAND_H

#include "unit.h"

#include "command/options.h"
#include "evidence/evidence.h"

/* Parse a line of words parted by single spaces; the texts in *OUT live until the next call. */
bool parse(const char *line, struct mcd_options *out, struct mcd_err *err);

/* Parse a line, and plan it on a host that has LIST, which is taken over: *O and, where it is good, *EVIDENCE are the caller's to free. */
bool plan_on(struct mcd_iface_list list, const char *line, struct mcd_options *o, struct mcd_evidence *evidence, struct mcd_err *err);

/* Each of COUNT lines is refused, in one line that has the text beside it. */
void refuses(const char *const cases[][2], size_t count);

extern const struct unit_test ipv6_tests[], replay_tests[], input_tests[], restore_tests[], pacer_tests[], send_tests[], listen_tests[],
	control_tests[];

#endif
