/* SPDX-License-Identifier: ISC */
/* Private to the search for suspects: the walk of one packet through the rules. */
#ifndef MCD_DIAGNOSE_SUSPECTS_WALK_H
#define MCD_DIAGNOSE_SUSPECTS_WALK_H

#include "diagnose/suspects.h"

/* Add to OUT all rules and policies of FIREWALL that may drop PACKET on interface IFACE. FRAGMENTS: it comes to them in pieces, of which not all
 * have ports. OUT's `known` becomes false where there are too many to go through. */
void mcd_suspects_walk(const struct mcd_firewall *firewall, const struct mcd_iface *iface, const struct mcd_suspect_packet *packet,
		       bool fragments, struct mcd_suspects *out);

/* Whether CHAIN, which packets meet on their way in, sees a datagram's pieces: IPv4 puts them together before its input hook, IPv6 behind its own; for
 * conntrack both do so earlier, which is not told here. Chains that are jumped to are taken for early ones. */
bool mcd_suspects_meets_fragments(const struct mcd_firewall_chain *chain, bool v4);

#endif
