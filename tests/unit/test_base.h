/* SPDX-License-Identifier: ISC */
#ifndef MCD_TESTS_TEST_BASE_H
#define MCD_TESTS_TEST_BASE_H

#include "unit.h"

extern const struct unit_test base_addr_tests[];
extern const struct unit_test base_iface_tests[];

#endif
