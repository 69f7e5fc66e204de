/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/folder.h"

#include "net/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool mcd_folder_is(const char *path)
{
	return mcd_file_kind(path) == MCD_FILE_FOLDER;
}

bool mcd_folder_has(const char *path)
{
	return mcd_file_kind(path) != MCD_FILE_NONE;
}

const char *mcd_folder_base(const char *path)
{
	const char *base = path;

	for (size_t span; base[span = strcspn(base, mcd_folder_separators)]; base += span + 1)
		;
	return base;
}

char *mcd_folder_path(const char *path, const char *name)
{
	size_t room = strlen(path) + strlen(name) + 2;
	char *joined = malloc(room);

	if (joined)
		snprintf(joined, room, "%s/%s", path, name);
	return joined;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool keep(struct mcd_vec *names, const char *name)
{
	char **item;

	if (name[0] == '.')
		return true;
	item = mcd_vec_push(names);
	return item && (*item = strdup(name)) != NULL;
}

bool mcd_folder_list(const char *path, struct mcd_vec *names, struct mcd_err *err)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	bool good = true;

	errno = folder ? 0 : errno;
	while (good && folder && (entry = readdir(folder)) != NULL) {
		good = keep(names, entry->d_name);
		errno = good ? 0 : ENOMEM;
	}
	if (errno != 0) {
		mcd_err_os(err, errno, "cannot read the folder %.200s", path);
		good = false;
	}
	if (folder)
		closedir(folder);
	if (good)
		mcd_vec_sort(names, compare_names);
	return good;
}
