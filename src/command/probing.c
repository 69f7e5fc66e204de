/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/probing.h"

#include "command/plan.h"
#include "evidence/observe.h"
#include "net/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST = 64,		 /* probes in a burst */
	MOST_BYTES = 256 * 1024, /* of them together, where one is not more */
	FULL_PAUSE_MS = 1,	 /* where room cannot be waited for */
};

#define NS INT64_C(1000000000)

/* ---- open and close ---- */

static bool is_in_bits(const struct mcd_request *request)
{
	return request->rate.bits > 0;
}

static void begin_pace(struct mcd_prober *prober, struct mcd_lane *lane)
{
	const struct mcd_rate *rate = &prober->evidence->request->rate;

	if (is_in_bits(prober->evidence->request))
		mcd_pacer_begin(&lane->pacer, rate->bits, NS, mcd_clock_ns());
	else
		mcd_pacer_begin(&lane->pacer, rate->millipackets, 1000 * NS, mcd_clock_ns());
}

size_t mcd_prober_files(const struct mcd_evidence *evidence)
{
	const struct mcd_request *request = evidence->request;
	size_t count = 0;

	for (unsigned family = 0; request->send_only && family < MCD_FAMILIES; family++)
		if (mcd_request_has_family(request, family))
			count += mcd_evidence_used(evidence);
	return count;
}

static bool open_lane(struct mcd_prober *prober, unsigned family, const struct mcd_target *targets, size_t count, struct mcd_err *err)
{
	const struct mcd_request *request = prober->evidence->request;
	const struct mcd_sock_send how = { .family = family == MCD_IPV6 ? 6 : 4, .source_port = request->source_port, .ttl = request->ttl,
					   .dscp = request->dscp, .loop = request->loop };
	struct mcd_lane *lane = &prober->lanes[prober->nlanes];

	*lane = (struct mcd_lane){ .targets = targets, .count = count, .sequence = 1, .left = request->count ? request->count : UINT64_MAX, .cost = 1 };
	begin_pace(prober, lane);
	if (!mcd_sock_open_send(&lane->sock, &how, err))
		return false;
	prober->nlanes++;
	return true;
}

/* The lane of FAMILY for the interfaces from FIRST on, up to END; its targets begin at *NEXT, which moves behind them. */
static bool add_lane(struct mcd_prober *prober, unsigned family, size_t first, size_t end, struct mcd_target **next, struct mcd_err *err)
{
	const struct mcd_request *request = prober->evidence->request;
	struct mcd_target *targets = *next;

	for (size_t i = first; i < end; i++)
		for (size_t g = 0; g < request->ngroups; g++)
			if (mcd_addr_place(request->groups[g].address) == family && mcd_plan_tests(&prober->evidence->nics[i], g))
				*(*next)++ = (struct mcd_target){ i, g };
	return *next == targets || open_lane(prober, family, targets, (size_t)(*next - targets), err);
}

static bool open_lanes(struct mcd_prober *prober, struct mcd_err *err)
{
	const struct mcd_evidence *evidence = prober->evidence;
	const size_t each = evidence->request->send_only ? 1 : evidence->nnics;
	struct mcd_target *next = prober->targets;

	for (size_t first = 0; first < evidence->nnics; first += each)
		for (unsigned family = 0; family < MCD_FAMILIES; family++)
			if (!add_lane(prober, family, first, first + each, &next, err))
				return false;
	return true;
}

static unsigned burst_of(size_t room)
{
	size_t fit = MOST_BYTES / room;

	return fit < 1 ? 1 : fit < MOST ? (unsigned)fit : MOST;
}

