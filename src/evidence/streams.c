/* SPDX-License-Identifier: ISC */
/* The streams of one wire. The hot path of a replay: one look-up a datagram, nothing decoded but what changes and nothing allocated for a stream
 * that is known, and the members of struct mcd_stream that it touches in the first lines of it. */
#include <config.h>

#include "evidence/streams_find.h"
#include "wire/mpegts.h"

#include <string.h>

enum { RTP_VERSION = 2, PROBE_START = 'M' }; /* the first two bits of a payload, or its first octet */

static const uint64_t window_ns = 100000000; /* of peak_100ms */
static const uint64_t burst_ns = 1000000;    /* datagrams closer than that are one burst */

/* The row of the datagram at hand. */
static inline struct mcd_stream *stream_of(const struct mcd_sight *sight)
{
	const struct mcd_packet *p = sight->packet;
	uint64_t numbers = mcd_stream_numbers(p->udp.port, p->udp.source_port, p->link.vlan, p->link.inner_vlan);
	uint32_t hash = mcd_stream_hash(sight->evidence, &p->ip.source, &p->ip.destination, numbers);
	struct mcd_stream *s = mcd_stream_find(sight->nic, hash, &p->ip.source, &p->ip.destination, numbers);
	struct mcd_stream_key key;

	if (s)
		return s;
	key = mcd_stream_key_of(p);
	return mcd_streams_add(sight->evidence, sight->nic, &key, hash);
}

/* ---- what each frame adds ---- */

/* A frame to another MAC than the one before. */
static void note_new_mac(struct mcd_stream *s, const uint8_t mac[6])
{
	uint8_t right[6];

	mcd_addr_group_mac(s->group, right);
	s->right_mac = memcmp(mac, right, sizeof right) == 0;
	for (unsigned i = 0; i < s->nmacs; i++)
		if (memcmp(s->macs[i], mac, sizeof s->macs[i]) == 0)
			return;
	if (s->nmacs < sizeof s->macs / sizeof s->macs[0])
		memcpy(s->macs[s->nmacs++], mac, sizeof s->macs[0]);
}

static void note_wrong_mac(const struct mcd_sight *sight, struct mcd_stream *s, const uint8_t mac[6])
{
	struct mcd_stream_rare *rare = mcd_streams_rare(sight, s);

	rare->wrong_mac++;
	rare->unicast_mac += (mac[0] & 1) == 0;
}

static inline void note_mac(const struct mcd_sight *sight, struct mcd_stream *s, const struct mcd_link *link)
{
	if (!link->has_destination)
		return;
	if (s->nmacs != 1 || memcmp(s->macs[0], link->destination, sizeof s->macs[0]) != 0)
		note_new_mac(s, link->destination);
	if (!s->right_mac)
		note_wrong_mac(sight, s, link->destination);
}

static inline void note_marks(struct mcd_stream *s, const struct mcd_ip *ip, bool first)
{
	if (!first && ip->ttl == s->last_ttl && ip->dscp == s->last_dscp)
		return;
	s->ttl[ip->ttl / 64] |= UINT64_C(1) << (ip->ttl % 64);
	s->dscp |= UINT64_C(1) << (ip->dscp & 63);
	s->last_ttl = ip->ttl;
	s->last_dscp = ip->dscp;
}

/* A kernel drops both; but a capture may have been taken on the sender, before its NIC filled in the sum. */
__attribute__((noinline)) static void note_wrong_header(struct mcd_stream *s, const struct mcd_sight *sight, enum mcd_checksum_state state)
{
	if (state == MCD_CHECKSUM_OFFLOADED && !mcd_sight_needs_header_sum(sight))
		mcd_streams_rare(sight, s)->no_ip_checksum++;
	else
		mcd_streams_rare(sight, s)->bad_ip_checksum++;
}

static inline void note_time(struct mcd_stream *s, const struct mcd_sight *sight)
{
	const bool first = s->last_packet == 0;
	const int64_t gap = sight->when_ns - s->last_ns;

	if (first) {
		s->first_packet = sight->number;
		s->first_ns = sight->when_ns;
	} else if (gap > s->longest_gap_ns) {
		s->longest_gap_ns = gap;
	}
	if ((uint64_t)gap >= burst_ns) /* or time went back; the first one has the time since 1970 behind it */
		s->burst = 0;
	s->last_packet = sight->number;
	s->last_ns = sight->when_ns;
}

static void note_frame(struct mcd_stream *s, const struct mcd_sight *sight)
{
	const struct mcd_ip *ip = &sight->packet->ip;
	const bool first = s->last_packet == 0;

	note_time(s, sight);
	if (mcd_ip_is_fragment(ip))
		mcd_streams_rare(sight, s)->fragments++;
	if (ip->checksum == MCD_CHECKSUM_BAD || ip->checksum == MCD_CHECKSUM_OFFLOADED)
		note_wrong_header(s, sight, ip->checksum);
	note_marks(s, ip, first);
	note_mac(sight, s, &sight->packet->link);
}

