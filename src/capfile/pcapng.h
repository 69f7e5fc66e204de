/* SPDX-License-Identifier: ISC */
/* pcapng (draft-ietf-opsawg-pcapng): what its blocks have in common, and those that tell of interfaces. */
#ifndef MCD_CAPFILE_PCAPNG_H
#define MCD_CAPFILE_PCAPNG_H

#include "capfile/reader.h"

/* A block without its type and lengths. */
struct mcd_pcapng_block {
	uint32_t type;
	uint32_t length;     /* bytes of the body, a multiple of 4 */
	const uint8_t *body; /* lies in the source's buffer until the next block is asked for */
};

/* Options not yet read. */
struct mcd_pcapng_options {
	const uint8_t *at, *end;
	bool big;
};

struct mcd_pcapng_option {
	uint16_t code, length;
	const uint8_t *value;
};

/* The next option of those in OPTIONS; false after the last, and where one claims more than there is. Section 3.5. */
bool mcd_pcapng_option(struct mcd_pcapng_options *options, struct mcd_pcapng_option *out);

/* A block is too short for what its type holds: reading ends. Always false. */
bool mcd_pcapng_short(struct mcd_capfile *file, const struct mcd_pcapng_block *block);

/* An Interface Description Block (4.2) and an Interface Statistics Block (4.6). False when reading has ended. */
bool mcd_pcapng_describe(struct mcd_capfile *file, const struct mcd_pcapng_block *block);
bool mcd_pcapng_statistics(struct mcd_capfile *file, const struct mcd_pcapng_block *block);

#endif
