/* SPDX-License-Identifier: ISC */
/* What host this is, and which part of it: uname(2), os-release(5), namespaces(7). */
#include <config.h>

#include "net/hostinfo.h"

#include "net/procfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Inode numbers of the machine's first namespaces (linux/nsfs.h, enum init_ns_ino): of PIDs since Linux 3.8, of networks since 6.18. */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"
#define FIRST_NETWORK_NAMESPACE "net:[4026531833]"

/* PRETTY_NAME of os-release(5), without its quotes. */
static bool read_os(const char *path, char *out, size_t room)
{
	static const char key[] = "PRETTY_NAME=";
	char *text = mcd_procfs_read(AT_FDCWD, path), *at = text, *line;
	bool found = false;

	while (!found && at && (line = mcd_procfs_line(&at)))
		if (strncmp(line, key, sizeof key - 1) == 0) {
			char *value = line + sizeof key - 1;
			char quote = *value == '"' || *value == '\'' ? *value++ : '\0';
			size_t length = quote ? strcspn(value, quote == '"' ? "\"" : "'") : strlen(value);

			snprintf(out, room, "%.*s", (int)length, value);
			found = true;
		}
	free(text);
	return found;
}

/* The text of a link in /proc; "" when it cannot be read. */
static void read_link(const char *path, char *out, size_t room)
{
	ssize_t length = readlink(path, out, room - 1);

	out[length > 0 ? length : 0] = '\0';
}

/* Whether our PID namespace is the machine's first: /proc/1 is then the machine's own process 1. */
static bool has_first_pids(void)
{
	char pids[64];

	read_link("/proc/self/ns/pid", pids, sizeof pids);
	return strcmp(pids, FIRST_PID_NAMESPACE) == 0;
}

static bool numbers_network_namespaces(void)
{
	unsigned major = 0, minor = 0;
	struct utsname system;

	return uname(&system) == 0 && sscanf(system.release, "%u.%u", &major, &minor) == 2 && (major > 6 || (major == 6 && minor >= 18));
}

/* By the number, or by that of process 1, which stays in the first one on any machine that is known. */
static int is_first(const char *network_namespace)
{
	char first[64];

	if (!*network_namespace)
		return -1;
	if (numbers_network_namespaces())
		return strcmp(network_namespace, FIRST_NETWORK_NAMESPACE) == 0;
	read_link("/proc/1/ns/net", first, sizeof first);
	return *first && has_first_pids() ? strcmp(network_namespace, first) == 0 : -1;
}

/* The files that container engines leave; an image that was unpacked on a whole machine has them too, but not PIDs of its own. */
static void read_container(char *out, size_t room)
{
	char *told = mcd_procfs_read(AT_FDCWD, "/run/systemd/container"), *at = told;
	const char *kind = "";

	if (has_first_pids())
		kind = "";
	else if (told && *told)
		kind = mcd_procfs_line(&at);
	else if (access("/.dockerenv", F_OK) == 0)
		kind = "docker";
	else if (access("/run/.containerenv", F_OK) == 0)
		kind = "podman";
	snprintf(out, room, "%s", kind);
	free(told);
}

enum mcd_platform mcd_hostinfo_platform(void)
{
	return MCD_PLATFORM_LINUX;
}

void mcd_hostinfo_identity(struct mcd_host *out)
{
	struct utsname system;

	out->platform = mcd_hostinfo_platform();
	read_link("/proc/self/ns/net", out->network_namespace, sizeof out->network_namespace);
	if (gethostname(out->name, sizeof out->name) != 0)
		out->name[0] = '\0';
	out->name[sizeof out->name - 1] = '\0';
	if (uname(&system) == 0)
		snprintf(out->kernel, sizeof out->kernel, "%.*s %.*s", 40, system.sysname, 80, system.release);
	if (!read_os("/etc/os-release", out->os, sizeof out->os))
		read_os("/usr/lib/os-release", out->os, sizeof out->os);
	out->first_namespace = is_first(out->network_namespace);
	read_container(out->container, sizeof out->container);
}
