/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "generate_network.h"
#include "generate_payload.h"

#include <stdlib.h>
#include <string.h>

enum { MILLION = 1000000, QUERY_INTERVAL_S = 125, SPACING_NS = 20000, LOST_1_IN = 5000, DUPLICATED_1_IN = 20000 };
enum { MDNS_SHARE = 15000, SSDP_SHARE = 15000, TCP_SHARE = 50000, IGMP_SHARE = 5000 }; /* of MILLION */
enum { V2_REPORT = 0x16, V3_REPORT = 0x22, QUERY = 0x11, IS_INCLUDE = 1, IS_EXCLUDE = 2 };

static const int64_t START_S = 1767225600; /* 2026-01-01 00:00:00 UTC */
static const int64_t SECOND_NS = 1000000000;
static const uint32_t ALL_SYSTEMS = 0xe0000001u, V3_ROUTERS = 0xe0000016u, MDNS_GROUP = 0xe00000fbu, SSDP_GROUP = 0xeffffffau;
static const uint32_t STREAM_GROUPS = 0xef010000u;     /* 239.1.0.0 */
static const uint32_t SENDERS = 0x0a100000u;	       /* 10.16.0.0 */
static const uint32_t HOSTS = 0x0a800000u;	       /* 10.128.0.0 */
static const uint32_t ROUTERS = 0x0a000001u;	       /* 10.0.0.1 and, by VLAN, 10.0.N.1 */
static const uint32_t CLIENTS = 0x0a010000u, SERVERS = 0x0a020000u;

