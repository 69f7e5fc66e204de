/* SPDX-License-Identifier: ISC */
/* Counts what the kernel drops of some groups, by its own reason. Where it cannot, for want of a right, a library or a kernel that tells
 * (Linux 5.17), that is no error: the facts say why they are not known. */
#ifndef MCD_NET_DROPS_H
#define MCD_NET_DROPS_H

#include "base/drops.h"
#include "base/request.h"

struct mcd_drop_watch;

/* Get ready to count packets to the groups of REQUEST, which may go then, IGMP and MLD, in this network namespace: in a thread of its own, since
 * reading the kernel's types takes some 10 ms. Costs the kernel nothing until mcd_drops_begin(). NULL when memory is out. */
struct mcd_drop_watch *mcd_drops_prepare(const struct mcd_request *request);

/* Count from now on. Waits for the preparation to end. WATCH may be NULL. */
void mcd_drops_begin(struct mcd_drop_watch *watch);

/* End the count, put it into OUT (initialised by the caller, its rows in order), and free WATCH, which may be NULL. OUT may be NULL. */
void mcd_drops_end(struct mcd_drop_watch *watch, struct mcd_drops *out);

#endif
