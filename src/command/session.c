/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/session.h"

#include "command/controls.h"
#include "command/drop_look.h"
#include "command/looking.h"
#include "command/membership.h"
#include "command/probing.h"
#include "command/second_look.h"
#include "command/taps.h"
#include "diagnose/diagnose.h"
#include "evidence/observe.h"
#include "net/clock.h"
#include "net/hostinfo.h"
#include "net/privilege.h"
#include "net/wait.h"

#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000000) /* ns */

enum {
	TICK_MS = 20,		     /* judged again at least this often: time settles checks too */
	PROGRESS_MS = 100,
	SCRATCH_REPORT_MS = 1500,    /* IGMPv3 repeats a report within 1 s (RFC 9776, 8.11) */
	LEAVE_MS = 1500,	     /* at most, until every leave was seen, and the last probe where sending is the job */
	QUEUE_MS = 5000,	     /* at most, until a slow NIC has sent what the kernel holds for it */
	DRAIN_MS = 100,		     /* sockets are read this long after the captures' end (contract, `delivery`) */
	SILENCE_MS = 1000,	     /* since the joins: then a listener is told that nothing came */
	SETTLE_MS = 2000,	     /* since the joins, until their reports were seen, where the count is reached before */
	MOST_MEMBERSHIPS = 20,	     /* of one socket, where the kernel does not tell */
	SPARE_FILES = 64, RESERVED_FILES = 16, /* descriptors besides captures and sockets: with ease, and at the least */
	READY = 256,		     /* descriptors served in one turn */
};

struct mcd_session {
	struct mcd_evidence *evidence;
	struct mcd_save *save;
	const struct mcd_watcher *watcher;
	struct mcd_taps taps;
	struct mcd_memberships memberships;
	struct mcd_prober prober;
	struct mcd_looker looker;
	struct mcd_controls controls;
	bool probing, joins_settled, silence_told;
	struct mcd_lookup *lookup;	/* of the host name */
	struct mcd_drop_look drops;
	struct mcd_wait *wait;
	int signal_fd;
	size_t files;			/* that may be open */
	unsigned *settled;		/* by NIC: bit set of checks */
	int64_t began, joined, next_tick, next_progress; /* monotonic */
};

/* Other tags are those of taps and receivers, by index. */
static const size_t SIGNAL_TAG = SIZE_MAX, PROBER_TAG = SIZE_MAX / 2, CONTROL_TAG = SIZE_MAX / 4 * 3;

/* ---- time ---- */

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t end_of_observation(const struct mcd_session *s)
{
	const int64_t most_ms = s->evidence->request->duration_ms;

	return most_ms ? s->began + most_ms * MS : INT64_MAX;
}

/* Nanoseconds until something is due. */
static int64_t timeout_ns(const struct mcd_session *s, int64_t until)
{
	int64_t due = earlier(earlier(until, s->next_tick), mcd_controls_next(&s->controls)), now = mcd_clock_ns();

	if (s->probing)
		due = earlier(due, mcd_prober_next(&s->prober));
	return due <= now ? 0 : due - now;
}

/* ---- judging while it goes on ---- */

static bool chosen_settled(const struct mcd_session *s, unsigned checks)
{
	for (size_t i = 0; i < s->evidence->nnics; i++)
		if (mcd_nic_is_used(&s->evidence->nics[i]) && (s->settled[i] & checks) != checks)
			return false;
	return true;
}

/* Whether a listener has received as many as it was to. */
static bool has_received_all(const struct mcd_session *s)
{
	return s->evidence->request->count && s->memberships.received >= s->evidence->request->count;
}

/* While sending or listening is the job, no check ends the run, and no time is lost on them. */
static bool is_at_work(const struct mcd_session *s)
{
	const struct mcd_request *request = s->evidence->request;

	return (s->probing && request->send_only) || (request->listen_only && s->evidence->ended_by == MCD_ENDED_NOT && !has_received_all(s));
}

