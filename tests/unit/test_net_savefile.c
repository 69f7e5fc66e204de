/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_net.h"

#include "net/savefile.h"
#include "os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char folder[300];
	char path[320];
};

static void place_make(struct place *place)
{
	CU_ASSERT_TRUE_FATAL(os_make_folder(place->folder, sizeof place->folder));
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
	FILE *file = fopen(path, "rb");
	size_t got = file ? fread(out, 1, room, file) : 0;

	if (file)
		fclose(file);
	return got;
}

static void appears_only_when_whole(void)
{
	struct mcd_savefile *file;
	struct place place;
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

static void where_it_cannot_be_is_told(void)
{
	struct mcd_err err = { 0 };
	struct place place;
	char path[400];

	place_make(&place);
	CU_ASSERT_PTR_NULL(mcd_savefile_new(place.folder, &err));
	CU_ASSERT_EQUAL(err.os, EISDIR);
	snprintf(path, sizeof path, "%s/missing/file", place.folder);
	CU_ASSERT_PTR_NULL(mcd_savefile_new(path, &err));
	CU_ASSERT_EQUAL(err.os, ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, path));
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
	CU_ASSERT_EQUAL_FATAL(close(creat(place.path, S_IRUSR | S_IWUSR)), 0);
	CU_ASSERT_FALSE(mcd_savefile_folder(place.path, &err));
	CU_ASSERT_EQUAL(err.os, ENOTDIR);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, place.path));
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
	{ "where it cannot be is told", where_it_cannot_be_is_told },
	{ "a folder is made and tried", a_folder_is_made_and_tried },
	{ "a pcap is exact", a_pcap_is_exact },
	{ NULL, NULL },
};
