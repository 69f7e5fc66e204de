/* SPDX-License-Identifier: ISC */
/* Private to net/: what the user said of the networks that the interfaces lead to. */
#ifndef MCD_NET_NETWORKS_WINDOWS_H
#define MCD_NET_NETWORKS_WINDOWS_H

#include "base/host.h"
#include "net/win32.h"

/* Fill `network` and `firewall` of OUT's interfaces, which ADAPTERS (NULL = none) are, by the list of networks; what that does not tell stays as it is. */
void mcd_networks_read(struct mcd_host *out, const IP_ADAPTER_ADDRESSES *adapters);

#endif
