/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/privilege.h"

#include "net/win32.h"

#include <signal.h>
#include <stdio.h>

enum {
	STATUS_STOPPED = 130,	/* as of a program that SIGINT ended elsewhere */
	MOST_STREAMS = 2048,	/* that the C library can have */
	CLOSING_MS = 4500,	/* that the system waits for, most of 5 s, when the console is closed */
};

/* All that the handler, which runs on a thread of its own, can reach. */
static volatile sig_atomic_t stop_requested;

/* Sockets and captures have no such limit; files that are written have. */
size_t mcd_limit_files(size_t wanted)
{
	_setmaxstdio(wanted < MOST_STREAMS ? wanted > 512 ? (int)wanted : 512 : MOST_STREAMS);
	return wanted;
}

char *mcd_program_path(char *buf, size_t room)
{
	const DWORD length = GetModuleFileNameA(NULL, buf, (DWORD)room);

	if (length == 0 || length >= room)
		snprintf(buf, room, "mcdiag");
	return buf;
}

static BOOL WINAPI on_event(DWORD event)
{
	if (stop_requested)
		ExitProcess(STATUS_STOPPED);
	stop_requested = 1;
	if (event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)
		Sleep(CLOSING_MS); /* the process ends with the handler */
	return TRUE;
}

/* Nothing turns readable: the wait is never long (net/wait.h). */
bool mcd_stop_on_signals(int *fd, struct mcd_err *err)
{
	*fd = -1;
	if (SetConsoleCtrlHandler(on_event, TRUE))
		return true;
	mcd_err_os(err, mcd_win32_errno(GetLastError()), "cannot watch for Ctrl-C");
	return false;
}

/* A read from a pipe goes on until its end, or the second Ctrl-C. */
void mcd_stop_ends_reads(bool yes)
{
	(void)yes;
}

bool mcd_stop_requested(void)
{
	return stop_requested != 0;
}
