/* SPDX-License-Identifier: ISC */
/* Which processes hold a socket: /proc/PID/fd (proc(5)), whose links name a socket by its inode. */
#include <config.h>

#include "net/sockets_linux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int compare_inodes(const void *a, const void *b)
{
	const struct mcd_socket_found *left = a, *right = b;

	return (left->inode > right->inode) - (left->inode < right->inode);
}

/* A number and nothing else; -1 = none. */
static int parse_number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	return *text >= '0' && *text <= '9' && *end == '\0' && value <= INT32_MAX ? (int)value : -1;
}

/* The inode of the socket that the link NAME in the folder FD_FOLDER names; 0 = it is no socket. */
static uint32_t inode_of(int fd_folder, const char *name)
{
	static const char prefix[] = "socket:[";
	char link[64];
	ssize_t length = readlinkat(fd_folder, name, link, sizeof link - 1);

	if (length <= 0)
		return 0;
	link[length] = '\0';
	return strncmp(link, prefix, sizeof prefix - 1) == 0 ? (uint32_t)strtoul(link + sizeof prefix - 1, NULL, 10) : 0;
}

/* Call EACH for every one of FOUND, sorted by inode, that the process in the folder PROCESS of PROC holds. */
static void walk_files(int proc, const char *process, struct mcd_vec *found,
		       void (*each)(struct mcd_socket_found *at, int proc, const char *process, int file))
{
	char path[300];
	DIR *folder;
	int fd;

	snprintf(path, sizeof path, "%s/fd", process);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder = fd >= 0 ? fdopendir(fd) : NULL;
	if (!folder && fd >= 0)
		close(fd);
	for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
		struct mcd_socket_found key = { .inode = entry->d_name[0] == '.' ? 0 : inode_of(fd, entry->d_name) };
		struct mcd_socket_found *at = key.inode ? bsearch(&key, found->items, found->count, sizeof key, compare_inodes) : NULL;

		if (at)
			each(at, proc, process, parse_number(entry->d_name));
	}
	if (folder)
		closedir(folder);
}

static void mark_ours(struct mcd_socket_found *at, int proc, const char *process, int file)
{
	(void)proc;
	(void)process;
	(void)file;
	at->ours = true;
}

/* The first process that holds it, which is the one that was there first where numbers did not wrap. */
static void set_owner(struct mcd_socket_found *at, int proc, const char *process, int file)
{
	struct mcd_app_socket *socket = &at->socket;
	char path[300];
	ssize_t length;
	int fd;

	if (socket->pid != 0)
		return;
	socket->pid = parse_number(process);
	at->file = file;
	snprintf(path, sizeof path, "%s/comm", process);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	length = fd >= 0 ? read(fd, socket->process, sizeof socket->process - 1) : -1;
	socket->process[length > 0 ? length : 0] = '\0';
	socket->process[strcspn(socket->process, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

bool mcd_sockets_mark_ours(struct mcd_vec *found)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool told = proc >= 0 && faccessat(proc, "self/fd", R_OK, 0) == 0;

	mcd_vec_sort(found, compare_inodes);
	if (told && found->count)
		walk_files(proc, "self", found, mark_ours);
	if (proc >= 0)
		close(proc);
	return told;
}

void mcd_sockets_find_owners(struct mcd_vec *found)
{
	DIR *proc = found->count ? opendir("/proc") : NULL;

	mcd_vec_sort(found, compare_inodes);
	for (struct dirent *entry; proc && (entry = readdir(proc)) != NULL;)
		if (parse_number(entry->d_name) > 0)
			walk_files(dirfd(proc), entry->d_name, found, set_owner);
	if (proc)
		closedir(proc);
}

int mcd_sockets_borrow(const struct mcd_socket_found *found)
{
	int fd = -1;
#if defined SYS_pidfd_open && defined SYS_pidfd_getfd
	int process = found->socket.pid > 0 && found->file >= 0 ? (int)syscall(SYS_pidfd_open, found->socket.pid, 0) : -1;
	uint64_t cookie = 0;
	socklen_t length = sizeof cookie;

	if (process < 0)
		return -1;
	fd = (int)syscall(SYS_pidfd_getfd, process, found->file, 0);
	close(process);
	/* The number may have come to mean another file since. */
	if (fd >= 0 && (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length) != 0 || cookie != found->socket.cookie)) {
		close(fd);
		fd = -1;
	}
#else
	(void)found;
#endif
	return fd;
}
