/* SPDX-License-Identifier: ISC */
/* What the queries of one wire say about each other. */
#include <config.h>

#include "diagnose/judge.h"

/* The judged one, where a wire has several. */
static struct mcd_text network(const struct mcd_judge *j)
{
	return mcd_text_vlan(j->vlan, j->inner_vlan);
}

/* A wire of a capture may be several networks. */
static void doubt(const struct mcd_judge *j, struct mcd_finding *f)
{
	if (!f || !j->evidence->passive || j->vlan)
		return;
	f->confidence = MCD_LIKELY;
	mcd_find_settle(f, "a mirror that takes VLAN tags off shows several networks as one: capture with tags, or on one port");
}

static bool is_general(const struct mcd_judge *j, const struct mcd_query *q)
{
	return mcd_query_counts(j, q) && mcd_addr_is_unspecified(q->group);
}

/* The lowest address that is not 0.0.0.0 among general queries: the one that wins the election (RFC 9776, 6.6.2). */
static const struct mcd_query *elected(const struct mcd_judge *j)
{
	const struct mcd_query *lowest = NULL;

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (is_general(j, q) && !mcd_addr_is_unspecified(q->source) && (!lowest || mcd_addr_compare(q->source, lowest->source) < 0))
			lowest = q;
	}
	return lowest;
}

/* Group-specific queries alone, beside a querier with an address, are of a switch that asks for it (RFC 4541, 2.1.1). */
static void find_zero_address(struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->queriers.count; i++) {
		const struct mcd_querier *k = mcd_vec_at(&j->nic->queriers, i);
		struct mcd_finding *f;
		char mac[MCD_MAC_TEXT];

		if (!MCD_HERE(j, k) || k->mld != j->mld || !mcd_addr_is_unspecified(k->address) || (!k->general && elected(j)))
			continue;
		f = mcd_find_nic(j, MCD_QUERIER_ZERO_ADDRESS);
		mcd_find_summary(f, "The querier on %s%s asks from 0.0.0.0: other switches do not learn the way to it and may not pass reports on",
				 j->nic->iface->name, network(j).s);
		f = mcd_find_more(j, MCD_QUERIER_ZERO_ADDRESS, f);
		mcd_find_clue(j, f, j->nic, k->first_packet, k->first_ns, "query from 0.0.0.0%s, MAC %s; %llu in all", network(j).s,
			      mcd_mac_format(k->mac, mac), (unsigned long long)k->queries);
	}
}

/* Whether who heard Q may ask himself at AT: its Other Querier Present Interval is over (RFC 9776, 8.5). */
static bool has_timed_out(const struct mcd_query *q, int64_t at_ns)
{
	const int64_t interval_ms = (q->interval_s ? q->interval_s : 125) * INT64_C(1000), robustness = q->robustness > 1 ? q->robustness : 2;

	return at_ns - q->when_ns >= (robustness * interval_ms + q->max_response_ms / 2 - MCD_ANSWER_SLACK_MS) * MCD_MS;
}

/* A loser that asks again after the winner asked again has not heard it: one query at the start, or a takeover, is how elections go. */
static void find_multiple(struct mcd_judge *j)
{
	const struct mcd_query *winner = elected(j), *loser = NULL, *last = NULL, *heard = NULL;
	unsigned turns = 0;
	struct mcd_finding *f;

	for (size_t i = 0; winner && i < j->nic->queries.count && turns < 2; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!is_general(j, q) || mcd_addr_is_unspecified(q->source))
			continue;
		if (mcd_addr_equal(q->source, winner->source)) {
			heard = q;
		} else if (heard && (!loser || mcd_addr_equal(loser->source, q->source))) {
			loser = q;
			turns += !has_timed_out(heard, q->when_ns);
			heard = NULL;
		}
		last = q;
	}
	if (turns < 2)
		return;
	f = mcd_find_nic(j, MCD_MULTIPLE_QUERIERS);
	mcd_find_summary(f, "Two queriers ask on the segment of %s%s, %s and %s, and neither gives way: they do not hear each other",
			 j->nic->iface->name, network(j).s, mcd_text_addr(winner->source).s, mcd_text_addr(loser->source).s);
	doubt(j, f);
	f = mcd_find_more(j, MCD_MULTIPLE_QUERIERS, f);
	mcd_find_clue(j, f, j->nic, winner->packet, winner->when_ns, "general query from %s%s, the lower address", mcd_text_addr(winner->source).s,
		      network(j).s);
	mcd_find_clue(j, f, j->nic, last->packet, last->when_ns, "general query from %s%s, its second after one of the other",
		      mcd_text_addr(loser->source).s, network(j).s);
}

