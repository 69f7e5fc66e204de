/* SPDX-License-Identifier: ISC */
/* UTF-8 (RFC 3629) read defensively: what names and messages hold was chosen by others. */
#ifndef MCD_REPORT_UTF8_H
#define MCD_REPORT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MCD_UTF8_BAD = 0xfffd }; /* the replacement character */

/* The code point at TEXT, which is NUL-terminated and not empty, and in *CODE its value; MCD_UTF8_BAD for a byte that begins no
 * shortest-form character, which is then one byte long. Returns the bytes it takes, 1..4. */
size_t mcd_utf8_next(const char *text, uint32_t *code);

/* Write CODE (a valid code point) to OUT, no NUL; returns its bytes, 1..4. */
size_t mcd_utf8_put(char out[4], uint32_t code);

/* False for what must not reach a terminal: controls (C0, DEL, C1), line and paragraph separators, direction overrides, invisible marks. */
bool mcd_utf8_printable(uint32_t code);

/* CODE, or what stands for it where it must not be shown: U+FFFD where SYMBOLS are on, else "?". */
uint32_t mcd_utf8_shown(uint32_t code, bool symbols);

/* Columns that CODE takes on a terminal: 0 (combining), 1 or 2 (East Asian wide). */
unsigned mcd_utf8_columns(uint32_t code);

/* Columns of a whole text, unprintable characters counted as the one that replaces them. */
size_t mcd_utf8_width(const char *text);

#endif
