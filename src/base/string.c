/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/string.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_ROOM = 256 };

char *mcd_string_copy(const char *text, size_t length)
{
	char *copy = malloc(length + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

/* Room for COUNT bytes more and a NUL. */
static bool make_room(struct mcd_string *string, size_t count)
{
	size_t room = string->room < LEAST_ROOM ? LEAST_ROOM : string->room;
	char *text;

	while (room <= string->length + count)
		room *= 2;
	if (room == string->room)
		return true;
	text = realloc(string->text, room);
	if (!text)
		return false;
	string->text = text;
	string->room = room;
	return true;
}

void mcd_string_add(struct mcd_string *string, const char *format, ...)
{
	va_list args, again;
	int count;

	va_start(args, format);
	va_copy(again, args);
	count = vsnprintf(NULL, 0, format, args);
	if (count < 0 || string->failed || !make_room(string, (size_t)count)) {
		string->failed = true;
		free(string->text);
		string->text = NULL;
	} else {
		vsnprintf(string->text + string->length, (size_t)count + 1, format, again);
		string->length += (size_t)count;
	}
	va_end(again);
	va_end(args);
}
