/* SPDX-License-Identifier: ISC */
/* The expressions of one rule. */
#include <config.h>

#include "net/nftables.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <string.h>

/* The first byte of a register; UINT8_MAX = there is no such one. */
static uint8_t register_of(const struct nlattr *attr)
{
	uint32_t number = mcd_nft_u32(attr, UINT32_MAX);

	if (number >= NFT_REG_1 && number <= NFT_REG_4)
		return (uint8_t)((number - NFT_REG_1) * NFT_REG_SIZE);
	if (number >= NFT_REG32_00 && number <= NFT_REG32_15)
		return (uint8_t)((number - NFT_REG32_00) * NFT_REG32_SIZE);
	return UINT8_MAX;
}

/* The bytes of a value; 0 = none, or more than are kept. */
static uint8_t read_value(const struct nlattr *attr, uint8_t out[MCD_FIREWALL_DATA])
{
	const struct mcd_nft_attributes data = mcd_nft_nested(attr);
	const struct nlattr *value = data.at[NFTA_DATA_VALUE];
	size_t length = value ? mnl_attr_get_payload_len(value) : 0;

	if (length == 0 || length > MCD_FIREWALL_DATA)
		return 0;
	memcpy(out, mnl_attr_get_payload(value), length);
	return (uint8_t)length;
}

static void read_meta(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	static const struct {
		uint32_t theirs;
		enum mcd_firewall_meta ours;
		uint8_t length;
	} keys[] = {
		{ NFT_META_IIF, MCD_META_IIF, 4 },	   { NFT_META_IIFNAME, MCD_META_IIFNAME, 16 }, { NFT_META_OIF, MCD_META_OIF, 4 },
		{ NFT_META_OIFNAME, MCD_META_OIFNAME, 16 }, { NFT_META_L4PROTO, MCD_META_L4PROTO, 1 },	{ NFT_META_NFPROTO, MCD_META_FAMILY, 1 },
		{ NFT_META_PROTOCOL, MCD_META_PROTOCOL, 2 },
	};
	uint32_t key = mcd_nft_u32(a->at[NFTA_META_KEY], UINT32_MAX);

	if (!a->at[NFTA_META_DREG]) {
		e->kind = MCD_EXPR_VERDICT; /* it sets a mark or the like */
		e->code = MCD_VERDICT_CONTINUE;
		return;
	}
	e->kind = MCD_EXPR_LOAD;
	e->at = register_of(a->at[NFTA_META_DREG]);
	e->length = 4;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].theirs == key) {
			e->kind = MCD_EXPR_META;
			e->code = (uint8_t)keys[i].ours;
			e->length = keys[i].length;
		}
}

static void read_payload(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	uint32_t base = mcd_nft_u32(a->at[NFTA_PAYLOAD_BASE], UINT32_MAX), offset = mcd_nft_u32(a->at[NFTA_PAYLOAD_OFFSET], UINT32_MAX);
	uint32_t length = mcd_nft_u32(a->at[NFTA_PAYLOAD_LEN], 0);

	if (!a->at[NFTA_PAYLOAD_DREG]) {
		e->kind = MCD_EXPR_VERDICT; /* it writes into the packet */
		e->code = MCD_VERDICT_CONTINUE;
		return;
	}
	e->kind = MCD_EXPR_LOAD;
	e->at = register_of(a->at[NFTA_PAYLOAD_DREG]);
	e->length = length && length <= MCD_FIREWALL_DATA ? (uint8_t)length : MCD_FIREWALL_DATA;
	if ((base == NFT_PAYLOAD_NETWORK_HEADER || base == NFT_PAYLOAD_TRANSPORT_HEADER) && offset <= UINT16_MAX && length == e->length) {
		e->kind = MCD_EXPR_PAYLOAD;
		e->code = base == NFT_PAYLOAD_NETWORK_HEADER ? MCD_HEADER_NETWORK : MCD_HEADER_TRANSPORT;
		e->offset = (uint16_t)offset;
	}
}

