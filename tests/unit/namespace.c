/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SKIPPED = 77 };

bool ns_ip(const char *format, ...)
{
	char command[256] = "ip ";
	va_list args;

	va_start(args, format);
	vsnprintf(command + 3, sizeof command - 20, format, args);
	va_end(args);
	strncat(command, " 2>/dev/null", sizeof command - strlen(command) - 1);
	return system(command) == 0;
}

bool ns_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

int ns_skip(const char *why)
{
	printf("skipped: %s\n", why);
	return SKIPPED;
}

/* Without root, inside a user namespace in which we are root. */
static bool enter(void)
{
	char map[64];
	uid_t user = geteuid();
	gid_t group = getegid();

	if (user == 0)
		return unshare(CLONE_NEWNET) == 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return false;
	ns_write("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "0 %u 1", (unsigned)group);
	if (!ns_write("/proc/self/gid_map", map))
		return false;
	snprintf(map, sizeof map, "0 %u 1", (unsigned)user);
	return ns_write("/proc/self/uid_map", map);
}

const char *ns_enter(void)
{
	if (!ns_ip("-V > /dev/null"))
		return "there is no program ip (iproute2)";
	return enter() ? NULL : "a network namespace is not permitted";
}
