/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: what only a host of Windows can have wrong, as a clue of what follows from it. Of another host nothing is added. */
#ifndef MCD_DIAGNOSE_WINDOWS_H
#define MCD_DIAGNOSE_WINDOWS_H

#include "diagnose/judge.h"

/* Whether the registry keeps the host from IGMP, and if so, add that to F, with how to set it right in the place of its remedy. */
bool mcd_windows_is_mute(const struct mcd_judge *j);
void mcd_windows_tell_mute(struct mcd_judge *j, struct mcd_finding *f);

/* A socket that was to be bound to the group itself. */
void mcd_windows_tell_bind(struct mcd_judge *j, struct mcd_finding *f);

/* Whose rules the firewall goes by. */
void mcd_windows_tell_program(struct mcd_judge *j, struct mcd_finding *f);

/* Whether Windows Firewall is known to be off on the network of the judged NIC. */
bool mcd_windows_has_firewall_off(const struct mcd_judge *j);

/* A network of the judged NIC on which the firewall lets nothing in that no rule allows. */
void mcd_windows_tell_network(struct mcd_judge *j, struct mcd_finding *f);

/* Why the interface of ROUTE comes before CHOSEN where a program names none, and how to turn that round. False where it is not by their metrics. */
bool mcd_windows_tell_metric(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_host_route *route, const struct mcd_nic *chosen);

/* An address that the judged NIC gave itself, since nobody answered it. */
void mcd_windows_tell_own_address(struct mcd_judge *j, struct mcd_finding *f);

#endif
