/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_capfile.h"

#include <stdlib.h>
#include <string.h>

enum { NS = 1000000000 };

static void little_endian_microseconds(void)
{
	static const uint8_t bytes[] = {
		0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0,
		0x00, 0xf1, 0x53, 0x65, 0x40, 0xe2, 0x01, 0, 3, 0, 0, 0, 0xea, 5, 0, 0, 3, 3, 3, /* 1700000000.123456, 3 of 1514 */
		0x01, 0xf1, 0x53, 0x65, 0, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 1, 0, 0, 0, 1, /* fraction of more than a second */
	};
	struct mcd_capfile *file = capfile_of(bytes, sizeof bytes);

	CU_ASSERT_EQUAL(mcd_capfile_ifaces(file), 1);
	CU_ASSERT_STRING_EQUAL(mcd_capfile_iface(file, 0)->name, "");
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->link_type, 1);
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->snap_length, 65535);
	CU_ASSERT_FALSE(mcd_capfile_iface(file, 0)->has_mac);
	CU_ASSERT_FALSE(mcd_capfile_iface(file, 0)->has_dropped);
	capfile_gives(file, 1, 0, 1700000000123456000, 3, 1514);
	capfile_gives(file, 2, 0, 1700000001 * INT64_C(1000000000), 0, 60);
	capfile_gives(file, 3, 0, 4294967295 * INT64_C(1000000000) + 4294967295000, 1, 1);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
}

static void big_endian_nanoseconds(void)
{
	static const uint8_t bytes[] = {
		0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0x71,
		0x65, 0x53, 0xf1, 0x00, 0x07, 0x5b, 0xcd, 0x15, 0, 0, 0, 2, 0, 0, 1, 0, 2, 2, /* 1700000000.123456789 */
	};
	struct mcd_capfile *file = capfile_of(bytes, sizeof bytes);

	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->link_type, 113);
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->snap_length, 262144);
	capfile_gives(file, 1, 0, 1700000000123456789, 2, 256);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
}

/* Interface index, protocol, packet type and a byte of padding are behind the lengths. */
static void modified_records(void)
{
	static const uint8_t bytes[] = {
		0x34, 0xcd, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
		2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 9, 9, 9, 9, 8, 8, 7, 6, 1,
		3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 9, 9, 9, 9, 8, 8, 7, 6, 2, 2,
	};
	struct mcd_capfile *file = capfile_of(bytes, sizeof bytes);

	capfile_gives(file, 1, 0, 2000001000, 1, 9);
	capfile_gives(file, 2, 0, 3000000000, 2, 2);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	file = capfile_of(bytes, sizeof bytes - 2 - 1); /* a header of 23 bytes */
	capfile_gives(file, 1, 0, 2000001000, 1, 9);
	capfile_ends(file, MCD_CAPFILE_CUT, "cut in the middle of packet 2");
}

static void several_at_once(void)
{
	enum { RECORDS = 5 };
	struct capture c = { 0 };
	struct mcd_frame frames[8];
	struct mcd_capfile *file;
	size_t read = 0, count;

	capture_pcap(&c, 0xa1b2c3d4, 1);
	for (uint32_t n = 1; n <= RECORDS; n++)
		capture_record(&c, n, 0, n, n == 4 ? 3 : n); /* the fourth says that it was shorter on the wire */
	file = capfile_of(c.data, c.length);
	for (size_t most = 2; (count = mcd_capfile_read(file, frames, most)) > 0; most = 8) {
		CU_ASSERT_TRUE(count <= most);
		for (size_t i = 0; i < count; i++) {
			read++;
			CU_ASSERT_EQUAL(frames[i].number, read);
			CU_ASSERT_EQUAL(frames[i].when_ns, (int64_t)read * NS);
			CU_ASSERT_EQUAL(frames[i].captured, read);
			CU_ASSERT_EQUAL(frames[i].on_wire, read);
			CU_ASSERT_EQUAL(frames[i].data[0], read); /* that of the first still stands when the last was read */
		}
	}
	CU_ASSERT_EQUAL(read, RECORDS);
	CU_ASSERT_EQUAL(mcd_capfile_read(file, frames, 8), 0);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
}

