/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/addr.h"

#include <stdio.h>
#include <string.h>

struct mcd_addr mcd_addr_v6(const uint8_t bytes[16])
{
	struct mcd_addr a = { 0, 0 };

	for (int i = 0; i < 8; i++) {
		a.hi = a.hi << 8 | bytes[i];
		a.lo = a.lo << 8 | bytes[8 + i];
	}
	return a;
}

void mcd_addr_to_bytes(struct mcd_addr a, uint8_t bytes[16])
{
	for (int i = 0; i < 8; i++) {
		bytes[i] = (uint8_t)(a.hi >> (56 - 8 * i));
		bytes[8 + i] = (uint8_t)(a.lo >> (56 - 8 * i));
	}
}

int mcd_addr_family(struct mcd_addr a)
{
	return mcd_addr_is_v4(a) ? 4 : 6;
}

int mcd_addr_compare(struct mcd_addr a, struct mcd_addr b)
{
	if (mcd_addr_is_v4(a) != mcd_addr_is_v4(b))
		return mcd_addr_is_v4(a) ? -1 : 1;
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo == b.lo ? 0 : a.lo < b.lo ? -1 : 1;
}

bool mcd_addr_is_unspecified(struct mcd_addr a)
{
	return (a.hi == 0 && a.lo == 0) || mcd_addr_equal(a, mcd_addr_v4(0));
}

bool mcd_addr_is_loopback(struct mcd_addr a)
{
	return mcd_addr_is_v4(a) ? mcd_addr_to_v4(a) >> 24 == 127 : a.hi == 0 && a.lo == 1;
}

bool mcd_addr_is_link_local(struct mcd_addr a)
{
	return mcd_addr_is_v4(a) ? mcd_addr_to_v4(a) >> 16 == 0xa9fe : a.hi >> 54 == 0xfe80 >> 6;
}

static enum mcd_scope scope_v4(uint32_t group)
{
	unsigned first = group >> 24, second = group >> 16 & 0xff;

	if (group >> 8 == 0xe00000)
		return MCD_SCOPE_LINK_LOCAL;
	if (group >> 8 == 0xe00001)
		return MCD_SCOPE_INTERNETWORK;
	switch (first) {
	case 224:
		return second == 1 || second >= 5 ? MCD_SCOPE_RESERVED : MCD_SCOPE_GLOBAL;
	case 232:
		return MCD_SCOPE_SSM;
	case 233:
		return MCD_SCOPE_GLOP;
	case 234:
		return MCD_SCOPE_GLOBAL;
	case 239:
		return MCD_SCOPE_ADMIN;
	default:
		return MCD_SCOPE_RESERVED;
	}
}

static enum mcd_scope scope_v6(struct mcd_addr a)
{
	unsigned flags = a.hi >> 52 & 0xf, scope = mcd_addr_ipv6_scope(a);

	if (flags == 3 && (a.hi >> 32 & 0xffff) == 0)
		return MCD_SCOPE_SSM;
	switch (scope) {
	case 0:
		return MCD_SCOPE_RESERVED;
	case 1:
	case 2:
		return MCD_SCOPE_LINK_LOCAL;
	default:
		return scope <= 8 ? MCD_SCOPE_ADMIN : MCD_SCOPE_GLOBAL;
	}
}

enum mcd_scope mcd_addr_scope(struct mcd_addr a)
{
	if (!mcd_addr_is_multicast(a))
		return MCD_SCOPE_NONE;
	return mcd_addr_is_v4(a) ? scope_v4(mcd_addr_to_v4(a)) : scope_v6(a);
}

