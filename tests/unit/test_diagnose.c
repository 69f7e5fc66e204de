/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_diagnose.h"

int main(void)
{
	const struct unit_suite suites[] = {
		{ "codes", code_tests },
		{ "checks", check_tests },
		{ "igmp", igmp_tests },
		{ "mld", mld_tests },
		{ "streams", stream_tests },
		{ "columns", column_tests },
		{ "naming", naming_tests },
		{ "routes", route_tests },
		{ "other programs", app_tests },
		{ "other programs beside", app_beside_tests },
		{ "programs and IPv6", app_ipv6_tests },
		{ "drop reasons", reason_tests },
		{ "suspects of the firewall", suspect_tests },
		{ "second look", look_tests },
		{ "sending alone", send_only_tests },
		{ "listening alone", listen_only_tests },
		{ "the control", control_tests },
		{ "a host of Windows", windows_tests },
		{ "verdict", verdict_tests },
		{ "captures: join and filter", passive_igmp_tests },
		{ "captures: querier", passive_querier_tests },
		{ "captures: streams", passive_tests },
		{ "captures: quality", passive_quality_tests },
		{ "captures: streams beside what they nearly are", passive_stream_tests },
		{ "captures: inventory", inventory_tests },
		{ NULL, NULL },
	};

	return unit_main(suites);
}
