/* SPDX-License-Identifier: ISC */
/* What the queries of one wire say about each other. */
#include <config.h>

#include "diagnose/family.h"

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

/* Whether a gap between two queries is DUE, to one part in eight. */
static bool is_near(int64_t gap, int64_t due)
{
	return due > 0 && gap > due - due / 8 && gap < due + due / 8;
}

/* How a querier that has to give way behaves. */
struct loser {
	const struct mcd_query *last;
	int64_t step_ns;	/* between its last two queries; 0 = not known */
	unsigned turns;		/* queries in step, although the winner had asked since the one before and its time was not over */
};

/* Who keeps to his interval, or to the gap before, or asks again sooner than anything boots, did not start in between. */
static bool is_in_step(const struct loser *l, const struct mcd_query *q)
{
	const int64_t soon = 10000 * MCD_MS, told = (q->interval_s ? q->interval_s : 125) * INT64_C(1000) * MCD_MS;
	const int64_t gap = l->last ? q->when_ns - l->last->when_ns : -1;

	return gap >= 0 && (gap < soon || is_near(gap, told) || is_near(gap, l->step_ns));
}

static void note_turn(struct loser *l, const struct mcd_query *q, const struct mcd_query *heard)
{
	if (heard && !has_timed_out(heard, q->when_ns) && is_in_step(l, q))
		l->turns++;
	l->step_ns = l->last ? q->when_ns - l->last->when_ns : 0;
	l->last = q;
}

/* One whose queries the winner hears too goes silent at the winner's next one (RFC 9776, 6.6.2). To ask at the start, once or a few times, at every
 * start, or when the winner's time is over, is how elections go; to keep to one's interval across the winner's queries is not to hear them. */
static struct loser find_loser(const struct mcd_judge *j, const struct mcd_query *winner)
{
	const struct mcd_query *heard = NULL;
	struct loser l = { .turns = 0 };

	for (size_t i = 0; i < j->nic->queries.count && l.turns < 2; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (!is_general(j, q) || mcd_addr_is_unspecified(q->source))
			continue;
		if (mcd_addr_equal(q->source, winner->source)) {
			heard = q;
		} else if (!l.last || mcd_addr_equal(l.last->source, q->source)) {
			note_turn(&l, q, heard);
			heard = NULL;
		}
	}
	return l;
}

static void find_multiple(struct mcd_judge *j)
{
	const struct mcd_query *winner = elected(j);
	struct loser loser = { .turns = 0 };
	struct mcd_finding *f;

	if (winner)
		loser = find_loser(j, winner);
	if (loser.turns < 2)
		return;
	f = mcd_find_nic(j, MCD_MULTIPLE_QUERIERS);
	mcd_find_summary(f, "Two queriers ask on the segment of %s%s, %s and %s, and neither gives way: they do not hear each other",
			 j->nic->iface->name, network(j).s, mcd_text_addr(winner->source).s, mcd_text_addr(loser.last->source).s);
	doubt(j, f);
	f = mcd_find_more(j, MCD_MULTIPLE_QUERIERS, f);
	mcd_find_clue(j, f, j->nic, winner->packet, winner->when_ns, "general query from %s%s, the lower address: the one that should ask alone",
		      mcd_text_addr(winner->source).s, network(j).s);
	mcd_find_clue(j, f, j->nic, loser.last->packet, loser.last->when_ns,
		      "general query from %s%s: the second time that it kept to its interval although the other had asked in between",
		      mcd_text_addr(loser.last->source).s, network(j).s);
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
	mcd_find_summary(f, "General queries of %sv%d (%s) and %sv%d (%s) come on %s%s: the lower version rules every host", mcd_judge_protocol(j),
			 first->version, mcd_text_addr(first->source).s, mcd_judge_protocol(j), other->version, mcd_text_addr(other->source).s,
			 j->nic->iface->name, network(j).s);
	if (!mcd_addr_equal(first->source, other->source))
		doubt(j, f);
	f = mcd_find_more(j, MCD_QUERIER_VERSION_CONFLICT, f);
	mcd_find_clue(j, f, j->nic, first->packet, first->when_ns, "%sv%d general query from %s%s", mcd_judge_protocol(j), first->version,
		      mcd_text_addr(first->source).s, network(j).s);
	mcd_find_clue(j, f, j->nic, other->packet, other->when_ns, "%sv%d general query from %s%s", mcd_judge_protocol(j), other->version,
		      mcd_text_addr(other->source).s, network(j).s);
	mcd_find_history(j, f);
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
