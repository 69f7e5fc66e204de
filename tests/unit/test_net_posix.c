/* SPDX-License-Identifier: ISC */
/* src/net on a system of POSIX: descriptors, signals, links and devices; and what Linux alone tells. */
#include <config.h>

#include "test_net.h"

#include "net/hostinfo.h"
#include "net/ifaces.h"
#include "net/privilege.h"
#include "net/savefile.h"
#include "net/wait.h"
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void wait_hands_back_tags(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	int quiet[2], loud[2];
	size_t tags[4] = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	CU_ASSERT_EQUAL_FATAL(pipe(quiet), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(loud), 0);
	CU_ASSERT_TRUE(mcd_wait_add(wait, quiet[0], 7, NULL));
	CU_ASSERT_TRUE(mcd_wait_add(wait, loud[0], SIZE_MAX, NULL));
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 0), 0);
	CU_ASSERT_EQUAL(write(loud[1], "x", 1), 1);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 1000000000), 1);
	CU_ASSERT_EQUAL(tags[0], SIZE_MAX);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 0), 1); /* still unread */
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 0, 0), 0);
	mcd_wait_remove(wait, loud[0], 0);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, tags, 4, 0), 0);
	mcd_wait_free(wait);
	for (int i = 0; i < 2; i++) {
		close(quiet[i]);
		close(loud[i]);
	}
}

/* Watched for room: told once, and again only when asked again. */
static void wait_tells_room_to_send_once(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	static char bulk[4096];
	size_t tag = 0;
	int ends[2];

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_NONBLOCK), 0);
	while (write(ends[1], bulk, sizeof bulk) > 0)
		continue;
	CU_ASSERT_TRUE(mcd_wait_room(wait, ends[1], 3, NULL));
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 1000), 0);
	while (read(ends[0], bulk, sizeof bulk) > 0)
		continue;
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 1000000000), 1);
	CU_ASSERT_EQUAL(tag, 3);
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 0), 0);
	CU_ASSERT_TRUE(mcd_wait_room(wait, ends[1], 4, NULL));
	CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 0), 1);
	CU_ASSERT_EQUAL(tag, 4);
	CU_ASSERT_FALSE(mcd_wait_room(wait, -1, 5, NULL));
	mcd_wait_free(wait);
	close(ends[0]);
	close(ends[1]);
}

static void wait_gives_room_in_turns(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	bool seen[3] = { false };
	int ends[3][2];
	size_t tag;

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL_FATAL(pipe(ends[i]), 0);
		CU_ASSERT_TRUE(mcd_wait_add(wait, ends[i][0], i, NULL));
		CU_ASSERT_EQUAL(write(ends[i][1], "x", 1), 1);
	}
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(mcd_wait_ready(wait, &tag, 1, 0), 1);
		CU_ASSERT_TRUE_FATAL(tag < 3);
		seen[tag] = true;
	}
	CU_ASSERT_TRUE(seen[0] && seen[1] && seen[2]);
	mcd_wait_free(wait);
	for (size_t i = 0; i < 3; i++) {
		close(ends[i][0]);
		close(ends[i][1]);
	}
}

static void wait_refuses_a_closed_descriptor(void)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	struct mcd_err err = { 0 };
	int closed = open("/dev/null", O_RDONLY);

	CU_ASSERT_PTR_NOT_NULL_FATAL(wait);
	close(closed);
	CU_ASSERT_FALSE(mcd_wait_add(wait, closed, 1, &err));
	CU_ASSERT_NOT_EQUAL(err.os, 0);
	CU_ASSERT_NOT_EQUAL(err.text[0], '\0');
	mcd_wait_free(wait);
}

/* In a process of its own: the first signal is told by flag and descriptor, and the second ends it. */
static void stop_child(bool second)
{
	struct mcd_wait *wait = mcd_wait_new(NULL);
	size_t tag = 0;
	int fd = -1;

	if (!wait || !mcd_stop_on_signals(&fd, NULL) || mcd_stop_requested() || !mcd_wait_add(wait, fd, 5, NULL))
		_exit(1);
	if (mcd_wait_ready(wait, &tag, 1, 0) != 0)
		_exit(2);
	raise(second ? SIGTERM : SIGINT);
	if (!mcd_stop_requested() || mcd_wait_ready(wait, &tag, 1, 1000000000) != 1 || tag != 5)
		_exit(3);
	mcd_wait_free(wait);
	if (second)
		raise(SIGINT);
	_exit(0);
}

static int status_of_stop_child(bool second)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		stop_child(second);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void first_signal_only_asks(void)
{
	CU_ASSERT_EQUAL(status_of_stop_child(false), 0);
}

static void second_signal_ends_with_130(void)
{
	CU_ASSERT_EQUAL(status_of_stop_child(true), 130);
}

static void files_and_path_are_told(void)
{
	size_t limit = mcd_limit_files(1);
	char path[4096], small[4];

	CU_ASSERT_TRUE(limit >= 1);
	CU_ASSERT_EQUAL(mcd_limit_files(limit), limit); /* never lowered, never raised beyond what was asked */
	CU_ASSERT_PTR_NOT_NULL(strstr(mcd_program_path(path, sizeof path), "test_net"));
	CU_ASSERT_STRING_EQUAL(mcd_program_path(small, sizeof small), "mcd"); /* no room: the fallback, and NUL-terminated */
}

