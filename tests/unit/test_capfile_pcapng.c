/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_capfile.h"

#include <stdlib.h>
#include <string.h>

enum { US = 1000 };

static void little_endian(void)
{
	static const uint8_t bytes[] = {
		0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28, 0, 0, 0,
		1, 0, 0, 0, 36, 0, 0, 0, 1, 0, 0, 0, 0, 0, 4, 0,
		2, 0, 4, 0, 'e', 't', 'h', '7', 9, 0, 1, 0, 9, 0, 0, 0, 36, 0, 0, 0, /* if_name, if_tsresol = ns, no end of options */
		6, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0x9c, 0x97, 0x17, 0x15, 0xcd, 0x85, 0x3d, 3, 0, 0, 0, 0xea, 5, 0, 0,
		3, 3, 3, 0, 2, 0, 4, 0, 2, 0, 0, 0, 44, 0, 0, 0, /* epb_flags: outbound */
	};
	struct mcd_capfile *file = capfile_of(bytes, sizeof bytes);
	struct mcd_frame frame;

	CU_ASSERT_EQUAL(mcd_capfile_ifaces(file), 0); /* until its block was read */
	CU_ASSERT_TRUE_FATAL(mcd_capfile_next(file, &frame));
	CU_ASSERT_EQUAL(mcd_capfile_ifaces(file), 1);
	CU_ASSERT_STRING_EQUAL(mcd_capfile_iface(file, 0)->name, "eth7");
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->link_type, 1);
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->snap_length, 262144);
	CU_ASSERT_EQUAL(frame.number, 1);
	CU_ASSERT_EQUAL(frame.nic, 0);
	CU_ASSERT_EQUAL(frame.when_ns, 1700000000123456789);
	CU_ASSERT_EQUAL(frame.sent, MCD_SENT_OUT);
	CU_ASSERT_EQUAL(frame.captured, 3);
	CU_ASSERT_EQUAL(frame.on_wire, 1514);
	CU_ASSERT_EQUAL(memcmp(frame.data, "\3\3\3", 3), 0);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
}

static void big_endian(void)
{
	static const uint8_t bytes[] = {
		0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 2, /* version 1.2 is 1.0 */
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 28,
		0, 0, 0, 1, 0, 0, 0, 20, 0, 0x71, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20,
		0, 0, 0, 6, 0, 0, 0, 44, 0, 0, 0, 0, 0x00, 0x06, 0x0a, 0x24, 0x18, 0x20, 0x22, 0x40, 0, 0, 0, 1, 0, 0, 0, 2,
		1, 0, 0, 0, 0, 2, 0, 4, 0, 0, 0, 1, 0, 0, 0, 44, /* epb_flags: inbound */
	};
	struct mcd_capfile *file = capfile_of(bytes, sizeof bytes);
	struct mcd_frame frame;

	CU_ASSERT_TRUE_FATAL(mcd_capfile_next(file, &frame));
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->link_type, 113);
	CU_ASSERT_EQUAL(frame.when_ns, 1700000000123456000);
	CU_ASSERT_EQUAL(frame.sent, MCD_SENT_IN);
	CU_ASSERT_EQUAL(frame.captured, 1);
	CU_ASSERT_EQUAL(frame.on_wire, 2);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
}

/* A frame of one interface with these flags after an option of another kind. */
static enum mcd_sent sent_of(bool big, uint32_t flags, size_t length)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;
	struct mcd_frame frame;
	uint8_t value[8] = { 0 };

	for (int i = 0; i < 4; i++)
		value[i] = (uint8_t)(flags >> 8 * (big ? 3 - i : i));
	capture_section(&c, big);
	capture_iface(&c, 1, 0, NULL);
	capture_begin(&c, 6);
	capture_zeros(&c, 12);
	capture_u32(&c, 5);
	capture_u32(&c, 5);
	capture_bytes(&c, "\5\5\5\5\5\0\0", 8);
	capture_option(&c, 1, "a comment", 9);
	capture_option(&c, 2, value, length);
	capture_option(&c, 0, NULL, 0);
	capture_option(&c, 2, "\3\3\3", 4); /* behind the end: no option */
	capture_end(&c);
	file = capfile_of(c.data, c.length);
	CU_ASSERT_TRUE(mcd_capfile_next(file, &frame));
	CU_ASSERT_EQUAL(frame.captured, 5);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
	return frame.sent;
}

