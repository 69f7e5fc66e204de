/* SPDX-License-Identifier: ISC */
/* Files that the kernel writes anew each time they are read, for the bodies of Linux: proc(5). */
#ifndef MCD_NET_PROCFS_H
#define MCD_NET_PROCFS_H

/* The whole file PATH under folder DIR (AT_FDCWD), NUL-terminated, to free(). NULL when it cannot be read. */
char *mcd_procfs_read(int dir, const char *path);

/* The one number, not negative, in such a file; -1 when it cannot be read. */
int mcd_procfs_number(int dir, const char *path);

/* The next line, or word, of *AT, NUL-terminated in place; NULL at the end. */
char *mcd_procfs_line(char **at);
char *mcd_procfs_word(char **at);

#endif
