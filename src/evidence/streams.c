/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/tables.h"

#include <string.h>

static const int64_t window_ns = 100000000; /* of peak_100ms */

struct key {
	struct mcd_addr source, group;
	uint16_t port, source_port, vlan;
	bool tagged;
};

static bool same_stream(const void *item, const void *key)
{
	const struct mcd_stream *s = item;
	const struct key *k = key;

	return s->port == k->port && s->source_port == k->source_port && s->vlan == k->vlan && s->tagged == k->tagged &&
	       mcd_addr_equal(s->source, k->source) && mcd_addr_equal(s->group, k->group);
}

static uint32_t hash_of(const struct key *k)
{
	uint64_t ports = (uint64_t)k->port << 48 | (uint64_t)k->source_port << 32 | (uint64_t)k->vlan << 8 | k->tagged;

	return mcd_hash_end(mcd_hash_mix(mcd_hash_addr(mcd_hash_addr(0, k->source), k->group), ports));
}

size_t mcd_streams_task(const struct mcd_request *request, struct mcd_addr group, uint16_t port)
{
	for (size_t i = 0; i < request->ngroups; i++)
		if (request->groups[i].port == port && mcd_addr_equal(request->groups[i].address, group))
			return i;
	return SIZE_MAX;
}

bool mcd_streams_in_span(const struct mcd_task *task, int64_t when_ns)
{
	if (task->ready_ns <= 0 || when_ns < task->ready_ns)
		return false;
	return task->leave.called_ns == 0 || when_ns < task->leave.called_ns;
}

/* The row of KEY; NULL, and counted as omitted, when there is no room for a new one. */
static struct mcd_stream *find_or_add(const struct mcd_evidence *evidence, struct mcd_nic *nic, const struct key *key)
{
	uint32_t hash = hash_of(key);
	size_t place = mcd_index_find(&nic->tables->streams, hash, &nic->streams, same_stream, key);
	struct mcd_stream *s;

	if (place != SIZE_MAX)
		return mcd_vec_at(&nic->streams, place);
	s = mcd_index_push(&nic->tables->streams, hash, &nic->streams, MCD_MAX_STREAMS);
	if (!s) {
		nic->omitted++;
		return NULL;
	}
	s->source = key->source;
	s->group = key->group;
	s->port = key->port;
	s->source_port = key->source_port;
	s->tagged = key->tagged;
	s->vlan = key->vlan;
	s->local_source = mcd_evidence_is_local(evidence, key->source);
	s->task = mcd_streams_task(evidence->request, key->group, key->port);
	s->accepted = s->task != SIZE_MAX && mcd_group_accepts(&evidence->request->groups[s->task], key->source);
	return s;
}

static void note_mac(struct mcd_stream *s, const struct mcd_link *link)
{
	uint8_t right[6];

	if (!link->has_destination)
		return;
	mcd_addr_group_mac(s->group, right);
	if (memcmp(link->destination, right, sizeof right) != 0) {
		s->wrong_mac++;
		s->unicast_mac += (link->destination[0] & 1) == 0;
	}
	for (unsigned i = 0; i < s->nmacs; i++)
		if (memcmp(s->macs[i], link->destination, sizeof s->macs[i]) == 0)
			return;
	if (s->nmacs < sizeof s->macs / sizeof s->macs[0])
		memcpy(s->macs[s->nmacs++], link->destination, sizeof s->macs[0]);
}

static void note_frame(struct mcd_stream *s, const struct mcd_sight *sight)
{
	const struct mcd_ip *ip = &sight->packet->ip;

	if (s->first_packet == 0) {
		s->first_packet = sight->number;
		s->first_ns = sight->when_ns;
	}
	if (s->frames && sight->when_ns - s->last_ns > s->longest_gap_ns)
		s->longest_gap_ns = sight->when_ns - s->last_ns;
	s->last_packet = sight->number;
	s->last_ns = sight->when_ns;
	s->frames++;
	s->fragments += mcd_ip_is_fragment(ip);
	s->bad_ip_checksum += ip->checksum == MCD_CHECKSUM_BAD;
	s->ttl[ip->ttl / 64] |= UINT64_C(1) << (ip->ttl % 64);
	s->dscp |= UINT64_C(1) << (ip->dscp & 63);
	note_mac(s, &sight->packet->link);
}