static void find_version_conflict(struct mcd_judge *j)
{
	const struct mcd_query *first = NULL, *other = NULL;
	struct mcd_finding *f;

	for (size_t i = 0; i < j->nic->queries.count && !other; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!is_general(j, q))
			continue;
		if (!first)
			first = q;
		else if (q->version != first->version)
			other = q;
	}
	if (!other)
		return;
	f = mcd_find_nic(j, MCD_QUERIER_VERSION_CONFLICT);
	mcd_find_summary(f, "General queries of IGMPv%d (%s) and IGMPv%d (%s) come on %s%s: the lower version rules every host", first->version,
			 mcd_text_addr(first->source).s, other->version, mcd_text_addr(other->source).s, j->nic->iface->name, network(j).s);
	if (!mcd_addr_equal(first->source, other->source))
		doubt(j, f);
	f = mcd_find_more(j, MCD_QUERIER_VERSION_CONFLICT, f);
	mcd_find_clue(j, f, j->nic, first->packet, first->when_ns, "IGMPv%d general query from %s%s", first->version, mcd_text_addr(first->source).s,
		      network(j).s);
	mcd_find_clue(j, f, j->nic, other->packet, other->when_ns, "IGMPv%d general query from %s%s", other->version, mcd_text_addr(other->source).s,
		      network(j).s);
}

/* The times between the general queries of one querier. */
struct intervals {
	unsigned count;			/* judged, the first ones after its start apart */
	unsigned shorter, longer;	/* than advertised, by more than a quarter */
	int64_t sum_ns;
	const struct mcd_query *last;
};

static struct intervals measure(const struct mcd_judge *j, const struct mcd_querier *k)
{
	struct intervals m = { .last = NULL };
	const int64_t due = (int64_t)k->interval_s * 1000 * MCD_MS;
	unsigned started = k->robustness ? k->robustness - 1u : 1; /* intervals of the Startup Query Count (RFC 9776, 8.7) */

	for (size_t i = 0; i < j->nic->queries.count; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);
		int64_t gap = m.last ? q->when_ns - m.last->when_ns : 0;

		if (!is_general(j, q) || !mcd_addr_equal(q->source, k->address))
			continue;
		if (m.last && started > 0) {
			started--;
		} else if (m.last && gap >= 0) { /* in a file, time may go back */
			m.count++;
			m.sum_ns += gap;
			m.shorter += gap < due - due / 4;
			m.longer += gap > due + due / 4;
		}
		m.last = q;
	}
	return m;
}

/* Only where every interval is off, and all to one side: one query that was lost, or asked for, is none. */
static void find_intervals(struct mcd_judge *j)
{
	enum { LEAST = 3 };

	for (size_t i = 0; i < j->nic->queriers.count; i++) {
		const struct mcd_querier *k = mcd_vec_at(&j->nic->queriers, i);
		struct intervals m;
		struct mcd_finding *f;

		if (!MCD_HERE(j, k) || k->mld != j->mld || k->interval_s == 0 || j->nic->capture.dropped || j->nic->capture.timeless ||
		    j->nic->omitted_of[MCD_OMITTED_QUERIES])
			continue;
		m = measure(j, k);
		if (m.count < LEAST || (m.shorter < m.count && m.longer < m.count))
			continue;
		f = mcd_find_nic(j, MCD_QUERY_INTERVAL_MISMATCH);
		mcd_find_summary(f, "%s on %s%s advertises a query interval of %u s and asks every %s", mcd_text_addr(k->address).s,
				 j->nic->iface->name, network(j).s, k->interval_s, mcd_text_span(m.sum_ns / (int64_t)m.count).s);
		f = mcd_find_more(j, MCD_QUERY_INTERVAL_MISMATCH, f);
		mcd_find_clue(j, f, j->nic, m.last->packet, m.last->when_ns, "general query from %s%s; %u intervals before it, none of %u s",
			      mcd_text_addr(k->address).s, network(j).s, m.count, k->interval_s);
	}
}

void mcd_rules_queriers(struct mcd_judge *j)
{
	find_intervals(j);
	find_zero_address(j);
	find_multiple(j);
	find_version_conflict(j);
}
