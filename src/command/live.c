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

/* A group of MCAST-TEST-NET (RFC 6676), or a transient one of the link (RFC 4291, 2.7), that nobody asked about. */
static struct mcd_addr scratch_group(const struct mcd_request *request, unsigned family)
{
	const uint32_t net = 0xe9fc0000;		   /* 233.252.0.0/24 */
	const uint64_t net6 = UINT64_C(0xff12) << 48; /* ff12::/16 */

	for (;;) {
		struct mcd_addr group = family == MCD_IPV6 ? (struct mcd_addr){ net6, mcd_clock_random() | 1 }
							   : mcd_addr_v4(net | (uint32_t)(1 + mcd_clock_random() % 254));

		if (!mcd_request_has_group(request, group))
			return group;
	}
}

void mcd_live_choose_scratch(struct mcd_request *request)
{
	for (unsigned family = 0; request->join && family < MCD_FAMILIES; family++)
		if (mcd_request_has_family(request, family))
			request->scratch_groups[family] = scratch_group(request, family);
}

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
