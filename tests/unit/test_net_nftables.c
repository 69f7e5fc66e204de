/* SPDX-License-Identifier: ISC */
/* Messages of nf_tables, made here attribute by attribute: what is read of them, and that no cut of them is read past its end. */
#include <config.h>

#include "test_net.h"

#include "net/firewall.h"
#include "net/nftables.h"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 2048 };

struct message {
	_Alignas(struct nlmsghdr) char bytes[ROOM];
	struct nlmsghdr *head;
};

static void begin(struct message *m, uint8_t family)
{
	struct nfgenmsg *head;

	memset(m->bytes, 0, sizeof m->bytes);
	m->head = mnl_nlmsg_put_header(m->bytes);
	head = mnl_nlmsg_put_extra_header(m->head, sizeof *head);
	head->nfgen_family = family;
}

static void put_number(struct message *m, uint16_t type, uint32_t value)
{
	mnl_attr_put_u32(m->head, type, htonl(value));
}

/* table inet f, chain c at hook HOOK of DEVICE (NULL = none), whose policy drops */
static void make_chain(struct message *m, uint8_t family, uint32_t hook, const char *device)
{
	struct nlattr *nest;

	begin(m, family);
	mnl_attr_put_strz(m->head, NFTA_CHAIN_TABLE, "f");
	mnl_attr_put_strz(m->head, NFTA_CHAIN_NAME, "c");
	put_number(m, NFTA_CHAIN_POLICY, NF_DROP);
	nest = mnl_attr_nest_start(m->head, NFTA_CHAIN_HOOK);
	put_number(m, NFTA_HOOK_HOOKNUM, hook);
	put_number(m, NFTA_HOOK_PRIORITY, 0);
	if (device) {
		struct nlattr *devices = mnl_attr_nest_start(m->head, NFTA_HOOK_DEVS);

		mnl_attr_put_strz(m->head, NFTA_DEVICE_NAME, device);
		mnl_attr_put_strz(m->head, NFTA_DEVICE_NAME, "eth9");
		mnl_attr_nest_end(m->head, devices);
	}
	mnl_attr_nest_end(m->head, nest);
}

static struct nlattr *begin_expr(struct message *m, const char *name, struct nlattr **data)
{
	struct nlattr *element = mnl_attr_nest_start(m->head, NFTA_LIST_ELEM);

	mnl_attr_put_strz(m->head, NFTA_EXPR_NAME, name);
	*data = mnl_attr_nest_start(m->head, NFTA_EXPR_DATA);
	return element;
}

static void end_expr(struct message *m, struct nlattr *element, struct nlattr *data)
{
	mnl_attr_nest_end(m->head, data);
	mnl_attr_nest_end(m->head, element);
}

static void put_value(struct message *m, uint16_t type, const void *value, size_t length)
{
	struct nlattr *nest = mnl_attr_nest_start(m->head, type);

	mnl_attr_put(m->head, NFTA_DATA_VALUE, length, value);
	mnl_attr_nest_end(m->head, nest);
}

static void put_load(struct message *m)
{
	struct nlattr *data, *element = begin_expr(m, "payload", &data);

	put_number(m, NFTA_PAYLOAD_DREG, NFT_REG32_01);
	put_number(m, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER);
	put_number(m, NFTA_PAYLOAD_OFFSET, 2);
	put_number(m, NFTA_PAYLOAD_LEN, 2);
	end_expr(m, element, data);
}

static void put_compare(struct message *m, uint32_t reg)
{
	struct nlattr *data, *element = begin_expr(m, "cmp", &data);

	put_number(m, NFTA_CMP_SREG, reg);
	put_number(m, NFTA_CMP_OP, NFT_CMP_GTE);
	put_value(m, NFTA_CMP_DATA, "\x13\x88", 2);
	end_expr(m, element, data);
}

static void put_counter(struct message *m)
{
	struct nlattr *data, *element = begin_expr(m, "counter", &data);

	mnl_attr_put_u64(m->head, NFTA_COUNTER_PACKETS, htobe64(7));
	end_expr(m, element, data);
}

