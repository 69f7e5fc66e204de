/* SPDX-License-Identifier: ISC */
/* One packet through literal rules of nf_tables: who may drop it, who does, and who cannot. */
#include <config.h>

#include "test_diagnose.h"

#include "diagnose/suspects_walk.h"

#include <stdio.h>
#include <string.h>

/* 10.77.0.20:40000 to 239.7.7.7:5000, in by h0. */
static const struct mcd_suspect_packet in_packet = { .protocol = MCD_DROP_UDP,
						     .source = { 0, 0xffff0a4d0014 },
						     .group = { 0, 0xffffef070707 },
						     .source_port = 40000,
						     .port = 5000 };

/* 2001:db8::20 to ff15::7:7, likewise. */
static const struct mcd_suspect_packet in_packet6 = { .protocol = MCD_DROP_UDP,
						      .source = { 0x20010db800000000, 0x20 },
						      .group = { 0xff15000000000000, 0x70007 },
						      .source_port = 40000,
						      .port = 5000 };

#define ROUTERS { 0xff02000000000000, 0x16 }
#define OF_MLD(outwards, ...) { .out = outwards, .protocol = MCD_DROP_ICMPV6, .source = { 0xfe80000000000000, 0x20 }, .group = __VA_ARGS__ }

static struct mcd_iface h0 = { .name = "h0", .index = 7 };

static void *push(struct mcd_vec *v)
{
	void *item = mcd_vec_push(v);

	CU_ASSERT_PTR_NOT_NULL_FATAL(item);
	return item;
}

static struct mcd_firewall_chain *add_chain(struct mcd_firewall *fw, const char *name, enum mcd_firewall_hook hook)
{
	struct mcd_firewall_chain *chain = push(&fw->chains);

	chain->family = MCD_FIREWALL_INET;
	chain->hook = hook;
	chain->base = hook != MCD_HOOK_NONE;
	snprintf(chain->table, sizeof chain->table, "t");
	snprintf(chain->name, sizeof chain->name, "%s", name);
	return chain;
}

static struct mcd_firewall_rule *add_rule(struct mcd_firewall *fw, size_t chain)
{
	struct mcd_firewall_rule *rule = push(&fw->rules);

	*rule = (struct mcd_firewall_rule){ .chain = chain, .handle = fw->rules.count, .packets = UINT64_MAX, .grew = UINT64_MAX, .first = fw->exprs.count };
	return rule;
}

/* To the rule that was added last. */
static void add(struct mcd_firewall *fw, struct mcd_firewall_expr e)
{
	struct mcd_firewall_rule *rule = mcd_vec_at(&fw->rules, fw->rules.count - 1);

	*(struct mcd_firewall_expr *)push(&fw->exprs) = e;
	rule->count++;
}

static void say(struct mcd_firewall *fw, enum mcd_firewall_verdict verdict, const char *chain)
{
	struct mcd_firewall_expr e = { .kind = MCD_EXPR_VERDICT, .code = (uint8_t)verdict };

	snprintf(e.chain, sizeof e.chain, "%s", chain ? chain : "");
	add(fw, e);
}

static void init(struct mcd_firewall *fw)
{
	mcd_firewall_init(fw);
	fw->known = true;
}

static struct mcd_suspects walk_pieces(const struct mcd_firewall *fw, const struct mcd_suspect_packet *packet, bool fragments)
{
	struct mcd_suspects s = { .known = true };

	mcd_suspects_walk(fw, &h0, packet, fragments, &s);
	return s;
}

static struct mcd_suspects walk(const struct mcd_firewall *fw, const struct mcd_suspect_packet *packet)
{
	return walk_pieces(fw, packet, false);
}

#define META(what, size) { .kind = MCD_EXPR_META, .code = MCD_META_##what, .length = size }
#define PAYLOAD(header, where, size) { .kind = MCD_EXPR_PAYLOAD, .code = MCD_HEADER_##header, .offset = where, .length = size }
#define COMPARE(how, size, ...) { .kind = MCD_EXPR_COMPARE, .code = MCD_##how, .length = size, .data = { __VA_ARGS__ } }

enum { NO, MAY, YES };

/* A rule of these expressions and a drop: does it match? */
struct matching {
	int wanted;
	struct mcd_firewall_expr e[3];
	size_t n;
};

static void match(const struct matching *cases, size_t count, const struct mcd_suspect_packet *packet, bool fragments)
{
	for (size_t i = 0; i < count; i++) {
		struct mcd_firewall fw;
		struct mcd_suspects s;
		int told;

		init(&fw);
		add_chain(&fw, "c", packet->out ? MCD_HOOK_OUTPUT : MCD_HOOK_INPUT);
		add_rule(&fw, 0);
		for (size_t k = 0; k < cases[i].n; k++)
			add(&fw, cases[i].e[k]);
		say(&fw, MCD_VERDICT_DROP, NULL);
		s = walk_pieces(&fw, packet, fragments);
		told = s.count == 0 ? NO : s.at[0].surely ? YES : MAY;
		if (told != cases[i].wanted)
			printf("\n  case %zu: %d instead of %d\n", i, told, cases[i].wanted);
		CU_ASSERT_EQUAL(told, cases[i].wanted);
		CU_ASSERT_TRUE(s.known);
		mcd_firewall_fini(&fw);
	}
}

#define MATCH(cases, packet, fragments) match(cases, sizeof(cases) / sizeof((cases)[0]), packet, fragments)

