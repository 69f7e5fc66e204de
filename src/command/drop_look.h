/* SPDX-License-Identifier: ISC */
/* What the kernel drops in a run, and the rules of its firewall that may do it. */
#ifndef MCD_COMMAND_DROP_LOOK_H
#define MCD_COMMAND_DROP_LOOK_H

#include "evidence/evidence.h"
#include "net/drops.h"

struct mcd_drop_look {
	struct mcd_drop_watch *watch;
	struct mcd_firewall rules;	/* as they were before */
};

/* Make the kernel's drop reasons of REQUEST's groups ready to be counted, which goes on beside other things. */
void mcd_drop_look_prepare(struct mcd_drop_look *out, const struct mcd_request *request);

/* Count from here on. */
void mcd_drop_look_begin(struct mcd_drop_look *look);

/* What was counted, and the rules as they are now, into EVIDENCE. */
void mcd_drop_look_end(struct mcd_drop_look *look, struct mcd_evidence *evidence);

/* Give up, at whatever point; nothing where it has ended. */
void mcd_drop_look_fini(struct mcd_drop_look *look);

#endif
