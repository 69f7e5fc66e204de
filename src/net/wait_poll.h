/* SPDX-License-Identifier: ISC */
/* Private to net/: what is waited for without a descriptor, for the bodies of wait.h. POLLED is a vector of size_t. */
#ifndef MCD_NET_WAIT_POLL_H
#define MCD_NET_WAIT_POLL_H

#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* Begin and end to hand back TAG. False and ERR when memory is out. */
bool mcd_wait_poll(struct mcd_vec *polled, size_t tag, struct mcd_err *err);
void mcd_wait_poll_no_more(struct mcd_vec *polled, size_t tag);

/* TIMEOUT_NS, or less where something is to be tried before. */
int64_t mcd_wait_until_poll(const struct mcd_vec *polled, int64_t timeout_ns);

/* Write what is to be tried to TAGS, behind the COUNT that are there; ROOM in all. Returns how many are there then. */
int mcd_wait_polled(const struct mcd_vec *polled, size_t *tags, int count, int room);

#endif