static void expressions_match(void)
{
	static const struct matching cases[] = {
		{ YES, { { .kind = MCD_EXPR_CONSTANT, .length = 1 } }, 0 },
		{ YES, { META(IIFNAME, 16), COMPARE(EQUAL, 16, 'h', '0') }, 2 },
		{ NO, { META(IIFNAME, 16), COMPARE(EQUAL, 16, 'h', '1') }, 2 },
		{ YES, { META(IIFNAME, 16), COMPARE(EQUAL, 1, 'h') }, 2 },	/* h* */
		{ NO, { META(OIFNAME, 16), COMPARE(EQUAL, 16, 'h', '0') }, 2 }, /* there is none yet */
		{ YES, { META(OIFNAME, 16), COMPARE(NOT_EQUAL, 16, 'h', '0') }, 2 },
		{ YES, { META(L4PROTO, 1), COMPARE(EQUAL, 1, 17) }, 2 },
		{ NO, { META(L4PROTO, 1), COMPARE(EQUAL, 1, 6) }, 2 },
		{ YES, { META(FAMILY, 1), COMPARE(EQUAL, 1, 2) }, 2 },
		{ NO, { META(FAMILY, 1), COMPARE(EQUAL, 1, 10) }, 2 },
		{ YES, { META(PROTOCOL, 2), COMPARE(EQUAL, 2, 8, 0) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 16, 4), COMPARE(EQUAL, 4, 239, 7, 7, 7) }, 2 },
		{ NO, { PAYLOAD(NETWORK, 16, 4), COMPARE(EQUAL, 4, 239, 7, 7, 8) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 16, 1), COMPARE(EQUAL, 1, 239) }, 2 }, /* 239.0.0.0/8 */
		{ YES,
		  { PAYLOAD(NETWORK, 16, 4), { .kind = MCD_EXPR_BITWISE, .length = 4, .data = { 240 } }, COMPARE(EQUAL, 4, 224) },
		  3 }, /* 224.0.0.0/4 */
		{ NO, { PAYLOAD(NETWORK, 12, 4), COMPARE(EQUAL, 4, 10, 77, 0, 21) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 9, 1), COMPARE(EQUAL, 1, 17) }, 2 },
		{ MAY, { PAYLOAD(NETWORK, 8, 1), COMPARE(LESS, 1, 200) }, 2 },	/* the TTL is not known */
		{ MAY, { PAYLOAD(NETWORK, 8, 2), COMPARE(EQUAL, 2, 1, 17) }, 2 }, /* and the protocol is */
		{ NO, { PAYLOAD(NETWORK, 8, 2), COMPARE(EQUAL, 2, 1, 6) }, 2 },
		{ MAY, { PAYLOAD(NETWORK, 18, 4), COMPARE(EQUAL, 4, 7, 7) }, 2 }, /* beyond the header */
		{ YES, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(EQUAL, 2, 0x13, 0x88) }, 2 },
		{ NO, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(EQUAL, 2, 0x13, 0x89) }, 2 },
		{ YES, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(GREATER_EQUAL, 2, 0x13, 0x88) }, 2 },
		{ NO, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(GREATER, 2, 0x13, 0x88) }, 2 },
		{ YES, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(LESS_EQUAL, 2, 0x13, 0x88) }, 2 },
		{ NO, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(LESS, 2, 0x13, 0x88) }, 2 },
		{ YES, { PAYLOAD(TRANSPORT, 2, 2), { .kind = MCD_EXPR_RANGE, .length = 2, .data = { 0x10 }, .more = { 0x20 } } }, 2 },
		{ NO, { PAYLOAD(TRANSPORT, 2, 2), { .kind = MCD_EXPR_RANGE, .length = 2, .data = { 0x14 }, .more = { 0x20 } } }, 2 },
		{ YES, { PAYLOAD(TRANSPORT, 2, 2), { .kind = MCD_EXPR_RANGE, .code = MCD_NOT_EQUAL, .length = 2, .data = { 0x14 }, .more = { 0x20 } } }, 2 },
		{ MAY, { PAYLOAD(TRANSPORT, 4, 2), { .kind = MCD_EXPR_RANGE, .length = 2, .data = { 0 }, .more = { 9 } } }, 2 },
		{ MAY, { { .kind = MCD_EXPR_TEST } }, 1 },
		{ MAY, { META(L4PROTO, 1), { .kind = MCD_EXPR_TEST }, COMPARE(EQUAL, 1, 6) }, 3 }, /* a map may have loaded something */
		{ MAY, { META(L4PROTO, 1), { .kind = MCD_EXPR_LOAD, .length = 64 }, COMPARE(EQUAL, 1, 6) }, 3 },
		{ YES, { { .kind = MCD_EXPR_CONSTANT, .length = 1, .data = { 3 } }, COMPARE(EQUAL, 1, 3) }, 2 },
	};

	MATCH(cases, &in_packet, false);
}

#define NIBBLE { .kind = MCD_EXPR_BITWISE, .length = 1, .data = { 0xf0 } }

