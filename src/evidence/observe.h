/* SPDX-License-Identifier: ISC */
/* The only door through which facts come in: one frame, one socket arrival, one call of ours, one look at the host. */
#ifndef MCD_EVIDENCE_OBSERVE_H
#define MCD_EVIDENCE_OBSERVE_H

#include "base/frame.h"
#include "evidence/evidence.h"

/* Decode FRAME and keep what it says; it gets the next packet number of its NIC, which is returned. Bounded memory: past a bound facts are
 * counted, not kept. Allocates nothing for a frame of a stream that is known. */
uint64_t mcd_observe_frame(struct mcd_evidence *evidence, const struct mcd_frame *frame);

/* The same of COUNT frames, one after the other; faster where there are many streams. */
void mcd_observe_frames(struct mcd_evidence *evidence, const struct mcd_frame *frames, size_t count);

/* A datagram that one of our sockets got. Returns whether it is one that was asked for: in IPv6 a socket gets what comes in by another interface too,
 * as does the socket of that one. */
bool mcd_observe_arrival(struct mcd_evidence *evidence, const struct mcd_arrival *arrival);

/* What the sockets of a run, which is replayed from its evidence folder, got of one untagged stream in all. */
struct mcd_received {
	struct mcd_addr source, group;
	uint16_t port, source_port;
	bool ours;			/* probes of that run */
	uint64_t delivered, delivered_bytes, largest_arrival, looped;
	int looped_ttl, last_ttl;	/* -1 = not told */
	int64_t first_arrival_ns, last_arrival_ns;
};
void mcd_observe_received(struct mcd_evidence *evidence, size_t nic, const struct mcd_received *received);

/* A send of ours on NIC for GROUP (indexes) of LENGTH bytes of payload; ERR is NULL when it succeeded. */
void mcd_observe_sent(struct mcd_evidence *evidence, size_t nic, size_t group, int64_t when_ns, size_t length, const struct mcd_err *err);

/* The sending ended while the next probe on NIC to GROUP waited for room. */
void mcd_observe_held_up(struct mcd_evidence *evidence, size_t nic, size_t group, int64_t when_ns);

/* Whether, at the end, the kernel still holds probes of ours on NIC for GROUP that it has taken. */
void mcd_observe_queued(struct mcd_evidence *evidence, size_t nic, size_t group, bool queued);

/* Any other call: fill ACT from its times and outcome (ERR NULL = success) and mark the NIC as changed. */
void mcd_observe_act(struct mcd_nic *nic, struct mcd_act *act, int64_t called_ns, int64_t done_ns, const struct mcd_err *err);

/* The host's memberships before our joins, after them, and after our leaves: fills member_before, kernel_lists, kernel_keeps. */
enum mcd_moment { MCD_BEFORE_JOIN, MCD_AFTER_JOIN, MCD_AFTER_LEAVE };
void mcd_observe_memberships(struct mcd_evidence *evidence, const struct mcd_host *host, enum mcd_moment moment);

/* The memberships and sources that HOST lists while we are a member: fills in_kernel. */
void mcd_observe_filters(struct mcd_evidence *evidence, const struct mcd_host *host);

/* We made NIC promiscuous (WHEN_NS: before the call), or took that back (after it). No more than MCD_LOOKS times in a run. */
void mcd_observe_promiscuous(struct mcd_nic *nic, bool on, int64_t when_ns);

/* The interfaces as they are at the end: fills gone, renamed, went_down and master_after. */
void mcd_observe_interfaces(struct mcd_evidence *evidence, const struct mcd_iface_list *now);

/* What the kernel dropped in the run: DROPS is taken over (emptied for the caller), but for rows of interfaces that are no row of the evidence. */
void mcd_observe_drops(struct mcd_evidence *evidence, struct mcd_drops *drops);

/* The rules of the host at the end of the run, their growth filled in: FIREWALL is taken over (emptied for the caller). */
void mcd_observe_firewall(struct mcd_evidence *evidence, struct mcd_firewall *firewall);

/* The captures are closed, the last one at WHEN_NS: fragmented datagrams that still wait for a piece become incomplete, but for those
 * that began in the last 100 ms, of which nobody can tell. The streams of a live run get the order of their first packets, whichever of wire
 * and socket was read first: nothing may come in after that. */
void mcd_observe_end(struct mcd_evidence *evidence, int64_t when_ns);

#endif