static void direction_is_told(void)
{
	for (int big = 0; big < 2; big++) {
		CU_ASSERT_EQUAL(sent_of(big, 1, 4), MCD_SENT_IN);
		CU_ASSERT_EQUAL(sent_of(big, 2, 4), MCD_SENT_OUT);
		CU_ASSERT_EQUAL(sent_of(big, 0xffff0016, 4), MCD_SENT_OUT); /* other bits: reception type, FCS length, errors */
		CU_ASSERT_EQUAL(sent_of(big, 0xfffffffc, 4), MCD_SENT_UNKNOWN);
		CU_ASSERT_EQUAL(sent_of(big, 3, 4), MCD_SENT_UNKNOWN);
		CU_ASSERT_EQUAL(sent_of(big, 1, 2), MCD_SENT_UNKNOWN); /* no length that it may have */
	}
}

/* An option that claims more than its block has is where options end; the packet is there all the same. */
static void options_that_lie(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_section(&c, false);
	capture_iface(&c, 1, 0, NULL);
	capture_begin(&c, 6);
	capture_zeros(&c, 12);
	capture_u32(&c, 4);
	capture_u32(&c, 4);
	capture_u32(&c, 0x04040404);
	capture_u16(&c, 2);
	capture_u16(&c, 0xffff);
	capture_u32(&c, 1);
	capture_end(&c);
	capture_packet(&c, 0, 7, 1, 1);
	file = capfile_of(c.data, c.length);
	capfile_gives(file, 1, 0, 0, 4, 4);
	capfile_gives(file, 2, 0, 7 * US, 1, 1);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
}

/* No time; as much was captured as the first interface's snap length, or the block, has. */
static void simple_packets(void)
{
	static const struct {
		uint32_t snap_length, on_wire, held, captured;
	} cases[] = { { 0, 6, 8, 6 }, { 96, 6, 8, 6 }, { 4, 6, 4, 4 }, { 4, 6, 8, 4 }, { 0, 6, 4, 4 }, { 0, 0, 0, 0 }, { 8, 0xffffffff, 8, 8 } };

	for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
		struct capture c = { 0 };
		struct mcd_capfile *file;
		uint8_t bytes[8];

		memset(bytes, (int)cases[i / 2].captured, sizeof bytes);
		capture_section(&c, i % 2);
		capture_iface(&c, 1, cases[i / 2].snap_length, NULL);
		capture_iface(&c, 113, 1, NULL);
		capture_begin(&c, 3);
		capture_u32(&c, cases[i / 2].on_wire);
		capture_bytes(&c, bytes, cases[i / 2].held);
		capture_end(&c);
		file = capfile_of(c.data, c.length);
		capfile_gives(file, 1, 0, 0, cases[i / 2].captured, cases[i / 2].on_wire);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&c);
	}
}

/* The interface has 16 bits and a count of drops behind it. */
static void obsolete_packets(void)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { 0 };
		struct mcd_capfile *file;

		capture_section(&c, big);
		capture_iface(&c, 1, 0, NULL);
		capture_iface(&c, 113, 0, NULL);
		capture_begin(&c, 2);
		capture_u16(&c, 1);
		capture_u16(&c, 0xffff);
		capture_u32(&c, 1);
		capture_u32(&c, 2);
		capture_u32(&c, 2);
		capture_u32(&c, 9);
		capture_u32(&c, big ? 0x02020000 : 0x0202);
		capture_end(&c);
		file = capfile_of(c.data, c.length);
		capfile_gives(file, 1, 1, 4294967298 * US, 2, 9);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&c);
	}
}

