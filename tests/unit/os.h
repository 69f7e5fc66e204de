/* SPDX-License-Identifier: ISC */
/* What the unit tests need of a system, beside what they test. One body per system. */
#ifndef MCD_TESTS_OS_H
#define MCD_TESTS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A file to write and read, of bytes, that is gone once it is closed. NULL when there can be none. */
FILE *os_temporary(void);

/* A stream to write to that takes nothing; *WHY becomes the errno of a write. */
FILE *os_full(int *why);

/* Make a new folder where such folders belong; its path goes into PATH. */
bool os_make_folder(char *path, size_t room);

/* A pipe of bytes: what is written to the second is read from the first. */
bool os_pipe(int ends[2]);

/* A device that has nothing to read: /dev/null. */
extern const char os_nothing[];

/* Whether this user may read what no one may. */
bool os_reads_all(void);

#endif