static inline void note_pace(struct mcd_stream *s, int64_t when_ns)
{
	if ((uint64_t)(when_ns - s->window_ns) >= window_ns) { /* or time went back */
		s->window_ns = when_ns;
		s->window_packets = 0;
	}
	if (++s->window_packets > s->peak_100ms)
		s->peak_100ms = s->window_packets;
	if (++s->burst > s->largest_burst)
		s->largest_burst = s->burst;
}

/* Senders that number their datagrams one by one show by the numbers what is missing between. */
static inline void note_id(struct mcd_stream *s, uint16_t id)
{
	enum { MOST_MISSING = 1000, MOST_LATE = 64 }; /* a larger step is no gap but another way of numbering */
	uint16_t step = (uint16_t)(id - s->last_id);

	if (s->packets > 0 && step == 1)
		s->ids_in_step++;
	else if (s->packets > 0 && step > 1 && step <= MOST_MISSING)
		s->ids_missing += step - 1u;
	else if (s->packets > 0 && (uint16_t)-step <= MOST_LATE) {
		s->ids_missing -= step != 0 && s->ids_missing > 0; /* it was out of order, and is here; or came again */
		return;
	}
	s->last_id = id;
}

__attribute__((noinline)) static void note_checksum(const struct mcd_sight *sight, struct mcd_stream *s, enum mcd_checksum_state state)
{
	switch (state) {
	case MCD_CHECKSUM_OK:
		break;
	case MCD_CHECKSUM_BAD:
		mcd_streams_rare(sight, s)->bad_checksum++;
		break;
	case MCD_CHECKSUM_NONE:
		s->no_checksum++;
		break;
	case MCD_CHECKSUM_UNKNOWN:
	case MCD_CHECKSUM_OFFLOADED:
		mcd_streams_rare(sight, s)->unverified_checksum++;
		break;
	}
}

/* A frame larger than the MTU that is no fragment is several datagrams, which GSO or GRO holds together. Their size is not in the frame:
 * how many they were is told at the end, by what reached the socket. */
static inline void note_superframe(struct mcd_stream *s, const struct mcd_sight *sight, uint32_t total_length, uint32_t bytes)
{
	const uint32_t mtu = sight->nic->iface->mtu;
	struct mcd_stream_rare *rare;

	if (mtu == 0 || total_length <= mtu)
		return;
	rare = mcd_streams_rare(sight, s);
	rare->superframes++;
	rare->super_bytes += bytes;
}

/* A datagram, the first fragment of one included. */
static inline void note_datagram(struct mcd_stream *s, const struct mcd_sight *sight, uint16_t id, uint32_t bytes, enum mcd_checksum_state checksum)
{
	note_pace(s, sight->when_ns);
	note_id(s, id);
	if (checksum != MCD_CHECKSUM_OK)
		note_checksum(sight, s, checksum);
	s->packets++;
	s->bytes += bytes;
}

/* ---- datagrams and fragments ---- */

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
	if (place == SIZE_MAX) {
		note_frame(s, sight);
		mcd_streams_rare(sight, s)->later_fragments++;
	}
	if (earlier) {
		mcd_streams_rare(sight, s)->later_fragments += earlier;
		mcd_streams_rare(sight, s)->fragments += earlier;
	}
	if (!whole)
		return;
	if (done.udp_length > done.total)
		mcd_streams_rare(sight, s)->bad_length++;
	else if (!done.undeliverable)
		mcd_reception_due(nic, s, done.first_ns, sight->when_ns, done.total > header ? done.total - header : 0, false);
}

static uint32_t payload_bytes(const struct mcd_packet *p)
{
	const uint32_t header = 8;

	if (!p->udp.length_bad)
		return p->udp.length - header;
	return p->ip.total_length > p->ip.header_length + header ? p->ip.total_length - p->ip.header_length - header : 0;
}

/* Let the next ones of S be told by what they share with this one. Where a socket of ours waits for it, each is looked at whole. */
static void learn(struct mcd_stream *s, const struct mcd_sight *sight)
{
	const uint8_t *ip = mcd_steady_ip(sight->frame);

	if (!ip || s->accepted || !mcd_steady_learn(&s->steady, sight->frame->data, ip))
		return;
	s->steady_sent = (uint8_t)sight->frame->sent;
	s->steady_out = sight->out;
	s->steady_right = s->right_mac;
}

