/* SPDX-License-Identifier: ISC */
/* One live run: joins, probes and captures on every row of the plan, in one event loop, until all is settled. The session owns sockets
 * and captures; what they show goes into the evidence. */
#ifndef MCD_COMMAND_SESSION_H
#define MCD_COMMAND_SESSION_H

#include "command/membership.h"
#include "command/save.h"
#include "evidence/evidence.h"

#include <stdbool.h>

struct mcd_session;

/* What a run may tell while it goes on. */
struct mcd_watcher {
	void (*progress)(void *context, const struct mcd_evidence *evidence, const unsigned *settled, int64_t left_ms); /* NULL = nobody looks */
	struct mcd_hearer hearer;
	void (*silence)(void *context, const struct mcd_evidence *evidence); /* once, when nothing came for a second since the joins; NULL likewise */
	void *context;
};

/* Run EVIDENCE's plan to its end. Faults of the network are evidence, not errors: false and ERR only when the run itself could not go on.
 * SAVE (NULL = not asked) gets every frame. LOOK_TWICE: where the stream is absent the interface may be made promiscuous for a moment. EVIDENCE is
 * complete afterwards, whatever ended it. */
bool mcd_session_run(struct mcd_evidence *evidence, struct mcd_save *save, const struct mcd_watcher *watcher, bool look_twice, struct mcd_err *err);

#endif
