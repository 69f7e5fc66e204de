/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/firewall.h"

#include <string.h>

void mcd_firewall_init(struct mcd_firewall *firewall)
{
	*firewall = (struct mcd_firewall){ .known = false };
	mcd_vec_init(&firewall->chains, sizeof(struct mcd_firewall_chain));
	mcd_vec_init(&firewall->rules, sizeof(struct mcd_firewall_rule));
	mcd_vec_init(&firewall->exprs, sizeof(struct mcd_firewall_expr));
}

void mcd_firewall_fini(struct mcd_firewall *firewall)
{
	mcd_vec_fini(&firewall->chains);
	mcd_vec_fini(&firewall->rules);
	mcd_vec_fini(&firewall->exprs);
}

size_t mcd_firewall_chain(const struct mcd_firewall *firewall, enum mcd_firewall_family family, const char *table, const char *name)
{
	for (size_t i = 0; i < firewall->chains.count; i++) {
		const struct mcd_firewall_chain *chain = mcd_vec_at(&firewall->chains, i);

		if (chain->family == family && strcmp(chain->name, name) == 0 && strcmp(chain->table, table) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* The rule of BEFORE that RULE of NOW was; NULL = it is new. A handle is unique in its table. */
static const struct mcd_firewall_rule *same_rule(const struct mcd_firewall *now, const struct mcd_firewall_rule *rule,
						 const struct mcd_firewall *before)
{
	const struct mcd_firewall_chain *chain = mcd_vec_at(&now->chains, rule->chain);

	for (size_t i = 0; i < before->rules.count; i++) {
		const struct mcd_firewall_rule *other = mcd_vec_at(&before->rules, i);
		const struct mcd_firewall_chain *its = mcd_vec_at(&before->chains, other->chain);

		if (other->handle == rule->handle && its->family == chain->family && strcmp(its->table, chain->table) == 0)
			return other;
	}
	return NULL;
}

void mcd_firewall_since(struct mcd_firewall *now, const struct mcd_firewall *before)
{
	for (size_t i = 0; i < now->rules.count; i++) {
		struct mcd_firewall_rule *rule = mcd_vec_at(&now->rules, i);
		const struct mcd_firewall_rule *was = rule->packets == UINT64_MAX ? NULL : same_rule(now, rule, before);

		rule->grew = was && was->packets <= rule->packets ? rule->packets - was->packets : UINT64_MAX;
	}
}

const char *mcd_firewall_family_name(enum mcd_firewall_family family)
{
	static const char *const names[] = { "inet", "ip", "ip6", "netdev", "other" };

	return names[family];
}

const char *mcd_firewall_hook_name(enum mcd_firewall_hook hook)
{
	static const char *const names[] = { "none", "ingress", "prerouting", "input", "output", "postrouting", "egress" };

	return names[hook];
}
