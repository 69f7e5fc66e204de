/* SPDX-License-Identifier: ISC */
/* The facts about one interface: what we did there, what its wire showed, what its sockets got. Times are CLOCK_REALTIME ns, 0 = never. */
#ifndef MCD_EVIDENCE_NIC_H
#define MCD_EVIDENCE_NIC_H

#include "base/err.h"
#include "base/iface.h"
#include "base/request.h"
#include "base/vec.h"
#include "wire/igmp.h"
#include "wire/probe.h"

#include <stdbool.h>
#include <stdint.h>

enum mcd_role { MCD_ROLE_CHOSEN, MCD_ROLE_OBSERVED };

/* Most facts of each kind that are kept for one NIC; past them `omitted` grows and the counts stay whole. Reports of this NIC itself are
 * kept up to twice their bound, so that no flood of others hides them. Sources: in all reports, and as many again in all members. */
enum {
	MCD_MAX_REPORTS = 100000,
	MCD_MAX_QUERIES = 10000,
	MCD_MAX_QUERIERS = 256,
	MCD_MAX_MEMBERS = 100000,
	MCD_MAX_STREAMS = 100000,
	MCD_MAX_PROBES = 4096,
	MCD_MAX_SOURCES = 1000000,
};

/* Why a chosen interface is not put to the test. */
enum mcd_unusable {
	MCD_USABLE,
	MCD_UNUSABLE_DOWN,
	MCD_UNUSABLE_NO_CARRIER,
	MCD_UNUSABLE_ENSLAVED,
	MCD_UNUSABLE_LOOPBACK,
	MCD_UNUSABLE_NO_MULTICAST,	/* only when it came in by `all`: named, it is tried */
	MCD_UNUSABLE_NO_ADDRESS,	/* likewise */
};

/* One membership message seen on a wire: one row for each group record of a v3 report. */
struct mcd_report {
	int64_t when_ns;
	uint64_t packet;		/* 1-based number of the frame on this NIC */
	bool out;			/* sent by this NIC (frame's source address) */
	int version;			/* 1..3; a leave is 2 */
	uint8_t type;			/* enum mcd_igmp_type */
	uint8_t record;			/* enum mcd_record_type; MCD_RECORD_NONE for v1 and v2 */
	struct mcd_addr source, destination, group;
	bool tagged;
	uint16_t vlan;
	struct mcd_addr *sources;	/* owned */
	size_t nsources;
	uint8_t ttl;
	bool router_alert, checksum_ok;
};

/* One query seen on a wire. */
struct mcd_query {
	int64_t when_ns;
	uint64_t packet;
	bool out;
	int version;
	struct mcd_addr source, destination, group; /* group unspecified = general */
	uint8_t mac[6];
	bool tagged;
	uint16_t vlan;
	uint32_t max_response_ms, interval_s;
	uint8_t robustness;
	bool valid;			/* to all-hosts or to the group it asks about, checksum not bad (RFC 9776, 4.1.12 and 9.1) */
};

/* Each source of a valid query. */
struct mcd_querier {
	struct mcd_addr address;
	uint8_t mac[6];
	int version;			/* of its last query */
	bool tagged;
	uint16_t vlan;
	uint64_t queries, general;
	uint32_t max_response_ms, interval_s; /* as advertised last; interval 0 = not told (v1, v2) */
	uint8_t robustness;
	int64_t first_ns, last_ns, first_general_ns, last_general_ns;
	uint64_t first_packet, last_packet;
	bool elected;			/* lowest address that is not 0.0.0.0 on its VLAN (RFC 9776, 6.6.2) */
};

/* The state that a router holds for one host and group after all its records (RFC 9776, 6.4; v1, v2: 7.3.2). */
struct mcd_member {
	struct mcd_addr group, host;
	bool out;			/* the host is this NIC: 0.0.0.0 is the address of many */
	bool tagged;
	uint16_t vlan;
	int version;			/* of its last record */
	enum mcd_filter_mode mode;	/* INCLUDE with no source = left */
	struct mcd_addr *sources;	/* owned, ascending */
	size_t nsources;
	int64_t since_ns, last_ns;
	uint64_t last_packet;
	int64_t v1_ns, v2_ns;		/* last v1 and v2 report: they bind the router to that version for a while (7.3.2) */
};

struct mcd_ttl_count {
	uint8_t value;
	uint64_t packets;
};

/* Multicast UDP, or UDP to a group in a unicast frame, by (vlan, group, port, source, source port). Both ports 0: fragmented datagrams
 * of which the first fragment was never seen, so that nobody knows the ports. */
