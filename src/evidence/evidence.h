/* SPDX-License-Identifier: ISC */
/* All that is known of one run. The evidence owns every fact in it; observe.h lets it grow; diagnose/ only reads it. */
#ifndef MCD_EVIDENCE_EVIDENCE_H
#define MCD_EVIDENCE_EVIDENCE_H

#include "base/drops.h"
#include "base/firewall.h"
#include "base/host.h"
#include "base/request.h"
#include "evidence/nic.h"

enum mcd_ended { MCD_ENDED_NOT, MCD_ENDED_SETTLED, MCD_ENDED_DURATION, MCD_ENDED_COUNT, MCD_ENDED_SIGNAL };

/* Facts kept so far in the whole run, against the bounds of nic.h. */
struct mcd_held {
	size_t reports, report_sources, queries, queriers, members, member_sources, streams, rares, disorders, ts_pids, probes, reassemblies;
};

struct mcd_evidence {
	const struct mcd_request *request;	/* borrowed */
	struct mcd_iface_list ifaces;		/* every interface of the host, as it was at the start; of a replay, those of its files */
	struct mcd_nic *nics;			/* the rows of the report, ascending by interface index; in a replay, as they came */
	size_t nnics;
	size_t ifaces_room, nics_room;		/* private to evidence.c: how many of each its arrays have room for */
	bool passive;				/* nothing was asked of a kernel: the wires alone speak, and nobody knows whose they are */
	uint64_t secret;			/* of this run, for its hash tables: no result depends on it */
	struct mcd_held held;
	uint64_t session;			/* in our probes */
	char program[512];			/* path of the running program; "" = not known */
	int64_t started_ns, ended_ns;		/* of the observation; ended 0 = it runs */
	enum mcd_ended ended_by;
	bool has_host;
	struct mcd_host before, after;
	struct mcd_firewall firewall;		/* at the end of the run */
	struct mcd_drops drops;			/* of this run's groups, of IGMP and of MLD, on its interfaces */
};

/* The system of the host that the evidence is of; of a capture alone, Linux. */
static inline enum mcd_platform mcd_evidence_platform(const struct mcd_evidence *evidence)
{
	return evidence->has_host ? evidence->before.platform : MCD_PLATFORM_LINUX;
}

/* Take over IFACES (emptied for the caller) and make one row for each of ROWS: indexes into ifaces->at, NROWS of them, ascending; the
 * rest is up to the caller (role, named, unusable, session, times). REQUEST must outlive it and stay as it is.
 * False when memory is out; *OUT is then empty and IFACES still the caller's. */
bool mcd_evidence_init(struct mcd_evidence *out, const struct mcd_request *request, struct mcd_iface_list *ifaces, const size_t *rows, size_t nrows);
void mcd_evidence_fini(struct mcd_evidence *evidence);

/* Add an interface, whose addresses are copied, and a row for it; the rows and interfaces there are move. Returns the row's place in nics;
 * SIZE_MAX when memory is out or there are MCD_MAX_NICS. */
size_t mcd_evidence_add(struct mcd_evidence *evidence, const struct mcd_iface *iface);

/* The row of an interface index; NULL when it has none. */
struct mcd_nic *mcd_evidence_nic(const struct mcd_evidence *evidence, unsigned ifindex);

/* How many interfaces are put to the test. */
size_t mcd_evidence_used(const struct mcd_evidence *evidence);

/* Whether ADDRESS is an address of any interface of this host. In a passive run none is: nobody knows whose the wires are. */
bool mcd_evidence_is_local(const struct mcd_evidence *evidence, struct mcd_addr address);

/* Datagrams of what was asked for that the sockets of the chosen interfaces got so far, from how many senders: by address, port, group and interface. */
struct mcd_heard {
	uint64_t datagrams;
	size_t senders;
};
struct mcd_heard mcd_evidence_heard(const struct mcd_evidence *evidence);

/* Whether a socket has still to get what the wire had. */
bool mcd_evidence_is_owed(const struct mcd_evidence *evidence);

/* Ask in HOST for the ways back to who was heard: the queriers of each chosen interface, then the foreign sources of what was asked about, those
 * whose datagrams the sockets lack first. Of IPv4 alone: no way back decides in IPv6. */
void mcd_evidence_ask_paths(const struct mcd_evidence *evidence, struct mcd_host *host);

/* Fold the records of HOST for GROUP on the untagged network of NIC, up to and including UNTIL_NS (INT64_MAX = all), into the state that a
 * router holds (RFC 9776, 6.4; v1/v2 reports are IS_EX{}, a v2 leave TO_IN{}, 7.3.2). OUT: HOST is this NIC, or it is another; many share
 * 0.0.0.0. *STATE's sources are the caller's to free. Returns how many records there were; 0 = no state. */
size_t mcd_member_fold(const struct mcd_nic *nic, struct mcd_addr group, struct mcd_addr host, bool out, int64_t until_ns, struct mcd_member *state);

/* Whether a router takes notice of R: a known record of a group, its checksum right; of MLD, from the link itself (RFC 9777, 5.2.13 and 6.2). */
bool mcd_report_counts(const struct mcd_report *r);

/* Fold one record into the state of its host and group, which starts as include{}: one step of mcd_member_fold(). A record that a router takes
 * no notice of changes nothing. False when memory is out. */
bool mcd_member_apply(struct mcd_member *state, const struct mcd_report *report);

#endif
