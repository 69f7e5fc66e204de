/* SPDX-License-Identifier: ISC */
/* Files of POSIX that cannot be read. */
#include <config.h>

#include "test_capfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The reason is told however long the path. */
static void a_long_path(void)
{
	char folders[400], text[16];
	struct mcd_err err = { 0 };

	for (size_t i = 0; i < sizeof folders; i++)
		folders[i] = i % 2 ? '/' : '.';
	memcpy(folders + sizeof folders - sizeof "dev/null", "dev/null", sizeof "dev/null");
	CU_ASSERT_PTR_NULL(mcd_capfile_open(folders, &err));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, strerror(err.os)));
	memset(folders, '/', sizeof folders);
	memcpy(folders + sizeof folders - sizeof "dev/null", "dev/null", sizeof "dev/null");
	CU_ASSERT_PTR_NULL(mcd_capfile_open(folders, &err));
	snprintf(text, sizeof text, ": empty;");
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, text));
}

static void a_read_that_fails_at_once(void)
{
	if (access("/proc/self/mem", R_OK) == 0) /* there, but nothing is at its begin */
		capfile_refused("/proc/self/mem", EIO, "cannot read /proc/self/mem: ");
}

/* Standard input turns into a folder after the first piece was read: not a file's end. */
static void a_read_that_fails_later(void)
{
	int before = dup(0), fd;
	struct capture c = { 0 };
	struct mcd_capfile *file;
	char name[32], why[100];
	size_t given;

	capfile_many(&c, false);
	capfile_write(name, &c);
	fd = open(name, O_RDONLY);
	CU_ASSERT_EQUAL_FATAL(dup2(fd, 0), 0);
	close(fd);
	clearerr(stdin);
	file = mcd_capfile_open("-", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(mcd_capfile_size(file), c.length);
	fd = open("/", O_RDONLY);
	CU_ASSERT_EQUAL_FATAL(dup2(fd, 0), 0);
	close(fd);
	given = capfile_drain(file);
	CU_ASSERT_TRUE(given > 0 && given < CAPFILE_MANY);
	snprintf(why, sizeof why, "not to be read after packet %zu: %s", given, strerror(EISDIR));
	capfile_ends(file, MCD_CAPFILE_CORRUPT, why);
	clearerr(stdin);
	dup2(before, 0);
	close(before);
	unlink(name);
	capture_free(&c);
}

static void a_folder_is_no_capture(void)
{
	capfile_refused("/", EISDIR, "cannot read /: ");
}

const struct unit_test capfile_system_tests[] = {
	{ "a folder is no capture", a_folder_is_no_capture },
	{ "a long path", a_long_path },
	{ "a read that fails at once", a_read_that_fails_at_once },
	{ "a read that fails later", a_read_that_fails_later },
	{ NULL, NULL },
};
