/* SPDX-License-Identifier: ISC */
/* Two dumps of nfnetlink: chains, then rules. As with nft(8), asking may have the kernel load its module nf_tables. */
#include <config.h>

#include "net/firewall.h"
#include "net/nftables.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	REPLY = 64 * 1024, /* the kernel fills at most 32 KiB a message */
	TRIES = 5,	   /* dumps that a change of the rules interrupted */
};

static int on_chain(const struct nlmsghdr *message, void *out)
{
	return mcd_nft_chain(message, out) ? MNL_CB_OK : MNL_CB_ERROR;
}

static int on_rule(const struct nlmsghdr *message, void *out)
{
	return mcd_nft_rule(message, out) ? MNL_CB_OK : MNL_CB_ERROR;
}

/* 0, or the errno of what went wrong: ECANCELED where OUT says why. */
static int dump(struct mnl_socket *socket, uint16_t type, mnl_cb_t on_message, struct mcd_firewall *out, char *reply)
{
	char request[128] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(request);
	struct nfgenmsg *head = mnl_nlmsg_put_extra_header(message, sizeof *head);
	int more = 1;

	message->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = type + 1u;
	head->nfgen_family = AF_UNSPEC;
	head->version = NFNETLINK_V0;
	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return errno;
	while (more > 0) {
		ssize_t length = mnl_socket_recvfrom(socket, reply, REPLY);

		more = length < 0 ? MNL_CB_ERROR : mnl_cb_run(reply, (size_t)length, message->nlmsg_seq, mnl_socket_get_portid(socket), on_message, out);
	}
	if (more == 0)
		return 0;
	return out->why_not[0] ? ECANCELED : errno;
}

static int read_once(struct mcd_firewall *out, char *reply)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	int os;

	if (!socket)
		return errno;
	os = mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 ? dump(socket, NFT_MSG_GETCHAIN, on_chain, out, reply) : errno;
	if (os == 0)
		os = dump(socket, NFT_MSG_GETRULE, on_rule, out, reply);
	mnl_socket_close(socket);
	return os;
}

/* Whether tables of ip_tables are loaded in this namespace; also where that cannot be told. */
static bool has_legacy(void)
{
	FILE *names = fopen("/proc/net/ip_tables_names", "r");
	bool some;

	if (!names)
		return errno != ENOENT;
	some = fgetc(names) != EOF;
	fclose(names);
	return some;
}

void mcd_firewall_read(struct mcd_firewall *out)
{
	char *reply = malloc(REPLY);
	int os = reply ? EINTR : ENOMEM;

	for (int i = 0; i < TRIES && os == EINTR; i++) {
		mcd_firewall_fini(out);
		out->why_not[0] = '\0';
		os = read_once(out, reply);
	}
	free(reply);
	out->known = os == 0;
	out->legacy = has_legacy();
	if (os == EPERM || os == EACCES)
		snprintf(out->why_not, sizeof out->why_not, "the right to read them is missing: it takes root, or CAP_NET_ADMIN");
	else if (os != 0 && os != ECANCELED)
		snprintf(out->why_not, sizeof out->why_not, "they cannot be read: %s", strerror(os));
	if (os != 0)
		mcd_firewall_fini(out);
}