static void expressions_match_ipv6(void)
{
	static const struct matching cases[] = {
		{ YES, { META(FAMILY, 1), COMPARE(EQUAL, 1, 10) }, 2 },
		{ NO, { META(FAMILY, 1), COMPARE(EQUAL, 1, 2) }, 2 },
		{ YES, { META(PROTOCOL, 2), COMPARE(EQUAL, 2, 0x86, 0xdd) }, 2 },
		{ NO, { META(PROTOCOL, 2), COMPARE(EQUAL, 2, 8, 0) }, 2 },
		{ YES, { META(L4PROTO, 1), COMPARE(EQUAL, 1, 17) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 6, 1), COMPARE(EQUAL, 1, 17) }, 2 }, /* ip6 nexthdr */
		{ NO, { PAYLOAD(NETWORK, 6, 1), COMPARE(EQUAL, 1, 44) }, 2 },
		{ MAY, { PAYLOAD(NETWORK, 7, 1), COMPARE(LESS, 1, 200) }, 2 }, /* ip6 hoplimit */
		{ YES, { PAYLOAD(NETWORK, 0, 1), NIBBLE, COMPARE(EQUAL, 1, 0x60) }, 3 }, /* ip6 version */
		{ NO, { PAYLOAD(NETWORK, 0, 1), NIBBLE, COMPARE(EQUAL, 1, 0x40) }, 3 },
		{ YES, { PAYLOAD(NETWORK, 0, 1), NIBBLE, COMPARE(GREATER, 1, 0x50) }, 3 },
		{ MAY, { PAYLOAD(NETWORK, 0, 1), COMPARE(EQUAL, 1, 0x60) }, 2 }, /* with half of the traffic class */
		{ MAY, { PAYLOAD(NETWORK, 0, 1), COMPARE(GREATER, 1, 0x50) }, 2 },
		{ NO, { PAYLOAD(NETWORK, 0, 1), COMPARE(EQUAL, 1, 0x45) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 8, 16), COMPARE(EQUAL, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20) }, 2 },
		{ NO, { PAYLOAD(NETWORK, 8, 16), COMPARE(EQUAL, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x21) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 24, 16), COMPARE(EQUAL, 16, 0xff, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 7) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 24, 1), COMPARE(EQUAL, 1, 0xff) }, 2 }, /* ff00::/8 */
		{ NO, { PAYLOAD(NETWORK, 24, 2), COMPARE(EQUAL, 2, 0xff, 2) }, 2 },
		{ MAY, { PAYLOAD(NETWORK, 38, 4), COMPARE(EQUAL, 4, 0, 7) }, 2 }, /* beyond the header */
		{ NO, { PAYLOAD(NETWORK, 38, 4), COMPARE(EQUAL, 4, 0, 8) }, 2 },
		{ YES, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(EQUAL, 2, 0x13, 0x88) }, 2 },
		{ NO, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(EQUAL, 2, 0x13, 0x89) }, 2 },
	};
	static const struct matching pieces[] = {
		{ YES, { META(L4PROTO, 1), COMPARE(EQUAL, 1, 17) }, 2 },
		{ MAY, { PAYLOAD(NETWORK, 6, 1), COMPARE(EQUAL, 1, 44) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 24, 1), COMPARE(EQUAL, 1, 0xff) }, 2 },
		{ MAY, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(EQUAL, 2, 0x13, 0x88) }, 2 },
		{ MAY, { PAYLOAD(TRANSPORT, 2, 2), COMPARE(EQUAL, 2, 0x13, 0x89) }, 2 },
	};
	static const struct matching sourceless[] = {
		{ MAY, { PAYLOAD(NETWORK, 8, 2), COMPARE(EQUAL, 2, 0x20, 1) }, 2 },
		{ MAY, { PAYLOAD(NETWORK, 8, 2), COMPARE(EQUAL, 2, 0xfe, 0x80) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 24, 1), COMPARE(EQUAL, 1, 0xff) }, 2 },
	};
	struct mcd_suspect_packet packet = in_packet6;

	MATCH(cases, &in_packet6, false);
	MATCH(pieces, &in_packet6, true);
	packet.source = (struct mcd_addr){ 0, 0 };
	MATCH(sourceless, &packet, false);
}

/* The IGMP of IPv4 may carry an option: its header may be longer. */
static void expressions_match_igmp(void)
{
	static const struct mcd_suspect_packet report = { true, MCD_DROP_IGMP, { 0, 0xffff00000000 }, { 0, 0xffffe0000016 }, 0, 0 };
	static const struct matching cases[] = {
		{ YES, { PAYLOAD(NETWORK, 0, 1), NIBBLE, COMPARE(EQUAL, 1, 0x40) }, 3 },
		{ MAY, { PAYLOAD(NETWORK, 0, 1), COMPARE(EQUAL, 1, 0x45) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 9, 1), COMPARE(EQUAL, 1, 2) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 12, 4), COMPARE(EQUAL, 4, 0) }, 2 }, /* 0.0.0.0 is an address to report from */
		{ MAY, { PAYLOAD(TRANSPORT, 0, 1), COMPARE(EQUAL, 1, 0x22) }, 2 },
	};

	MATCH(cases, &report, false);
}

