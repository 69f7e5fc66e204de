/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run of a thousand interfaces writes a few megabytes. Each value takes memory when parsed, however short its text is. */
enum { MOST_BYTES = 64 << 20, MOST_VALUES = 4 << 20 };

static const double exact = 9007199254740992; /* 2^53: below it every whole number is a double */

static void fail(struct mcd_reading *r, const char *why)
{
	if (!r->failed)
		mcd_err_set(r->err, "%.160s: %.100s", r->path, why);
	r->failed = true;
}

void mcd_reading_refuse(struct mcd_reading *r, const char *key, const char *what)
{
	if (!r->failed)
		mcd_err_set(r->err, "%.160s is not what --save wrote: '%.40s' is not %.60s", r->path, key, what);
	r->failed = true;
}

/* The whole file, with a NUL behind it. */
static char *read_bytes(struct mcd_reading *r, FILE *in, size_t *length)
{
	size_t room = 1 << 16;
	char *text = malloc(room);

	*length = 0;
	while (text) {
		char *larger;

		*length += fread(text + *length, 1, room - 1 - *length, in);
		if (*length < room - 1)
			break;
		if (room > MOST_BYTES) {
			fail(r, "larger than a run ever writes");
			break;
		}
		larger = realloc(text, room *= 2);
		if (!larger)
			free(text);
		text = larger;
	}
	if (!text)
		fail(r, "out of memory");
	else if (ferror(in))
		fail(r, mcd_err_reason(errno));
	else
		text[*length] = '\0';
	if (!r->failed)
		return text;
	free(text);
	return NULL;
}

/* At least as many as there are values in TEXT. */
static size_t count_values(const char *text, size_t length)
{
	size_t n = 1;

	for (size_t i = 0; i < length; i++)
		n += text[i] == ',' || text[i] == '[' || text[i] == '{';
	return n;
}

static cJSON *parse(struct mcd_reading *r, const char *text, size_t length)
{
	cJSON *tree;

	if (count_values(text, length) > MOST_VALUES) {
		fail(r, "larger than a run ever writes");
		return NULL;
	}
	tree = cJSON_ParseWithLength(text, length);
	if (!tree)
		fail(r, "this is no JSON, or memory is out");
	return tree;
}

cJSON *mcd_reading_file(struct mcd_reading *r, const char *schema)
{
	FILE *in = fopen(r->path, "rb");
	cJSON *tree = NULL;
	const cJSON *told;
	size_t length;
	char *text;

	if (!in) {
		fail(r, mcd_err_reason(errno));
		return NULL;
	}
	text = read_bytes(r, in, &length);
	fclose(in);
	if (text)
		tree = parse(r, text, length);
	free(text);
	told = tree ? cJSON_GetObjectItemCaseSensitive(tree, "schema") : NULL;
	if (tree && (!cJSON_IsString(told) || strcmp(told->valuestring, schema) != 0))
		mcd_reading_refuse(r, "schema", schema);
	if (!r->failed)
		return tree;
	cJSON_Delete(tree);
	return NULL;
}

/* NULL when it is not there, or R failed before. */
static const cJSON *member(const struct mcd_reading *r, const cJSON *object, const char *key)
{
	return r->failed || !object ? NULL : cJSON_GetObjectItemCaseSensitive(object, key);
}

const cJSON *mcd_reading_object(struct mcd_reading *r, const cJSON *object, const char *key)
{
	const cJSON *item = member(r, object, key);

	if (cJSON_IsObject(item))
		return item;
	mcd_reading_refuse(r, key, "an object");
	return NULL;
}

const cJSON *mcd_reading_object_or_null(struct mcd_reading *r, const cJSON *object, const char *key)
{
	return cJSON_IsNull(member(r, object, key)) ? NULL : mcd_reading_object(r, object, key);
}

const cJSON *mcd_reading_array(struct mcd_reading *r, const cJSON *object, const char *key)
{
	const cJSON *item = member(r, object, key);

	if (cJSON_IsArray(item))
		return item;
	mcd_reading_refuse(r, key, "a list");
	return NULL;
}

size_t mcd_reading_rows(struct mcd_reading *r, const cJSON *array, const char *key, size_t most)
{
	const cJSON *item;
	size_t n = 0;

	cJSON_ArrayForEach(item, array) {
		if (!cJSON_IsObject(item) || n == most) {
			mcd_reading_refuse(r, key, "a list of objects, or is too long");
			return 0;
		}
		n++;
	}
	return n;
}

bool mcd_reading_bool(struct mcd_reading *r, const cJSON *object, const char *key)
{
	const cJSON *item = member(r, object, key);

	if (!cJSON_IsBool(item))
		mcd_reading_refuse(r, key, "true or false");
	return !r->failed && cJSON_IsTrue(item);
}

int64_t mcd_reading_int(struct mcd_reading *r, const cJSON *object, const char *key, int64_t least, int64_t most)
{
	const cJSON *item = member(r, object, key);
	double value = cJSON_IsNumber(item) ? item->valuedouble : exact * 2;

	if (value >= -exact && value <= exact && value == (double)(int64_t)value && (int64_t)value >= least && (int64_t)value <= most)
		return (int64_t)value;
	mcd_reading_refuse(r, key, "a whole number in its bounds");
	return 0;
}

int mcd_reading_later(struct mcd_reading *r, const cJSON *object, const char *key, int none)
{
	const cJSON *item = member(r, object, key);

	return item && !cJSON_IsNull(item) ? (int)mcd_reading_int(r, object, key, -1, INT32_MAX) : none;
}

