/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: what comes only while the interface is promiscuous.
 *
 * The idea: a multicast filter that keeps the group out, in the NIC, its driver or the hypervisor, shows itself by one thing alone: the stream
 * comes while the interface is promiscuous, and does not while it is not. So an interface whose stream is absent is looked at promiscuously, twice,
 * for lengths that are no multiple of each other. A sender that happens to begin or to stop then would have to do so at each of those moments. */
#ifndef MCD_DIAGNOSE_SECOND_LOOK_H
#define MCD_DIAGNOSE_SECOND_LOOK_H

#include "diagnose/judge.h"

enum mcd_look_answer {
	MCD_LOOK_ORDINARY,  /* there was no look, nothing that was wanted came, or it came otherwise too: it is judged as ever */
	MCD_LOOK_UNDECIDED, /* what came did so while promiscuous only, which may have been chance */
	MCD_LOOK_LIKELY,
	MCD_LOOK_CERTAIN,
};

/* Of the judged group. */
enum mcd_look_answer mcd_look_answer(const struct mcd_judge *j);

/* Whether the filter of the NIC was shown to keep out any group of the request. */
bool mcd_look_shows_filter(const struct mcd_judge *j);

/* How long the NIC was made promiscuous in all, ns. */
int64_t mcd_look_lasted(const struct mcd_nic *nic);

/* `stream` of what came while promiscuous only; false, and nothing judged, when the answer is the ordinary one. */
bool mcd_look_judge(struct mcd_judge *j);

/* check_stream.c: whether a program of this host is seen to send the group, on any NIC. */
bool mcd_stream_is_local(const struct mcd_judge *j);

#endif
