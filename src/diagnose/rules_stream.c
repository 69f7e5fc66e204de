/* SPDX-License-Identifier: ISC */
/* What is wrong with a stream that comes, and where one is that does not. */
#include <config.h>

#include "diagnose/second_look.h"
#include "wire/udp.h"

#include <string.h>

bool mcd_stream_wanted(const struct mcd_judge *j, const struct mcd_stream *s)
{
	if (j->task->leave.called_ns && s->first_ns >= j->task->leave.called_ns)
		return false; /* it began when we had left, which is nobody's fault */
	return mcd_stream_foreign(s) && MCD_HERE(j, s) && mcd_stream_asked(j, s);
}

int mcd_stream_ttl(const struct mcd_stream *s)
{
	for (unsigned ttl = 0; ttl < 256; ttl++)
		if (mcd_stream_has_ttl(s, ttl))
			return (int)ttl;
	return -1;
}

static struct mcd_finding *find_bad(struct mcd_judge *j, enum mcd_code code, const struct mcd_stream *s, uint64_t count, const char *what)
{
	struct mcd_finding *f = mcd_find_group(j, code);

	mcd_find_summary(f, "%llu of %s from %s came on %s with %s: the kernel drops such", (unsigned long long)count,
			 mcd_text_count(s->packets > count ? s->packets : count, "datagram").s, mcd_text_addr(s->source).s, j->nic->iface->name, what);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "%s with %s, from %s port %u; the stream begins here",
		      mcd_text_count(count, "datagram").s, what, mcd_text_addr(s->source).s, s->source_port);
	return f;
}

static bool check_mac(struct mcd_judge *j, const struct mcd_stream *s)
{
	const struct mcd_stream_rare *rare = mcd_stream_rare(s);
	struct mcd_finding *f;
	const struct mcd_iface *iface = j->nic->iface;
	char mac[MCD_MAC_TEXT] = "another MAC";
	bool to_us = iface->has_mac || j->evidence->passive; /* whom a capture was taken for is not known */
	uint8_t right[6];

	if (!rare->wrong_mac)
		return false;
	mcd_addr_group_mac(s->group, right);
	for (unsigned i = 0; i < s->nmacs; i++) {
		if (memcmp(s->macs[i], right, sizeof right) == 0)
			continue;
		mcd_mac_format(s->macs[i], mac);
		to_us = to_us && (!iface->has_mac || memcmp(s->macs[i], iface->mac, sizeof iface->mac) == 0);
	}
	if (rare->unicast_mac == rare->wrong_mac &&
	    (mcd_stream_reception(s)->delivered || to_us || (j->evidence->passive && !iface->has_mac))) {
		f = mcd_find_group(j, MCD_UNICAST_FRAME);
		if (f)
			f->severity = MCD_NOTE;
		mcd_find_summary(f, "The stream reaches %s in frames to a unicast MAC address, as Wi-Fi and some switches convert multicast%s",
				 j->nic->iface->name, j->evidence->passive ? ", or a sender with a route by a gateway" : "");
	} else {
		to_us = false;
		f = mcd_find_group(j, MCD_WRONG_DESTINATION_MAC);
		if (f && (mcd_stream_reception(s)->delivered || !j->task->ready_ns))
			f->severity = MCD_WARNING;
		mcd_find_summary(f, "%s of the stream from %s came on %s to %s, not to the group's MAC address",
				 mcd_text_count(rare->wrong_mac, "frame").s, mcd_text_addr(s->source).s, j->nic->iface->name, mac);
	}
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "%llu of %s to %s; the stream begins here",
		      (unsigned long long)rare->wrong_mac, mcd_text_count(mcd_stream_frames(s), "frame").s, mac);
	return mcd_stream_reception(s)->delivered == 0 && j->task->ready_ns && !to_us;
}

/* IPv6 without a UDP checksum. True = a fault. */
static bool check_omitted(struct mcd_judge *j, const struct mcd_stream *s)
{
	struct mcd_finding *f;

	if (!s->no_checksum || mcd_udp_may_omit_checksum(s->group, s->port))
		return false;
	f = find_bad(j, MCD_UDP_CHECKSUM_BAD, s, s->no_checksum, "no UDP checksum (0), which IPv6 forbids");
	if (f)
		f->confidence = MCD_LIKELY;
	mcd_find_settle(f, "ask whether it is a tunnel: a program may take such datagrams by setting UDP_NO_CHECK6_RX (RFC 6935), and no other does");
	return true;
}

