/* SPDX-License-Identifier: ISC */
/* Values out of a JSON file that may hold anything. A reader is sticky: what is missing or is not what it should be fails it, with one line that
 * names file and key, and every later call gives zero. A tree borrows from nothing; texts that are read are copied. */
#ifndef MCD_COMMAND_READING_H
#define MCD_COMMAND_READING_H

#include "base/addr.h"
#include "base/err.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mcd_reading {
	const char *path; /* for messages */
	struct mcd_err *err;
	bool failed;
};

/* The tree of the file at R->path, an object whose `schema` is SCHEMA. NULL, and failed, when it cannot be read, is larger than a run ever
 * writes, or is something else. The caller deletes it. */
cJSON *mcd_reading_file(struct mcd_reading *r, const char *schema);

/* Fail: KEY is not WHAT. */
void mcd_reading_refuse(struct mcd_reading *r, const char *key, const char *what);

/* The member KEY of OBJECT; *_or_null: NULL, too, when it is null. */
const cJSON *mcd_reading_object(struct mcd_reading *r, const cJSON *object, const char *key);
const cJSON *mcd_reading_object_or_null(struct mcd_reading *r, const cJSON *object, const char *key);
const cJSON *mcd_reading_array(struct mcd_reading *r, const cJSON *object, const char *key);

/* How many items ARRAY, which was read as KEY, has; failed, and 0, when they are more than MOST or not all of them objects. */
size_t mcd_reading_rows(struct mcd_reading *r, const cJSON *array, const char *key, size_t most);

/* Whether the member KEY is there and null: asked before one of the others where both are right. */
bool mcd_reading_is_null(struct mcd_reading *r, const cJSON *object, const char *key);

bool mcd_reading_bool(struct mcd_reading *r, const cJSON *object, const char *key);

/* A whole number from LEAST to MOST, at most 2^53; *_or: NONE when it is null. */
int64_t mcd_reading_int(struct mcd_reading *r, const cJSON *object, const char *key, int64_t least, int64_t most);
/* A setting that the first folders did not have yet, from -1 to INT32_MAX: NONE when it is not there, or null. */
int mcd_reading_later(struct mcd_reading *r, const cJSON *object, const char *key, int none);

uint64_t mcd_reading_uint(struct mcd_reading *r, const cJSON *object, const char *key);
uint64_t mcd_reading_uint_or(struct mcd_reading *r, const cJSON *object, const char *key, uint64_t none);

/* A number in thousandths, rounded, from 0 to MOST of them; 0 when it is null. */
int64_t mcd_reading_fixed(struct mcd_reading *r, const cJSON *object, const char *key, int64_t most);

/* A time as mcd_time_format() writes it; 0 when it is null. */
int64_t mcd_reading_time(struct mcd_reading *r, const cJSON *object, const char *key);

/* A text that fits into ROOM; "" when it is null. */
void mcd_reading_text(struct mcd_reading *r, const cJSON *object, const char *key, char *out, size_t room);

/* A text of 2 * SIZE hexadecimal digits, in lower case. */
void mcd_reading_bytes(struct mcd_reading *r, const cJSON *object, const char *key, uint8_t *out, size_t size);

/* The value of a hexadecimal digit in lower case; -1 = it is none. */
int mcd_reading_digit(char c);

/* A text that is one of WORDS, which ends with NULL: its index. */
int mcd_reading_word(struct mcd_reading *r, const cJSON *object, const char *key, const char *const *words);

/* A text, or null, that is what NAME calls one of the numbers below COUNT. */
int mcd_reading_name(struct mcd_reading *r, const cJSON *object, const char *key, int count, const char *(*name)(int number));

struct mcd_addr mcd_reading_address(struct mcd_reading *r, const cJSON *object, const char *key);

/* A text, which KEY holds, as an address. */
struct mcd_addr mcd_reading_address_of(struct mcd_reading *r, const cJSON *item, const char *key);

#endif
