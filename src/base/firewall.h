/* SPDX-License-Identifier: ISC */
/* The rules of nf_tables (nftables, and iptables on top of it) in this network namespace, as far as it takes to tell which may drop a packet. */
#ifndef MCD_BASE_FIREWALL_H
#define MCD_BASE_FIREWALL_H

#include "base/iface.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	MCD_FIREWALL_NAME = 128,     /* room of a name */
	MCD_FIREWALL_DATA = 16,	     /* bytes that one expression compares or masks */
	MCD_FIREWALL_REGISTERS = 64, /* bytes that the expressions of a rule hand on */
	MCD_FIREWALL_DEVICES = 8,    /* that a chain is bound to */
};

enum mcd_firewall_family { MCD_FIREWALL_INET, MCD_FIREWALL_IP, MCD_FIREWALL_IP6, MCD_FIREWALL_NETDEV, MCD_FIREWALL_OTHER };

/* Where a base chain looks at packets; NONE = a chain that others jump to, or a hook that no packet of ours meets. */
enum mcd_firewall_hook {
	MCD_HOOK_NONE, MCD_HOOK_INGRESS, MCD_HOOK_PREROUTING, MCD_HOOK_INPUT, MCD_HOOK_OUTPUT, MCD_HOOK_POSTROUTING, MCD_HOOK_EGRESS, MCD_HOOKS
};

struct mcd_firewall_chain {
	enum mcd_firewall_family family;
	char table[MCD_FIREWALL_NAME], name[MCD_FIREWALL_NAME];
	enum mcd_firewall_hook hook;
	bool base, drops;		/* drops: by its policy, what comes to its end */
	char devices[MCD_FIREWALL_DEVICES][MCD_IFACE_NAME];
	uint8_t ndevices;		/* 0 = all; more than there is room for: not known which */
};

/* The kernel's expressions: a rule is a list of them, and its verdict falls when each one before it held. */
enum mcd_firewall_kind {
	MCD_EXPR_META,		/* load what is known beside the packet: CODE tells what */
	MCD_EXPR_PAYLOAD,	/* load LENGTH bytes at OFFSET of the header CODE */
	MCD_EXPR_CONSTANT,	/* load DATA */
	MCD_EXPR_LOAD,		/* load something else */
	MCD_EXPR_BITWISE,	/* TO = (AT & DATA) ^ MORE */
	MCD_EXPR_COMPARE,	/* AT with DATA: CODE tells how */
	MCD_EXPR_RANGE,		/* AT within DATA and MORE; CODE NOT_EQUAL = outside */
	MCD_EXPR_TEST,		/* something that may hold or not: a set, a limit, a match of iptables */
	MCD_EXPR_VERDICT,	/* CODE, and CHAIN of a jump */
	MCD_EXPR_KINDS
};

enum mcd_firewall_meta {
	MCD_META_IIF, MCD_META_IIFNAME, MCD_META_OIF, MCD_META_OIFNAME, MCD_META_L4PROTO, MCD_META_FAMILY, MCD_META_PROTOCOL, MCD_METAS
};
enum mcd_firewall_header { MCD_HEADER_NETWORK, MCD_HEADER_TRANSPORT, MCD_HEADERS };
enum mcd_firewall_comparison { MCD_EQUAL, MCD_NOT_EQUAL, MCD_LESS, MCD_LESS_EQUAL, MCD_GREATER, MCD_GREATER_EQUAL, MCD_COMPARISONS };
enum mcd_firewall_verdict {
	MCD_VERDICT_DROP, MCD_VERDICT_ACCEPT, MCD_VERDICT_JUMP, MCD_VERDICT_GOTO, MCD_VERDICT_RETURN, MCD_VERDICT_CONTINUE,
	MCD_VERDICT_TAKE,	/* away: queued, forwarded, handed to another */
	MCD_VERDICT_ANY,	/* any of them, out of a map */
	MCD_VERDICTS
};

struct mcd_firewall_expr {
	uint8_t kind;			/* enum mcd_firewall_kind */
	uint8_t code;			/* of an enumeration above */
	uint8_t at, to, length;		/* bytes of the registers: AT + LENGTH and TO + LENGTH are within them */
	uint16_t offset;
	uint8_t data[MCD_FIREWALL_DATA], more[MCD_FIREWALL_DATA]; /* in network order; an interface's index as the host has it */
	char chain[MCD_FIREWALL_NAME];
};

struct mcd_firewall_rule {
	size_t chain;			/* index */
	uint64_t handle;
	uint64_t packets;		/* that its counter behind all tests shows; UINT64_MAX = it has none */
	uint64_t grew;			/* during the run; UINT64_MAX = not known */
	size_t first, count;		/* its expressions */
};

struct mcd_firewall {
	bool known;			/* the whole of it was read */
	bool legacy, legacy_ipv6;	/* there are rules of the older ip_tables, ip6_tables too, or it is not known; they are not read */
	char why_not[160];		/* when it is not known: one line */
	struct mcd_vec chains, rules, exprs; /* struct mcd_firewall_chain, _rule, _expr; rules by chain, in their order */
};

void mcd_firewall_init(struct mcd_firewall *firewall);
void mcd_firewall_fini(struct mcd_firewall *firewall);

/* The index of a chain; SIZE_MAX = there is none. */
size_t mcd_firewall_chain(const struct mcd_firewall *firewall, enum mcd_firewall_family family, const char *table, const char *name);

/* Whether there may be rules that were not read and that packets of IPv4 (V6: of IPv6) meet. */
static inline bool mcd_firewall_has_legacy(const struct mcd_firewall *firewall, bool v6)
{
	return v6 ? firewall->legacy_ipv6 : firewall->legacy;
}

/* Fill `grew` of the rules of NOW from what their counters showed BEFORE. A counter that went back is not known. */
void mcd_firewall_since(struct mcd_firewall *now, const struct mcd_firewall *before);

/* "inet", "prerouting": as nft(8) calls them. */
const char *mcd_firewall_family_name(enum mcd_firewall_family family);
const char *mcd_firewall_hook_name(enum mcd_firewall_hook hook);

#endif
