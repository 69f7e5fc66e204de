/* SPDX-License-Identifier: ISC */
/* Private to the search for suspects: the walk of one packet through the rules. */
#ifndef MCD_DIAGNOSE_SUSPECTS_WALK_H
#define MCD_DIAGNOSE_SUSPECTS_WALK_H

#include "diagnose/suspects.h"

/* Add to OUT all rules and policies of FIREWALL that may drop PACKET on interface IFACE. FRAGMENTS: it comes to them in pieces, of which not all
 * have ports. OUT's `known` becomes false where there are too many to go through. */
void mcd_suspects_walk(const struct mcd_firewall *firewall, const struct mcd_iface *iface, const struct mcd_suspect_packet *packet,
		       bool fragments, struct mcd_suspects *out);

#endif
