/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STATUS_INTERRUPTED = 130 }; /* what a shell says of a program that SIGINT ended */

/* All that a signal handler can reach. */
static volatile sig_atomic_t stop_requested;
static volatile sig_atomic_t wake_fd = -1;

size_t mcd_limit_files(size_t wanted)
{
	struct rlimit limit;
	rlim_t before;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	before = limit.rlim_cur;
	if (before < wanted) {
		limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			limit.rlim_cur = before;
	}
	return limit.rlim_cur < SIZE_MAX ? (size_t)limit.rlim_cur : SIZE_MAX;
}

char *mcd_program_path(char *buf, size_t room)
{
	ssize_t length = room > 0 ? readlink("/proc/self/exe", buf, room) : -1;

	if (length > 0 && (size_t)length < room)
		buf[length] = '\0';
	else
		snprintf(buf, room, "mcdiag");
	return buf;
}

static void on_signal(int number)
{
	int saved = errno;

	(void)number;
	if (stop_requested)
		_exit(STATUS_INTERRUPTED);
	stop_requested = 1;
	if (write(wake_fd, "", 1) < 0)
		stop_requested = 1; /* a full pipe is readable already */
	errno = saved;
}

static bool wake_pipe(int ends[2])
{
	if (pipe(ends) != 0)
		return false;
	for (int i = 0; i < 2; i++)
		if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0 || fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0) {
			int os = errno;

			close(ends[0]);
			close(ends[1]);
			errno = os;
			return false;
		}
	return true;
}

bool mcd_stop_on_signals(int *fd, struct mcd_err *err)
{
	struct sigaction action;
	int ends[2];

	*fd = -1;
	if (!wake_pipe(ends)) {
		mcd_err_os(err, errno, "cannot watch for signals");
		return false;
	}
	wake_fd = ends[1];
	memset(&action, 0, sizeof action);
	action.sa_handler = on_signal;
	action.sa_flags = SA_RESTART; /* a report being written must not end in EINTR */
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0) {
		mcd_err_os(err, errno, "cannot watch for signals");
		return false;
	}
	*fd = ends[0];
	return true;
}

void mcd_stop_ends_reads(bool yes)
{
	static const int numbers[] = { SIGINT, SIGTERM };
	struct sigaction action;

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		if (sigaction(numbers[i], NULL, &action) != 0)
			continue;
		action.sa_flags = yes ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
		sigaction(numbers[i], &action, NULL);
	}
}

bool mcd_stop_requested(void)
{
	return stop_requested != 0;
}
