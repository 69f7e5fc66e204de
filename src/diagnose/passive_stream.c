/* SPDX-License-Identifier: ISC */
/* `ttl` and `stream` of a capture, and the checks that no capture can answer. */
#include <config.h>

#include "diagnose/passive.h"

#include <string.h>

/* The wanted streams of the judged network together. */
struct wanted {
	uint64_t packets, packets_out;
	const struct mcd_stream *first, *last, *out;
};

static struct wanted gather(const struct mcd_judge *j)
{
	struct wanted w = { .packets = 0 };

	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!MCD_HERE(j, s) || !mcd_stream_asked(j, s))
			continue;
		w.packets_out += mcd_stream_rare(s)->packets_out;
		if (mcd_stream_rare(s)->packets_out && !w.out)
			w.out = s;
		if (!mcd_stream_foreign(s))
			continue;
		w.packets += s->packets - mcd_stream_rare(s)->packets_out;
		if (!w.first || s->first_packet < w.first->first_packet)
			w.first = s;
		if (!w.last || s->last_ns > w.last->last_ns)
			w.last = s;
	}
	return w;
}

void mcd_passive_skipped(struct mcd_judge *j)
{
	switch (j->check) {
	case MCD_CHECK_SEND:
		mcd_judge_set(j, MCD_SKIPPED, true, "a capture does not tell what was to be sent");
		break;
	case MCD_CHECK_DELIVERY:
		mcd_judge_set(j, MCD_SKIPPED, true, "a capture does not show what a socket got");
		break;
	default:
		mcd_judge_set(j, MCD_SKIPPED, true, "a capture does not tell who was to leave, and when");
	}
}

/* ---- ttl ---- */

static bool has_other_ttl(const struct mcd_stream *s, int asked)
{
	for (unsigned ttl = 0; ttl < 256; ttl++)
		if (mcd_stream_has_ttl(s, ttl) && (int)ttl != asked)
			return true;
	return false;
}

/* What came by way of routers has less than it was sent with: the finding says so. */
static void find_ttl(struct mcd_judge *j, const struct mcd_stream *s)
{
	const int seen = mcd_stream_ttl(s), asked = j->request->ttl;
	struct mcd_finding *f = mcd_find_group(j, MCD_TTL_MISMATCH);

	if (f)
		f->confidence = seen < asked ? MCD_LIKELY : MCD_CERTAIN;
	mcd_find_summary(f, "Datagrams from %s carry TTL %d on %s, not %d as asked%s", mcd_text_addr(s->source).s, seen, j->nic->iface->name, asked,
			 seen < asked ? ": they were sent with less, or routers between counted it down" : "");
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s port %u with TTL %d", mcd_text_addr(s->source).s, s->source_port, seen);
	if (seen < asked)
		mcd_find_settle(f, "capture on the sender's own wire; %d routers between would explain it", asked - seen);
}

void mcd_passive_ttl(struct mcd_judge *j)
{
	const struct mcd_stream *other = NULL;
	uint64_t packets = 0;

	j->check = MCD_CHECK_TTL;
	for (size_t i = 0; i < j->nic->streams.count && j->request->ttl_given; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!MCD_HERE(j, s) || !mcd_stream_asked(j, s))
			continue;
		packets += s->packets;
		if (!other && has_other_ttl(s, j->request->ttl))
			other = s;
	}
	if (!j->request->ttl_given)
		mcd_judge_set(j, MCD_SKIPPED, true, "no TTL was asked for (--ttl)");
	else if (packets == 0)
		mcd_judge_set(j, MCD_SKIPPED, true, "no datagram of the group is in the capture");
	else if (!other)
		mcd_judge_set(j, MCD_PASS, true, "TTL %d in all %s", j->request->ttl, mcd_text_count(packets, "datagram").s);
	else {
		find_ttl(j, other);
		mcd_judge_set(j, MCD_FAIL, true, "datagrams from %s carry TTL %d, asked was %d (packet %llu)", mcd_text_addr(other->source).s,
			      mcd_stream_ttl(other), j->request->ttl, (unsigned long long)other->first_packet);
	}
}

/* ---- stream ---- */

/* Whether some host asked for the group on another network of this interface, and none on this one: mcd_passive_choose() would have taken the
 * other, did the stream come there. */
static const struct mcd_report *asked_elsewhere(const struct mcd_judge *j)
{
	const struct mcd_report *elsewhere = NULL;

	for (size_t i = 0; i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (!mcd_addr_equal(r->group, j->group->address) || !mcd_report_joins(r) || !mcd_report_counts(r))
			continue;
		if (MCD_HERE(j, r))
			return NULL;
		if (!elsewhere)
			elsewhere = r;
	}
	return elsewhere;
}

/* "VLAN 10", "untagged". */
static struct mcd_text network_of(uint16_t vlan, uint16_t inner_vlan)
{
	struct mcd_text t = { "untagged" };

	if (vlan)
		snprintf(t.s, sizeof t.s, "%s", mcd_text_vlan(vlan, inner_vlan).s + strlen(" on "));
	return t;
}

static void find_vlan(struct mcd_judge *j, const struct mcd_stream *s, const struct mcd_report *r)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_VLAN_MISMATCH);

	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_summary(f, "The stream comes on %s, %s, and the only reports of its group there are on another network, %s: no member gets it",
			 j->nic->iface->name, network_of(s->vlan, s->inner_vlan).s, network_of(r->vlan, r->inner_vlan).s);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s, %s; %s", mcd_text_addr(s->source).s,
		      network_of(s->vlan, s->inner_vlan).s, mcd_text_count(s->packets, "datagram").s);
	mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s of %s, %s", mcd_text_record(r).s, mcd_text_addr(r->source).s,
		      network_of(r->vlan, r->inner_vlan).s);
	mcd_find_settle(f, "a router, or a switch with MVR, that carries it from one VLAN to the other looks the same: capture at the receiver too");
}

