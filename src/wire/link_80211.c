/* SPDX-License-Identifier: ISC */
/* IEEE 802.11-2020, bare, behind radiotap (www.radiotap.org) and behind PPI (CACE). Numbers are little-endian in all three. */
#include <config.h>

#include "wire/link_rooms.h"

enum {
	TYPE_MASK = 0x0f, /* frame control, first octet: version 0, type data */
	TYPE_DATA = 0x08,
	SUBTYPE_NO_DATA = 0x40,
	SUBTYPE_QOS = 0x80,
	TO_DS = 0x01, /* second octet */
	FROM_DS = 0x02,
	MORE_FRAGMENTS = 0x04,
	PROTECTED = 0x40,
	HT_CONTROL = 0x80, /* of a QoS frame: four octets of it follow */
	QOS_A_MSDU = 0x80,
	FCS_LENGTH = 4,
	RADIOTAP_TSFT = 0x01, /* present word */
	RADIOTAP_FLAGS = 0x02,
	FLAG_FCS = 0x10, /* radiotap flags; PPI's are told in the same bits */
	FLAG_DATA_PAD = 0x20,
	FLAG_BAD_FCS = 0x40,
	PPI_ALIGNED = 0x01,
	PPI_COMMON_80211 = 2, /* field type: TSF timer of eight octets, then flags */
	PPI_FCS = 0x01,
};

static uint16_t little16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t little32(const uint8_t *p)
{
	return little16(p) | (uint32_t)little16(p + 2) << 16;
}

static void note_macs(const uint8_t *destination, const uint8_t *source, struct mcd_link *out)
{
	mcd_link_copy_mac(out->destination, destination, &out->has_destination);
	mcd_link_copy_mac(out->source, source, &out->has_source);
}

/* Table 9-30. A: address 1, the others behind it; FOURTH is NULL without one. */
static void note_addresses(const uint8_t *a, const uint8_t *fourth, uint8_t flags, struct mcd_link *out)
{
	const uint8_t *first = a, *second = a + 6, *third = a + 12;

	if (fourth)
		note_macs(third, fourth, out);
	else if (flags & TO_DS)
		note_macs(third, second, out);
	else if (flags & FROM_DS)
		note_macs(first, third, out);
	else
		note_macs(first, second, out);
}

/* The first subframe of an A-MSDU (9.3.2.2.2). */
static void take_subframe(struct mcd_cursor *c, struct mcd_link *out)
{
	const uint8_t *p = mcd_cursor_bytes(c, 6 + 6 + 2);

	if (!p)
		return;
	note_macs(p, p + 6, out);
	*c = mcd_cursor_take(c, mcd_load16(p + 12));
	mcd_link_take_llc(c, out);
}

/* Whatever is behind duration, addresses and sequence control P: the optional fields; true when a payload may follow. */
static bool take_optional(struct mcd_cursor *c, const uint8_t *control, const uint8_t *p, bool padded, bool *a_msdu, struct mcd_link *out)
{
	const uint8_t *start = c->at, *fourth = NULL, *qos = NULL;

	if ((control[1] & (TO_DS | FROM_DS)) == (TO_DS | FROM_DS))
		fourth = mcd_cursor_bytes(c, 6);
	if (control[0] & SUBTYPE_QOS) {
		qos = mcd_cursor_bytes(c, 2);
		if (control[1] & HT_CONTROL)
			mcd_cursor_bytes(c, 4);
	}
	if (padded && (c->at - start) % 4 != 0)
		mcd_cursor_bytes(c, 2);
	if (c->bad)
		return false;
	*a_msdu = qos && qos[0] & QOS_A_MSDU;
	note_addresses(p + 2, fourth, control[1], out);
	return !(control[0] & SUBTYPE_NO_DATA);
}

