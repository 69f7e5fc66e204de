/* SPDX-License-Identifier: ISC */
/* pcapng (draft-ietf-opsawg-pcapng): blocks whose length stands at both ends. A Section Header Block begins a section, which has a byte order
 * and interfaces of its own. */
#include <config.h>

#include "capfile/order.h"
#include "capfile/pcapng.h"

#include <inttypes.h>

enum {
	SECTION_HEADER = 0x0a0d0d0a, /* the same in both byte orders */
	INTERFACE_DESCRIPTION = 1,
	PACKET = 2, /* obsolete */
	SIMPLE_PACKET = 3,
	INTERFACE_STATISTICS = 5,
	ENHANCED_PACKET = 6,
	BYTE_ORDER = 0x1a2b3c4d,
	FRAMING = 12,		    /* type and length before the body, length behind it */
	LONGEST = 16 * 1024 * 1024, /* of a block, as in libpcap and Wireshark */
	TIMED_PACKET = 20,	    /* bytes before the frame: interface, time, two lengths */
	SIMPLE = 4,		    /* one length */
	FLAGS = 2,		    /* epb_flags, pack_flags */
	DIRECTION = 3,		    /* their lowest bits */
	INBOUND = 1,
	OUTBOUND = 2,
};

/* What a block was good for. */
enum outcome { FRAME, NONE, ENDED };

bool mcd_pcapng_is(const uint8_t magic[4])
{
	return mcd_order_u32(magic, true) == SECTION_HEADER;
}

/* Everything is padded to 32 bits. */
static uint32_t padded(uint32_t length)
{
	return (length + 3) & ~UINT32_C(3);
}

bool mcd_pcapng_option(struct mcd_pcapng_options *options, struct mcd_pcapng_option *out)
{
	size_t left = (size_t)(options->end - options->at);

	if (left < 4)
		return false;
	out->code = mcd_order_u16(options->at, options->big);
	out->length = mcd_order_u16(options->at + 2, options->big);
	out->value = options->at + 4;
	if (out->code == 0 || padded(out->length) > left - 4)
		return false;
	options->at += 4 + padded(out->length);
	return true;
}

bool mcd_pcapng_short(struct mcd_capfile *file, const struct mcd_pcapng_block *block)
{
	char where[MCD_READER_WHERE];

	return mcd_reader_corrupt(file, "a block of type %" PRIu32 " and %" PRIu32 " bytes %s is too short", block->type, block->length + FRAMING,
				  mcd_reader_where(file, where));
}

static bool is_packet(uint32_t type)
{
	return type == ENHANCED_PACKET || type == SIMPLE_PACKET || type == PACKET;
}

/* Blocks that are read lie in the buffer as a whole; the length of others does not matter. */
static uint32_t longest(uint32_t type)
{
	bool is_read = is_packet(type) || type == INTERFACE_DESCRIPTION || type == INTERFACE_STATISTICS || type == SECTION_HEADER;

	return is_read ? MCD_SOURCE_PEEK : LONGEST;
}

static bool cut(struct mcd_capfile *file, uint32_t type)
{
	return mcd_reader_cut(file, !file->next ? MCD_READER_HEADER : is_packet(type) ? MCD_READER_PACKET : MCD_READER_BLOCK);
}

static bool wild_length(struct mcd_capfile *file, uint32_t length)
{
	char where[MCD_READER_WHERE];

	return mcd_reader_corrupt(file, "a block %s claims a length of %" PRIu32, mcd_reader_where(file, where), length);
}

static bool lengths_differ(struct mcd_capfile *file, uint32_t length, uint32_t trailing)
{
	char where[MCD_READER_WHERE];

	return mcd_reader_corrupt(file, "a block %s has two lengths, %" PRIu32 " and %" PRIu32, mcd_reader_where(file, where), length, trailing);
}

/* A block that does not fit into the buffer, or whose length is none. It has no body. */
static bool take_large(struct mcd_capfile *file, struct mcd_pcapng_block *block, uint32_t length)
{
	const uint8_t *p;

	if (length < FRAMING || length % 4 != 0 || length > longest(block->type))
		return wild_length(file, length);
	block->body = NULL;
	if (!mcd_source_pass(&file->source, length - 4))
		return cut(file, block->type);
	p = mcd_source_peek(&file->source, 4);
	if (!p)
		return cut(file, block->type);
	mcd_source_skip(&file->source, 4);
	return mcd_order_u32(p, file->big) == length || lengths_differ(file, length, mcd_order_u32(p, file->big));
}

