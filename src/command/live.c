/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/live.h"

#include "command/outputs.h"
#include "command/plan.h"
#include "net/capture.h"
#include "net/clock.h"
#include "net/ifaces.h"
#include "net/privilege.h"
#include "report/report.h"

#include <stdio.h>

static int run(const struct mcd_options *options, const char *mode, struct mcd_watcher watcher, struct mcd_evidence *evidence, struct mcd_err *err)
{
	const struct mcd_report_input in = { .evidence = evidence, .mode = mode, .capture_library = mcd_capture_library(), .saved_in = options->save };
	bool visible = mcd_outputs_progress(options);
	struct mcd_outputs outputs;
	int status = -1;
	bool ran;

	if (!visible)
		watcher.progress = NULL;
	if (mcd_outputs_open(&outputs, options, evidence->nnics, err)) {
		if (!options->quiet)
			mcd_plan_announce(stderr, evidence);
		ran = mcd_session_run(evidence, outputs.save, &watcher, !options->no_second_look, err);
		if (visible)
			mcd_progress_clear(stderr);
		if (ran)
			status = mcd_outputs_report(&outputs, options, &in, err);
	}
	mcd_outputs_abandon(&outputs);
	return status;
}

int mcd_live_run(const struct mcd_options *options, const char *mode, struct mcd_watcher watcher, struct mcd_err *err)
{
	struct mcd_iface_list ifaces = { 0 };
	struct mcd_evidence evidence;
	int status = 0;

	if (!mcd_ifaces_read(&ifaces, err))
		return -1;
	if (!mcd_plan(&options->request, &ifaces, &evidence, err)) {
		mcd_iface_list_fini(&ifaces);
		return -1;
	}
	evidence.session = mcd_clock_random();
	mcd_program_path(evidence.program, sizeof evidence.program);
	if (options->dry_run)
		mcd_plan_print(stdout, &evidence);
	else
		status = run(options, mode, watcher, &evidence, err);
	mcd_evidence_fini(&evidence);
	return status;
}
