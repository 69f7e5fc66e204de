/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_capfile.h"

#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NS = 1000000000 };

/* Frames of every length up to the largest, so that they straddle the reader's pieces in every way. */
static size_t length_of(size_t i)
{
	return i % 100 == 99 ? MCD_CAPFILE_FRAME : i * 37 % 1515;
}

void capfile_many(struct capture *c, bool pcapng)
{
	if (pcapng) {
		capture_section(c, false);
		capture_iface(c, 1, 0, NULL);
	} else {
		capture_pcap(c, 0xa1b2c3d4, 1);
	}
	for (size_t i = 0; i < CAPFILE_MANY; i++) {
		uint32_t length = (uint32_t)length_of(i);

		if (pcapng)
			capture_packet(c, 0, i * 1000000, length, length);
		else
			capture_record(c, (uint32_t)i, 0, length, length);
	}
}

static void read_many(struct mcd_capfile *file)
{
	for (size_t i = 0; i < CAPFILE_MANY; i++)
		capfile_gives(file, i + 1, 0, (int64_t)i * NS, (uint32_t)length_of(i), (uint32_t)length_of(i));
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
}

/* The name of a new file with these bytes; unlink() it. */
void capfile_write(char name[32], const struct capture *c)
{
	int fd;

	strcpy(name, "test-capfile-XXXXXX");
	fd = mkstemp(name);
	CU_ASSERT_TRUE_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(write(fd, c->data, (unsigned)c->length), (ssize_t)c->length);
	close(fd);
}

