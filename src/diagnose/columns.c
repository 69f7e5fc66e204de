/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "diagnose/columns.h"

#include "diagnose/judge.h"

#include <stdio.h>
#include <string.h>

/* What a router holds after all our records up to our leave. */
static void read_wire(struct mcd_filter *out, const struct mcd_judge *j)
{
	const int64_t until = j->task->leave.called_ns ? j->task->leave.called_ns : INT64_MAX;
	size_t at = 0;
	const struct mcd_report *r = mcd_judge_own_report(j, j->task->join.called_ns, &at);
	struct mcd_member state = { .nsources = 0 };

	if (!r || !mcd_report_is_whole(j) || !mcd_member_fold(j->nic, j->group->address, r->source, true, until, &state))
		return;
	*out = (struct mcd_filter){ .known = true, .mode_known = true, .mode = state.mode, .sources = state.sources, .nsources = state.nsources };
}

void mcd_columns_init(struct mcd_columns *out, const struct mcd_evidence *evidence, size_t nic, size_t group)
{
	const struct mcd_judge j = mcd_judge_of(evidence, nic, group, evidence->ended_ns);
	const struct mcd_group *g = j.group;

	memset(out, 0, sizeof *out);
	out->at[MCD_COLUMN_REQUESTED] =
		(struct mcd_filter){ .known = true, .mode_known = true, .mode = g->mode, .sources = g->sources, .nsources = g->nsources };
	out->at[MCD_COLUMN_SOCKET] = j.task->in_socket;
	out->at[MCD_COLUMN_KERNEL] = j.task->in_kernel;
	if (j.task->join.done)
		read_wire(&out->at[MCD_COLUMN_WIRE], &j);
}

void mcd_columns_fini(struct mcd_columns *columns)
{
	mcd_filter_fini(&columns->at[MCD_COLUMN_WIRE]);
	memset(columns, 0, sizeof *columns);
}

bool mcd_columns_differ(const struct mcd_columns *columns)
{
	for (int c = MCD_COLUMN_SOCKET; c < MCD_COLUMNS; c++)
		if (columns->at[c].known && columns->at[c].mode_known && !mcd_filter_same(&columns->at[c], &columns->at[MCD_COLUMN_REQUESTED]))
			return true;
	return false;
}

const char *mcd_column_name(enum mcd_column column)
{
	static const char *const names[MCD_COLUMNS] = { "requested", "socket", "kernel", "wire" };

	return names[column];
}

char *mcd_filter_format(const struct mcd_filter *filter, char buf[MCD_FILTER_TEXT])
{
	struct mcd_text text = mcd_text_filter(filter->mode, filter->sources, filter->nsources);

	if (!filter->known)
		snprintf(buf, MCD_FILTER_TEXT, "not known");
	else if (!filter->mode_known)
		snprintf(buf, MCD_FILTER_TEXT, "%s in a mode that is not told", strchr(text.s, '{') ? strchr(text.s, '{') : "");
	else
		snprintf(buf, MCD_FILTER_TEXT, "%s", text.s);
	return buf;
}