/* splitmix64 */
static uint64_t draw(struct network *n)
{
	uint64_t z = n->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* 0 to BOUND - 1 */
static uint32_t draw_below(struct network *n, uint32_t bound)
{
	return (uint32_t)((draw(n) >> 32) * bound >> 32);
}

static uint32_t groups(const struct network *n)
{
	return (n->plan.streams + n->plan.senders - 1) / n->plan.senders;
}

static uint16_t vlan_of_group(uint32_t group)
{
	return group % 5 == 4 ? (uint16_t)(101 + group / 5 % (SEGMENTS - 1)) : 0;
}

/* Fifty groups share their senders. */
static uint32_t sender_of(const struct network *n, uint32_t group, uint32_t sender)
{
	return SENDERS + group / 50 * n->plan.senders + sender + 1;
}

/* Streams */

static uint32_t greatest_common_divisor(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static uint32_t next_stream(struct network *n)
{
	uint32_t count = n->plan.streams;

	if (n->turn == 0) {
		n->offset = draw_below(n, count);
		do
			n->stride = 1 + draw_below(n, count);
		while (greatest_common_divisor(n->stride, count) != 1);
	}
	n->turn = (n->turn + 1) % count;
	n->offset = (uint32_t)(((uint64_t)n->offset + n->stride) % count);
	return n->offset;
}

static void account(struct network *n, struct stream *s, enum kind kind)
{
	n->tally[kind].lost += s->missing;
	s->missing = 0;
	n->repeat = draw_below(n, DUPLICATED_1_IN) == 0;
}

/* One datagram of a stream, RTP (RFC 3550, 5.1) or bare; whether it is in the capture. */
static bool make_datagram(struct network *n)
{
	uint32_t index = next_stream(n), group = index / n->plan.senders, sender = index % n->plan.senders;
	struct stream *s = &n->streams[index];
	bool small = n->plan.frame == SMALL_FRAME, rtp = small || group % 2, lost;
	const struct path path = { .source = sender_of(n, group, sender), .destination = STREAM_GROUPS + group, .vlan = vlan_of_group(group),
		.id = (uint16_t)s->datagrams, .ttl = 16, .tos = 34 << 2, .protocol = PROTOCOL_UDP };

	frame_start(&n->frame, &path);
	frame_append_udp(&n->frame, 40000 + sender, rtp ? 5004 : 1234);
	if (rtp)
		payload_append_rtp(n, (uint16_t)(s->datagrams + index * 7), index * 2654435761u + 1, small);
	lost = draw_below(n, LOST_1_IN) == 0;
	if (small)
		memcpy(frame_append(&n->frame, SMALL_RTP_PAYLOAD), n->filler, SMALL_RTP_PAYLOAD);
	else
		payload_append_ts(n, s, lost);
	frame_finish(&n->frame);
	n->last = rtp ? KIND_RTP : KIND_TS;
	if (lost)
		s->missing += s->started;
	else
		account(n, s, n->last);
	s->started |= !lost;
	s->datagrams++;
	return !lost;
}

/* IGMP */

static void start_igmp(struct network *n, uint32_t source, uint32_t destination, uint16_t vlan)
{
	const struct path path = { .source = source, .destination = destination, .vlan = vlan, .id = (uint16_t)draw(n), .ttl = 1, .tos = 0xc0,
		.protocol = PROTOCOL_IGMP, .router_alert = true };

	frame_start(&n->frame, &path);
}

/* RFC 2236, 2 */
static void append_igmpv2(struct network *n, unsigned type, unsigned tenths, uint32_t group)
{
	uint8_t *at = frame_append(&n->frame, 8);

	at = put_be16(at, type << 8 | tenths);
	at = put_be16(at, 0);
	put_be32(at, group);
}

/* RFC 3376, 4.2: one record, of any source or of the group's senders */
static void append_report_v3(struct network *n, uint32_t group, bool any_source)
{
	uint32_t sources = any_source ? 0 : n->plan.senders < 16 ? n->plan.senders : 16;
	uint8_t *at = frame_append(&n->frame, 16 + 4 * (size_t)sources);

	at = put_be16(at, V3_REPORT << 8);
	at = put_be32(at, 0);
	at = put_be16(at, 1);
	at = put_be16(at, any_source ? IS_EXCLUDE << 8 : IS_INCLUDE << 8);
	at = put_be16(at, sources);
	at = put_be32(at, STREAM_GROUPS + group);
	for (uint32_t i = 0; i < sources; i++)
		at = put_be32(at, sender_of(n, group, i));
}

/* General queries, one on each segment every 125 s: robustness 2, 10 s to answer (RFC 3376, 4.1) */
static void make_query(struct network *n)
{
	unsigned segment = --n->queries_due;
	uint16_t vlan = segment ? (uint16_t)(100 + segment) : 0;

	start_igmp(n, ROUTERS + (segment << 8), ALL_SYSTEMS, vlan);
	append_igmpv2(n, QUERY, 100, 0);
	if (!vlan) {
		uint8_t *at = frame_append(&n->frame, 4);

		at = put_be16(at, 2 << 8 | QUERY_INTERVAL_S);
		put_be16(at, 0);
	}
	n->last = vlan ? KIND_QUERY_V2 : KIND_QUERY_V3;
}

/* Memberships report in turn; every other round of hosts asks for any source. */
static void make_report(struct network *n)
{
	uint32_t membership = n->next_membership, group = membership % groups(n), host = membership / groups(n);
	uint16_t vlan = vlan_of_group(group);
	uint32_t source = HOSTS + (vlan ? (uint32_t)(vlan - 100) << 19 : 0) + host + 1, address = STREAM_GROUPS + group;

	n->next_membership = (membership + 1) % n->plan.memberships;
	n->reported += n->reported < n->plan.memberships;
	start_igmp(n, source, vlan ? address : V3_ROUTERS, vlan);
	if (vlan)
		append_igmpv2(n, V2_REPORT, 0, address);
	else
		append_report_v3(n, group, host % 2 == 0);
	n->last = vlan ? KIND_REPORT_V2 : KIND_REPORT_V3;
}

static void make_igmp(struct network *n)
{
	if (n->now_ns >= n->next_query_ns) {
		n->queries_due = SEGMENTS;
		n->next_query_ns += QUERY_INTERVAL_S * SECOND_NS;
	}
	if (n->queries_due)
		make_query(n);
	else
		make_report(n);
	frame_finish(&n->frame);
}

/* What else is on the wire */

static void make_discovery(struct network *n, bool mdns)
{
	const struct path path = { .source = HOSTS + draw_below(n, 20) + 1, .destination = mdns ? MDNS_GROUP : SSDP_GROUP,
		.id = (uint16_t)draw(n), .ttl = mdns ? 255 : 4, .protocol = PROTOCOL_UDP };

	frame_start(&n->frame, &path);
	frame_append_udp(&n->frame, mdns ? 5353 : 50000, mdns ? 5353 : 1900);
	if (mdns)
		payload_append_mdns(n);
	else
		payload_append_ssdp(n);
	frame_finish(&n->frame);
	n->last = mdns ? KIND_MDNS : KIND_SSDP;
}

/* Servers answer with data, full segments unless frames are small; clients acknowledge. */
static void make_tcp(struct network *n)
{
	uint32_t c = draw_below(n, TCP_CONNECTIONS), client = CLIENTS + c + 1, server = SERVERS + c % 8 + 1;
	bool from_server = draw(n) & 1;
	uint32_t *sequence = n->connections[c].sequence;
	size_t data = !from_server ? 0 : n->plan.frame == SMALL_FRAME ? 32 : 1460;
	const struct path path = { .source = from_server ? server : client, .destination = from_server ? client : server,
		.id = (uint16_t)draw(n), .ttl = 64, .protocol = PROTOCOL_TCP };

	frame_start(&n->frame, &path);
	payload_append_tcp(n, from_server ? 443 : 40000 + c, from_server ? 40000 + c : 443, sequence[from_server], sequence[!from_server], data);
	sequence[from_server] += (uint32_t)data;
	frame_finish(&n->frame);
	n->last = KIND_TCP;
}

/* Made to exhaust memory: each packet is of a source, or of a datagram, that was never seen before. */
static void make_hostile(struct network *n)
{
	bool fragment = n->plan.fragments;
	uint32_t number = (uint32_t)(fragment ? n->hostile : n->hostile % n->plan.distinct_sources);
	const struct path path = { .source = 0x0a000000u + number % 0xfffffe + 1, .destination = STREAM_GROUPS + number % groups(n),
		.id = (uint16_t)n->hostile, .ttl = 16, .protocol = PROTOCOL_UDP, .first_fragment = fragment };
	size_t data = n->plan.frame - 42;

	if (fragment)
		data -= data % 8; /* as all but the last must (RFC 791, 3.2) */
	frame_start(&n->frame, &path);
	frame_append_udp(&n->frame, 40000, 1234);
	memcpy(frame_append(&n->frame, data), n->filler, data);
	frame_finish(&n->frame);
	n->hostile++;
	n->last = fragment ? KIND_FRAGMENT : KIND_SOURCE;
}

static bool make_any(struct network *n)
{
	uint32_t at = draw_below(n, MILLION), edge = n->igmp_share;

	if (n->plan.fragments || n->plan.distinct_sources)
		make_hostile(n);
	else if (at < edge)
		make_igmp(n);
	else if (at < (edge += MDNS_SHARE))
		make_discovery(n, true);
	else if (at < (edge += SSDP_SHARE))
		make_discovery(n, false);
	else if (at < edge + TCP_SHARE)
		make_tcp(n);
	else
		return make_datagram(n);
	return true;
}

void network_next(struct network *n)
{
	n->now_ns += SPACING_NS / 2 + draw_below(n, SPACING_NS);
	if (n->repeat) {
		n->repeat = false;
		n->tally[n->last].duplicated++;
	} else {
		while (!make_any(n))
			;
	}
	n->tally[n->last].packets++;
}

static uint32_t igmp_share(const struct plan *plan)
{
	double wanted = plan->memberships_given && plan->packets ? (plan->memberships * 1.02 + 200) / (double)plan->packets * MILLION : 0;

	return wanted > IGMP_SHARE ? (uint32_t)wanted : IGMP_SHARE;
}

bool network_init(struct network *n, const struct plan *plan)
{
	*n = (struct network){ .plan = *plan, .random = plan->seed, .now_ns = START_S * SECOND_NS, .next_query_ns = START_S * SECOND_NS };
	n->igmp_share = igmp_share(plan);
	n->streams = calloc(plan->streams, sizeof *n->streams);
	if (!n->streams)
		return false;
	for (uint32_t i = 0; i < plan->streams; i++)
		memset(n->streams[i].seen, TS_NEVER, sizeof n->streams[i].seen);
	for (size_t i = 0; i < sizeof n->filler; i++)
		n->filler[i] = (uint8_t)draw(n);
	payload_init(n);
	return true;
}

void network_fini(struct network *n)
{
	free(n->streams);
}