/* Judge the NICs where something happened; all of them when a tick is due. */
static void judge(struct mcd_session *s)
{
	int64_t now = mcd_clock_ns(), wall = mcd_clock_wall_ns();
	bool tick = now >= s->next_tick;

	if (tick)
		s->next_tick = now + TICK_MS * MS;
	if (is_at_work(s))
		return;
	for (size_t i = 0; i < s->evidence->nnics; i++) {
		struct mcd_nic *nic = &s->evidence->nics[i];

		if (!mcd_nic_is_used(nic) || (!tick && !nic->changed))
			continue;
		nic->changed = false;
		s->settled[i] = mcd_settled(s->evidence, i, wall);
	}
}

static void show_progress(struct mcd_session *s, int64_t until)
{
	int64_t now = mcd_clock_ns();

	if (!s->watcher->progress || now < s->next_progress)
		return;
	s->next_progress = now + PROGRESS_MS * MS;
	s->watcher->progress(s->watcher->context, s->evidence, s->settled, (until - now) / MS);
}

static void tell_silence(struct mcd_session *s)
{
	if (s->silence_told || !s->watcher->silence || mcd_clock_ns() - s->joined < SILENCE_MS * MS)
		return;
	s->silence_told = true;
	if (s->memberships.received == 0)
		s->watcher->silence(s->watcher->context, s->evidence);
}

/* ---- what is due ---- */

/* The scratch group is left once its report was on the wire, or should long have been, or all is OVER. */
static void advance_scratch(struct mcd_session *s, bool over)
{
	int64_t late = mcd_clock_wall_ns() - SCRATCH_REPORT_MS * MS;

	for (size_t i = 0; i < s->evidence->nnics; i++)
		for (unsigned family = 0; family < MCD_FAMILIES; family++) {
			const struct mcd_scratch *scratch = &s->evidence->nics[i].scratch[family];

			if (scratch->join.done && !scratch->leave.tried && (over || scratch->report_ns || scratch->join.done_ns < late))
				mcd_memberships_leave_scratch(&s->memberships, i, family);
		}
}

static void advance_probes(struct mcd_session *s)
{
	if (!s->joins_settled && chosen_settled(s, 1u << MCD_CHECK_JOIN)) {
		s->joins_settled = true; /* switches know the members now: this round reaches them all */
		mcd_prober_restart(&s->prober);
	}
	if (s->probing)
		mcd_prober_turn(&s->prober);
}

static void read_tap(struct mcd_session *s, size_t i)
{
	int fd = mcd_capture_fd(s->taps.slots[i].capture);

	if (!mcd_taps_read(&s->taps, i))
		mcd_wait_remove(s->wait, fd, i);
}

/* Serve what is ready, waiting for it until UNTIL (monotonic) at the most. */
static void turn(struct mcd_session *s, int64_t until)
{
	size_t tags[READY];
	int n = mcd_wait_ready(s->wait, tags, READY, timeout_ns(s, until));

	for (int i = 0; i < n; i++) {
		if (tags[i] < s->taps.count)
			read_tap(s, tags[i]);
		else if (tags[i] == SIGNAL_TAG)
			mcd_wait_remove(s->wait, s->signal_fd, SIGNAL_TAG); /* it stays readable; what it says is in mcd_stop_requested() */
		else if (tags[i] >= CONTROL_TAG)
			mcd_controls_receive(&s->controls, tags[i]);
		else if (tags[i] >= PROBER_TAG)
			mcd_prober_room(&s->prober, tags[i]);
		else
			mcd_memberships_receive(&s->memberships, &s->memberships.receivers[tags[i] - s->taps.count]);
	}
	judge(s);
	show_progress(s, until);
}

/* ---- the run, step by step ---- */

/* Whether all is done. A listener never is, as long as there is an interface to listen on. */
static bool is_settled(const struct mcd_session *s)
{
	const unsigned wanted = ((1u << MCD_CHECKS) - 1) & ~(1u << MCD_CHECK_LEAVE);
	const struct mcd_request *request = s->evidence->request;

	if (request->listen_only)
		return s->memberships.nholdings == 0;
	return !request->send_only && !request->duration_given && chosen_settled(s, wanted);
}