static void put_verdict(struct message *m, int32_t code, const char *chain)
{
	struct nlattr *data, *element = begin_expr(m, "immediate", &data), *value, *verdict;

	put_number(m, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	value = mnl_attr_nest_start(m->head, NFTA_IMMEDIATE_DATA);
	verdict = mnl_attr_nest_start(m->head, NFTA_DATA_VERDICT);
	put_number(m, NFTA_VERDICT_CODE, (uint32_t)code);
	if (chain)
		mnl_attr_put_strz(m->head, NFTA_VERDICT_CHAIN, chain);
	mnl_attr_nest_end(m->head, verdict);
	mnl_attr_nest_end(m->head, value);
	end_expr(m, element, data);
}

static struct nlattr *begin_rule(struct message *m)
{
	begin(m, NFPROTO_INET);
	mnl_attr_put_strz(m->head, NFTA_RULE_TABLE, "f");
	mnl_attr_put_strz(m->head, NFTA_RULE_CHAIN, "c");
	mnl_attr_put_u64(m->head, NFTA_RULE_HANDLE, htobe64(9));
	return mnl_attr_nest_start(m->head, NFTA_RULE_EXPRESSIONS);
}

/* "udp dport >= 5000 counter drop" */
static void make_rule(struct message *m)
{
	struct nlattr *list = begin_rule(m);

	put_load(m);
	put_compare(m, NFT_REG32_01);
	put_counter(m);
	put_verdict(m, NF_DROP, NULL);
	mnl_attr_nest_end(m->head, list);
}

static const struct mcd_firewall_expr *expr_at(const struct mcd_firewall *fw, size_t i)
{
	CU_ASSERT_TRUE_FATAL(i < fw->exprs.count);
	return mcd_vec_at(&fw->exprs, i);
}

static void chains_are_read(void)
{
	static const struct {
		uint8_t family;
		uint32_t number;
		enum mcd_firewall_hook hook;
	} hooks[] = {
		{ NFPROTO_INET, NF_INET_PRE_ROUTING, MCD_HOOK_PREROUTING }, { NFPROTO_INET, NF_INET_LOCAL_IN, MCD_HOOK_INPUT },
		{ NFPROTO_IPV4, NF_INET_LOCAL_OUT, MCD_HOOK_OUTPUT },	     { NFPROTO_IPV4, NF_INET_POST_ROUTING, MCD_HOOK_POSTROUTING },
		{ NFPROTO_INET, NF_INET_INGRESS, MCD_HOOK_INGRESS },	     { NFPROTO_INET, NF_INET_FORWARD, MCD_HOOK_NONE },
		{ NFPROTO_NETDEV, NF_NETDEV_INGRESS, MCD_HOOK_INGRESS },     { NFPROTO_NETDEV, 1, MCD_HOOK_EGRESS },
		{ NFPROTO_IPV6, NF_INET_LOCAL_OUT, MCD_HOOK_OUTPUT },
	};
	struct message m;
	struct mcd_firewall fw;

	mcd_firewall_init(&fw);
	for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++) {
		const struct mcd_firewall_chain *chain;

		make_chain(&m, hooks[i].family, hooks[i].number, i == 6 ? "eth0" : NULL);
		CU_ASSERT_TRUE(mcd_nft_chain(m.head, &fw));
		chain = mcd_vec_at(&fw.chains, i);
		CU_ASSERT_TRUE(chain->hook == hooks[i].hook && chain->base && chain->drops);
		CU_ASSERT_STRING_EQUAL(chain->name, "c");
		CU_ASSERT_EQUAL(chain->ndevices, i == 6 ? 2 : 0);
	}
	CU_ASSERT_STRING_EQUAL(((struct mcd_firewall_chain *)mcd_vec_at(&fw.chains, 6))->devices[1], "eth9");
	CU_ASSERT_EQUAL(((struct mcd_firewall_chain *)mcd_vec_at(&fw.chains, 8))->family, MCD_FIREWALL_IP6);
	make_chain(&m, NFPROTO_BRIDGE, NF_INET_LOCAL_IN, NULL);
	CU_ASSERT_TRUE(mcd_nft_chain(m.head, &fw));
	CU_ASSERT_EQUAL(fw.chains.count, sizeof hooks / sizeof hooks[0]); /* which no packet of IP meets */
	begin(&m, NFPROTO_INET);
	CU_ASSERT_FALSE(mcd_nft_chain(m.head, &fw)); /* it has no name */
	CU_ASSERT_STRING_NOT_EQUAL(fw.why_not, "");
	mcd_firewall_fini(&fw);
}

