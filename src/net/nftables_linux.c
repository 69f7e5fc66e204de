/* SPDX-License-Identifier: ISC */
/* linux/netfilter/nf_tables.h. Raw netlink instead of libnftables: the expressions are what the kernel evaluates, exactly and few of them, while the
 * JSON of libnftables is what a user wrote, in many forms; and libmnl is there already. */
#include <config.h>

#include "net/nftables.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <string.h>

static bool refuse(struct mcd_firewall *out, const char *why)
{
	snprintf(out->why_not, sizeof out->why_not, "%s", why);
	return false;
}

/* ---- chains ---- */

static enum mcd_firewall_family family_of(const struct nlmsghdr *message)
{
	const struct nfgenmsg *head = mnl_nlmsg_get_payload(message);

	switch (head->nfgen_family) {
	case NFPROTO_INET:
		return MCD_FIREWALL_INET;
	case NFPROTO_IPV4:
		return MCD_FIREWALL_IP;
	case NFPROTO_IPV6:
		return MCD_FIREWALL_IP6;
	case NFPROTO_NETDEV:
		return MCD_FIREWALL_NETDEV;
	default:
		return MCD_FIREWALL_OTHER;
	}
}

static enum mcd_firewall_hook hook_of(enum mcd_firewall_family family, uint32_t number)
{
	if (family == MCD_FIREWALL_NETDEV)
		return number == NF_NETDEV_INGRESS ? MCD_HOOK_INGRESS : number == NF_NETDEV_EGRESS ? MCD_HOOK_EGRESS : MCD_HOOK_NONE;
	switch (number) {
	case NF_INET_PRE_ROUTING:
		return MCD_HOOK_PREROUTING;
	case NF_INET_LOCAL_IN:
		return MCD_HOOK_INPUT;
	case NF_INET_LOCAL_OUT:
		return MCD_HOOK_OUTPUT;
	case NF_INET_POST_ROUTING:
		return MCD_HOOK_POSTROUTING;
	case NF_INET_INGRESS:
		return MCD_HOOK_INGRESS;
	default:
		return MCD_HOOK_NONE; /* forward */
	}
}

static void add_device(struct mcd_firewall_chain *chain, const struct nlattr *attr)
{
	char name[MCD_IFACE_NAME];

	if (!mcd_nft_text(attr, name, sizeof name))
		return;
	if (chain->ndevices < MCD_FIREWALL_DEVICES)
		memcpy(chain->devices[chain->ndevices], name, sizeof name);
	if (chain->ndevices < UINT8_MAX)
		chain->ndevices++;
}

static int on_device(const struct nlattr *attr, void *chain)
{
	if (mnl_attr_get_type(attr) == NFTA_DEVICE_NAME)
		add_device(chain, attr);
	else
		((struct mcd_firewall_chain *)chain)->ndevices = UINT8_MAX; /* all that begin with a name: not known which */
	return MNL_CB_OK;
}

static void read_hook(struct mcd_firewall_chain *chain, const struct nlattr *attr)
{
	const struct mcd_nft_attributes hook = mcd_nft_nested(attr);

	chain->base = true;
	chain->hook = hook_of(chain->family, mcd_nft_u32(hook.at[NFTA_HOOK_HOOKNUM], UINT32_MAX));
	if (!hook.at[NFTA_HOOK_DEVS]) {
		add_device(chain, hook.at[NFTA_HOOK_DEV]);
		return;
	}
	mnl_attr_parse_nested(hook.at[NFTA_HOOK_DEVS], on_device, chain);
}

