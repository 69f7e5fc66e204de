/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_net.h"

#include "net/savefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char folder[64];
	char path[96];
};

static void place_make(struct place *place)
{
	snprintf(place->folder, sizeof place->folder, "test-net-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(place->folder));
	snprintf(place->path, sizeof place->path, "%s/report.json", place->folder);
}

/* How many names are in the folder. */
static int place_count(const struct place *place)
{
	DIR *folder = opendir(place->folder);
	int count = 0;

	if (!folder)
		return -1;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			count++;
	closedir(folder);
	return count;
}

static void place_remove(struct place *place)
{
	unlink(place->path);
	CU_ASSERT_EQUAL(rmdir(place->folder), 0); /* nothing else was left */
}

/* Up to ROOM bytes of the file; how many; 0 when it is not there. */
static size_t read_back(const char *path, void *out, size_t room)
{
	FILE *file = fopen(path, "r");
	size_t got = file ? fread(out, 1, room, file) : 0;

	if (file)
		fclose(file);
	return got;
}

static void appears_only_when_whole(void)
{
	mode_t before = umask(027);
	struct mcd_savefile *file;
	struct place place;
	struct stat st;
	char text[16] = "";

	place_make(&place);
	file = mcd_savefile_new(place.path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("hello\n", mcd_savefile_stream(file));
	fflush(mcd_savefile_stream(file));
	CU_ASSERT_NOT_EQUAL(access(place.path, F_OK), 0);
	CU_ASSERT_EQUAL(place_count(&place), 1); /* the temporary name is in the same folder */
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	CU_ASSERT_EQUAL(place_count(&place), 1);
	CU_ASSERT_EQUAL(read_back(place.path, text, sizeof text), 6);
	CU_ASSERT_STRING_EQUAL(text, "hello\n");
	CU_ASSERT_EQUAL(stat(place.path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0640);
	umask(before);
	place_remove(&place);
}

static void abandoned_leaves_the_old_one(void)
{
	struct mcd_savefile *file;
	struct place place;
	char text[16] = "";

	place_make(&place);
	file = mcd_savefile_new(place.path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("old", mcd_savefile_stream(file));
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	file = mcd_savefile_new(place.path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("newer", mcd_savefile_stream(file));
	mcd_savefile_abandon(file);
	CU_ASSERT_EQUAL(place_count(&place), 1);
	CU_ASSERT_EQUAL(read_back(place.path, text, sizeof text), 3);
	CU_ASSERT_STRING_EQUAL(text, "old");
	place_remove(&place);
}

static void a_link_stays_a_link(void)
{
	struct mcd_savefile *file;
	struct place place;
	char link[96], text[16] = "";
	struct stat st;

	place_make(&place);
	snprintf(link, sizeof link, "%s/link", place.folder);
	CU_ASSERT_EQUAL_FATAL(close(creat(place.path, 0600)), 0);
	CU_ASSERT_EQUAL_FATAL(symlink("report.json", link), 0);
	file = mcd_savefile_new(link, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("new", mcd_savefile_stream(file));
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	CU_ASSERT_EQUAL(lstat(link, &st), 0);
	CU_ASSERT_TRUE(S_ISLNK(st.st_mode));
	CU_ASSERT_EQUAL(read_back(place.path, text, sizeof text), 3);
	unlink(link);
	place_remove(&place);
}

static void a_long_name_fits(void)
{
	struct mcd_savefile *file;
	struct place place;
	char path[400], name[256];

	memset(name, 'n', 255);
	name[255] = '\0';
	place_make(&place);
	snprintf(path, sizeof path, "%s/%s", place.folder, name);
	file = mcd_savefile_new(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	CU_ASSERT_EQUAL(unlink(path), 0);
	place_remove(&place);
}

/* Write LENGTH bytes to /dev/full: one buffer's worth fails at the commit, more of it before. */
static void fill_the_disk(size_t length)
{
	struct mcd_savefile *file = mcd_savefile_new("/dev/full", NULL);
	struct mcd_err err = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	for (size_t i = 0; i < length; i++)
		putc('x', mcd_savefile_stream(file));
	CU_ASSERT_FALSE(mcd_savefile_commit(file, &err));
	CU_ASSERT_EQUAL(err.os, ENOSPC);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/dev/full"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, strerror(ENOSPC)));
}

static void a_full_disk_is_told(void)
{
	fill_the_disk(1);
	fill_the_disk(1000000);
	CU_ASSERT_EQUAL(access("/dev/full", F_OK), 0); /* not replaced by a file */
}

static void a_device_is_written_in_place(void)
{
	struct mcd_savefile *file = mcd_savefile_new("/dev/null", NULL);
	struct stat st;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("gone", mcd_savefile_stream(file));
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	CU_ASSERT_EQUAL(stat("/dev/null", &st), 0);
	CU_ASSERT_TRUE(S_ISCHR(st.st_mode));
}

static void where_it_cannot_be_is_told(void)
{
	struct mcd_err err = { 0 };
	struct place place;
	char path[128];

	place_make(&place);
	CU_ASSERT_PTR_NULL(mcd_savefile_new(place.folder, &err));
	CU_ASSERT_EQUAL(err.os, EISDIR);
	snprintf(path, sizeof path, "%s/missing/file", place.folder);
	CU_ASSERT_PTR_NULL(mcd_savefile_new(path, &err));
	CU_ASSERT_EQUAL(err.os, ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, path));
	CU_ASSERT_PTR_NULL(mcd_savefile_new("/proc/mcdiag-test", &err)); /* not even root can */
	CU_ASSERT_NOT_EQUAL(err.os, 0);
	CU_ASSERT_EQUAL(place_count(&place), 0);
	place_remove(&place);
}

static void a_folder_is_made_and_tried(void)
{
	struct mcd_err err = { 0 };
	struct place place;

	place_make(&place);
	CU_ASSERT_TRUE(mcd_savefile_folder(place.path, NULL));
	CU_ASSERT_TRUE(mcd_savefile_folder(place.path, NULL)); /* already there */
	CU_ASSERT_EQUAL(rmdir(place.path), 0);		       /* and empty */
	CU_ASSERT_EQUAL_FATAL(close(creat(place.path, 0600)), 0);
	CU_ASSERT_FALSE(mcd_savefile_folder(place.path, &err));
	CU_ASSERT_EQUAL(err.os, ENOTDIR);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, place.path));
	CU_ASSERT_FALSE(mcd_savefile_folder("/proc", &err)); /* there, but nothing can be written */
	CU_ASSERT_NOT_EQUAL(err.os, 0);
	place_remove(&place);
}

static void a_pcap_is_exact(void)
{
	static const uint8_t payload[3] = { 1, 2, 3 };
	const struct mcd_frame frame = { .when_ns = 1700000000123456789, .link_type = 1, .captured = 3, .on_wire = 1500, .data = payload };
	const uint32_t magic = 0xa1b23c4d, words[4] = { 1700000000, 123456789, 3, 1500 };
	uint8_t bytes[64];
	uint32_t tail[2];
	struct mcd_savefile *file;
	struct place place;

	place_make(&place);
	file = mcd_savefile_new(place.path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	mcd_savefile_pcap_begin(file, 276, 2048);
	mcd_savefile_pcap_frame(file, &frame);
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	CU_ASSERT_EQUAL_FATAL(read_back(place.path, bytes, sizeof bytes), 24 + 16 + 3);
	CU_ASSERT_EQUAL(memcmp(bytes, &magic, 4), 0);
	memcpy(tail, bytes + 16, sizeof tail);
	CU_ASSERT_EQUAL(tail[0], 2048);
	CU_ASSERT_EQUAL(tail[1], 276);
	CU_ASSERT_EQUAL(memcmp(bytes + 24, words, sizeof words), 0);
	CU_ASSERT_EQUAL(memcmp(bytes + 40, payload, 3), 0);
	place_remove(&place);
}

const struct unit_test net_savefile_tests[] = {
	{ "appears only when whole", appears_only_when_whole },
	{ "abandoned leaves the old one", abandoned_leaves_the_old_one },
	{ "a link stays a link", a_link_stays_a_link },
	{ "a long name fits", a_long_name_fits },
	{ "a full disk is told", a_full_disk_is_told },
	{ "a device is written in place", a_device_is_written_in_place },
	{ "where it cannot be is told", where_it_cannot_be_is_told },
	{ "a folder is made and tried", a_folder_is_made_and_tried },
	{ "a pcap is exact", a_pcap_is_exact },
	{ NULL, NULL },
};
