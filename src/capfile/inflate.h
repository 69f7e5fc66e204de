/* SPDX-License-Identifier: ISC */
/* Decompressing in pieces: one body for each library, built where the library is there. */
#ifndef MCD_CAPFILE_INFLATE_H
#define MCD_CAPFILE_INFLATE_H

#include <stddef.h>
#include <stdint.h>

enum { MCD_INFLATE_MAGIC = 6 }; /* bytes that tell every compression */

/* What is left to read, and the room to write to; a step moves both beginnings on. */
struct mcd_inflate_io {
	const uint8_t *in, *in_end;
	uint8_t *out, *out_end;
};

/* WHOLE: the end of a member (gzip) or frame (zstd, lz4), where the file may end; more of them may follow. */
enum mcd_inflated { MCD_INFLATE_MORE, MCD_INFLATE_WHOLE, MCD_INFLATE_CORRUPT };

struct mcd_inflate {
	/* The state, NULL when memory is out. */
	void *(*open)(void);

	/* Go on until a member ends, the input is used up, or the room is full; neither is empty before. No member's last byte of input is used
	 * before all that it makes is written. After a member's end another may begin. */
	enum mcd_inflated (*step)(void *state, struct mcd_inflate_io *io);
	void (*close)(void *state);
};

extern const struct mcd_inflate mcd_inflate_gzip; /* RFC 1952 */
extern const struct mcd_inflate mcd_inflate_zstd; /* RFC 8878; windows up to 128 MiB, as the program of that name */
extern const struct mcd_inflate mcd_inflate_lz4;  /* LZ4 frame format 1.6 */

struct mcd_compression {
	const char *name;	       /* "gzip" */
	const struct mcd_inflate *how; /* NULL = this build does not read it */
};

/* The compression that a file of these first bytes has; NULL = none that is known. */
const struct mcd_compression *mcd_compression_of(const uint8_t *bytes, size_t length);

#endif