static void host_is_known(void)
{
	const struct mcd_iface *lo = net_loopback();
	struct mcd_iface_list list = { NULL, 0 };
	const struct mcd_host_iface *in_force;
	struct mcd_host host;

	CU_ASSERT_PTR_NOT_NULL_FATAL(lo);
	CU_ASSERT_TRUE_FATAL(mcd_ifaces_read(&list, NULL));
	mcd_host_init(&host);
	mcd_hostinfo_read(&host, &list);
	CU_ASSERT_NOT_EQUAL(host.name[0], '\0');
	CU_ASSERT_EQUAL(strncmp(host.kernel, "Linux ", 6), 0);
	CU_ASSERT_EQUAL(strncmp(host.network_namespace, "net:[", 5), 0);
	CU_ASSERT_TRUE(host.igmp_max_memberships > 0 && host.igmp_max_msf > 0);
	CU_ASSERT_EQUAL(host.ifaces.count, list.count);
	in_force = mcd_host_iface(&host, lo->index);
	CU_ASSERT_PTR_NOT_NULL_FATAL(in_force);
	CU_ASSERT_TRUE(in_force->rp_filter >= 0 && in_force->rp_filter <= 2);
	CU_ASSERT_TRUE(in_force->force_igmp_version >= 0 && in_force->force_igmp_version <= 3);
	CU_ASSERT_EQUAL(host.counters.ip_in_hdr_errors, UINT64_MAX); /* not read yet */
	mcd_hostinfo_counters(&host.counters);
	CU_ASSERT_NOT_EQUAL(host.counters.ip_in_hdr_errors, UINT64_MAX);
	CU_ASSERT_NOT_EQUAL(host.counters.ip_reverse_path_filter, UINT64_MAX);
	CU_ASSERT_NOT_EQUAL(host.counters.udp_ignored_multi, UINT64_MAX);
	mcd_host_fini(&host);
	mcd_iface_list_fini(&list);
}

/* ---- files ---- */

static void a_file_has_the_mode_of_the_umask(void)
{
	const mode_t before = umask(027);
	char folder[300], path[320];
	struct mcd_savefile *file;
	struct stat st;

	CU_ASSERT_TRUE_FATAL(os_make_folder(folder, sizeof folder));
	snprintf(path, sizeof path, "%s/report.json", folder);
	file = mcd_savefile_new(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0640);
	umask(before);
	unlink(path);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static void a_link_stays_a_link(void)
{
	struct mcd_savefile *file;
	char folder[300], path[320], link[320], text[16] = "";
	struct stat st;
	FILE *back;

	CU_ASSERT_TRUE_FATAL(os_make_folder(folder, sizeof folder));
	snprintf(path, sizeof path, "%s/report.json", folder);
	snprintf(link, sizeof link, "%s/link", folder);
	CU_ASSERT_EQUAL_FATAL(close(creat(path, 0600)), 0);
	CU_ASSERT_EQUAL_FATAL(symlink("report.json", link), 0);
	file = mcd_savefile_new(link, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("new", mcd_savefile_stream(file));
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	CU_ASSERT_EQUAL(lstat(link, &st), 0);
	CU_ASSERT_TRUE(S_ISLNK(st.st_mode));
	back = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(back);
	CU_ASSERT_EQUAL(fread(text, 1, sizeof text, back), 3);
	fclose(back);
	unlink(link);
	unlink(path);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static void a_long_name_fits(void)
{
	struct mcd_savefile *file;
	char folder[300], path[600], name[256];

	memset(name, 'n', 255);
	name[255] = '\0';
	CU_ASSERT_TRUE_FATAL(os_make_folder(folder, sizeof folder));
	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = mcd_savefile_new(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_TRUE(mcd_savefile_commit(file, NULL));
	CU_ASSERT_EQUAL(unlink(path), 0);
	CU_ASSERT_EQUAL(rmdir(folder), 0); /* nothing else was left */
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

/* There, but nothing can be written, not even by root. */
static void where_nothing_can_be_written_is_told(void)
{
	struct mcd_err err = { 0 };

	CU_ASSERT_PTR_NULL(mcd_savefile_new("/proc/mcdiag-test", &err));
	CU_ASSERT_NOT_EQUAL(err.os, 0);
	CU_ASSERT_FALSE(mcd_savefile_folder("/proc", &err));
	CU_ASSERT_NOT_EQUAL(err.os, 0);
}

static const struct unit_test wait_tests[] = {
	{ "hands back tags", wait_hands_back_tags },
	{ "tells room to send once", wait_tells_room_to_send_once },
	{ "gives little room in turns", wait_gives_room_in_turns },
	{ "refuses a closed descriptor", wait_refuses_a_closed_descriptor },
	{ NULL, NULL },
};

static const struct unit_test privilege_tests[] = {
	{ "first signal only asks", first_signal_only_asks },
	{ "second signal ends with 130", second_signal_ends_with_130 },
	{ "file limit and program path", files_and_path_are_told },
	{ "host facts are known", host_is_known },
	{ NULL, NULL },
};

static const struct unit_test file_tests[] = {
	{ "a file has the mode of the umask", a_file_has_the_mode_of_the_umask },
	{ "a link stays a link", a_link_stays_a_link },
	{ "a long name fits", a_long_name_fits },
	{ "a full disk is told", a_full_disk_is_told },
	{ "a device is written in place", a_device_is_written_in_place },
	{ "where nothing can be written is told", where_nothing_can_be_written_is_told },
	{ NULL, NULL },
};

const struct unit_suite net_system_suites[] = {
	{ "wait for descriptors", wait_tests }, { "process and host", privilege_tests }, { "files of POSIX", file_tests },
	{ "nftables", net_nftables_tests },	{ "sock", net_sock_tests },		 { NULL, NULL },
};
