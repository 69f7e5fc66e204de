/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "wire/checksum.h"
#include "wire/igmp_v3.h"

enum {
	SHORT_MESSAGE = 8,	    /* RFC 2236, 2: all of v1 and v2 */
	LEAST_V3_QUERY = 12,	    /* RFC 9776, 7.1 */
	V1_MAX_RESPONSE_MS = 10000, /* RFC 2236, 4 */
};

static enum mcd_checksum_state judge(const struct mcd_cursor *c)
{
	if (c->cut)
		return MCD_CHECKSUM_UNKNOWN;
	return mcd_checksum_is_right(mcd_checksum_add(0, c->at, mcd_cursor_left(c))) ? MCD_CHECKSUM_OK : MCD_CHECKSUM_BAD;
}

/* LENGTH: of the message as held. A cut one was longer, so 8 octets held of it are no v1 or v2 query. */
static void decode_query(struct mcd_cursor *c, uint8_t code, size_t length, struct mcd_igmp *out)
{
	out->group = mcd_addr_v4(mcd_cursor_u32(c));
	if (c->bad)
		return;
	if (length >= LEAST_V3_QUERY || c->cut) {
		out->version = 3;
		out->max_response_ms = mcd_igmp_v3_float(code) * 100;
		mcd_igmp_v3_take_query(c, out);
	} else if (length > SHORT_MESSAGE) {
		c->bad = true;
	} else {
		out->version = code == 0 ? 1 : 2;
		out->max_response_ms = code == 0 ? V1_MAX_RESPONSE_MS : code * 100u;
	}
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
		out->version = 3;
		mcd_igmp_v3_take_report(c, out);
		break;
	default:
		break;
	}
	return mcd_cursor_status(c);
}

const char *mcd_igmp_type_name(uint8_t type)
{
	static const struct {
		uint8_t first, last;
		const char *name;
	} names[] = {
		{ MCD_IGMP_DVMRP, MCD_IGMP_DVMRP, "dvmrp" },
		{ MCD_IGMP_PIMV1, MCD_IGMP_PIMV1, "pimv1" },
		{ 0x15, 0x15, "cisco-trace" },
		{ MCD_IGMP_MTRACE_RESPONSE, MCD_IGMP_MTRACE_RESPONSE, "mtrace-response" },
		{ MCD_IGMP_MTRACE, MCD_IGMP_MTRACE, "mtrace" },
		{ 0x23, 0x25, "msnip" },		     /* draft-ietf-magma-msnip */
		{ MCD_IGMP_MRD_ADVERTISEMENT, 0x32, "mrd" }, /* RFC 4286 */
		{ 0xfc, 0xff, "rgmp" },			     /* RFC 3488 */
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (type >= names[i].first && type <= names[i].last)
			return names[i].name;
	return NULL;
}
