/* SPDX-License-Identifier: ISC */
/* Netlink for the bodies of Linux: one question and its answer, and attributes read with regard to their length. */
#ifndef MCD_NET_NETLINK_H
#define MCD_NET_NETLINK_H

#include "base/addr.h"

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets that an answer is read into: the kernel fills at most 32 KiB a message. */
enum { MCD_NETLINK_REPLY = 64 * 1024 };

/* Send REQUEST and hand each message of the answer, of a dump all of them, to ON_MESSAGE. REPLY has room for MCD_NETLINK_REPLY octets. 0, or an
 * errno: the kernel's answer, or that of a system call; EINTR = the dump is not of one moment. */
int mcd_netlink_ask(struct mnl_socket *socket, struct nlmsghdr *request, char *reply, mnl_cb_t on_message, void *context);

/* The same for a dump on BUS (NETLINK_ROUTE, ...), with a socket and room of its own; type and payload of REQUEST are the caller's. */
int mcd_netlink_dump(int bus, struct nlmsghdr *request, mnl_cb_t on_message, void *context);

/* 0 when the attribute is shorter. */
uint32_t mcd_netlink_u32(const struct nlattr *attr);

/* Copy a text attribute, NUL-terminated whatever the kernel sent, cut to ROOM. */
void mcd_netlink_text(const struct nlattr *attr, char *out, size_t room);

/* The address in an attribute of address family FAMILY (AF_INET, AF_INET6); false when it is not of that family's size. */
bool mcd_netlink_address(const struct nlattr *attr, int family, struct mcd_addr *out);

#endif
