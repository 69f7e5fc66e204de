/* SPDX-License-Identifier: ISC */
/* What a stream leads to. */
#ifndef MCD_NET_TERMINAL_H
#define MCD_NET_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Whether STREAM is a terminal. */
bool mcd_terminal_is(FILE *stream);

/* Columns of the terminal behind STREAM; FALLBACK when there is none or it does not tell. */
unsigned mcd_terminal_width(FILE *stream, unsigned fallback);

/* Whether the user's locale (LC_ALL, LC_CTYPE, LANG) shows UTF-8. */
bool mcd_terminal_utf8(void);

#endif
