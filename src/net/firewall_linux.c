/* SPDX-License-Identifier: ISC */
/* Two dumps of nfnetlink: chains, then rules. As with nft(8), asking may have the kernel load its module nf_tables. */
#include <config.h>

#include "net/firewall.h"
#include "net/netlink.h"
#include "net/nftables.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { TRIES = 5 }; /* dumps that a change of the rules interrupted */

static int go_on(bool kept)
{
	if (kept)
		return MNL_CB_OK;
	errno = ECANCELED; /* it says why_not itself */
	return MNL_CB_ERROR;
}

static int on_chain(const struct nlmsghdr *message, void *out)
{
	return go_on(mcd_nft_chain(message, out));
}

static int on_rule(const struct nlmsghdr *message, void *out)
{
	return go_on(mcd_nft_rule(message, out));
}

/* 0, or the errno of what went wrong: ECANCELED where OUT says why. */
static int dump(uint16_t type, mnl_cb_t on_message, struct mcd_firewall *out)
{
	char request[NLMSG_ALIGN(sizeof(struct nlmsghdr)) + NLMSG_ALIGN(sizeof(struct nfgenmsg))] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(request);
	struct nfgenmsg *head = mnl_nlmsg_put_extra_header(message, sizeof *head);

	message->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	head->nfgen_family = AF_UNSPEC;
	head->version = NFNETLINK_V0;
	return mcd_netlink_dump(NETLINK_NETFILTER, message, on_message, out);
}

static int read_once(struct mcd_firewall *out)
{
	int os = dump(NFT_MSG_GETCHAIN, on_chain, out);

	return os == 0 ? dump(NFT_MSG_GETRULE, on_rule, out) : os;
}

/* Whether tables of ip_tables or ip6_tables, whose file PATH is, are loaded in this namespace; also where that cannot be told. */
static bool has_legacy(const char *path)
{
	FILE *names = fopen(path, "r");
	bool some;

	if (!names)
		return errno != ENOENT;
	some = fgetc(names) != EOF;
	fclose(names);
	return some;
}

void mcd_firewall_read(struct mcd_firewall *out)
{
	int os = EINTR;

	for (int i = 0; i < TRIES && os == EINTR; i++) {
		mcd_firewall_fini(out);
		out->why_not[0] = '\0';
		os = read_once(out);
	}
	out->known = os == 0;
	out->legacy = has_legacy("/proc/net/ip_tables_names");
	out->legacy_ipv6 = has_legacy("/proc/net/ip6_tables_names");
	if (os == EPERM || os == EACCES)
		snprintf(out->why_not, sizeof out->why_not, "the right to read them is missing: it takes root, or CAP_NET_ADMIN");
	else if (os != 0 && os != ECANCELED)
		snprintf(out->why_not, sizeof out->why_not, "they cannot be read: %s", strerror(os));
	if (os != 0)
		mcd_firewall_fini(out);
}
