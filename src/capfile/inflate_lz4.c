/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "capfile/inflate.h"

#include <lz4frame.h>
#include <stdlib.h>

enum { HEADER = 7 };

struct lz4 {
	LZ4F_dctx *context;
	size_t next; /* bytes to the end of the block: fed no further, since a call that meets an error forgets what it made before that */
};

static void *lz4_open(void)
{
	struct lz4 *lz4 = calloc(1, sizeof *lz4);

	if (!lz4)
		return NULL;
	lz4->next = HEADER;
	if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4->context, LZ4F_VERSION))) {
		free(lz4);
		return NULL;
	}
	return lz4;
}

static enum mcd_inflated lz4_step(void *state, struct mcd_inflate_io *io)
{
	struct lz4 *lz4 = state;
	size_t left = (size_t)(io->in_end - io->in), out = (size_t)(io->out_end - io->out);
	size_t in = left < lz4->next ? left : lz4->next;
	size_t next = LZ4F_decompress(lz4->context, io->out, &out, io->in, &in, NULL);

	if (LZ4F_isError(next))
		return MCD_INFLATE_CORRUPT;
	io->in += in;
	io->out += out;
	lz4->next = next ? next : HEADER;
	return next ? MCD_INFLATE_MORE : MCD_INFLATE_WHOLE;
}

static void lz4_close(void *state)
{
	struct lz4 *lz4 = state;

	LZ4F_freeDecompressionContext(lz4->context);
	free(lz4);
}

const struct mcd_inflate mcd_inflate_lz4 = { lz4_open, lz4_step, lz4_close };
