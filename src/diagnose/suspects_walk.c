/* SPDX-License-Identifier: ISC */
/* As net/netfilter/nf_tables_core.c does it, but over a packet of which only some bytes are known. */
#include <config.h>

#include "diagnose/suspects_walk.h"

#include <string.h>

enum { DEEPEST = 16, MOST_STEPS = 100000 }; /* jumps inside each other, as the kernel bounds them; rules that are gone through */
enum { IFNAME_BYTES = 16, NFPROTO_OF_IPV4 = 2, NFPROTO_OF_IPV6 = 10, ETHERTYPE_OF_IPV4 = 0x0800, ETHERTYPE_OF_IPV6 = 0x86dd, HOP_BY_HOP = 0 };
enum { MLD_QUERY = 130, MLDV1_REPORT = 131, MLDV2_REPORT = 143 };

enum answer { NO, MAYBE, YES };
enum ending { FALLS_THROUGH, STOPS };

struct bytes {
	uint8_t at[MCD_FIREWALL_REGISTERS];
	uint8_t known[MCD_FIREWALL_REGISTERS]; /* which bits */
};

struct walk {
	const struct mcd_firewall *firewall;
	const struct mcd_iface *iface;
	const struct mcd_suspect_packet *packet;
	bool v6;
	struct bytes headers[MCD_HEADERS];
	struct mcd_suspects *out;
	size_t steps;
};

static void know(struct bytes *b, size_t at, const void *value, size_t length)
{
	memcpy(b->at + at, value, length);
	memset(b->known + at, 0xff, length);
}

