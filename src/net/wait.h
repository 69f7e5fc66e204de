/* SPDX-License-Identifier: ISC */
/* Wait for many descriptors at once; cost does not grow with how many are quiet. What has no descriptor to wait for (-1), as captures on Windows, is handed
 * back every MCD_WAIT_POLL_MS, to be tried. */
#ifndef MCD_NET_WAIT_H
#define MCD_NET_WAIT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MCD_WAIT_POLL_MS = 5 };

struct mcd_wait;

struct mcd_wait *mcd_wait_new(struct mcd_err *err);
void mcd_wait_free(struct mcd_wait *wait);

/* Watch FD, -1 = nothing that can be waited for, for input; TAG is handed back when it is ready. */
bool mcd_wait_add(struct mcd_wait *wait, int fd, size_t tag, struct mcd_err *err);

/* End that; FD and TAG are those that were added. */
void mcd_wait_remove(struct mcd_wait *wait, int fd, size_t tag);

/* Watch FD, which is not watched for input, for room to send until TAG was handed back; may be called again after that. */
bool mcd_wait_room(struct mcd_wait *wait, int fd, size_t tag, struct mcd_err *err);

/* Wait at most TIMEOUT_NS (0 = do not wait), as exactly as the system can; write up to ROOM ready tags to TAGS. Returns how many; 0 also when a
 * signal came. */
int mcd_wait_ready(struct mcd_wait *wait, size_t *tags, int room, int64_t timeout_ns);

#endif
