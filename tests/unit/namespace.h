/* SPDX-License-Identifier: ISC */
/* A network namespace that dies with the program, for tests that need interfaces of their own. */
#ifndef MCD_TESTS_NAMESPACE_H
#define MCD_TESTS_NAMESPACE_H

#include "base/format.h"

#include <stdbool.h>

/* Go on in a network namespace of our own, as root. NULL, or why that cannot be. */
const char *ns_enter(void);

/* Say WHY the program is skipped; its exit status then. */
int ns_skip(const char *why);

/* Run `ip` with these words. True when it ended well. */
bool ns_ip(const char *format, ...) MCD_PRINTF(1, 2);

/* Write TEXT to the file PATH, which is there. */
bool ns_write(const char *path, const char *text);

#endif
