/* SPDX-License-Identifier: ISC */
/* `stream`: does foreign traffic for the group (and source, and port) arrive on this wire? */
#include <config.h>

#include "diagnose/routes.h"
#include "diagnose/second_look.h"

#include <string.h>

/* All wanted streams of the wire together. */
struct wanted {
	uint64_t packets;
	const struct mcd_stream *first; /* the one that was seen first */
	const struct mcd_stream *last;	/* the one that was seen last */
};

static struct wanted gather(const struct mcd_judge *j)
{
	struct wanted w = { .packets = 0 };

	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!mcd_stream_wanted(j, s))
			continue;
		w.packets += s->packets - mcd_stream_rare(s)->packets_out;
		if (!w.first || s->first_ns < w.first->first_ns)
			w.first = s;
		if (!w.last || s->last_ns > w.last->last_ns)
			w.last = s;
	}
	return w;
}

/* What is wrong with the wanted stream as it comes. */
static void judge_health(struct mcd_judge *j)
{
	bool fault = false;

	for (size_t i = 0; j->findings && i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!mcd_stream_wanted(j, s))
			continue;
		fault |= mcd_rules_stream(j, s);
		if (!mcd_stream_rare(s)->packets_out) /* else this host sends it on by the same wire */
			mcd_rules_quality(j, s);
	}
	if (fault)
		j->checks[MCD_CHECK_STREAM].status = MCD_FAIL;
	else if (mcd_rules_ttl_warns(j))
		j->checks[MCD_CHECK_STREAM].status = MCD_WARN;
}

bool mcd_judge_stopped(struct mcd_judge *j, const struct mcd_stream *s, int64_t silence, const char *who)
{
	enum { LEAST_FRAMES = 10, GAPS = 3, LEAST_SPAN_MS = 1000 }; /* one burst is no stream that stopped */
	struct mcd_finding *f;

	if (!j->request->expect_stream || mcd_stream_frames(s) < LEAST_FRAMES || j->nic->capture.dropped || j->nic->capture.broke ||
	    silence < MCD_STOPPED_WAIT_MS * MCD_MS || silence < GAPS * s->longest_gap_ns || s->last_ns - s->first_ns < LEAST_SPAN_MS * MCD_MS)
		return false;
	f = mcd_find_group(j, MCD_STREAM_STOPPED);
	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_summary(f, "The stream from %s came on %s and stopped, while %s still a member", mcd_text_addr(s->source).s, j->nic->iface->name, who);
	mcd_find_clue(j, f, j->nic, s->last_packet, s->last_ns, "last of %s; then none in %s", mcd_text_count(s->packets, "datagram").s,
		      mcd_text_span(silence).s);
	mcd_find_settle(f, "ask whether the sender paused; a stream that stops again about 260 s after each join lacks a querier");
	if (j->findings)
		mcd_rules_fast_leave(j, s); /* findings may move */
	mcd_judge_set(j, MCD_FAIL, true, "stopped: the last datagram came in packet %llu, none in %s since", (unsigned long long)s->last_packet,
		      mcd_text_span(silence).s);
	return true;
}

/* Fell silent while we were a member. */
static bool stopped(struct mcd_judge *j, const struct mcd_stream *s)
{
	return !s->probes && j->task->join.done && mcd_judge_stopped(j, s, mcd_judge_listened(j, s->last_ns), "we were");
}

static void judge_seen(struct mcd_judge *j, const struct wanted *w)
{
	/* Captures of hundreds of NICs run well before the last socket is ready. */
	int64_t since = w->first->first_ns > j->task->join.done_ns ? w->first->first_ns : j->task->join.done_ns;
	bool settled = j->ended || j->task->leave.tried || j->now_ns - since >= MCD_STREAM_SETTLE_MS * MCD_MS;

	if (mcd_look_judge(j))
		return;
	if (stopped(j, w->last)) {
		judge_health(j);
		return;
	}
	mcd_judge_set(j, MCD_PASS, settled, "%s, the first from %s port %u in packet %llu, TTL %d", mcd_text_count(w->packets, "datagram").s,
		      mcd_text_addr(w->first->source).s, w->first->source_port, (unsigned long long)w->first->first_packet, mcd_stream_ttl(w->first));
	judge_health(j);
	if (j->findings)
		mcd_rules_streams(j);
}

/* A child hears neither its parent nor is heard by it, whatever its mode. */
static bool are_isolated(const struct mcd_iface *a, const struct mcd_iface *b)
{
	return (a->link == b->index && strcmp(a->kind, "macvlan") == 0) || (b->link == a->index && strcmp(b->kind, "macvlan") == 0);
}

/* NIC carries S for a macvlan child that is captured too, whose address it has: NIC's own programs do not hear it. */
static bool is_childs(const struct mcd_judge *j, const struct mcd_nic *nic, const struct mcd_stream *s)
{
	for (size_t i = 0; i < j->evidence->nnics && !mcd_iface_has_address(nic->iface, s->source); i++) {
		const struct mcd_nic *child = &j->evidence->nics[i];

		if (child->iface->link == nic->iface->index && are_isolated(child->iface, nic->iface) && child->capture.opened_ns &&
		    mcd_iface_has_address(child->iface, s->source))
			return true;
	}
	return false;
}

