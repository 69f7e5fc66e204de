/* SPDX-License-Identifier: ISC */
/* One row per interface, one column per check. */
#include <config.h>

#include "report/text.h"

#include "report/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_LEAST = 9, NAME_MOST = 24, TABLE_INDENT = 2 };

static const char *const titles[MCD_CHECKS] = { "join", "filter", "querier", "send", "ttl", "stream", "delivery", "leave" };

/* Where the columns stand. */
struct columns {
	unsigned at[MCD_CHECKS];
	bool fit; /* the page is wide enough for a table */
};

/* Whether the table folds rows that are alike. */
static bool folds(const struct mcd_text *t)
{
	size_t chosen = 0;

	for (size_t i = 0; i < t->in->evidence->nnics; i++)
		chosen += t->in->evidence->nics[i].role == MCD_ROLE_CHOSEN;
	return !t->style->verbose && chosen > MCD_FOLD_NICS;
}

void mcd_text_status(struct mcd_text *t, enum mcd_status status)
{
	static const struct {
		const char *symbol, *word;
		enum mcd_paint paint;
	} looks[] = {
		[MCD_SKIPPED] = { "", "-", MCD_DIM },	   [MCD_PASS] = { "\u2713 ", "pass", MCD_GREEN }, [MCD_INCONCLUSIVE] = { "", "?", MCD_CYAN },
		[MCD_WARN] = { "! ", "warn", MCD_YELLOW }, [MCD_FAIL] = { "\u2717 ", "FAIL", MCD_RED },
	};
	char text[16];

	snprintf(text, sizeof text, "%s%s", t->page.symbols ? looks[status].symbol : "", looks[status].word);
	mcd_page_paint(&t->page, looks[status].paint, text);
}

static struct columns lay_out(const struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	unsigned widest = NAME_LEAST, word = t->page.symbols ? 6 : 4, at;
	struct columns c = { .fit = true };

	for (size_t i = 0; i < evidence->nnics; i++) {
		size_t width = mcd_utf8_width(evidence->nics[i].iface->name);

		if (evidence->nics[i].role == MCD_ROLE_CHOSEN && width > widest)
			widest = width < NAME_MOST ? (unsigned)width : NAME_MOST;
	}
	at = TABLE_INDENT + widest + 2;
	for (int i = 0; i < MCD_CHECKS; i++) {
		unsigned title = (unsigned)strlen(titles[i]);

		c.at[i] = at;
		at += (title > word ? title : word) + 2;
	}
	c.fit = at - 2 <= t->page.width;
	return c;
}

static void put_titles(struct mcd_text *t, const struct columns *c)
{
	if (!c->fit)
		return;
	mcd_page_begin(&t->page, TABLE_INDENT, TABLE_INDENT);
	mcd_page_paint(&t->page, MCD_BOLD, "interface");
	for (int i = 0; i < MCD_CHECKS; i++) {
		mcd_page_column(&t->page, c->at[i]);
		mcd_page_paint(&t->page, MCD_BOLD, titles[i]);
	}
	mcd_page_end(&t->page);
}

/* The statuses of a row; the name is already on the line. */
static void put_statuses(struct mcd_text *t, const struct columns *c, size_t nic)
{
	if (c->fit && mcd_page_at(&t->page) >= c->at[0]) { /* a long name has a line of its own */
		mcd_page_end(&t->page);
		mcd_page_begin(&t->page, TABLE_INDENT, TABLE_INDENT);
	}
	for (int i = 0; i < MCD_CHECKS; i++) {
		enum mcd_status status = mcd_diagnosis_total(t->in->diagnosis, nic, (enum mcd_check_id)i)->status;

		if (c->fit)
			mcd_page_column(&t->page, c->at[i]);
		else
			mcd_page_format(&t->page, "%s %s ", i ? "," : ":", titles[i]);
		mcd_text_status(t, status);
	}
	mcd_page_end(&t->page);
}

