/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_diagnose.h"

int main(void)
{
	const struct unit_suite suites[] = {
		{ "codes", code_tests },
		{ "checks", check_tests },
		{ "igmp", igmp_tests },
		{ "streams", stream_tests },
		{ "verdict", verdict_tests },
		{ NULL, NULL },
	};

	return unit_main(suites);
}
