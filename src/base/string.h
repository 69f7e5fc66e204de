/* SPDX-License-Identifier: ISC */
/* Text on the heap: copies, and text that grows. */
#ifndef MCD_BASE_STRING_H
#define MCD_BASE_STRING_H

#include "base/format.h"

#include <stdbool.h>
#include <stddef.h>

/* The first LENGTH bytes of TEXT, which has no NUL among them, as a string to free(); NULL when memory is out. */
char *mcd_string_copy(const char *text, size_t length);

struct mcd_string {	/* { 0 } = empty */
	char *text;	/* NUL-terminated, to free(); NULL = nothing was added yet, or memory was out */
	size_t length, room;
	bool failed;	/* memory was out: nothing more is added */
};

void mcd_string_add(struct mcd_string *string, const char *format, ...) MCD_PRINTF(2, 3);

#endif
