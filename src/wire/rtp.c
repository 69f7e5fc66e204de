/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/rtp.h"

enum { PADDING = 0x20, EXTENSION = 0x10, CSRC_COUNT = 0x0f }; /* first octet (RFC 3550, 5.1) */

/* The extension's header and its words (RFC 3550, 5.3.1). */
static void skip_extension(struct mcd_cursor *c)
{
	const uint8_t *p = mcd_cursor_bytes(c, 4);

	if (p)
		mcd_cursor_bytes(c, mcd_load16(p + 2) * 4u);
}

/* The last octet counts the padding, itself included; cut, it is not there. False when it counts none, or more than there is. */
static bool drop_padding(struct mcd_cursor *payload)
{
	size_t left = mcd_cursor_left(payload);

	if (payload->cut)
		return true;
	if (left == 0 || payload->end[-1] == 0 || payload->end[-1] > left)
		return false;
	payload->end -= payload->end[-1];
	return true;
}

bool mcd_rtp_take_extras(const uint8_t *p, struct mcd_cursor *payload)
{
	mcd_cursor_bytes(payload, (p[0] & CSRC_COUNT) * 4u);
	if (p[0] & EXTENSION)
		skip_extension(payload);
	return !payload->bad && (!(p[0] & PADDING) || drop_padding(payload));
}

uint32_t mcd_rtp_clock(uint8_t payload_type)
{
	static const uint32_t clocks[] = {
		[0] = 8000,   /* PCMU */
		[3] = 8000,   /* GSM */
		[4] = 8000,   /* G723 */
		[5] = 8000,   /* DVI4 */
		[6] = 16000,  /* DVI4 */
		[7] = 8000,   /* LPC */
		[8] = 8000,   /* PCMA */
		[9] = 8000,   /* G722, whatever its sampling rate */
		[10] = 44100, /* L16, two channels */
		[11] = 44100, /* L16 */
		[12] = 8000,  /* QCELP */
		[13] = 8000,  /* CN */
		[14] = 90000, /* MPA */
		[15] = 8000,  /* G728 */
		[16] = 11025, /* DVI4 */
		[17] = 22050, /* DVI4 */
		[18] = 8000,  /* G729 */
		[25] = 90000, /* CelB */
		[26] = 90000, /* JPEG */
		[28] = 90000, /* nv */
		[31] = 90000, /* H261 */
		[32] = 90000, /* MPV */
		[33] = 90000, /* MP2T */
		[34] = 90000, /* H263 */
	};

	return payload_type < sizeof clocks / sizeof clocks[0] ? clocks[payload_type] : 0;
}