/* A dotted quad that ends the text. */
static bool parse_v4(const char *text, uint32_t *out)
{
	uint32_t value = 0;

	for (int part = 0; part < 4; part++) {
		unsigned number = 0;
		int digits = 0;

		for (; *text >= '0' && *text <= '9' && digits < 4; digits++)
			number = number * 10 + (unsigned)(*text++ - '0');
		if (digits == 0 || digits > 3 || number > 255 || (digits > 1 && text[-digits] == '0'))
			return false;
		if (*text++ != (part < 3 ? '.' : '\0'))
			return false;
		value = value << 8 | number;
	}
	*out = value;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One to four hex digits; returns the character after them, NULL when there are none or too many. */
static const char *parse_word(const char *text, uint16_t *out)
{
	unsigned value = 0;
	int digits = 0;

	for (; hex_digit(*text) >= 0; text++) {
		if (++digits > 4)
			return NULL;
		value = value << 4 | (unsigned)hex_digit(*text);
	}
	*out = (uint16_t)value;
	return digits ? text : NULL;
}

/* Words of an IPv6 text so far, and where its "::" stood. */
struct words {
	uint16_t at[8];
	int count, gap; /* gap: -1 = none */
};

/* The next word, or the dotted quad that ends the text; NULL when it is neither or there is no room. */
static const char *parse_piece(const char *text, struct words *w)
{
	uint32_t quad;

	if (w->count <= 6 && parse_v4(text, &quad)) {
		w->at[w->count++] = (uint16_t)(quad >> 16);
		w->at[w->count++] = (uint16_t)quad;
		return text + strlen(text);
	}
	return w->count < 8 ? parse_word(text, &w->at[w->count++]) : NULL;
}

static bool parse_words(const char *text, struct words *w)
{
	if (text[0] == ':' && text[1] != ':')
		return false;
	while (*text) {
		if (text[0] == ':' && text[1] == ':') {
			if (w->gap >= 0 || text[2] == ':')
				return false;
			w->gap = w->count;
			text += 2;
			continue;
		}
		if (*text == ':') /* between two words; never at the end */
			text++;
		text = parse_piece(text, w);
		if (!text || (*text != ':' && *text != '\0'))
			return false;
	}
	/* "::" stands for at least one word. */
	return w->gap >= 0 ? w->count < 8 : w->count == 8;
}

static bool parse_v6(const char *text, struct mcd_addr *out)
{
	struct words w = { { 0 }, 0, -1 };
	uint64_t halves[2] = { 0, 0 };

	if (!parse_words(text, &w))
		return false;
	for (int i = 0; i < w.count; i++) {
		int place = w.gap >= 0 && i >= w.gap ? i + 8 - w.count : i;

		halves[place / 4] |= (uint64_t)w.at[i] << (48 - place % 4 * 16);
	}
	*out = (struct mcd_addr){ halves[0], halves[1] };
	return true;
}

bool mcd_addr_parse(const char *text, struct mcd_addr *out)
{
	uint32_t quad;

	if (!parse_v4(text, &quad))
		return parse_v6(text, out);
	*out = mcd_addr_v4(quad);
	return true;
}

/* The longest run of two or more zero words, the first of equals (RFC 5952, 4.2); its length, 0 when there is none. */
static int longest_gap(const uint16_t words[8], int *start)
{
	int best = 1;

	for (int i = 0, run = 0; i < 8; i++) {
		run = words[i] == 0 ? run + 1 : 0;
		if (run > best) {
			best = run;
			*start = i - run + 1;
		}
	}
	return best > 1 ? best : 0;
}

static void format_v6(struct mcd_addr a, char buf[MCD_ADDR_TEXT])
{
	uint16_t words[8];
	int start = 8, gap;
	size_t n = 0;

	for (int i = 0; i < 8; i++)
		words[i] = (uint16_t)((i < 4 ? a.hi : a.lo) >> (48 - i % 4 * 16));
	gap = longest_gap(words, &start);
	for (int i = 0; i < 8; i++) {
		if (gap && i == start) {
			n += (size_t)snprintf(buf + n, MCD_ADDR_TEXT - n, "::");
			i += gap - 1;
			continue;
		}
		if (i > 0 && !(gap && i == start + gap))
			buf[n++] = ':';
		n += (size_t)snprintf(buf + n, MCD_ADDR_TEXT - n, "%x", words[i]);
	}
}

/* A dotted quad; reports hold hundreds of thousands, which printf() would be most of. */
static void format_v4(uint32_t quad, char *to)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		unsigned part = quad >> shift & 0xff;

		if (part >= 100)
			*to++ = (char)('0' + part / 100);
		if (part >= 10)
			*to++ = (char)('0' + part / 10 % 10);
		*to++ = (char)('0' + part % 10);
		*to++ = shift ? '.' : '\0';
	}
}

char *mcd_addr_format(struct mcd_addr a, char buf[MCD_ADDR_TEXT])
{
	if (mcd_addr_is_v4(a))
		format_v4(mcd_addr_to_v4(a), buf);
	else
		format_v6(a, buf);
	return buf;
}

void mcd_addr_group_mac(struct mcd_addr group, uint8_t mac[6])
{
	uint32_t low = (uint32_t)group.lo;
	bool v4 = mcd_addr_is_v4(group);

	mac[0] = v4 ? 0x01 : 0x33;
	mac[1] = v4 ? 0x00 : 0x33;
	mac[2] = v4 ? 0x5e : (uint8_t)(low >> 24);
	mac[3] = v4 ? low >> 16 & 0x7f : (uint8_t)(low >> 16);
	mac[4] = (uint8_t)(low >> 8);
	mac[5] = (uint8_t)low;
}

char *mcd_mac_format(const uint8_t mac[6], char buf[MCD_MAC_TEXT])
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < 6; i++) {
		buf[3 * i] = hex[mac[i] >> 4];
		buf[3 * i + 1] = hex[mac[i] & 0x0f];
		buf[3 * i + 2] = i < 5 ? ':' : '\0';
	}
	return buf;
}

/* The first N of 64 bits; a shift by 64 is undefined. */
static uint64_t first_bits(unsigned n)
{
	return n == 0 ? 0 : n >= 64 ? UINT64_MAX : UINT64_MAX << (64 - n);
}

bool mcd_addr_in(struct mcd_addr addr, struct mcd_addr net, unsigned prefix_length)
{
	bool v4 = mcd_addr_is_v4(addr);

	if (v4 != mcd_addr_is_v4(net) || prefix_length > (v4 ? 32 : 128))
		return false;
	if (v4)
		prefix_length += 96;
	if (((addr.hi ^ net.hi) & first_bits(prefix_length)) != 0)
		return false;
	return prefix_length <= 64 || ((addr.lo ^ net.lo) & first_bits(prefix_length - 64)) == 0;
}
