/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/clock.h"

#include <stddef.h>
#include <time.h>
#include <unistd.h>

static int64_t read_ns(clockid_t clock)
{
	struct timespec now = { 0, 0 };

	clock_gettime(clock, &now); /* cannot fail: both clocks are required by POSIX */
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t mcd_clock_wall_ns(void)
{
	return read_ns(CLOCK_REALTIME);
}

int64_t mcd_clock_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

/* splitmix64's finish: spreads what the clocks and the process id hold over all bits. */
static uint64_t spread(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

uint64_t mcd_clock_random(void)
{
	uint64_t number;

	if (getentropy(&number, sizeof number) == 0)
		return number;
	return spread((uint64_t)mcd_clock_wall_ns() ^ (uint64_t)mcd_clock_ns() << 20 ^ (uint64_t)getpid() << 44);
}
