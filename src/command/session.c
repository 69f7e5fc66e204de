/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/session.h"

#include "command/membership.h"
#include "command/plan.h"
#include "command/probing.h"
#include "diagnose/diagnose.h"
#include "evidence/observe.h"
#include "net/capture.h"
#include "net/clock.h"
#include "net/hostinfo.h"
#include "net/ifaces.h"
#include "net/privilege.h"
#include "net/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000000) /* ns */

enum {
	TICK_MS = 20,		     /* judged again at least this often: time settles checks too */
	PROBE_MS = 100,		     /* between two rounds of probes */
	PROGRESS_MS = 100,
	SCRATCH_REPORT_MS = 1500,    /* IGMPv3 repeats a report within 1 s (RFC 9776, 8.11) */
	LEAVE_MS = 1500,	     /* at most, until every leave was seen */
	DRAIN_MS = 100,		     /* sockets are read this long after the captures' end (contract, `delivery`) */
	MOST_MEMBERSHIPS = 20,	     /* of one socket, where the kernel does not tell */
	SPARE_FILES = 64, RESERVED_FILES = 16, /* descriptors besides captures and sockets: with ease, and at the least */
	TAGS = 2,		     /* of a frame, that the capture looks behind (IEEE 802.1ad) */
	READY = 256,		     /* descriptors served in one turn */
	RING_TOTAL = 48 << 20, RING_LEAST = 512 << 10, RING_MOST = 4 << 20, /* bytes of capture buffers: all, and each */
};

struct mcd_session {
	struct mcd_evidence *evidence;
	struct mcd_save *save;
	const struct mcd_watcher *watcher;
	struct mcd_capture_slot *slots; /* of the captured NICs */
	size_t nslots;
	struct mcd_memberships memberships;
	struct mcd_prober prober;
	bool probing, joins_settled;
	struct mcd_wait *wait;
	int signal_fd;
	size_t files;			/* that may be open */
	unsigned *settled;		/* by NIC: bit set of checks */
	int64_t began, next_probe, next_tick, next_progress; /* monotonic */
};

static const size_t SIGNAL_TAG = SIZE_MAX;

/* ---- captures ---- */

/* What the kernel lets through, behind up to TAGS VLAN tags: IGMP and all that goes to the groups, later fragments included. A port in the
 * filter would hide those. NULL when memory is out. */
static char *filter_of(const struct mcd_request *request, unsigned tags)
{
	char *filter = NULL, text[MCD_ADDR_TEXT];
	size_t length = 0;
	FILE *out = open_memstream(&filter, &length);

	if (!out)
		return NULL;
	for (unsigned depth = 0; depth <= tags; depth++) {
		fprintf(out, "%sigmp", depth ? " or (vlan and (" : "");
		for (size_t g = 0; g < request->ngroups; g++)
			fprintf(out, " or ip dst host %s", mcd_addr_format(request->groups[g].address, text));
	}
	for (unsigned depth = 0; depth < tags; depth++)
		fputs("))", out);
	if (fclose(out) == 0)
		return filter;
	free(filter);
	return NULL;
}

static int ring_size(size_t captures)
{
	size_t each = RING_TOTAL / (captures ? captures : 1);

	return (int)(each < RING_LEAST ? RING_LEAST : each > RING_MOST ? RING_MOST : each);
}

static void note_opened(struct mcd_session *s, const struct mcd_capture_slot *slot)
{
	struct mcd_nic_capture *capture = &s->evidence->nics[slot->nic].capture;

	capture->tried = true;
	capture->open = slot->capture != NULL;
	capture->denied = slot->failure == MCD_OPEN_DENIED;
	if (slot->capture) {
		capture->opened_ns = mcd_clock_wall_ns();
		capture->link_type = mcd_capture_link_type(slot->capture);
	} else {
		snprintf(capture->error, sizeof capture->error, "%s", slot->err.text);
	}
}

/* How many of the slots can be opened so that there are files left for the sockets; the others are told why not. */
static size_t room_for_captures(struct mcd_session *s)
{
	size_t taken = mcd_memberships_files(&s->memberships) + RESERVED_FILES, each = s->save ? 2 : 1;
	size_t room = s->files > taken ? (s->files - taken) / each : 0;

	for (size_t i = room; i < s->nslots; i++) {
		s->slots[i].failure = MCD_OPEN_FAILED;
		mcd_err_set(&s->slots[i].err, "the limit of %zu open files has no room for it; ulimit -n %zu has", s->files,
			    taken + s->nslots * each + SPARE_FILES);
	}
	return room < s->nslots ? room : s->nslots;
}