bool mcd_prober_open(struct mcd_prober *out, struct mcd_evidence *evidence, struct mcd_wait *wait, size_t first_tag, struct mcd_err *err)
{
	const struct mcd_request *request = evidence->request;
	const size_t active = mcd_evidence_used(evidence);

	*out = (struct mcd_prober){ .evidence = evidence, .wait = wait, .first_tag = first_tag };
	out->probe.session = evidence->session;
	out->probe.ttl = request->ttl;
	snprintf(out->probe.host, sizeof out->probe.host, "%s", evidence->before.name);
	out->room = MCD_PROBE_LINE + strlen(request->message) + 1;
	if (out->room < request->payload_size)
		out->room = request->payload_size;
	out->most = burst_of(out->room);
	out->payloads = malloc(out->most * out->room);
	out->targets = calloc(active * request->ngroups + 1, sizeof *out->targets);
	out->lanes = calloc((active + 1) * MCD_FAMILIES, sizeof *out->lanes);
	if (!out->payloads || !out->targets || !out->lanes)
		mcd_err_set(err, "out of memory");
	else if (open_lanes(out, err))
		return true;
	mcd_prober_close(out);
	return false;
}

void mcd_prober_close(struct mcd_prober *prober)
{
	for (size_t i = 0; i < prober->nlanes; i++)
		mcd_sock_close(&prober->lanes[i].sock);
	free(prober->payloads);
	free(prober->targets);
	free(prober->lanes);
	*prober = (struct mcd_prober){ .evidence = NULL };
}

/* ---- sending ---- */

struct batch {
	struct mcd_outgoing out[MOST];
	int64_t sent_ns[MOST];
	struct mcd_target targets[MOST];
	unsigned count;
};

static void write_probe(struct mcd_prober *prober, struct batch *batch, struct mcd_target target, uint32_t sequence)
{
	const struct mcd_request *request = prober->evidence->request;
	const struct mcd_group *group = &request->groups[target.group];
	struct mcd_probe *probe = &prober->probe;
	uint8_t *payload = prober->payloads + batch->count * prober->room;

	if (batch->count == 0)
		snprintf(probe->iface, sizeof probe->iface, "%s", prober->evidence->nics[target.nic].iface->name);
	probe->sequence = sequence;
	probe->sent_ns = mcd_clock_wall_ns();
	batch->out[batch->count] = (struct mcd_outgoing){ group->address, group->port, payload,
							  mcd_probe_write(payload, prober->room, probe, request->message, request->payload_size) };
	batch->sent_ns[batch->count] = probe->sent_ns;
	batch->targets[batch->count++] = target;
}

/* Where a lane stands after one more probe; true when that ended a round. */
static bool step(const struct mcd_lane *lane, size_t *at, uint32_t *sequence)
{
	if (++*at < lane->count)
		return false;
	*at = 0;
	++*sequence;
	return true;
}

/* Probes of ROUNDS rounds, from where the lane stands, as far as they leave by one interface. */
static void fill(struct mcd_prober *prober, const struct mcd_lane *lane, unsigned rounds, struct batch *batch)
{
	uint32_t sequence = lane->sequence;
	size_t at = lane->at;

	batch->count = 0;
	while (rounds > 0 && batch->count < prober->most && (batch->count == 0 || lane->targets[at].nic == batch->targets[0].nic)) {
		write_probe(prober, batch, lane->targets[at], sequence);
		rounds -= step(lane, &at, &sequence);
	}
}

/* One probe is done with: sent, or refused as ERR says. True when that ended a round. */
static bool pass(struct mcd_prober *prober, struct mcd_lane *lane, const struct batch *batch, unsigned i, const struct mcd_err *err)
{
	bool ended = step(lane, &lane->at, &lane->sequence);

	mcd_observe_sent(prober->evidence, batch->targets[i].nic, batch->targets[i].group, batch->sent_ns[i], batch->out[i].length, err);
	lane->cost = is_in_bits(prober->evidence->request) ? 8 * batch->out[i].length : 1;
	if (ended && lane->left != UINT64_MAX)
		lane->left--;
	return ended;
}

