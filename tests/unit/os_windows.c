/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "os.h"

#include <direct.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <string.h>
#include <windows.h>

const char os_nothing[] = "NUL";

/* A name that nothing has, in the folder for such; "" when there is none. */
static void temporary_name(char *path, size_t room)
{
	char folder[MAX_PATH], name[MAX_PATH];

	path[0] = '\0';
	if (GetTempPathA(sizeof folder, folder) && GetTempFileNameA(folder, "mcd", 0, name) && strlen(name) < room) /* which makes the file */
		memcpy(path, name, strlen(name) + 1);
}

/* tmpfile() would make it where only administrators may. */
FILE *os_temporary(void)
{
	char path[MAX_PATH];
	HANDLE file;

	temporary_name(path, sizeof path);
	file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
	return file == INVALID_HANDLE_VALUE ? NULL : _fdopen(_open_osfhandle((intptr_t)file, _O_RDWR | _O_BINARY), "w+b");
}

/* One that is there to be read. */
FILE *os_full(int *why)
{
	const HANDLE file = CreateFileA("NUL", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

	*why = EBADF;
	return file == INVALID_HANDLE_VALUE ? NULL : _fdopen(_open_osfhandle((intptr_t)file, _O_BINARY), "wb");
}

bool os_make_folder(char *path, size_t room)
{
	temporary_name(path, room);
	return *path && DeleteFileA(path) && _mkdir(path) == 0;
}

bool os_pipe(int ends[2])
{
	return _pipe(ends, 64 * 1024, _O_BINARY | _O_NOINHERIT) == 0;
}

bool os_reads_all(void)
{
	return true; /* there is no mode that keeps a file from its owner */
}