void mcd_link_take_80211(struct mcd_cursor *c, bool padded, struct mcd_link *out)
{
	const uint8_t *control = mcd_cursor_bytes(c, 2), *p;
	bool a_msdu;

	if (!control || (control[0] & TYPE_MASK) != TYPE_DATA)
		return;
	p = mcd_cursor_bytes(c, 2 + 3 * 6 + 2);
	if (!p || !take_optional(c, control, p, padded, &a_msdu, out))
		return;
	out->is_protected = control[1] & PROTECTED;
	if (out->is_protected || (p[20] & 0x0f) != 0) /* a later fragment has no LLC header */
		return;
	c->cut |= (control[1] & MORE_FRAGMENTS) != 0; /* the rest is in other frames: nobody lies */
	if (a_msdu)
		take_subframe(c, out);
	else
		mcd_link_take_llc(c, out);
}

/* The octets at the end of a frame that was not cut; cut, they are lost first. */
static void drop_fcs(struct mcd_cursor *c)
{
	if (!c->cut && mcd_cursor_left(c) >= FCS_LENGTH)
		c->end -= FCS_LENGTH;
}

/* A header that tells its own LENGTH, wholly. */
static const uint8_t *take_header(struct mcd_cursor *c, uint16_t length, size_t least)
{
	if (length < least)
		c->bad = true;
	return mcd_cursor_bytes(c, length);
}

/* The fields are there in the order of their bits and aligned to their size. Only the first two are wanted, so one present word is enough. */
static uint8_t radiotap_flags(const uint8_t *header, size_t length)
{
	struct mcd_cursor c = mcd_cursor_of(header, length, false);
	const uint8_t *word;
	uint32_t present;

	mcd_cursor_bytes(&c, 4);
	present = little32(header + 4);
	do
		word = mcd_cursor_bytes(&c, 4);
	while (word && word[3] & 0x80); /* another present word follows */
	if (present & RADIOTAP_TSFT)
		mcd_cursor_bytes(&c, ((c.at - header) % 8 ? 4 : 0) + 8);
	return present & RADIOTAP_FLAGS ? mcd_cursor_u8(&c) : 0;
}

void mcd_link_take_radiotap(struct mcd_cursor *c, struct mcd_link *out)
{
	struct mcd_cursor ahead = *c;
	const uint8_t *fixed = mcd_cursor_bytes(&ahead, 8), *header;
	uint8_t flags;

	header = take_header(c, fixed ? little16(fixed + 2) : 8, 8);
	if (!header || fixed[0] != 0)
		return;
	flags = radiotap_flags(header, (size_t)(c->at - header));
	if (flags & FLAG_BAD_FCS) /* no receiver takes it, and nothing in it can be believed */
		return;
	if (flags & FLAG_FCS)
		drop_fcs(c);
	mcd_link_take_80211(c, flags & FLAG_DATA_PAD, out);
}

/* Whether a field of PPI's says that the frame ends with an FCS. */
static bool ppi_has_fcs(struct mcd_cursor fields, bool aligned)
{
	while (mcd_cursor_left(&fields) > 0) {
		const uint8_t *p = mcd_cursor_bytes(&fields, 4), *value;
		uint16_t length = p ? little16(p + 2) : 0;

		value = mcd_cursor_bytes(&fields, length);
		if (!value)
			return false;
		if (little16(p) == PPI_COMMON_80211 && length >= 10)
			return little16(value + 8) & PPI_FCS;
		if (aligned && length % 4)
			mcd_cursor_bytes(&fields, 4u - length % 4u);
	}
	return false;
}

int mcd_link_take_ppi(struct mcd_cursor *c)
{
	struct mcd_cursor ahead = *c;
	const uint8_t *fixed = mcd_cursor_bytes(&ahead, 8), *header;

	header = take_header(c, fixed ? little16(fixed + 2) : 8, 8);
	if (!header)
		return -1;
	if (ppi_has_fcs(mcd_cursor_of(header + 8, (size_t)(c->at - header) - 8, false), fixed[1] & PPI_ALIGNED))
		drop_fcs(c);
	return (int)(little32(fixed + 4) & INT32_MAX);
}
