/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/file.h"

#include "net/folder.h"
#include "net/win32.h"

#include <direct.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <string.h>
#include <sys/stat.h>

enum { TRIES = 20, PAUSE_MS = 10 }; /* while another program, of a virus scanner say, reads what is to be replaced */

const char mcd_folder_separators[] = "/\\:"; /* a drive has a folder of its own that is current */

enum mcd_file_kind mcd_file_kind(const char *path)
{
	const DWORD attributes = GetFileAttributesA(path);
	HANDLE file;
	DWORD type;

	if (attributes == INVALID_FILE_ATTRIBUTES)
		return MCD_FILE_NONE;
	if (attributes & FILE_ATTRIBUTE_DIRECTORY)
		return MCD_FILE_FOLDER;
	file = CreateFileA(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
	type = file == INVALID_HANDLE_VALUE ? FILE_TYPE_DISK : GetFileType(file);
	if (file != INVALID_HANDLE_VALUE)
		CloseHandle(file);
	return type == FILE_TYPE_DISK ? MCD_FILE_REGULAR : MCD_FILE_OTHER;
}

int mcd_file_create(const char *path)
{
	return _open(path, _O_WRONLY | _O_CREAT | _O_EXCL | _O_BINARY | _O_NOINHERIT, _S_IREAD | _S_IWRITE);
}

int mcd_file_open(const char *path)
{
	return _open(path, _O_WRONLY | _O_BINARY | _O_NOINHERIT);
}

int mcd_file_sync(int fd)
{
	return _commit(fd);
}

int mcd_file_replace(const char *from, const char *to)
{
	DWORD code = ERROR_ACCESS_DENIED;

	for (int i = 0; i < TRIES && (code == ERROR_ACCESS_DENIED || code == ERROR_SHARING_VIOLATION); i++) {
		if (i > 0)
			Sleep(PAUSE_MS);
		code = MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) ? ERROR_SUCCESS : GetLastError();
	}
	if (code == ERROR_SUCCESS)
		return 0;
	errno = mcd_win32_errno(code);
	return -1;
}

/* A link is replaced by the file: few who may make one on Windows use them for this. */
char *mcd_file_target(const char *path)
{
	return strdup(path);
}

int mcd_file_make_folder(const char *path)
{
	return _mkdir(path);
}
