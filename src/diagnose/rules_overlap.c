/* SPDX-License-Identifier: ISC */
/* Groups that share a MAC address: 32 of IPv4 each (RFC 1112, 6.4), 2^80 of IPv6 (RFC 2464, 7). NICs and many switches filter by it, so that who joins
 * one gets the others too. */
#include <config.h>

#include "diagnose/passive.h"

#include <stdlib.h>

/* A group whose frames come on this wire, to its own MAC address. */
static bool has_frames(const struct mcd_stream *s)
{
	return mcd_stream_foreign(s) && s->nmacs > 0 && mcd_stream_rare(s)->unicast_mac < mcd_stream_frames(s);
}

/* What of a group is in its MAC address, and the family, which is in it too. */
static uint64_t mac_of(struct mcd_addr group)
{
	return mcd_addr_is_v4(group) ? group.lo & 0x7fffff : UINT64_C(1) << 32 | (group.lo & 0xffffffff);
}

/* Two groups, one MAC address. One group of IPv6 in several scopes is one protocol, which means it so (RFC 4291, 2.7.1: ff02::c, ff05::c). */
static bool is_overlap(struct mcd_addr a, struct mcd_addr b)
{
	const uint64_t scope = UINT64_C(0xf) << 48;

	if (mac_of(a) != mac_of(b))
		return false;
	return a.lo != b.lo || (!mcd_addr_is_v4(a) && ((a.hi ^ b.hi) & ~scope) != 0);
}

static void add_clue(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_stream *s)
{
	char text[MCD_MAC_TEXT];
	uint8_t mac[6];

	mcd_addr_group_mac(s->group, mac);
	mcd_find_clue(j, f, j->nic, s->first_packet, s->first_ns, "%s from %s to %s port %u, whose MAC address is %s",
		      mcd_text_count(s->packets, "datagram").s, mcd_text_addr(s->source).s, mcd_text_addr(s->group).s, s->port,
		      mcd_mac_format(mac, text));
}

/* Whether the group itself does not come as it should. */
static bool is_troubled(struct mcd_judge *j)
{
	static const enum mcd_code troubles[] = { MCD_STREAM_ABSENT, MCD_STREAM_ON_OTHER_INTERFACE, MCD_STREAM_STOPPED, MCD_STREAM_LOSS, MCD_STREAM_BURST_LOSS };

	for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++)
		if (mcd_found(j, troubles[i], j->nic, j->group))
			return true;
	return false;
}

void mcd_rules_overlap(struct mcd_judge *j)
{
	struct mcd_finding *f = NULL;

	for (size_t i = 0; j->findings && i < j->nic->streams.count && !f; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (!MCD_HERE(j, s) || !has_frames(s) || !is_overlap(s->group, j->group->address))
			continue;
		f = mcd_find_group(j, MCD_MAC_OVERLAP);
		if (f && !is_troubled(j))
			f->severity = MCD_NOTE;
		mcd_find_summary(f, "%s comes on %s too, and its frames go to the MAC address of %s: NICs and switches that filter by MAC do not tell them apart",
				 mcd_text_addr(s->group).s, j->nic->iface->name, mcd_text_addr(j->group->address).s);
		add_clue(j, f, s);
	}
}

static int by_mac(const void *left, const void *right)
{
	const struct mcd_stream *a = *(const struct mcd_stream *const *)left, *b = *(const struct mcd_stream *const *)right;
	int order = (a->vlan > b->vlan) - (a->vlan < b->vlan);

	if (!order)
		order = (a->inner_vlan > b->inner_vlan) - (a->inner_vlan < b->inner_vlan);
	if (!order)
		order = (mac_of(a->group) > mac_of(b->group)) - (mac_of(a->group) < mac_of(b->group));
	if (!order)
		order = mcd_addr_compare(a->group, b->group);
	return order ? order : (a->first_packet > b->first_packet) - (a->first_packet < b->first_packet);
}

static bool share_mac(const struct mcd_stream *a, const struct mcd_stream *b)
{
	return a->vlan == b->vlan && a->inner_vlan == b->inner_vlan && mac_of(a->group) == mac_of(b->group);
}

/* COUNT streams to one MAC address, by group: a note, once, where they are of more than one. */
static void judge_mac(struct mcd_judge *j, const struct mcd_stream *const *streams, size_t count)
{
	const struct mcd_stream *first = streams[0], *last = streams[count - 1];
	const struct mcd_group group = { .address = first->group, .port = first->port, .mode = MCD_EXCLUDE };
	struct mcd_finding *f;

	if (!is_overlap(first->group, last->group))
		return;
	j->group = &group;
	f = mcd_find_group(j, MCD_MAC_OVERLAP);
	j->group = NULL;
	if (f)
		f->severity = MCD_NOTE;
	mcd_find_summary(f, "%s and %s come on %s%s in frames to the same MAC address: NICs and switches that filter by MAC do not tell them apart",
			 mcd_text_addr(first->group).s, mcd_text_addr(last->group).s, j->nic->iface->name,
			 mcd_text_vlan(first->vlan, first->inner_vlan).s);
	add_clue(j, f, first);
	add_clue(j, f, last);
}

bool mcd_passive_overlaps(struct mcd_judge *j)
{
	const size_t all = j->nic->streams.count;
	const struct mcd_stream **sorted = all ? malloc(all * sizeof(struct mcd_stream *)) : NULL;
	size_t count = 0;

	for (size_t i = 0; sorted && i < all; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		if (has_frames(s))
			sorted[count++] = s;
	}
	if (count)
		qsort(sorted, count, sizeof(struct mcd_stream *), by_mac);
	for (size_t first = 0, past; first < count; first = past) {
		for (past = first + 1; past < count && share_mac(sorted[first], sorted[past]);)
			past++;
		judge_mac(j, sorted + first, past - first);
	}
	free(sorted);
	return sorted || all == 0;
}
