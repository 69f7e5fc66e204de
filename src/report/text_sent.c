/* SPDX-License-Identifier: ISC */
/* What was sent: a row for each interface and group. */
#include <config.h>

#include "report/rows.h"
#include "report/sent.h"
#include "report/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, CELL = MCD_GRID_CELL, FEW = 10 };

enum column { GROUP, SENT, WIRE, TTL, SOURCE, RATE, FAILED, COLUMNS };

static const char *const titles[COLUMNS] = { "group", "sent", "on the wire", "TTL", "from", "rate", "failed" };

/* The TTLs that were seen, "-" = none: "64", "63, 64". */
static void put_ttls(char cell[CELL], const struct mcd_sent_seen *seen)
{
	size_t used = 0;

	for (unsigned i = 0; i < 256 && used < CELL - 8; i++)
		if (seen->ttl[i])
			used += (size_t)snprintf(cell + used, CELL - used, "%s%u", used ? ", " : "", i);
	if (used == 0)
		snprintf(cell, CELL, "-");
}

static void put_source(char cell[CELL], const struct mcd_sent_seen *seen)
{
	char text[MCD_ADDR_TEXT];

	if (seen->nsources == 0)
		snprintf(cell, CELL, "-");
	else
		snprintf(cell, CELL, "%s%s", mcd_addr_format(seen->sources[0], text), seen->nsources > 1 ? " and others" : "");
}

/* Returns whether the rate that was asked for was reached, or nobody can tell. */
static bool put_rate(char cell[CELL], const struct mcd_request *request, const struct mcd_task *task)
{
	const bool in_bits = request->rate.bits > 0;
	const double asked = in_bits ? (double)request->rate.bits : (double)request->rate.millipackets / 1000;
	double pps, bps;

	if (!mcd_sent_rate(task, &pps, &bps)) {
		snprintf(cell, CELL, "-");
		return true;
	}
	mcd_text_rate(in_bits ? bps : pps, in_bits, cell);
	return task->sent < FEW || (in_bits ? bps : pps) >= asked * 0.99;
}

/* Returns what put_rate() does. */
static bool fill(const struct mcd_text *t, const struct mcd_nic *nic, size_t g, struct mcd_grid_row *row)
{
	const struct mcd_request *request = t->in->evidence->request;
	const struct mcd_group *group = &request->groups[g];
	const struct mcd_task *task = &nic->tasks[g];
	struct mcd_sent_seen seen;

	mcd_sent_seen(nic, g, &seen);
	*row = (struct mcd_grid_row){ .nic = nic };
	mcd_text_endpoint(group->address, group->port, row->cells[GROUP]);
	snprintf(row->cells[SENT], CELL, "%" PRIu64, task->sent);
	if (mcd_nic_was_captured(nic))
		snprintf(row->cells[WIRE], CELL, "%" PRIu64, seen.packets);
	else
		snprintf(row->cells[WIRE], CELL, "not known");
	put_ttls(row->cells[TTL], &seen);
	put_source(row->cells[SOURCE], &seen);
	snprintf(row->cells[FAILED], CELL, "%" PRIu64, mcd_sent_failed(task));
	return put_rate(row->cells[RATE], request, task);
}

/* Where nothing was sent, or not to a group, and why. */
static void put_unusable(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;

	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_nic *nic = &evidence->nics[i];

		if (nic->role == MCD_ROLE_CHOSEN && !mcd_nic_is_used(nic))
			mcd_text_unusable(t, nic);
		for (size_t g = 0; mcd_nic_is_used(nic) && g < evidence->request->ngroups; g++) {
			char text[MCD_ADDR_TEXT];

			if (nic->tasks[g].unusable != MCD_USABLE)
				mcd_page_line(&t->page, INDENT, INDENT + 2, "%s: nothing sent to %s, %s", nic->iface->name,
					      mcd_addr_format(evidence->request->groups[g].address, text), mcd_unusable_name(nic->tasks[g].unusable));
		}
	}
}

void mcd_text_sent(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	struct mcd_grid_row *rows = calloc(evidence->nnics * evidence->request->ngroups + 1, sizeof *rows);
	bool *slow = calloc(evidence->nnics + 1, sizeof *slow);
	struct mcd_grid grid = { titles, COLUMNS, rows, 0 };

	t->failed = t->failed || !rows || !slow;
	for (size_t i = 0; rows && slow && i < evidence->nnics; i++)
		for (size_t g = 0; mcd_nic_is_used(&evidence->nics[i]) && g < evidence->request->ngroups; g++)
			if (evidence->nics[i].tasks[g].unusable == MCD_USABLE && !fill(t, &evidence->nics[i], g, &rows[grid.count++]))
				slow[i] = true;
	if (rows && slow) {
		mcd_text_grid(t, &grid);
		put_unusable(t);
		mcd_text_names_line(t, "The rate asked for was not reached on ", slow, "");
		mcd_page_end(&t->page);
		mcd_text_reasons(t);
	}
	free(slow);
	free(rows);
}
