/* SPDX-License-Identifier: ISC */
#define _CRT_RAND_S /* rand_s() */
#include <config.h>

#include "net/clock.h"

#include "net/win32.h"

#include <stdlib.h>

#define EPOCH INT64_C(116444736000000000) /* 1970 in 100 ns since 1601 */

/* The time of the last tick is up to 16 ms old; Windows 8 has an exact one. */
int64_t mcd_clock_wall_ns(void)
{
	void(WINAPI *precise)(FILETIME *) = (void(WINAPI *)(FILETIME *))mcd_win32_function(L"kernel32.dll", "GetSystemTimePreciseAsFileTime");
	ULARGE_INTEGER ticks;
	FILETIME now;

	if (precise)
		precise(&now);
	else
		GetSystemTimeAsFileTime(&now);
	ticks.LowPart = now.dwLowDateTime;
	ticks.HighPart = now.dwHighDateTime;
	return ((int64_t)ticks.QuadPart - EPOCH) * 100;
}

int64_t mcd_clock_ns(void)
{
	LARGE_INTEGER now, per_second; /* neither can fail since Windows XP */

	QueryPerformanceCounter(&now);
	QueryPerformanceFrequency(&per_second);
	return now.QuadPart / per_second.QuadPart * 1000000000 + now.QuadPart % per_second.QuadPart * 1000000000 / per_second.QuadPart;
}

uint64_t mcd_clock_random(void)
{
	unsigned high = 0, low = 0;

	if (rand_s(&high) == 0 && rand_s(&low) == 0)
		return (uint64_t)high << 32 | low;
	return (uint64_t)mcd_clock_wall_ns() * UINT64_C(0xbf58476d1ce4e5b9) ^ (uint64_t)mcd_clock_ns() ^ (uint64_t)GetCurrentProcessId() << 44;
}