/* The same statuses, or unusable for the same reason. */
static bool alike(const struct mcd_text *t, size_t a, size_t b)
{
	const struct mcd_nic *nics = t->in->evidence->nics;

	if (nics[a].role != nics[b].role || nics[a].unusable != nics[b].unusable)
		return false;
	for (int i = 0; nics[a].unusable == MCD_USABLE && i < MCD_CHECKS; i++)
		if (mcd_diagnosis_total(t->in->diagnosis, a, (enum mcd_check_id)i)->status !=
		    mcd_diagnosis_total(t->in->diagnosis, b, (enum mcd_check_id)i)->status)
			return false;
	return true;
}

/* Nothing but pass and skipped. */
static bool is_healthy(const struct mcd_text *t, size_t nic)
{
	bool passed = false;

	for (int i = 0; i < MCD_CHECKS; i++) {
		enum mcd_status status = mcd_diagnosis_total(t->in->diagnosis, nic, (enum mcd_check_id)i)->status;

		if (status != MCD_PASS && status != MCD_SKIPPED)
			return false;
		passed = passed || status == MCD_PASS;
	}
	return passed;
}

static void put_healthy(struct mcd_text *t, size_t nic)
{
	const char *before = "; skipped: ";

	mcd_page_text(&t->page, ": ");
	mcd_page_paint(&t->page, MCD_GREEN, t->page.symbols ? "\u2713 all checks pass" : "all checks pass");
	for (int i = 0; i < MCD_CHECKS; i++)
		if (mcd_diagnosis_total(t->in->diagnosis, nic, (enum mcd_check_id)i)->status == MCD_SKIPPED) {
			mcd_page_format(&t->page, "%s%s", before, titles[i]);
			before = ", ";
		}
	mcd_page_end(&t->page);
}

static void put_unusable(struct mcd_text *t, const struct mcd_nic *nic)
{
	mcd_page_format(&t->page, ": not usable, %s", mcd_unusable_name(nic->unusable));
	mcd_page_end(&t->page);
}

/* One row for the rows of GROUP, COUNT of them, the first of which is NIC. */
static void put_row(struct mcd_text *t, const struct columns *c, size_t nic, const bool *group, size_t count)
{
	const struct mcd_nic *row = &t->in->evidence->nics[nic];

	mcd_page_begin(&t->page, TABLE_INDENT, TABLE_INDENT + 2);
	mcd_text_names(t, group);
	if (count > 1)
		mcd_page_format(&t->page, " (%zu interfaces)", count);
	if (!mcd_nic_is_used(row))
		put_unusable(t, row);
	else if (count > 1 && is_healthy(t, nic))
		put_healthy(t, nic);
	else
		put_statuses(t, c, nic);
}

/* Mark in GROUP the rows from NIC on that are told with it, and in DONE that they are; returns how many. */
static size_t gather(const struct mcd_text *t, size_t nic, bool *group, bool *done)
{
	size_t count = 0;

	memset(group, 0, t->in->evidence->nnics);
	for (size_t i = nic; i < t->in->evidence->nnics; i++)
		if (i == nic || (folds(t) && !done[i] && alike(t, nic, i))) {
			group[i] = done[i] = true;
			count++;
		}
	return count;
}

void mcd_text_table(struct mcd_text *t)
{
	size_t nnics = t->in->evidence->nnics;
	bool *group = calloc(nnics + 1, sizeof *group), *done = calloc(nnics + 1, sizeof *done);
	struct columns c = lay_out(t);

	if (!group || !done) {
		t->failed = true;
		nnics = 0;
	}
	put_titles(t, &c);
	for (size_t i = 0; i < nnics; i++)
		if (!done[i] && t->in->evidence->nics[i].role == MCD_ROLE_CHOSEN) {
			size_t count = gather(t, i, group, done);

			put_row(t, &c, i, group, count);
		}
	mcd_page_end(&t->page);
	free(group);
	free(done);
}