static void expressions_match_mld(void)
{
	static const struct mcd_suspect_packet v2 = OF_MLD(true, ROUTERS), v1 = OF_MLD(true, { 0xff15000000000000, 0x70007 }), either = OF_MLD(true, { 0, 0 }),
					       query = OF_MLD(false, { 0xff02000000000000, 1 });
	static const struct matching all[] = {
		{ YES, { META(L4PROTO, 1), COMPARE(EQUAL, 1, 58) }, 2 },
		{ NO, { META(L4PROTO, 1), COMPARE(EQUAL, 1, 0) }, 2 },
		{ NO, { PAYLOAD(NETWORK, 6, 1), COMPARE(EQUAL, 1, 58) }, 2 }, /* ip6 nexthdr: it is behind the hop-by-hop header */
		{ YES, { PAYLOAD(NETWORK, 6, 1), COMPARE(EQUAL, 1, 0) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 7, 1), COMPARE(EQUAL, 1, 1) }, 2 },
		{ YES, { PAYLOAD(NETWORK, 8, 2), COMPARE(EQUAL, 2, 0xfe, 0x80) }, 2 },
		{ MAY, { PAYLOAD(TRANSPORT, 4, 2), COMPARE(EQUAL, 2, 0) }, 2 },
		{ MAY, { PAYLOAD(TRANSPORT, 0, 1), { .kind = MCD_EXPR_TEST } }, 2 }, /* icmpv6 type { ... } */
	};
	static const struct matching types[] = {
		{ YES, { PAYLOAD(TRANSPORT, 0, 1), COMPARE(EQUAL, 1, 143) }, 2 },
		{ YES, { PAYLOAD(TRANSPORT, 0, 1), COMPARE(EQUAL, 1, 131) }, 2 },
		{ YES, { PAYLOAD(TRANSPORT, 0, 1), COMPARE(EQUAL, 1, 130) }, 2 },
	};
	static const struct mcd_suspect_packet *const packets[] = { &v2, &v1, &query };
	static const struct matching unknown[] = {
		{ MAY, { PAYLOAD(TRANSPORT, 0, 1), COMPARE(EQUAL, 1, 131) }, 2 },
		{ MAY, { PAYLOAD(NETWORK, 24, 1), COMPARE(EQUAL, 1, 0xff) }, 2 },
	};

	for (size_t i = 0; i < 3; i++) {
		MATCH(all, packets[i], false);
		for (size_t k = 0; k < 3; k++) {
			struct matching one = types[k];

			one.wanted = i == k ? YES : NO;
			match(&one, 1, packets[i], false);
		}
	}
	MATCH(all, &either, false);
	MATCH(unknown, &either, false);
}

/* Tables of one family are not met by packets of the other. */
static void families_are_kept_apart(void)
{
	static const struct {
		enum mcd_firewall_family family;
		bool ipv4, ipv6;
	} cases[] = {
		{ MCD_FIREWALL_INET, true, true }, { MCD_FIREWALL_IP, true, false }, { MCD_FIREWALL_IP6, false, true }, { MCD_FIREWALL_NETDEV, true, true }
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mcd_firewall fw;

		init(&fw);
		add_chain(&fw, "c", MCD_HOOK_INPUT)->family = cases[i].family;
		add_rule(&fw, 0);
		say(&fw, MCD_VERDICT_DROP, NULL);
		CU_ASSERT_EQUAL(walk(&fw, &in_packet).count, cases[i].ipv4);
		CU_ASSERT_EQUAL(walk(&fw, &in_packet6).count, cases[i].ipv6);
		mcd_firewall_fini(&fw);
	}
}

/* A base chain with a policy that drops, and in it one rule that matches, surely or perhaps, with VERDICT. */
static struct mcd_suspects behind(enum mcd_firewall_verdict verdict, bool surely)
{
	struct mcd_firewall fw;
	struct mcd_suspects s;

	init(&fw);
	add_chain(&fw, "c", MCD_HOOK_INPUT)->drops = true;
	add_chain(&fw, "x", MCD_HOOK_NONE);
	add_rule(&fw, 0);
	if (!surely)
		add(&fw, (struct mcd_firewall_expr){ .kind = MCD_EXPR_TEST });
	say(&fw, verdict, "x");
	s = walk(&fw, &in_packet);
	mcd_firewall_fini(&fw);
	return s;
}

static void verdicts_are_followed(void)
{
	static const struct {
		enum mcd_firewall_verdict verdict;
		bool surely;
		size_t count;
		bool policy, policy_surely; /* the last suspect */
	} cases[] = {
		{ MCD_VERDICT_ACCEPT, true, 0, false, false }, { MCD_VERDICT_ACCEPT, false, 1, true, false }, { MCD_VERDICT_DROP, true, 1, false, true },
		{ MCD_VERDICT_DROP, false, 2, true, true },    { MCD_VERDICT_RETURN, true, 1, true, true },	{ MCD_VERDICT_JUMP, true, 1, true, true },
		{ MCD_VERDICT_JUMP, false, 1, true, false },   { MCD_VERDICT_GOTO, true, 1, true, true },	{ MCD_VERDICT_TAKE, true, 0, false, false },
		{ MCD_VERDICT_TAKE, false, 1, true, false },   { MCD_VERDICT_ANY, true, 2, true, false },	{ MCD_VERDICT_CONTINUE, true, 1, true, true },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct mcd_suspects s = behind(cases[i].verdict, cases[i].surely);

		CU_ASSERT_EQUAL_FATAL(s.count, cases[i].count);
		if (s.count)
			CU_ASSERT_TRUE((s.at[s.count - 1].rule == NULL) == cases[i].policy && s.at[s.count - 1].surely == cases[i].policy_surely);
	}
}

/* Base chain c jumps to x, which lets UDP return, accept or drop. */
static size_t through(enum mcd_firewall_verdict how, enum mcd_firewall_verdict inside)
{
	struct mcd_firewall fw;
	struct mcd_suspects s;

	init(&fw);
	add_chain(&fw, "c", MCD_HOOK_INPUT);
	add_chain(&fw, "x", MCD_HOOK_NONE);
	add_rule(&fw, 0);
	say(&fw, how, "x");
	add_rule(&fw, 0); /* reached when x comes to its end, after a jump */
	say(&fw, MCD_VERDICT_DROP, NULL);
	add_rule(&fw, 1);
	say(&fw, inside, NULL);
	s = walk(&fw, &in_packet);
	CU_ASSERT_TRUE(s.known);
	mcd_firewall_fini(&fw);
	return s.count;
}

