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

/* One membership of the whole host on one interface (/proc/net/igmp, igmp6). */
struct mcd_host_membership {
	unsigned ifindex;
	struct mcd_addr group;
	unsigned users;			/* sockets that hold it; in IPv6 the kernel itself counts as one, as for ff02::1 */
};

/* One source of the host's merged filter (/proc/net/mcfilter, mcfilter6). */
struct mcd_host_source {
	unsigned ifindex;
	struct mcd_addr group, source;
	unsigned include, exclude;	/* sockets that include / exclude it */
};

/* Counters of one interface, of its driver and its queues; only differences mean anything. X(name) */
#define MCD_HOST_TRAFFIC(X) X(rx_packets) X(rx_errors) X(rx_dropped) X(rx_missed) X(rx_nohandler) X(multicast) X(tx_packets) X(tx_errors) X(tx_dropped)

/* UINT64_MAX = not known. */
struct mcd_host_traffic {
#define MCD_HOST_TRAFFIC_MEMBER(name) uint64_t name;
	MCD_HOST_TRAFFIC(MCD_HOST_TRAFFIC_MEMBER)
#undef MCD_HOST_TRAFFIC_MEMBER
};

enum mcd_network { MCD_NETWORK_UNKNOWN, MCD_NETWORK_PUBLIC, MCD_NETWORK_PRIVATE, MCD_NETWORK_DOMAIN, MCD_NETWORKS };

/* "public", ...; NULL = not known. */
const char *mcd_network_name(enum mcd_network network);

/* What one interface has in force. */
struct mcd_host_iface {
	unsigned ifindex;
	int igmp_version;		/* in force, 1..3; 0 = not known */
	int force_igmp_version;		/* effective sysctl (the smaller of `all` and its own that is set), 0 = none, -1 = not known */
	int force_mld_version;		/* effective sysctl: `all`, and its own where that is 0; 1, 2; 0 = none, -1 = not known */
	int rp_filter;			/* effective: the larger of `all` and its own; -1 = not known */
	int accept_local;		/* takes packets from our own addresses: `all` or its own; -1 = not known */
	int mc_forwarding;		/* a multicast router runs on it; -1 = not known */
	int disable_ipv6;		/* 1 = it speaks no IPv6; -1 = not known, as where the kernel has none */
	int metric;			/* of the interface itself, by which Windows chooses the default one, the lowest first; -1 = not known */
	int firewall;			/* of Windows, on such a network: 1 = on, 0 = off, -1 = not known */
	enum mcd_network network;	/* what the user said that it leads to, by which Windows chooses the firewall's rules */
	struct mcd_host_traffic traffic;
};

/* Counters of this network namespace; only differences mean anything. X(name, table, counter): the last two as Linux has them in /proc/net,
 * where snmp6 is one table by itself. */
#define MCD_HOST_COUNTERS(X) \
	X(ip_in_receives, "Ip:", "InReceives") X(ip_in_hdr_errors, "Ip:", "InHdrErrors") X(ip_in_mcast_pkts, "IpExt:", "InMcastPkts") \
	X(ip_in_delivers, "Ip:", "InDelivers") X(ip_in_csum_errors, "IpExt:", "InCsumErrors") X(ip_reasm_reqds, "Ip:", "ReasmReqds") \
	X(ip_reasm_oks, "Ip:", "ReasmOKs") X(ip_reasm_fails, "Ip:", "ReasmFails") \
	X(ip_reverse_path_filter, "TcpExt:", "IPReversePathFilter") \
	X(udp_in_datagrams, "Udp:", "InDatagrams") X(udp_in_errors, "Udp:", "InErrors") X(udp_rcvbuf_errors, "Udp:", "RcvbufErrors") \
	X(udp_in_csum_errors, "Udp:", "InCsumErrors") X(udp_ignored_multi, "Udp:", "IgnoredMulti") \
	X(ip6_in_receives, "snmp6", "Ip6InReceives") X(ip6_in_hdr_errors, "snmp6", "Ip6InHdrErrors") X(ip6_in_addr_errors, "snmp6", "Ip6InAddrErrors") \
	X(ip6_in_mcast_pkts, "snmp6", "Ip6InMcastPkts") X(ip6_in_delivers, "snmp6", "Ip6InDelivers") X(ip6_in_discards, "snmp6", "Ip6InDiscards") \
	X(ip6_out_discards, "snmp6", "Ip6OutDiscards") X(ip6_reasm_reqds, "snmp6", "Ip6ReasmReqds") X(ip6_reasm_oks, "snmp6", "Ip6ReasmOKs") \
	X(ip6_reasm_fails, "snmp6", "Ip6ReasmFails") X(udp6_in_datagrams, "snmp6", "Udp6InDatagrams") X(udp6_in_errors, "snmp6", "Udp6InErrors") \
	X(udp6_rcvbuf_errors, "snmp6", "Udp6RcvbufErrors") X(udp6_in_csum_errors, "snmp6", "Udp6InCsumErrors")