static void other_blocks_are_passed_over(void)
{
	static const uint32_t types[] = { 4, 9, 10, 0xbad, 0x40000bad, 0x80000001, 0 };
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_section(&c, false);
	capture_iface(&c, 1, 0, NULL);
	for (uint32_t i = 0; i < 7; i++) {
		capture_begin(&c, types[i]);
		capture_zeros(&c, i % 3 * 4000);
		capture_end(&c);
		capture_packet(&c, 0, i, i, i);
	}
	capture_begin(&c, 0xbad); /* larger than any buffer */
	capture_zeros(&c, 3000000);
	capture_end(&c);
	capture_packet(&c, 0, 8, 9, 9);
	file = capfile_of(c.data, c.length);
	for (uint32_t i = 0; i < 7; i++)
		capfile_gives(file, i + 1, 0, i * US, i, i);
	capfile_gives(file, 8, 0, 8 * US, 9, 9);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
}

/* Interfaces are numbered from 0 in each section, through the file in what is handed out. */
static void sections(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	for (int big = 1; big >= 0; big--) {
		capture_section(&c, big);
		capture_iface(&c, 1, 0, big ? "b0" : "l0");
		capture_packet(&c, 0, 1, 2, 3);
		capture_iface(&c, 113, 0, big ? "b1" : "l1");
		capture_packet(&c, 1, 2, 3, 4);
		capture_packet(&c, 0, 3, 4, 5);
	}
	file = capfile_of(c.data, c.length);
	for (uint32_t i = 0; i < 2; i++) {
		capfile_gives(file, 3 * i + 1, 2 * i, 1 * US, 2, 3);
		capfile_gives(file, 3 * i + 2, 2 * i + 1, 2 * US, 3, 4);
		capfile_gives(file, 3 * i + 3, 2 * i, 3 * US, 4, 5);
	}
	CU_ASSERT_EQUAL_FATAL(mcd_capfile_ifaces(file), 4);
	CU_ASSERT_STRING_EQUAL(mcd_capfile_iface(file, 0)->name, "b0");
	CU_ASSERT_STRING_EQUAL(mcd_capfile_iface(file, 3)->name, "l1");
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
}

/* A section's interfaces are not those of the one before. */
static void unknown_interfaces(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_section(&c, false);
	capture_packet(&c, 0, 1, 1, 1);
	capture_iface(&c, 1, 0, NULL);
	capture_packet(&c, 0, 2, 2, 2);
	capture_packet(&c, 7, 3, 3, 3);
	capture_section(&c, true);
	capture_packet(&c, 0, 4, 4, 4);
	capture_begin(&c, 3);
	capture_u32(&c, 0);
	capture_end(&c);
	capture_iface(&c, 1, 0, NULL);
	capture_packet(&c, 0, 6, 6, 6);
	file = capfile_of(c.data, c.length);
	capfile_gives(file, 2, 0, 2 * US, 2, 2);
	capfile_gives(file, 6, 1, 6 * US, 6, 6);
	capfile_ends(file, MCD_CAPFILE_CORRUPT, "packet 1 is of interface 0, which is not described");
	file = capfile_of(c.data, c.length - 1); /* the first fault is what is told */
	capfile_gives(file, 2, 0, 2 * US, 2, 2);
	capfile_ends(file, MCD_CAPFILE_CORRUPT, "packet 1 is of interface 0, which is not described");
	capture_free(&c);
}

static void the_largest_frame(void)
{
	for (uint32_t type = 3; type <= 6; type += 3) {
		struct capture c = { 0 };
		struct mcd_capfile *file;

		capture_section(&c, false);
		capture_iface(&c, 1, 0, NULL);
		capture_packet(&c, 0, 1, MCD_CAPFILE_FRAME, MCD_CAPFILE_FRAME);
		capture_begin(&c, type);
		capture_zeros(&c, type == 6 ? 12 : 0);
		capture_u32(&c, MCD_CAPFILE_FRAME + 1);
		if (type == 6)
			capture_u32(&c, MCD_CAPFILE_FRAME + 1);
		capture_zeros(&c, MCD_CAPFILE_FRAME + 1);
		capture_end(&c);
		file = capfile_of(c.data, c.length);
		capfile_gives(file, 1, 0, US, MCD_CAPFILE_FRAME, MCD_CAPFILE_FRAME);
		capfile_ends(file, MCD_CAPFILE_CORRUPT, "packet 2 claims 262145 captured bytes");
		capture_free(&c);
	}
}