/* The frames of one capture, whose times have six digits, written in every form. */
static void every_form_is_the_same(void)
{
	static const struct {
		uint32_t magic, unit;
		size_t more;
	} forms[] = { { 0xa1b2c3d4, 1, 0 }, { 0xa1b23c4d, 1000, 0 }, { 0xa1b2cd34, 1, 8 } };

	for (size_t i = 0; i < 6; i++) {
		struct capture c = { .big = i >= 3 };
		struct mcd_capfile *file;

		capture_pcap(&c, forms[i % 3].magic, 276);
		for (uint32_t n = 0; n < 5; n++) {
			capture_u32(&c, 1700000000 + n);
			capture_u32(&c, 654321 * forms[i % 3].unit);
			capture_u32(&c, 100 + n);
			capture_u32(&c, 1000);
			capture_zeros(&c, forms[i % 3].more);
			for (uint32_t k = 0; k < 100 + n; k++)
				capture_bytes(&c, &(uint8_t){ (uint8_t)(100 + n) }, 1);
		}
		file = capfile_of(c.data, c.length);
		CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->link_type, 276);
		for (uint32_t n = 0; n < 5; n++)
			capfile_gives(file, n + 1, 0, (INT64_C(1700000000) + n) * NS + 654321000, 100 + n, 1000);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&c);
	}
}

static void prefixes(void)
{
	for (int big = 0; big < 2; big++) {
		struct capture c = { .big = big };

		capture_pcap(&c, 0xa1b2c3d4, 1);
		capture_record(&c, 1, 2, 5, 5);
		capture_record(&c, 1, 2, 0, 0);
		capture_record(&c, 1, 2, 70, 1500);
		capfile_every_prefix(&c);
		capture_free(&c);
	}
}

static void cut_is_told_with_its_packet(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_pcap(&c, 0xa1b2c3d4, 1);
	capture_record(&c, 1, 0, 10, 10);
	capture_record(&c, 2, 0, 20, 20);
	file = capfile_of(c.data, c.length - 1);
	capfile_gives(file, 1, 0, NS, 10, 10);
	capfile_ends(file, MCD_CAPFILE_CUT, "cut in the middle of packet 2");
	file = capfile_of(c.data, c.ends[1] + 1);
	capfile_gives(file, 1, 0, NS, 10, 10);
	capfile_ends(file, MCD_CAPFILE_CUT, "cut in the middle of packet 2");
	capture_free(&c);
}

static void the_largest_frame(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_pcap(&c, 0xa1b2c3d4, 1);
	capture_record(&c, 1, 0, MCD_CAPFILE_FRAME, MCD_CAPFILE_FRAME);
	capture_record(&c, 2, 0, MCD_CAPFILE_FRAME + 1, MCD_CAPFILE_FRAME + 1);
	capture_record(&c, 3, 0, 1, 1);
	file = capfile_of(c.data, c.length);
	capfile_gives(file, 1, 0, NS, MCD_CAPFILE_FRAME, MCD_CAPFILE_FRAME);
	capfile_ends(file, MCD_CAPFILE_CORRUPT, "packet 2 claims 262145 captured bytes");
	capture_free(&c);
}

static void wild_lengths(void)
{
	static const uint32_t wild[] = { MCD_CAPFILE_FRAME + 1, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff };

	for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
		struct capture c = { .big = i % 2 };
		char why[100];

		capture_pcap(&c, 0xa1b2c3d4, 1);
		capture_u64(&c, 0);
		capture_u32(&c, wild[i]);
		capture_u32(&c, wild[i]);
		snprintf(why, sizeof why, "packet 1 claims %lu captured bytes", (unsigned long)wild[i]);
		capfile_ends(capfile_of(c.data, c.length), MCD_CAPFILE_CORRUPT, why);
		capture_free(&c);
	}
}

