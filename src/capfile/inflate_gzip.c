/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "capfile/inflate.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zlib.h>

enum { GZIP_ONLY = 16 }; /* added to the window bits */

struct gzip {
	z_stream stream;
	bool whole; /* at the end of a member */
};

static void *gzip_open(void)
{
	struct gzip *gzip = calloc(1, sizeof *gzip);

	if (gzip && inflateInit2(&gzip->stream, GZIP_ONLY + MAX_WBITS) != Z_OK) {
		free(gzip);
		return NULL;
	}
	return gzip;
}

static unsigned at_most(size_t n)
{
	return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

static enum mcd_inflated gzip_step(void *state, struct mcd_inflate_io *io)
{
	struct gzip *gzip = state;
	z_stream *stream = &gzip->stream;
	int result;

	if (gzip->whole && inflateReset(stream) != Z_OK)
		return MCD_INFLATE_CORRUPT;
	stream->next_in = (z_const Bytef *)io->in;
	stream->avail_in = at_most((size_t)(io->in_end - io->in));
	stream->next_out = io->out;
	stream->avail_out = at_most((size_t)(io->out_end - io->out));
	result = inflate(stream, Z_NO_FLUSH);
	io->in = stream->next_in;
	io->out = stream->next_out;
	gzip->whole = result == Z_STREAM_END;
	if (gzip->whole)
		return MCD_INFLATE_WHOLE;
	return result == Z_OK || result == Z_BUF_ERROR ? MCD_INFLATE_MORE : MCD_INFLATE_CORRUPT;
}

static void gzip_close(void *state)
{
	struct gzip *gzip = state;

	inflateEnd(&gzip->stream);
	free(gzip);
}

const struct mcd_inflate mcd_inflate_gzip = { gzip_open, gzip_step, gzip_close };