/* One datagram may be under way when the capture ends. True = a fault. */
static bool check_fragments(struct mcd_judge *j, const struct mcd_stream *s)
{
	const struct mcd_stream_rare *rare = mcd_stream_rare(s);
	struct mcd_finding *f;

	if (rare->incomplete <= 1 || j->nic->capture.dropped)
		return false;
	f = find_bad(j, MCD_FRAGMENTS_MISSING, s, rare->incomplete, "fragments missing");
	if (f && j->evidence->passive && rare->later_fragments == 0) {
		f->severity = MCD_NOTE;
		f->confidence = MCD_POSSIBLE;
		mcd_find_settle(f, "a capture filter on the port, which only first fragments have, leaves out the others: capture again by address");
	} else if (f && j->nic->capture.drops_unknown) {
		f->confidence = MCD_LIKELY;
		mcd_find_settle(f, "the file does not tell how many frames its capture lost: capture again and look at the count of drops");
	}
	return f && f->severity == MCD_FAULT;
}

bool mcd_rules_stream(struct mcd_judge *j, const struct mcd_stream *s)
{
	const struct mcd_stream_rare *rare = mcd_stream_rare(s);
	bool fault = check_mac(j, s);

	mcd_rules_ttl(j, s);
	if (rare->bad_ip_checksum && find_bad(j, MCD_IP_CHECKSUM_BAD, s, rare->bad_ip_checksum, "a wrong IP header checksum"))
		fault = true;
	if (rare->bad_checksum && find_bad(j, MCD_UDP_CHECKSUM_BAD, s, rare->bad_checksum, "a wrong UDP checksum"))
		fault = true;
	if (rare->bad_length && find_bad(j, MCD_UDP_LENGTH_BAD, s, rare->bad_length, "a wrong UDP length"))
		fault = true;
	if (check_omitted(j, s))
		fault = true;
	return check_fragments(j, s) || fault;
}

static void check_several(struct mcd_judge *j)
{
	const struct mcd_stream *first = NULL, *other = NULL;
	struct mcd_finding *f;

	for (size_t i = 0; i < j->nic->streams.count && !other; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!mcd_stream_wanted(j, s) || s->probes)
			continue;
		if (!first)
			first = s;
		else if (s->port == first->port && !mcd_addr_equal(first->source, s->source))
			other = s;
	}
	if (!other)
		return;
	f = mcd_find_group(j, MCD_SEVERAL_SENDERS);
	mcd_find_summary(f, "More than one sender uses %s on %s: %s and %s", mcd_text_group(j->group).s,
			 j->nic->iface->name, mcd_text_addr(first->source).s, mcd_text_addr(other->source).s);
	mcd_find_clue(j, f, j->nic, first->first_packet, first->first_ns, "first datagram from %s", mcd_text_addr(first->source).s);
	mcd_find_clue(j, f, j->nic, other->first_packet, other->first_ns, "first datagram from %s", mcd_text_addr(other->source).s);
}

static bool other_member(const struct mcd_judge *j)
{
	for (size_t i = 0; i < j->nic->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&j->nic->reports, i);

		if (!r->out && mcd_addr_equal(r->group, j->group->address))
			return true;
	}
	return false;
}

static void check_snooping(struct mcd_judge *j)
{
	const struct mcd_report *own = mcd_judge_join_report(j);
	int64_t reported_ns = own ? own->when_ns : j->task->join.called_ns;
	struct mcd_finding *f;

	if (!j->task->join.done || j->task->member_before || mcd_addr_scope(j->group->address) == MCD_SCOPE_LINK_LOCAL || other_member(j))
		return;
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!mcd_stream_wanted(j, s) || s->first_ns >= reported_ns || mcd_stream_rare(s)->unicast_mac)
			continue;
		f = mcd_find_nic(j, MCD_NO_SNOOPING);
		if (f)
			f->confidence = MCD_LIKELY;
		mcd_find_summary(f,
				 "The stream was on the wire of %s before our report: the switch had not pruned it on this port",
				 j->nic->iface->name);
		mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns,
			      "first datagram from %s, %s before our report; no report of another member heard", mcd_text_addr(s->source).s,
			      mcd_text_span(reported_ns - s->first_ns).s);
		mcd_find_settle(
			f,
			"a membership that was left seconds ago, or not yet timed out (260 s), looks the same, and a router port or a static entry gets all: run again later");
		return;
	}
}

void mcd_rules_streams(struct mcd_judge *j)
{
	check_several(j);
	check_snooping(j);
}

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
				"If it should reach %s too, look at the sender's outgoing interface (`ip route get %s` there) and at the routers between: "
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
