/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/netlink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int mcd_netlink_ask(struct mnl_socket *socket, struct nlmsghdr *request, char *reply, mnl_cb_t on_message, void *context)
{
	const bool dump = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	unsigned port = mnl_socket_get_portid(socket);
	int more;

	if (port == 0 && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) != 0)
		return errno;
	port = mnl_socket_get_portid(socket);
	request->nlmsg_seq++;
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return errno;
	do {
		ssize_t length = mnl_socket_recvfrom(socket, reply, MCD_NETLINK_REPLY);

		more = length < 0 ? MNL_CB_ERROR : mnl_cb_run(reply, (size_t)length, request->nlmsg_seq, port, on_message, context);
	} while (dump && more > MNL_CB_STOP);
	return more == MNL_CB_ERROR ? errno : 0;
}

int mcd_netlink_dump(int bus, struct nlmsghdr *request, mnl_cb_t on_message, void *context)
{
	struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
	char *reply = malloc(MCD_NETLINK_REPLY);
	int os = socket ? ENOMEM : errno;

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (socket && reply)
		os = mcd_netlink_ask(socket, request, reply, on_message, context);
	if (socket)
		mnl_socket_close(socket);
	free(reply);
	return os;
}

uint32_t mcd_netlink_u32(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= sizeof(uint32_t) ? mnl_attr_get_u32(attr) : 0;
}

void mcd_netlink_text(const struct nlattr *attr, char *out, size_t room)
{
	size_t length = strnlen(mnl_attr_get_str(attr), mnl_attr_get_payload_len(attr));

	if (length >= room)
		length = room - 1;
	memcpy(out, mnl_attr_get_str(attr), length);
	out[length] = '\0';
}

bool mcd_netlink_address(const struct nlattr *attr, int family, struct mcd_addr *out)
{
	uint8_t bytes[16];
	size_t size = family == AF_INET ? 4 : 16;

	if (mnl_attr_get_payload_len(attr) != size)
		return false;
	memcpy(bytes, mnl_attr_get_payload(attr), size);
	if (family == AF_INET)
		*out = mcd_addr_v4((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3]);
	else
		*out = mcd_addr_v6(bytes);
	return true;
}
