/* SPDX-License-Identifier: ISC */
/* `streams` of an interface; private to report/. */
#ifndef MCD_REPORT_JSON_STREAMS_H
#define MCD_REPORT_JSON_STREAMS_H

#include "report/json.h"

/* `lost`, `reordered`, `duplicated`, `jitter_ms`, `payload`, `rtp`, `mpeg_ts` of a stream on NIC. */
void mcd_json_payload(struct mcd_json *j, const struct mcd_nic *nic, const struct mcd_stream *stream);

/* The keys `streams` (at most max_rows of the request) and `streams_omitted`. */
void mcd_json_streams(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_nic *nic);

#endif