/* UINT64_MAX = not known. */
struct mcd_host_counters {
#define MCD_HOST_COUNTERS_MEMBER(name, table, counter) uint64_t name;
	MCD_HOST_COUNTERS(MCD_HOST_COUNTERS_MEMBER)
#undef MCD_HOST_COUNTERS_MEMBER
};

enum {
	MCD_HOST_WAYS = 4,		/* next hops kept of one route */
	MCD_HOST_PATHS = 256,		/* ways back asked for in one run, at most */
	MCD_HOST_ENTRIES = 1024,	/* of multicast databases */
	MCD_NAME_ADDRESSES = 16,	/* kept of what a host name resolves to */
};

/* A bridge of this host as a switch for multicast; -1 = not known. */
struct mcd_host_bridge {
	unsigned ifindex;
	int snooping, querier, igmp_version, mld_version;
};

/* An entry of a bridge's multicast database: a port, or the bridge itself, that gets a group. */
struct mcd_host_entry {
	unsigned bridge, port;		/* interface indexes; the bridge's own = this host */
	struct mcd_addr group, source;	/* source unspecified = any */
	bool permanent;			/* set by hand, and not by a report */
};

/* What a routing table says of an address. */
enum mcd_routing {
	MCD_ROUTING_UNKNOWN,
	MCD_ROUTING_FOUND,		/* by the ways told */
	MCD_ROUTING_LOCAL,		/* an address of this host, or a broadcast one */
	MCD_ROUTING_NONE,		/* no route matches */
	MCD_ROUTING_REFUSED,		/* one does that says unreachable, blackhole or prohibit */
	MCD_ROUTINGS
};

/* "found", "none", ...; NULL = not known. */
const char *mcd_routing_name(enum mcd_routing routing);

struct mcd_host_way {
	unsigned ifindex;		/* it leaves by */
	struct mcd_addr gateway;	/* unspecified = none: the neighbour itself */
};

/* How the kernel would send to DESTINATION when no interface is named. */
struct mcd_host_route {
	struct mcd_addr destination;
	enum mcd_routing routing;
	int prefix_length;		/* of the route that matches, 0 = the default route; -1 = not told */
	struct mcd_host_way ways[MCD_HOST_WAYS];
	unsigned nways, ways_omitted;
};

/* The way back to a source whose datagrams for GROUP came in by an interface (RFC 3704, 2.2). */
struct mcd_host_path {
	unsigned ifindex;
	struct mcd_addr group, source;
	int accepted;			/* would the kernel take such a datagram there, for a member: 1 yes, 0 no, -1 not known, as of IPv6 */
	struct mcd_host_route back;
};