/* Its socket is full of what the NIC has still to send: the rest waits, and is not lost. */
static void wait_for_room(struct mcd_prober *prober, struct mcd_lane *lane)
{
	const size_t tag = prober->first_tag + (size_t)(lane - prober->lanes);

	lane->full = mcd_wait_room(prober->wait, lane->sock.fd, tag, NULL);
	if (!lane->full)
		lane->pacer.held_ns = mcd_clock_ns() + FULL_PAUSE_MS * (NS / 1000);
}

/* Send a batch. How many rounds that ended; *BLOCKED when there was no room for all. */
static unsigned send_batch(struct mcd_prober *prober, struct mcd_lane *lane, const struct batch *batch, bool *blocked)
{
	const struct mcd_iface *iface = prober->evidence->nics[batch->targets[0].nic].iface;
	unsigned rounds = 0, done = 0;

	while (done < batch->count && !*blocked) {
		struct mcd_err err = { 0 };
		size_t went = mcd_sock_send_many(&lane->sock, iface, batch->out + done, batch->count - done, &err);

		for (; went > 0; went--)
			rounds += pass(prober, lane, batch, done++, NULL);
		if (done == batch->count)
			break;
		*blocked = err.os == EAGAIN || err.os == EWOULDBLOCK;
		if (!*blocked)
			rounds += pass(prober, lane, batch, done++, &err);
	}
	return rounds;
}

static void send_due(struct mcd_prober *prober, struct mcd_lane *lane)
{
	const int64_t now = mcd_clock_ns();
	const unsigned most = lane->left < prober->most ? (unsigned)lane->left : prober->most;
	unsigned due = mcd_pacer_due(&lane->pacer, now, lane->cost, most), done = 0;
	bool blocked = false;
	struct batch batch;

	while (done < due && !blocked) {
		fill(prober, lane, due - done, &batch);
		done += send_batch(prober, lane, &batch, &blocked);
	}
	mcd_pacer_took(&lane->pacer, now, lane->cost, done);
	if (blocked)
		wait_for_room(prober, lane);
}

/* ---- what the session asks for ---- */

void mcd_prober_restart(struct mcd_prober *prober)
{
	for (size_t i = 0; i < prober->nlanes; i++)
		begin_pace(prober, &prober->lanes[i]);
}

void mcd_prober_turn(struct mcd_prober *prober)
{
	for (size_t i = 0; i < prober->nlanes; i++)
		if (!prober->lanes[i].full)
			send_due(prober, &prober->lanes[i]);
}

void mcd_prober_room(struct mcd_prober *prober, size_t tag)
{
	prober->lanes[tag - prober->first_tag].full = false;
}

int64_t mcd_prober_next(const struct mcd_prober *prober)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < prober->nlanes; i++) {
		const struct mcd_lane *lane = &prober->lanes[i];

		if (!lane->full && lane->left > 0 && mcd_pacer_next(&lane->pacer) < next)
			next = mcd_pacer_next(&lane->pacer);
	}
	return next;
}

bool mcd_prober_is_done(const struct mcd_prober *prober)
{
	for (size_t i = 0; i < prober->nlanes; i++)
		if (prober->lanes[i].left > 0)
			return false;
	return true;
}

void mcd_prober_stop(const struct mcd_prober *prober)
{
	const int64_t now = mcd_clock_wall_ns();

	for (size_t i = 0; i < prober->nlanes; i++)
		for (size_t k = 0; prober->lanes[i].full && k < prober->lanes[i].count; k++)
			mcd_observe_held_up(prober->evidence, prober->lanes[i].targets[k].nic, prober->lanes[i].targets[k].group, now);
}

bool mcd_prober_is_drained(const struct mcd_prober *prober)
{
	bool drained = true;

	for (size_t i = 0; i < prober->nlanes; i++) {
		const struct mcd_lane *lane = &prober->lanes[i];
		const bool queued = mcd_sock_has_queued(&lane->sock);

		for (size_t k = 0; k < lane->count; k++)
			mcd_observe_queued(prober->evidence, lane->targets[k].nic, lane->targets[k].group, queued);
		drained = drained && !queued;
	}
	return drained;
}
