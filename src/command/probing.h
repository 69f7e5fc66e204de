/* SPDX-License-Identifier: ISC */
/* The fan-out of probes: one socket for each family, its outgoing interface really set before every send. */
#ifndef MCD_COMMAND_PROBING_H
#define MCD_COMMAND_PROBING_H

#include "base/err.h"
#include "evidence/evidence.h"
#include "net/sock.h"

#include <stdbool.h>
#include <stdint.h>

struct mcd_prober {
	struct mcd_evidence *evidence;
	struct mcd_sock socks[MCD_FAMILIES]; /* open where a group is of the family */
	uint8_t *payload;
	size_t room;
	uint32_t sequence;	/* of the last round, from 1 */
};

/* False and ERR when there is no socket; *OUT is then closed. */
bool mcd_prober_open(struct mcd_prober *out, struct mcd_evidence *evidence, struct mcd_err *err);
void mcd_prober_close(struct mcd_prober *prober);

/* Send one probe to every group out of every active NIC. What fails is evidence. */
void mcd_prober_round(struct mcd_prober *prober);

#endif
