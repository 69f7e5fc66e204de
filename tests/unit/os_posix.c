/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "os.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

const char os_nothing[] = "/dev/null";

FILE *os_temporary(void)
{
	return tmpfile();
}

FILE *os_full(int *why)
{
	*why = ENOSPC;
	return fopen("/dev/full", "wb");
}

bool os_make_folder(char *path, size_t room)
{
	const char *place = getenv("TMPDIR");

	return snprintf(path, room, "%s/mcdiag-XXXXXX", place && *place ? place : "/tmp") < (int)room && mkdtemp(path) != NULL;
}

bool os_pipe(int ends[2])
{
	return pipe(ends) == 0;
}

bool os_reads_all(void)
{
	return geteuid() == 0;
}
