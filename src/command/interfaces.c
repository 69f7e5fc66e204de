/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/interfaces.h"

#include "command/looking.h"
#include "command/outputs.h"
#include "command/plan.h"
#include "net/clock.h"
#include "net/ifaces.h"

enum { NAME_WAIT_MS = 2000 }; /* for the host name, which a name server may have to tell */

static void look(struct mcd_evidence *evidence)
{
	struct mcd_lookup *lookup;

	evidence->started_ns = mcd_clock_wall_ns();
	lookup = mcd_look_before(evidence);
	mcd_lookup_wait(lookup, NAME_WAIT_MS);
	mcd_look_at_name(evidence, lookup);
	evidence->ended_ns = mcd_clock_wall_ns();
	evidence->ended_by = MCD_ENDED_SETTLED;
}

int mcd_command_interfaces(struct mcd_options *options, struct mcd_err *err)
{
	struct mcd_iface_list ifaces = { 0 };
	struct mcd_outputs outputs;
	struct mcd_evidence evidence;
	int status = -1;

	if (!mcd_ifaces_read(&ifaces, err))
		return -1;
	if (!mcd_plan(&options->request, &ifaces, &evidence, err)) {
		mcd_iface_list_fini(&ifaces);
		return -1;
	}
	if (mcd_outputs_open(&outputs, options, evidence.nnics, err)) {
		look(&evidence);
		status = mcd_outputs_report(&outputs, options, &(struct mcd_report_input){ .evidence = &evidence, .mode = "interfaces" }, err);
	}
	mcd_outputs_abandon(&outputs);
	mcd_evidence_fini(&evidence);
	return status;
}
