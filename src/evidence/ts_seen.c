/* SPDX-License-Identifier: ISC */
/* MPEG-2 transport streams: the continuity counters of their elementary streams (ISO/IEC 13818-1, 2.4.3). */
#include <config.h>

#include "evidence/limits.h"
#include "evidence/tables.h"
#include "wire/mpegts.h"

#include <stdlib.h>
#include <string.h>

enum {
	TRIALS = 16,	  /* a stream that is something else for that many datagrams is not looked at again */
	MOST_PIDS = 256,  /* of one stream */
	FIRST_PIDS = 4,
	NOT_A_SHARE = 10, /* of a transport stream, at most one datagram in that many may be something else */
};

__attribute__((noinline)) static struct mcd_ts_pid *add_pid(const struct mcd_sight *sight, struct mcd_ts_seen *ts, uint16_t number)
{
	if (ts->npids == ts->room) {
		uint32_t room = ts->room ? ts->room * 2 : FIRST_PIDS;
		struct mcd_ts_pid *pids = NULL;

		if (room <= MOST_PIDS && mcd_hold(&sight->evidence->held.ts_pids, room - ts->room, MCD_MAX_TS_PIDS))
			pids = realloc(ts->pids, room * sizeof *pids);
		if (!pids) {
			mcd_omit(sight->nic, MCD_OMITTED_PAYLOADS);
			return NULL;
		}
		ts->pids = pids;
		ts->room = room;
	}
	ts->last = ts->npids;
	ts->pids[ts->npids] = (struct mcd_ts_pid){ .pid = number };
	return &ts->pids[ts->npids++];
}

/* Make the first row; false, and all packets of PAYLOAD counted as omitted, when there is no room. */
__attribute__((noinline)) static bool first_pid(const struct mcd_sight *sight, struct mcd_ts_seen *ts, const struct mcd_cursor *payload)
{
	if (add_pid(sight, ts, mcd_ts_pid(payload->at)))
		return true;
	for (size_t others = mcd_ts_count(payload); others > 1; others--)
		mcd_omit(sight->nic, MCD_OMITTED_PAYLOADS);
	return false;
}

/* The row, not that of the last packet, or a new one. */
__attribute__((noinline)) static struct mcd_ts_pid *search_pid(const struct mcd_sight *sight, struct mcd_ts_seen *ts, uint16_t number)
{
	for (uint32_t i = 0; i < ts->npids; i++)
		if (ts->pids[i].pid == number) {
			ts->pids[ts->last].next = i;
			ts->last = i;
			return &ts->pids[i];
		}
	return add_pid(sight, ts, number);
}

/* The row of a PID, there being one at least; NULL when there is no room. Packets of one PID come in runs, and behind it often the one that came there before. */
static inline struct mcd_ts_pid *find_pid(const struct mcd_sight *sight, struct mcd_ts_seen *ts, uint16_t number)
{
	struct mcd_ts_pid *last = &ts->pids[ts->last], *next;

	if (last->pid == number)
		return last;
	next = &ts->pids[last->next];
	if (next->pid != number)
		return search_pid(sight, ts, number);
	ts->last = last->next;
	return next;
}

/* The counter goes up by one with each packet that has a payload; one such packet may be sent twice (ISO/IEC 13818-1, 2.4.3.3). */
static void note_counter(struct mcd_ts_seen *ts, struct mcd_ts_pid *pid, const struct mcd_ts *packet)
{
	const uint8_t next = pid->due & 0x0f, last = (next - 1) & 0x0f, due = packet->has_payload ? next : last;
	bool repeat = packet->has_payload && packet->counter == last && !pid->repeated;

	if (pid->packets > 0 && packet->pid != MCD_TS_NULL_PID && !packet->discontinuity && packet->counter != due && !repeat) {
		pid->errors++;
		ts->errors++;
	}
	pid->repeated = pid->packets > 0 && repeat && packet->counter != due;
	pid->due = mcd_ts_plain(packet->pid, packet->counter + 1);
}