/* A program of this host sends the group on NIC, or NULL. */
static const struct mcd_stream *local_stream(const struct mcd_judge *j, const struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);

		if (s->local_source && !s->ours && mcd_stream_in_group(j, s) && !is_childs(j, nic, s) &&
		    (mcd_stream_rare(s)->packets_out || mcd_stream_reception(s)->looped || nic->iface->flags & MCD_IFACE_LOOPBACK))
			return s;
	}
	return NULL;
}

/* Of another program, that is a note: it may mean to stay in the host (RFC 1112, 6.1). */
static void find_ttl_zero(struct mcd_judge *j, const struct mcd_nic *where, const struct mcd_stream *s)
{
	bool looped = mcd_stream_reception(s)->looped && mcd_stream_reception(s)->looped_ttl == 0;
	struct mcd_finding *f = looped || mcd_stream_ttl(s) == 0 ? mcd_find_group(j, MCD_TTL_ZERO) : NULL;

	if (f)
		f->severity = MCD_NOTE;
	mcd_find_summary(f, "A program of this host sends %s port %u with TTL 0: it is meant for this host alone", mcd_text_addr(s->group).s,
			 s->port);
	if (s->packets)
		mcd_find_clue(j, f, where, s->first_packet, s->first_ns, "TTL 0 in datagrams from %s", mcd_text_addr(s->source).s);
	if (looped)
		mcd_find_clue(j, f, where, 0, mcd_stream_reception(s)->first_arrival_ns, "%s from %s reached our socket inside the host, with TTL 0",
			      mcd_text_count(mcd_stream_reception(s)->looped, "datagram").s, mcd_text_addr(s->source).s);
}

bool mcd_stream_is_local(const struct mcd_judge *j)
{
	for (size_t i = 0; i < j->evidence->nnics; i++)
		if (local_stream(j, &j->evidence->nics[i]))
			return true;
	return false;
}

static void find_local_sender(struct mcd_judge *j, const struct mcd_nic *other, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_LOCAL_SENDER_ON_OTHER_INTERFACE);
	const struct mcd_host_route *route = mcd_group_route(j->evidence, j->group);

	mcd_find_summary(f, "A program of this host sends %s port %u, but out of %s, not of %s", mcd_text_addr(s->group).s, s->port,
			 other->iface->name, j->nic->iface->name);
	mcd_find_clue(j, f, other, s->first_packet, s->first_ns, "%s from %s left %s", mcd_text_count(mcd_stream_rare(s)->packets_out, "datagram").s,
		      mcd_text_addr(s->source).s, other->iface->name);
	if (route && mcd_host_route_uses(route, other->iface->index))
		mcd_find_clue(j, f, other, 0, 0, "with no interface named, what is sent to %s %s", mcd_text_addr(s->group).s,
			      mcd_text_route(j->evidence, route).s);
	else if (route)
		mcd_find_clue(j, f, other, 0, 0, "the program chooses that interface itself (IP_MULTICAST_IF, or bound to its address): with none named, what is sent to %s %s",
			      mcd_text_addr(s->group).s, mcd_text_route(j->evidence, route).s);
}

static void find_isolated(struct mcd_judge *j, const struct mcd_nic *other, const struct mcd_stream *s)
{
	const struct mcd_iface *here = j->nic->iface, *there = other->iface;
	const bool is_child = here->link == there->index;
	struct mcd_finding *f;

	if (!are_isolated(here, there) || !mcd_stream_rare(s)->packets_out)
		return;
	f = mcd_find_group(j, MCD_MACVLAN_ISOLATION);
	if (f && !j->request->expect_stream)
		f->severity = MCD_NOTE;
	mcd_find_summary(f, "A program of this host sends %s port %u out of %s, and %s, its macvlan %s, cannot hear that", mcd_text_addr(s->group).s,
			 s->port, there->name, here->name, is_child ? "child" : "parent");
	mcd_find_clue(j, f, other, s->first_packet, s->first_ns, "%llu datagrams from %s left %s; none came on %s",
		      (unsigned long long)mcd_stream_rare(s)->packets_out, mcd_text_addr(s->source).s, there->name, here->name);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s is a macvlan on %s", is_child ? here->name : there->name, is_child ? there->name : here->name);
}