static void prefixes(void)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { 0 };

		capture_section(&c, big);
		capture_iface(&c, 1, 0, "eth0");
		capture_packet(&c, 0, 1, 2, 3);
		capture_begin(&c, 0xbad);
		capture_zeros(&c, 20);
		capture_end(&c);
		capture_packet(&c, 0, 1, 64, 64);
		capture_begin(&c, 5);
		capture_zeros(&c, 12);
		capture_option(&c, 5, "\0\0\0\0\0\0\0", 8);
		capture_end(&c);
		capture_section(&c, !big);
		capture_iface(&c, 1, 0, NULL);
		capture_packet(&c, 0, 1, 5, 5);
		capfile_every_prefix(&c);
		capture_free(&c);
	}
}

static void cuts_are_told(void)
{
	struct capture c = { 0 };

	capture_section(&c, false);
	capture_iface(&c, 1, 0, NULL);
	capture_packet(&c, 0, 1, 2, 3);
	capfile_refuses(c.data, c.ends[0] - 1, "some.file: cut in the middle of its header;");
	capfile_ends(capfile_of(c.data, c.ends[1] - 1), MCD_CAPFILE_CUT, "cut in the middle of a block before the first packet");
	capfile_ends(capfile_of(c.data, c.ends[2] - 1), MCD_CAPFILE_CUT, "cut in the middle of packet 1");
	capture_begin(&c, 0xbad);
	capture_zeros(&c, 1000000);
	capture_end(&c);
	for (size_t length = c.ends[2] + 1; length < c.length; length += 500004) {
		struct mcd_capfile *file = capfile_of(c.data, length);

		capfile_gives(file, 1, 0, US, 2, 3);
		capfile_ends(file, MCD_CAPFILE_CUT, "cut in the middle of a block after packet 1");
	}
	capture_free(&c);
}

/* A file whose second packet's block is broken in one place: OFFSET from its begin, negative from its end. */
static void one_word_lies(long offset, uint32_t word, const char *why)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { 0 };
		struct mcd_capfile *file;
		size_t at;

		capture_section(&c, big);
		capture_iface(&c, 1, 0, NULL);
		capture_packet(&c, 0, 1, 2, 3);
		capture_packet(&c, 0, 2, 72, 72); /* a block of 104 bytes */
		capture_packet(&c, 0, 3, 4, 5);
		at = offset >= 0 ? c.ends[2] + (size_t)offset : c.ends[3] - (size_t)-offset;
		for (int i = 0; i < 4; i++)
			c.data[at + (size_t)i] = (uint8_t)(word >> 8 * (big ? 3 - i : i));
		file = capfile_of(c.data, c.length);
		capfile_gives(file, 1, 0, US, 2, 3);
		capfile_ends(file, MCD_CAPFILE_CORRUPT, why);
		capture_free(&c);
	}
}

static void lengths_that_lie(void)
{
	one_word_lies(4, 0, "a block after packet 1 claims a length of 0");
	one_word_lies(4, 8, "a block after packet 1 claims a length of 8");
	one_word_lies(4, 103, "a block after packet 1 claims a length of 103");
	one_word_lies(4, 0xfffffffc, "a block after packet 1 claims a length of 4294967292");
	one_word_lies(4, 524292, "a block after packet 1 claims a length of 524292"); /* no packet has this */
	one_word_lies(4, 100, "a block after packet 1 has two lengths, 100 and 1212696648");
	one_word_lies(-4, 100, "a block after packet 1 has two lengths, 104 and 100");
	one_word_lies(20, 73, "packet 2 claims 73 captured bytes, more than its block has");
	one_word_lies(20, 0xffffffff, "packet 2 claims 4294967295 captured bytes, more than its block has");
}

