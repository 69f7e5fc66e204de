/* SPDX-License-Identifier: ISC */
/* Streams where something is over: a datagram that never became whole; the run. */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/tables.h"

#include <stdlib.h>

const struct mcd_stream_rare *mcd_stream_rare(const struct mcd_stream *stream)
{
	static const struct mcd_stream_rare none;

	return stream->rare ? stream->rare : &none;
}

struct mcd_stream_rare *mcd_streams_rare(const struct mcd_sight *sight, struct mcd_stream *s)
{
	if (!s->rare && mcd_hold(&sight->evidence->held.rares, 1, MCD_MAX_RARES))
		s->rare = calloc(1, sizeof *s->rare);
	if (s->rare)
		return s->rare;
	mcd_omit(sight->nic, MCD_OMITTED_PAYLOADS);
	return &sight->nic->tables->no_rare;
}

/* Its first fragment never came: a row without ports stands for all such of this source and group. */
static void adopt(struct mcd_stream *s, struct mcd_stream_rare *rare, const struct mcd_fragmented *done)
{
	if (s->first_packet == 0 || done->first_packet < s->first_packet) {
		s->first_packet = done->first_packet;
		s->first_ns = done->first_ns;
	}
	if (done->last_packet > s->last_packet) {
		s->last_packet = done->last_packet;
		s->last_ns = done->last_ns;
	}
	rare->later_fragments += done->frames;
	rare->fragments += done->frames;
}

void mcd_streams_incomplete(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_fragmented *done)
{
	const struct mcd_stream_key orphan = {
		.source = done->source,
		.group = done->destination,
		.vlan = done->vlan,
		.inner_vlan = done->inner_vlan,
	};
	struct mcd_stream_rare *rare;
	struct mcd_stream *s;

	if (done->stream != SIZE_MAX) {
		s = mcd_vec_at(&nic->streams, done->stream);
	} else {
		s = mcd_streams_find(evidence, nic, &orphan);
	}
	if (!s)
		return;
	rare = mcd_streams_rare(&(struct mcd_sight){ .evidence = evidence, .nic = nic }, s);
	if (done->stream == SIZE_MAX)
		adopt(s, rare, done);
	rare->incomplete++;
}

void mcd_streams_end(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->streams.count; i++) {
		struct mcd_stream *s = mcd_vec_at(&nic->streams, i);
		const uint64_t largest = mcd_stream_reception(s)->largest_arrival;

		if (!s->rare || !s->rare->superframes || !largest)
			continue;
		s->rare->unpacked = (s->rare->super_bytes + largest - 1) / largest - s->rare->superframes;
		s->packets += s->rare->unpacked;
	}
	mcd_index_fini(&nic->tables->streams); /* what sorts the rows needs the room, and sorted its places are no longer true */
}

static int compare_unseen(const struct mcd_stream *a, const struct mcd_stream *b)
{
	const int by_group = mcd_addr_compare(a->group, b->group), by_source = mcd_addr_compare(a->source, b->source);

	if (by_group || a->port != b->port)
		return by_group ? by_group : a->port - b->port;
	return by_source ? by_source : a->source_port - b->source_port;
}

static int compare_streams(const void *left, const void *right)
{
	const struct mcd_stream *a = left, *b = right;
	const uint64_t first = a->first_packet - 1, other = b->first_packet - 1; /* 0, which is none, becomes the last */

	return first != other ? (first > other) - (first < other) : compare_unseen(a, b);
}

void mcd_streams_sort(struct mcd_nic *nic)
{
	mcd_vec_sort(&nic->streams, compare_streams);
}

void mcd_streams_fini(struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->streams.count; i++) {
		struct mcd_stream *s = mcd_vec_at(&nic->streams, i);

		mcd_rtp_fini(s);
		if (s->ts)
			free(s->ts->pids);
		free(s->ts);
		free(s->rare);
		free(s->reception);
	}
	mcd_vec_fini(&nic->streams);
}