uint64_t mcd_reading_uint(struct mcd_reading *r, const cJSON *object, const char *key)
{
	return (uint64_t)mcd_reading_int(r, object, key, 0, INT64_MAX);
}

uint64_t mcd_reading_uint_or(struct mcd_reading *r, const cJSON *object, const char *key, uint64_t none)
{
	return cJSON_IsNull(member(r, object, key)) ? none : mcd_reading_uint(r, object, key);
}

int64_t mcd_reading_fixed(struct mcd_reading *r, const cJSON *object, const char *key, int64_t most)
{
	const cJSON *item = member(r, object, key);
	double value = cJSON_IsNumber(item) ? item->valuedouble * 1000 + 0.5 : cJSON_IsNull(item) ? 0 : -1;

	if (value >= 0 && value < (double)most + 1)
		return (int64_t)value;
	mcd_reading_refuse(r, key, "a number in its bounds");
	return 0;
}

/* The number of N decimal digits at AT; -1 when there are others. */
static int digits(const char *at, int n)
{
	int value = 0;

	while (n-- > 0) {
		if (*at < '0' || *at > '9')
			return -1;
		value = value * 10 + (*at++ - '0');
	}
	return value;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t days_until(int year, int month, int day)
{
	const int march = (month + 9) % 12, years = month <= 2 ? year - 1 : year;

	return (int64_t)years * 365 + years / 4 - years / 100 + years / 400 + (153 * march + 2) / 5 + day - 1 - 719468;
}

/* "2026-01-31T23:59:59.123456789Z"; false when it is none, or out of what 63 bits of nanoseconds hold. */
static bool parse_time(const char *text, int64_t *out)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddddddddZ";
	int year, month, day, second, nanos;

	if (strlen(text) != sizeof form - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	second = digits(text + 11, 2) * 3600 + digits(text + 14, 2) * 60 + digits(text + 17, 2);
	nanos = digits(text + 20, 9);
	if (year < 1970 || year > 2261 || month < 1 || month > 12 || day < 1 || day > 31 || second >= 86400)
		return false;
	*out = (days_until(year, month, day) * 86400 + second) * INT64_C(1000000000) + nanos;
	return true;
}

int64_t mcd_reading_time(struct mcd_reading *r, const cJSON *object, const char *key)
{
	const cJSON *item = member(r, object, key);
	int64_t when = 0;

	if (!cJSON_IsNull(item) && (!cJSON_IsString(item) || !parse_time(item->valuestring, &when)))
		mcd_reading_refuse(r, key, "a time such as 2026-01-31T23:59:59.123456789Z");
	return when;
}

void mcd_reading_text(struct mcd_reading *r, const cJSON *object, const char *key, char *out, size_t room)
{
	const cJSON *item = member(r, object, key);
	const char *text = cJSON_IsString(item) ? item->valuestring : "";

	if ((!cJSON_IsString(item) && !cJSON_IsNull(item)) || strlen(text) >= room) {
		mcd_reading_refuse(r, key, "a text, or is too long");
		text = "";
	}
	snprintf(out, room, "%s", text);
}

int mcd_reading_digit(char c)
{
	static const char hexadecimal[] = "0123456789abcdef";
	const char *at = c ? strchr(hexadecimal, c) : NULL;

	return at ? (int)(at - hexadecimal) : -1;
}

void mcd_reading_bytes(struct mcd_reading *r, const cJSON *object, const char *key, uint8_t *out, size_t size)
{
	const cJSON *item = member(r, object, key);
	const char *text = cJSON_IsString(item) && strlen(item->valuestring) == 2 * size ? item->valuestring : NULL;

	for (size_t i = 0; i < size; i++) {
		int high = text ? mcd_reading_digit(text[2 * i]) : -1, low = text ? mcd_reading_digit(text[2 * i + 1]) : -1;

		if (high < 0 || low < 0) {
			mcd_reading_refuse(r, key, "bytes in hexadecimal");
			return;
		}
		out[i] = (uint8_t)(high << 4 | low);
	}
}

int mcd_reading_word(struct mcd_reading *r, const cJSON *object, const char *key, const char *const *words)
{
	const cJSON *item = member(r, object, key);

	for (int i = 0; cJSON_IsString(item) && words[i]; i++)
		if (strcmp(item->valuestring, words[i]) == 0)
			return i;
	mcd_reading_refuse(r, key, "one of its words");
	return 0;
}

int mcd_reading_name(struct mcd_reading *r, const cJSON *object, const char *key, int count, const char *(*name)(int number))
{
	const cJSON *item = member(r, object, key);

	for (int i = 0; i < count; i++)
		if (name(i) ? cJSON_IsString(item) && strcmp(item->valuestring, name(i)) == 0 : cJSON_IsNull(item))
			return i;
	mcd_reading_refuse(r, key, "one of its words");
	return 0;
}

struct mcd_addr mcd_reading_address_of(struct mcd_reading *r, const cJSON *item, const char *key)
{
	struct mcd_addr address = { 0 };

	if (!cJSON_IsString(item) || !mcd_addr_parse(item->valuestring, &address))
		mcd_reading_refuse(r, key, "an address");
	return address;
}

struct mcd_addr mcd_reading_address(struct mcd_reading *r, const cJSON *object, const char *key)
{
	return mcd_reading_address_of(r, member(r, object, key), key);
}

bool mcd_reading_is_null(struct mcd_reading *r, const cJSON *object, const char *key)
{
	return cJSON_IsNull(member(r, object, key));
}
