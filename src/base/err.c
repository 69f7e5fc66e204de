/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Format into ERR and keep it to one line; returns the length of what was kept. */
static size_t set_text(struct mcd_err *err, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

static size_t set_text(struct mcd_err *err, const char *format, va_list args)
{
	if (vsnprintf(err->text, sizeof err->text, format, args) < 0)
		err->text[0] = '\0';
	for (char *p = err->text; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	return strlen(err->text);
}

void mcd_err_set(struct mcd_err *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return;
	err->os = 0;
	va_start(args, format);
	set_text(err, format, args);
	va_end(args);
}

void mcd_err_os(struct mcd_err *err, int os, const char *format, ...)
{
	char tail[sizeof err->text / 2];
	size_t length, most;
	va_list args;

	if (!err)
		return;
	err->os = os;
	va_start(args, format);
	length = set_text(err, format, args);
	va_end(args);
	snprintf(tail, sizeof tail, ": %s", strerror(os));
	/* The reason matters more than the end of a long line. */
	most = sizeof err->text - 1 - strlen(tail);
	memcpy(err->text + (length < most ? length : most), tail, strlen(tail) + 1);
}