/* True when the group is sent by a program of this host and by nobody else that we hear. */
static bool judge_local(struct mcd_judge *j)
{
	const struct mcd_evidence *e = j->evidence;
	const struct mcd_stream *here = local_stream(j, j->nic);

	if (here) {
		find_ttl_zero(j, j->nic, here);
		mcd_judge_set(j, MCD_SKIPPED, j->ended || !j->request->expect_stream, "%s",
			      j->mld && here->packets > mcd_stream_rare(here)->packets_out
				      ? "it comes in with an address of this host as its source, of which another machine seems to have one too"
				      : "only a program of this host sends it here");
		return true;
	}
	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_stream *s = &e->nics[i] == j->nic ? NULL : local_stream(j, &e->nics[i]);

		if (!s)
			continue;
		find_local_sender(j, &e->nics[i], s);
		find_isolated(j, &e->nics[i], s);
		find_ttl_zero(j, &e->nics[i], s);
		mcd_judge_set(j, MCD_SKIPPED, j->ended || !j->request->expect_stream, "only a program of this host sends it, out of %s",
			      e->nics[i].iface->name);
		return true;
	}
	return false;
}

/* Datagrams that reached the socket by this interface in frames that the tap did not show. */
static uint64_t unseen(const struct mcd_judge *j)
{
	uint64_t count = 0;

	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (s->packets == 0 && mcd_stream_asked(j, s))
			count += mcd_stream_reception(s)->delivered;
	}
	return count;
}

/* Came in by `all`, and has none but this host's own containers behind it: nobody said that the stream is to come from there. */
static bool is_beside(const struct mcd_judge *j)
{
	return !j->nic->named && mcd_judge_is_own_switch(j);
}

const struct mcd_nic *mcd_judge_heard_elsewhere(const struct mcd_judge *j)
{
	if (!j->request->listen_only || j->nic->named)
		return NULL;
	for (size_t n = 0; n < j->evidence->nnics; n++) {
		const struct mcd_nic *nic = &j->evidence->nics[n];

		for (size_t i = 0; nic != j->nic && nic->role == MCD_ROLE_CHOSEN && i < nic->streams.count; i++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);

			if (mcd_stream_asked(j, s) && mcd_stream_reception(s)->delivered)
				return nic;
		}
	}
	return NULL;
}

/* Nothing that was wanted came. */
static void judge_absence(struct mcd_judge *j)
{
	const struct mcd_nic *elsewhere = mcd_judge_heard_elsewhere(j);
	int64_t listened = mcd_judge_listened(j, j->task->join.done ? j->task->join.done_ns : j->nic->capture.opened_ns);
	bool over = j->ended || j->task->leave.tried;

	if (!j->request->expect_stream) {
		if (!j->findings || !judge_local(j))
			mcd_judge_set(j, MCD_SKIPPED, true, "no foreign stream, and none is expected");
	} else if (is_beside(j)) {
		if (!j->findings || !judge_local(j))
			mcd_judge_set(j, MCD_SKIPPED, true, "no datagram, and none is expected of a bridge that only this host's own containers are on");
	} else if (over && elsewhere) {
		mcd_judge_set(j, MCD_SKIPPED, true, "no datagram, and none need come here: it is received on %s", elsewhere->iface->name);
	} else if (!over) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, false, "no datagram in %s so far", mcd_text_span(listened).s);
	} else if (judge_local(j) || mcd_judge_excused(j, "datagram")) {
		return;
	} else if (unseen(j)) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "none at the tap, but %s at the socket, in frames that the capture does not read",
			      mcd_text_count(unseen(j), "datagram").s);
	} else if (listened < MCD_ABSENT_WAIT_MS * MCD_MS) {
		mcd_judge_set(j, MCD_INCONCLUSIVE, true, "no datagram in %s, which is too short to say that there is none",
			      mcd_text_span(listened).s);
	} else {
		mcd_judge_set(j, MCD_FAIL, true, "no datagram in %s%s", mcd_text_span(listened).s,
			      mcd_look_lasted(j->nic) ? ", not while the interface was promiscuous either" : "");
		if (j->findings)
			mcd_rules_absent(j, listened);
	}
}

/* Without the wire, the socket still speaks: what came in there by this interface came over its wire. */
static bool judge_socket(struct mcd_judge *j)
{
	const struct mcd_nic_capture *c = &j->nic->capture;

	if (c->open || c->opened_ns || !j->task->arrived_foreign || j->task->arrived_elsewhere)
		return false;
	mcd_judge_set(j, MCD_PASS, j->ended || j->now_ns - j->task->join.done_ns >= MCD_STREAM_SETTLE_MS * MCD_MS,
		      "%llu foreign datagrams reached the socket by this interface (the wire was not captured)",
		      (unsigned long long)j->task->arrived_foreign);
	return true;
}

void mcd_check_stream(struct mcd_judge *j)
{
	struct wanted w = gather(j);

	j->check = MCD_CHECK_STREAM;
	if (w.packets)
		judge_seen(j, &w);
	else if (!judge_socket(j) && mcd_judge_wire(j))
		judge_absence(j);
	else if (j->checks[j->check].status == MCD_INCONCLUSIVE && j->request->expect_stream && j->task->join.done && !j->ended && !j->task->leave.tried)
		j->checks[j->check].settled = false; /* the wire is not seen, but the socket may still get it */
	mcd_rules_overlap(j);
}
