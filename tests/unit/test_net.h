/* SPDX-License-Identifier: ISC */
/* Parts of test_net. */
#ifndef MCD_TESTS_TEST_NET_H
#define MCD_TESTS_TEST_NET_H

#include "unit.h"

#include "base/iface.h"

extern const struct unit_test net_nftables_tests[];
extern const struct unit_test net_savefile_tests[];
extern const struct unit_test net_sock_tests[];

/* What only one system has; ends with { NULL, NULL }. */
extern const struct unit_suite net_system_suites[];

/* The loopback interface, read once; NULL when the host has none that is up. */
const struct mcd_iface *net_loopback(void);
void net_loopback_free(void);

#endif
