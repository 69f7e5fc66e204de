/* SPDX-License-Identifier: ISC */
/* Where a stream is that does not come. */
#include <config.h>

#include "diagnose/second_look.h"

/* Where the wanted stream is instead. */
enum near { NEAR_TAGGED, NEAR_PORT, NEAR_SOURCE, NEAR_INTERFACE, NEARS };

static bool is_near(const struct mcd_judge *j, const struct mcd_stream *s, enum near near)
{
	bool port = mcd_group_has_port(j->group, s->port), accepted = mcd_group_accepts(j->group, s->source);

	if (!mcd_stream_foreign(s) || !mcd_addr_equal(s->group, j->group->address))
		return false;
	if (near == NEAR_INTERFACE && j->evidence->passive) /* the other wire has its own numbers of VLANs; captures may be of other times */
		return port && accepted && s->first_ns <= mcd_judge_until(j) && s->last_ns >= j->nic->capture.opened_ns;
	switch (near) {
	case NEAR_TAGGED:
		return !MCD_HERE(j, s) && port && accepted;
	case NEAR_PORT:
		return MCD_HERE(j, s) && !port && accepted;
	case NEAR_SOURCE:
		return MCD_HERE(j, s) && port && !accepted;
	case NEAR_INTERFACE:
	case NEARS:
		break;
	}
	return MCD_HERE(j, s) && port && accepted;
}

static const struct mcd_stream *search(const struct mcd_judge *j, const struct mcd_nic *nic, enum near near)
{
	for (size_t i = 0; i < nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);

		if (is_near(j, s, near))
			return s;
	}
	return NULL;
}

static const struct mcd_stream *search_elsewhere(const struct mcd_judge *j, const struct mcd_nic **where)
{
	const struct mcd_evidence *e = j->evidence;

	for (size_t i = 0; i < e->nnics; i++) {
		const struct mcd_stream *s = &e->nics[i] == j->nic ? NULL : search(j, &e->nics[i], NEAR_INTERFACE);

		*where = &e->nics[i];
		if (s)
			return s;
	}
	return NULL;
}

static void find_tagged(struct mcd_judge *j, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_VLAN_MISMATCH);
	const struct mcd_iface_list *list = &j->evidence->ifaces;
	const char *device = NULL;

	for (size_t i = 0; i < list->count; i++)
		if (list->at[i].link == j->nic->iface->index && list->at[i].vlan_id == s->vlan)
			device = list->at[i].name;
	mcd_find_summary(f, "The stream comes on %s only in frames of VLAN %u, which this interface does not read", j->nic->iface->name, s->vlan);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s with VLAN tag %u; %s", mcd_text_addr(s->source).s, s->vlan,
		      mcd_text_count(s->packets, "datagram").s);
	if (device)
		mcd_find_remedy(f, "%s is the interface of VLAN %u on %s: diagnose and join there", device, s->vlan, j->nic->iface->name);
}

static void find_other_port(struct mcd_judge *j, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_STREAM_ON_OTHER_PORT);

	mcd_find_summary(f, "%s comes on %s, but to port %u, not %u", mcd_text_addr(s->group).s, j->nic->iface->name, s->port, j->group->port);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s to port %u; %s, none to port %u", mcd_text_addr(s->source).s,
		      s->port, mcd_text_count(s->packets, "datagram").s, j->group->port);
}

static void find_other_source(struct mcd_judge *j, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_STREAM_FROM_OTHER_SOURCE);

	mcd_find_summary(f, "%s port %u comes on %s, but from %s, which the filter %s keeps out", mcd_text_addr(s->group).s, s->port,
			 j->nic->iface->name, mcd_text_addr(s->source).s, mcd_text_filter(j->group->mode, j->group->sources, j->group->nsources).s);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "from %s; %s, none from a source that was asked for",
		      mcd_text_addr(s->source).s, mcd_text_count(s->packets, "datagram").s);
}

static void find_elsewhere(struct mcd_judge *j, const struct mcd_nic *where, const struct mcd_stream *s, int64_t listened)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_STREAM_ON_OTHER_INTERFACE);
	const bool link_local = mcd_addr_scope(s->group) == MCD_SCOPE_LINK_LOCAL, last_hop = !link_local && mcd_stream_has_ttl(s, 1);

	mcd_find_summary(f, "The stream arrives on %s, not on %s%s", where->iface->name, j->nic->iface->name,
			 last_hop ? "; there its TTL is 1, with which no router passes it on" : "");
	mcd_find_clue(j, f, where, s->first_packet, s->first_ns, "from %s on %s; %s with TTL %d", mcd_text_addr(s->source).s, where->iface->name,
		      mcd_text_count(s->packets, "datagram").s, mcd_stream_ttl(s));
	mcd_find_clue(j, f, j->nic, 0, 0, "none on %s in %s", j->nic->iface->name, mcd_text_span(listened).s);
	if (link_local)
		mcd_find_remedy(f, "If it should reach %s too, let it be sent there as well, or to a group that is not link-local: no router passes this one on",
				j->nic->iface->name);
	else
		mcd_find_remedy(f,
				mcd_judge_is_windows(j) ? "If it should reach %.120s too, look at the sender's outgoing interface (its route to %s) and at the routers between: "
							  "their routes, and TTL thresholds above its TTL"
							: "If it should reach %s too, look at the sender's outgoing interface (`ip route get %s` there) and at the routers between: "
							  "their routes, and TTL thresholds above its TTL",
				j->nic->iface->name, mcd_text_addr(s->group).s);
}

