/* SPDX-License-Identifier: ISC */
/* What a system asks of a program before anything else. */
#ifndef MCD_NET_PROCESS_H
#define MCD_NET_PROCESS_H

/* To be called once, first. Linux with glibc: tables of more than 128 KiB grow by moving their pages instead of copying them. Windows: standard streams of
 * bytes, a console of UTF-8, Winsock. */
void mcd_process_begin(void);

#endif
