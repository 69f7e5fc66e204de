/* SPDX-License-Identifier: ISC */
/* What a run captures, as a filter of pcap-filter(7): all that is of use to its request, and as little beside it as can be. */
#ifndef MCD_COMMAND_CAPTURE_FILTER_H
#define MCD_COMMAND_CAPTURE_FILTER_H

#include "evidence/evidence.h"

/* IGMP, MLD and all that goes to the groups of the request, later fragments included, behind up to TAGS VLAN tags; to free(). A port in the filter would hide
 * those. NULL when memory is out. */
char *mcd_capture_filter(const struct mcd_evidence *evidence, unsigned tags);

#endif
