/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: the judgement of a passive run, a capture or a watch, in which nobody knows whose the wire was and nothing was asked
 * of a kernel. What was asked of mcdiag is then the yardstick, and any host's messages are evidence. Absence is claimed as in a live
 * run: only where the capture holds what would have shown it. */
#ifndef MCD_DIAGNOSE_PASSIVE_H
#define MCD_DIAGNOSE_PASSIVE_H

#include "diagnose/judge.h"

/* Make the network on which the group is at home the one that J judges: where its stream is, else its reports. */
void mcd_passive_choose(struct mcd_judge *j);

/* The checks, as those of judge.h. */
void mcd_passive_join(struct mcd_judge *j);
void mcd_passive_filter(struct mcd_judge *j);
void mcd_passive_querier(struct mcd_judge *j);
void mcd_passive_answers(struct mcd_judge *j); /* of `querier`: did members answer the queries? */
void mcd_passive_ttl(struct mcd_judge *j);
void mcd_passive_stream(struct mcd_judge *j);
void mcd_passive_skipped(struct mcd_judge *j); /* send, delivery, leave */

/* The finding that M speaks an older version than it is asked in, where the capture shows so. */
void mcd_passive_forced(struct mcd_judge *j, const struct mcd_member *m);

/* The note that a stream comes with no IP header checksum, where no wrong one was found. */
void mcd_passive_checksum(struct mcd_judge *j, const struct mcd_stream *s);

/* Notes on groups of one wire that share a MAC address; false when memory is out. */
bool mcd_passive_overlaps(struct mcd_judge *j);

/* Findings about the file or capture of one NIC, whether or not a group was asked about. */
void mcd_passive_capture(struct mcd_judge *j);

/* Findings about everything on the wires of one NIC, where no group was asked about. What concerns a single host there is a note: nobody
 * knows which host is meant. Returns how many findings were left out. */
size_t mcd_passive_inventory(struct mcd_judge *j);

/* The next report for the judged group on the judged network after *AT, which starts at 0; NULL = no more. */
const struct mcd_report *mcd_passive_report(const struct mcd_judge *j, size_t *at);

/* Whether what is not in the capture, of IGMP above all, proves nothing: frames were lost, cut or encrypted, rows were not kept, there are no
 * times, or a hole of many minutes is between them. */
bool mcd_passive_is_blind(const struct mcd_judge *j);

#endif
