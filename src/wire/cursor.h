/* SPDX-License-Identifier: ISC */
/* The only way to read packet bytes. A cursor is sticky: the first read past its end makes it bad, and every later read gives 0,
 * so that a header reads like its RFC table and is checked once. A failed read moves nothing. A header of fixed size is taken as one
 * window by mcd_cursor_bytes() and read at its offsets by mcd_load16() and the like, which costs one check. */
#ifndef MCD_WIRE_CURSOR_H
#define MCD_WIRE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What became of decoding one header. CUT: the capture's snap length ended it, nobody is at fault. */
enum mcd_wire_status { MCD_WIRE_OK, MCD_WIRE_CUT, MCD_WIRE_MALFORMED };

struct mcd_cursor {
	const uint8_t *at, *end;
	bool cut; /* the capture, not the sender, ended the bytes here */
	bool bad; /* something was read or claimed past the end */
};

/* The number in network order at P, inside a window that was given; host order in the value. */
static inline uint16_t mcd_load16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t mcd_load32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t mcd_load64(const uint8_t *p)
{
	return (uint64_t)mcd_load32(p) << 32 | mcd_load32(p + 4);
}

static inline struct mcd_cursor mcd_cursor_of(const uint8_t *data, size_t length, bool cut)
{
	return (struct mcd_cursor){ data, data + length, cut, false };
}

static inline size_t mcd_cursor_left(const struct mcd_cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* N bytes, or NULL and bad. */
static inline const uint8_t *mcd_cursor_bytes(struct mcd_cursor *c, size_t n)
{
	const uint8_t *p = c->at;

	if (c->bad || n > mcd_cursor_left(c)) {
		c->bad = true;
		return NULL;
	}
	c->at += n;
	return p;
}

/* The N bytes ahead, or NULL: C stays as it is. */
static inline const uint8_t *mcd_cursor_ahead(const struct mcd_cursor *c, size_t n)
{
	return c->bad || n > mcd_cursor_left(c) ? NULL : c->at;
}

static inline uint8_t mcd_cursor_u8(struct mcd_cursor *c)
{
	const uint8_t *p = mcd_cursor_bytes(c, 1);

	return p ? p[0] : 0;
}

/* Two and four bytes, network order on the wire, host order in the value. */
static inline uint16_t mcd_cursor_u16(struct mcd_cursor *c)
{
	const uint8_t *p = mcd_cursor_bytes(c, 2);

	return p ? mcd_load16(p) : 0;
}

static inline uint32_t mcd_cursor_u32(struct mcd_cursor *c)
{
	const uint8_t *p = mcd_cursor_bytes(c, 4);

	return p ? mcd_load32(p) : 0;
}

/* Cut a window of exactly CLAIMED bytes off the front. Where fewer are held the window ends with the capture when that was cut;
 * else the sender claimed more than it sent: C becomes bad, does not move, and the window is empty and bad. */
static inline struct mcd_cursor mcd_cursor_take(struct mcd_cursor *c, size_t claimed)
{
	struct mcd_cursor window = *c;

	if (c->bad || (claimed > mcd_cursor_left(c) && !c->cut)) {
		c->bad = window.bad = true;
		window.end = window.at;
		return window;
	}
	if (claimed <= mcd_cursor_left(c)) {
		window.end = window.at + claimed;
		window.cut = false;
	}
	c->at = window.end;
	return window;
}

/* OK, CUT or MALFORMED after the last read of a header. */
static inline enum mcd_wire_status mcd_cursor_status(const struct mcd_cursor *c)
{
	return !c->bad ? MCD_WIRE_OK : c->cut ? MCD_WIRE_CUT : MCD_WIRE_MALFORMED;
}

#endif
