/* SPDX-License-Identifier: ISC */
/* Reads the host's own view of multicast (base/host.h) without running any program. */
#ifndef MCD_NET_HOSTINFO_H
#define MCD_NET_HOSTINFO_H

#include "base/host.h"
#include "base/iface.h"

/* Fill *OUT (initialised by the caller with mcd_host_init(), filled once) for the interfaces of IFACES. What cannot be read stays "not known",
 * and so do all counters, which are read when a window begins and when it ends.
 * Linux: /proc/net/igmp, igmp6, mcfilter, mcfilter6; /proc/sys/net/ipv4, ipv6; /etc/os-release; uname(2). One open per file, not one per
 * interface, but for the few sysctls of each interface. */
void mcd_hostinfo_read(struct mcd_host *out, const struct mcd_iface_list *ifaces);

enum mcd_platform mcd_hostinfo_platform(void);

/* Only name, system, kernel, network namespace and container. */
void mcd_hostinfo_identity(struct mcd_host *out);

/* Only the counters of OUT's interfaces. Linux: RTM_GETSTATS. */
void mcd_hostinfo_traffic(struct mcd_host *out);

/* Only the counters of the host. Linux: /proc/net/snmp, netstat, snmp6. */
void mcd_hostinfo_counters(struct mcd_host_counters *out);

/* The memberships and merged source filters of the host now, appended to OUT's (emptied first). */
void mcd_hostinfo_memberships(struct mcd_host *out);

#endif
