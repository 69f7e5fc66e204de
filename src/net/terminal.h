/* SPDX-License-Identifier: ISC */
/* What a stream leads to. */
#ifndef MCD_NET_TERMINAL_H
#define MCD_NET_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Whether STREAM is a terminal. */
bool mcd_terminal_is(FILE *stream);

/* Whether STREAM is a terminal that shows colours by escape sequences (ECMA-48, 8.3.117); one that has to be told so is told. */
bool mcd_terminal_colours(FILE *stream);

/* Columns of the terminal behind STREAM; FALLBACK when there is none or it does not tell. */
unsigned mcd_terminal_width(FILE *stream, unsigned fallback);

/* Whether terminals show UTF-8. POSIX: what the user's locale says (LC_ALL, LC_CTYPE, LANG). */
bool mcd_terminal_utf8(void);

#endif
