/* SPDX-License-Identifier: ISC */
/* How this process takes memory from the operating system. */
#ifndef MCD_NET_MEMORY_H
#define MCD_NET_MEMORY_H

/* Let tables of more than 128 KiB grow by moving their pages instead of copying them, for the whole run. To be called once, first. */
void mcd_memory_begin(void);

#endif
