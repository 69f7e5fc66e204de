/* SPDX-License-Identifier: ISC */
/* replay --target=NAME FOLDER...: every file of the folders, and each of its prefixes, through a fuzz target: the corpus as a regression test.
 * Fails when there was none. */
#include <config.h>

#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 1 << 16 };

/* On the heap with nothing behind it, so that a sanitizer sees one byte too many. */
static void run_prefix(const unsigned char *data, size_t size)
{
	unsigned char *copy = malloc(size);

	if (size)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int run_file(const char *path)
{
	static unsigned char data[LARGEST];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file)
		return 0;
	size = fread(data, 1, sizeof data, file);
	fclose(file);
	for (size_t n = 0; n <= size; n++)
		run_prefix(data, n);
	return 1;
}

static int run_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];
	int files = 0;

	while (dir && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		files += run_file(path);
	}
	if (dir)
		closedir(dir);
	return files;
}

int main(int argc, char **argv)
{
	int files = 0;

	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 2; i < argc; i++)
		files += run_folder(argv[i]);
	printf("%s: %d files\n", argv[1], files);
	return files > 0 ? 0 : 1;
}