struct mcd_stream {
	struct mcd_addr source, group;
	uint16_t port, source_port;
	bool tagged;
	uint16_t vlan;
	uint64_t packets;		/* datagrams whose UDP header was seen on the wire */
	uint64_t packets_out;		/* of these, sent by this NIC */
	uint64_t frames;
	uint64_t superframes;		/* of these, larger than the MTU and no fragment: GSO or GRO, several datagrams in one */
	uint64_t super_bytes;		/* UDP payload of those */
	uint64_t deliverable_bytes, delivered_bytes; /* UDP payload of `deliverable` and `delivered`: right also where datagrams cannot be told */
	uint64_t largest_arrival;	/* payload of the largest datagram at the socket */
	uint64_t incomplete;		/* fragmented datagrams that never became whole */
	uint64_t fragments;		/* frames that were fragments */
	uint64_t bytes;			/* UDP payload bytes as the headers say */
	uint64_t deliverable;		/* foreign, came in between ready_ns and our leave, whole, untagged, no checksum bad, to a MAC
					 * that is a group's or this NIC's, from a source that the filter accepts */
	uint64_t delivered;		/* foreign, read from our socket with a kernel time in the same span, came in by this NIC */
	uint64_t bad_checksum, bad_ip_checksum, bad_length;
	uint64_t unverified;		/* of the deliverable: UDP checksum not known to be right: cut, a fragment, or left to an offload */
	uint64_t looped;		/* read from our socket, sent by this host */
	int looped_ttl;			/* least TTL of those; -1 = not told */
	uint64_t wrong_mac;		/* frames to a MAC that is not the group's: unicast or another group's */
	uint64_t unicast_mac;		/* of these, to a unicast MAC */
	uint64_t ttl[4], dscp;		/* bit sets of what was seen: 256 and 64 bits */
	int64_t first_ns, last_ns;
	uint64_t first_packet, last_packet;
	int64_t first_arrival_ns;
	int64_t longest_gap_ns;		/* between two of its frames */
	int64_t window_ns;		/* start of the running 100 ms window */
	uint64_t window_packets, peak_100ms;
	bool ours;			/* probes of this run */
	bool probes;			/* probes of any mcdiag */
	bool local_source;		/* the source is an address of this host */
	bool accepted;			/* of a group of the request, and its filter accepts the source */
	size_t task;			/* index of that group; SIZE_MAX = none has this address and port */
	uint8_t macs[4][6];		/* first destination MACs seen */
	unsigned nmacs;
};

/* Probes seen on one wire, by sending run, sending interface and group. */
struct mcd_probe_seen {
	uint64_t session;
	bool ours;			/* of this run */
	char host[MCD_PROBE_NAME], iface[MCD_PROBE_NAME];
	size_t group;			/* index in the request; SIZE_MAX = none of ours */
	struct mcd_addr source;
	bool out;			/* sent by this NIC or one above it */
	uint64_t packets;
	uint32_t first_sequence, last_sequence; /* lowest and highest */
	uint64_t seen;			/* bit N: last_sequence - N was seen */
	uint64_t reordered, duplicated;
	int ttl_sent;			/* as the last one says */
	struct mcd_vec ttl;		/* struct mcd_ttl_count, as on the wire */
	int64_t first_ns, last_ns;
	uint64_t first_packet;
	uint64_t wrong_mac;		/* not to the group's mapped MAC */
	uint64_t unicast_mac;
};

/* A call of ours and how it ended. */
struct mcd_act {
	bool tried, done;		/* done = it succeeded */
	int64_t called_ns, done_ns;	/* before and after the call */
	struct mcd_err err;
};

/* One failed send, by errno. */
struct mcd_send_error {
	int os;
	uint64_t count;
	char text[300];
	int64_t first_ns;
};

/* One group on one interface. */
struct mcd_task {
	struct mcd_act socket;		/* open and bind */
	struct mcd_act join, leave;
	bool member_before;		/* the kernel listed the group on this NIC before our join */
	bool kernel_lists;		/* and after it */
	bool kernel_keeps;		/* and after our leave: another program holds it */
	int64_t ready_ns;		/* from here on the socket has to get what the wire has; 0 = not */
	uint64_t sent;			/* sends that succeeded */
	int64_t first_sent_ns, last_sent_ns;
	struct mcd_vec send_errors;	/* struct mcd_send_error */
	uint64_t arrived_foreign;	/* datagrams at the socket from other hosts */
	uint64_t arrived_ours;		/* and from this one: our probes, and what other programs here send */
	uint64_t arrived_elsewhere;	/* of both, that came in by another interface */
	uint64_t socket_dropped;	/* our own buffer's drops */
};

/* The querier proof: a group of our own, joined and left (contract, `querier`). */
struct mcd_scratch {
	struct mcd_act join, leave;
	int64_t report_ns, leave_seen_ns, query_ns; /* ours on the wire; the group-specific query after it */
	uint64_t report_packet, leave_packet, query_packet;
	bool other_member;		/* another host reported the scratch group */
};

struct mcd_igmp_counts {
	uint64_t queries_v1, queries_v2, queries_v3, reports_v1, reports_v2, reports_v3, leaves, other, malformed, bad_checksum, tunnelled;
};

struct mcd_nic_capture {
	bool tried, open, denied;
	char error[300];
	int link_type;
	int64_t opened_ns, closed_ns;
	uint64_t packets;		/* frames counted; also the number of the last one */
	uint64_t dropped, truncated, malformed, undecoded;
	bool broke;			/* reading failed in mid-run: the interface went down or away */
	int64_t broke_ns;
};

struct mcd_nic {
	const struct mcd_iface *iface;	/* in the evidence's list */
	enum mcd_role role;
	bool named;			/* the user named it: it did not come in by `all` */
	enum mcd_unusable unusable;
	bool gone, went_down, renamed;	/* at the end, unlike at the start */
	unsigned master_after;		/* what it is a port of at the end; 0 = none */
	struct mcd_nic_capture capture;
	struct mcd_igmp_counts igmp;
	struct mcd_vec reports;		/* struct mcd_report, by packet */
	struct mcd_vec queries;		/* struct mcd_query, by packet */
	struct mcd_vec queriers;	/* struct mcd_querier */
	struct mcd_vec members;		/* struct mcd_member */
	struct mcd_vec streams;		/* struct mcd_stream */
	struct mcd_vec probes;		/* struct mcd_probe_seen */
	struct mcd_task *tasks;		/* one for each group of the request */
	struct mcd_scratch scratch;
	uint64_t omitted;		/* facts not kept because a bound was met; counts stay whole */
	bool changed;			/* something was observed since the session last looked */
	struct mcd_tables *tables;	/* private to evidence */
};

#endif