/* What a datagram carries, told by its first octet, so that any other stream costs one look. */
static inline void note_payload(struct mcd_stream *s, const struct mcd_sight *sight, struct mcd_cursor payload, uint8_t first)
{
	bool ours = false, again = false;

	if (first >> 6 == RTP_VERSION) {
		if (mcd_rtp_observe(sight, s, &payload, &again) && mcd_cursor_left(&payload) > 0 && *payload.at == MCD_TS_SYNC)
			mcd_ts_observe(sight, s, &payload, again);
	} else if (first == MCD_TS_SYNC) {
		mcd_ts_observe(sight, s, &payload, false);
	} else if (first == PROBE_START && mcd_probes_observe(sight, &ours)) {
		s->probes = true;
		s->ours |= ours;
	}
}

static void observe_datagram(const struct mcd_sight *sight, struct mcd_stream *s)
{
	const struct mcd_packet *p = sight->packet;
	const enum mcd_checksum_state checksum = p->udp.checksum;
	const uint32_t bytes = payload_bytes(p);
	bool undeliverable;

	note_frame(s, sight);
	if (!mcd_ip_is_fragment(&p->ip))
		note_superframe(s, sight, p->ip.total_length, bytes);
	note_datagram(s, sight, (uint16_t)p->ip.id, bytes, checksum);
	if (sight->out)
		mcd_streams_rare(sight, s)->packets_out++;
	if (p->udp.length_bad)
		mcd_streams_rare(sight, s)->bad_length++;
	else if (mcd_cursor_left(&p->udp.payload) > 0)
		note_payload(s, sight, p->udp.payload, *p->udp.payload.at);
	learn(s, sight);
	if (!s->accepted && !mcd_ip_is_fragment(&p->ip))
		return; /* no socket of ours waits for it */
	if (sight->nic->nlooks)
		mcd_looks_observe(sight, s);
	undeliverable = mcd_reception_undeliverable(sight) || checksum == MCD_CHECKSUM_BAD || p->udp.length_bad;
	if (mcd_ip_is_fragment(&p->ip))
		observe_fragment(sight, (size_t)(s - (struct mcd_stream *)sight->nic->streams.items), undeliverable);
	else if (!undeliverable)
		mcd_reception_due(sight->nic, s, sight->when_ns, sight->when_ns, bytes,
				  checksum == MCD_CHECKSUM_OK || checksum == MCD_CHECKSUM_NONE);
}

void mcd_streams_observe(const struct mcd_sight *sight)
{
	if (sight->packet->layer == MCD_LAYER_UDP) {
		struct mcd_stream *s = stream_of(sight);

		if (s)
			observe_datagram(sight, s);
	} else if (mcd_ip_is_fragment(&sight->packet->ip)) {
		observe_fragment(sight, SIZE_MAX, mcd_reception_undeliverable(sight));
	}
}

/* The stream whose headers those of the frame are; NULL = none, or they are not steady. */
static inline struct mcd_stream *steady_stream(const struct mcd_sight *sight, const uint8_t *ip)
{
	const struct mcd_frame *frame = sight->frame;
	const uint32_t hash = mcd_stream_steady_hash(sight->evidence, frame, ip);
	size_t place, at = 0;

	while ((place = mcd_index_next(&sight->nic->tables->streams, hash, &at)) != SIZE_MAX) {
		struct mcd_stream *s = (struct mcd_stream *)sight->nic->streams.items + place;

		if (mcd_steady_fits(&s->steady, frame->data, ip))
			return s->steady_sent == frame->sent ? s : NULL;
	}
	return NULL;
}

bool mcd_streams_observe_steady(const struct mcd_sight *sight)
{
	const uint8_t *ip = mcd_steady_ip(sight->frame), *udp, *payload;
	const uint32_t length = ip ? mcd_steady_length(sight->frame, ip) : 0, bytes = length - MCD_STEADY_UDP;
	struct mcd_stream *s = length ? steady_stream(sight, ip) : NULL;
	uint8_t first;

	if (!s)
		return false;
	udp = ip + MCD_STEADY_IP;
	payload = udp + MCD_STEADY_UDP;
	first = bytes > 0 ? *payload : 0;
	if (first == PROBE_START) /* of which the whole frame is evidence */
		return false;
	note_time(s, sight);
	if (!mcd_steady_ip_right(&s->steady, ip))
		note_wrong_header(s, sight, mcd_ip_wrong_checksum(ip));
	if (!s->steady_right)
		note_wrong_mac(sight, s, sight->frame->data);
	note_superframe(s, sight, length + MCD_STEADY_IP, bytes);
	note_datagram(s, sight, mcd_load16(ip + 4), bytes, mcd_udp_checksum(udp, length, s->steady.pseudo_sum));
	if (s->steady_out)
		mcd_streams_rare(sight, s)->packets_out++;
	note_payload(s, sight, mcd_cursor_of(payload, bytes, false), first);
	return true;
}
