/* SPDX-License-Identifier: ISC */
/* Findings of a capture that no group was asked about: every network of the wire for itself, every stream, every report. */
#include <config.h>

#include "diagnose/family.h"
#include "diagnose/passive.h"

#include <stdlib.h>

enum { MOST_NETWORKS = 1024 }; /* VLANs of one wire whose queriers are judged */

/* One network of the wire: its VLAN tags, 0 = none. */
struct network {
	uint16_t vlan, inner_vlan;
};

static bool add_network(struct mcd_vec *networks, uint16_t vlan, uint16_t inner_vlan)
{
	struct network *n;

	for (size_t i = 0; i < networks->count; i++) {
		n = mcd_vec_at(networks, i);
		if (n->vlan == vlan && n->inner_vlan == inner_vlan)
			return true;
	}
	n = networks->count < MOST_NETWORKS ? mcd_vec_push(networks) : NULL;
	if (n)
		*n = (struct network){ vlan, inner_vlan };
	return n || networks->count == MOST_NETWORKS;
}

/* The networks on which somebody speaks IGMP or MLD. */
static bool list_networks(const struct mcd_nic *nic, struct mcd_vec *networks)
{
	bool memory = true;

	mcd_vec_init(networks, sizeof(struct network));
	for (size_t i = 0; memory && i < nic->queriers.count; i++) {
		const struct mcd_querier *k = mcd_vec_at(&nic->queriers, i);

		memory = add_network(networks, k->vlan, k->inner_vlan);
	}
	for (size_t i = 0; memory && i < nic->members.count; i++) {
		const struct mcd_member *m = mcd_vec_at(&nic->members, i);

		memory = add_network(networks, m->vlan, m->inner_vlan);
	}
	return memory;
}

/* An older querier matters where somebody needs a source in his report. */
static void find_downgraded(struct mcd_judge *j)
{
	const struct mcd_report *sourceless = NULL;
	const char *protocol = mcd_judge_protocol(j);
	const struct mcd_query *old = NULL;
	struct mcd_finding *f;

	for (size_t i = 0; i < j->nic->reports.count && !sourceless; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (MCD_HERE(j, r) && (r->type == MCD_IGMP_V1_REPORT || r->type == MCD_IGMP_V2_REPORT) &&
		    mcd_addr_is_v4(r->group) != j->mld && mcd_report_counts(r) && mcd_addr_scope(r->group) == MCD_SCOPE_SSM)
			sourceless = r;
	}
	for (size_t i = 0; sourceless && i < j->nic->queries.count && !old; i++) {
		const struct mcd_query *q = mcd_vec_at(&j->nic->queries, i);

		if (mcd_query_counts(j, q) && q->version < mcd_judge_newest(j))
			old = q;
	}
	if (!old)
		return;
	f = mcd_find_nic(j, mcd_judge_downgraded(j));
	mcd_find_summary(f, "A querier on %s%s speaks %sv%d, so that reports for source-specific groups carry no source", j->nic->iface->name,
			 mcd_text_vlan(j->vlan, j->inner_vlan).s, protocol, old->version);
	mcd_find_clue(j, f, j->nic, old->packet, old->when_ns, "%sv%d query from %s", protocol, old->version, mcd_text_addr(old->source).s);
	mcd_find_clue(j, f, j->nic, sourceless->packet, sourceless->when_ns, "%s of %s for %s", mcd_text_record(sourceless).s,
		      mcd_text_addr(sourceless->source).s, mcd_text_addr(sourceless->group).s);
	mcd_find_history(j, f);
}

static void find_forced(struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->members.count; i++) {
		const struct mcd_member *m = mcd_vec_at(&j->nic->members, i);

		if (MCD_HERE(j, m) && mcd_addr_is_v4(m->group) != j->mld && mcd_addr_scope(m->group) == MCD_SCOPE_SSM)
			mcd_passive_forced(j, m);
	}
}

static void judge_network(struct mcd_judge *j, bool mld)
{
	j->mld = mld;
	mcd_rules_queriers(j);
	mcd_rules_silence(j);
	find_downgraded(j);
	find_forced(j);
}

static bool judge_networks(struct mcd_judge *j)
{
	struct mcd_vec networks;
	bool memory = list_networks(j->nic, &networks);

	j->check = MCD_CHECK_QUERIER;
	for (size_t i = 0; memory && i < networks.count; i++) {
		const struct network *n = mcd_vec_at(&networks, i);

		j->vlan = n->vlan;
		j->inner_vlan = n->inner_vlan;
		judge_network(j, false);
		judge_network(j, true);
	}
	j->mld = false;
	mcd_vec_fini(&networks);
	return memory;
}

/* Messages whose counts or lengths lie: nobody takes them. */
static void find_malformed(struct mcd_judge *j)
{
	struct mcd_finding *f = j->nic->igmp.malformed ? mcd_find_nic(j, MCD_REPORT_MALFORMED) : NULL;

	mcd_find_summary(f, "%s malformed on %s: of a length that no version has, or with counts that claim more than is there",
			 mcd_text_count(j->nic->igmp.malformed, "IGMP message").s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, j->nic->first_malformed, 0, "the first of them, from %s", mcd_text_addr(j->nic->malformed_source).s);
}

