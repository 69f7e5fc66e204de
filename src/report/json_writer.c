/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/json_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEAST_ROOM = 1 << 16,
	LONGEST_ESCAPE = 6,		/* one byte as \u001b */
	LONGEST_LEAD = 2 + 1 + MCD_JSON_DEPTH + 4, /* comma and blank, line, indentation, quotes, colon and tab */
	PRINT_MARGIN = 16,		/* quotes, NUL, "false", and the 5 bytes that cJSON asks for above its need */
};

void mcd_json_init(struct mcd_json *j, FILE *out, bool indented, int64_t origin_ns)
{
	*j = (struct mcd_json){ .out = out, .indented = indented, .origin_ns = origin_ns, .first = true };
}

/* Keep why writing failed. */
static void fail_write(struct mcd_json *j)
{
	j->failed = true;
	j->os = errno ? errno : EIO;
}

static void flush(struct mcd_json *j)
{
	errno = 0;
	if (fwrite(j->text, 1, j->used, j->out) != j->used)
		fail_write(j);
	j->used = 0;
}

static void make_room(struct mcd_json *j, size_t count)
{
	if (j->used)
		flush(j);
	if (j->failed || count <= j->room)
		return;
	free(j->text);
	j->room = count > LEAST_ROOM ? count : LEAST_ROOM;
	j->text = malloc(j->room);
	j->failed = !j->text;
}

/* Where COUNT bytes can follow what is printed; NULL when failed. */
static inline char *reserve(struct mcd_json *j, size_t count)
{
	if (!j->failed && count > j->room - j->used)
		make_room(j, count);
	return j->failed ? NULL : j->text + j->used;
}

/* In the indented form the members of an object and its end have a line each. */
static inline char *next_line(const struct mcd_json *j, char *at)
{
	if (!j->indented)
		return at;
	*at++ = '\n';
	memset(at, '\t', j->depth);
	return at + j->depth;
}

static inline char *quote(char *at, const char *text, size_t length)
{
	*at++ = '"';
	memcpy(at, text, length);
	at += length;
	*at++ = '"';
	return at;
}

/* What of it is of the indented form, behind the comma. */
__attribute__((noinline)) static char *lead_indented(const struct mcd_json *j, char *at, const char *key)
{
	if (key)
		return next_line(j, at);
	if (!j->first)
		*at++ = ' ';
	return at;
}

/* Print what is between a value and the one before, and its key. Where its COUNT bytes can follow, to be added to what is used; NULL when failed. */
static char *lead(struct mcd_json *j, const char *key, size_t count)
{
	const size_t length = key ? strlen(key) : 0;
	char *at = reserve(j, LONGEST_LEAD + length + count);

	if (!at)
		return NULL;
	if (!j->first)
		*at++ = ',';
	if (j->indented)
		at = lead_indented(j, at, key);
	if (key) {
		at = quote(at, key, length);
		*at++ = ':';
		if (j->indented)
			*at++ = '\t';
	}
	j->first = false;
	j->used = (size_t)(at - j->text);
	return at;
}

static void begin(struct mcd_json *j, const char *key, char start, char end)
{
	char *at = lead(j, key, 1);

	if (!at)
		return;
	*at = start;
	j->used++;
	j->first = true;
	if (j->depth < MCD_JSON_DEPTH)
		j->ends[j->depth++] = end;
	else
		j->failed = true;
}

void mcd_json_object(struct mcd_json *j, const char *key)
{
	begin(j, key, '{', '}');
}

void mcd_json_array(struct mcd_json *j, const char *key)
{
	begin(j, key, '[', ']');
}

void mcd_json_end(struct mcd_json *j)
{
	char *at = reserve(j, LONGEST_LEAD + 1), end;

	if (!at)
		return;
	end = j->ends[--j->depth];
	if (end == '}')
		at = next_line(j, at);
	*at++ = end;
	j->used = (size_t)(at - j->text);
	j->first = false;
}

void mcd_json_raw(struct mcd_json *j, const char *key, const char *text, size_t length)
{
	char *at = lead(j, key, length);

	if (!at)
		return;
	memcpy(at, text, length);
	j->used += length;
}

void mcd_json_plain(struct mcd_json *j, const char *key, const char *text)
{
	const size_t length = strlen(text);
	char *at = lead(j, key, length + 2);

	if (!at)
		return;
	quote(at, text, length);
	j->used += length + 2;
}

void mcd_json_value(struct mcd_json *j, const char *key, cJSON *value)
{
	size_t room = PRINT_MARGIN + (value->valuestring ? LONGEST_ESCAPE * strlen(value->valuestring) : 0);
	char *at = lead(j, key, room);

	if (at && cJSON_PrintPreallocated(value, at, (int)room, false))
		j->used += strlen(at);
	else
		j->failed = true;
}

bool mcd_json_finish(struct mcd_json *j, struct mcd_err *err)
{
	char *at = reserve(j, 1);

	if (at) {
		*at = '\n';
		j->used++;
		flush(j);
	}
	errno = 0;
	if (!j->failed && (fflush(j->out) != 0 || ferror(j->out)))
		fail_write(j);
	free(j->text);
	if (j->failed)
		mcd_err_os(err, j->os ? j->os : ENOMEM, "cannot write the report");
	return !j->failed;
}
