/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"
#include "wire/igmp.h"

enum {
	SHORT_MESSAGE = 8,	    /* RFC 2236, 2: all of v1 and v2 */
	LEAST_V3_QUERY = 12,	    /* RFC 9776, 7.1 */
	V1_MAX_RESPONSE_MS = 10000, /* RFC 2236, 4 */
	SUPPRESS_FLAG = 0x08,
	ROBUSTNESS_BITS = 0x07, /* RFC 9776, 4.1.5, 4.1.6 */
};

/* Max Resp Code and QQIC (RFC 9776, 4.1.1, 4.1.7): from 128 on a float of 3 exponent and 4 mantissa bits. */
static uint32_t decode_float(uint8_t code)
{
	return code < 128 ? code : (uint32_t)((code & 0x0f) | 0x10) << ((code >> 4 & 0x07) + 3);
}

static enum mcd_checksum_state judge(const struct mcd_cursor *c)
{
	uint32_t sum = mcd_checksum_add(0, c->at, mcd_cursor_left(c));

	if (c->cut)
		return MCD_CHECKSUM_UNKNOWN;
	return mcd_checksum_fold(sum) == 0xffff ? MCD_CHECKSUM_OK : MCD_CHECKSUM_BAD;
}

/* S, QRV, QQIC, count and sources of a v3 query (RFC 9776, 4.1.5 to 4.1.9). */
static void decode_query_v3(struct mcd_cursor *c, uint8_t code, struct mcd_igmp *out)
{
	uint8_t flags = mcd_cursor_u8(c), interval = mcd_cursor_u8(c);
	uint16_t count = mcd_cursor_u16(c);
	size_t held;

	out->version = 3;
	out->max_response_ms = decode_float(code) * 100;
	if (c->bad)
		return;
	out->suppress = flags & SUPPRESS_FLAG;
	out->robustness = flags & ROBUSTNESS_BITS;
	out->interval_s = decode_float(interval);
	out->nsources = count;
	held = mcd_cursor_left(c) / 4 < count ? mcd_cursor_left(c) / 4 : count;
	out->sources = mcd_cursor_take(c, held * 4);
	c->bad = held < count;
}

/* LENGTH: of the message as held. A cut one was longer, so 8 octets held of it are no v1 or v2 query. */
static void decode_query(struct mcd_cursor *c, uint8_t code, size_t length, struct mcd_igmp *out)
{
	out->group = mcd_addr_v4(mcd_cursor_u32(c));
	if (c->bad)
		return;
	if (length >= LEAST_V3_QUERY || c->cut) {
		decode_query_v3(c, code, out);
	} else if (length > SHORT_MESSAGE) {
		c->bad = true;
	} else {
		out->version = code == 0 ? 1 : 2;
		out->max_response_ms = code == 0 ? V1_MAX_RESPONSE_MS : code * 100u;
	}
}

/* One group record (RFC 9776, 4.2.4 to 4.2.11). C must not be cut, so that what is not whole is bad. */
static bool decode_record(struct mcd_cursor *c, struct mcd_igmp_record *out)
{
	uint8_t aux_words;

	out->type = mcd_cursor_u8(c);
	aux_words = mcd_cursor_u8(c);
	out->nsources = mcd_cursor_u16(c);
	out->group = mcd_addr_v4(mcd_cursor_u32(c));
	out->sources = mcd_cursor_take(c, out->nsources * 4u);
	mcd_cursor_take(c, aux_words * 4u);
	return !c->bad;
}

/* Walk the records once, so that the window given out holds whole ones only and no iterator needs the count. */
static void decode_report_v3(struct mcd_cursor *c, struct mcd_igmp *out)
{
	struct mcd_cursor walk;
	struct mcd_igmp_record record;

	out->version = 3;
	mcd_cursor_u16(c); /* reserved */
	out->nrecords = mcd_cursor_u16(c);
	if (c->bad)
		return;
	walk = out->records = mcd_cursor_of(c->at, mcd_cursor_left(c), false);
	out->records.end = walk.at;
	for (unsigned i = 0; i < out->nrecords && decode_record(&walk, &record); i++)
		out->records.end = walk.at;
	c->at = out->records.end;
	c->bad = walk.bad;
}

static void decode_short(struct mcd_cursor *c, int version, struct mcd_igmp *out)
{
	struct mcd_addr group = mcd_addr_v4(mcd_cursor_u32(c));

	out->version = version;
	if (!c->bad)
		out->group = group;
}

enum mcd_wire_status mcd_igmp_decode(struct mcd_cursor *c, struct mcd_igmp *out)
{
	const struct mcd_cursor message = *c, none = { c->at, c->at, false, false };
	uint8_t code;

	*out = (struct mcd_igmp){ .group = mcd_addr_v4(0), .sources = none, .records = none };
	out->type = mcd_cursor_u8(c);
	code = mcd_cursor_u8(c);
	mcd_cursor_u16(c);
	if (c->bad)
		return mcd_cursor_status(c);
	out->checksum = judge(&message);
	switch (out->type) {
	case MCD_IGMP_QUERY:
		decode_query(c, code, mcd_cursor_left(&message), out);
		break;
	case MCD_IGMP_V1_REPORT:
		decode_short(c, 1, out);
		break;
	case MCD_IGMP_V2_REPORT:
	case MCD_IGMP_LEAVE:
		decode_short(c, 2, out);
		break;
	case MCD_IGMP_V3_REPORT:
		decode_report_v3(c, out);
		break;
	default:
		break;
	}
	return mcd_cursor_status(c);
}

bool mcd_igmp_next_record(struct mcd_igmp *msg, struct mcd_igmp_record *out)
{
	return mcd_cursor_left(&msg->records) > 0 && decode_record(&msg->records, out);
}

bool mcd_igmp_next_source(struct mcd_cursor *sources, struct mcd_addr *out)
{
	uint32_t source = mcd_cursor_u32(sources);

	if (sources->bad)
		return false;
	*out = mcd_addr_v4(source);
	return true;
}

const char *mcd_record_name(uint8_t record_type)
{
	static const char *const names[] = {
		[MCD_IS_IN] = "is_in", [MCD_IS_EX] = "is_ex", [MCD_TO_IN] = "to_in",
		[MCD_TO_EX] = "to_ex", [MCD_ALLOW] = "allow", [MCD_BLOCK] = "block",
	};

	return record_type >= MCD_IS_IN && record_type <= MCD_BLOCK ? names[record_type] : "unknown";
}
