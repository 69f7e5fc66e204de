/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Numbers and words of Linux: other systems number these otherwise, and the C library of Windows has no words for those of sockets. */
static const struct {
	int os, number;
	const char *text;
} reasons[] = {
	{ EAGAIN, 11, "Resource temporarily unavailable" },
	{ EMSGSIZE, 90, "Message too long" },
	{ ENOPROTOOPT, 92, "Protocol not available" },
	{ EPROTONOSUPPORT, 93, "Protocol not supported" },
	{ EOPNOTSUPP, 95, "Operation not supported" },
	{ EAFNOSUPPORT, 97, "Address family not supported by protocol" },
	{ EADDRINUSE, 98, "Address already in use" },
	{ EADDRNOTAVAIL, 99, "Cannot assign requested address" },
	{ ENETDOWN, 100, "Network is down" },
	{ ENETUNREACH, 101, "Network is unreachable" },
	{ ENETRESET, 102, "Network dropped connection on reset" },
	{ ECONNRESET, 104, "Connection reset by peer" },
	{ ENOBUFS, 105, "No buffer space available" },
	{ ETIMEDOUT, 110, "Connection timed out" },
	{ ECONNREFUSED, 111, "Connection refused" },
	{ EHOSTUNREACH, 113, "No route to host" },
};
enum { REASONS = sizeof reasons / sizeof reasons[0] };

const char *mcd_err_reason(int os)
{
	for (size_t i = 0; i < REASONS; i++)
		if (reasons[i].os == os)
			return reasons[i].text;
	return strerror(os);
}

int mcd_err_to_number(int os)
{
	for (size_t i = 0; i < REASONS; i++)
		if (reasons[i].os == os)
			return reasons[i].number;
	return os;
}

int mcd_err_of_number(int number)
{
	for (size_t i = 0; i < REASONS; i++)
		if (reasons[i].number == number)
			return reasons[i].os;
	return number;
}

/* Format into ERR and keep it to one line; returns the length of what was kept. */
static size_t set_text(struct mcd_err *err, const char *format, va_list args) MCD_PRINTF(2, 0);

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
	snprintf(tail, sizeof tail, ": %s", mcd_err_reason(os));
	/* The reason matters more than the end of a long line. */
	most = sizeof err->text - 1 - strlen(tail);
	memcpy(err->text + (length < most ? length : most), tail, strlen(tail) + 1);
}
