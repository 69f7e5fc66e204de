/* SPDX-License-Identifier: ISC */
/* The rules of nf_tables: in the report where packets can be dropped at all, in host.json all that it takes to judge them again. */
#include <config.h>

#include "report/json.h"

#include <stdio.h>

static void put_known(struct mcd_json *j, const struct mcd_firewall *firewall)
{
	mcd_json_bool(j, "known", firewall->known);
	mcd_json_word(j, "why_not", firewall->why_not);
	mcd_json_bool(j, "legacy", firewall->legacy);
	mcd_json_bool(j, "legacy_ipv6", firewall->legacy_ipv6);
}

static void put_chain(struct mcd_json *j, const struct mcd_firewall_chain *chain)
{
	mcd_json_text(j, "family", mcd_firewall_family_name(chain->family));
	mcd_json_text(j, "table", chain->table);
	mcd_json_text(j, "name", chain->name);
	mcd_json_text(j, "hook", mcd_firewall_hook_name(chain->hook));
}

void mcd_json_firewall(struct mcd_json *j, const struct mcd_firewall *firewall)
{
	mcd_json_object(j, "firewall");
	put_known(j, firewall);
	mcd_json_uint(j, "rules", firewall->rules.count);
	mcd_json_array(j, "chains");
	for (size_t i = 0; i < firewall->chains.count; i++) {
		const struct mcd_firewall_chain *chain = mcd_vec_at(&firewall->chains, i);

		if (!chain->base || chain->hook == MCD_HOOK_NONE)
			continue;
		mcd_json_object(j, NULL);
		put_chain(j, chain);
		mcd_json_text(j, "policy", chain->drops ? "drop" : "accept");
		mcd_json_end(j);
	}
	mcd_json_end(j);
	mcd_json_end(j);
}

static void put_saved_chain(struct mcd_json *j, const struct mcd_firewall_chain *chain)
{
	mcd_json_object(j, NULL);
	put_chain(j, chain);
	mcd_json_bool(j, "base", chain->base);
	mcd_json_bool(j, "drops", chain->drops);
	mcd_json_uint(j, "ndevices", chain->ndevices);
	mcd_json_array(j, "devices");
	for (size_t i = 0; i < chain->ndevices && i < MCD_FIREWALL_DEVICES; i++)
		mcd_json_text(j, NULL, chain->devices[i]);
	mcd_json_end(j);
	mcd_json_end(j);
}

static void put_bytes(struct mcd_json *j, const char *key, const uint8_t bytes[MCD_FIREWALL_DATA])
{
	char text[2 * MCD_FIREWALL_DATA + 1];

	for (size_t i = 0; i < MCD_FIREWALL_DATA; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	mcd_json_text(j, key, text);
}

static void put_expr(struct mcd_json *j, const struct mcd_firewall_expr *e)
{
	mcd_json_object(j, NULL);
	mcd_json_uint(j, "kind", e->kind);
	mcd_json_uint(j, "code", e->code);
	mcd_json_uint(j, "at", e->at);
	mcd_json_uint(j, "to", e->to);
	mcd_json_uint(j, "length", e->length);
	mcd_json_uint(j, "offset", e->offset);
	put_bytes(j, "data", e->data);
	put_bytes(j, "more", e->more);
	mcd_json_text(j, "chain", e->chain);
	mcd_json_end(j);
}

static void put_rule(struct mcd_json *j, const struct mcd_firewall *firewall, const struct mcd_firewall_rule *rule)
{
	mcd_json_object(j, NULL);
	mcd_json_uint(j, "chain", rule->chain);
	mcd_json_uint(j, "handle", rule->handle);
	mcd_json_count(j, "packets", rule->packets);
	mcd_json_count(j, "grew", rule->grew);
	mcd_json_array(j, "expressions");
	for (size_t i = 0; i < rule->count; i++)
		put_expr(j, mcd_vec_at(&firewall->exprs, rule->first + i));
	mcd_json_end(j);
	mcd_json_end(j);
}

void mcd_json_rules(struct mcd_json *j, const struct mcd_firewall *firewall)
{
	mcd_json_object(j, "firewall");
	put_known(j, firewall);
	mcd_json_array(j, "chains");
	for (size_t i = 0; i < firewall->chains.count; i++)
		put_saved_chain(j, mcd_vec_at(&firewall->chains, i));
	mcd_json_end(j);
	mcd_json_array(j, "rules");
	for (size_t i = 0; i < firewall->rules.count; i++)
		put_rule(j, firewall, mcd_vec_at(&firewall->rules, i));
	mcd_json_end(j);
	mcd_json_end(j);
}
