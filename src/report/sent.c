/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/sent.h"

#include <string.h>

static void add_source(struct mcd_sent_seen *out, struct mcd_addr source)
{
	for (size_t i = 0; i < out->nsources; i++)
		if (mcd_addr_equal(out->sources[i], source))
			return;
	if (out->nsources < MCD_SENT_SOURCES)
		out->sources[out->nsources++] = source;
}

void mcd_sent_seen(const struct mcd_nic *nic, size_t group, struct mcd_sent_seen *out)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < nic->probes.count; i++) {
		const struct mcd_probe_seen *seen = mcd_vec_at(&nic->probes, i);

		if (!mcd_probes_left(seen, nic) || (group != SIZE_MAX && seen->group != group))
			continue;
		out->packets += seen->packets;
		if (seen->first_ns && (!out->first_ns || seen->first_ns < out->first_ns))
			out->first_ns = seen->first_ns;
		for (size_t k = 0; k < seen->ttl.count; k++) {
			const struct mcd_ttl_count *count = mcd_vec_at(&seen->ttl, k);

			out->ttl[count->value] += count->packets;
		}
		add_source(out, seen->source);
	}
}

uint64_t mcd_sent_failed(const struct mcd_task *task)
{
	uint64_t failed = 0;

	for (size_t i = 0; i < task->send_errors.count; i++)
		failed += ((const struct mcd_send_error *)mcd_vec_at(&task->send_errors, i))->count;
	return failed;
}

bool mcd_sent_rate(const struct mcd_task *task, double *pps, double *bps)
{
	const int64_t until_ns = task->held_up_ns ? task->held_up_ns : task->last_sent_ns;
	const double seconds = (double)(until_ns - task->first_sent_ns) / 1e9;

	if (task->sent < 2 || seconds <= 0)
		return false;
	*pps = (double)(task->sent - (task->held_up_ns ? 0 : 1)) / seconds;
	*bps = *pps * 8 * (double)task->sent_bytes / (double)task->sent;
	return true;
}
