/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "capfile/inflate.h"

#include <string.h>

#ifdef HAVE_ZLIB
#define GZIP &mcd_inflate_gzip
#else
#define GZIP NULL
#endif
#ifdef HAVE_ZSTD
#define ZSTD &mcd_inflate_zstd
#else
#define ZSTD NULL
#endif
#ifdef HAVE_LZ4
#define LZ4 &mcd_inflate_lz4
#else
#define LZ4 NULL
#endif

static const struct {
	struct mcd_compression is;
	uint8_t length, magic[MCD_INFLATE_MAGIC];
} compressions[] = {
	{ { "gzip", GZIP }, 3, { 0x1f, 0x8b, 8 } }, /* 8 = deflate, the only method there is */
	{ { "zstd", ZSTD }, 4, { 0x28, 0xb5, 0x2f, 0xfd } },
	{ { "zstd", ZSTD }, 4, { 0x50, 0x2a, 0x4d, 0x18 } }, /* pzstd begins with a skippable frame */
	{ { "lz4", LZ4 }, 4, { 0x04, 0x22, 0x4d, 0x18 } },
	{ { "lz4 -l", NULL }, 4, { 0x02, 0x21, 0x4c, 0x18 } },
	{ { "xz", NULL }, 6, { 0xfd, '7', 'z', 'X', 'Z', 0 } },
	{ { "bzip2", NULL }, 3, { 'B', 'Z', 'h' } },
};

const struct mcd_compression *mcd_compression_of(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < sizeof compressions / sizeof compressions[0]; i++)
		if (length >= compressions[i].length && memcmp(bytes, compressions[i].magic, compressions[i].length) == 0)
			return &compressions[i].is;
	return NULL;
}
