/* SPDX-License-Identifier: ISC */
/* An error of one of our own calls, told once, in one line, at the call that failed. */
#ifndef MCD_BASE_ERR_H
#define MCD_BASE_ERR_H

struct mcd_err {
	int os;		/* errno of the failing call, 0 when there was none */
	char text[300]; /* one line for the user, no newline; "" = no error */
};

/* Fill ERR with a formatted line; os becomes 0. ERR may be NULL (then nothing happens). */
void mcd_err_set(struct mcd_err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As mcd_err_set(), with ": " and the text of errno value OS appended and OS kept. */
void mcd_err_os(struct mcd_err *err, int os, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