/* The block whose type was read, at P. False when reading has ended. */
static bool take(struct mcd_capfile *file, struct mcd_pcapng_block *block, const uint8_t *p)
{
	uint32_t length = mcd_order_u32(p + 4, file->big);

	block->length = length - FRAMING;
	if (length < FRAMING || length % 4 != 0 || length > MCD_SOURCE_PEEK)
		return take_large(file, block, length);
	p = mcd_source_peek(&file->source, length);
	if (!p)
		return cut(file, block->type);
	if (mcd_order_u32(p + length - 4, file->big) != length)
		return lengths_differ(file, length, mcd_order_u32(p + length - 4, file->big));
	mcd_source_skip(&file->source, length);
	block->body = p + 8;
	return true;
}

/* The byte order of the section that begins with this word. */
static bool set_order(struct mcd_capfile *file, const uint8_t *word)
{
	char where[MCD_READER_WHERE];

	file->big = mcd_order_u32(word, true) == BYTE_ORDER;
	if (file->big || mcd_order_u32(word, false) == BYTE_ORDER)
		return true;
	return mcd_reader_corrupt(file, "a section of no byte order begins %s", mcd_reader_where(file, where));
}

/* The Section Header Block at P (4.1): byte order, version, length of the section. Some wrote 1.2, which is the same as 1.0; of any other
 * version nothing is known. False when reading has ended. */
static bool section(struct mcd_capfile *file, const uint8_t *p)
{
	struct mcd_pcapng_block block = { .type = SECTION_HEADER };
	uint16_t major, minor;

	if (!set_order(file, p + 8) || !take(file, &block, p))
		return false;
	if (block.length < 16)
		return mcd_pcapng_short(file, &block);
	major = mcd_order_u16(block.body + 4, file->big);
	minor = mcd_order_u16(block.body + 6, file->big);
	if (major != 1 || (minor != 0 && minor != 2))
		return mcd_reader_corrupt(file, "its pcapng version is %d.%d, not 1.0", major, minor);
	file->section = file->ifaces.count;
	return true;
}

static enum mcd_sent direction(const struct mcd_capfile *file, const uint8_t *at, const uint8_t *end)
{
	struct mcd_pcapng_options options = { at, end, file->big };
	struct mcd_pcapng_option option;
	uint32_t bits = 0;

	while (mcd_pcapng_option(&options, &option))
		if (option.code == FLAGS && option.length == 4)
			bits = mcd_order_u32(option.value, file->big) & DIRECTION;
	return bits == INBOUND ? MCD_SENT_IN : bits == OUTBOUND ? MCD_SENT_OUT : MCD_SENT_UNKNOWN;
}

static bool has_iface(const struct mcd_capfile *file, uint32_t i)
{
	return i < file->ifaces.count - file->section;
}

/* The interface I of the section, which is there. */
static const struct mcd_reader_iface *iface_at(const struct mcd_capfile *file, uint32_t i)
{
	return mcd_vec_at(&file->ifaces, file->section + i);
}

/* Hand out the frame whose block's body is at P, without options. */
static inline void give(struct mcd_capfile *file, struct mcd_frame *out, const uint8_t *p, uint32_t i, bool big)
{
	uint32_t captured = mcd_order_u32(p + 12, big), on_wire = mcd_order_u32(p + 16, big);

	out->number = ++file->number;
	out->nic = file->section + i;
	out->link_type = iface_at(file, i)->told.link_type;
	out->sent = MCD_SENT_UNKNOWN;
	out->captured = captured;
	out->on_wire = on_wire > captured ? on_wire : captured;
	out->data = p + TIMED_PACKET;
}

/* The time stamp of the block whose body is at P: the upper half, then the lower. */
static inline uint64_t stamp(const uint8_t *p, bool big)
{
	return (uint64_t)mcd_order_u32(p + 4, big) << 32 | mcd_order_u32(p + 8, big);
}

/* More than a frame may have, or than the ROOM that its block has for it. */
static enum outcome lying_packet(struct mcd_capfile *file, uint32_t captured, uint32_t room)
{
	mcd_reader_corrupt(file, "packet %" PRIu64 " claims %" PRIu32 " captured bytes%s", file->number + 1, captured,
			   captured > room ? ", more than its block has" : "");
	return ENDED;
}

/* It is counted all the same, so that numbers stay those of other programs. */
static enum outcome orphan(struct mcd_capfile *file, uint32_t i)
{
	file->number++;
	mcd_reader_blemish(file, "packet %" PRIu64 " is of interface %" PRIu32 ", which is not described", file->number, i);
	return NONE;
}

static enum outcome short_packet(struct mcd_capfile *file, const struct mcd_pcapng_block *block)
{
	mcd_pcapng_short(file, block);
	return ENDED;
}

/* An Enhanced Packet Block (4.3), or the obsolete one, which only has a shorter interface number (appendix A). */
static enum outcome timed_packet(struct mcd_capfile *file, const struct mcd_pcapng_block *block, struct mcd_frame *out)
{
	const uint8_t *p = block->body;
	uint32_t i, captured, room = block->length - TIMED_PACKET;

