/* SPDX-License-Identifier: ISC */
/* The console is a terminal; NUL, which isatty() takes for one, is not. */
#include <config.h>

#include "net/terminal.h"

#include "net/win32.h"

#include <io.h>

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

static HANDLE handle_of(FILE *stream)
{
	return (HANDLE)_get_osfhandle(_fileno(stream));
}

bool mcd_terminal_is(FILE *stream)
{
	DWORD mode;

	return GetConsoleMode(handle_of(stream), &mode);
}

/* Since Windows 10; it stays so for the programs that follow, as most consoles have it by now. */
bool mcd_terminal_colours(FILE *stream)
{
	DWORD mode;

	return GetConsoleMode(handle_of(stream), &mode) && SetConsoleMode(handle_of(stream), mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

unsigned mcd_terminal_width(FILE *stream, unsigned fallback)
{
	CONSOLE_SCREEN_BUFFER_INFO info;

	if (!GetConsoleScreenBufferInfo(handle_of(stream), &info) || info.srWindow.Right < info.srWindow.Left)
		return fallback;
	return (unsigned)(info.srWindow.Right - info.srWindow.Left) + 1;
}

bool mcd_terminal_utf8(void)
{
	return GetConsoleOutputCP() == CP_UTF8;
}
