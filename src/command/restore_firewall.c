/* SPDX-License-Identifier: ISC */
/* The rules of the host of the run. What the search for suspects relies on is checked here: places in the registers, codes, chains. */
#include <config.h>

#include "command/restore_parts.h"

#include <stdio.h>
#include <string.h>

static void read_devices(struct mcd_reading *r, const cJSON *row, struct mcd_firewall_chain *chain)
{
	const cJSON *item, *list = mcd_reading_array(r, row, "devices");
	size_t n = 0;

	chain->ndevices = (uint8_t)mcd_reading_int(r, row, "ndevices", 0, UINT8_MAX);
	cJSON_ArrayForEach(item, list) {
		if (!cJSON_IsString(item) || n == MCD_FIREWALL_DEVICES || strlen(item->valuestring) >= sizeof chain->devices[n]) {
			mcd_reading_refuse(r, "devices", "a list of names of interfaces");
			return;
		}
		snprintf(chain->devices[n], sizeof chain->devices[n], "%s", item->valuestring);
		n++;
	}
	if (!r->failed && n != (chain->ndevices < MCD_FIREWALL_DEVICES ? chain->ndevices : MCD_FIREWALL_DEVICES))
		mcd_reading_refuse(r, "devices", "as long as it is told");
}

static void read_chain(struct mcd_reading *r, const cJSON *row, struct mcd_firewall_chain *chain)
{
	static const char *const families[] = { "inet", "ip", "ip6", "netdev", NULL };
	static const char *const hooks[] = { "none", "ingress", "prerouting", "input", "output", "postrouting", "egress", NULL };

	chain->family = (enum mcd_firewall_family)mcd_reading_word(r, row, "family", families);
	mcd_reading_text(r, row, "table", chain->table, sizeof chain->table);
	mcd_reading_text(r, row, "name", chain->name, sizeof chain->name);
	chain->hook = (enum mcd_firewall_hook)mcd_reading_word(r, row, "hook", hooks);
	chain->base = mcd_reading_bool(r, row, "base");
	chain->drops = mcd_reading_bool(r, row, "drops");
	read_devices(r, row, chain);
}

static void read_expr(struct mcd_reading *r, const cJSON *row, struct mcd_firewall_expr *e)
{
	static const uint8_t codes[MCD_EXPR_KINDS] = {
		[MCD_EXPR_META] = MCD_METAS,	      [MCD_EXPR_PAYLOAD] = MCD_HEADERS,	    [MCD_EXPR_CONSTANT] = 1,
		[MCD_EXPR_LOAD] = 1,		      [MCD_EXPR_BITWISE] = 1,		    [MCD_EXPR_COMPARE] = MCD_COMPARISONS,
		[MCD_EXPR_RANGE] = MCD_COMPARISONS,   [MCD_EXPR_TEST] = 1,		    [MCD_EXPR_VERDICT] = MCD_VERDICTS,
	};
	int most;

	e->kind = (uint8_t)mcd_reading_int(r, row, "kind", 0, MCD_EXPR_KINDS - 1);
	most = e->kind == MCD_EXPR_LOAD ? MCD_FIREWALL_REGISTERS : MCD_FIREWALL_DATA;
	e->code = (uint8_t)mcd_reading_int(r, row, "code", 0, codes[e->kind] - 1);
	e->length = (uint8_t)mcd_reading_int(r, row, "length", 0, most);
	e->at = (uint8_t)mcd_reading_int(r, row, "at", 0, MCD_FIREWALL_REGISTERS - e->length);
	e->to = (uint8_t)mcd_reading_int(r, row, "to", 0, MCD_FIREWALL_REGISTERS - e->length);
	e->offset = (uint16_t)mcd_reading_int(r, row, "offset", 0, UINT16_MAX);
	mcd_reading_bytes(r, row, "data", e->data, sizeof e->data);
	mcd_reading_bytes(r, row, "more", e->more, sizeof e->more);
	mcd_reading_text(r, row, "chain", e->chain, sizeof e->chain);
}

static void read_rule(struct mcd_reading *r, const cJSON *row, struct mcd_firewall *firewall)
{
	struct mcd_firewall_rule *rule = mcd_restore_push(r, &firewall->rules);
	const cJSON *list = mcd_reading_array(r, row, "expressions"), *item;

	if (!rule)
		return;
	rule->first = firewall->exprs.count;
	rule->chain = (size_t)mcd_reading_int(r, row, "chain", 0, (int64_t)firewall->chains.count - 1);
	rule->handle = mcd_reading_uint(r, row, "handle");
	rule->packets = mcd_reading_uint_or(r, row, "packets", UINT64_MAX);
	rule->grew = mcd_reading_uint_or(r, row, "grew", UINT64_MAX);
	mcd_reading_rows(r, list, "expressions", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(item, list) {
		struct mcd_firewall_expr *e = mcd_restore_push(r, &firewall->exprs);

		if (!e)
			return;
		read_expr(r, item, e);
		rule->count++;
	}
}

static void read_firewall(struct mcd_reading *r, const cJSON *told, struct mcd_firewall *firewall)
{
	const cJSON *list = mcd_reading_array(r, told, "chains"), *row;

	firewall->known = mcd_reading_bool(r, told, "known");
	mcd_reading_text(r, told, "why_not", firewall->why_not, sizeof firewall->why_not);
	firewall->legacy = mcd_reading_bool(r, told, "legacy");
	firewall->legacy_ipv6 = !cJSON_GetObjectItemCaseSensitive(told, "legacy_ipv6") || /* of a run that did not ask: not known */
				mcd_reading_bool(r, told, "legacy_ipv6");
	mcd_reading_rows(r, list, "chains", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(row, list) {
		struct mcd_firewall_chain *chain = mcd_restore_push(r, &firewall->chains);

		if (!chain)
			return;
		read_chain(r, row, chain);
	}
	list = mcd_reading_array(r, told, "rules");
	mcd_reading_rows(r, list, "rules", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(row, list) {
		if (r->failed)
			return;
		read_rule(r, row, firewall);
	}
}

void mcd_restore_firewall(struct mcd_reading *r, const cJSON *root, struct mcd_evidence *evidence)
{
	struct mcd_firewall firewall;

	mcd_firewall_init(&firewall);
	read_firewall(r, mcd_reading_object(r, root, "firewall"), &firewall);
	mcd_observe_firewall(evidence, &firewall);
}
