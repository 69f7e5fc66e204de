/* SPDX-License-Identifier: ISC */
/* `streams` of an interface; private to report/. */
#ifndef MCD_REPORT_JSON_STREAMS_H
#define MCD_REPORT_JSON_STREAMS_H

#include "report/json.h"

/* `lost`, `reordered`, `duplicated`, `jitter_ms`, `payload`, `rtp`, `mpeg_ts`; SEEN are the probes that the stream is made of, NULL = none. */
void mcd_json_payload(struct mcd_json *j, const struct mcd_stream *stream, const struct mcd_probe_seen *seen);

/* The keys `streams` (at most max_rows of the request) and `streams_omitted`. */
void mcd_json_streams(struct mcd_json *j, const struct mcd_evidence *evidence, const struct mcd_nic *nic);

#endif
