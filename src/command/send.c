/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/send.h"

#include "command/live.h"
#include "command/outputs.h"
#include "net/clock.h"
#include "report/report.h"
#include "report/sent.h"

/* How much longer: by the duration, of which BOUND_MS are left, or by the count, whichever comes first; negative where there is neither. */
static int64_t left_ms(const struct mcd_request *request, const struct mcd_progress_sending *state, int64_t bound_ms)
{
	const uint64_t tried = state->sent + state->failed;
	double by_count = (double)bound_ms;

	if (state->all && tried)
		by_count = (double)state->elapsed_ms * ((double)state->all / (double)tried - 1);
	else if (request->duration_ms == 0)
		return -1;
	return by_count < (double)bound_ms ? (int64_t)by_count : bound_ms;
}

static void show_progress(void *context, const struct mcd_evidence *evidence, const unsigned *settled, int64_t bound_ms)
{
	const struct mcd_request *request = evidence->request;
	struct mcd_progress_sending state = { .elapsed_ms = (mcd_clock_wall_ns() - evidence->started_ns) / 1000000 };

	(void)context;
	(void)settled;
	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_nic *nic = &evidence->nics[i];

		if (!mcd_nic_is_used(nic))
			continue;
		state.all += request->count * request->ngroups;
		for (size_t g = 0; g < request->ngroups; g++) {
			state.sent += nic->tasks[g].sent;
			state.failed += mcd_sent_failed(&nic->tasks[g]);
		}
	}
	state.left_ms = left_ms(request, &state, bound_ms);
	mcd_progress_show_sending(stderr, &state, mcd_outputs_width());
}

int mcd_command_send(struct mcd_options *options, struct mcd_err *err)
{
	return mcd_live_run(options, "send", (struct mcd_watcher){ .progress = show_progress }, err);
}
