/* SPDX-License-Identifier: ISC */
/* Private to net/: files, as far as systems differ in them. Paths are UTF-8. */
#ifndef MCD_NET_FILE_H
#define MCD_NET_FILE_H

enum mcd_file_kind { MCD_FILE_NONE, MCD_FILE_REGULAR, MCD_FILE_FOLDER, MCD_FILE_OTHER };

/* What is called PATH, symbolic links followed; NONE also where that cannot be told. */
enum mcd_file_kind mcd_file_kind(const char *path);

/* A descriptor to write bytes to, which no child inherits: of a new file PATH, with what the umask leaves of mode 0666; of what is there. -1 and errno. */
int mcd_file_create(const char *path);
int mcd_file_open(const char *path);

/* Have what was written on the disk, not only with the system. 0, or -1 and errno. */
int mcd_file_sync(int fd);

/* Make TO be FROM, whatever TO was, in one step. 0, or -1 and errno. */
int mcd_file_replace(const char *from, const char *to);

/* Where PATH leads to, symbolic links followed, to free(); NULL and errno. */
char *mcd_file_target(const char *path);

/* Make a folder. 0, or -1 and errno. */
int mcd_file_make_folder(const char *path);

#endif
