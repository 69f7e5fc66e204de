/* SPDX-License-Identifier: ISC */
/* Parts of test_net_ns. Eight veth pairs, n0-p0 ... n7-p7: n0..n7 have 10.9.0.1 ... 10.9.7.1, the far ends p0..p7 are up and have no address. */
#ifndef MCD_TESTS_TEST_NET_NS_H
#define MCD_TESTS_TEST_NET_NS_H

#include "namespace.h"
#include "unit.h"

#include "base/iface.h"

enum { PAIRS = 8 };

#define GROUP mcd_addr_v4(0xeffffe02) /* 239.255.254.2 */

extern const struct unit_test ns_iface_tests[];
extern const struct unit_test ns_host_tests[];
extern const struct unit_test ns_ipv6_tests[];
extern const struct unit_test ns_sock_tests[];
extern const struct unit_test ns_ping_tests[];
extern const struct unit_test ns_join_tests[];
extern const struct unit_test ns_socket_tests[];
extern const struct unit_test ns_route_tests[];
extern const struct unit_test ns_capture_tests[];

/* Let nNUMBER speak IPv6, without an address: it is silent but for its reports. False, and said, where the kernel has no IPv6. */
bool ns_ipv6_begin(int number);
void ns_ipv6_end(int number);

/* The interfaces now; mcd_iface_list_fini() them. */
struct mcd_iface_list ns_ifaces(void);

/* The interface PREFIX NUMBER; the test ends here when there is none. */
const struct mcd_iface *ns_named(const struct mcd_iface_list *list, const char *prefix, int number);

#endif
