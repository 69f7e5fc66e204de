/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/diagnose.h"

#include "command/live.h"
#include "command/outputs.h"
#include "command/plan.h"
#include "net/clock.h"
#include "report/report.h"

#include <stdio.h>

enum { AWAITED = 120 };

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

/* ---- progress ---- */

/* "querier on eth1, stream on 2 interfaces" */
static void describe_awaited(const struct mcd_evidence *evidence, const unsigned *settled, char *buf, size_t room)
{
	size_t used = 0;

	buf[0] = '\0';
	for (unsigned check = 0; check < MCD_CHECKS; check++) {
		const char *name = NULL;
		size_t n = 0;

		for (size_t i = 0; i < evidence->nnics; i++)
			if (mcd_plan_active(&evidence->nics[i]) && !(settled[i] & 1u << check) && check != MCD_CHECK_LEAVE && ++n == 1)
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
		if (!mcd_plan_active(&evidence->nics[i]))
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
	for (unsigned family = 0; options->request.join && family < MCD_FAMILIES; family++)
		if (mcd_request_has_family(&options->request, family))
			options->request.scratch_groups[family] = scratch_group(&options->request, family);
	return mcd_live_run(options, "diagnose", (struct mcd_watcher){ .progress = show_progress }, err);
}
