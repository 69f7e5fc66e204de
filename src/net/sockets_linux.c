/* SPDX-License-Identifier: ISC */
/* sock_diag(7): one dump for each family, of which what matters to the request is kept. */
#include <config.h>

#include "net/sockets.h"

#include "net/netlink.h"
#include "net/sock_os.h"
#include "net/sockets_linux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MOST = 1000, /* sockets that are kept */
	CONNECTED = 1,
	UNCONNECTED = 7, /* TCP_ESTABLISHED and TCP_CLOSE of the kernel, which UDP has as well */
};

struct dump {
	struct mcd_vec *found; /* struct mcd_socket_found */
	const struct mcd_request *request;
	const struct mcd_host *host;
	bool wide; /* of any port: a program is a member of a group that was asked for */
	bool no_memory;
};

/* ---- what matters ---- */

static bool matters(const struct mcd_request *request, const struct mcd_app_socket *socket)
{
	for (size_t i = 0; i < request->ngroups; i++)
		if (socket->port != 0 && mcd_group_has_port(&request->groups[i], socket->port))
			return true;
	return mcd_request_has_group(request, socket->address);
}

static bool has_asked_group(const struct mcd_host *host, const struct mcd_request *request)
{
	for (size_t i = 0; i < host->memberships.count; i++)
		if (mcd_request_has_group(request, ((const struct mcd_host_membership *)mcd_vec_at(&host->memberships, i))->group))
			return true;
	return false;
}

/* ---- one answer of the kernel ---- */

static int on_attr(const struct nlattr *attr, void *context)
{
	struct mcd_app_socket *socket = context;
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	size_t length = mnl_attr_get_payload_len(attr);

	if (mnl_attr_get_type(attr) == INET_DIAG_SKV6ONLY && length >= 1) {
		socket->takes_ipv4 = mnl_attr_get_u8(attr) == 0;
	} else if (mnl_attr_get_type(attr) == INET_DIAG_SKMEMINFO && length > SK_MEMINFO_DROPS * sizeof *memory) {
		memcpy(memory, mnl_attr_get_payload(attr), length < sizeof memory ? length : sizeof memory);
		socket->queued = memory[SK_MEMINFO_RMEM_ALLOC];
		socket->receive_buffer = memory[SK_MEMINFO_RCVBUF];
		socket->drops = memory[SK_MEMINFO_DROPS];
	}
	return MNL_CB_OK;
}

static struct mcd_addr address_of(int family, const uint32_t words[4])
{
	uint8_t bytes[16];

	memcpy(bytes, words, sizeof bytes);
	return family == AF_INET ? mcd_addr_v4(ntohl(words[0])) : mcd_addr_v6(bytes);
}

static struct mcd_app_socket describe(const struct nlmsghdr *message, const struct inet_diag_msg *info)
{
	struct mcd_app_socket socket = {
		.cookie = (uint64_t)info->id.idiag_cookie[1] << 32 | info->id.idiag_cookie[0],
		.address = address_of(info->idiag_family, info->id.idiag_src),
		.port = ntohs(info->id.idiag_sport),
		.connected = info->idiag_state == CONNECTED,
		.ifindex = info->id.idiag_if,
		.uid = info->idiag_uid,
		.drops = UINT64_MAX,
		.receive_buffer = UINT64_MAX,
		.queued = UINT64_MAX,
		.multicast_all = -1,
		.multicast_all_ipv6 = -1,
	};

	mnl_attr_parse(message, sizeof *info, on_attr, &socket);
	socket.takes_ipv4 = mcd_addr_is_v4(socket.address) || (socket.takes_ipv4 && mcd_addr_is_unspecified(socket.address));
	return socket;
}

static int on_socket(const struct nlmsghdr *message, void *context)
{
	struct dump *dump = context;
	const struct inet_diag_msg *info = mnl_nlmsg_get_payload(message);
	struct mcd_socket_found *found, one;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY || mnl_nlmsg_get_payload_len(message) < sizeof *info ||
	    (info->idiag_family != AF_INET && info->idiag_family != AF_INET6))
		return MNL_CB_OK;
	one = (struct mcd_socket_found){ .socket = describe(message, info), .inode = info->idiag_inode, .file = -1 };
	one.matters = matters(dump->request, &one.socket);
	if (!one.matters && !dump->wide)
		return MNL_CB_OK;
	found = mcd_vec_push(dump->found);
	if (found)
		*found = one;
	else
		dump->no_memory = true;
	return MNL_CB_OK;
}