static bool open_captures(struct mcd_session *s, struct mcd_err *err)
{
	struct mcd_evidence *evidence = s->evidence;
	char *filter = filter_of(evidence->request, TAGS), *plain = filter_of(evidence->request, 0);

	s->slots = calloc(evidence->nnics + 1, sizeof *s->slots);
	if (!filter || !plain || !s->slots) {
		free(filter);
		free(plain);
		mcd_err_set(err, "out of memory");
		return false;
	}
	for (size_t i = 0; i < evidence->nnics; i++) {
		if (mcd_plan_captured(&evidence->nics[i]))
			s->slots[s->nslots++] = (struct mcd_capture_slot){ .name = evidence->nics[i].iface->name, .nic = i };
	}
	mcd_captures_open(s->slots, room_for_captures(s),
			  &(struct mcd_capture_how){ filter, plain, MCD_SNAP_LENGTH, ring_size(s->nslots), evidence->request->promiscuous });
	free(filter);
	free(plain);
	for (size_t i = 0; i < s->nslots; i++) {
		note_opened(s, &s->slots[i]);
		if (s->slots[i].capture && !mcd_wait_add(s->wait, mcd_capture_fd(s->slots[i].capture), i, err))
			return false;
	}
	return true;
}

static void on_frame(void *context, const struct mcd_frame *frame)
{
	struct mcd_session *s = context;

	mcd_observe_frame(s->evidence, frame);
	if (s->save)
		mcd_save_frame(s->save, s->evidence->nics[frame->nic].iface, frame);
}

static void read_capture(struct mcd_session *s, struct mcd_capture_slot *slot)
{
	struct mcd_nic_capture *capture = &s->evidence->nics[slot->nic].capture;
	struct mcd_err err = { 0 };

	if (!slot->capture || capture->broke || mcd_capture_read(slot->capture, on_frame, s, &err) >= 0)
		return;
	capture->broke = true;
	capture->broke_ns = mcd_clock_wall_ns();
	snprintf(capture->error, sizeof capture->error, "%s", err.text);
	s->evidence->nics[slot->nic].changed = true;
	mcd_wait_remove(s->wait, mcd_capture_fd(slot->capture));
}

static void read_all_captures(struct mcd_session *s)
{
	for (size_t i = 0; i < s->nslots; i++)
		read_capture(s, &s->slots[i]);
}

static void note_drops(struct mcd_session *s)
{
	for (size_t i = 0; i < s->nslots; i++) {
		struct mcd_nic_capture *capture = &s->evidence->nics[s->slots[i].nic].capture;
		struct mcd_capture_stats stats;

		if (s->slots[i].capture)
			capture->closed_ns = mcd_clock_wall_ns();
		if (s->slots[i].capture && mcd_capture_stats(s->slots[i].capture, &stats))
			capture->dropped = stats.dropped;
	}
}

/* ---- time ---- */

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t end_of_observation(const struct mcd_session *s)
{
	return s->began + s->evidence->request->duration_ms * MS;
}

/* Milliseconds until something is due, rounded up. */
static int timeout_ms(const struct mcd_session *s, int64_t until)
{
	int64_t due = earlier(until, s->next_tick), now = mcd_clock_ns();

	if (s->probing)
		due = earlier(due, s->next_probe);
	return due <= now ? 0 : (int)((due - now + MS - 1) / MS);
}

/* ---- judging while it goes on ---- */

static bool chosen_settled(const struct mcd_session *s, unsigned checks)
{
	for (size_t i = 0; i < s->evidence->nnics; i++)
		if (mcd_plan_active(&s->evidence->nics[i]) && (s->settled[i] & checks) != checks)
			return false;
	return true;
}