/* Whether the joins were seen on the wires, or should long have been: datagrams may come before them. */
static bool has_joined(const struct mcd_session *s)
{
	return chosen_settled(s, 1u << MCD_CHECK_JOIN | 1u << MCD_CHECK_SOURCE_FILTER) || mcd_clock_ns() - s->joined > SETTLE_MS * MS;
}

static enum mcd_ended why_end(const struct mcd_session *s)
{
	const struct mcd_request *request = s->evidence->request;

	if (mcd_stop_requested())
		return MCD_ENDED_SIGNAL;
	if (request->send_only && mcd_prober_is_done(&s->prober) && mcd_controls_are_over(&s->controls))
		return MCD_ENDED_COUNT;
	if (request->listen_only && has_received_all(s) && has_joined(s))
		return MCD_ENDED_COUNT;
	if (is_settled(s) && mcd_controls_are_over(&s->controls))
		return MCD_ENDED_SETTLED;
	return mcd_clock_ns() >= end_of_observation(s) ? MCD_ENDED_DURATION : MCD_ENDED_NOT;
}

static void observe(struct mcd_session *s)
{
	while ((s->evidence->ended_by = why_end(s)) == MCD_ENDED_NOT) {
		advance_scratch(s, false);
		advance_probes(s);
		mcd_controls_turn(&s->controls);
		mcd_looker_turn(&s->looker, end_of_observation(s));
		turn(s, end_of_observation(s));
		tell_silence(s);
	}
}

/* What the kernel has taken and a slow NIC has still to send. */
static void drain(struct mcd_session *s)
{
	int64_t until = mcd_clock_ns() + QUEUE_MS * MS;

	s->probing = false;
	mcd_prober_stop(&s->prober);
	while (!mcd_prober_is_drained(&s->prober) && mcd_clock_ns() < until)
		turn(s, until);
}

static void leave(struct mcd_session *s)
{
	const unsigned awaited = s->evidence->request->send_only ? 1u << MCD_CHECK_SEND | 1u << MCD_CHECK_TTL : 1u << MCD_CHECK_LEAVE;
	int64_t until = mcd_clock_ns() + LEAVE_MS * MS;

	s->probing = false;
	mcd_looker_fini(&s->looker);
	advance_scratch(s, true);
	mcd_memberships_leave(&s->memberships);
	mcd_look_at_memberships(s->evidence, MCD_AFTER_LEAVE);
	s->next_tick = 0;
	for (judge(s); !chosen_settled(s, awaited) && mcd_clock_ns() < until;)
		turn(s, until);
}

static void finish(struct mcd_session *s)
{
	int64_t last = mcd_taps_end(&s->taps), until;

	until = mcd_clock_ns() + DRAIN_MS * MS;
	do {
		for (size_t i = 0; i < s->memberships.nreceivers; i++)
			mcd_memberships_receive(&s->memberships, &s->memberships.receivers[i]);
		if (mcd_evidence_is_owed(s->evidence))
			mcd_wait_ready(s->wait, (size_t[1]){ 0 }, 1, MS);
	} while (mcd_evidence_is_owed(s->evidence) && mcd_clock_ns() < until);
	mcd_observe_end(s->evidence, last); /* what the sockets got tells how many datagrams a GSO frame was */
	s->evidence->ended_ns = mcd_clock_wall_ns();
}

static bool watch_receivers(struct mcd_session *s, struct mcd_err *err)
{
	for (size_t i = 0; i < s->memberships.nreceivers; i++)
		if (s->memberships.receivers[i].sock.fd >= 0 && !mcd_wait_add(s->wait, s->memberships.receivers[i].sock.fd, s->taps.count + i, err))
			return false;
	return true;
}

/* A socket for each NIC where the limit of open files has room for that, else shared ones. */
static bool plan_sockets(struct mcd_session *s, size_t most, struct mcd_err *err)
{
	size_t others = s->evidence->nnics * mcd_taps_files_each(s->save) + mcd_prober_files(s->evidence) + mcd_controls_files(s->evidence) + SPARE_FILES, wanted;

	if (!mcd_memberships_init(&s->memberships, s->evidence, most, false, err))
		return false;
	wanted = mcd_memberships_files(&s->memberships) + others;
	s->files = mcd_limit_files(wanted);
	if (s->files >= wanted)
		return true;
	mcd_memberships_fini(&s->memberships);
	return mcd_memberships_init(&s->memberships, s->evidence, most, true, err);
}

