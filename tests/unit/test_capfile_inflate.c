/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_capfile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_LZ4
#include <lz4frame.h>
#endif

enum { NS = 1000000000, FRAMES = 2000 };

typedef void compress_fn(struct capture *out, const uint8_t *data, size_t length);

#ifdef HAVE_ZLIB
static void compress_gzip(struct capture *out, const uint8_t *data, size_t length)
{
	size_t room = length + length / 100 + 1000;
	uint8_t *bytes = malloc(room);
	z_stream stream = { 0 };

	if (!bytes || deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	stream.next_in = (z_const Bytef *)data;
	stream.avail_in = (unsigned)length;
	stream.next_out = bytes;
	stream.avail_out = (unsigned)room;
	CU_ASSERT_EQUAL(deflate(&stream, Z_FINISH), Z_STREAM_END);
	capture_bytes(out, bytes, stream.total_out);
	deflateEnd(&stream);
	free(bytes);
}
#endif

#ifdef HAVE_ZSTD
static void compress_zstd(struct capture *out, const uint8_t *data, size_t length)
{
	size_t room = ZSTD_compressBound(length), made;
	uint8_t *bytes = malloc(room);
	ZSTD_CCtx *context = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	made = ZSTD_compress2(context, bytes, room, data, length);
	CU_ASSERT_FALSE_FATAL(ZSTD_isError(made));
	capture_bytes(out, bytes, made);
	ZSTD_freeCCtx(context);
	free(bytes);
}
#endif

#ifdef HAVE_LZ4
static void compress_lz4(struct capture *out, const uint8_t *data, size_t length)
{
	LZ4F_preferences_t how = { .frameInfo = { .contentChecksumFlag = LZ4F_contentChecksumEnabled } };
	size_t room = LZ4F_compressFrameBound(length, &how), made;
	uint8_t *bytes = malloc(room);

	made = LZ4F_compressFrame(bytes, room, data, length, &how);
	CU_ASSERT_FALSE_FATAL(LZ4F_isError(made));
	capture_bytes(out, bytes, made);
	free(bytes);
}
#endif

static const struct {
	const char *name;
	compress_fn *compress;
} compressions[] = {
#ifdef HAVE_ZLIB
	{ "gzip", compress_gzip },
#endif
#ifdef HAVE_ZSTD
	{ "zstd", compress_zstd },
#endif
#ifdef HAVE_LZ4
	{ "lz4", compress_lz4 },
#endif
	{ NULL, NULL },
};

static uint32_t length_of(size_t i)
{
	return (uint32_t)(i * 37 % 1515);
}

/* The bytes of frame I, which hardly compress. */
static void fill(uint8_t *bytes, size_t i)
{
	uint32_t state = (uint32_t)i;

	for (size_t k = 0; k < length_of(i); k++) {
		state = state * 1664525 + 1013904223;
		bytes[k] = (uint8_t)(state >> 24);
	}
}

static void make(struct capture *c)
{
	capture_pcap(c, 0xa1b2c3d4, 1);
	for (size_t i = 0; i < FRAMES; i++) {
		capture_record(c, (uint32_t)i, 0, length_of(i), 1514);
		fill(c->data + c->length - length_of(i), i);
	}
}

/* Frames up to where it ends; how many. */
static size_t read_made(struct mcd_capfile *file)
{
	uint8_t bytes[1515];
	struct mcd_frame frame;
	size_t i = 0;

	for (; mcd_capfile_next(file, &frame); i++) {
		fill(bytes, i);
		CU_ASSERT_EQUAL_FATAL(frame.number, i + 1);
		CU_ASSERT_EQUAL_FATAL(frame.captured, length_of(i));
		CU_ASSERT_EQUAL(frame.when_ns, (int64_t)i * NS);
		CU_ASSERT_EQUAL(memcmp(frame.data, bytes, frame.captured), 0);
	}
	return i;
}

static void names_are_told(void)
{
	char names[100] = "";

	for (size_t i = 0; compressions[i].name; i++) {
		if (i > 0)
			strncat(names, ", ", sizeof names - strlen(names) - 1);
		strncat(names, compressions[i].name, sizeof names - strlen(names) - 1);
	}
	CU_ASSERT_STRING_EQUAL(mcd_capfile_compressions(), names);
}

static void round_trips(void)
{
	struct capture c = { 0 };

	make(&c);
	for (size_t i = 0; compressions[i].name; i++) {
		struct capture packed = { 0 };
		struct mcd_capfile *file;

		compressions[i].compress(&packed, c.data, c.length);
		file = capfile_of(packed.data, packed.length);
		CU_ASSERT_EQUAL(mcd_capfile_size(file), packed.length);
		CU_ASSERT_EQUAL(read_made(file), FRAMES);
		CU_ASSERT_EQUAL(mcd_capfile_position(file), packed.length);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&packed);
	}
	capture_free(&c);
}

