/* SPDX-License-Identifier: ISC */
#ifndef MCD_TESTS_DIAGNOSE_H
#define MCD_TESTS_DIAGNOSE_H

#include "cases.h"
#include "unit.h"

extern const struct unit_test code_tests[], check_tests[], igmp_tests[], mld_tests[], stream_tests[], column_tests[], naming_tests[], route_tests[], app_tests[],
	app_beside_tests[], app_ipv6_tests[], reason_tests[], suspect_tests[], look_tests[], send_only_tests[], listen_only_tests[], control_tests[], verdict_tests[], passive_tests[], passive_igmp_tests[], passive_querier_tests[],
	passive_quality_tests[], passive_stream_tests[], inventory_tests[], windows_tests[];

#endif
