/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/streams_find.h"

#include "evidence/limits.h"

uint32_t mcd_streams_task(const struct mcd_request *request, struct mcd_addr group, uint16_t port)
{
	for (size_t i = 0; i < request->ngroups; i++)
		if (mcd_group_has_port(&request->groups[i], port) && mcd_addr_equal(request->groups[i].address, group))
			return (uint32_t)i;
	return MCD_NO_TASK;
}

struct mcd_stream *mcd_streams_add(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_stream_key *key, uint32_t hash)
{
	const struct mcd_request *request = evidence->request;
	struct mcd_stream *s = NULL;

	if (mcd_hold(&evidence->held.streams, 1, MCD_MAX_STREAMS))
		s = mcd_index_push(&nic->tables->streams, hash, &nic->streams);
	if (!s) {
		mcd_omit(nic, MCD_OMITTED_STREAMS);
		return NULL;
	}
	s->source = key->source;
	s->group = key->group;
	s->port = key->port;
	s->source_port = key->source_port;
	s->vlan = key->vlan;
	s->inner_vlan = key->inner_vlan;
	s->local_source = mcd_evidence_is_local(evidence, key->source);
	s->task = mcd_streams_task(request, key->group, key->port);
	s->accepted = !evidence->passive && s->task != MCD_NO_TASK && mcd_group_accepts(&request->groups[s->task], key->source);
	return s;
}

struct mcd_stream *mcd_streams_find(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_stream_key *key)
{
	uint64_t numbers = mcd_stream_numbers(key->port, key->source_port, key->vlan, key->inner_vlan);
	uint32_t hash = mcd_stream_hash(evidence, &key->source, &key->group, numbers);
	struct mcd_stream *s = mcd_stream_find(nic, hash, &key->source, &key->group, numbers);

	return s ? s : mcd_streams_add(evidence, nic, key, hash);
}

/* ---- looking ahead ---- */

/* Each step of the way to a row waits for the one before: index, row, and what the row points to. */
struct step {
	const struct mcd_nic *nic;
	uint32_t hash;
	const struct mcd_stream *stream; /* NULL = the frame is of none that is known */
};

enum { LINE = 64, HOT_LINES = 3, SEEN_LINES = 3 }; /* of the cache; of a stream and of what is known of its RTP, what each datagram touches */

static inline void fetch(const void *at, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		__builtin_prefetch((const uint8_t *)at + i * LINE, 1);
}

/* Ask for the place in the index. */
static inline void fetch_slot(struct step *step, const struct mcd_evidence *e, const struct mcd_frame *frame)
{
	const uint8_t *ip = mcd_steady_ip(frame);
	const struct mcd_index *index = &e->nics[frame->nic].tables->streams;

	*step = (struct step){ NULL, 0, NULL };
	if (!ip || index->room == 0)
		return;
	step->nic = &e->nics[frame->nic];
	step->hash = mcd_stream_steady_hash(e, frame, ip);
	__builtin_prefetch(&index->slots[step->hash & (index->room - 1)]);
}

/* Ask for the row that is the first under the hash: nearly always it is the one. */
static inline void fetch_stream(struct step *step)
{
	size_t place, at = 0;

	place = step->nic ? mcd_index_next(&step->nic->tables->streams, step->hash, &at) : SIZE_MAX;
	if (place == SIZE_MAX)
		return;
	step->stream = (const struct mcd_stream *)step->nic->streams.items + place;
	fetch(step->stream, HOT_LINES);
}

static inline void fetch_payload(const struct step *step)
{
	if (step->stream && step->stream->rtp)
		fetch(step->stream->rtp, SEEN_LINES);
	if (step->stream && step->stream->ts)
		fetch(step->stream->ts, 1);
}

void mcd_streams_fetch(const struct mcd_evidence *evidence, const struct mcd_frame *frames, size_t count)
{
	struct step steps[MCD_STREAMS_AHEAD];

	if (count > MCD_STREAMS_AHEAD)
		count = MCD_STREAMS_AHEAD;
	for (size_t i = 0; i < count; i++)
		fetch_slot(&steps[i], evidence, &frames[i]);
	for (size_t i = 0; i < count; i++)
		fetch_stream(&steps[i]);
	for (size_t i = 0; i < count; i++)
		fetch_payload(&steps[i]);
}
