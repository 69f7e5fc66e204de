/* SPDX-License-Identifier: ISC */
/* Interfaces that are made promiscuous for a moment: the kernel counts who wants it, so that nobody else's wish is touched. */
#ifndef MCD_NET_PROMISC_H
#define MCD_NET_PROMISC_H

#include "base/err.h"

#include <stdbool.h>

/* A descriptor that holds the wish for any number of interfaces; all of them end with close() or the process. -1 and ERR without the right to capture
 * (Linux: CAP_NET_RAW). No packet is read by it. */
int mcd_promisc_open(struct mcd_err *err);
void mcd_promisc_close(int fd);

/* Make the interface IFINDEX promiscuous, or take that back; false and ERR when the kernel or the driver refuses, or the interface has gone. Linux:
 * packet(7), PACKET_ADD_MEMBERSHIP. */
bool mcd_promisc_set(int fd, unsigned ifindex, bool on, struct mcd_err *err);

/* How many want IFINDEX to be promiscuous now, bridges and captures of others among them; -1 = not known. Linux: IFLA_PROMISCUITY. */
long mcd_promisc_count(unsigned ifindex);

#endif
