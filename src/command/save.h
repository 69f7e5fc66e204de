/* SPDX-License-Identifier: ISC */
/* The evidence folder of --save: one pcap file for each interface, host.json, request.json. */
#ifndef MCD_COMMAND_SAVE_H
#define MCD_COMMAND_SAVE_H

#include "base/frame.h"
#include "report/report.h"

#include <stdbool.h>

enum { MCD_SNAP_LENGTH = 1920 }; /* bytes kept of a frame: any standard frame whole, and two slots to a page of the kernel's ring */

struct mcd_save;

/* Prepare FOLDER, made when it is not there, for COUNT interfaces. NULL and ERR when it cannot be written. */
struct mcd_save *mcd_save_new(const char *folder, size_t count, struct mcd_err *err);

/* Append FRAME to the file of its interface, which begins with the first frame. */
void mcd_save_frame(struct mcd_save *save, const struct mcd_iface *iface, const struct mcd_frame *frame);

/* Put every file in place: an interface without a frame gets an empty capture. Frees SAVE. False and ERR: no truncated file is
 * then under its final name. */
bool mcd_save_commit(struct mcd_save *save, const struct mcd_report_input *in, struct mcd_err *err);

/* Forget it all. */
void mcd_save_abandon(struct mcd_save *save);

#endif
