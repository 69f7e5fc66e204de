/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "capfile/ticks.h"

enum { BINARY = 0x80, NS = 9, NS_PER_S = 1000000000, FINEST = 34 }; /* 2^34 x 10^9 is the most that 64 bits hold */

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

struct mcd_ticks mcd_ticks_of(uint8_t resolution, int64_t offset_s)
{
	struct mcd_ticks ticks = { .resolution = resolution, .offset_s = offset_s };

	if (resolution <= NS && offset_s == 0) {
		ticks.ns = (uint32_t)power_of_ten(NS - resolution);
		ticks.below = (uint64_t)INT64_MAX / ticks.ns + 1;
	}
	return ticks;
}

/* NUMBER as whole seconds; *NS the rest. */
static uint64_t split_decimal(uint64_t number, unsigned exponent, uint64_t *ns)
{
	uint64_t per_second;

	*ns = 0;
	if (exponent > 19 + NS) /* not even one ns */
		return 0;
	if (exponent > 19) { /* less than a second, whose ticks 64 bits do not count */
		*ns = number / power_of_ten(exponent - NS);
		return 0;
	}
	per_second = power_of_ten(exponent);
	*ns = number % per_second;
	*ns = exponent > NS ? *ns / power_of_ten(exponent - NS) : *ns * power_of_ten(NS - exponent);
	return number / per_second;
}

static uint64_t split_binary(uint64_t number, unsigned exponent, uint64_t *ns)
{
	uint64_t seconds = exponent < 64 ? number >> exponent : 0;
	uint64_t rest = exponent < 64 ? number & ((UINT64_C(1) << exponent) - 1) : number;

	if (exponent > FINEST) {
		rest = exponent - FINEST < 64 ? rest >> (exponent - FINEST) : 0;
		exponent = FINEST;
	}
	*ns = rest * NS_PER_S >> exponent;
	return seconds;
}

int64_t mcd_ticks_convert(const struct mcd_ticks *ticks, uint64_t number)
{
	const uint64_t most = INT64_MAX / NS_PER_S;
	unsigned exponent = ticks->resolution & (BINARY - 1);
	uint64_t ns, seconds = ticks->resolution & BINARY ? split_binary(number, exponent, &ns) : split_decimal(number, exponent, &ns);

	if (ticks->offset_s < 0) {
		uint64_t back = 0 - (uint64_t)ticks->offset_s;

		if (back > seconds)
			return back - seconds > most ? INT64_MIN : (int64_t)ns - (int64_t)(back - seconds) * NS_PER_S;
		seconds -= back;
	} else if (seconds > UINT64_MAX - (uint64_t)ticks->offset_s) {
		return INT64_MAX;
	} else {
		seconds += (uint64_t)ticks->offset_s;
	}
	if (seconds > most || (seconds == most && ns > INT64_MAX % NS_PER_S))
		return INT64_MAX;
	return (int64_t)(seconds * NS_PER_S + ns);
}