__attribute__((noinline)) static void note_packet(struct mcd_ts_seen *ts, struct mcd_ts_pid *pid, const uint8_t *at)
{
	struct mcd_ts packet;

	mcd_ts_decode(at, &packet);
	note_counter(ts, pid, &packet);
	ts->transport_errors += packet.error;
	pid->packets++;
	pid->pcr |= packet.has_pcr;
}

/* Nearly all packets are plain ones that go on from the last of the same PID, as the one at AT does. Returns how many of the LEFT are a run of
 * such. */
static inline size_t note_run(struct mcd_ts_pid *pid, const uint8_t *at, size_t left)
{
	const size_t all = left;
	uint32_t due = pid->due;

	do {
		due = mcd_ts_next(due);
		at += MCD_TS_PACKET;
	} while (--left > 0 && mcd_ts_is_plain(at, due));
	pid->packets += all - left;
	pid->due = due;
	pid->repeated = false;
	return all - left;
}

/* PAYLOAD is whole packets, but for the last of one that the capture cut. */
static inline void note_packets(const struct mcd_sight *sight, struct mcd_ts_seen *ts, const struct mcd_cursor *payload)
{
	const uint8_t *at = payload->at;
	size_t run;

	for (size_t left = mcd_ts_count(payload); left > 0; left -= run, at += run * MCD_TS_PACKET) {
		struct mcd_ts_pid *pid = find_pid(sight, ts, mcd_ts_pid(at));

		run = 1;
		if (pid && mcd_ts_is_plain(at, pid->due))
			run = note_run(pid, at, left);
		else if (pid)
			note_packet(ts, pid, at);
	}
}

/* Packets whose counters tell nothing: they were seen already, or others between them were not. */
__attribute__((noinline)) static void count_packets(const struct mcd_sight *sight, struct mcd_ts_seen *ts, const struct mcd_cursor *payload)
{
	for (size_t i = 0; i < mcd_ts_count(payload); i++) {
		struct mcd_ts_pid *pid = find_pid(sight, ts, mcd_ts_pid(payload->at + i * MCD_TS_PACKET));

		if (pid)
			pid->packets++;
	}
}

/* The same datagram as the last, as a mirror of both directions shows it: its first counter and its last octets are the same. */
static inline bool is_repeat(struct mcd_ts_seen *ts, const struct mcd_cursor *payload)
{
	uint32_t header, tail;
	bool same;

	memcpy(&header, payload->at, sizeof header);
	memcpy(&tail, payload->end - sizeof tail, sizeof tail);
	same = header == ts->header && tail == ts->tail; /* before the first, the header is 0 */
	ts->header = header;
	ts->tail = tail;
	return same;
}

/* NULL when memory is out. */
__attribute__((noinline)) static struct mcd_ts_seen *try_ts(const struct mcd_sight *sight, struct mcd_stream *s)
{
	s->ts = calloc(1, sizeof *s->ts);
	if (!s->ts)
		mcd_omit(sight->nic, MCD_OMITTED_PAYLOADS);
	return s->ts;
}

void mcd_ts_observe(const struct mcd_sight *sight, struct mcd_stream *s, const struct mcd_cursor *payload, bool again)
{
	struct mcd_ts_seen *ts;

	if ((!s->ts && s->packets > TRIALS) || !mcd_ts_is(*payload))
		return;
	ts = s->ts ? s->ts : try_ts(sight, s);
	if (!ts)
		return;
	again |= is_repeat(ts, payload);
	ts->datagrams++;
	ts->cut |= payload->cut;
	ts->packets += mcd_ts_count(payload);
	if (ts->npids == 0 && !first_pid(sight, ts, payload))
		return;
	if (again || ts->cut)
		count_packets(sight, ts, payload);
	else
		note_packets(sight, ts, payload);
}

bool mcd_stream_is_ts(const struct mcd_stream *stream)
{
	const uint64_t datagrams = stream->packets - mcd_stream_rare(stream)->unpacked;

	return stream->ts && (datagrams - stream->ts->datagrams) * NOT_A_SHARE <= datagrams;
}