	if (block->length < TIMED_PACKET)
		return short_packet(file, block);
	i = block->type == PACKET ? mcd_order_u16(p, file->big) : mcd_order_u32(p, file->big);
	captured = mcd_order_u32(p + 12, file->big);
	if (captured > room || captured > MCD_CAPFILE_FRAME)
		return lying_packet(file, captured, room);
	if (!has_iface(file, i))
		return orphan(file, i);
	give(file, out, p, i, file->big);
	out->when_ns = mcd_ticks_ns(&iface_at(file, i)->ticks, stamp(p, file->big));
	out->sent = direction(file, out->data + padded(captured), p + block->length);
	return FRAME;
}

/* Section 4.4: of the section's first interface, whose snap length says how much was captured; neither time nor options. */
static enum outcome simple_packet(struct mcd_capfile *file, const struct mcd_pcapng_block *block, struct mcd_frame *out)
{
	const struct mcd_reader_iface *iface;
	uint32_t captured, on_wire, room = block->length - SIMPLE;

	if (block->length < SIMPLE)
		return short_packet(file, block);
	if (!has_iface(file, 0))
		return orphan(file, 0);
	iface = iface_at(file, 0);
	on_wire = mcd_order_u32(block->body, file->big);
	captured = on_wire < room ? on_wire : room;
	if (iface->told.snap_length > 0 && iface->told.snap_length < captured)
		captured = iface->told.snap_length;
	if (captured > MCD_CAPFILE_FRAME)
		return lying_packet(file, captured, room);
	*out = (struct mcd_frame){ .number = ++file->number, .nic = file->section, .link_type = iface->told.link_type, .captured = captured,
				   .on_wire = on_wire, .data = block->body + SIMPLE };
	return FRAME;
}

static enum outcome read_block(struct mcd_capfile *file, const struct mcd_pcapng_block *block, struct mcd_frame *out)
{
	switch (block->type) {
	case ENHANCED_PACKET:
	case PACKET:
		return timed_packet(file, block, out);
	case SIMPLE_PACKET:
		return simple_packet(file, block, out);
	case INTERFACE_DESCRIPTION:
		return mcd_pcapng_describe(file, block) ? NONE : ENDED;
	case INTERFACE_STATISTICS:
		return mcd_pcapng_statistics(file, block) ? NONE : ENDED;
	default:
		return NONE;
	}
}

/* Whatever blocks there are, up to a packet. */
static bool next_packet(struct mcd_capfile *file, struct mcd_frame *out)
{
	enum outcome outcome = NONE;

	while (outcome == NONE) {
		const uint8_t *p = mcd_source_peek(&file->source, FRAMING);
		struct mcd_pcapng_block block;

		if (!p)
			return mcd_reader_ran_out(file, MCD_READER_BLOCK);
		block.type = mcd_order_u32(p, file->big);
		if (block.type == SECTION_HEADER)
			outcome = section(file, p) ? NONE : ENDED;
		else
			outcome = take(file, &block, p) ? read_block(file, &block, out) : ENDED;
	}
	return outcome == FRAME;
}

/* A packet without options that is held, and whose time is no more than a product. */
static inline __attribute__((always_inline)) bool give_usual(struct mcd_capfile *file, struct mcd_frame *out, bool big)
{
	const uint8_t *p = file->source.at;
	size_t held = mcd_source_held(&file->source);
	const struct mcd_ticks *ticks;
	uint32_t length, captured, i;
	uint64_t number;

	if (held < FRAMING + TIMED_PACKET || mcd_order_u32(p, big) != ENHANCED_PACKET)
		return false;
	captured = mcd_order_u32(p + 20, big);
	length = FRAMING + TIMED_PACKET + padded(captured);
	if (captured > MCD_CAPFILE_FRAME || length > held || mcd_order_u32(p + 4, big) != length || mcd_order_u32(p + length - 4, big) != length)
		return false;
	i = mcd_order_u32(p + 8, big);
	if (!has_iface(file, i))
		return false;
	ticks = &iface_at(file, i)->ticks;
	number = stamp(p + 8, big);
	if (number >= ticks->below)
		return false;
	mcd_source_skip(&file->source, length);
	give(file, out, p + 8, i, big);
	out->when_ns = (int64_t)(number * ticks->ns);
	return true;
}

/* Made once for each byte order, so that not every number asks for it. */
static size_t usual_packets(struct mcd_capfile *file, struct mcd_frame *out, size_t most)
{
	size_t count = 0;

	if (file->big)
		while (count < most && give_usual(file, &out[count], true))
			count++;
	else
		while (count < most && give_usual(file, &out[count], false))
			count++;
	return count;
}

bool mcd_pcapng_begin(struct mcd_capfile *file)
{
	const uint8_t *p = mcd_source_peek(&file->source, FRAMING);

	if (!p)
		return mcd_reader_cut(file, MCD_READER_HEADER);
	if (!section(file, p))
		return false;
	file->usual = usual_packets;
	file->next = next_packet;
	return true;
}