static void files(void)
{
	for (int pcapng = 0; pcapng < 2; pcapng++) {
		struct capture c = { 0 };
		struct mcd_err err = { 0 };
		struct mcd_capfile *file;
		struct mcd_frame frame;
		char name[32];

		capfile_many(&c, pcapng);
		capfile_write(name, &c);
		read_many(capfile_of(c.data, c.length));
		file = mcd_capfile_open(name, &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(file);
		CU_ASSERT_EQUAL(mcd_capfile_size(file), c.length);
		CU_ASSERT_EQUAL(mcd_capfile_position(file), c.ends[0]);
		read_many(file);
		file = mcd_capfile_open(name, &err);
		while (mcd_capfile_next(file, &frame)) /* the position is where the next record begins */
			if (frame.number < 40)
				CU_ASSERT_EQUAL(mcd_capfile_position(file), c.ends[frame.number + (pcapng ? 1 : 0)]);
		CU_ASSERT_EQUAL(mcd_capfile_position(file), c.length);
		mcd_capfile_close(file);
		unlink(name);
		capture_free(&c);
	}
}

/* A packet whose options are longer than what is read at a time, and a block that no buffer holds. */
static void large_blocks(void)
{
	static const char comment[60000];
	struct capture c = { 0 };
	struct mcd_capfile *file;
	char name[32];

	capture_section(&c, false);
	capture_iface(&c, 1, 0, NULL);
	capture_packet(&c, 0, 1000000, 250000, 250000);
	capture_begin(&c, 6);
	capture_zeros(&c, 20);
	for (int i = 0; i < 6; i++)
		capture_option(&c, 1, comment, sizeof comment);
	capture_end(&c);
	capture_begin(&c, 0xbad);
	capture_zeros(&c, 3000000);
	capture_end(&c);
	capture_packet(&c, 0, 3000000, 3, 3);
	capfile_write(name, &c);
	file = mcd_capfile_open(name, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	capfile_gives(file, 1, 0, NS, 250000, 250000);
	capfile_gives(file, 2, 0, 0, 0, 0);
	capfile_gives(file, 3, 0, 3 * INT64_C(1000000000), 3, 3);
	capfile_ends(file, MCD_CAPFILE_COMPLETE, "");
	for (int i = 0; i < 2; i++) { /* in the middle of that block, and of its second length */
		unlink(name);
		c.length = c.ends[4] - (i ? 2 : 1000000);
		capfile_write(name, &c);
		file = mcd_capfile_open(name, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(file);
		CU_ASSERT_EQUAL(capfile_drain(file), 2);
		capfile_ends(file, MCD_CAPFILE_CUT, "cut in the middle of a block after packet 2");
	}
	unlink(name);
	capture_free(&c);
}

static void memory_has_a_position(void)
{
	struct capture c = { 0 };
	struct mcd_capfile *file;

	capture_pcap(&c, 0xa1b2c3d4, 1);
	capture_record(&c, 0, 0, 10, 10);
	file = capfile_of(c.data, c.length);
	CU_ASSERT_EQUAL(mcd_capfile_size(file), c.length);
	CU_ASSERT_EQUAL(mcd_capfile_position(file), 24);
	CU_ASSERT_EQUAL(capfile_drain(file), 1);
	CU_ASSERT_EQUAL(mcd_capfile_position(file), c.length);
	mcd_capfile_close(file);
	capture_free(&c);
}

struct writer {
	const struct capture *c;
	int fd;
};

/* In pieces of every size from 1. */
static void *write_all(void *argument)
{
	const struct writer *writer = argument;
	size_t at = 0;

	for (size_t piece = 1; at < writer->c->length; piece = piece * 7 % 65537) {
		size_t left = writer->c->length - at;
		ssize_t wrote = write(writer->fd, writer->c->data + at, (unsigned)(piece < left ? piece : left));

		if (wrote <= 0)
			break;
		at += (size_t)wrote;
	}
	close(writer->fd);
	return NULL;
}

/* Standard input is a pipe that another thread writes to. */
static void standard_input(void)
{
	int before = dup(0);

	for (int pcapng = 0; pcapng < 2; pcapng++) {
		struct capture c = { 0 };
		struct writer writer = { &c, -1 };
		struct mcd_err err = { 0 };
		struct mcd_capfile *file;
		pthread_t thread;
		int fds[2];

		capfile_many(&c, pcapng);
		CU_ASSERT_TRUE_FATAL(os_pipe(fds));
		CU_ASSERT_EQUAL_FATAL(dup2(fds[0], 0), 0);
		close(fds[0]);
		writer.fd = fds[1];
		clearerr(stdin);
		CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, write_all, &writer), 0);
		file = mcd_capfile_open("-", &err);
		CU_ASSERT_PTR_NOT_NULL_FATAL(file);
		CU_ASSERT_EQUAL(mcd_capfile_size(file), 0);
		read_many(file);
		CU_ASSERT_EQUAL(pthread_join(thread, NULL), 0);
		capture_free(&c);
	}
	clearerr(stdin);
	dup2(before, 0);
	close(before);
}

void capfile_refused(const char *path, int os, const char *text)
{
	struct mcd_err err = { 0 };

	CU_ASSERT_PTR_NULL(mcd_capfile_open(path, &err));
	CU_ASSERT_EQUAL(err.os, os);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, path));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, text));
}

static void what_cannot_be_read(void)
{
	char name[32], text[64];
	struct capture c = { 0 };

	capfile_refused("no/such/file", ENOENT, "cannot open no/such/file: ");
	capfile_refused(os_nothing, 0, ": empty;");
	capfile_write(name, &c);
	snprintf(text, sizeof text, "%s: empty;", name);
	capfile_refused(name, 0, text);
	if (!os_reads_all()) {
		CU_ASSERT_EQUAL(chmod(name, 0), 0);
		capfile_refused(name, EACCES, "cannot open ");
	}
	unlink(name);
	CU_ASSERT_PTR_NULL(mcd_capfile_open("no/such/file", NULL));
}

const struct unit_test capfile_source_tests[] = {
	{ "files", files },
	{ "large blocks", large_blocks },
	{ "memory has a position", memory_has_a_position },
	{ "standard input", standard_input },
	{ "what cannot be read", what_cannot_be_read },
	{ NULL, NULL },
};
