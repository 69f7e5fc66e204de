/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *mcd_procfs_read(int dir, const char *path)
{
	size_t room = 16 * 1024, used = 0;
	char *text = NULL;
	ssize_t got = 1;
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	while (got > 0) {
		if (!text || room - used < 2) {
			char *more = realloc(text, room * (text ? 2 : 1));

			if (!more)
				break;
			room *= text ? 2 : 1;
			text = more;
		}
		got = read(fd, text + used, room - used - 1);
		if (got > 0)
			used += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	close(fd);
	if (text && got == 0) {
		text[used] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

int mcd_procfs_number(int dir, const char *path)
{
	char text[32], *end;
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t got;
	long value;

	if (fd < 0)
		return -1;
	got = read(fd, text, sizeof text - 1);
	close(fd);
	if (got <= 0)
		return -1;
	text[got] = '\0';
	value = strtol(text, &end, 10);
	return end != text && value >= 0 && value <= INT32_MAX ? (int)value : -1;
}

char *mcd_procfs_line(char **at)
{
	return **at ? strsep(at, "\n") : NULL;
}

char *mcd_procfs_word(char **at)
{
	char *word;

	do
		word = strsep(at, " \t");
	while (word && *word == '\0');
	return word;
}