static void jumps_come_back_and_gotos_do_not(void)
{
	CU_ASSERT_EQUAL(through(MCD_VERDICT_JUMP, MCD_VERDICT_RETURN), 1);
	CU_ASSERT_EQUAL(through(MCD_VERDICT_JUMP, MCD_VERDICT_CONTINUE), 1);
	CU_ASSERT_EQUAL(through(MCD_VERDICT_JUMP, MCD_VERDICT_ACCEPT), 0);
	CU_ASSERT_EQUAL(through(MCD_VERDICT_JUMP, MCD_VERDICT_DROP), 1);
	CU_ASSERT_EQUAL(through(MCD_VERDICT_GOTO, MCD_VERDICT_RETURN), 0);
	CU_ASSERT_EQUAL(through(MCD_VERDICT_GOTO, MCD_VERDICT_DROP), 1);
}

/* What no kernel holds, but a file may: a chain that jumps to itself, twice; a jump to no chain. */
static void bad_jumps_end(void)
{
	struct mcd_firewall fw;

	init(&fw);
	add_chain(&fw, "c", MCD_HOOK_INPUT);
	for (int i = 0; i < 3; i++) {
		add_rule(&fw, 0);
		say(&fw, MCD_VERDICT_JUMP, "c");
	}
	CU_ASSERT_FALSE(walk(&fw, &in_packet).known);
	fw.rules.count = 1;
	snprintf(((struct mcd_firewall_expr *)mcd_vec_at(&fw.exprs, 0))->chain, MCD_FIREWALL_NAME, "none");
	CU_ASSERT_FALSE(walk(&fw, &in_packet).known);
	mcd_firewall_fini(&fw);
}

/* Which base chains a packet meets, on its way in and out. */
static void hooks_and_devices(void)
{
	struct mcd_suspect_packet out_packet = in_packet;

	out_packet.out = true;
	for (unsigned hook = 0; hook < MCD_HOOKS; hook++) {
		struct mcd_firewall_chain *chain;
		struct mcd_firewall fw;

		init(&fw);
		chain = add_chain(&fw, "c", (enum mcd_firewall_hook)hook);
		chain->drops = true;
		CU_ASSERT_EQUAL(walk(&fw, &in_packet).count, hook == MCD_HOOK_INGRESS || hook == MCD_HOOK_PREROUTING || hook == MCD_HOOK_INPUT);
		CU_ASSERT_EQUAL(walk(&fw, &out_packet).count, hook == MCD_HOOK_OUTPUT || hook == MCD_HOOK_POSTROUTING || hook == MCD_HOOK_EGRESS);
		if (hook == MCD_HOOK_INGRESS) {
			chain->ndevices = 1;
			snprintf(chain->devices[0], MCD_IFACE_NAME, "h1");
			CU_ASSERT_EQUAL(walk(&fw, &in_packet).count, 0);
			snprintf(chain->devices[0], MCD_IFACE_NAME, "h0");
			CU_ASSERT_EQUAL(walk(&fw, &in_packet).count, 1);
			chain->ndevices = MCD_FIREWALL_DEVICES + 1; /* not known which */
			CU_ASSERT_FALSE(walk(&fw, &in_packet).at[0].surely);
		}
		mcd_firewall_fini(&fw);
	}
}

/* ---- conviction, and what a finding says ---- */

/* The run of case_init(), but nothing of the stream on h0 reached the socket; table inet t has chain "input" with two rules for it. */
static void two_rules(struct the_case *c, bool unsure)
{
	struct mcd_firewall *fw = &c->evidence.firewall;

	case_init(c);
	((struct mcd_stream *)mcd_vec_at(&c->nics[0].streams, 0))->reception->delivered = 0;
	init(fw);
	add_chain(fw, "input", MCD_HOOK_INPUT);
	for (int i = 0; i < 2; i++) {
		add_rule(fw, 0);
		if (unsure)
			add(fw, (struct mcd_firewall_expr){ .kind = MCD_EXPR_TEST });
		say(fw, MCD_VERDICT_DROP, NULL);
	}
}

static struct mcd_firewall_rule *rule_of(struct the_case *c, size_t i)
{
	return mcd_vec_at(&c->evidence.firewall.rules, i);
}

