/* SPDX-License-Identifier: ISC */
/* The interfaces of this host (of this network namespace), asked of the OS and never of the host name. */
#ifndef MCD_NET_IFACES_H
#define MCD_NET_IFACES_H

#include "base/err.h"
#include "base/iface.h"

#include <stdbool.h>

/* Fill *OUT with every interface, addresses in the kernel's order. False and ERR when the OS refuses; *OUT is then empty. The caller
 * frees it with mcd_iface_list_fini(). Linux: rtnetlink (RTM_GETLINK, RTM_GETADDR). */
bool mcd_ifaces_read(struct mcd_iface_list *out, struct mcd_err *err);

#endif