static bool accepts(const struct mcd_member *m, struct mcd_addr source)
{
	const struct mcd_group filter = { .mode = m->mode, .sources = m->sources, .nsources = m->nsources };

	return mcd_group_accepts(&filter, source);
}

/* Whether some host still wants what SOURCE sends. */
static bool is_member_now(const struct mcd_judge *j, struct mcd_addr source)
{
	for (size_t i = 0; i < j->nic->members.count; i++) {
		const struct mcd_member *m = mcd_vec_at(&j->nic->members, i);

		if (MCD_HERE(j, m) && mcd_addr_equal(m->group, j->group->address) && accepts(m, source))
			return true;
	}
	return false;
}

/* As in a live run, but the membership is any host's. */
static bool stopped(struct mcd_judge *j, const struct mcd_stream *s)
{
	if (s->probes || mcd_passive_is_blind(j) || !is_member_now(j, s->source))
		return false;
	return mcd_judge_stopped(j, s, mcd_judge_until(j) - s->last_ns, "a host there was");
}

/* Wrong on a receiver's wire; on the sender's what an offload leaves, which nothing else tells apart. */
void mcd_passive_checksum(struct mcd_judge *j, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_stream_rare(s)->no_ip_checksum ? mcd_find_group(j, MCD_IP_CHECKSUM_BAD) : NULL;

	if (f) {
		f->severity = MCD_NOTE;
		f->confidence = MCD_POSSIBLE;
	}
	mcd_find_summary(f, "%s of the stream from %s on %s with 0 for an IP header checksum: the sender's NIC fills it in, or nobody does",
			 mcd_text_count(mcd_stream_rare(s)->no_ip_checksum, "frame").s, mcd_text_addr(s->source).s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "%llu of %s with 0 for an IP header checksum; the stream begins here",
		      (unsigned long long)mcd_stream_rare(s)->no_ip_checksum, mcd_text_count(mcd_stream_frames(s), "frame").s);
	mcd_find_settle(f, "capture on another host: a checksum of 0 there is wrong, and every kernel drops it");
}

static void judge_seen(struct mcd_judge *j, const struct wanted *w)
{
	const struct mcd_report *elsewhere = mcd_passive_is_blind(j) ? NULL : asked_elsewhere(j);
	bool fault = false;

	if (!stopped(j, w->last))
		mcd_judge_set(j, MCD_PASS, true, "%s, the first from %s port %u in packet %llu, TTL %d%s", mcd_text_count(w->packets, "datagram").s,
			      mcd_text_addr(w->first->source).s, w->first->source_port, (unsigned long long)w->first->first_packet,
			      mcd_stream_ttl(w->first), mcd_text_vlan(w->first->vlan, w->first->inner_vlan).s);
	if (elsewhere) {
		find_vlan(j, w->first, elsewhere);
		fault = true;
	}
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!mcd_stream_wanted(j, s))
			continue;
		fault |= mcd_rules_stream(j, s);
		mcd_rules_quality(j, s);
	}
	for (size_t i = 0; i < j->nic->streams.count; i++)
		if (mcd_stream_wanted(j, mcd_vec_at(&j->nic->streams, i)))
			mcd_passive_checksum(j, mcd_vec_at(&j->nic->streams, i)); /* behind the faults of all of them, of the same code */
	mcd_rules_streams(j);
	if (fault)
		j->checks[MCD_CHECK_STREAM].status = MCD_FAIL;
	else if (mcd_rules_ttl_warns(j) && j->checks[MCD_CHECK_STREAM].status == MCD_PASS)
		j->checks[MCD_CHECK_STREAM].status = MCD_WARN;
}

static uint64_t messages(const struct mcd_igmp_counts *c)
{
	return c->queries_v1 + c->queries_v2 + c->queries_v3 + c->reports_v1 + c->reports_v2 + c->reports_v3 + c->leaves + c->other + c->malformed;
}

/* A capture of IGMP and MLD alone was filtered: no wire has nothing else. */
static bool is_filtered(const struct mcd_nic *nic)
{
	return nic->capture.packets && messages(&nic->igmp) + messages(&nic->mld) >= nic->capture.packets;
}

static void judge_absence(struct mcd_judge *j)
{
	int64_t listened = mcd_judge_until(j) - j->nic->capture.opened_ns;

	if (!j->request->expect_stream) {
		mcd_judge_set(j, MCD_SKIPPED, true, "no datagram of the group, and none is expected");
	} else if (j->nic->capture.packets == 0) {
		mcd_judge_set(j, MCD_SKIPPED, true, "the capture holds no frame of this interface");
	} else if (mcd_judge_excused(j, "datagram")) {
		return;
	} else if (is_filtered(j->nic)) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no datagram, but the capture holds only membership messages: others may have been filtered out");
	} else if (listened < MCD_ABSENT_WAIT_MS * MCD_MS) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no datagram in a capture of %s, which is too short to say that there is none",
			      mcd_text_span(listened).s);
	} else {
		mcd_judge_set(j, MCD_FAIL, true, "no datagram in %s", mcd_text_span(listened).s);
		mcd_rules_absent(j, listened);
	}
}

void mcd_passive_stream(struct mcd_judge *j)
{
	struct wanted w = gather(j);

	j->check = MCD_CHECK_STREAM;
	if (w.packets)
		judge_seen(j, &w);
	else if (w.packets_out)
		mcd_judge_set(j, MCD_SKIPPED, true, "only the host that captured sends it here, from packet %llu on",
			      (unsigned long long)w.out->first_packet);
	else if (mcd_judge_wire(j))
		judge_absence(j);
	mcd_rules_overlap(j);
}