static void files(void)
{
	struct capture c = { 0 };

	make(&c);
	for (size_t i = 0; compressions[i].name; i++) {
		char name[] = "test-capfile-XXXXXX";
		struct capture packed = { 0 };
		struct mcd_capfile *file;
		int fd = mkstemp(name);

		compressions[i].compress(&packed, c.data, c.length);
		CU_ASSERT_EQUAL_FATAL(write(fd, packed.data, (unsigned)packed.length), (ssize_t)packed.length);
		close(fd);
		file = mcd_capfile_open(name, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(file);
		CU_ASSERT_EQUAL(mcd_capfile_size(file), packed.length);
		CU_ASSERT_EQUAL(read_made(file), FRAMES);
		CU_ASSERT_EQUAL(mcd_capfile_position(file), packed.length);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		unlink(name);
		capture_free(&packed);
	}
	capture_free(&c);
}

/* One after the other, cut where no record ends: gzip members, zstd and lz4 frames. */
static void several_members(void)
{
	struct capture c = { 0 };

	make(&c);
	for (size_t i = 0; compressions[i].name; i++) {
		struct capture packed = { 0 };
		struct mcd_capfile *file;
		size_t third = c.length / 3;

		compressions[i].compress(&packed, c.data, third);
		compressions[i].compress(&packed, c.data + third, 0);
		compressions[i].compress(&packed, c.data + third, 1);
		compressions[i].compress(&packed, c.data + third + 1, c.length - third - 1);
		file = capfile_of(packed.data, packed.length);
		CU_ASSERT_EQUAL(read_made(file), FRAMES);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&packed);
	}
	capture_free(&c);
}

/* Parallel compressors begin with a frame that holds no data. */
static void skippable_frames(void)
{
#ifdef HAVE_ZSTD
	static const uint8_t skippable[] = { 0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4 };
	struct capture c = { 0 }, packed = { 0 };
	struct mcd_capfile *file;

	make(&c);
	for (int i = 0; i < 2; i++) {
		capture_bytes(&packed, skippable, sizeof skippable);
		compress_zstd(&packed, c.data + (i ? 1000 : 0), i ? c.length - 1000 : 1000);
	}
	capture_bytes(&packed, skippable, sizeof skippable);
	file = capfile_of(packed.data, packed.length);
	CU_ASSERT_EQUAL(read_made(file), FRAMES);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	capture_free(&packed);
	capture_free(&c);
#endif
}

/* What is decompressed fills the buffer to its last byte, or by a little less or more: the end is seen all the same. */
static void as_long_as_the_buffer(void)
{
	enum { BUFFER = 262144, RECORD = 24 + 16 };

	for (uint32_t length = BUFFER - RECORD - 2; length <= BUFFER - RECORD + 2; length++) {
		struct capture c = { 0 };

		capture_pcap(&c, 0xa1b2c3d4, 1);
		capture_record(&c, 1, 0, length, length);
		for (size_t i = 0; compressions[i].name; i++) {
			struct capture packed = { 0 };
			struct mcd_capfile *file;

			compressions[i].compress(&packed, c.data, c.length);
			file = capfile_of(packed.data, packed.length);
			capfile_gives(file, 1, 0, NS, length, length);
			capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
			capture_free(&packed);
		}
		capture_free(&c);
	}
}

