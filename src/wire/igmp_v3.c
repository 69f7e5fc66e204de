/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/igmp_v3.h"

enum {
	SUPPRESS_FLAG = 0x08,
	ROBUSTNESS_BITS = 0x07, /* RFC 9776, 4.1.5, 4.1.6 */
};

static size_t address_length(const struct mcd_igmp *msg)
{
	return msg->mld ? 16 : 4;
}

/* Zero when C is, or becomes, bad. */
static struct mcd_addr take_address(const struct mcd_igmp *msg, struct mcd_cursor *c)
{
	const uint8_t *p;

	if (!msg->mld)
		return mcd_addr_v4(mcd_cursor_u32(c));
	p = mcd_cursor_bytes(c, 16);
	return p ? (struct mcd_addr){ mcd_load64(p), mcd_load64(p + 8) } : (struct mcd_addr){ 0, 0 };
}

/* Three bits of exponent and four of mantissa. */
uint32_t mcd_igmp_v3_float(uint8_t code)
{
	return code < 128 ? code : (uint32_t)((code & 0x0f) | 0x10) << ((code >> 4 & 0x07) + 3);
}

void mcd_igmp_v3_take_query(struct mcd_cursor *c, struct mcd_igmp *out)
{
	uint8_t flags = mcd_cursor_u8(c), interval = mcd_cursor_u8(c);
	uint16_t count = mcd_cursor_u16(c);
	size_t held;

	if (c->bad)
		return;
	out->suppress = flags & SUPPRESS_FLAG;
	out->robustness = flags & ROBUSTNESS_BITS;
	out->interval_s = mcd_igmp_v3_float(interval);
	out->nsources = count;
	held = mcd_cursor_left(c) / address_length(out);
	if (held > count)
		held = count;
	out->sources = mcd_cursor_take(c, held * address_length(out));
	c->bad = held < count;
}

/* One group record (RFC 9776, 4.2.4 to 4.2.11). C must not be cut, so that what is not whole is bad. */
static bool take_record(const struct mcd_igmp *msg, struct mcd_cursor *c, struct mcd_igmp_record *out)
{
	uint8_t aux_words;

	out->type = mcd_cursor_u8(c);
	aux_words = mcd_cursor_u8(c);
	out->nsources = mcd_cursor_u16(c);
	out->group = take_address(msg, c);
	out->sources = mcd_cursor_take(c, out->nsources * address_length(msg));
	mcd_cursor_take(c, aux_words * 4u);
	return !c->bad;
}

/* Walk the records once, so that the window given out holds whole ones only and no iterator needs the count. */
void mcd_igmp_v3_take_report(struct mcd_cursor *c, struct mcd_igmp *out)
{
	struct mcd_cursor walk;
	struct mcd_igmp_record record;

	mcd_cursor_u16(c); /* reserved */
	out->nrecords = mcd_cursor_u16(c);
	if (c->bad)
		return;
	walk = out->records = mcd_cursor_of(c->at, mcd_cursor_left(c), false);
	out->records.end = walk.at;
	for (unsigned i = 0; i < out->nrecords && take_record(out, &walk, &record); i++)
		out->records.end = walk.at;
	c->at = out->records.end;
	c->bad = walk.bad;
}

bool mcd_igmp_next_record(struct mcd_igmp *msg, struct mcd_igmp_record *out)
{
	return mcd_cursor_left(&msg->records) > 0 && take_record(msg, &msg->records, out);
}

bool mcd_igmp_next_source(const struct mcd_igmp *msg, struct mcd_cursor *sources, struct mcd_addr *out)
{
	struct mcd_addr source = take_address(msg, sources);

	if (sources->bad)
		return false;
	*out = source;
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