bool mcd_nft_chain(const struct nlmsghdr *message, struct mcd_firewall *out)
{
	struct mcd_nft_attributes a = { { NULL } };
	struct mcd_firewall_chain chain = { .hook = MCD_HOOK_NONE }, *added;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct nfgenmsg))
		return refuse(out, "the kernel told a chain that cannot be read");
	mnl_attr_parse(message, sizeof(struct nfgenmsg), mcd_nft_on_attribute, &a);
	chain.family = family_of(message);
	if (chain.family == MCD_FIREWALL_OTHER)
		return true; /* of ARP, bridges */
	if (!mcd_nft_text(a.at[NFTA_CHAIN_TABLE], chain.table, sizeof chain.table) || !mcd_nft_text(a.at[NFTA_CHAIN_NAME], chain.name, sizeof chain.name))
		return refuse(out, "a chain has no name, or a very long one");
	if (a.at[NFTA_CHAIN_HOOK])
		read_hook(&chain, a.at[NFTA_CHAIN_HOOK]);
	chain.drops = chain.base && mcd_nft_u32(a.at[NFTA_CHAIN_POLICY], NF_ACCEPT) == NF_DROP;
	added = out->chains.count < MCD_NFT_CHAINS ? mcd_vec_push(&out->chains) : NULL;
	if (!added)
		return refuse(out, "there are more chains than are read");
	*added = chain;
	return true;
}

/* ---- rules ---- */

struct adding {
	struct mcd_firewall *out;
	struct mcd_firewall_rule *rule;
};

static int on_expr(const struct nlattr *element, void *context)
{
	struct adding *to = context;
	struct mcd_firewall *out = to->out;
	const struct mcd_nft_attributes head = mcd_nft_nested(element), data = mcd_nft_nested(head.at[NFTA_EXPR_DATA]);
	struct mcd_firewall_expr *e = out->exprs.count < MCD_NFT_EXPRS ? mcd_vec_push(&out->exprs) : NULL;

	if (!e)
		return MNL_CB_ERROR;
	mcd_nft_expr(head.at[NFTA_EXPR_NAME], &data, e);
	to->rule->count++;
	if (mcd_nft_is(head.at[NFTA_EXPR_NAME], "counter"))
		to->rule->packets = mcd_nft_u64(data.at[NFTA_COUNTER_PACKETS], UINT64_MAX);
	else if (e->kind != MCD_EXPR_VERDICT)
		to->rule->packets = UINT64_MAX; /* a counter before a test counts what does not match too */
	return MNL_CB_OK;
}

bool mcd_nft_rule(const struct nlmsghdr *message, struct mcd_firewall *out)
{
	struct mcd_nft_attributes a = { { NULL } };
	struct mcd_firewall_rule rule = { .packets = UINT64_MAX, .grew = UINT64_MAX, .first = out->exprs.count }, *added;
	char table[MCD_FIREWALL_NAME], chain[MCD_FIREWALL_NAME];

	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct nfgenmsg))
		return refuse(out, "the kernel told a rule that cannot be read");
	mnl_attr_parse(message, sizeof(struct nfgenmsg), mcd_nft_on_attribute, &a);
	if (family_of(message) == MCD_FIREWALL_OTHER)
		return true;
	if (!mcd_nft_text(a.at[NFTA_RULE_TABLE], table, sizeof table) || !mcd_nft_text(a.at[NFTA_RULE_CHAIN], chain, sizeof chain))
		return refuse(out, "a rule is of no chain");
	rule.chain = mcd_firewall_chain(out, family_of(message), table, chain);
	rule.handle = mcd_nft_u64(a.at[NFTA_RULE_HANDLE], 0);
	if (rule.chain == SIZE_MAX)
		return refuse(out, "the rules changed while they were read");
	if (a.at[NFTA_RULE_EXPRESSIONS] && mnl_attr_parse_nested(a.at[NFTA_RULE_EXPRESSIONS], on_expr, &(struct adding){ out, &rule }) < 0)
		return refuse(out, "there are more rules than are read");
	added = out->rules.count < MCD_NFT_RULES ? mcd_vec_push(&out->rules) : NULL;
	if (!added)
		return refuse(out, "there are more rules than are read");
	*added = rule;
	return true;
}
