/* SPDX-License-Identifier: ISC */
/* A datagram that was received, as a line for people and for grep: whence, whither, by which interface, with which TTL, what it says. */
#ifndef MCD_REPORT_MESSAGE_H
#define MCD_REPORT_MESSAGE_H

#include "base/frame.h"
#include "evidence/evidence.h"

#include <stdio.h>

struct mcd_message {
	const struct mcd_arrival *arrival;
	const char *iface;		/* it came in by; "" = not known */
	const struct mcd_probe *probe;	/* its header line, where it is a probe of any mcdiag; NULL = it is none */
	const uint8_t *text;		/* what it says, up to a NUL or LENGTH bytes; behind the header line of a probe */
	size_t length;
};

/* Write it to OUT as one line, in one piece. What a terminal must not get is U+FFFD where SYMBOLS, else "?"; line ends at the end of the text are left out,
 * "..." follows a text of which the end was not kept. */
void mcd_message_print(FILE *out, const struct mcd_message *message, bool symbols);

#endif
