/* SPDX-License-Identifier: ISC */
/* RTP data packets (RFC 3550, 5.1). */
#ifndef MCD_WIRE_RTP_H
#define MCD_WIRE_RTP_H

#include "wire/cursor.h"

#include <stdbool.h>
#include <stdint.h>

struct mcd_rtp {
	uint8_t payload_type;
	bool marker;
	uint16_t sequence;
	uint32_t timestamp, ssrc;
	struct mcd_cursor payload; /* behind CSRCs and extension, without padding; cut when the capture was */
};

/* RFC 3550, 5.1: the fixed header; of its first octet: version 2, no padding, extension or CSRC; of its second one: the payload type. */
enum { MCD_RTP_HEADER = 12, MCD_RTP_PLAIN = 2 << 6, MCD_RTP_TYPE = 0x7f };

/* What a header with padding, extension or CSRCs carries, P being its fixed part and *PAYLOAD what is behind that. */
bool mcd_rtp_take_extras(const uint8_t *p, struct mcd_cursor *payload);

/* Whether the header at P has a payload type that RTCP would not take for its own (72 to 76, RFC 5761, 4). */
static inline bool mcd_rtp_has_type(const uint8_t *p)
{
	const uint8_t type = p[1] & MCD_RTP_TYPE;

	return type < 72 || type > 76;
}

/* Whether a UDP payload may be an RTP packet by its form: version 2, a payload type of its own,
 * header with CSRC list and extension whole, padding not longer than what is there. One packet proves nothing: a run of them does. */
static inline bool mcd_rtp_decode(struct mcd_cursor payload, struct mcd_rtp *out)
{
	const uint8_t *p = mcd_cursor_bytes(&payload, MCD_RTP_HEADER);

	if (!p || p[0] >> 6 != 2)
		return false;
	out->marker = p[1] >> 7;
	out->payload_type = p[1] & MCD_RTP_TYPE;
	if (!mcd_rtp_has_type(p))
		return false;
	if (p[0] != MCD_RTP_PLAIN && !mcd_rtp_take_extras(p, &payload))
		return false;
	out->sequence = mcd_load16(p + 2);
	out->timestamp = mcd_load32(p + 4);
	out->ssrc = mcd_load32(p + 8);
	out->payload = payload;
	return true;
}

/* Clock rate of a static payload type (RFC 3551, 6), Hz; 0 = dynamic or not known. */
uint32_t mcd_rtp_clock(uint8_t payload_type);

#endif
