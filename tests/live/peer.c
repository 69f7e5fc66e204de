/* SPDX-License-Identifier: ISC */
/* The peer: its command line, and what its commands share. */
#include <config.h>

#include "peer.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <unistd.h>

volatile sig_atomic_t stop, leave;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		leave = 1;
	else
		stop = 1;
}

void die(const char *what)
{
	fprintf(stderr, "peer: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

unsigned index_of(const char *iface)
{
	unsigned index = if_nametoindex(iface);

	if (index == 0)
		die(iface);
	return index;
}

void say_ready(const struct options *o)
{
	int fd;

	if (o->ready == NULL)
		return;
	fd = open(o->ready, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || close(fd) != 0)
		die(o->ready);
}

void pace(const struct options *o, void (*tick)(const struct options *o, const int *fds, unsigned number), const int *fds)
{
	struct timespec next;
	long long gap_ns = o->gap_ms != 0 ? o->gap_ms * 1000000LL : 1000000000LL / o->rate;
	unsigned number;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (number = 1; !stop && (o->count == 0 || number <= o->count); number++) {
		tick(o, fds, number);
		next.tv_sec += (next.tv_nsec + gap_ns) / 1000000000LL;
		next.tv_nsec = (next.tv_nsec + gap_ns) % 1000000000LL;
		if (o->count == 0 || number < o->count)
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
}

static unsigned number(const char *text, unsigned greatest)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value > greatest) {
		errno = EINVAL;
		die(text);
	}
	return (unsigned)value;
}

static struct address address(const char *text)
{
	struct address out = {.family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET};

	if (inet_pton(out.family, text, out.octets) != 1) {
		errno = EINVAL;
		die(text);
	}
	return out;
}

static void hardware(const char *text, uint8_t out[6])
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &out[0], &out[1], &out[2], &out[3], &out[4], &out[5]) != 6) {
		errno = EINVAL;
		die(text);
	}
}

static void take(struct options *o, int option, const char *text)
{
	switch (option) {
	case 'g': o->group = address(text); break;
	case 's':
	case 'e':
		o->exclude = option == 'e';
		o->source = address(text);
		if (o->nsources < SOURCES)
			o->sources[o->nsources++] = o->source;
		break;
	case 'p': o->port = (uint16_t)number(text, UINT16_MAX); break;
	case 'P': o->source_port = (uint16_t)number(text, UINT16_MAX); break;
	case 't': o->ttl = (int)number(text, UINT8_MAX); break;
	case 'r': o->rate = number(text, 100000); break;
	case 'c': o->count = number(text, UINT32_MAX); break;
	case 'w': o->gap_ms = number(text, 100000); break;
	case 'l': o->size = number(text, LARGEST - 100); break;
	case 'S': o->segments = number(text, 40); break;
	case 'v': o->version = (int)number(text, 3); break;
	case 'i': o->interval = number(text, 127); break;
	case 'm': o->max_response = number(text, UINT8_MAX); break;
	case 'b': o->bad = text; break;
	case 'V': o->vlan = (int)number(text, UINT16_MAX); break;
	case 'M': hardware(text, o->mac); break;
	case 'q': o->protocol = (uint8_t)number(text, UINT8_MAX); break;
	case 'T': o->type = (uint8_t)number(text, UINT8_MAX); break;
	case 'x': o->reuse = 0; break;
	case 'u': o->bound = address(text); break;
	case 'd': o->device = text; break;
	case 'B': o->buffer = (int)number(text, INT32_MAX); break;
	case 'n': o->idle = true; break;
	case 'R': o->ready = text; break;
	default: fprintf(stderr, "usage: peer send|join|craft|forward|tap [options] INTERFACE...\n"); exit(EXIT_FAILURE);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const struct options *o);
	} commands[] = {{"send", command_send}, {"join", command_join}, {"craft", command_craft}, {"forward", command_forward}, {"tap", command_tap}};
	struct options o = {.port = 5000, .ttl = 8, .reuse = 1, .rate = 50, .max_response = 5, .interval = 125, .size = 64, .vlan = -1, .bad = ""};
	struct sigaction on = {.sa_handler = on_signal};
	int option;
	size_t i;

	while ((option = getopt(argc, argv, "g:s:e:p:P:t:r:w:c:l:S:v:i:m:b:V:M:q:T:xu:d:B:nR:")) != -1)
		take(&o, option, optarg);
	if (optind >= argc)
		take(&o, '?', NULL);
	o.ifaces = argv + optind + 1;
	o.nifaces = (size_t)(argc - optind - 1);
	if (o.nifaces > IFACES || o.rate == 0)
		take(&o, '?', NULL);
	if (o.group.family == AF_UNSPEC)	/* a general query: the zero address of its sender's family */
		o.group.family = o.source.family == AF_UNSPEC ? AF_INET : o.source.family;
	sigaction(SIGTERM, &on, NULL);
	sigaction(SIGINT, &on, NULL);
	sigaction(SIGUSR1, &on, NULL);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	for (i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(argv[optind], commands[i].name) == 0) {
			commands[i].run(&o);
			return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
		}
	take(&o, '?', NULL);
	return EXIT_FAILURE;
}