static bool open_taps(struct mcd_session *s, struct mcd_err *err)
{
	size_t taken = mcd_memberships_files(&s->memberships) + mcd_prober_files(s->evidence) + mcd_controls_files(s->evidence) + RESERVED_FILES;

	if (!mcd_taps_open(&s->taps, s->evidence, s->save, s->files > taken ? s->files - taken : 0, err))
		return false;
	for (size_t i = 0; i < s->taps.count; i++)
		if (s->taps.slots[i].capture && !mcd_wait_add(s->wait, mcd_capture_fd(s->taps.slots[i].capture), i, err))
			return false;
	return true;
}

/* Everything open and asked for; the observation begins. */
static bool begin(struct mcd_session *s, struct mcd_err *err)
{
	struct mcd_evidence *evidence = s->evidence;
	int most;

	mcd_controls_prepare(&s->controls, evidence);
	mcd_drop_look_prepare(&s->drops, evidence->request); /* while the captures open, which takes as long */
	s->lookup = mcd_look_before(evidence);
	most = evidence->before.igmp_max_memberships > 0 ? evidence->before.igmp_max_memberships : MOST_MEMBERSHIPS;
	if (!plan_sockets(s, (size_t)most, err))
		return false;
	s->wait = mcd_wait_new(err);
	if (!s->wait || !mcd_stop_on_signals(&s->signal_fd, err) ||
	    (s->signal_fd >= 0 && !mcd_wait_add(s->wait, s->signal_fd, SIGNAL_TAG, err)))
		return false;
	mcd_controls_open(&s->controls, s->wait, CONTROL_TAG);
	evidence->started_ns = mcd_clock_wall_ns();
	if (!open_taps(s, err))
		return false;
	mcd_drop_look_begin(&s->drops);
	mcd_hostinfo_counters(&evidence->before.counters);
	mcd_hostinfo_traffic(&evidence->before);
	s->began = mcd_clock_ns();
	s->memberships.hearer = s->watcher->hearer;
	mcd_memberships_join(&s->memberships);
	s->joined = mcd_clock_ns();
	s->probing = evidence->request->send && mcd_prober_open(&s->prober, evidence, s->wait, PROBER_TAG, err);
	if (evidence->request->send && !s->probing)
		return false;
	advance_probes(s);
	mcd_look_at_memberships(evidence, MCD_AFTER_JOIN);
	return watch_receivers(s, err);
}

static void close_all(struct mcd_session *s)
{
	mcd_look_at_name(s->evidence, s->lookup);
	mcd_drop_look_fini(&s->drops);
	mcd_looker_fini(&s->looker);
	mcd_controls_close(&s->controls);
	mcd_memberships_fini(&s->memberships);
	if (s->prober.evidence)
		mcd_prober_close(&s->prober);
	mcd_taps_close(&s->taps);
	mcd_wait_free(s->wait);
	free(s->settled);
}

bool mcd_session_run(struct mcd_evidence *evidence, struct mcd_save *save, const struct mcd_watcher *watcher, bool look_twice, struct mcd_err *err)
{
	struct mcd_session s = { .evidence = evidence, .save = save, .watcher = watcher };
	bool good;

	s.settled = calloc(evidence->nnics + 1, sizeof *s.settled);
	if (!s.settled) {
		mcd_err_set(err, "out of memory");
		return false;
	}
	mcd_looker_init(&s.looker, evidence, look_twice && !evidence->request->promiscuous && !evidence->request->send_only);
	good = begin(&s, err);
	if (good) {
		observe(&s);
		if (evidence->request->send_only)
			drain(&s);
		mcd_look_joined(evidence, &s.memberships);
		leave(&s);
		finish(&s);
		mcd_drop_look_end(&s.drops, evidence);
		mcd_look_after(evidence);
	}
	close_all(&s);
	return good;
}
