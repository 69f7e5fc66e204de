/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "report/utf8.h"

/* First and last code point of a range. */
struct range {
	uint32_t first, last;
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

/* Length that the first byte announces, its own bits, and the least code point of that length (RFC 3629, 3); 0 = no first byte. */
static size_t announced(unsigned char first, uint32_t *bits, uint32_t *least)
{
	if (first >= 0xf0 && first <= 0xf4) {
		*bits = first & 0x07u;
		*least = 0x10000;
		return 4;
	}
	if (first >= 0xe0 && first <= 0xef) {
		*bits = first & 0x0fu;
		*least = 0x800;
		return 3;
	}
	*bits = first & 0x1fu;
	*least = 0x80;
	return first >= 0xc2 && first <= 0xdf ? 2 : 0;
}

size_t mcd_utf8_next(const char *text, uint32_t *code)
{
	const unsigned char *at = (const unsigned char *)text;
	uint32_t value, least;
	size_t length;

	if (at[0] < 0x80) {
		*code = at[0];
		return 1;
	}
	length = announced(at[0], &value, &least);
	*code = MCD_UTF8_BAD;
	if (length == 0)
		return 1;
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80) /* the NUL, too, ends here */
			return 1;
		value = value << 6 | (at[i] & 0x3fu);
	}
	if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 1;
	*code = value;
	return length;
}

size_t mcd_utf8_put(char out[4], uint32_t code)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = length; i-- > 1; code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(lead[length == 1 ? 0 : length] | code);
	return length;
}

bool mcd_utf8_printable(uint32_t code)
{
	static const struct range hidden[] = {
		{ 0x00, 0x1f },	    { 0x7f, 0x9f },	{ 0xad, 0xad },	    { 0x61c, 0x61c },	{ 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff },
	};

	return !in_ranges(hidden, sizeof hidden / sizeof hidden[0], code);
}

uint32_t mcd_utf8_shown(uint32_t code, bool symbols)
{
	if (mcd_utf8_printable(code) && code != MCD_UTF8_BAD)
		return code;
	return symbols ? (uint32_t)MCD_UTF8_BAD : '?';
}

unsigned mcd_utf8_columns(uint32_t code)
{
	static const struct range zero[] = { { 0x300, 0x36f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f } };
	static const struct range wide[] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 },	  { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd },
	};

	if (code < 0x300)
		return 1;
	if (in_ranges(zero, sizeof zero / sizeof zero[0], code))
		return 0;
	return in_ranges(wide, sizeof wide / sizeof wide[0], code) ? 2 : 1;
}

size_t mcd_utf8_width(const char *text)
{
	size_t width = 0;
	uint32_t code;

	while (*text) {
		text += mcd_utf8_next(text, &code);
		width += mcd_utf8_printable(code) ? mcd_utf8_columns(code) : 1;
	}
	return width;
}
