/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/process.h"

#include "net/win32.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>

/* The console's code page, which outlives us: what it was on the first call, and again on the second. */
static void change_console(void)
{
	static UINT before;

	if (before) {
		SetConsoleOutputCP(before);
	} else {
		before = GetConsoleOutputCP();
		SetConsoleOutputCP(CP_UTF8);
	}
}

void mcd_process_begin(void)
{
	FILE *const streams[] = { stdin, stdout, stderr };
	WSADATA data;

	for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
		_setmode(_fileno(streams[i]), _O_BINARY);
	if (GetConsoleOutputCP() != 0) {
		change_console();
		atexit(change_console);
	}
	WSAStartup(MAKEWORD(2, 2), &data); /* where it fails, so does the first call of a socket, which tells */
}
