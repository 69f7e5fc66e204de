/* SPDX-License-Identifier: ISC */
/* What a run asks the host beside its sockets and captures: before it joins, while it is a member, and at the end. */
#ifndef MCD_COMMAND_LOOKING_H
#define MCD_COMMAND_LOOKING_H

#include "command/membership.h"
#include "evidence/observe.h"
#include "net/lookup.h"

/* Before the run: the host's view, other programs' sockets among it, and the routes to the groups. Returns the lookup of the host name that it has begun, for
 * mcd_look_at_name(). */
struct mcd_lookup *mcd_look_before(struct mcd_evidence *evidence);

/* After the joins, and after the leaves: what the kernel lists. */
void mcd_look_at_memberships(struct mcd_evidence *evidence, enum mcd_moment moment);

/* While the memberships stand, after the observation: the filters that sockets and kernel hold, the ways back to the sources that were seen, and
 * what the bridges of this host know of the groups. */
void mcd_look_joined(struct mcd_evidence *evidence, struct mcd_memberships *memberships);

/* After the run, when all was left: the host's view, and the interfaces. */
void mcd_look_after(struct mcd_evidence *evidence);

/* What the host name was found to be so far; LOOKUP is given up. */
void mcd_look_at_name(struct mcd_evidence *evidence, struct mcd_lookup *lookup);

#endif