static void more_captured_than_on_the_wire(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_pcap(&c, 0xa1b2c3d4, 1);
	capture_record(&c, 1, 0, 64, 60);
	capture_record(&c, 2, 0, 3, 0);
	file = capfile_of(c.data, c.length);
	capfile_gives(file, 1, 0, NS, 64, 64);
	capfile_gives(file, 2, 0, 2 * INT64_C(1000000000), 3, 3);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&c);
}

/* In 2.3 that means that the two lengths changed places, and what is a length cannot be told for the frames before. */
static void lengths_of_old_versions(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_pcap(&c, 0xa1b2c3d4, 1);
	c.data[6] = 3;
	capture_record(&c, 1, 0, 60, 60);
	capture_record(&c, 2, 0, 64, 60);
	file = capfile_of(c.data, c.length);
	capfile_gives(file, 1, 0, NS, 60, 60);
	capfile_ends(file, MCD_CAPFILE_CORRUPT, "the lengths of packet 2 are in the order of pcap 2.3");
	capture_free(&c);
}

/* Above the link type are the length of the FCS and bits that a reader ignores. */
static void bits_above_the_link_type(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_pcap(&c, 0xa1b2c3d4, 0x24000001);
	capture_record(&c, 1, 0, 4, 4);
	file = capfile_of(c.data, c.length);
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->link_type, 1);
	capfile_gives(file, 1, 0, NS, 4, 4);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	c.data[22] = 0xff;
	file = capfile_of(c.data, c.length);
	CU_ASSERT_EQUAL(mcd_capfile_iface(file, 0)->link_type, 1);
	mcd_capfile_close(file);
	capture_free(&c);
}

static void other_versions(void)
{
	struct capture c = { 0 };

	capture_pcap(&c, 0xa1b2c3d4, 1);
	c.data[6] = 5; /* a newer minor version of the same format */
	capfile_ends(capfile_of(c.data, c.length), MCD_CAPFILE_COMPLETE, "");
	c.data[4] = 1;
	capfile_refuses(c.data, c.length, "some.file: its pcap version is 1.5, not 2.4;");
	c.data[4] = 3;
	capfile_refuses(c.data, c.length, "some.file: its pcap version is 3.5, not 2.4;");
	capture_free(&c);
}

static void what_is_none_is_refused(void)
{
	static const char text[] = "This is no capture.\n";
	struct capture c = { 0 };
	char reads[200];

	capfile_refuses(text, sizeof text - 1, "some.file: no capture file; what is read is pcap and pcapng");
	capfile_refuses("snoop\0\0\0\0\0\0\2\0\0\0\4", 16, "some.file: no capture file;");
	capfile_refuses(text, 0, "some.file: empty;");
	capfile_refuses(NULL, 0, "some.file: empty;");
	snprintf(reads, sizeof reads, "pcapng%s%s", *mcd_capfile_compressions() ? ", also compressed by " : "", mcd_capfile_compressions());
	capfile_refuses(text, sizeof text - 1, reads);
	capture_pcap(&c, 0xa1b2c3d4, 1);
	c.data[0]++;
	capfile_refuses(c.data, c.length, "no capture file");
	capture_free(&c);
}

const struct unit_test capfile_pcap_tests[] = {
	{ "little-endian, microseconds", little_endian_microseconds },
	{ "big-endian, nanoseconds", big_endian_nanoseconds },
	{ "modified records", modified_records },
	{ "several frames at once", several_at_once },
	{ "every form is the same", every_form_is_the_same },
	{ "every prefix is safe and cut", prefixes },
	{ "a cut is told with its packet", cut_is_told_with_its_packet },
	{ "the largest frame", the_largest_frame },
	{ "wild lengths", wild_lengths },
	{ "more captured than on the wire", more_captured_than_on_the_wire },
	{ "lengths of old versions", lengths_of_old_versions },
	{ "bits above the link type", bits_above_the_link_type },
	{ "other versions", other_versions },
	{ "what is none is refused", what_is_none_is_refused },
	{ NULL, NULL },
};
