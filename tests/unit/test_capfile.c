/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_capfile.h"

#include <stdlib.h>
#include <string.h>

struct mcd_capfile *capfile_of(const void *data, size_t length)
{
	struct mcd_err err = { 0 };
	struct mcd_capfile *file = mcd_capfile_memory(data, length, "test.pcap", &err);

	if (!file)
		fprintf(stderr, "\n%s\n", err.text);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	return file;
}

void capfile_gives(struct mcd_capfile *file, uint64_t number, size_t nic, int64_t when_ns, uint32_t captured, uint32_t on_wire)
{
	struct mcd_frame frame;

	memset(&frame, 0xee, sizeof frame);
	CU_ASSERT_TRUE_FATAL(mcd_capfile_next(file, &frame));
	CU_ASSERT_EQUAL(frame.number, number);
	CU_ASSERT_EQUAL(frame.nic, nic);
	CU_ASSERT_EQUAL(frame.when_ns, when_ns);
	CU_ASSERT_EQUAL_FATAL(frame.captured, captured);
	CU_ASSERT_EQUAL(frame.on_wire, on_wire);
	CU_ASSERT_EQUAL(frame.link_type, mcd_capfile_iface(file, nic)->link_type);
	CU_ASSERT_TRUE(frame.nic < mcd_capfile_ifaces(file));
	for (uint32_t i = 0; i < captured; i++)
		if (frame.data[i] != (captured & 0xff))
			CU_FAIL_FATAL("bytes of the frame");
}

void capfile_ends(struct mcd_capfile *file, enum mcd_capfile_end end, const char *why)
{
	struct mcd_frame frame;
	const char *told;

	CU_ASSERT_FALSE(mcd_capfile_next(file, &frame));
	CU_ASSERT_FALSE(mcd_capfile_next(file, &frame)); /* and stays so */
	CU_ASSERT_EQUAL(mcd_capfile_ended(file, NULL), end);
	CU_ASSERT_EQUAL(mcd_capfile_ended(file, &told), end);
	CU_ASSERT_STRING_EQUAL(told, why);
	if (strcmp(told, why) != 0)
		fprintf(stderr, "\n'%s', not '%s'\n", told, why);
	mcd_capfile_close(file);
}

size_t capfile_drain(struct mcd_capfile *file)
{
	struct mcd_frame frame;
	size_t frames = 0;
	volatile uint8_t sum = 0;

	for (; mcd_capfile_next(file, &frame); frames++) {
		CU_ASSERT_TRUE(frame.captured <= frame.on_wire);
		CU_ASSERT_TRUE(frame.nic < mcd_capfile_ifaces(file));
		for (uint32_t i = 0; i < frame.captured; i++)
			sum = (uint8_t)(sum + frame.data[i]);
	}
	return frames;
}

void capfile_refuses(const void *data, size_t length, const char *text)
{
	struct mcd_err err = { 0 };

	CU_ASSERT_PTR_NULL(mcd_capfile_memory(data, length, "some.file", &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "some.file"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, text));
	if (!strstr(err.text, text))
		fprintf(stderr, "\n'%s', not '%s'\n", err.text, text);
}

static bool is_end(const struct capture *c, size_t at)
{
	for (size_t i = 0; i < c->nends; i++)
		if (c->ends[i] == at)
			return true;
	return false;
}

void capfile_every_prefix(const struct capture *c)
{
	struct mcd_capfile *whole = capfile_of(c->data, c->length);
	size_t all = capfile_drain(whole), before = 0;

	mcd_capfile_close(whole);
	CU_ASSERT_TRUE(all > 0 && c->nends > 1);
	for (size_t n = 0; n < c->length; n++) {
		unsigned char *copy = unit_exact(c->data, n);
		struct mcd_err err = { 0 };
		struct mcd_capfile *file = mcd_capfile_memory(copy, n, "prefix", &err);
		size_t frames;

		CU_ASSERT_EQUAL(file != NULL, n >= c->ends[0]);
		if (file) {
			frames = capfile_drain(file);
			CU_ASSERT_TRUE(frames >= before && frames <= all);
			CU_ASSERT_EQUAL(mcd_capfile_ended(file, NULL), is_end(c, n) ? MCD_CAPFILE_COMPLETE : MCD_CAPFILE_CUT);
			before = frames;
		} else {
			CU_ASSERT_PTR_NOT_NULL(strstr(err.text, n == 0 ? "prefix: empty" : "prefix: cut in the middle of its header"));
		}
		mcd_capfile_close(file);
		free(copy);
	}
}

int main(void)
{
	const struct unit_suite suites[] = {
		{ "pcap", capfile_pcap_tests },
		{ "pcapng", capfile_pcapng_tests },
		{ "interfaces", capfile_iface_tests },
		{ "ticks", capfile_ticks_tests },
		{ "source", capfile_source_tests },
		{ "files of this system", capfile_system_tests },
		{ "compressed", capfile_inflate_tests },
		{ NULL, NULL },
	};

	return unit_main(suites);
}
