/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/diagnose.h"

#include "command/live.h"
#include "command/outputs.h"
#include "report/report.h"

#include <stdio.h>

enum { AWAITED = 120 };

/* "querier on eth1, stream on 2 interfaces" */
static void describe_awaited(const struct mcd_evidence *evidence, const unsigned *settled, char *buf, size_t room)
{
	size_t used = 0;

	buf[0] = '\0';
	for (unsigned check = 0; check < MCD_CHECKS; check++) {
		const char *name = NULL;
		size_t n = 0;

		for (size_t i = 0; i < evidence->nnics; i++)
			if (mcd_nic_is_used(&evidence->nics[i]) && !(settled[i] & 1u << check) && check != MCD_CHECK_LEAVE && ++n == 1)
				name = evidence->nics[i].iface->name;
		if (n == 1)
			used += (size_t)snprintf(buf + used, room - used, "%s%s on %s", used ? ", " : "", mcd_check_name((enum mcd_check_id)check), name);
		else if (n > 1)
			used += (size_t)snprintf(buf + used, room - used, "%s%s on %zu interfaces", used ? ", " : "", mcd_check_name((enum mcd_check_id)check), n);
		if (used >= room)
			return;
	}
}

static void show_progress(void *context, const struct mcd_evidence *evidence, const unsigned *settled, int64_t left_ms)
{
	struct mcd_progress_state state = { .left_ms = left_ms };
	char awaited[AWAITED];

	(void)context;
	for (size_t i = 0; i < evidence->nnics; i++) {
		if (!mcd_nic_is_used(&evidence->nics[i]))
			continue;
		state.all += MCD_CHECKS;
		state.settled += (size_t)__builtin_popcount(settled[i]);
	}
	describe_awaited(evidence, settled, awaited, sizeof awaited);
	state.awaited = awaited;
	mcd_progress_show(stderr, &state, mcd_outputs_width());
}

int mcd_command_diagnose(struct mcd_options *options, struct mcd_err *err)
{
	mcd_live_choose_scratch(&options->request);
	return mcd_live_run(options, "diagnose", (struct mcd_watcher){ .progress = show_progress }, err);
}
