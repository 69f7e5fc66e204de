/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/promisc.h"

#include "net/netlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int mcd_promisc_open(struct mcd_err *err)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* protocol 0: it gets no packet */

	if (fd < 0)
		mcd_err_os(err, errno, "cannot open a packet socket");
	return fd;
}

void mcd_promisc_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

bool mcd_promisc_set(int fd, unsigned ifindex, bool on, struct mcd_err *err)
{
	const struct packet_mreq wish = { .mr_ifindex = (int)ifindex, .mr_type = PACKET_MR_PROMISC };

	if (setsockopt(fd, SOL_PACKET, on ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP, &wish, sizeof wish) == 0)
		return true;
	mcd_err_os(err, errno, "cannot make interface %u %s", ifindex, on ? "promiscuous" : "other than promiscuous");
	return false;
}

static int on_attr(const struct nlattr *attr, void *context)
{
	if (mnl_attr_get_type(attr) == IFLA_PROMISCUITY)
		*(long *)context = mcd_netlink_u32(attr);
	return MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *message, void *context)
{
	if (message->nlmsg_type == RTM_NEWLINK && mnl_nlmsg_get_payload_len(message) >= sizeof(struct ifinfomsg))
		mnl_attr_parse(message, sizeof(struct ifinfomsg), on_attr, context);
	return MNL_CB_OK;
}

long mcd_promisc_count(unsigned ifindex)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	char question[NLMSG_ALIGN(sizeof(struct nlmsghdr)) + NLMSG_ALIGN(sizeof(struct ifinfomsg))] = { 0 }, *reply = malloc(MCD_NETLINK_REPLY);
	struct nlmsghdr *request = mnl_nlmsg_put_header(question);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(request, sizeof *link);
	long count = -1;

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST;
	link->ifi_index = (int)ifindex;
	if (socket && reply && mcd_netlink_ask(socket, request, reply, on_link, &count) != 0)
		count = -1;
	if (socket)
		mnl_socket_close(socket);
	free(reply);
	return count;
}
