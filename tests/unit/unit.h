/* SPDX-License-Identifier: ISC */
/* The frame of every unit test program: suites in, exit status out. */
#ifndef MCD_TESTS_UNIT_H
#define MCD_TESTS_UNIT_H

#include <CUnit/CUnit.h>
#include <stdio.h>

struct unit_test {
	const char *name;
	CU_TestFunc run;
};

struct unit_suite {
	const char *name;
	const struct unit_test *tests; /* ends with { NULL, NULL } */
};

/* Run all suites (the list ends with { NULL, NULL }) and print the result. 0 when at least one assertion ran and none failed, else 1. */
int unit_main(const struct unit_suite *suites);

/* A copy of LENGTH bytes on the heap with nothing after it, so that a sanitizer sees one byte too many; free() it. */
unsigned char *unit_exact(const void *data, size_t length);

/* A stream whose text unit_close() gives, to free(). A test that can have none ends the program. */
FILE *unit_open(void);
char *unit_close(FILE *stream);

#endif
