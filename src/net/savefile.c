/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/savefile.h"

#include "net/clock.h"
#include "net/file.h"
#include "net/folder.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BUFFER = 256 * 1024,
	NAME_KEPT = 200, /* so that the temporary name stays within NAME_MAX */
	TRIES = 100,
};

struct mcd_savefile {
	FILE *stream;
	char *path;	 /* as the user wrote it, for messages */
	char *final;	 /* where it goes: symbolic links followed, so that a link stays one; NULL = written in place */
	char *temporary; /* NULL = written in place */
	char *buffer;	 /* the stream's; outlives it */
};

static void release(struct mcd_savefile *file)
{
	if (file->stream)
		fclose(file->stream);
	if (file->temporary)
		unlink(file->temporary);
	free(file->temporary);
	free(file->final);
	free(file->path);
	free(file->buffer);
	free(file);
}

/* DIR/.NAME.XXXXXX with random letters for the last six. NULL when memory is out. */
static char *temporary_name(const char *final)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	const char *name = mcd_folder_base(final);
	size_t folder = (size_t)(name - final), room = folder + NAME_KEPT + 16;
	char *path = malloc(room), random[7] = "";
	uint64_t number = mcd_clock_random();

	if (!path)
		return NULL;
	for (size_t i = 0; i < 6; i++)
		random[i] = letters[number >> (5 * i) & 31];
	snprintf(path, room, "%.*s.%.*s.%s", (int)folder, final, NAME_KEPT, name, random);
	return path;
}

/* Create a new file beside FINAL. Not by mkstemp(), whose mode is not what the umask leaves of 0666.
 * Returns the descriptor, -1 and errno; *TEMPORARY is the caller's to free. */
static int create_beside(const char *final, char **temporary)
{
	for (int i = 0; i < TRIES; i++) {
		char *path = temporary_name(final);
		int fd;

		if (!path) {
			errno = ENOMEM;
			return -1;
		}
		fd = mcd_file_create(path);
		if (fd >= 0) {
			*temporary = path;
			return fd;
		}
		free(path);
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* The descriptor to write to; -1 and errno. What is no regular file (a device, a FIFO) is written in place. */
static int open_for(struct mcd_savefile *file)
{
	switch (mcd_file_kind(file->path)) {
	case MCD_FILE_FOLDER:
		errno = EISDIR;
		return -1;
	case MCD_FILE_OTHER:
		return mcd_file_open(file->path);
	case MCD_FILE_REGULAR:
		file->final = mcd_file_target(file->path);
		break;
	case MCD_FILE_NONE:
		file->final = strdup(file->path);
		break;
	}
	if (!file->final)
		return -1;
	return create_beside(file->final, &file->temporary);
}

struct mcd_savefile *mcd_savefile_new(const char *path, struct mcd_err *err)
{
	struct mcd_savefile *file = calloc(1, sizeof *file);
	int fd = -1;

	if (!file)
		goto no_memory;
	file->path = strdup(path);
	file->buffer = malloc(BUFFER);
	if (!file->path || !file->buffer)
		goto no_memory;
	fd = open_for(file);
	if (fd < 0) {
		mcd_err_os(err, errno, "cannot write %s", path);
		release(file);
		return NULL;
	}
	file->stream = fdopen(fd, "wb");
	if (!file->stream)
		goto no_memory;
	setvbuf(file->stream, file->buffer, _IOFBF, BUFFER);
	return file;
no_memory:
	mcd_err_os(err, ENOMEM, "cannot write %s", path);
	if (fd >= 0)
		close(fd);
	if (file)
		release(file);
	return NULL;
}

FILE *mcd_savefile_stream(struct mcd_savefile *file)
{
	return file->stream;
}

void mcd_savefile_pcap_begin(struct mcd_savefile *file, int link_type, int snap_length)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snap_length, link_type;
	} header = { 0xa1b23c4d, 2, 4, 0, 0, (uint32_t)snap_length, (uint32_t)link_type };

	fwrite(&header, sizeof header, 1, file->stream); /* errors stay in the stream until the commit */
}

void mcd_savefile_pcap_frame(struct mcd_savefile *file, const struct mcd_frame *frame)
{
	const uint32_t header[4] = {
		(uint32_t)(frame->when_ns / 1000000000),
		(uint32_t)(frame->when_ns % 1000000000),
		frame->captured,
		frame->on_wire,
	};

	fwrite(header, sizeof header, 1, file->stream);
	if (frame->captured > 0)
		fwrite(frame->data, frame->captured, 1, file->stream);
}

/* All bytes handed to the OS and, for a file of ours, to the disk. The errno of the first failure, else 0. */
static int finish(struct mcd_savefile *file)
{
	int os = 0;

	errno = 0;
	if (fflush(file->stream) != 0 || ferror(file->stream))
		os = errno ? errno : EIO;
	else if (file->temporary && mcd_file_sync(fileno(file->stream)) != 0)
		os = errno;
	if (fclose(file->stream) != 0 && os == 0)
		os = errno;
	file->stream = NULL;
	return os;
}

bool mcd_savefile_commit(struct mcd_savefile *file, struct mcd_err *err)
{
	int os = finish(file);

	if (os == 0 && file->temporary) {
		if (mcd_file_replace(file->temporary, file->final) != 0) {
			os = errno;
		} else {
			free(file->temporary);
			file->temporary = NULL;
		}
	}
	if (os != 0)
		mcd_err_os(err, os, "cannot write %s", file->path);
	release(file);
	return os == 0;
}

void mcd_savefile_abandon(struct mcd_savefile *file)
{
	if (file)
		release(file);
}

bool mcd_savefile_folder(const char *path, struct mcd_err *err)
{
	size_t room = strlen(path) + sizeof "/writable";
	char *inside, *temporary = NULL;
	int fd = -1, os = 0;

	if (mcd_file_make_folder(path) != 0 && !mcd_folder_is(path)) {
		mcd_err_os(err, errno == EEXIST ? ENOTDIR : errno, "cannot make the folder %s", path);
		return false;
	}
	inside = malloc(room);
	if (inside) {
		snprintf(inside, room, "%s/writable", path);
		fd = create_beside(inside, &temporary);
	}
	if (fd < 0)
		os = inside ? errno : ENOMEM;
	if (os != 0)
		mcd_err_os(err, os, "cannot write into the folder %s", path);
	if (fd >= 0) {
		close(fd);
		unlink(temporary);
	}
	free(temporary);
	free(inside);
	return os == 0;
}
