/* SPDX-License-Identifier: ISC */
/* Rows of short texts under titles, by interface; without columns where the page is too narrow. */
#include <config.h>

#include "report/text.h"
#include "report/utf8.h"

#include <string.h>

enum { INDENT = 2, GAP = 2 };

/* Where the columns stand; returns the width of it all. */
static unsigned lay_out(const struct mcd_grid *grid, unsigned at[MCD_GRID_COLUMNS])
{
	unsigned next = INDENT, widest = (unsigned)strlen("interface");

	for (size_t i = 0; i < grid->count; i++)
		if (mcd_utf8_width(grid->rows[i].nic->iface->name) > widest)
			widest = (unsigned)mcd_utf8_width(grid->rows[i].nic->iface->name);
	next += widest + GAP;
	for (unsigned c = 0; c < grid->columns; c++) {
		at[c] = next;
		widest = (unsigned)strlen(grid->titles[c]);
		for (size_t i = 0; i < grid->count; i++)
			if (mcd_utf8_width(grid->rows[i].cells[c]) > widest)
				widest = (unsigned)mcd_utf8_width(grid->rows[i].cells[c]);
		next += widest + GAP;
	}
	return next - GAP;
}

static void put_titles(struct mcd_text *t, const struct mcd_grid *grid, const unsigned at[MCD_GRID_COLUMNS])
{
	mcd_page_begin(&t->page, INDENT, INDENT);
	mcd_page_paint(&t->page, MCD_BOLD, "interface");
	for (unsigned c = 0; c < grid->columns; c++) {
		mcd_page_column(&t->page, at[c]);
		mcd_page_paint(&t->page, MCD_BOLD, grid->titles[c]);
	}
	mcd_page_end(&t->page);
}

/* AT is NULL where the page is too narrow for columns. */
static void put_row(struct mcd_text *t, const struct mcd_grid *grid, const struct mcd_grid_row *row, bool named, const unsigned *at)
{
	mcd_page_begin(&t->page, INDENT, INDENT + 2);
	if (named || !at)
		mcd_page_text(&t->page, row->nic->iface->name);
	for (unsigned c = 0; c < grid->columns; c++) {
		if (at)
			mcd_page_column(&t->page, at[c]);
		else
			mcd_page_format(&t->page, "%s %s ", c ? "," : ":", grid->titles[c]);
		mcd_page_paint(&t->page, MCD_PLAIN, row->cells[c]);
	}
	mcd_page_end(&t->page);
}

void mcd_text_grid(struct mcd_text *t, const struct mcd_grid *grid)
{
	unsigned at[MCD_GRID_COLUMNS];
	const bool fit = lay_out(grid, at) <= t->page.width;

	if (fit && grid->count)
		put_titles(t, grid, at);
	for (size_t i = 0; i < grid->count; i++)
		put_row(t, grid, &grid->rows[i], i == 0 || grid->rows[i].nic != grid->rows[i - 1].nic, fit ? at : NULL);
}
