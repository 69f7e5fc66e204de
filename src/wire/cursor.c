/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/cursor.h"

struct mcd_cursor mcd_cursor_take(struct mcd_cursor *c, size_t claimed)
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
