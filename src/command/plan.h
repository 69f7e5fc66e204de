/* SPDX-License-Identifier: ISC */
/* From options and interfaces to what will be done where: pure, so that --dry-run and the run cannot differ. */
#ifndef MCD_COMMAND_PLAN_H
#define MCD_COMMAND_PLAN_H

#include "evidence/evidence.h"

#include <stdio.h>

/* Make one row of evidence for each interface that is chosen or observed, with role, named and unusable set. Takes over IFACES.
 * False and ERR when an asked interface does not exist, or memory is out. */
bool mcd_plan(const struct mcd_request *request, struct mcd_iface_list *ifaces, struct mcd_evidence *out, struct mcd_err *err);

/* Whether the row joins GROUP (index) and sends to it; whether its wire is captured. */
bool mcd_plan_tests(const struct mcd_nic *nic, size_t group);
bool mcd_plan_captured(const struct mcd_nic *nic);

/* --dry-run. */
void mcd_plan_print(FILE *out, const struct mcd_evidence *evidence);

/* What the user should know before the joins are made: a join on Wi-Fi, a named group on many NICs. Nothing when there is nothing. */
void mcd_plan_announce(FILE *out, const struct mcd_evidence *evidence);

#endif
