/* SPDX-License-Identifier: ISC */
/* Wire against socket: what was due at our sockets, and what they got. */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/observe.h"
#include "evidence/tables.h"

#include <stdlib.h>
#include <string.h>

const struct mcd_reception *mcd_stream_reception(const struct mcd_stream *stream)
{
	static const struct mcd_reception none = { .looped_ttl = -1, .last_ttl = -1 };

	return stream->reception ? stream->reception : &none;
}

/* The row of S, made when there is none; NULL when memory is out. */
static struct mcd_reception *reception_of(struct mcd_nic *nic, struct mcd_stream *s)
{
	if (!s->reception) {
		s->reception = calloc(1, sizeof *s->reception);
		if (s->reception)
			s->reception->looped_ttl = s->reception->last_ttl = -1;
		else
			mcd_omit(nic, MCD_OMITTED_STREAMS);
	}
	return s->reception;
}

/* Whether WHEN_NS lies where socket and wire must agree: since the socket was ready, before we left. */
static bool is_in_span(const struct mcd_task *task, int64_t when_ns)
{
	if (task->ready_ns <= 0 || when_ns < task->ready_ns)
		return false;
	return task->leave.called_ns == 0 || when_ns < task->leave.called_ns;
}

/* No UDP checksum where one is due: a socket takes such a datagram only where its program says so (UDP_NO_CHECK6_RX). */
static bool lacks_checksum(const struct mcd_packet *p)
{
	return p->layer == MCD_LAYER_UDP && p->udp.checksum == MCD_CHECKSUM_NONE && !mcd_addr_is_v4(p->ip.destination);
}

/* Bad checksum, tag, another host's MAC. */
bool mcd_reception_undeliverable(const struct mcd_sight *s)
{
	const struct mcd_link *link = &s->packet->link;
	const struct mcd_iface *iface = s->nic->iface;
	const enum mcd_checksum_state checksum = s->packet->ip.checksum;
	bool unicast = link->has_destination && (link->destination[0] & 1) == 0;

	if (s->out || link->vlan || checksum == MCD_CHECKSUM_BAD || (checksum == MCD_CHECKSUM_OFFLOADED && mcd_sight_needs_header_sum(s)) ||
	    lacks_checksum(s->packet))
		return true;
	return unicast && iface->has_mac && memcmp(link->destination, iface->mac, sizeof iface->mac) != 0;
}

void mcd_reception_due(struct mcd_nic *nic, struct mcd_stream *s, int64_t from_ns, int64_t to_ns, uint32_t bytes, bool verified)
{
	struct mcd_reception *r;

	if (!s->accepted || s->local_source || !is_in_span(&nic->tasks[s->task], from_ns) || !is_in_span(&nic->tasks[s->task], to_ns))
		return;
	r = reception_of(nic, s);
	if (!r)
		return;
	r->deliverable++;
	r->deliverable_bytes += bytes;
	r->unverified += verified ? 0 : 1;
}

static void note_delivered(struct mcd_reception *r, size_t length)
{
	r->delivered++;
	r->delivered_bytes += length;
	if (length > r->largest_arrival)
		r->largest_arrival = length;
}

/* The loopback copy of a datagram that this host sent: all that there is to see of one with TTL 0. */
static void note_looped(struct mcd_reception *r, int ttl)
{
	if (r->looped == 0 || (ttl >= 0 && (r->looped_ttl < 0 || ttl < r->looped_ttl)))
		r->looped_ttl = ttl;
	r->looped++;
}

void mcd_reception_arrival(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_arrival *arrival)
{
	const struct mcd_stream_key key = {
		.source = arrival->source,
		.group = arrival->destination,
		.port = arrival->port,
		.source_port = arrival->source_port,
	};
	struct mcd_stream *s = mcd_streams_find(evidence, nic, &key);
	struct mcd_reception *r = s ? reception_of(nic, s) : NULL;

	if (!r)
		return;
	if (r->first_arrival_ns == 0)
		r->first_arrival_ns = arrival->when_ns;
	r->last_arrival_ns = arrival->when_ns;
	r->last_ttl = arrival->ttl;
	if (s->local_source && mcd_probes_is_ours(evidence, arrival))
		s->ours = s->probes = true;
	else if (s->local_source)
		note_looped(r, arrival->ttl);
	else if (s->task != MCD_NO_TASK && is_in_span(&nic->tasks[s->task], arrival->when_ns))
		note_delivered(r, arrival->length);
}

void mcd_observe_received(struct mcd_evidence *evidence, size_t nic, const struct mcd_received *received)
{
	const struct mcd_stream_key key = {
		.source = received->source,
		.group = received->group,
		.port = received->port,
		.source_port = received->source_port,
	};
	struct mcd_stream *s = mcd_streams_find(evidence, &evidence->nics[nic], &key);
	struct mcd_reception *r = s ? reception_of(&evidence->nics[nic], s) : NULL;

	if (!r)
		return;
	r->delivered = received->delivered;
	r->delivered_bytes = received->delivered_bytes;
	r->largest_arrival = received->largest_arrival;
	r->looped = received->looped;
	r->looped_ttl = received->looped_ttl;
	r->last_ttl = received->last_ttl;
	r->first_arrival_ns = received->first_arrival_ns;
	r->last_arrival_ns = received->last_arrival_ns;
	if (received->ours)
		s->ours = s->probes = true;
}

struct mcd_heard mcd_evidence_heard(const struct mcd_evidence *evidence)
{
	struct mcd_heard heard = { .datagrams = 0 };

	for (size_t n = 0; n < evidence->nnics; n++) {
		const struct mcd_nic *nic = &evidence->nics[n];

		for (size_t i = 0; nic->role == MCD_ROLE_CHOSEN && i < nic->streams.count; i++) {
			const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);

			if (!s->accepted || mcd_stream_received(s) == 0)
				continue;
			heard.datagrams += mcd_stream_received(s);
			heard.senders++;
		}
	}
	return heard;
}

bool mcd_evidence_is_owed(const struct mcd_evidence *evidence)
{
	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_vec *streams = &evidence->nics[i].streams;

		for (size_t k = 0; k < streams->count; k++) {
			const struct mcd_stream *stream = mcd_vec_at(streams, k);

			if (mcd_stream_reception(stream)->deliverable > mcd_stream_reception(stream)->delivered)
				return true;
		}
	}
	return false;
}
