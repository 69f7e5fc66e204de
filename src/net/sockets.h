/* SPDX-License-Identifier: ISC */
/* The UDP sockets of other programs in this network namespace (base/app.h). */
#ifndef MCD_NET_SOCKETS_H
#define MCD_NET_SOCKETS_H

#include "base/host.h"
#include "base/request.h"

/* Fill OUT->apps, emptied first, with the sockets that matter to REQUEST: those on the port of one of its groups, those bound to one of its
 * groups, and those that told, when they were asked, that they are a member of one. Ours are left out. OUT->memberships must be those of
 * now: they are the groups that a socket is asked for. What cannot be read stays "not known".
 * Linux: sock_diag(7); the processes out of /proc, where that may be read, and only when a socket matters; a socket is asked through
 * pidfd_getfd(2) where this process has the right to trace the other, which gets no notice of it and goes on as it was. */
void mcd_sockets_read(struct mcd_host *out, const struct mcd_request *request);

#endif
