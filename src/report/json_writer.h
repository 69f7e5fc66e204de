/* SPDX-License-Identifier: ISC */
/* JSON written as it is made, in the form that cJSON_Print() gives a whole tree: a report may have more rows than memory has room for. A value is
 * printed by cJSON into one buffer, which goes out when it is full. A writer is sticky: once memory was out or a write failed, every later
 * call does nothing, and mcd_json_finish() tells it. KEY is NULL in an array and for the root; else ASCII that needs no escape. */
#ifndef MCD_REPORT_JSON_WRITER_H
#define MCD_REPORT_JSON_WRITER_H

#include "base/err.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { MCD_JSON_DEPTH = 16 };

struct mcd_json {
	FILE *out;
	bool indented;
	int64_t origin_ns;		/* what times in milliseconds are relative to */
	bool failed;
	int os;				/* errno of the write that failed; 0 = memory was out */
	char *text;			/* printed and not yet written */
	size_t used, room;
	bool first;			/* what comes next is the first of its object or array */
	unsigned depth;
	char ends[MCD_JSON_DEPTH];	/* what ends each object and array that is begun */
};

/* Write to OUT, which stays the caller's, indented or on one line. Takes no memory before the first value. */
void mcd_json_init(struct mcd_json *j, FILE *out, bool indented, int64_t origin_ns);

/* Write a newline and all that is left, and free what J holds. False and ERR when J failed: OUT has a part of the text then. */
bool mcd_json_finish(struct mcd_json *j, struct mcd_err *err);

/* Begin an object or array, at most MCD_JSON_DEPTH within each other; what follows is in it, up to its mcd_json_end(). */
void mcd_json_object(struct mcd_json *j, const char *key);
void mcd_json_array(struct mcd_json *j, const char *key);

/* End the innermost object or array. */
void mcd_json_end(struct mcd_json *j);

/* A value that is printed already: a number, null, true, false. */
void mcd_json_raw(struct mcd_json *j, const char *key, const char *text, size_t length);

/* TEXT, in which nothing needs an escape, in quotes. */
void mcd_json_plain(struct mcd_json *j, const char *key, const char *text);

/* A value that has no children; it is printed at once and stays the caller's. */
void mcd_json_value(struct mcd_json *j, const char *key, cJSON *value);

#endif
