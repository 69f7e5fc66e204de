/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "capfile/source.h"

#include "capfile/capfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The buffer: room for what is left of the last piece, then the piece. Larger pieces are no faster, and leave the processor's cache. */
enum { BEFORE = MCD_SOURCE_PEEK, PIECE = 256 * 1024 };

/* Up to ROOM bytes of the file as it lies on disk, of a pipe what is there; 0 at its end, or when a read failed. */
static size_t fetch(struct mcd_source *source, uint8_t *out, size_t room)
{
	ssize_t got = read(fileno(source->stream), out, (unsigned)room); /* the buffer, or a piece of it */

	if (got < 0) {
		source->ended = MCD_SOURCE_FAILED;
		source->os = errno;
		return 0;
	}
	source->fetched += (uint64_t)got;
	return (size_t)got;
}

/* More input for the decompressor, all of it being used up. False when there is none. */
static bool feed(struct mcd_source *source)
{
	size_t got = source->input ? fetch(source, source->input, PIECE) : 0;

	if (got == 0)
		return false;
	source->io.in = source->input;
	source->io.in_end = source->input + got;
	return true;
}

static void finish(struct mcd_source *source, enum mcd_source_end ended)
{
	source->over = true;
	if (source->ended != MCD_SOURCE_FAILED)
		source->ended = ended;
}

/* Up to ROOM bytes decompressed, some unless it is the end. A step that does nothing would be the first of many. */
static size_t inflate_some(struct mcd_source *source, uint8_t *out, size_t room)
{
	struct mcd_inflate_io *io = &source->io;

	io->out = out;
	io->out_end = out + room;
	while (io->out < io->out_end && !source->over) {
		const uint8_t *in, *made = io->out;
		enum mcd_inflated inflated;

		if (io->in == io->in_end && io->out > out)
			break;
		if (io->in == io->in_end && !feed(source)) {
			finish(source, source->whole ? MCD_SOURCE_COMPLETE : MCD_SOURCE_CUT);
			break;
		}
		in = io->in;
		inflated = source->compression->how->step(source->state, io);
		source->whole = inflated == MCD_INFLATE_WHOLE;
		if (inflated == MCD_INFLATE_CORRUPT || (in == io->in && made == io->out))
			finish(source, MCD_SOURCE_CORRUPT);
	}
	return (size_t)(io->out - out);
}

static size_t read_some(struct mcd_source *source, uint8_t *out, size_t room)
{
	size_t got;

	if (source->compression)
		return inflate_some(source, out, room);
	got = fetch(source, out, room);
	if (got == 0)
		finish(source, MCD_SOURCE_COMPLETE);
	return got;
}

const uint8_t *mcd_source_fill(struct mcd_source *source, size_t n)
{
	size_t held = mcd_source_held(source);
	uint8_t *limit, *place, *end;

	if (source->over || !source->buffer)
		return NULL;
	limit = source->buffer + BEFORE + PIECE;
	place = limit - PIECE - held;
	if (n > held + PIECE)
		place = limit - n;
	memmove(place, source->at, held);
	for (end = place + held; end < place + n && !source->over;) /* a pipe gives it bit by bit */
		end += read_some(source, end, (size_t)(limit - end));
	source->at = place;
	source->end = end;
	return n <= mcd_source_held(source) ? source->at : NULL;
}

bool mcd_source_pass(struct mcd_source *source, uint64_t n)
{
	while (n > mcd_source_held(source)) {
		n -= mcd_source_held(source);
		source->at = source->end;
		if (!mcd_source_fill(source, 1))
			return false;
	}
	mcd_source_skip(source, (size_t)n);
	return true;
}

uint64_t mcd_source_position(const struct mcd_source *source)
{
	size_t ahead = source->compression ? (size_t)(source->io.in_end - source->io.in) : mcd_source_held(source);

	return source->fetched - ahead;
}

/* The bytes held turn out to be compressed: they become the decompressor's input. */
static bool start_inflating(struct mcd_source *source, const char *name, struct mcd_err *err)
{
	size_t held = mcd_source_held(source);

	source->state = source->compression->how->open();
	if (source->buffer)
		source->input = malloc(PIECE);
	else
		source->buffer = malloc(BEFORE + PIECE);
	if (!source->state || !source->buffer || (source->stream && !source->input)) {
		mcd_err_os(err, ENOMEM, "cannot decompress %s", name);
		return false;
	}
	source->io.in = source->at;
	if (source->input)
		source->io.in = memcpy(source->input, source->at, held);
	source->io.in_end = source->io.in + held;
	source->at = source->end = source->buffer;
	source->over = false;
	return true;
}

/* Look at the first bytes for a compression. */
static bool recognise(struct mcd_source *source, const char *name, struct mcd_err *err)
{
	const char *reads = mcd_capfile_compressions();

	mcd_source_peek(source, MCD_INFLATE_MAGIC);
	if (source->ended == MCD_SOURCE_FAILED) {
		mcd_err_os(err, source->os, "cannot read %s", name);
		return false;
	}
	source->compression = mcd_compression_of(source->at, mcd_source_held(source));
	if (!source->compression)
		return true;
	if (source->compression->how)
		return start_inflating(source, name, err);
	mcd_err_set(err, "%.160s is compressed by %s: this build reads pcap and pcapng, plain%s%s", name, source->compression->name,
		    *reads ? " or compressed by " : " only", reads);
	source->compression = NULL;
	return false;
}

bool mcd_source_open(struct mcd_source *source, const char *path, const char *name, struct mcd_err *err)
{
	struct stat st;

	*source = (struct mcd_source){ 0 };
	source->stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	if (!source->stream) {
		mcd_err_os(err, errno, "cannot open %s", name);
		return false;
	}
	if (fstat(fileno(source->stream), &st) == 0 && S_ISREG(st.st_mode))
		source->size = (uint64_t)st.st_size;
	source->buffer = malloc(BEFORE + PIECE);
	if (!source->buffer) {
		mcd_err_os(err, ENOMEM, "cannot read %s", name);
		return false;
	}
	source->at = source->end = source->buffer;
	return recognise(source, name, err);
}

bool mcd_source_memory(struct mcd_source *source, const uint8_t *data, size_t length, const char *name, struct mcd_err *err)
{
	*source = (struct mcd_source){ .at = data, .end = length ? data + length : data, .over = true };
	source->fetched = source->size = length;
	return recognise(source, name, err);
}

void mcd_source_close(struct mcd_source *source)
{
	if (source->state)
		source->compression->how->close(source->state);
	if (source->stream && source->stream != stdin)
		fclose(source->stream);
	free(source->input);
	free(source->buffer);
}
