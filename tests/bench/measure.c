/* SPDX-License-Identifier: ISC */
/* Run one command and write what it cost, as one JSON object: wall clock, CPU, peak memory, peak count of descriptors. A program of its own,
 * because the peak memory that wait4() tells begins at that of the process which starts the command: a few hundred KiB here, 10 MiB
 * in an interpreter. */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLE_MS = 2, MAX_SECONDS = 600 };

struct cost {
	struct rusage usage;
	int64_t wall_ns;
	long descriptors; /* highest count seen, every SAMPLE_MS */
	int status;	  /* as of wait4() */
	bool timed_out;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static long descriptors_of(const char *directory)
{
	struct stat about;
	DIR *d;
	long n = 0;

	if (stat(directory, &about) == 0 && about.st_size > 0) /* since Linux 6.2 the size is the count */
		return (long)about.st_size;
	d = opendir(directory);
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n > 2 ? n - 2 : 0; /* without . and .. */
}

static bool start(char **command, const sigset_t *signals, pid_t *pid)
{
	posix_spawnattr_t attributes;
	int r;

	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, signals);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	r = posix_spawnp(pid, command[0], NULL, &attributes, command, environ);
	posix_spawnattr_destroy(&attributes);
	if (r != 0)
		fprintf(stderr, "measure: cannot run %s: %s\n", command[0], strerror(r));
	return r == 0;
}

static bool run(char **command, long seconds, struct cost *cost)
{
	const struct timespec sample = { .tv_nsec = SAMPLE_MS * 1000000 };
	int64_t began, deadline;
	char directory[64];
	sigset_t child, before;
	pid_t pid, ended;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &before);
	began = now();
	deadline = began + seconds * 1000000000;
	if (!start(command, &before, &pid))
		return false;
	snprintf(directory, sizeof directory, "/proc/%ld/fd", (long)pid);
	while ((ended = wait4(pid, &cost->status, WNOHANG, &cost->usage)) == 0) {
		long n = descriptors_of(directory);

		if (n > cost->descriptors)
			cost->descriptors = n;
		if (now() > deadline && !cost->timed_out) {
			cost->timed_out = true;
			kill(pid, SIGKILL);
		}
		sigtimedwait(&child, NULL, &sample);
	}
	cost->wall_ns = now() - began;
	return ended == pid;
}

static double ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static bool write_cost(const char *path, const struct cost *c)
{
	FILE *f = fopen(path, "w");
	int exited = WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -WTERMSIG(c->status);

	if (!f)
		return false;
	fprintf(f,
		"{\"status\": %d, \"timed_out\": %s, \"wall_ms\": %.3f, \"user_ms\": %.3f, \"system_ms\": %.3f, \"peak_rss_kib\": %ld, "
		"\"peak_descriptors\": %ld}\n",
		exited, c->timed_out ? "true" : "false", (double)c->wall_ns / 1e6, ms(c->usage.ru_utime), ms(c->usage.ru_stime), c->usage.ru_maxrss,
		c->descriptors);
	return fclose(f) == 0;
}

int main(int argc, char **argv)
{
	struct cost cost = { .status = 0 };
	char *end = NULL;
	long seconds = argc > 3 ? strtol(argv[2], &end, 10) : 0;

	if (seconds < 1 || seconds > MAX_SECONDS || *end != '\0') {
		fprintf(stderr, "usage: measure RESULT SECONDS COMMAND [ARGUMENT...]\n");
		return 3;
	}
	if (!run(argv + 3, seconds, &cost))
		return 1;
	if (!write_cost(argv[1], &cost)) {
		fprintf(stderr, "measure: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	return 0;
}
