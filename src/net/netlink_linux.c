/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/netlink_linux.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { REPLY = 64 * 1024 }; /* the kernel fills at most 32 KiB a message */

int mcd_netlink_dump(int bus, struct nlmsghdr *request, mnl_cb_t on_message, void *context)
{
	struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
	char *reply = malloc(REPLY);
	int more = MNL_CB_ERROR, os = socket ? ENOMEM : errno;

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = 1;
	if (socket && reply && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 && mnl_socket_sendto(socket, request, request->nlmsg_len) >= 0) {
		unsigned port = mnl_socket_get_portid(socket);

		do {
			ssize_t length = mnl_socket_recvfrom(socket, reply, REPLY);

			more = length < 0 ? MNL_CB_ERROR : mnl_cb_run(reply, (size_t)length, 1, port, on_message, context);
		} while (more > MNL_CB_STOP);
	}
	if (socket && reply)
		os = more == MNL_CB_ERROR ? errno : 0;
	if (socket)
		mnl_socket_close(socket);
	free(reply);
	return os;
}
