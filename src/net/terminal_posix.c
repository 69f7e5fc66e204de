/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool mcd_terminal_is(FILE *stream)
{
	return isatty(fileno(stream)) == 1;
}

bool mcd_terminal_colours(FILE *stream)
{
	return mcd_terminal_is(stream);
}

unsigned mcd_terminal_width(FILE *stream, unsigned fallback)
{
	struct winsize size;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return fallback;
	return size.ws_col;
}

bool mcd_terminal_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8;

	if (!locale)
		return false;
	utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return utf8;
}
