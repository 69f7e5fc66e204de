/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"
#include "wire/igmp_v3.h"
#include "wire/mld.h"

enum {
	SHORT_MESSAGE = 24,  /* RFC 2710, 3: all of version 1 */
	LEAST_V2_QUERY = 28, /* RFC 9777, 8.1 */
};

static enum mcd_checksum_state judge(const struct mcd_cursor *c, const struct mcd_ip *ip)
{
	const size_t length = mcd_cursor_left(c);
	uint64_t pseudo;

	if (c->cut)
		return MCD_CHECKSUM_UNKNOWN;
	pseudo = mcd_checksum_pseudo(ip->source, ip->destination, MCD_PROTOCOL_ICMPV6, (uint32_t)length);
	return mcd_checksum_is_right(pseudo + mcd_checksum_add(0, c->at, length)) ? MCD_CHECKSUM_OK : MCD_CHECKSUM_BAD;
}

/* Maximum Response Code of version 2: from 32768 on a float of three bits of exponent and twelve of mantissa (RFC 9777, 5.1.3). */
static uint32_t decode_float(uint16_t code)
{
	return code < 0x8000 ? code : (uint32_t)((code & 0x0fff) | 0x1000) << ((code >> 12 & 0x07) + 3);
}

/* Maximum Response Code, reserved and address: what all of version 1 and a query of version 2 begin with. */
static uint16_t decode_short(struct mcd_cursor *c, struct mcd_igmp *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, 2 + 2 + 16);

	if (!p)
		return 0;
	out->group = (struct mcd_addr){ mcd_load64(p + 4), mcd_load64(p + 12) };
	return mcd_load16(p);
}

/* LENGTH: of the message as held. A cut one was longer, so 24 octets held of it are no query of version 1. */
static void decode_query(struct mcd_cursor *c, size_t length, struct mcd_igmp *out)
{
	const uint16_t code = decode_short(c, out);

	if (c->bad)
		return;
	if (length >= LEAST_V2_QUERY || c->cut) {
		out->version = 2;
		out->max_response_ms = decode_float(code);
		mcd_igmp_v3_take_query(c, out);
	} else if (length > SHORT_MESSAGE) {
		c->bad = true;
	} else {
		out->version = 1;
		out->max_response_ms = code;
	}
}

static uint8_t igmp_type(uint8_t type)
{
	switch (type) {
	case MCD_MLD_QUERY:
		return MCD_IGMP_QUERY;
	case MCD_MLD_V1_REPORT:
		return MCD_IGMP_V2_REPORT;
	case MCD_MLD_DONE:
		return MCD_IGMP_LEAVE;
	case MCD_MLD_V2_REPORT:
		return MCD_IGMP_V3_REPORT;
	default:
		return 0;
	}
}

enum mcd_wire_status mcd_mld_decode(struct mcd_cursor *c, const struct mcd_ip *ip, struct mcd_igmp *out)
{
	const struct mcd_cursor message = *c, none = { c->at, c->at, false, false };

	*out = (struct mcd_igmp){ .mld = true, .sources = none, .records = none };
	out->type = igmp_type(mcd_cursor_u8(c));
	mcd_cursor_bytes(c, 1 + 2); /* code, which receivers ignore, and checksum */
	if (c->bad)
		return mcd_cursor_status(c);
	out->checksum = judge(&message, ip);
	switch (out->type) {
	case MCD_IGMP_QUERY:
		decode_query(c, mcd_cursor_left(&message), out);
		break;
	case MCD_IGMP_V2_REPORT:
	case MCD_IGMP_LEAVE:
		out->version = 1;
		decode_short(c, out);
		break;
	case MCD_IGMP_V3_REPORT:
		out->version = 2;
		mcd_igmp_v3_take_report(c, out);
		break;
	default:
		break;
	}
	return mcd_cursor_status(c);
}
