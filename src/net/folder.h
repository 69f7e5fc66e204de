/* SPDX-License-Identifier: ISC */
/* Folders: whether a path is one, and what is in it. */
#ifndef MCD_NET_FOLDER_H
#define MCD_NET_FOLDER_H

#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>

/* Whether PATH names a folder; whether there is anything called PATH. */
bool mcd_folder_is(const char *path);
bool mcd_folder_has(const char *path);

/* What parts the names of a path: each of these. */
extern const char mcd_folder_separators[];

/* What PATH names within its folder: what is behind the last separator. */
const char *mcd_folder_base(const char *path);

/* "PATH/NAME", which the caller frees; NULL when memory is out. */
char *mcd_folder_path(const char *path, const char *name);

/* Append the names in the folder PATH, hidden ones left out, in the order of their bytes, to the vector of char *; each name is the caller's
 * to free, also after false. False and ERR when it cannot be read. */
bool mcd_folder_list(const char *path, struct mcd_vec *names, struct mcd_err *err);

#endif