static void note_window(struct mcd_stream *s, int64_t when_ns, uint64_t datagrams)
{
	if (s->window_packets == 0 || when_ns - s->window_ns >= window_ns || when_ns < s->window_ns) {
		s->window_ns = when_ns;
		s->window_packets = 0;
	}
	s->window_packets += datagrams;
	if (s->window_packets > s->peak_100ms)
		s->peak_100ms = s->window_packets;
}

/* A frame larger than the MTU that is no fragment is several datagrams, which GSO or GRO holds together. Their size is not in the frame:
 * how many they were is told at the end, by what reached the socket. */
static void note_superframe(struct mcd_stream *s, const struct mcd_sight *sight, uint32_t bytes)
{
	const struct mcd_ip *ip = &sight->packet->ip;
	const uint32_t mtu = sight->nic->iface->mtu;

	if (mcd_ip_is_fragment(ip) || mtu == 0 || ip->total_length <= mtu)
		return;
	s->superframes++;
	s->super_bytes += bytes;
}

void mcd_streams_end(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->streams.count; i++) {
		struct mcd_stream *s = mcd_vec_at(&nic->streams, i);

		if (s->superframes && s->largest_arrival)
			s->packets += (s->super_bytes + s->largest_arrival - 1) / s->largest_arrival - s->superframes;
	}
}

/* What the IP layer of this NIC throws away or never sees, whatever the sockets want: bad checksum, tag, another host's MAC. */
static bool is_undeliverable(const struct mcd_sight *s)
{
	const struct mcd_link *link = &s->packet->link;
	const struct mcd_iface *iface = s->nic->iface;
	bool unicast = link->has_destination && (link->destination[0] & 1) == 0;

	if (s->out || link->tagged || s->packet->ip.checksum == MCD_CHECKSUM_BAD)
		return true;
	return unicast && iface->has_mac && memcmp(link->destination, iface->mac, sizeof iface->mac) != 0;
}

static void count_deliverable(struct mcd_nic *nic, struct mcd_stream *s, int64_t from_ns, int64_t to_ns, uint32_t bytes, bool verified)
{
	if (!s->accepted || s->local_source)
		return;
	if (!mcd_streams_in_span(&nic->tasks[s->task], from_ns) || !mcd_streams_in_span(&nic->tasks[s->task], to_ns))
		return;
	s->deliverable++;
	s->deliverable_bytes += bytes;
	s->unverified += verified ? 0 : 1;
}

static void observe_fragment(const struct mcd_sight *sight, size_t place, bool undeliverable)
{
	struct mcd_nic *nic = sight->nic;
	const uint32_t header = 8;
	struct mcd_fragmented done;
	uint64_t earlier;
	struct mcd_stream *s;
	bool whole = mcd_fragments_observe(sight, place, undeliverable, &done, &earlier);

	/* Giving up on another datagram may have moved the streams: only now may one be pointed at. */
	s = done.stream != SIZE_MAX ? mcd_vec_at(&nic->streams, done.stream) : NULL;
	if (!s)
		return;
	if (place == SIZE_MAX)
		note_frame(s, sight);
	s->frames += earlier;
	s->fragments += earlier;
	if (!whole)
		return;
	if (done.udp_length > done.total)
		s->bad_length++;
	else if (!done.undeliverable)
		count_deliverable(nic, s, done.first_ns, sight->when_ns, done.total > header ? done.total - header : 0, false);
}

static uint32_t payload_bytes(const struct mcd_packet *p)
{
	const uint32_t header = 8;

	if (!p->udp.length_bad)
		return p->udp.length - header;
	return p->ip.total_length > p->ip.header_length + header ? p->ip.total_length - p->ip.header_length - header : 0;
}

