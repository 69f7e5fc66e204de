/* SPDX-License-Identifier: ISC */
/* A system without nf_tables. */
#include <config.h>

#include "net/firewall.h"

#include <stdio.h>

void mcd_firewall_read(struct mcd_firewall *out)
{
	snprintf(out->why_not, sizeof out->why_not, "the firewall's rules are not read on this system");
}
