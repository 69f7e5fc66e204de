/* SPDX-License-Identifier: ISC */
/* mcdiag's own probe: a UDP payload that begins with one readable ASCII line, then the user's message, then a NUL.
 *
 *   MCDIAG/1 session=0123456789abcdef host=name if=eth0 seq=7 ttl=64 time=1764000000.123456789\n
 *
 * Any receiver can print it. Space, control bytes, '%', '=' and bytes above 0x7e in host and interface names travel as %XX. */
#ifndef MCD_WIRE_PROBE_H
#define MCD_WIRE_PROBE_H

#include "wire/cursor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A name's room with its NUL; the longest line there is, both names all escapes. */
enum { MCD_PROBE_NAME = 256, MCD_PROBE_LINE = 1700 };

struct mcd_probe {
	uint64_t session;		/* of the sending run */
	char host[MCD_PROBE_NAME];	/* decoded, NUL-terminated */
	char iface[MCD_PROBE_NAME];
	uint32_t sequence;		/* from 1, per interface and group */
	int ttl;			/* as sent, 0..255 */
	int64_t sent_ns;		/* CLOCK_REALTIME of the sender, ns since the epoch, not negative */
};

/* Write the whole payload: line, MESSAGE, NUL, then zeros up to LEAST bytes. Returns its length; 0, OUT unspecified, when ROOM is too small
 * or a value out of its range. */
size_t mcd_probe_write(uint8_t *out, size_t room, const struct mcd_probe *probe, const char *message, size_t least);

/* Parse a payload. False when it is not a probe, or its line is cut or malformed; *OUT is then unspecified.
 * MESSAGE (may be NULL) becomes the window after the line: the user's message, its NUL, padding; what of it was captured. */
bool mcd_probe_parse(struct mcd_cursor payload, struct mcd_probe *out, struct mcd_cursor *message);

#endif
