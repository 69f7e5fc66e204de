/* SPDX-License-Identifier: ISC */
/* The key `filter` of a group on an interface, and the filters in host.json. */
#include <config.h>

#include "diagnose/columns.h"
#include "report/json.h"

void mcd_json_filter(struct mcd_json *j, const char *key, const struct mcd_filter *filter)
{
	if (!filter->known) {
		mcd_json_null(j, key);
		return;
	}
	mcd_json_object(j, key);
	mcd_json_text(j, "filter_mode", !filter->mode_known ? NULL : filter->mode == MCD_INCLUDE ? "include" : "exclude");
	mcd_json_addresses(j, "sources", filter->sources, filter->nsources);
	mcd_json_end(j);
}

void mcd_json_columns(struct mcd_json *j, const struct mcd_evidence *evidence, size_t nic, size_t group)
{
	struct mcd_columns columns;

	if (evidence->passive || evidence->nics[nic].role != MCD_ROLE_CHOSEN) {
		mcd_json_null(j, "filter");
		return;
	}
	mcd_columns_init(&columns, evidence, nic, group);
	mcd_json_object(j, "filter");
	for (int c = 0; c < MCD_COLUMNS; c++)
		mcd_json_filter(j, mcd_column_name((enum mcd_column)c), &columns.at[c]);
	mcd_json_end(j);
	mcd_columns_fini(&columns);
}
