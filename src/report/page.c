/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/page.h"

#include "report/utf8.h"

#include <stdarg.h>
#include <string.h>

void mcd_page_init(struct mcd_page *page, FILE *out, unsigned width, bool colour, bool symbols)
{
	*page = (struct mcd_page){ .out = out, .width = width ? width : MCD_PAGE_WIDTH, .colour = colour, .symbols = symbols };
	if (page->width < MCD_PAGE_LEAST)
		page->width = MCD_PAGE_LEAST;
}

static void pad(struct mcd_page *page, unsigned count)
{
	fprintf(page->out, "%*s", (int)count, "");
	page->column += count;
}

static void start(struct mcd_page *page, unsigned indent)
{
	page->column = 0;
	page->space = false;
	page->fresh = true;
	pad(page, indent);
}

void mcd_page_begin(struct mcd_page *page, unsigned indent, unsigned hang)
{
	/* However deep, half of the line stays for words. */
	page->hang = hang < page->width / 2 ? hang : page->width / 2;
	start(page, indent < page->width / 2 ? indent : page->width / 2);
}

static void next_line(struct mcd_page *page)
{
	fputc('\n', page->out);
	start(page, page->hang);
}

/* The escape code at TEXT, which is one of ours: bytes up to and with its 'm'. */
static size_t escape_length(const char *text, size_t left)
{
	size_t n = 1;

	while (n < left && text[n - 1] != 'm')
		n++;
	return n;
}

/* A word that no line can hold, divided between characters. */
static void put_divided(struct mcd_page *page)
{
	for (size_t i = 0, length; i < page->used; i += length) {
		uint32_t code = 0;

		if (page->word[i] == '\033') {
			length = escape_length(page->word + i, page->used - i);
		} else {
			length = mcd_utf8_next(page->word + i, &code);
			if (page->column + mcd_utf8_columns(code) > page->width)
				next_line(page);
			page->column += mcd_utf8_columns(code);
		}
		fwrite(page->word + i, 1, length, page->out);
	}
}

/* Write the word that waits, after the space that is due or on a new line. */
static void put_word(struct mcd_page *page)
{
	unsigned space = page->space && !page->fresh ? 1 : 0;

	if (page->used == 0)
		return;
	if (page->column + space + page->columns > page->width && !page->fresh)
		next_line(page);
	else
		pad(page, space);
	if (page->column + page->columns > page->width) {
		put_divided(page);
	} else {
		fwrite(page->word, 1, page->used, page->out);
		page->column += page->columns;
	}
	page->used = 0;
	page->columns = 0;
	page->space = false;
	page->fresh = false;
}

/* Append bytes of COLUMNS columns to the word; one that grows beyond all bounds is written in parts. */
static void append(struct mcd_page *page, const char *bytes, size_t length, unsigned columns)
{
	if (length > sizeof page->word - 1 - page->used)
		put_word(page);
	memcpy(page->word + page->used, bytes, length);
	page->used += length;
	page->word[page->used] = '\0';
	page->columns += columns;
}

/* Append one character, cleaned; returns the bytes of it that were read. */
static size_t append_character(struct mcd_page *page, const char *at)
{
	char bytes[4];
	uint32_t code;
	size_t length = mcd_utf8_next(at, &code);

	code = mcd_utf8_shown(code, page->symbols);
	append(page, bytes, mcd_utf8_put(bytes, code), mcd_utf8_columns(code));
	return length;
}

void mcd_page_text(struct mcd_page *page, const char *text)
{
	while (*text) {
		if (*text != ' ') {
			text += append_character(page, text);
			continue;
		}
		put_word(page);
		page->space = true;
		text++;
	}
}

void mcd_page_format(struct mcd_page *page, const char *format, ...)
{
	char text[MCD_PAGE_LINE];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	mcd_page_text(page, text);
}

void mcd_page_paint(struct mcd_page *page, enum mcd_paint paint, const char *text)
{
	static const char *const codes[] = { "", "1", "2", "1;31", "32", "33", "36" };
	bool painted = page->colour && paint != MCD_PLAIN;
	char code[16];

	if (painted) {
		snprintf(code, sizeof code, "\033[%sm", codes[paint]);
		append(page, code, strlen(code), 0);
	}
	while (*text)
		text += append_character(page, text);
	if (painted)
		append(page, "\033[0m", 4, 0);
}

unsigned mcd_page_at(struct mcd_page *page)
{
	put_word(page);
	return page->column;
}

void mcd_page_column(struct mcd_page *page, unsigned column)
{
	unsigned now = mcd_page_at(page);

	pad(page, now < column ? column - now : 1);
	page->space = false;
	page->fresh = page->column == page->hang;
}

void mcd_page_end(struct mcd_page *page)
{
	put_word(page);
	fputc('\n', page->out);
	page->column = 0;
	page->space = false;
}

void mcd_page_line(struct mcd_page *page, unsigned indent, unsigned hang, const char *format, ...)
{
	char text[MCD_PAGE_LINE];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	mcd_page_begin(page, indent, hang);
	mcd_page_text(page, text);
	mcd_page_end(page);
}