static void told(struct the_case *c, enum mcd_confidence confidence, const char *summary, const char *remedy)
{
	const struct mcd_finding *f;

	case_judge(c);
	f = found(c, 0, MCD_DROPPED_BY_FIREWALL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	if (f->confidence != confidence || !strstr(f->summary, summary) || !strstr(f->remedy[0], remedy))
		printf("\n%d: %s\n%s\n", (int)f->confidence, f->summary, f->remedy[0]);
	CU_ASSERT_TRUE(f->confidence == confidence && strstr(f->summary, summary) && strstr(f->remedy[0], remedy));
}

static void a_counter_convicts(void)
{
	struct the_case c;

	two_rules(&c, true);
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	rule_of(&c, 1)->grew = 101;
	told(&c, MCD_CERTAIN, "rule handle 2 of chain input in table inet t drops them",
	     "nft insert rule inet t input position 2 iifname h0 ip daddr 239.7.7.7 udp dport 5000 accept");
	CU_ASSERT_STRING_EQUAL(found(&c, 0, MCD_DROPPED_BY_FIREWALL)->remedy[1], "Or take the rule out: nft delete rule inet t input handle 2");
	rule_of(&c, 1)->grew = 1000; /* of much else: it may match, and need not */
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	rule_of(&c, 1)->grew = 50; /* not as many as are missing */
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	rule_of(&c, 0)->grew = rule_of(&c, 1)->grew = 100; /* which of them? */
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	case_fini(&c);
}

static void the_only_one_is_convicted(void)
{
	struct the_case c;

	two_rules(&c, false);
	c.evidence.firewall.rules.count = 1;
	c.evidence.firewall.legacy_ipv6 = true; /* which those of IPv4 do not meet */
	told(&c, MCD_LIKELY, "rule handle 1 of chain input in table inet t drops them", "position 1 iifname h0");
	c.evidence.firewall.legacy = true; /* others are not read */
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	c.evidence.firewall.legacy = false;
	case_drop(&c, 0, "NETFILTER_DROP", 100);
	told(&c, MCD_CERTAIN, "rule handle 1 of chain input in table inet t drops them", "position 1 iifname h0");
	c.evidence.drops.rows.count = 0;
	case_drop(&c, 0, "TC_INGRESS", 100);
	told(&c, MCD_CERTAIN, "tc at the ingress", "nft list ruleset");
	case_fini(&c);
	two_rules(&c, true); /* it may match only: the drop reason tells that it did */
	c.evidence.firewall.rules.count = 1;
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	case_drop(&c, 0, "NETFILTER_DROP", 100);
	told(&c, MCD_CERTAIN, "rule handle 1", "position 1 iifname h0");
	rule_of(&c, 0)->grew = 1000; /* it drops much else as well */
	told(&c, MCD_CERTAIN, "rule handle 1", "position 1 iifname h0");
	rule_of(&c, 0)->grew = 50; /* not all of them: there is another */
	told(&c, MCD_CERTAIN, "netfilter (nftables or iptables) of this host drops them", "nft list ruleset");
	rule_of(&c, 0)->grew = 1000;
	c.evidence.drops.known = false; /* nobody's word that it was netfilter */
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	case_fini(&c);
}

/* A counter that stood still, or nearly, acquits; one that shows half convicts nobody. */
static void a_counter_acquits(void)
{
	struct the_case c;

	two_rules(&c, true);
	case_drop(&c, 0, "NETFILTER_DROP", 100);
	rule_of(&c, 0)->grew = 0;
	told(&c, MCD_CERTAIN, "rule handle 2 of chain input", "position 2 iifname h0");
	c.evidence.drops.known = false;
	rule_of(&c, 1)->grew = 9;
	told(&c, MCD_POSSIBLE, "most likely", "nft list ruleset");
	rule_of(&c, 1)->grew = 50;
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	case_fini(&c);
}

static void a_policy_is_convicted(void)
{
	struct the_case c;

	two_rules(&c, false);
	c.evidence.firewall.rules.count = 0;
	((struct mcd_firewall_chain *)mcd_vec_at(&c.evidence.firewall.chains, 0))->drops = true;
	told(&c, MCD_LIKELY, "the policy of chain input in table inet t drops them",
	     "nft add rule inet t input iifname h0 ip daddr 239.7.7.7 udp dport 5000 accept");
	CU_ASSERT_PTR_NOT_NULL(strstr(found(&c, 0, MCD_DROPPED_BY_FIREWALL)->remedy[1], "tc filter show"));
	case_drop(&c, 0, "NETFILTER_DROP", 100);
	told(&c, MCD_CERTAIN, "the policy of chain input in table inet t drops them", "nft add rule inet t input iifname h0");
	CU_ASSERT_STRING_EQUAL(found(&c, 0, MCD_DROPPED_BY_FIREWALL)->remedy[1], "");
	case_fini(&c);
}

/* Rules that were read and do not drop it make a firewall less likely; rules that were not read say nothing. */
static void nobody_is_suspected(void)
{
	struct the_case c;

	two_rules(&c, false);
	c.evidence.firewall.rules.count = 0;
	told(&c, MCD_POSSIBLE, "most likely", "nft list ruleset");
	c.evidence.firewall.legacy = true;
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	c.evidence.firewall.known = false;
	told(&c, MCD_LIKELY, "most likely", "nft list ruleset");
	case_fini(&c);
}

/* A rule that drops what is not missed is nobody's fault. */
static void a_healthy_run_names_nobody(void)
{
	struct the_case c;

	two_rules(&c, false);
	rule_of(&c, 0)->grew = 100;
	((struct mcd_stream *)mcd_vec_at(&c.nics[0].streams, 0))->reception->delivered = 100;
	case_judge(&c);
	CU_ASSERT_EQUAL(c.diagnosis.findings.count, 0);
	case_fini(&c);
}

/* ---- packets of ours, and queries, of IPv6 ---- */

/* h0 has fe80::20 and 2001:db8::20, and asks for ff15::7:7; its firewall has one chain, with one rule that drops. */
struct own {
	struct mcd_iface_address addresses[4];
	struct mcd_iface iface;
	struct mcd_group group;
	struct mcd_request request;
	struct mcd_evidence evidence;
	struct mcd_nic nic;
	struct mcd_judge j;
	struct mcd_finding f;
};

static const struct mcd_firewall_expr type_v2[] = { PAYLOAD(TRANSPORT, 0, 1), COMPARE(EQUAL, 1, 143) };
static const struct mcd_firewall_expr type_query[] = { PAYLOAD(TRANSPORT, 0, 1), COMPARE(EQUAL, 1, 130) };
static const struct mcd_firewall_expr from_link[] = { PAYLOAD(NETWORK, 8, 2), COMPARE(EQUAL, 2, 0xfe, 0x80) };
static const struct mcd_firewall_expr from_wide[] = { PAYLOAD(NETWORK, 8, 4), COMPARE(EQUAL, 4, 0x20, 1, 0x0d, 0xb8) };

static void own_init(struct own *o, enum mcd_firewall_hook hook, const struct mcd_firewall_expr *e)
{
	struct mcd_firewall *fw = &o->evidence.firewall;

	memset(o, 0, sizeof *o);
	o->addresses[0].address = mcd_addr_v4(0x0a4d000a);
	o->addresses[1].address = (struct mcd_addr){ 0xfe80000000000000, 0x20 };
	o->addresses[2].address = (struct mcd_addr){ 0x20010db800000000, 0x20 };
	o->iface = (struct mcd_iface){ .name = "h0", .index = 7, .addresses = o->addresses, .naddresses = 3 };
	o->group = (struct mcd_group){ .address = in_packet6.group, .port = 5000 };
	o->nic.iface = &o->iface;
	mcd_vec_init(&o->nic.reports, sizeof(struct mcd_report));
	mcd_vec_init(&o->f.clues, sizeof(struct mcd_clue));
	o->j = (struct mcd_judge){ .evidence = &o->evidence, .request = &o->request, .nic = &o->nic, .group = &o->group, .mld = true };
	init(fw);
	add_chain(fw, "c", hook);
	add_rule(fw, 0);
	add(fw, e[0]);
	add(fw, e[1]);
	say(fw, MCD_VERDICT_DROP, NULL);
}

static void own_fini(struct own *o)
{
	mcd_firewall_fini(&o->evidence.firewall);
	mcd_vec_fini(&o->nic.reports);
	mcd_vec_fini(&o->f.clues);
}

/* What is told: of a rule that is named, the remedy; of others, the clue. */
static void own_told(struct own *o, void (*tell)(struct mcd_judge *, struct mcd_finding *), const char *wanted)
{
	const char *text = o->f.remedy[0];

	o->f.clues.count = 0;
	o->f.remedy[0][0] = '\0';
	tell(&o->j, &o->f);
	CU_ASSERT_EQUAL_FATAL(o->f.clues.count, 1);
	if (!*text)
		text = ((struct mcd_clue *)mcd_vec_at(&o->f.clues, 0))->text;
	if (strcmp(text, wanted) != 0)
		printf("\n  %s\n", text);
	CU_ASSERT_STRING_EQUAL(text, wanted);
}

static void tell_query(struct mcd_judge *j, struct mcd_finding *f)
{
	const struct mcd_query q = { .source = { 0xfe80000000000000, 1 }, .destination = mcd_addr_all_hosts(true), .mld = true, .valid = true };

	mcd_suspects_of_query(j, f, &q);
}

#define MAYBE "of the rules of nf_tables, this one could drop it: rule handle 1 of chain c in table inet t"
#define NOBODY "no rule and no policy of nf_tables drops it"
#define LET "Let it pass: nft insert rule inet t c position 1 "
#define LET_REPORTS LET "oifname h0 icmpv6 type '{ mld-listener-report, mld-listener-done, mld2-listener-report }' accept"
#define LET_PROBES LET "oifname h0 ip6 daddr ff15::7:7 udp dport 5000 accept"

/* The type is known as soon as the version is; the source where there is one address of the link. */
static void who_drops_reports_of_mld(void)
{
	struct mcd_report *report;
	struct own o;

	own_init(&o, MCD_HOOK_OUTPUT, type_v2);
	own_told(&o, mcd_suspects_of_reports, MAYBE);
	report = push(&o.nic.reports);
	*report = (struct mcd_report){ .out = true, .version = 2, .type = MCD_IGMP_V3_REPORT };
	own_told(&o, mcd_suspects_of_reports, LET_REPORTS);
	CU_ASSERT_STRING_EQUAL(o.f.remedy[1], "Or take the rule out: nft delete rule inet t c handle 1");
	report->version = 1;
	own_told(&o, mcd_suspects_of_reports, NOBODY);
	own_fini(&o);
	own_init(&o, MCD_HOOK_OUTPUT, from_link);
	own_told(&o, mcd_suspects_of_reports, LET_REPORTS);
	memset(o.iface.name, 'n', sizeof o.iface.name - 1); /* out of a file: too long for a command that is not cut */
	own_told(&o, mcd_suspects_of_reports, "rule handle 1 of chain c in table inet t is all in nf_tables that can drop it");
	o.addresses[2].address.hi = 0xfe80000000000000; /* two of the link: either may be it */
	own_told(&o, mcd_suspects_of_reports, MAYBE);
	o.iface.naddresses = 1; /* none: `::`, or one that was there in between */
	own_told(&o, mcd_suspects_of_reports, MAYBE);
	own_fini(&o);
}

static void who_drops_probes_of_ipv6(void)
{
	struct own o;

	own_init(&o, MCD_HOOK_OUTPUT, from_wide);
	own_told(&o, mcd_suspects_of_probes, LET_PROBES);
	o.addresses[3] = o.addresses[2];
	o.iface.naddresses = 4; /* either may be it, and both match; that is not looked at */
	own_told(&o, mcd_suspects_of_probes, MAYBE);
	o.iface.naddresses = 2; /* only that of the link is left */
	own_told(&o, mcd_suspects_of_probes, NOBODY);
	o.iface.naddresses = 3;
	o.group.address.hi = 0xff02000000000000; /* to which it is enough */
	own_told(&o, mcd_suspects_of_probes, NOBODY);
	own_fini(&o);
}

static void who_drops_queries_of_mld(void)
{
	struct own o;

	own_init(&o, MCD_HOOK_INPUT, type_query);
	own_told(&o, tell_query, LET "iifname h0 icmpv6 type mld-listener-query accept");
	own_fini(&o);
}

/* What is of the other family neither convicts nor hides. */
static void the_other_family_has_no_say(void)
{
	struct mcd_firewall_chain *chain;
	struct own o;

	own_init(&o, MCD_HOOK_OUTPUT, from_wide);
	chain = mcd_vec_at(&o.evidence.firewall.chains, 0);
	o.evidence.firewall.legacy = true;
	own_told(&o, mcd_suspects_of_probes, LET_PROBES);
	chain->family = MCD_FIREWALL_IP;
	own_told(&o, mcd_suspects_of_probes, NOBODY);
	o.evidence.firewall.legacy_ipv6 = true;
	chain->family = MCD_FIREWALL_INET;
	own_told(&o, mcd_suspects_of_probes, MAYBE);
	own_fini(&o);
}

/* A stream of IPv6 in fragments: only the first has a port, and all of them are needed. */
static void fragments_of_ipv6(void)
{
	static const struct mcd_firewall_expr to_port[] = { PAYLOAD(TRANSPORT, 2, 2), COMPARE(EQUAL, 2, 0x13, 0x88) };
	struct mcd_stream_rare rare = { .later_fragments = 5 };
	struct mcd_suspects s;
	struct mcd_stream *stream;
	struct own o;

	own_init(&o, MCD_HOOK_INPUT, to_port);
	mcd_vec_init(&o.nic.streams, sizeof *stream);
	stream = push(&o.nic.streams);
	stream->source = in_packet6.source;
	stream->group = in_packet6.group;
	mcd_suspects_find(&o.j, &in_packet6, 100, false, &s);
	CU_ASSERT_TRUE(s.count == 1 && s.convicted == &s.at[0]);
	stream->rare = &rare;
	mcd_suspects_find(&o.j, &in_packet6, 100, false, &s);
	CU_ASSERT_TRUE(s.count == 1 && !s.convicted);
	mcd_vec_fini(&o.nic.streams);
	own_fini(&o);
}

/* One of IPv4 is put together before the input hook, and not before the others. */
static void fragments_of_ipv4(void)
{
	static const struct mcd_firewall_expr to_port[] = { PAYLOAD(TRANSPORT, 2, 2), COMPARE(EQUAL, 2, 0x13, 0x88) };
	const enum mcd_firewall_hook hooks[] = { MCD_HOOK_INPUT, MCD_HOOK_PREROUTING, MCD_HOOK_INGRESS };

	for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++) {
		struct mcd_suspects s;
		struct mcd_firewall fw;

		init(&fw);
		add_chain(&fw, "c", hooks[i]);
		add_rule(&fw, 0);
		add(&fw, to_port[0]);
		add(&fw, to_port[1]);
		say(&fw, MCD_VERDICT_ACCEPT, NULL);
		add_rule(&fw, 0);
		say(&fw, MCD_VERDICT_DROP, NULL);
		s = walk_pieces(&fw, &in_packet, false);
		CU_ASSERT_EQUAL(s.count, 0);
		s = walk_pieces(&fw, &in_packet, true);
		CU_ASSERT_EQUAL(s.count, hooks[i] != MCD_HOOK_INPUT); /* the later ones, which have no port, get to the second rule */
		mcd_firewall_fini(&fw);
	}
}

