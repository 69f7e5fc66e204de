/* SPDX-License-Identifier: ISC */
/* pcap (draft-ietf-opsawg-pcap): a header, then records of 16 bytes and the frame. */
#include <config.h>

#include "capfile/order.h"
#include "capfile/reader.h"

#include <inttypes.h>

enum { HEADER = 24, RECORD = 16, RECORD_MODIFIED = 24, MAJOR = 2, MINOR = 4 };

/* By its first number as the writer wrote it. */
static const struct variant {
	uint32_t magic, header, ns;
} variants[] = {
	{ 0xa1b2c3d4, RECORD, 1000 },
	{ 0xa1b23c4d, RECORD, 1 },
	{ 0xa1b2cd34, RECORD_MODIFIED, 1000 }, /* Kuznetzov: interface index, protocol and packet type are behind the lengths */
};

static const struct variant *variant_of(const uint8_t *magic, bool big)
{
	for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++)
		if (mcd_order_u32(magic, big) == variants[i].magic)
			return &variants[i];
	return NULL;
}

bool mcd_pcap_is(const uint8_t magic[4])
{
	return variant_of(magic, false) || variant_of(magic, true);
}

/* Hand out the record at P, all of which is held. */
static inline __attribute__((always_inline)) void give(struct mcd_capfile *file, struct mcd_frame *out, const uint8_t *p, bool big)
{
	uint32_t captured = mcd_order_u32(p + 8, big), on_wire = mcd_order_u32(p + 12, big);

	mcd_source_skip(&file->source, (size_t)file->pcap.header + captured);
	out->when_ns = mcd_order_u32(p, big) * INT64_C(1000000000) + mcd_order_u32(p + 4, big) * (int64_t)file->pcap.ns;
	out->number = ++file->number;
	out->nic = 0;
	out->link_type = file->pcap.link_type;
	out->sent = MCD_SENT_UNKNOWN;
	out->captured = captured;
	out->on_wire = on_wire > captured ? on_wire : captured;
	out->data = p + file->pcap.header;
}

/* The next record whatever it is. Versions before 2.4 had the two lengths the other way round, or not, by who wrote them: frames that were
 * cut cannot be told from that. */
static bool next_record(struct mcd_capfile *file, struct mcd_frame *out)
{
	const uint8_t *p = mcd_source_peek(&file->source, file->pcap.header);
	uint32_t captured;

	if (!p)
		return mcd_reader_ran_out(file, MCD_READER_PACKET);
	captured = mcd_order_u32(p + 8, file->big);
	if (captured > MCD_CAPFILE_FRAME)
		return mcd_reader_corrupt(file, "packet %" PRIu64 " claims %" PRIu32 " captured bytes", file->number + 1, captured);
	if (file->pcap.old && captured > mcd_order_u32(p + 12, file->big))
		return mcd_reader_corrupt(file, "the lengths of packet %" PRIu64 " are in the order of pcap 2.3", file->number + 1);
	p = mcd_source_peek(&file->source, (size_t)file->pcap.header + captured);
	if (!p)
		return mcd_reader_cut(file, MCD_READER_PACKET);
	give(file, out, p, file->big);
	return true;
}

/* Made once for each byte order, so that not every number asks for it. */
static inline __attribute__((always_inline)) size_t give_usual(struct mcd_capfile *file, struct mcd_frame *out, size_t most, bool big)
{
	const size_t header = file->pcap.header;
	size_t count = 0;

	for (; count < most; count++) {
		const uint8_t *p = file->source.at;
		const size_t held = mcd_source_held(&file->source);
		uint32_t captured;

		if (held < header)
			break;
		captured = mcd_order_u32(p + 8, big);
		if (captured > held - header || captured > MCD_CAPFILE_FRAME || captured > mcd_order_u32(p + 12, big))
			break;
		give(file, &out[count], p, big);
	}
	return count;
}

static size_t usual_little(struct mcd_capfile *file, struct mcd_frame *out, size_t most)
{
	return give_usual(file, out, most, false);
}

static size_t usual_big(struct mcd_capfile *file, struct mcd_frame *out, size_t most)
{
	return give_usual(file, out, most, true);
}

bool mcd_pcap_begin(struct mcd_capfile *file)
{
	const uint8_t *p = mcd_source_peek(&file->source, HEADER);
	const struct variant *variant;
	struct mcd_reader_iface *iface;
	uint16_t major, minor;

	if (!p)
		return mcd_reader_cut(file, MCD_READER_HEADER);
	variant = variant_of(p, false);
	file->big = !variant;
	if (!variant)
		variant = variant_of(p, true);
	major = mcd_order_u16(p + 4, file->big);
	minor = mcd_order_u16(p + 6, file->big);
	if (major != MAJOR)
		return mcd_reader_corrupt(file, "its pcap version is %d.%d, not 2.4", major, minor);
	iface = mcd_reader_add(file);
	if (!iface)
		return false;
	iface->told.snap_length = mcd_order_u32(p + 16, file->big);
	iface->told.link_type = (int)(mcd_order_u32(p + 20, file->big) & 0xffff); /* above: length of the FCS, and reserved bits */
	file->pcap.link_type = iface->told.link_type;
	file->pcap.header = variant->header;
	file->pcap.ns = variant->ns;
	file->pcap.old = minor < MINOR;
	file->usual = file->big ? usual_big : usual_little;
	file->next = next_record;
	mcd_source_skip(&file->source, HEADER);
	return true;
}
