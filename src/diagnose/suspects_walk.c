/* SPDX-License-Identifier: ISC */
/* As net/netfilter/nf_tables_core.c does it, but over a packet of which only some bytes are known. */
#include <config.h>

#include "diagnose/suspects_walk.h"

#include <string.h>

enum { DEEPEST = 16, MOST_STEPS = 100000 }; /* jumps inside each other, as the kernel bounds them; rules that are gone through */
enum { NETWORK_BYTES = 20, TRANSPORT_BYTES = 8, IFNAME_BYTES = 16 };
enum { NFPROTO_IPV4_VALUE = 2, ETHERTYPE_IPV4_HIGH = 0x08, IGMP = 2 };

enum answer { NO, MAYBE, YES };
enum ending { FALLS_THROUGH, STOPS };

struct bytes {
	uint8_t at[MCD_FIREWALL_REGISTERS];
	bool known[MCD_FIREWALL_REGISTERS];
};

struct walk {
	const struct mcd_firewall *firewall;
	const struct mcd_iface *iface;
	const struct mcd_suspect_packet *packet;
	struct bytes headers[MCD_HEADERS];
	struct mcd_suspects *out;
	size_t steps;
};

static void know(struct bytes *b, size_t at, const void *value, size_t length)
{
	memcpy(b->at + at, value, length);
	memset(b->known + at, true, length);
}

static void know_u16(struct bytes *b, size_t at, uint16_t value)
{
	know(b, at, (const uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static void know_address(struct bytes *b, size_t at, struct mcd_addr address)
{
	uint32_t value = mcd_addr_to_v4(address);

	know_u16(b, at, (uint16_t)(value >> 16));
	know_u16(b, at + 2, (uint16_t)value);
}

/* RFC 791, 3.1; RFC 768. Lengths, identification, TTL and checksums are not the same in all packets. */
static void know_headers(struct walk *w)
{
	struct bytes *ip = &w->headers[MCD_HEADER_NETWORK], *udp = &w->headers[MCD_HEADER_TRANSPORT];
	const struct mcd_suspect_packet *p = w->packet;

	if (p->protocol != IGMP) /* which carries an option, or none */
		know(ip, 0, (const uint8_t[]){ 0x45 }, 1);
	know(ip, 9, &p->protocol, 1);
	know_address(ip, 12, p->source);
	know_address(ip, 16, p->group);
	if (p->protocol == IGMP)
		return;
	if (p->source_port)
		know_u16(udp, 0, p->source_port);
	know_u16(udp, 2, p->port);
}

static void forget(struct bytes *registers, size_t at, size_t length)
{
	memset(registers->known + at, false, length);
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
		know(registers, e->at, &w->packet->protocol, 1);
		break;
	case MCD_META_FAMILY:
		know(registers, e->at, (const uint8_t[]){ NFPROTO_IPV4_VALUE }, 1);
		break;
	default:
		know_u16(registers, e->at, ETHERTYPE_IPV4_HIGH << 8);
	}
}

static void load_payload(const struct walk *w, const struct mcd_firewall_expr *e, struct bytes *registers)
{
	static const size_t sizes[] = { NETWORK_BYTES, TRANSPORT_BYTES };
	const struct bytes *header = &w->headers[e->code];

	forget(registers, e->at, e->length);
	if (e->offset + (size_t)e->length > sizes[e->code])
		return;
	memcpy(registers->at + e->at, header->at + e->offset, e->length);
	memcpy(registers->known + e->at, header->known + e->offset, e->length);
}

static void mask(const struct mcd_firewall_expr *e, struct bytes *registers)
{
	const struct bytes from = *registers;

	for (size_t i = 0; i < e->length; i++) { /* what is masked away need not be known */
		registers->at[e->to + i] = (uint8_t)((from.at[e->at + i] & e->data[i]) ^ e->more[i]);
		registers->known[e->to + i] = from.known[e->at + i] || e->data[i] == 0;
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
		whole = whole && r->known[e->at + i];
		differs = differs || (r->known[e->at + i] && r->at[e->at + i] != e->data[i]);
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
		if (!r->known[e->at + i])
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

	if (!chain->base || chain->hook == MCD_HOOK_NONE || in == w->packet->out || chain->family == MCD_FIREWALL_IP6)
		return false;
	for (size_t i = 0; i < chain->ndevices && i < MCD_FIREWALL_DEVICES; i++)
		bound = bound || strcmp(chain->devices[i], w->iface->name) == 0;
	return bound || chain->ndevices == 0 || chain->ndevices > MCD_FIREWALL_DEVICES;
}

void mcd_suspects_walk(const struct mcd_firewall *firewall, const struct mcd_iface *iface, const struct mcd_suspect_packet *packet,
		       struct mcd_suspects *out)
{
	struct walk w = { .firewall = firewall, .iface = iface, .packet = packet, .out = out };

	know_headers(&w);
	for (size_t i = 0; i < firewall->chains.count; i++) {
		const struct mcd_firewall_chain *chain = mcd_vec_at(&firewall->chains, i);
		bool surely = chain->ndevices <= MCD_FIREWALL_DEVICES;

		if (is_met(&w, chain) && walk_chain(&w, i, &surely, 0) == FALLS_THROUGH && chain->drops)
			suspect(&w, chain, NULL, surely);
	}
}
