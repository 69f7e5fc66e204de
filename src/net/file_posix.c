/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/file.h"

#include "net/folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char mcd_folder_separators[] = "/";

enum mcd_file_kind mcd_file_kind(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return MCD_FILE_NONE;
	return S_ISDIR(st.st_mode) ? MCD_FILE_FOLDER : S_ISREG(st.st_mode) ? MCD_FILE_REGULAR : MCD_FILE_OTHER;
}

int mcd_file_create(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

int mcd_file_open(const char *path)
{
	return open(path, O_WRONLY | O_CLOEXEC);
}

int mcd_file_sync(int fd)
{
	return fsync(fd);
}

int mcd_file_replace(const char *from, const char *to)
{
	return rename(from, to);
}

char *mcd_file_target(const char *path)
{
	return realpath(path, NULL);
}

int mcd_file_make_folder(const char *path)
{
	return mkdir(path, 0777);
}
