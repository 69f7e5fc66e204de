/* SPDX-License-Identifier: ISC */
/* An error of one of our own calls, told once, in one line, at the call that failed. */
#ifndef MCD_BASE_ERR_H
#define MCD_BASE_ERR_H

#include "base/format.h"

struct mcd_err {
	int os;		/* errno of the failing call, 0 when there was none */
	char text[300]; /* one line for the user, no newline; "" = no error */
};

/* Fill ERR with a formatted line; os becomes 0. ERR may be NULL (then nothing happens). */
void mcd_err_set(struct mcd_err *err, const char *format, ...) MCD_PRINTF(2, 3);

/* As mcd_err_set(), with ": " and the text of errno value OS appended and OS kept. */
void mcd_err_os(struct mcd_err *err, int os, const char *format, ...) MCD_PRINTF(3, 4);

/* The text of errno value OS: of those that sockets bring about the same words on every system. Valid until the next call. */
const char *mcd_err_reason(int os);

/* An errno value as a report tells it: by Linux's numbers, on every system; and back. What has no such number stays as it is. */
int mcd_err_to_number(int os);
int mcd_err_of_number(int number);

#endif