static void judge_reports(struct mcd_judge *j)
{
	j->check = MCD_CHECK_JOIN;
	find_malformed(j);
	for (size_t i = 0; i < j->nic->reports.count; i++)
		mcd_rules_report(j, mcd_vec_at(&j->nic->reports, i));
}

/* ---- streams ---- */

static bool has_trouble(const struct mcd_stream *s)
{
	return s->rare || s->rtp || s->ts || s->probes || s->no_checksum;
}

static void judge_stream(struct mcd_judge *j, const struct mcd_stream *s, void (*rule)(struct mcd_judge *, const struct mcd_stream *))
{
	const struct mcd_group group = { .address = s->group, .port = s->port, .mode = MCD_EXCLUDE };

	j->group = &group;
	j->vlan = s->vlan;
	j->inner_vlan = s->inner_vlan;
	rule(j, s);
	j->group = NULL;
}

static void judge_trouble(struct mcd_judge *j, const struct mcd_stream *s)
{
	mcd_rules_stream(j, s);
	mcd_rules_quality(j, s);
}

static void judge_streams(struct mcd_judge *j)
{
	j->check = MCD_CHECK_STREAM;
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (has_trouble(s))
			judge_stream(j, s, judge_trouble);
	}
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (mcd_stream_rare(s)->no_ip_checksum)
			judge_stream(j, s, mcd_passive_checksum); /* behind the faults of all of them, of the same code */
	}
}

static int compare_ports(uint16_t a, uint16_t b)
{
	return (a > b) - (a < b);
}

static int by_group(const void *left, const void *right)
{
	const struct mcd_stream *a = *(const struct mcd_stream *const *)left, *b = *(const struct mcd_stream *const *)right;
	int order = compare_ports(a->vlan, b->vlan);

	if (!order)
		order = compare_ports(a->inner_vlan, b->inner_vlan);
	if (!order)
		order = mcd_addr_compare(a->group, b->group);
	if (!order)
		order = compare_ports(a->port, b->port);
	return order ? order : (a->first_packet > b->first_packet) - (a->first_packet < b->first_packet);
}

/* Two that send streams, not a word now and then, to one group and port. */
static void find_several(struct mcd_judge *j, const struct mcd_stream *first, const struct mcd_stream *other)
{
	const struct mcd_group group = { .address = first->group, .port = first->port, .mode = MCD_EXCLUDE };
	struct mcd_finding *f;

	j->group = &group;
	f = mcd_find_group(j, MCD_SEVERAL_SENDERS);
	j->group = NULL;
	if (!f)
		return; /* of thousands: texts for nobody take long */
	mcd_find_summary(f, "More than one sender uses %s port %u on %s%s: %s and %s", mcd_text_addr(first->group).s, first->port,
			 j->nic->iface->name, mcd_text_vlan(first->vlan, first->inner_vlan).s, mcd_text_addr(first->source).s,
			 mcd_text_addr(other->source).s);
	mcd_find_clue(j, f, j->nic, first->first_packet, first->first_ns, "first datagram from %s", mcd_text_addr(first->source).s);
	mcd_find_clue(j, f, j->nic, other->first_packet, other->first_ns, "first datagram from %s", mcd_text_addr(other->source).s);
}

static bool is_rival(const struct mcd_stream *a, const struct mcd_stream *b)
{
	return a->vlan == b->vlan && a->inner_vlan == b->inner_vlan && a->port == b->port && mcd_addr_equal(a->group, b->group) &&
	       !mcd_addr_equal(a->source, b->source);
}

static bool judge_rivals(struct mcd_judge *j)
{
	const size_t all = j->nic->streams.count;
	const struct mcd_stream **sorted = all ? malloc(all * sizeof(struct mcd_stream *)) : NULL;
	size_t count = 0;

	for (size_t i = 0; sorted && i < all; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (mcd_stream_is_rtp(s) || mcd_stream_is_ts(s))
			sorted[count++] = s;
	}
	if (sorted)
		qsort(sorted, count, sizeof(struct mcd_stream *), by_group);
	for (size_t i = 1; i < count; i++)
		if (is_rival(sorted[i - 1], sorted[i]))
			find_several(j, sorted[i - 1], sorted[i]);
	free(sorted);
	return sorted || all == 0;
}

size_t mcd_passive_inventory(struct mcd_judge *j)
{
	static const struct mcd_task nothing;
	struct mcd_check row[MCD_CHECKS] = { { MCD_SKIPPED, true, "" } };
	struct mcd_inventory inventory = { .omitted = 0 };

	j->inventory = &inventory;
	j->checks = row;
	j->task = &nothing;
	j->no_memory |= !judge_networks(j);
	judge_reports(j);
	judge_streams(j);
	j->no_memory |= !judge_rivals(j);
	j->no_memory |= !mcd_passive_overlaps(j);
	j->inventory = NULL;
	return inventory.omitted;
}