/* What came of looking the host name up. */
enum mcd_name_lookup {
	MCD_NAME_NOT_ASKED,
	MCD_NAME_RESOLVED,		/* to at least one address */
	MCD_NAME_NO_ADDRESS,
	MCD_NAME_LATE,			/* no answer while the run lasted */
	MCD_NAME_LOOKUPS
};

/* "resolved", ...; NULL = not asked. */
const char *mcd_name_lookup_name(enum mcd_name_lookup lookup);

/* The system that a host runs: by its commands are faults mended. */
enum mcd_platform { MCD_PLATFORM_LINUX, MCD_PLATFORM_WINDOWS, MCD_PLATFORMS };

/* "linux", "windows". */
const char *mcd_platform_name(enum mcd_platform platform);

struct mcd_host {
	enum mcd_platform platform;
	char name[256];			/* host name */
	enum mcd_name_lookup name_lookup;
	struct mcd_vec name_addresses;	/* struct mcd_addr: IPv4 only, in the order of the answer, at most MCD_NAME_ADDRESSES */
	char os[64];			/* "Debian GNU/Linux 12 (bookworm)" */
	char kernel[128];		/* "Linux 6.18.44" */
	char network_namespace[64];	/* "net:[4026531840]" or "" */
	int first_namespace;		/* that is the machine's first one: 1 yes, 0 no, -1 not known */
	char container[32];		/* what kind of container this is, by the files that such leave: "docker"; "" = none known of */
	int igmp_max_memberships, igmp_max_msf, igmp_link_local_mcast_reports, igmp_qrv; /* -1 = not known */
	int mld_max_msf, mld_qrv;	/* -1 = not known: Linux tells them in the machine's first network namespace alone */
	int igmp_level;			/* of IGMP and MLD, Windows: 0 = none, 1 = sends only, 2 = whole; -1 = not known */
	int optmem_max, rmem_max;	/* octets: of one socket's options, and of the largest receive buffer; -1 = not known */
	struct mcd_host_counters counters;
	struct mcd_vec ifaces;		/* struct mcd_host_iface */
	bool memberships_unknown;	/* the system does not tell them */
	struct mcd_vec memberships;	/* struct mcd_host_membership */
	struct mcd_vec sources;		/* struct mcd_host_source */
	struct mcd_apps apps;		/* sockets of other programs that matter to the request */
	struct mcd_vec bridges;		/* struct mcd_host_bridge */
	struct mcd_vec entries;		/* struct mcd_host_entry: of the groups asked about, at most MCD_HOST_ENTRIES */
	struct mcd_vec routes;		/* struct mcd_host_route: to each group asked about */
	struct mcd_vec paths;		/* struct mcd_host_path, at most MCD_HOST_PATHS */
};

void mcd_host_init(struct mcd_host *host);
void mcd_host_fini(struct mcd_host *host);

/* NULL when the host is no member / nothing is known of the interface. */
const struct mcd_host_membership *mcd_host_membership(const struct mcd_host *host, unsigned ifindex, struct mcd_addr group);
const struct mcd_host_iface *mcd_host_iface(const struct mcd_host *host, unsigned ifindex);

const struct mcd_host_bridge *mcd_host_bridge(const struct mcd_host *host, unsigned ifindex);

/* NULL when it was not asked for. */
const struct mcd_host_route *mcd_host_route(const struct mcd_host *host, struct mcd_addr destination);
const struct mcd_host_path *mcd_host_path(const struct mcd_host *host, unsigned ifindex, struct mcd_addr group, struct mcd_addr source);

/* Ask for a route, or for a way back, in HOST: a row whose answer is not known yet. False when it is there, when there are too many, or when
 * memory is out. */
bool mcd_host_ask_route(struct mcd_host *host, struct mcd_addr destination);
bool mcd_host_ask_path(struct mcd_host *host, unsigned ifindex, struct mcd_addr group, struct mcd_addr source);

/* Whether one of the ways of ROUTE leaves by an interface. */
bool mcd_host_route_uses(const struct mcd_host_route *route, unsigned ifindex);

#endif
