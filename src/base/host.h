/* SPDX-License-Identifier: ISC */
/* The host's own view of multicast: what the kernel lists, allows and counts. Read before and after the run. */
#ifndef MCD_BASE_HOST_H
#define MCD_BASE_HOST_H

#include "base/addr.h"
#include "base/app.h"
#include "base/request.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* One membership of the whole host on one interface (/proc/net/igmp, /proc/net/mcfilter). */
struct mcd_host_membership {
	unsigned ifindex;
	struct mcd_addr group;
	unsigned users;			/* sockets that hold it */
};

/* One source of the host's merged filter (/proc/net/mcfilter). */
struct mcd_host_source {
	unsigned ifindex;
	struct mcd_addr group, source;
	unsigned include, exclude;	/* sockets that include / exclude it */
};

/* What one interface has in force. */
struct mcd_host_iface {
	unsigned ifindex;
	int igmp_version;		/* in force, 1..3; 0 = not known */
	int force_igmp_version;		/* effective sysctl (the smaller of `all` and its own that is set), 0 = none, -1 = not known */
	int rp_filter;			/* effective: the larger of `all` and its own; -1 = not known */
};

/* Counters of this network namespace; only differences mean anything. UINT64_MAX = not known. */
struct mcd_host_counters {
	uint64_t ip_in_receives, ip_in_hdr_errors, ip_in_mcast_pkts, ip_in_delivers, ip_in_csum_errors;
	uint64_t ip_reasm_reqds, ip_reasm_oks, ip_reasm_fails;
	uint64_t ip_reverse_path_filter;
	uint64_t udp_in_datagrams, udp_in_errors, udp_rcvbuf_errors, udp_in_csum_errors, udp_ignored_multi;
};

struct mcd_host {
	char name[256];			/* host name */
	char os[64];			/* "Debian GNU/Linux 12 (bookworm)" */
	char kernel[128];		/* "Linux 6.18.44" */
	char network_namespace[64];	/* "net:[4026531840]" or "" */
	int igmp_max_memberships, igmp_max_msf, igmp_link_local_mcast_reports; /* -1 = not known */
	struct mcd_host_counters counters;
	struct mcd_vec ifaces;		/* struct mcd_host_iface */
	struct mcd_vec memberships;	/* struct mcd_host_membership */
	struct mcd_vec sources;		/* struct mcd_host_source */
	struct mcd_apps apps;		/* sockets of other programs that matter to the request */
};

void mcd_host_init(struct mcd_host *host);
void mcd_host_fini(struct mcd_host *host);

/* NULL when the host is no member / nothing is known of the interface. */
const struct mcd_host_membership *mcd_host_membership(const struct mcd_host *host, unsigned ifindex, struct mcd_addr group);
const struct mcd_host_iface *mcd_host_iface(const struct mcd_host *host, unsigned ifindex);

#endif
