/* SPDX-License-Identifier: ISC */
/* Other runs of mcdiag, by the probes that were heard of them: the same rows in the JSON report and in the text. */
#ifndef MCD_REPORT_PEERS_H
#define MCD_REPORT_PEERS_H

#include "evidence/evidence.h"

#include <stdbool.h>

/* What NIC heard of another run. */
struct mcd_peer {
	const struct mcd_nic *nic;
	const struct mcd_probe_seen *seen;
};

/* All of them into *OUT (struct mcd_peer), by host, session, interface, theirs, group; borrowed from EVIDENCE. The caller frees it with mcd_vec_fini().
 * False when memory is out: some are missing then. */
bool mcd_peers(const struct mcd_evidence *evidence, struct mcd_vec *out);

/* Probes of the run that were sent before the first one that came. */
uint64_t mcd_peer_before_first(const struct mcd_peer *peer);

#endif