/* The buffer is full in the middle of the last block: options of 400000 bytes move the reader's pieces away from zstd's blocks, and some length
 * has an end like that. */
static void full_within_a_block(void)
{
#ifdef HAVE_ZSTD
	static const char comment[50000];

	for (uint32_t length = 0; length < MCD_CAPFILE_FRAME; length += 20000) {
		struct capture c = { 0 };
		struct mcd_capfile *file;
		uint8_t packed[4096];
		size_t packed_length;

		capture_section(&c, false);
		capture_iface(&c, 1, 0, NULL);
		capture_packet(&c, 0, 1000000, 250000, 250000);
		capture_begin(&c, 6);
		capture_zeros(&c, 20);
		for (int i = 0; i < 8; i++)
			capture_option(&c, 1, comment, sizeof comment);
		capture_end(&c);
		capture_packet(&c, 0, 3000000, length, length);
		packed_length = ZSTD_compress(packed, sizeof packed, c.data, c.length, 1);
		CU_ASSERT_FALSE_FATAL(ZSTD_isError(packed_length));
		file = capfile_of(packed, packed_length);
		capfile_gives(file, 1, 0, NS, 250000, 250000);
		capfile_gives(file, 2, 0, 0, 0, 0);
		capfile_gives(file, 3, 0, 3 * INT64_C(1000000000), length, length);
		capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
		capture_free(&c);
	}
#endif
}

/* It ends like this after GIVEN frames; WHAT is "cut" or "corrupt". */
static void ends_early(struct mcd_capfile *file, size_t given, const char *name, const char *what)
{
	char why[100];

	if (given > 0)
		snprintf(why, sizeof why, "its %s data is %s after packet %zu", name, what, given);
	else
		snprintf(why, sizeof why, "its %s data is %s before the first packet", name, what);
	capfile_ends(file, strcmp(what, "cut") == 0 ? MCD_CAPFILE_CUT : MCD_CAPFILE_CORRUPT, why);
}

/* The frames that the first LENGTH bytes of PACKED give before its data ends as WHAT. */
static size_t given_by(const struct capture *packed, size_t length, const char *name, const char *what)
{
	unsigned char *copy = unit_exact(packed->data, length);
	struct mcd_err err = { 0 };
	struct mcd_capfile *file = mcd_capfile_memory(copy, length, "broken", &err);
	size_t given = 0;

	if (file) {
		given = read_made(file);
		ends_early(file, given, name, what);
	} else {
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, what));
	}
	free(copy);
	return given;
}

/* Any piece of it gives frames up to the cut; the later, the more. What lacks only its checksum has them all, and is cut. */
static void cut_data(void)
{
	struct capture c = { 0 };

	make(&c);
	for (size_t i = 0; compressions[i].name; i++) {
		struct capture packed = { 0 };
		size_t before = 0;

		compressions[i].compress(&packed, c.data, c.length);
		for (size_t length = 4; length < packed.length; length += packed.length / 50) {
			size_t given = given_by(&packed, length, compressions[i].name, "cut");

			CU_ASSERT_TRUE(given >= before);
			before = given;
		}
		CU_ASSERT_TRUE(before > FRAMES / 2);
		CU_ASSERT_EQUAL(given_by(&packed, packed.length - 1, compressions[i].name, "cut"), FRAMES);
		capture_free(&packed);
	}
	capture_free(&c);
}

