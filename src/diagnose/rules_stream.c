/* SPDX-License-Identifier: ISC */
/* What is wrong with a stream that comes. */
#include <config.h>

#include "diagnose/judge.h"
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
	mcd_find_settle(f, mcd_judge_is_windows(j) ? "ask whether it is a tunnel, for whose datagrams it is allowed (RFC 6935)"
						     : "ask whether it is a tunnel: a program may take such datagrams by setting UDP_NO_CHECK6_RX (RFC 6935), and no other does");
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

	if (!j->task->join.done || j->task->member_before || !mcd_judge_lists_members(j) || mcd_addr_scope(j->group->address) == MCD_SCOPE_LINK_LOCAL || other_member(j))
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
