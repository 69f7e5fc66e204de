/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/json_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEAST_ROOM = 1 << 16,
	LONGEST_ESCAPE = 6,		/* one byte as \u001b */
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
static char *reserve(struct mcd_json *j, size_t count)
{
	if (!j->failed && count > j->room - j->used)
		make_room(j, count);
	return j->failed ? NULL : j->text + j->used;
}

static void append(struct mcd_json *j, const char *bytes, size_t count)
{
	char *at = reserve(j, count);

	if (!at)
		return;
	memcpy(at, bytes, count);
	j->used += count;
}

static void quote(struct mcd_json *j, const char *text, size_t length)
{
	char *at = reserve(j, length + 2);

	if (!at)
		return;
	at[0] = '"';
	memcpy(at + 1, text, length);
	at[length + 1] = '"';
	j->used += length + 2;
}

/* In the indented form the members of an object and its end have a line each. */
static void next_line(struct mcd_json *j)
{
	static const char line[1 + MCD_JSON_DEPTH + 1] = "\n\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t";

	if (j->indented)
		append(j, line, 1 + j->depth);
}

/* What is between a value and the one before, and its key. */
static void lead(struct mcd_json *j, const char *key)
{
	if (!j->first)
		append(j, ", ", j->indented && !key ? 2 : 1);
	j->first = false;
	if (key) {
		next_line(j);
		quote(j, key, strlen(key));
		append(j, ":\t", j->indented ? 2 : 1);
	}
}

static void begin(struct mcd_json *j, const char *key, const char *start, char end)
{
	lead(j, key);
	append(j, start, 1);
	j->first = true;
	if (j->depth < MCD_JSON_DEPTH)
		j->ends[j->depth++] = end;
	else
		j->failed = true;
}

void mcd_json_object(struct mcd_json *j, const char *key)
{
	begin(j, key, "{", '}');
}

void mcd_json_array(struct mcd_json *j, const char *key)
{
	begin(j, key, "[", ']');
}

void mcd_json_end(struct mcd_json *j)
{
	char end;

	if (j->failed)
		return;
	end = j->ends[--j->depth];
	if (end == '}')
		next_line(j);
	append(j, &end, 1);
	j->first = false;
}

void mcd_json_raw(struct mcd_json *j, const char *key, const char *text, size_t length)
{
	lead(j, key);
	append(j, text, length);
}

void mcd_json_plain(struct mcd_json *j, const char *key, const char *text)
{
	lead(j, key);
	quote(j, text, strlen(text));
}

void mcd_json_value(struct mcd_json *j, const char *key, cJSON *value)
{
	size_t room = PRINT_MARGIN + (value->valuestring ? LONGEST_ESCAPE * strlen(value->valuestring) : 0);
	char *at;

	lead(j, key);
	at = reserve(j, room);
	if (at && cJSON_PrintPreallocated(value, at, (int)room, false))
		j->used += strlen(at);
	else
		j->failed = true;
}

bool mcd_json_finish(struct mcd_json *j, struct mcd_err *err)
{
	append(j, "\n", 1);
	if (!j->failed)
		flush(j);
	errno = 0;
	if (!j->failed && (fflush(j->out) != 0 || ferror(j->out)))
		fail_write(j);
	free(j->text);
	if (j->failed)
		mcd_err_os(err, j->os ? j->os : ENOMEM, "cannot write the report");
	return !j->failed;
}