static void read_bitwise(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	uint32_t length = mcd_nft_u32(a->at[NFTA_BITWISE_LEN], 0);
	bool plain = mcd_nft_u32(a->at[NFTA_BITWISE_OP], NFT_BITWISE_BOOL) == NFT_BITWISE_BOOL;

	e->at = register_of(a->at[NFTA_BITWISE_SREG]);
	e->to = register_of(a->at[NFTA_BITWISE_DREG]);
	e->length = read_value(a->at[NFTA_BITWISE_MASK], e->data);
	if (plain && e->at != UINT8_MAX && e->length && e->length == length && read_value(a->at[NFTA_BITWISE_XOR], e->more) == length) {
		e->kind = MCD_EXPR_BITWISE;
		return;
	}
	e->kind = MCD_EXPR_LOAD;
	e->at = e->to;
	e->length = MCD_FIREWALL_DATA;
}

static void read_cmp(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	uint32_t how = mcd_nft_u32(a->at[NFTA_CMP_OP], UINT32_MAX);

	e->at = register_of(a->at[NFTA_CMP_SREG]);
	e->length = read_value(a->at[NFTA_CMP_DATA], e->data);
	e->code = (uint8_t)(how < MCD_COMPARISONS ? how : 0); /* the kernel's order is ours */
	e->kind = how < MCD_COMPARISONS && e->length ? MCD_EXPR_COMPARE : MCD_EXPR_TEST;
}

static void read_range(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	uint32_t how = mcd_nft_u32(a->at[NFTA_RANGE_OP], UINT32_MAX);

	e->at = register_of(a->at[NFTA_RANGE_SREG]);
	e->length = read_value(a->at[NFTA_RANGE_FROM_DATA], e->data);
	e->code = how == NFT_RANGE_NEQ ? MCD_NOT_EQUAL : MCD_EQUAL;
	e->kind = how <= NFT_RANGE_NEQ && e->length && read_value(a->at[NFTA_RANGE_TO_DATA], e->more) == e->length ? MCD_EXPR_RANGE : MCD_EXPR_TEST;
}

static void read_verdict(const struct nlattr *attr, struct mcd_firewall_expr *e)
{
	const struct mcd_nft_attributes verdict = mcd_nft_nested(attr);
	int32_t code = (int32_t)mcd_nft_u32(verdict.at[NFTA_VERDICT_CODE], NF_ACCEPT);
	static const struct {
		int32_t theirs;
		enum mcd_firewall_verdict ours;
	} codes[] = {
		{ NF_DROP, MCD_VERDICT_DROP }, { NF_ACCEPT, MCD_VERDICT_ACCEPT }, { NFT_JUMP, MCD_VERDICT_JUMP }, { NFT_GOTO, MCD_VERDICT_GOTO },
		{ NFT_RETURN, MCD_VERDICT_RETURN }, { NFT_CONTINUE, MCD_VERDICT_CONTINUE }, { NFT_BREAK, MCD_VERDICT_CONTINUE },
	};

	e->kind = MCD_EXPR_VERDICT;
	e->code = MCD_VERDICT_TAKE;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (codes[i].theirs == code)
			e->code = (uint8_t)codes[i].ours;
	if ((e->code == MCD_VERDICT_JUMP || e->code == MCD_VERDICT_GOTO) && !mcd_nft_text(verdict.at[NFTA_VERDICT_CHAIN], e->chain, sizeof e->chain))
		e->code = MCD_VERDICT_ANY;
}

static void read_immediate(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	const struct mcd_nft_attributes data = mcd_nft_nested(a->at[NFTA_IMMEDIATE_DATA]);

	if (data.at[NFTA_DATA_VERDICT]) {
		read_verdict(data.at[NFTA_DATA_VERDICT], e);
		return;
	}
	e->at = register_of(a->at[NFTA_IMMEDIATE_DREG]);
	e->length = read_value(a->at[NFTA_IMMEDIATE_DATA], e->data);
	e->kind = e->length ? MCD_EXPR_CONSTANT : MCD_EXPR_LOAD;
	if (!e->length)
		e->length = MCD_FIREWALL_DATA;
}

