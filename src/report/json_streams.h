/* SPDX-License-Identifier: ISC */
/* `streams` of an interface; private to report/. */
#ifndef MCD_REPORT_JSON_STREAMS_H
#define MCD_REPORT_JSON_STREAMS_H

#include "report/json.h"

/* The keys `streams` (at most max_rows of the request) and `streams_omitted`. */
void mcd_json_streams(struct mcd_json *j, cJSON *row, const struct mcd_evidence *evidence, const struct mcd_nic *nic);

/* <0, 0, >0: untagged before any VLAN, then by number. */
int mcd_by_vlan(bool a_tagged, uint16_t a, bool b_tagged, uint16_t b);

/* Sequence numbers that never came, of what SEEN counts: a lower bound, since the end of the sender's run is not known. */
uint64_t mcd_probes_lost(const struct mcd_probe_seen *seen);

#endif
