/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/drop_look.h"

#include "evidence/observe.h"
#include "net/firewall.h"

void mcd_drop_look_prepare(struct mcd_drop_look *out, const struct mcd_request *request)
{
	mcd_firewall_init(&out->rules);
	out->watch = mcd_drops_prepare(request);
}

void mcd_drop_look_begin(struct mcd_drop_look *look)
{
	mcd_drops_begin(look->watch);
	mcd_firewall_read(&look->rules);
}

void mcd_drop_look_end(struct mcd_drop_look *look, struct mcd_evidence *evidence)
{
	struct mcd_firewall rules;
	struct mcd_drops drops;

	mcd_drops_init(&drops);
	mcd_drops_end(look->watch, &drops);
	look->watch = NULL;
	mcd_observe_drops(evidence, &drops);
	mcd_firewall_init(&rules);
	mcd_firewall_read(&rules);
	mcd_firewall_since(&rules, &look->rules);
	mcd_observe_firewall(evidence, &rules);
}

void mcd_drop_look_fini(struct mcd_drop_look *look)
{
	mcd_drops_end(look->watch, NULL);
	look->watch = NULL;
	mcd_firewall_fini(&look->rules);
}
