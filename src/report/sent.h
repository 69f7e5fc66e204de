/* SPDX-License-Identifier: ISC */
/* What one NIC sent and how fast, and what of it was seen on its wire: the same in the table and in the JSON report. */
#ifndef MCD_REPORT_SENT_H
#define MCD_REPORT_SENT_H

#include "evidence/evidence.h"

#include <stdbool.h>
#include <stdint.h>

enum { MCD_SENT_SOURCES = 4 };

struct mcd_sent_seen {
	uint64_t packets;
	uint64_t ttl[256];	/* packets by TTL */
	int64_t first_ns;
	struct mcd_addr sources[MCD_SENT_SOURCES]; /* as they came, the first ones */
	size_t nsources;
};

/* What was seen on the wire of NIC of its own probes to GROUP of the request; SIZE_MAX = of all. */
void mcd_sent_seen(const struct mcd_nic *nic, size_t group, struct mcd_sent_seen *out);

/* Sends that failed. */
uint64_t mcd_sent_failed(const struct mcd_task *task);

/* From the first send to the last, that one not counted, or to the end where the next one waited for room then: packets a second, and bits of UDP
 * payload. False where fewer than two went, or no time between them. */
bool mcd_sent_rate(const struct mcd_task *task, double *pps, double *bps);

#endif