/* A set either tests, or is a map: to a verdict (register 0), or to a value. */
static void read_lookup(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	e->kind = MCD_EXPR_TEST;
	if (!a->at[NFTA_LOOKUP_DREG])
		return;
	e->at = register_of(a->at[NFTA_LOOKUP_DREG]);
	e->length = MCD_FIREWALL_DATA;
	if (mcd_nft_u32(a->at[NFTA_LOOKUP_DREG], 0) == NFT_REG_VERDICT) {
		e->kind = MCD_EXPR_VERDICT;
		e->code = MCD_VERDICT_ANY;
	}
}

/* Those that match nothing and decide nothing. */
static void read_nothing(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	(void)a;
	e->kind = MCD_EXPR_VERDICT;
	e->code = MCD_VERDICT_CONTINUE;
}

static void read_reject(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	(void)a;
	e->kind = MCD_EXPR_VERDICT;
	e->code = MCD_VERDICT_DROP;
}

static void read_take(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	(void)a;
	e->kind = MCD_EXPR_VERDICT;
	e->code = MCD_VERDICT_TAKE;
}

/* A target of iptables: what has no expression of its own. */
static void read_target(const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	if (mcd_nft_is(a->at[NFTA_TARGET_NAME], "LOG") || mcd_nft_is(a->at[NFTA_TARGET_NAME], "MARK"))
		read_nothing(a, e);
	else if (mcd_nft_is(a->at[NFTA_TARGET_NAME], "REJECT"))
		read_reject(a, e);
	else
		e->code = MCD_VERDICT_ANY;
	e->kind = MCD_EXPR_VERDICT;
}

/* What loads something that is not known here; all else is a test that may hold or not. */
static bool is_load(const struct nlattr *name)
{
	static const char *const loads[] = { "ct", "exthdr", "rt", "socket", "numgen", "hash", "osf", "fib", "tunnel", "xfrm", "byteorder" };

	for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++)
		if (mcd_nft_is(name, loads[i]))
			return true;
	return false;
}

static void read_any(const struct nlattr *name, const struct mcd_nft_attributes *a, struct mcd_firewall_expr *e)
{
	static const struct {
		const char *name;
		void (*read)(const struct mcd_nft_attributes *, struct mcd_firewall_expr *);
	} readers[] = {
		{ "meta", read_meta },	 { "payload", read_payload }, { "bitwise", read_bitwise }, { "cmp", read_cmp },	  { "range", read_range },
		{ "immediate", read_immediate }, { "lookup", read_lookup },   { "counter", read_nothing }, { "log", read_nothing },
		{ "notrack", read_nothing }, { "last", read_nothing },	      { "reject", read_reject },   { "target", read_target },
		{ "queue", read_take },	 { "fwd", read_take },	      { "dup", read_nothing },
	};

	for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
		if (mcd_nft_is(name, readers[i].name)) {
			readers[i].read(a, e);
			return;
		}
	e->kind = MCD_EXPR_TEST;
	if (!is_load(name))
		return;
	e->kind = MCD_EXPR_LOAD; /* which register does not matter then: all of them */
	e->at = 0;
	e->length = MCD_FIREWALL_REGISTERS;
}

/* Keep what its registers have room for; what goes beyond may hold or not. */
static void bound(struct mcd_firewall_expr *e)
{
	bool moves = e->kind == MCD_EXPR_BITWISE;

	if (e->kind == MCD_EXPR_TEST || e->kind == MCD_EXPR_VERDICT)
		e->at = e->to = e->length = 0;
	if (e->at + e->length <= MCD_FIREWALL_REGISTERS && (!moves || e->to + e->length <= MCD_FIREWALL_REGISTERS))
		return;
	*e = (struct mcd_firewall_expr){ .kind = e->kind == MCD_EXPR_COMPARE || e->kind == MCD_EXPR_RANGE ? MCD_EXPR_TEST : MCD_EXPR_LOAD };
	e->length = e->kind == MCD_EXPR_LOAD ? MCD_FIREWALL_REGISTERS : 0;
}

void mcd_nft_expr(const struct nlattr *name, const struct mcd_nft_attributes *data, struct mcd_firewall_expr *out)
{
	read_any(name, data, out);
	bound(out);
}