static void know_u16(struct bytes *b, size_t at, uint16_t value)
{
	know(b, at, (const uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static void know_byte(struct bytes *b, size_t at, uint8_t value, uint8_t bits)
{
	b->at[at] = value;
	b->known[at] = bits;
}

static void know_address(struct bytes *b, size_t at, struct mcd_addr address)
{
	const bool v4 = mcd_addr_is_v4(address);
	uint8_t bytes[16];

	if (!v4 && mcd_addr_is_unspecified(address))
		return;
	mcd_addr_to_bytes(address, bytes);
	know(b, at, v4 ? bytes + 12 : bytes, v4 ? 4 : 16);
}

/* RFC 791, 3.1. Lengths, identification, TTL and checksums are not the same in all packets, and IGMP carries an option, or none. */
static void know_ipv4(struct bytes *ip, const struct mcd_suspect_packet *p)
{
	know_byte(ip, 0, 0x45, p->protocol == MCD_DROP_IGMP ? 0xf0 : 0xff);
	know_byte(ip, 9, p->protocol, 0xff);
	know_address(ip, 12, p->source);
	know_address(ip, 16, p->group);
}

/* RFC 8200, 3; RFC 9777, 5: all of MLD has a hop-by-hop header and hop limit 1. FRAGMENTS have a header of their own. */
static void know_ipv6(struct bytes *ip, const struct mcd_suspect_packet *p, bool fragments)
{
	const bool mld = p->protocol == MCD_DROP_ICMPV6;

	know_byte(ip, 0, 0x60, 0xf0);
	know_byte(ip, 6, mld ? HOP_BY_HOP : p->protocol, fragments ? 0 : 0xff);
	know_byte(ip, 7, 1, mld ? 0xff : 0);
	know_address(ip, 8, p->source);
	know_address(ip, 24, p->group);
}

/* RFC 768. */
static void know_udp(struct bytes *udp, const struct mcd_suspect_packet *p)
{
	if (p->source_port)
		know_u16(udp, 0, p->source_port);
	know_u16(udp, 2, p->port);
}

/* RFC 9777, 5: the type, and the code that this host sends. Reports of MLDv2 go to a group of their own, those of MLDv1 to theirs. */
static void know_mld(struct bytes *mld, const struct mcd_suspect_packet *p)
{
	const bool v2 = mcd_addr_equal(p->group, mcd_addr_report_routers(true));

	if (!p->out)
		know_byte(mld, 0, MLD_QUERY, 0xff);
	else if (!mcd_addr_is_unspecified(p->group))
		know_u16(mld, 0, (uint16_t)((v2 ? MLDV2_REPORT : MLDV1_REPORT) << 8));
}

/* What the kernel takes for the transport header is behind the headers of extension; of fragments only the first has it. */
static void know_headers(struct walk *w, bool fragments)
{
	const struct mcd_suspect_packet *p = w->packet;

	memset(w->headers, 0, sizeof w->headers);
	if (w->v6)
		know_ipv6(&w->headers[MCD_HEADER_NETWORK], p, fragments);
	else
		know_ipv4(&w->headers[MCD_HEADER_NETWORK], p);
	if (p->protocol == MCD_DROP_ICMPV6)
		know_mld(&w->headers[MCD_HEADER_TRANSPORT], p);
	else if (p->protocol == MCD_DROP_UDP && !fragments)
		know_udp(&w->headers[MCD_HEADER_TRANSPORT], p);
}

static void forget(struct bytes *registers, size_t at, size_t length)
{
	memset(registers->known + at, 0, length);
}

static void load_meta(const struct walk *w, const struct mcd_firewall_expr *e, struct bytes *registers)
{
	bool other = w->packet->out == (e->code == MCD_META_IIF || e->code == MCD_META_IIFNAME); /* the side that a packet has not got */
	const uint32_t index = other ? 0 : w->iface->index;
	char name[IFNAME_BYTES] = "";

	switch (e->code) {
	case MCD_META_IIF:
	case MCD_META_OIF:
		know(registers, e->at, &index, sizeof index);
		break;
	case MCD_META_IIFNAME:
	case MCD_META_OIFNAME:
		if (!other)
			memcpy(name, w->iface->name, strnlen(w->iface->name, sizeof name - 1));
		know(registers, e->at, name, sizeof name);
		break;
	case MCD_META_L4PROTO:
		know_byte(registers, e->at, w->packet->protocol, 0xff);
		break;
	case MCD_META_FAMILY:
		know_byte(registers, e->at, w->v6 ? NFPROTO_OF_IPV6 : NFPROTO_OF_IPV4, 0xff);
		break;
	default:
		know_u16(registers, e->at, w->v6 ? ETHERTYPE_OF_IPV6 : ETHERTYPE_OF_IPV4);
	}
}

static void load_payload(const struct walk *w, const struct mcd_firewall_expr *e, struct bytes *registers)
{
	const struct bytes *header = &w->headers[e->code];

	forget(registers, e->at, e->length);
	if (e->offset + (size_t)e->length > sizeof header->at)
		return;
	memcpy(registers->at + e->at, header->at + e->offset, e->length);
	memcpy(registers->known + e->at, header->known + e->offset, e->length);
}

static void mask(const struct mcd_firewall_expr *e, struct bytes *registers)
{
	const struct bytes from = *registers;

	for (size_t i = 0; i < e->length; i++) { /* what is masked away need not be known */
		registers->at[e->to + i] = (uint8_t)((from.at[e->at + i] & e->data[i]) ^ e->more[i]);
		registers->known[e->to + i] = from.known[e->at + i] | (uint8_t)~e->data[i];
	}
}

static void load(const struct walk *w, const struct mcd_firewall_expr *e, struct bytes *registers)
{
	switch (e->kind) {
	case MCD_EXPR_META:
		load_meta(w, e, registers);
		break;
	case MCD_EXPR_PAYLOAD:
		load_payload(w, e, registers);
		break;
	case MCD_EXPR_CONSTANT:
		know(registers, e->at, e->data, e->length);
		break;
	case MCD_EXPR_BITWISE:
		mask(e, registers);
		break;
	default:
		forget(registers, e->at, e->length);
	}
}

static enum answer negate(enum answer a)
{
	return a == YES ? NO : a == NO ? YES : MAYBE;
}

static enum answer truth(bool yes)
{
	return yes ? YES : NO;
}

static enum answer compare(const struct mcd_firewall_expr *e, const struct bytes *r)
{
	int order = memcmp(r->at + e->at, e->data, e->length);
	bool whole = true, differs = false;

	for (size_t i = 0; i < e->length; i++) {
		whole = whole && r->known[e->at + i] == 0xff;
		differs = differs || ((r->at[e->at + i] ^ e->data[i]) & r->known[e->at + i]) != 0;
	}
	if (e->code == MCD_EQUAL || e->code == MCD_NOT_EQUAL) {
		enum answer equal = differs ? NO : whole ? YES : MAYBE;

		return e->code == MCD_EQUAL ? equal : negate(equal);
	}
	if (!whole)
		return MAYBE;
	switch (e->code) {
	case MCD_LESS:
		return truth(order < 0);
	case MCD_LESS_EQUAL:
		return truth(order <= 0);
	case MCD_GREATER:
		return truth(order > 0);
	default:
		return truth(order >= 0);
	}
}

static enum answer within(const struct mcd_firewall_expr *e, const struct bytes *r)
{
	enum answer inside;

	for (size_t i = 0; i < e->length; i++)
		if (r->known[e->at + i] != 0xff)
			return MAYBE;
	inside = truth(memcmp(r->at + e->at, e->data, e->length) >= 0 && memcmp(r->at + e->at, e->more, e->length) <= 0);
	return e->code == MCD_EQUAL ? inside : negate(inside);
}

static enum answer test(const struct mcd_firewall_expr *e, const struct bytes *registers)
{
	switch (e->kind) {
	case MCD_EXPR_COMPARE:
		return compare(e, registers);
	case MCD_EXPR_RANGE:
		return within(e, registers);
	default:
		return MAYBE;
	}
}

/* Whether RULE matches; *VERDICT is what it then says, NULL = nothing. */
static enum answer match(const struct walk *w, const struct mcd_firewall_rule *rule, const struct mcd_firewall_expr **verdict)
{
	struct bytes registers = { .at = { 0 } };
	enum answer all = YES;

	*verdict = NULL;
	for (size_t i = 0; i < rule->count; i++) {
		const struct mcd_firewall_expr *e = mcd_vec_at(&w->firewall->exprs, rule->first + i);

		if (e->kind == MCD_EXPR_VERDICT && e->code == MCD_VERDICT_CONTINUE)
			continue;
		if (e->kind == MCD_EXPR_VERDICT) {
			*verdict = e;
			return all;
		}
		if (e->kind == MCD_EXPR_COMPARE || e->kind == MCD_EXPR_RANGE || e->kind == MCD_EXPR_TEST) {
			enum answer a = test(e, &registers);

			if (a == NO)
				return NO;
			all = a == MAYBE ? MAYBE : all;
			if (e->kind == MCD_EXPR_TEST) /* a map loads too */
				forget(&registers, 0, MCD_FIREWALL_REGISTERS);
		} else {
			load(w, e, &registers);
		}
	}
	return all;
}

static void suspect(struct walk *w, const struct mcd_firewall_chain *chain, const struct mcd_firewall_rule *rule, bool surely)
{
	for (size_t i = 0; i < w->out->count && i < MCD_SUSPECTS_MAX; i++)
		if (rule && w->out->at[i].rule == rule)
			return; /* by another way of jumps */
	if (w->out->count < MCD_SUSPECTS_MAX)
		w->out->at[w->out->count] = (struct mcd_suspect){ chain, rule, surely };
	w->out->count++;
}

static enum ending walk_chain(struct walk *w, size_t index, bool *surely, unsigned depth);

/* One rule that matches, or may. True = the chain is at its end for this packet, as *ENDING says. *SURELY: nothing before may have let it pass. */
static bool follow(struct walk *w, const struct mcd_firewall_rule *rule, enum answer matches, const struct mcd_firewall_expr *verdict, bool *surely,
		   unsigned depth, enum ending *ending)
{
	const struct mcd_firewall_chain *chain = mcd_vec_at(&w->firewall->chains, rule->chain);
	bool yes = matches == YES;

	*ending = STOPS;
	switch (verdict->code) {
	case MCD_VERDICT_DROP:
		suspect(w, chain, rule, yes && *surely);
		return yes;
	case MCD_VERDICT_JUMP:
	case MCD_VERDICT_GOTO: {
		bool inside = *surely && yes;

		*ending = walk_chain(w, mcd_firewall_chain(w->firewall, chain->family, chain->table, verdict->chain), &inside, depth + 1);
		*surely = yes ? inside : false;
		return yes && (*ending == STOPS || verdict->code == MCD_VERDICT_GOTO);
	}
	case MCD_VERDICT_RETURN:
		*ending = FALLS_THROUGH;
		*surely = *surely && yes;
		return yes;
	case MCD_VERDICT_ANY:
		suspect(w, chain, rule, false);
		*surely = false;
		return false;
	default: /* accepted, or taken away */
		*surely = *surely && yes;
		return yes;
	}
}

static enum ending walk_chain(struct walk *w, size_t index, bool *surely, unsigned depth)
{
	if (index == SIZE_MAX || depth > DEEPEST) {
		w->out->known = false;
		return FALLS_THROUGH;
	}
	for (size_t i = 0; i < w->firewall->rules.count; i++) {
		const struct mcd_firewall_rule *rule = mcd_vec_at(&w->firewall->rules, i);
		const struct mcd_firewall_expr *verdict;
		enum answer matches;
		enum ending ending;

		if (rule->chain != index)
			continue;
		if (++w->steps > MOST_STEPS) {
			w->out->known = false;
			return FALLS_THROUGH;
		}
		matches = match(w, rule, &verdict);
		if (matches != NO && verdict && follow(w, rule, matches, verdict, surely, depth, &ending))
			return ending;
	}
	return FALLS_THROUGH;
}

/* Whether the packet meets the base chain CHAIN. */
static bool is_met(const struct walk *w, const struct mcd_firewall_chain *chain)
{
	bool in = chain->hook == MCD_HOOK_INGRESS || chain->hook == MCD_HOOK_PREROUTING || chain->hook == MCD_HOOK_INPUT;
	bool bound = false;

	if (!chain->base || chain->hook == MCD_HOOK_NONE || in == w->packet->out || chain->family == (w->v6 ? MCD_FIREWALL_IP : MCD_FIREWALL_IP6))
		return false;
	for (size_t i = 0; i < chain->ndevices && i < MCD_FIREWALL_DEVICES; i++)
		bound = bound || strcmp(chain->devices[i], w->iface->name) == 0;
	return bound || chain->ndevices == 0 || chain->ndevices > MCD_FIREWALL_DEVICES;
}

bool mcd_suspects_meets_fragments(const struct mcd_firewall_chain *chain, bool v4)
{
	return !v4 || chain->hook != MCD_HOOK_INPUT;
}

void mcd_suspects_walk(const struct mcd_firewall *firewall, const struct mcd_iface *iface, const struct mcd_suspect_packet *packet,
		       bool fragments, struct mcd_suspects *out)
{
	struct walk w = { .firewall = firewall, .iface = iface, .packet = packet, .v6 = !mcd_addr_is_v4(packet->group), .out = out };

	for (size_t i = 0; i < firewall->chains.count; i++) {
		const struct mcd_firewall_chain *chain = mcd_vec_at(&firewall->chains, i);
		bool surely = chain->ndevices <= MCD_FIREWALL_DEVICES;

		know_headers(&w, fragments && mcd_suspects_meets_fragments(chain, !w.v6));
		if (is_met(&w, chain) && walk_chain(&w, i, &surely, 0) == FALLS_THROUGH && chain->drops)
			suspect(&w, chain, NULL, surely);
	}
}
