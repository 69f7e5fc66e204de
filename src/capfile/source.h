/* SPDX-License-Identifier: ISC */
/* The bytes of a capture file, wherever they come from: a file or pipe, memory, or either of them decompressed.
 * They are read in large pieces and handed out where they lie, however a record straddles two pieces. */
#ifndef MCD_CAPFILE_SOURCE_H
#define MCD_CAPFILE_SOURCE_H

#include "capfile/inflate.h"

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { MCD_SOURCE_PEEK = 512 * 1024 }; /* the most that can be asked for in one piece */

/* What stands behind the last byte: the end of the file, of a compressed file in the middle of its data, a break in the compressed data,
 * or a read that failed. */
enum mcd_source_end { MCD_SOURCE_COMPLETE, MCD_SOURCE_CUT, MCD_SOURCE_CORRUPT, MCD_SOURCE_FAILED };

struct mcd_source {
	const uint8_t *at, *end; /* what is held and not yet skipped */
	uint8_t *buffer;	 /* NULL where AT points into the caller's memory */
	bool over;		 /* nothing comes after END */
	enum mcd_source_end ended;
	int os;			 /* errno of the read that failed */
	FILE *stream;		 /* NULL = memory */
	uint64_t fetched, size;	 /* bytes that STREAM gave, or that are at the caller's; size of the file, 0 = not known */
	const struct mcd_compression *compression; /* NULL = none */
	void *state;		 /* of the decompressor */
	uint8_t *input;		 /* its input, NULL where that is the caller's memory */
	struct mcd_inflate_io io;
	bool whole;		 /* the decompressor is at the end of a member */
};

/* Open PATH ("-" is standard input), or take LENGTH bytes at DATA, which must outlive it; find out whether they are compressed. False and ERR
 * when it cannot be opened or read, with NAME in the message, or its compression is not read. Closed by mcd_source_close() either way. */
bool mcd_source_open(struct mcd_source *source, const char *path, const char *name, struct mcd_err *err);
bool mcd_source_memory(struct mcd_source *source, const uint8_t *data, size_t length, const char *name, struct mcd_err *err);
void mcd_source_close(struct mcd_source *source);

/* Read on until N bytes (up to MCD_SOURCE_PEEK) are held; NULL when fewer are left: those stay held, and ENDED says why. What was handed out
 * before may have moved. */
const uint8_t *mcd_source_fill(struct mcd_source *source, size_t n);

/* Bytes that are held. */
static inline size_t mcd_source_held(const struct mcd_source *source)
{
	return (size_t)(source->end - source->at);
}

/* The next N bytes, which stay the next; as mcd_source_fill(). */
static inline const uint8_t *mcd_source_peek(struct mcd_source *source, size_t n)
{
	return n <= mcd_source_held(source) ? source->at : mcd_source_fill(source, n);
}

/* Go on by N bytes that were peeked; they keep lying there until the next peek. */
static inline void mcd_source_skip(struct mcd_source *source, size_t n)
{
	source->at += n;
}

/* Go on by N bytes of any number; false when fewer are left: none are held then. */
bool mcd_source_pass(struct mcd_source *source, uint64_t n);

/* Bytes of the file as it lies on disk that were used. */
uint64_t mcd_source_position(const struct mcd_source *source);

#endif