/* It comes in with an address of ours as its source, and no program of this host was seen to send it. IPv6 takes such, but for ::1. */
static const struct mcd_stream *impostor(const struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (j->mld && !mcd_addr_is_loopback(s->source))
			continue;
		if (s->local_source && !s->ours && !s->vlan && s->packets && !mcd_stream_reception(s)->delivered && mcd_stream_in_group(j, s))
			return s;
	}
	return NULL;
}

static void find_impostor(struct mcd_judge *j, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_DROPPED_AS_MARTIAN);

	if (f && mcd_judge_is_windows(j))
		f->confidence = MCD_LIKELY; /* what Windows does with such is told nowhere */
	mcd_find_summary(f, "%s port %u comes in on %s with %s as its source, an address of this host: the kernel drops it%s",
			 mcd_text_addr(s->group).s, s->port, j->nic->iface->name, mcd_text_addr(s->source).s, j->mld ? "" : " without a counter");
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "%s from %s, and none from it left an interface of ours",
		      mcd_text_count(s->packets, "datagram").s, mcd_text_addr(s->source).s);
}

/* Later fragments of datagrams to the group, whose first one, with the ports, never came. */
static const struct mcd_stream *headless(const struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!s->local_source && MCD_HERE(j, s) && s->packets == 0 && mcd_stream_rare(s)->incomplete > 1 && mcd_addr_equal(s->group, j->group->address))
			return s;
	}
	return NULL;
}

static void find_headless(struct mcd_judge *j, const struct mcd_stream *s)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_FRAGMENTS_MISSING);

	mcd_find_summary(f, "Of the datagrams from %s for %s only later fragments come on %s: without the first one nothing can be delivered",
			 mcd_text_addr(s->source).s, mcd_text_addr(s->group).s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "%s of %s, none of them the first",
		      mcd_text_count(mcd_stream_rare(s)->fragments, "fragment").s, mcd_text_count(mcd_stream_rare(s)->incomplete, "datagram").s);
}

/* What of join and querier is in order, so that the fault lies elsewhere. */
static const char *absence_tail(const struct mcd_judge *j)
{
	bool joined = mcd_judge_status(j, MCD_CHECK_JOIN) == MCD_PASS, querier = mcd_judge_status(j, MCD_CHECK_QUERIER) == MCD_PASS;

	if (joined && querier)
		return j->evidence->passive ? ", although a host there asks for it and a querier is alive: look upstream, at the switch, the routers and the sender"
					    : ", although our report went out and a querier is alive: look upstream, at the switch, the routers and the sender";
	if (j->evidence->passive && !joined)
		return "; no host was heard to ask for it there either, without which no switch brings it";
	return "";
}

/* WHERE, ELSEWHERE: it is seen on another NIC all the same; NULL = nowhere. */
static void find_absent(struct mcd_judge *j, int64_t listened, const struct mcd_nic *where, const struct mcd_stream *elsewhere)
{
	struct mcd_finding *f = mcd_find_group(j, MCD_STREAM_ABSENT);
	const struct mcd_report *r = mcd_judge_status(j, MCD_CHECK_JOIN) == MCD_PASS && !j->evidence->passive ? mcd_judge_join_report(j) : NULL;

	mcd_find_summary(f, "No datagram of %s came on %s in %s%s", mcd_text_group(j->group).s, j->nic->iface->name,
			 mcd_text_span(listened).s, absence_tail(j));
	mcd_find_clue(j, f, j->nic, 0, 0, "none at the tap of %s in %s, nor to another port there", j->nic->iface->name, mcd_text_span(listened).s);
	if (mcd_look_lasted(j->nic))
		mcd_find_clue(j, f, j->nic, 0, j->nic->looks[0].on_ns, "nor in %s while we had made %s promiscuous, as it would if a filter of the interface kept it out",
			      mcd_text_span(mcd_look_lasted(j->nic)).s, j->nic->iface->name);
	if (elsewhere)
		mcd_find_clue(j, f, where, elsewhere->first_packet, elsewhere->first_ns, "on %s it comes, from %s", where->iface->name,
			      mcd_text_addr(elsewhere->source).s);
	if (r)
		mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s left %s", mcd_text_record(r).s, j->nic->iface->name);
	mcd_find_settle(f, "capture at the switch port of the sender, and compare; a slow stream needs a longer --duration");
}

void mcd_rules_absent(struct mcd_judge *j, int64_t listened)
{
	static void (*const finders[])(struct mcd_judge *, const struct mcd_stream *) = { find_tagged, find_other_port, find_other_source };
	const struct mcd_nic *where = NULL;
	const struct mcd_stream *s;

	for (enum near near = NEAR_TAGGED; near < NEAR_INTERFACE; near++) {
		s = search(j, j->nic, near);
		if (s) {
			finders[near](j, s);
			return;
		}
	}
	s = impostor(j);
	if (s) {
		find_impostor(j, s);
		return;
	}
	s = headless(j);
	if (s) {
		find_headless(j, s);
		return;
	}
	s = search_elsewhere(j, &where);
	if (s && !mcd_has_cause(j, MCD_STREAM_ABSENT))
		find_elsewhere(j, where, s, listened);
	else
		find_absent(j, listened, where, s);
}