static void a_rule_is_read(void)
{
	const struct mcd_firewall_rule *rule;
	const struct mcd_firewall_expr *e;
	struct mcd_firewall fw;
	struct message m;

	mcd_firewall_init(&fw);
	make_rule(&m);
	CU_ASSERT_FALSE(mcd_nft_rule(m.head, &fw)); /* its chain is not known */
	fw.why_not[0] = '\0';
	make_chain(&m, NFPROTO_INET, NF_INET_LOCAL_IN, NULL);
	CU_ASSERT_TRUE(mcd_nft_chain(m.head, &fw));
	make_rule(&m);
	CU_ASSERT_TRUE(mcd_nft_rule(m.head, &fw));
	CU_ASSERT_EQUAL_FATAL(fw.rules.count, 1);
	rule = mcd_vec_at(&fw.rules, 0);
	CU_ASSERT_TRUE(rule->chain == 0 && rule->handle == 9 && rule->count == 4 && rule->packets == 7);
	e = expr_at(&fw, 0);
	CU_ASSERT_TRUE(e->kind == MCD_EXPR_PAYLOAD && e->code == MCD_HEADER_TRANSPORT && e->offset == 2 && e->length == 2 && e->at == 4);
	e = expr_at(&fw, 1);
	CU_ASSERT_TRUE(e->kind == MCD_EXPR_COMPARE && e->code == MCD_GREATER_EQUAL && e->length == 2 && e->at == 4 && e->data[0] == 0x13);
	CU_ASSERT_TRUE(expr_at(&fw, 2)->kind == MCD_EXPR_VERDICT && expr_at(&fw, 2)->code == MCD_VERDICT_CONTINUE);
	CU_ASSERT_TRUE(expr_at(&fw, 3)->kind == MCD_EXPR_VERDICT && expr_at(&fw, 3)->code == MCD_VERDICT_DROP);
	mcd_firewall_fini(&fw);
}

/* "counter udp dport >= 5000 drop": it counts what does not match, too. */
static void a_counter_before_a_test_is_none(void)
{
	struct nlattr *list;
	struct mcd_firewall fw;
	struct message m;

	mcd_firewall_init(&fw);
	make_chain(&m, NFPROTO_INET, NF_INET_LOCAL_IN, NULL);
	CU_ASSERT_TRUE(mcd_nft_chain(m.head, &fw));
	list = begin_rule(&m);
	put_counter(&m);
	put_load(&m);
	put_compare(&m, NFT_REG32_01);
	put_verdict(&m, NF_DROP, NULL);
	mnl_attr_nest_end(m.head, list);
	CU_ASSERT_TRUE(mcd_nft_rule(m.head, &fw));
	CU_ASSERT_EQUAL(((struct mcd_firewall_rule *)mcd_vec_at(&fw.rules, 0))->packets, UINT64_MAX);
	mcd_firewall_fini(&fw);
}

/* One expression NAME without any data, as a rule of its own. */
static struct mcd_firewall_expr bare(const char *name)
{
	struct nlattr *list, *data, *element;
	struct mcd_firewall_expr e;
	struct mcd_firewall fw;
	struct message m;

	mcd_firewall_init(&fw);
	make_chain(&m, NFPROTO_INET, NF_INET_LOCAL_IN, NULL);
	CU_ASSERT_TRUE(mcd_nft_chain(m.head, &fw));
	list = begin_rule(&m);
	element = begin_expr(&m, name, &data);
	end_expr(&m, element, data);
	mnl_attr_nest_end(m.head, list);
	CU_ASSERT_TRUE(mcd_nft_rule(m.head, &fw));
	e = *expr_at(&fw, 0);
	CU_ASSERT_TRUE(e.at + e.length <= MCD_FIREWALL_REGISTERS && e.to + e.length <= MCD_FIREWALL_REGISTERS);
	mcd_firewall_fini(&fw);
	return e;
}

