/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "capfile/inflate.h"

#include <stdlib.h>
#include <zstd.h>

enum { WINDOW_LOG = 27, HEADER = 5 };

struct zstd {
	ZSTD_DStream *stream;
	size_t next; /* bytes to the end of the block: fed no further, since a call that meets an error forgets what it made before that */
};

static void *zstd_open(void)
{
	struct zstd *zstd = calloc(1, sizeof *zstd);

	if (!zstd)
		return NULL;
	zstd->next = HEADER;
	zstd->stream = ZSTD_createDStream();
	if (!zstd->stream || ZSTD_isError(ZSTD_DCtx_setParameter(zstd->stream, ZSTD_d_windowLogMax, WINDOW_LOG))) {
		ZSTD_freeDStream(zstd->stream);
		free(zstd);
		return NULL;
	}
	return zstd;
}

static enum mcd_inflated zstd_step(void *state, struct mcd_inflate_io *io)
{
	struct zstd *zstd = state;
	size_t left = (size_t)(io->in_end - io->in);
	ZSTD_inBuffer in = { io->in, left < zstd->next ? left : zstd->next, 0 };
	ZSTD_outBuffer out = { io->out, (size_t)(io->out_end - io->out), 0 };
	size_t next = ZSTD_decompressStream(zstd->stream, &out, &in);

	io->in += in.pos;
	io->out += out.pos;
	if (ZSTD_isError(next))
		return MCD_INFLATE_CORRUPT;
	zstd->next = next ? next : HEADER;
	return next ? MCD_INFLATE_MORE : MCD_INFLATE_WHOLE;
}

static void zstd_close(void *state)
{
	struct zstd *zstd = state;

	ZSTD_freeDStream(zstd->stream);
	free(zstd);
}

const struct mcd_inflate mcd_inflate_zstd = { zstd_open, zstd_step, zstd_close };