/* A wrong checksum at the end, and what is no further member behind it: all frames were given. */
static void corrupt_data(void)
{
	struct capture c = { 0 };

	make(&c);
	for (size_t i = 0; compressions[i].name; i++) {
		struct capture packed = { 0 };
		size_t length;

		compressions[i].compress(&packed, c.data, c.length);
		length = packed.length;
		capture_bytes(&packed, "garbage!garbage!", 16);
		CU_ASSERT_EQUAL(given_by(&packed, packed.length, compressions[i].name, "corrupt"), FRAMES);
		packed.data[length - 1 - (strcmp(compressions[i].name, "gzip") == 0 ? 4 : 0)] ^= 0x55;
		CU_ASSERT_EQUAL(given_by(&packed, length, compressions[i].name, "corrupt"), FRAMES);
		capture_free(&packed);
	}
	capture_free(&c);
}

/* Blocks before the one that is broken are read, however much is decompressed at once. */
static void corrupt_in_the_middle(void)
{
	struct capture c = { 0 };

	make(&c);
	for (size_t i = 0; compressions[i].name; i++) {
		struct capture packed = { 0 };
		size_t whole;

		compressions[i].compress(&packed, c.data, c.length / 4);
		whole = packed.length;
		compressions[i].compress(&packed, c.data + c.length / 4, c.length - c.length / 4);
		memset(packed.data + whole, 0xaa, 8);
		CU_ASSERT_TRUE(given_by(&packed, packed.length, compressions[i].name, "corrupt") > FRAMES / 4 - 200);
		capture_free(&packed);
	}
	capture_free(&c);
}

static void not_a_capture_inside(void)
{
	for (size_t i = 0; compressions[i].name; i++) {
		struct capture packed = { 0 }, twice = { 0 };

		compressions[i].compress(&packed, (const uint8_t *)"some text", 9);
		capfile_refuses(packed.data, packed.length, "some.file: no capture file;");
		compressions[i].compress(&twice, packed.data, packed.length);
		capfile_refuses(twice.data, twice.length, "some.file: no capture file;");
		capture_free(&packed);
		compressions[i].compress(&packed, NULL, 0);
		capfile_refuses(packed.data, packed.length, "some.file: empty;");
		capture_free(&packed);
		capture_free(&twice);
	}
}

/* What is known and not read, in this build or ever, is named. */
static void other_compressions(void)
{
	static const struct {
		const char *name;
		uint8_t bytes[6];
	} known[] = {
		{ "gzip", { 0x1f, 0x8b, 8 } },
		{ "zstd", { 0x28, 0xb5, 0x2f, 0xfd } },
		{ "lz4", { 0x04, 0x22, 0x4d, 0x18 } },
		{ "lz4 -l", { 0x02, 0x21, 0x4c, 0x18 } },
		{ "xz", { 0xfd, '7', 'z', 'X', 'Z', 0 } },
		{ "bzip2", { 'B', 'Z', 'h', '9' } },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		bool is_read = false;
		char text[200];

		for (size_t k = 0; compressions[k].name; k++)
			is_read |= strcmp(compressions[k].name, known[i].name) == 0;
		snprintf(text, sizeof text, "some.file is compressed by %s: this build reads pcap and pcapng, plain%s%s", known[i].name,
			 *mcd_capfile_compressions() ? " or compressed by " : " only", mcd_capfile_compressions());
		if (!is_read)
			capfile_refuses(known[i].bytes, 6, text);
	}
}

const struct unit_test capfile_inflate_tests[] = {
	{ "names are told", names_are_told },
	{ "round trips", round_trips },
	{ "files", files },
	{ "several members", several_members },
	{ "skippable frames", skippable_frames },
	{ "as long as the buffer", as_long_as_the_buffer },
	{ "full within a block", full_within_a_block },
	{ "cut data", cut_data },
	{ "corrupt data", corrupt_data },
	{ "corrupt in the middle", corrupt_in_the_middle },
	{ "not a capture inside", not_a_capture_inside },
	{ "other compressions", other_compressions },
	{ NULL, NULL },
};