/* What lets a datagram in pieces pass may not ask for its port, of which the counters of the host tell no hook. */
static void a_remedy_for_fragments(void)
{
	struct mcd_firewall_chain *chain;
	struct the_case c;

	two_rules(&c, true);
	c.evidence.firewall.rules.count = 1;
	case_rare(mcd_vec_at(&c.nics[0].streams, 0))->later_fragments = 100;
	case_drop(&c, 0, "NETFILTER_DROP", 100);
	told(&c, MCD_CERTAIN, "rule handle 1", "position 1 iifname h0 ip daddr 239.7.7.7 udp dport 5000 accept");
	chain = mcd_vec_at(&c.evidence.firewall.chains, 0);
	chain->hook = MCD_HOOK_PREROUTING;
	c.evidence.after.counters.ip_in_receives = c.evidence.after.counters.ip_in_mcast_pkts = 202; /* which would be an input hook */
	told(&c, MCD_CERTAIN, "rule handle 1", "position 1 iifname h0 ip daddr 239.7.7.7 accept");
	CU_ASSERT_PTR_NOT_NULL(strstr(((struct mcd_clue *)mcd_vec_at(&found(&c, 0, MCD_DROPPED_BY_FIREWALL)->clues, 1))->text, "does not tell the hook"));
	case_fini(&c);
}

