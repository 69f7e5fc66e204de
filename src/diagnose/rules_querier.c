/* SPDX-License-Identifier: ISC */
/* What the queries of one wire say about each other. */
#include <config.h>

#include "diagnose/judge.h"

static void find_zero_address(struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->queriers.count; i++) {
		const struct mcd_querier *k = mcd_vec_at(&j->nic->queriers, i);
		struct mcd_finding *f;
		char mac[MCD_MAC_TEXT];

		if (k->tagged || !mcd_addr_is_unspecified(k->address))
			continue;
		f = mcd_find_nic(j, MCD_QUERIER_ZERO_ADDRESS);
		mcd_find_summary(f, "The querier on %s asks from 0.0.0.0: other switches do not learn the way to it and may not pass reports on",
				 j->nic->iface->name);
		mcd_find_clue(j, f, j->nic, k->first_packet, k->first_ns, "query from 0.0.0.0, MAC %s; %llu in all", mcd_mac_format(k->mac, mac),
			      (unsigned long long)k->queries);
	}
}

static bool is_general(const struct mcd_query *q)
{
	return mcd_query_counts(q) && mcd_addr_is_unspecified(q->group);
}

/* The lowest address that is not 0.0.0.0 among general queries: the one that wins the election (RFC 9776, 6.6.2). */
static const struct mcd_query *elected(const struct mcd_judge *j)
{
	const struct mcd_query *lowest = NULL;

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (is_general(q) && !mcd_addr_is_unspecified(q->source) && (!lowest || mcd_addr_compare(q->source, lowest->source) < 0))
			lowest = q;
	}
	return lowest;
}

/* A loser that asks again after the winner asked again has not heard it: one query at the start, or a takeover, is how elections go. */
static void find_multiple(struct mcd_judge *j)
{
	const struct mcd_query *winner = elected(j), *loser = NULL, *last = NULL;
	bool winner_spoke = false;
	unsigned turns = 0;
	struct mcd_finding *f;

	for (size_t i = 0; winner && i < j->nic->queries.count && turns < 2; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!is_general(q) || mcd_addr_is_unspecified(q->source))
			continue;
		if (mcd_addr_equal(q->source, winner->source)) {
			winner_spoke = true;
		} else if (winner_spoke && (!loser || mcd_addr_equal(loser->source, q->source))) {
			winner_spoke = false;
			loser = q;
			turns++;
		}
		last = q;
	}
	if (turns < 2)
		return;
	f = mcd_find_nic(j, MCD_MULTIPLE_QUERIERS);
	mcd_find_summary(f, "Two queriers ask on the segment of %s, %s and %s, and neither gives way: they do not hear each other",
			 j->nic->iface->name, mcd_text_addr(winner->source).s, mcd_text_addr(loser->source).s);
	mcd_find_clue(j, f, j->nic, winner->packet, winner->when_ns, "general query from %s, the lower address", mcd_text_addr(winner->source).s);
	mcd_find_clue(j, f, j->nic, last->packet, last->when_ns, "general query from %s, its second after one of the other",
		      mcd_text_addr(loser->source).s);
}

static void find_version_conflict(struct mcd_judge *j)
{
	const struct mcd_query *first = NULL, *other = NULL;
	struct mcd_finding *f;

	for (size_t i = 0; i < j->nic->queries.count && !other; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!is_general(q))
			continue;
		if (!first)
			first = q;
		else if (q->version != first->version)
			other = q;
	}
	if (!other)
		return;
	f = mcd_find_nic(j, MCD_QUERIER_VERSION_CONFLICT);
	mcd_find_summary(f, "General queries of IGMPv%d (%s) and IGMPv%d (%s) come on %s: the lower version rules every host", first->version,
			 mcd_text_addr(first->source).s, other->version, mcd_text_addr(other->source).s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, first->packet, first->when_ns, "IGMPv%d general query from %s", first->version, mcd_text_addr(first->source).s);
	mcd_find_clue(j, f, j->nic, other->packet, other->when_ns, "IGMPv%d general query from %s", other->version, mcd_text_addr(other->source).s);
}

void mcd_rules_queriers(struct mcd_judge *j)
{
	find_zero_address(j);
	find_multiple(j);
	find_version_conflict(j);
}