static bool list_family(struct dump *dump, uint8_t family)
{
	char buffer[NLMSG_ALIGN(sizeof(struct nlmsghdr)) + NLMSG_ALIGN(sizeof(struct inet_diag_req_v2))] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct inet_diag_req_v2 *ask = mnl_nlmsg_put_extra_header(message, sizeof *ask);

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	ask->sdiag_family = family;
	ask->sdiag_protocol = IPPROTO_UDP;
	ask->idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1);
	ask->idiag_states = 1 << CONNECTED | 1 << UNCONNECTED;
	return mcd_netlink_dump(NETLINK_SOCK_DIAG, message, on_socket, dump) == 0 && !dump->no_memory;
}

/* ---- asking the sockets themselves ---- */

/* MCAST_MSFILTER (ip(7), RFC 3678, 5.2.2): the kernel says EADDRNOTAVAIL where the socket is no member. */
static bool is_member(int fd, const struct mcd_host_membership *membership)
{
	struct group_filter filter = { .gf_interface = membership->ifindex };
	socklen_t length = sizeof filter;

	mcd_sock_put_address(&filter.gf_group, membership->group, 0, 0);
	return getsockopt(fd, mcd_sock_level(mcd_addr_family(membership->group)), MCAST_MSFILTER, &filter, &length) == 0;
}

/* -1 = the socket has no such option. */
static int ask_flag(int fd, int level, int option)
{
	socklen_t length = sizeof(int);
	int value = -1;

	return getsockopt(fd, level, option, &value, &length) == 0 ? value : -1;
}

/* Ask one that does not matter by itself for the asked groups alone: it matters when it holds one of them. */
static void ask(struct dump *dump, struct mcd_socket_found *found, struct mcd_vec *memberships)
{
	struct mcd_app_socket *socket = &found->socket;
	int fd = mcd_sockets_borrow(found);

	if (fd < 0)
		return;
	socket->asked = true;
	socket->multicast_all = ask_flag(fd, IPPROTO_IP, IP_MULTICAST_ALL);
	socket->multicast_all_ipv6 = ask_flag(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL);
	for (size_t i = 0; i < dump->host->memberships.count; i++) {
		const struct mcd_host_membership *m = mcd_vec_at(&dump->host->memberships, i);
		bool asked_for = mcd_request_has_group(dump->request, m->group);
		struct mcd_app_membership *held = (found->matters || asked_for) && is_member(fd, m) ? mcd_vec_push(memberships) : NULL;

		if (held)
			*held = (struct mcd_app_membership){ socket->cookie, m->ifindex, m->group };
		found->matters = found->matters || (held && asked_for);
	}
	close(fd);
}

/* ---- all together ---- */

static void forget(struct mcd_vec *found, bool (*unwanted)(const struct mcd_socket_found *))
{
	size_t kept = 0;

	for (size_t i = 0; i < found->count; i++) {
		struct mcd_socket_found *at = mcd_vec_at(found, i), *to = mcd_vec_at(found, kept);

		if (unwanted(at))
			continue;
		if (to != at)
			*to = *at;
		kept++;
	}
	found->count = kept;
}

static bool is_ours(const struct mcd_socket_found *found)
{
	return found->ours;
}

static bool is_beside(const struct mcd_socket_found *found)
{
	return !found->matters;
}

/* False when the listing is not whole. */
static bool list(struct dump *dump, struct mcd_apps *apps)
{
	bool good = list_family(dump, AF_INET) && list_family(dump, AF_INET6);

	if (!mcd_sockets_mark_ours(dump->found))
		return false; /* better none than one of ours as another's */
	forget(dump->found, is_ours);
	mcd_sockets_find_owners(dump->found);
	for (size_t i = 0; i < dump->found->count; i++)
		ask(dump, mcd_vec_at(dump->found, i), &apps->memberships);
	forget(dump->found, is_beside);
	for (size_t i = 0; i < dump->found->count && apps->sockets.count < MOST; i++) {
		struct mcd_app_socket *socket = mcd_vec_push(&apps->sockets);

		if (socket)
			*socket = ((const struct mcd_socket_found *)mcd_vec_at(dump->found, i))->socket;
	}
	return good && apps->sockets.count == dump->found->count;
}

void mcd_sockets_read(struct mcd_host *out, const struct mcd_request *request)
{
	struct mcd_vec found;
	struct dump dump = { .found = &found, .request = request, .host = out, .wide = has_asked_group(out, request) };

	mcd_vec_init(&found, sizeof(struct mcd_socket_found));
	mcd_apps_fini(&out->apps);
	out->apps.known = list(&dump, &out->apps);
	mcd_apps_sort(&out->apps);
	mcd_vec_fini(&found);
}