static void observe_datagram(const struct mcd_sight *sight, struct mcd_stream *s)
{
	const struct mcd_packet *p = sight->packet;
	const bool fragment = mcd_ip_is_fragment(&p->ip), bad = p->udp.checksum == MCD_CHECKSUM_BAD || p->udp.length_bad;
	const bool undeliverable = is_undeliverable(sight) || bad;
	const uint32_t bytes = payload_bytes(p);
	bool ours = false;

	note_frame(s, sight);
	note_superframe(s, sight, bytes);
	note_window(s, sight->when_ns, 1);
	s->packets++;
	s->packets_out += sight->out;
	s->bytes += bytes;
	s->bad_checksum += p->udp.checksum == MCD_CHECKSUM_BAD;
	s->bad_length += p->udp.length_bad;
	if (mcd_probes_observe(sight, &ours)) {
		s->probes = true;
		s->ours |= ours;
	}
	if (fragment)
		observe_fragment(sight, (size_t)(s - (struct mcd_stream *)sight->nic->streams.items), undeliverable);
	else if (!undeliverable)
		count_deliverable(sight->nic, s, sight->when_ns, sight->when_ns, bytes,
				  p->udp.checksum == MCD_CHECKSUM_OK || p->udp.checksum == MCD_CHECKSUM_NONE);
}

void mcd_streams_observe(const struct mcd_sight *sight)
{
	const struct mcd_packet *p = sight->packet;
	struct key key = {
		.source = p->ip.source,
		.group = p->ip.destination,
		.tagged = p->link.tagged,
		.vlan = p->link.vlan,
	};
	struct mcd_stream *s;

	if (p->layer == MCD_LAYER_UDP) {
		key.port = p->udp.port;
		key.source_port = p->udp.source_port;
		s = find_or_add(sight->evidence, sight->nic, &key);
		if (s)
			observe_datagram(sight, s);
	} else if (mcd_ip_is_fragment(&p->ip)) {
		observe_fragment(sight, SIZE_MAX, is_undeliverable(sight));
	}
}

/* Its first fragment never came: a row without ports stands for all such of this source and group. */
static void adopt(struct mcd_stream *s, const struct mcd_fragmented *done)
{
	if (s->first_packet == 0 || done->first_packet < s->first_packet) {
		s->first_packet = done->first_packet;
		s->first_ns = done->first_ns;
	}
	if (done->last_packet > s->last_packet) {
		s->last_packet = done->last_packet;
		s->last_ns = done->last_ns;
	}
	s->frames += done->frames;
	s->fragments += done->frames;
}

void mcd_streams_incomplete(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_fragmented *done)
{
	const struct key orphan = { .source = done->source, .group = done->destination, .tagged = done->tagged, .vlan = done->vlan };
	struct mcd_stream *s;

	if (done->stream != SIZE_MAX) {
		s = mcd_vec_at(&nic->streams, done->stream);
	} else {
		s = find_or_add(evidence, nic, &orphan);
		if (s)
			adopt(s, done);
	}
	if (s)
		s->incomplete++;
}

static bool is_our_probe(const struct mcd_evidence *evidence, const struct mcd_arrival *arrival)
{
	struct mcd_cursor payload = mcd_cursor_of(arrival->data, arrival->held, arrival->held < arrival->length);
	struct mcd_probe probe;

	return mcd_probe_parse(payload, &probe, NULL) && probe.session == evidence->session;
}

static void note_delivered(struct mcd_stream *s, size_t length)
{
	s->delivered++;
	s->delivered_bytes += length;
	if (length > s->largest_arrival)
		s->largest_arrival = length;
}

/* The loopback copy of a datagram that this host sent: all that there is to see of one with TTL 0. */
static void note_looped(struct mcd_stream *s, int ttl)
{
	if (s->looped == 0 || (ttl >= 0 && (s->looped_ttl < 0 || ttl < s->looped_ttl)))
		s->looped_ttl = ttl;
	s->looped++;
}

void mcd_streams_arrival(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_arrival *arrival)
{
	const struct key key = {
		.source = arrival->source,
		.group = arrival->destination,
		.port = arrival->port,
		.source_port = arrival->source_port,
	};
	struct mcd_stream *s = find_or_add(evidence, nic, &key);

	if (!s)
		return;
	if (s->first_arrival_ns == 0)
		s->first_arrival_ns = arrival->when_ns;
	if (s->local_source && is_our_probe(evidence, arrival))
		s->ours = s->probes = true;
	else if (s->local_source)
		note_looped(s, arrival->ttl);
	else if (s->task != SIZE_MAX && mcd_streams_in_span(&nic->tasks[s->task], arrival->when_ns))
		note_delivered(s, arrival->length);
}
