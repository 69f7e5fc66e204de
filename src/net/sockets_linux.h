/* SPDX-License-Identifier: ISC */
/* Private to the Linux body of net/sockets.h: who holds a socket, and what the socket itself tells. */
#ifndef MCD_NET_SOCKETS_LINUX_H
#define MCD_NET_SOCKETS_LINUX_H

#include "base/app.h"

struct mcd_socket_found {
	struct mcd_app_socket socket;
	uint32_t inode;
	int file;     /* descriptor in the process socket.pid; -1 = not known */
	bool matters; /* by its address and port */
	bool ours;
};

/* Mark those of FOUND (struct mcd_socket_found) that this process holds. False when that cannot be told. */
bool mcd_sockets_mark_ours(struct mcd_vec *found);

/* Fill pid, process and file of each of FOUND, as far as /proc may be read. */
void mcd_sockets_find_owners(struct mcd_vec *found);

/* A descriptor of our own of the socket FOUND, which stays the other program's; -1 = not permitted, or it is gone. The caller closes it. */
int mcd_sockets_borrow(const struct mcd_socket_found *found);

#endif