const struct unit_test suspect_tests[] = {
	{ "expressions match", expressions_match },
	{ "expressions match IPv6", expressions_match_ipv6 },
	{ "expressions match IGMP", expressions_match_igmp },
	{ "expressions match MLD", expressions_match_mld },
	{ "families are kept apart", families_are_kept_apart },
	{ "verdicts are followed", verdicts_are_followed },
	{ "jumps come back, gotos do not", jumps_come_back_and_gotos_do_not },
	{ "bad jumps end", bad_jumps_end },
	{ "hooks and devices", hooks_and_devices },
	{ "a counter convicts", a_counter_convicts },
	{ "the only one is convicted", the_only_one_is_convicted },
	{ "a counter acquits", a_counter_acquits },
	{ "a policy is convicted", a_policy_is_convicted },
	{ "nobody is suspected", nobody_is_suspected },
	{ "a healthy run names nobody", a_healthy_run_names_nobody },
	{ "who drops reports of MLD", who_drops_reports_of_mld },
	{ "who drops probes of IPv6", who_drops_probes_of_ipv6 },
	{ "who drops queries of MLD", who_drops_queries_of_mld },
	{ "the other family has no say", the_other_family_has_no_say },
	{ "fragments of IPv6", fragments_of_ipv6 },
	{ "fragments of IPv4", fragments_of_ipv4 },
	{ "a remedy for fragments", a_remedy_for_fragments },
	{ NULL, NULL },
};
