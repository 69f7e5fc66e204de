/* SPDX-License-Identifier: ISC */
/* Files that appear under their name only when they are whole: text, and pcap files frame by frame. */
#ifndef MCD_NET_SAVEFILE_H
#define MCD_NET_SAVEFILE_H

#include "base/err.h"
#include "base/frame.h"

#include <stdbool.h>
#include <stdio.h>

struct mcd_savefile; /* being written, under a temporary name beside the final one */

/* Start writing PATH. NULL and ERR when that cannot be. */
struct mcd_savefile *mcd_savefile_new(const char *path, struct mcd_err *err);

/* The stream to write to; owned by FILE. */
FILE *mcd_savefile_stream(struct mcd_savefile *file);

/* Write the header of a pcap file with nanosecond times (magic 0xa1b23c4d, this machine's byte order). */
void mcd_savefile_pcap_begin(struct mcd_savefile *file, int link_type, int snap_length);

/* Append one frame; write errors are kept and told by mcd_savefile_commit(). */
void mcd_savefile_pcap_frame(struct mcd_savefile *file, const struct mcd_frame *frame);

/* Flush, fsync and rename to the final name; frees FILE. False and ERR (a full disk, say): then nothing stays, neither name. */
bool mcd_savefile_commit(struct mcd_savefile *file, struct mcd_err *err);

/* Remove what was written so far; frees FILE. */
void mcd_savefile_abandon(struct mcd_savefile *file);

/* Make the folder PATH unless it is there, and try that it can be written to. */
bool mcd_savefile_folder(const char *path, struct mcd_err *err);

#endif
