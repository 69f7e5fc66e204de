/* SPDX-License-Identifier: ISC */
/* Where a source was asked for, and what socket, kernel or wire hold is another filter: the four beside each other. */
#include <config.h>

#include "diagnose/columns.h"
#include "report/text.h"

static void put_columns(struct mcd_text *t, size_t nic, size_t group, const struct mcd_columns *columns)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	char address[MCD_ADDR_TEXT], filter[MCD_FILTER_TEXT];

	mcd_page_begin(&t->page, 2, 4);
	mcd_page_format(&t->page, "Filter of %s on %s:", mcd_addr_format(evidence->request->groups[group].address, address),
			evidence->nics[nic].iface->name);
	for (int c = 0; c < MCD_COLUMNS; c++)
		mcd_page_format(&t->page, "%s %s %s", c ? "," : "", mcd_column_name((enum mcd_column)c), mcd_filter_format(&columns->at[c], filter));
	mcd_page_end(&t->page);
}

void mcd_text_filters(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	bool any = false;

	for (size_t nic = 0; nic < evidence->nnics; nic++)
		for (size_t g = 0; g < evidence->request->ngroups; g++) {
			struct mcd_columns columns;

			if (evidence->nics[nic].role != MCD_ROLE_CHOSEN || evidence->request->groups[g].nsources == 0)
				continue;
			mcd_columns_init(&columns, evidence, nic, g);
			if (mcd_columns_differ(&columns)) {
				put_columns(t, nic, g, &columns);
				any = true;
			}
			mcd_columns_fini(&columns);
		}
	if (any)
		mcd_page_end(&t->page);
}
