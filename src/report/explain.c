/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/report.h"

#include "report/page.h"

#include <string.h>

enum { PROSE_WIDTH = 80, INDENT = 4, CODE_COLUMN = 35 };

/* The catalogue's text with the words for what a finding would fill in. */
static void put_template(struct mcd_page *page, const char *text)
{
	static const struct {
		char letter;
		const char *word;
	} words[] = { { 'i', "INTERFACE" }, { 'n', "INTERFACE" }, { 'g', "GROUP" }, { 's', "SOURCE" }, { 'p', "PORT" }, { '%', "%" } };
	char out[MCD_PAGE_LINE] = "";
	size_t n = 0;

	while (*text && n + 16 < sizeof out) {
		const char *word = NULL;

		for (size_t i = 0; *text == '%' && i < sizeof words / sizeof words[0]; i++)
			if (text[1] == words[i].letter)
				word = words[i].word;
		if (word)
			n += (size_t)snprintf(out + n, sizeof out - n, "%s", word);
		else
			out[n++] = *text;
		text += word ? 2 : 1;
	}
	out[n] = '\0';
	mcd_page_text(page, out);
	if (*text)
		mcd_page_text(page, text); /* longer than any row is */
}

static void put_part(struct mcd_page *page, const char *title, const char *text)
{
	if (!text || !*text)
		return;
	mcd_page_end(page);
	mcd_page_line(page, 0, 0, "%s", title);
	mcd_page_begin(page, INDENT, INDENT);
	put_template(page, text);
	mcd_page_end(page);
}

void mcd_report_explain(FILE *out, enum mcd_code code, enum mcd_platform platform)
{
	const struct mcd_catalogue *row = mcd_catalogue(code);
	const char *here = mcd_remedy(code, platform, false, false), *of_ipv6 = mcd_remedy(code, platform, false, true);
	const char *captured = mcd_remedy(code, platform, true, false);
	struct mcd_page page;

	mcd_page_init(&page, out, PROSE_WIDTH, false, false);
	mcd_page_line(&page, 0, INDENT, "%s (%s; severity: %s)", row->code, row->layer, mcd_severity_name(row->severity));
	put_part(&page, "Meaning", row->meaning);
	put_part(&page, "Causes", row->causes);
	put_part(&page, "Told apart by", row->told_apart);
	put_part(&page, "Remedy", here);
	if (of_ipv6 != here)
		put_part(&page, "Remedy, of a group of IPv6", of_ipv6);
	if (captured != row->remedy)
		put_part(&page, "Remedy, of a capture", captured);
}

void mcd_report_explain_list(FILE *out)
{
	const char *layer = "";
	struct mcd_page page;

	mcd_page_init(&page, out, MCD_PAGE_WIDTH, false, false);
	for (int code = 0; code < (int)MCD_CODE_COUNT; code++) {
		const struct mcd_catalogue *row = mcd_catalogue((enum mcd_code)code);

		if (strcmp(row->layer, layer) != 0) {
			layer = row->layer;
			mcd_page_line(&page, 0, 0, "%s", layer);
		}
		mcd_page_begin(&page, 2, CODE_COLUMN);
		mcd_page_text(&page, row->code);
		mcd_page_column(&page, CODE_COLUMN);
		put_template(&page, row->meaning);
		mcd_page_end(&page);
	}
}