/* Judge the NICs where something happened; all of them when a tick is due. */
static void judge(struct mcd_session *s)
{
	int64_t now = mcd_clock_ns(), wall = mcd_clock_wall_ns();
	bool tick = now >= s->next_tick;

	if (tick)
		s->next_tick = now + TICK_MS * MS;
	for (size_t i = 0; i < s->evidence->nnics; i++) {
		struct mcd_nic *nic = &s->evidence->nics[i];

		if (!mcd_plan_active(nic) || (!tick && !nic->changed))
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

/* ---- what is due ---- */

/* The scratch group is left once its report was on the wire, or should long have been. */
static void advance_scratch(struct mcd_session *s)
{
	int64_t late = mcd_clock_wall_ns() - SCRATCH_REPORT_MS * MS;

	for (size_t i = 0; i < s->evidence->nnics; i++) {
		const struct mcd_scratch *scratch = &s->evidence->nics[i].scratch;

		if (scratch->join.done && !scratch->leave.tried && (scratch->report_ns || scratch->join.done_ns < late))
			mcd_memberships_leave_scratch(&s->memberships, i);
	}
}

static void advance_probes(struct mcd_session *s)
{
	if (!s->joins_settled && chosen_settled(s, 1u << MCD_CHECK_JOIN)) {
		s->joins_settled = true; /* switches know the members now: this round reaches them all */
		s->next_probe = 0;
	}
	if (!s->probing || mcd_clock_ns() < s->next_probe)
		return;
	mcd_prober_round(&s->prober);
	s->next_probe = mcd_clock_ns() + PROBE_MS * MS;
}

/* Serve what is ready, waiting for it until UNTIL (monotonic) at the most. */
static void turn(struct mcd_session *s, int64_t until)
{
	size_t tags[READY];
	int n = mcd_wait_ready(s->wait, tags, READY, timeout_ms(s, until));

	for (int i = 0; i < n; i++) {
		if (tags[i] < s->nslots)
			read_capture(s, &s->slots[tags[i]]);
		else if (tags[i] == SIGNAL_TAG)
			mcd_wait_remove(s->wait, s->signal_fd); /* it stays readable; what it says is in mcd_stop_requested() */
		else
			mcd_memberships_receive(&s->memberships, &s->memberships.receivers[tags[i] - s->nslots]);
	}
	judge(s);
	show_progress(s, until);
}

/* ---- the run, step by step ---- */

static void observe(struct mcd_session *s)
{
	const unsigned wanted = ((1u << MCD_CHECKS) - 1) & ~(1u << MCD_CHECK_LEAVE);
	const struct mcd_request *request = s->evidence->request;

	for (;;) {
		advance_scratch(s);
		advance_probes(s);
		turn(s, end_of_observation(s));
		if (mcd_stop_requested())
			s->evidence->ended_by = MCD_ENDED_SIGNAL;
		else if (!request->duration_given && chosen_settled(s, wanted))
			s->evidence->ended_by = MCD_ENDED_SETTLED;
		else if (mcd_clock_ns() >= end_of_observation(s))
			s->evidence->ended_by = MCD_ENDED_DURATION;
		else
			continue;
		return;
	}
}

static void leave(struct mcd_session *s)
{
	int64_t until = mcd_clock_ns() + LEAVE_MS * MS;
	struct mcd_host host;

	s->probing = false;
	for (size_t i = 0; i < s->evidence->nnics; i++)
		if (s->evidence->nics[i].scratch.join.done && !s->evidence->nics[i].scratch.leave.tried)
			mcd_memberships_leave_scratch(&s->memberships, i);
	mcd_memberships_leave(&s->memberships);
	mcd_host_init(&host);
	mcd_hostinfo_memberships(&host);
	mcd_observe_memberships(s->evidence, &host, MCD_AFTER_LEAVE);
	mcd_host_fini(&host);
	s->next_tick = 0;
	for (judge(s); !chosen_settled(s, 1u << MCD_CHECK_LEAVE) && mcd_clock_ns() < until;)
		turn(s, until);
}

/* True when a socket has still to get what the wire had. */
static bool owing(const struct mcd_evidence *evidence)
{
	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_vec *streams = &evidence->nics[i].streams;

		for (size_t k = 0; k < streams->count; k++) {
			const struct mcd_stream *stream = mcd_vec_at(streams, k);

			if (stream->deliverable > stream->delivered)
				return true;
		}
	}
	return false;
}

static void finish(struct mcd_session *s)
{
	int64_t until;

	read_all_captures(s);
	mcd_observe_end(s->evidence, mcd_clock_wall_ns());
	note_drops(s);
	until = mcd_clock_ns() + DRAIN_MS * MS;
	do {
		for (size_t i = 0; i < s->memberships.nreceivers; i++)
			mcd_memberships_receive(&s->memberships, &s->memberships.receivers[i]);
		if (owing(s->evidence))
			mcd_wait_ready(s->wait, (size_t[1]){ 0 }, 1, 1);
	} while (owing(s->evidence) && mcd_clock_ns() < until);
	s->evidence->ended_ns = mcd_clock_wall_ns();
}

/* The host's view and the interfaces after the run. */
static void look_again(struct mcd_session *s)
{
	struct mcd_iface_list now = { 0 };

	mcd_hostinfo_read(&s->evidence->after, &s->evidence->ifaces);
	if (mcd_ifaces_read(&now, NULL))
		mcd_observe_interfaces(s->evidence, &now);
	mcd_iface_list_fini(&now);
}

static bool watch_receivers(struct mcd_session *s, struct mcd_err *err)
{
	for (size_t i = 0; i < s->memberships.nreceivers; i++)
		if (s->memberships.receivers[i].sock.fd >= 0 && !mcd_wait_add(s->wait, s->memberships.receivers[i].sock.fd, s->nslots + i, err))
			return false;
	return true;
}

/* A socket for each NIC where the limit of open files has room for that, else shared ones. */
static bool plan_sockets(struct mcd_session *s, size_t most, struct mcd_err *err)
{
	size_t others = s->evidence->nnics * (s->save ? 2 : 1) + SPARE_FILES, wanted;

	if (!mcd_memberships_init(&s->memberships, s->evidence, most, false, err))
		return false;
	wanted = mcd_memberships_files(&s->memberships) + others;
	s->files = mcd_limit_files(wanted);
	if (s->files >= wanted)
		return true;
	mcd_memberships_fini(&s->memberships);
	return mcd_memberships_init(&s->memberships, s->evidence, most, true, err);
}

/* Everything open and asked for; the observation begins. */
static bool begin(struct mcd_session *s, struct mcd_err *err)
{
	struct mcd_evidence *evidence = s->evidence;
	struct mcd_host joined;
	int most;

	mcd_hostinfo_read(&evidence->before, &evidence->ifaces);
	evidence->has_host = true;
	mcd_observe_memberships(evidence, &evidence->before, MCD_BEFORE_JOIN);
	most = evidence->before.igmp_max_memberships > 0 ? evidence->before.igmp_max_memberships : MOST_MEMBERSHIPS;
	if (!plan_sockets(s, (size_t)most, err))
		return false;
	s->wait = mcd_wait_new(err);
	if (!s->wait || !mcd_stop_on_signals(&s->signal_fd, err) ||
	    (s->signal_fd >= 0 && !mcd_wait_add(s->wait, s->signal_fd, SIGNAL_TAG, err)))
		return false;
	evidence->started_ns = mcd_clock_wall_ns();
	if (!open_captures(s, err))
		return false;
	mcd_hostinfo_counters(&evidence->before.counters);
	s->began = mcd_clock_ns();
	mcd_memberships_join(&s->memberships);
	s->probing = evidence->request->send && mcd_prober_open(&s->prober, evidence, err);
	if (evidence->request->send && !s->probing)
		return false;
	advance_probes(s);
	mcd_host_init(&joined);
	mcd_hostinfo_memberships(&joined);
	mcd_observe_memberships(evidence, &joined, MCD_AFTER_JOIN);
	mcd_host_fini(&joined);
	return watch_receivers(s, err);
}

static void close_all(struct mcd_session *s)
{
	mcd_memberships_fini(&s->memberships);
	if (s->prober.evidence)
		mcd_prober_close(&s->prober);
	mcd_captures_close(s->slots, s->nslots);
	mcd_wait_free(s->wait);
	free(s->slots);
	free(s->settled);
}

bool mcd_session_run(struct mcd_evidence *evidence, struct mcd_save *save, const struct mcd_watcher *watcher, struct mcd_err *err)
{
	struct mcd_session s = { .evidence = evidence, .save = save, .watcher = watcher };
	bool good;

	s.settled = calloc(evidence->nnics + 1, sizeof *s.settled);
	if (!s.settled) {
		mcd_err_set(err, "out of memory");
		return false;
	}
	good = begin(&s, err);
	if (good) {
		observe(&s);
		leave(&s);
		finish(&s);
		look_again(&s);
	}
	close_all(&s);
	return good;
}
