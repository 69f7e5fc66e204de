/* SPDX-License-Identifier: ISC */
/* Lines of text for people: wrapped at spaces, indented, and clean. No control character and no broken UTF-8 of a name, a message or a host
 * name ever reaches the terminal: each becomes U+FFFD, or "?" where symbols are off. Escape codes come from here alone. */
#ifndef MCD_REPORT_PAGE_H
#define MCD_REPORT_PAGE_H

#include "base/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum mcd_paint { MCD_PLAIN, MCD_BOLD, MCD_DIM, MCD_RED, MCD_GREEN, MCD_YELLOW, MCD_CYAN };

enum { MCD_PAGE_WIDTH = 100, MCD_PAGE_LEAST = 40, MCD_PAGE_LINE = 1024, MCD_PAGE_WORD = 512 };

struct mcd_page {
	FILE *out;
	unsigned width; /* columns, MCD_PAGE_LEAST at least */
	bool colour, symbols;
	unsigned column;	  /* where the line stands, the word that waits not counted */
	unsigned hang;		  /* indent of its continuation lines */
	bool fresh;		  /* nothing but the indent is on the line */
	bool space;		  /* a space is due before the word */
	char word[MCD_PAGE_WORD]; /* what is whole only at the next space; clean, with escape codes */
	size_t used;
	unsigned columns; /* of the word */
};

/* WIDTH 0 is MCD_PAGE_WIDTH. */
void mcd_page_init(struct mcd_page *page, FILE *out, unsigned width, bool colour, bool symbols);

/* Begin a line at INDENT; continuation lines begin at HANG. */
void mcd_page_begin(struct mcd_page *page, unsigned indent, unsigned hang);

/* Append text; spaces in it are where lines may break. Only a word that is longer than a whole line is divided, between characters. */
void mcd_page_text(struct mcd_page *page, const char *text);
void mcd_page_format(struct mcd_page *page, const char *format, ...) MCD_PRINTF(2, 3);

/* Append text that is kept together on one line, in a colour. */
void mcd_page_paint(struct mcd_page *page, enum mcd_paint paint, const char *text);

/* Where the line stands, all words of it written. */
unsigned mcd_page_at(struct mcd_page *page);

/* Move to COLUMN by spaces; at or past it: one space. */
void mcd_page_column(struct mcd_page *page, unsigned column);

/* End the line; an empty line when nothing was begun. */
void mcd_page_end(struct mcd_page *page);

/* A whole paragraph at once. */
void mcd_page_line(struct mcd_page *page, unsigned indent, unsigned hang, const char *format, ...) MCD_PRINTF(4, 5);

#endif