/* What is not understood may hold or not, load anything, or say anything: never nothing. */
static void strange_expressions_are_not_trusted(void)
{
	static const struct {
		const char *name;
		uint8_t kind, code;
	} cases[] = {
		{ "limit", MCD_EXPR_TEST, 0 },		 { "match", MCD_EXPR_TEST, 0 },
		{ "lookup", MCD_EXPR_TEST, 0 },		 { "something-new", MCD_EXPR_TEST, 0 },
		{ "cmp", MCD_EXPR_TEST, 0 },		 { "range", MCD_EXPR_TEST, 0 },
		{ "ct", MCD_EXPR_LOAD, 0 },		 { "byteorder", MCD_EXPR_LOAD, 0 },
		{ "bitwise", MCD_EXPR_LOAD, 0 },	 { "immediate", MCD_EXPR_LOAD, 0 },
		{ "target", MCD_EXPR_VERDICT, MCD_VERDICT_ANY }, { "reject", MCD_EXPR_VERDICT, MCD_VERDICT_DROP },
		{ "queue", MCD_EXPR_VERDICT, MCD_VERDICT_TAKE }, { "log", MCD_EXPR_VERDICT, MCD_VERDICT_CONTINUE },
		{ "meta", MCD_EXPR_VERDICT, MCD_VERDICT_CONTINUE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mcd_firewall_expr e = bare(cases[i].name);

		if (e.kind != cases[i].kind || e.code != cases[i].code)
			printf("\n  %s: %u %u\n", cases[i].name, e.kind, e.code);
		CU_ASSERT_TRUE(e.kind == cases[i].kind && e.code == cases[i].code);
	}
}

static void verdicts_are_read(void)
{
	static const struct {
		int32_t theirs;
		const char *chain;
		uint8_t ours;
	} cases[] = {
		{ NF_ACCEPT, NULL, MCD_VERDICT_ACCEPT }, { NFT_JUMP, "x", MCD_VERDICT_JUMP },	    { NFT_GOTO, "x", MCD_VERDICT_GOTO },
		{ NFT_RETURN, NULL, MCD_VERDICT_RETURN }, { NFT_JUMP, NULL, MCD_VERDICT_ANY },	    { NF_QUEUE, NULL, MCD_VERDICT_TAKE },
		{ NFT_CONTINUE, NULL, MCD_VERDICT_CONTINUE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct nlattr *list;
		struct mcd_firewall fw;
		struct message m;

		mcd_firewall_init(&fw);
		make_chain(&m, NFPROTO_INET, NF_INET_LOCAL_IN, NULL);
		CU_ASSERT_TRUE(mcd_nft_chain(m.head, &fw));
		list = begin_rule(&m);
		put_verdict(&m, cases[i].theirs, cases[i].chain);
		put_compare(&m, 77); /* a register that is none */
		mnl_attr_nest_end(m.head, list);
		CU_ASSERT_TRUE(mcd_nft_rule(m.head, &fw));
		CU_ASSERT_TRUE(expr_at(&fw, 0)->code == cases[i].ours && strcmp(expr_at(&fw, 0)->chain, cases[i].chain ? cases[i].chain : "") == 0);
		CU_ASSERT_EQUAL(expr_at(&fw, 1)->kind, MCD_EXPR_TEST);
		mcd_firewall_fini(&fw);
	}
}

/* Every prefix, on a heap copy of just that size (libmnl rounds it up to words, as messages come), and each byte of it another. */
static void every_prefix_is_safe(void)
{
	struct message chain, m;
	struct mcd_firewall fw;

	mcd_firewall_init(&fw);
	make_chain(&chain, NFPROTO_INET, NF_INET_LOCAL_IN, "eth0");
	CU_ASSERT_TRUE(mcd_nft_chain(chain.head, &fw));
	make_rule(&m);
	for (size_t length = sizeof(struct nlmsghdr); length <= m.head->nlmsg_len; length++) {
		struct nlmsghdr *copy = calloc(1, (length + 3) & ~(size_t)3);

		CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
		memcpy(copy, m.bytes, length);
		copy->nlmsg_len = (uint32_t)length;
		mcd_nft_rule(copy, &fw);
		mcd_nft_chain(copy, &fw);
		free(copy);
	}
	for (size_t at = sizeof(struct nlmsghdr); at < m.head->nlmsg_len; at++) {
		struct message spoilt = m;

		spoilt.bytes[at] ^= 0x55;
		mcd_nft_rule((struct nlmsghdr *)spoilt.bytes, &fw);
	}
	for (size_t i = 0; i < fw.exprs.count; i++)
		CU_ASSERT_TRUE(expr_at(&fw, i)->at + expr_at(&fw, i)->length <= MCD_FIREWALL_REGISTERS);
	mcd_firewall_fini(&fw);
}

static void rules_are_known_or_why_not(void)
{
	struct mcd_firewall fw;

	mcd_firewall_init(&fw);
	mcd_firewall_read(&fw);
	if (!fw.known)
		printf("\n  not known: %s\n", fw.why_not);
	CU_ASSERT_NOT_EQUAL(fw.known, fw.why_not[0] != '\0');
	CU_ASSERT_TRUE(fw.known || fw.chains.count == 0);
	mcd_firewall_fini(&fw);
}

const struct unit_test net_nftables_tests[] = {
	{ "chains are read", chains_are_read },
	{ "a rule is read", a_rule_is_read },
	{ "a counter before a test is none", a_counter_before_a_test_is_none },
	{ "strange expressions are not trusted", strange_expressions_are_not_trusted },
	{ "verdicts are read", verdicts_are_read },
	{ "every prefix is safe", every_prefix_is_safe },
	{ "rules are known, or why not", rules_are_known_or_why_not },
	{ NULL, NULL },
};
