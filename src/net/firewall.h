/* SPDX-License-Identifier: ISC */
/* Reads the rules of nf_tables. Takes CAP_NET_ADMIN; where they cannot be read the facts say why, which is no error. */
#ifndef MCD_NET_FIREWALL_H
#define MCD_NET_FIREWALL_H

#include "base/firewall.h"

/* Fill OUT, initialised by the caller. More than 4096 rules are not read: then nothing is known. */
void mcd_firewall_read(struct mcd_firewall *out);

#endif