static void short_blocks(void)
{
	static const struct {
		uint32_t type;
		size_t least;
	} types[] = { { 1, 8 }, { 2, 20 }, { 3, 4 }, { 5, 12 }, { 6, 20 } };

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct capture c = { 0 };
		char why[100];

		capture_section(&c, false);
		capture_iface(&c, 1, 0, NULL);
		capture_begin(&c, types[i].type);
		capture_zeros(&c, types[i].least - 4);
		capture_end(&c);
		snprintf(why, sizeof why, "a block of type %u and %zu bytes before the first packet is too short", (unsigned)types[i].type,
			 types[i].least + 8);
		capfile_ends(capfile_of(c.data, c.length), MCD_CAPFILE_CORRUPT, why);
		capture_free(&c);
	}
}

static void broken_sections(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_section(&c, false);
	capture_iface(&c, 1, 0, NULL);
	capture_packet(&c, 0, 1, 2, 3);
	capture_section(&c, false);
	c.data[c.ends[2] + 12] = 2;
	file = capfile_of(c.data, c.length);
	capfile_gives(file, 1, 0, US, 2, 3);
	capfile_ends(file, MCD_CAPFILE_CORRUPT, "its pcapng version is 2.0, not 1.0");
	c.data[c.ends[2] + 8] = 0;
	file = capfile_of(c.data, c.length);
	capfile_gives(file, 1, 0, US, 2, 3);
	capfile_ends(file, MCD_CAPFILE_CORRUPT, "a section of no byte order begins after packet 1");
	c.data[8] = 0;
	capfile_refuses(c.data, c.length, "some.file: a section of no byte order begins before the first packet;");
	c.data[8] = 0x4d;
	c.data[14] = 1;
	capfile_refuses(c.data, c.length, "some.file: its pcapng version is 1.1, not 1.0;");
	c.data[4] = 24;
	memcpy(c.data + 20, c.data + 4, 4);
	capfile_refuses(c.data, c.length, "is too short;");
	c.data[4] = 29;
	capfile_refuses(c.data, c.length, "a block before the first packet claims a length of 29;");
	capture_free(&c);
}

static void several_at_once(void)
{
	static const size_t at_once[] = { 1, 1, 2 }; /* what stands before a packet is read with it, alone */
	struct capture c = { 0 };
	struct mcd_frame frames[8];
	struct mcd_capfile *file;
	uint64_t number = 0;

	capture_section(&c, false);
	capture_iface(&c, 1, 0, "eth0");
	capture_packet(&c, 0, 1, 11, 11);
	capture_iface(&c, 1, 0, "eth1");
	for (uint32_t n = 2; n <= 4; n++)
		capture_packet(&c, n % 2, n, 10 + n, 10 + n);
	file = capfile_of(c.data, c.length);
	for (size_t i = 0; i < sizeof at_once / sizeof at_once[0]; i++) {
		CU_ASSERT_EQUAL_FATAL(mcd_capfile_read(file, frames, 8), at_once[i]);
		for (size_t j = 0; j < at_once[i]; j++) {
			number++;
			CU_ASSERT_EQUAL(frames[j].number, number);
			CU_ASSERT_EQUAL(frames[j].captured, 10 + number);
			CU_ASSERT_EQUAL(frames[j].data[0], 10 + number);
			CU_ASSERT_EQUAL(frames[j].nic, number > 1 && number % 2);
		}
	}
	CU_ASSERT_EQUAL(mcd_capfile_read(file, frames, 8), 0);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
}

const struct unit_test capfile_pcapng_tests[] = {
	{ "little-endian", little_endian },
	{ "big-endian", big_endian },
	{ "several frames at once", several_at_once },
	{ "the direction is told", direction_is_told },
	{ "options that lie", options_that_lie },
	{ "simple packets", simple_packets },
	{ "obsolete packets", obsolete_packets },
	{ "other blocks are passed over", other_blocks_are_passed_over },
	{ "sections", sections },
	{ "unknown interfaces", unknown_interfaces },
	{ "the largest frame", the_largest_frame },
	{ "every prefix is safe and cut", prefixes },
	{ "cuts are told", cuts_are_told },
	{ "lengths that lie", lengths_that_lie },
	{ "short blocks", short_blocks },
	{ "broken sections", broken_sections },
	{ NULL, NULL },
};
