/* SPDX-License-Identifier: ISC */
/* Private to the Linux bodies of net/: asking the kernel over netlink(7). */
#ifndef MCD_NET_NETLINK_LINUX_H
#define MCD_NET_NETLINK_LINUX_H

#include <libmnl/libmnl.h>

/* Send REQUEST, whose type and payload are the caller's, as the request of a dump on BUS (NETLINK_ROUTE, ...), and hand each message of the answer
 * to ON_MESSAGE. 0 or an errno; EINTR = what it told of changed meanwhile. */
int mcd_netlink_dump(int bus, struct nlmsghdr *request, mnl_cb_t on_message, void *context);

#endif
