/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/feed.h"

#include "evidence/observe.h"
#include "net/privilege.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_UP = 4096, BATCH = 64 }; /* packets between two looks at signals and clock; that are read at once */

static const int64_t disorder_ns = 1000000000; /* frames of several interfaces may be that much out of order in one file */

/* One interface of the file: where its frames go, and when they were. */
struct seat {
	size_t row;
	int64_t first_ns, last_ns; /* 0 = none with a time */
	int64_t longest_gap_ns;
	bool timeless;
};

/* The row of interface I, as far as its file tells of it. Its name waits until all of them are known. */
static size_t add_row(struct mcd_feed *feed, const struct mcd_input *input, size_t i)
{
	const struct mcd_capfile_iface *from = mcd_capfile_iface(input->file, i);
	struct mcd_iface iface = { .has_mac = from->has_mac, .addresses = (struct mcd_iface_address *)from->addresses, .naddresses = from->naddresses };
	size_t row;

	memcpy(iface.mac, from->mac, sizeof iface.mac);
	row = mcd_evidence_add(feed->evidence, &iface);
	if (row == SIZE_MAX)
		return row;
	feed->evidence->nics[row].capture = (struct mcd_nic_capture){ .tried = true, .open = true, .link_type = from->link_type };
	return row;
}

/* Seats for all interfaces that the file has by now. */
static bool seat_all(struct mcd_feed *feed, const struct mcd_input *input, struct mcd_vec *seats, struct mcd_err *err)
{
	while (seats->count < mcd_capfile_ifaces(input->file)) {
		bool known = input->row != SIZE_MAX;
		struct seat *seat = known && seats->count > 0 ? NULL : mcd_vec_push(seats);

		if (!seat) {
			mcd_err_set(err, known ? "%.200s is not what --save wrote: it has several interfaces" : "%.200s: out of memory", input->path);
			return false;
		}
		seat->row = known ? input->row : add_row(feed, input, seats->count - 1);
		if (seat->row == SIZE_MAX) {
			mcd_err_set(err, "%.200s: no room for its interfaces; one replay takes %d at most", input->path, MCD_MAX_NICS);
			return false;
		}
	}
	return true;
}

static void look_up(struct mcd_feed *feed, const struct mcd_input *input)
{
	feed->stopped = mcd_stop_requested();
	if (feed->watch)
		feed->watch(feed->context, feed, input);
}

static inline void note_time(struct seat *seat, int64_t when_ns)
{
	const int64_t gap = when_ns - seat->last_ns;

	if (gap <= 0) {
		seat->timeless |= when_ns == 0;
		return;
	}
	if (seat->last_ns == 0)
		seat->first_ns = when_ns;
	else if (gap > seat->longest_gap_ns)
		seat->longest_gap_ns = gap;
	seat->last_ns = when_ns;
}

/* What is read at once. */
struct batch {
	struct mcd_frame frames[BATCH];
	size_t count;
	bool last; /* what follows is too late */
};

/* A frame that is too late is left out; one a good deal later is the end. */
static bool is_late(struct mcd_feed *feed, struct batch *batch, int64_t when_ns)
{
	feed->cut_short = true;
	batch->last = when_ns - disorder_ns > feed->until_ns;
	return batch->last;
}

/* Give each frame its row. */
static bool seat_frames(struct mcd_feed *feed, const struct mcd_input *input, struct mcd_vec *seats, struct batch *batch, struct mcd_err *err)
{
	const int64_t until_ns = feed->until_ns;
	const size_t count = batch->count;
	size_t kept = 0, seated = seats->count;

	for (size_t i = 0; i < count; i++) {
		struct mcd_frame *frame = &batch->frames[i];
		struct seat *seat;

		if (frame->nic >= seated && !seat_all(feed, input, seats, err))
			return false;
		seated = seats->count;
		if (frame->when_ns > until_ns) {
			if (is_late(feed, batch, frame->when_ns))
				break;
			continue;
		}
		seat = (struct seat *)seats->items + frame->nic;
		note_time(seat, frame->when_ns);
		frame->nic = seat->row;
		if (kept < i)
			batch->frames[kept] = *frame;
		kept++;
	}
	batch->count = kept;
	return true;
}

/* *WHOLE: nothing but the file itself ended it. */
static bool read_frames(struct mcd_feed *feed, struct mcd_input *input, struct mcd_vec *seats, bool *whole, struct mcd_err *err)
{
	struct batch batch = { .frames = { input->first }, .count = input->has_first };

	while (!feed->stopped && !batch.last) {
		const uint64_t before = feed->packets;

		if (batch.count == 0)
			batch.count = mcd_capfile_read(input->file, batch.frames, BATCH);
		if (batch.count == 0)
			break;
		if (!seat_frames(feed, input, seats, &batch, err))
			return false;
		mcd_observe_frames(feed->evidence, batch.frames, batch.count);
		feed->packets += batch.count;
		batch.count = 0;
		if (before / LOOK_UP != feed->packets / LOOK_UP)
			look_up(feed, input);
	}
	feed->stopped = mcd_stop_requested(); /* which ends a read from a pipe too */
	*whole = !batch.last && !feed->stopped;
	return seat_all(feed, input, seats, err); /* those without a frame too */
}

static void note_end(struct mcd_nic_capture *capture, const struct mcd_input *input, bool whole)
{
	const char *why = "";

	if (!whole)
		return;
	switch (mcd_capfile_ended(input->file, &why)) {
	case MCD_CAPFILE_COMPLETE:
		capture->ended = MCD_FILE_COMPLETE;
		break;
	case MCD_CAPFILE_CUT:
		capture->ended = MCD_FILE_CUT;
		break;
	case MCD_CAPFILE_CORRUPT:
		capture->ended = MCD_FILE_CORRUPT;
		break;
	}
	if (why && *why)
		snprintf(capture->error, sizeof capture->error, "%s", why);
}

/* A name that a command takes as it stands, whoever wrote the file; "any" is no interface. */
static bool is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@-";

	return *name && *name != '-' && name[strspn(name, plain)] == '\0' && strcmp(name, "any") != 0;
}

static void note_device(struct mcd_nic_capture *capture, const char *name)
{
	if (is_plain(name) && strlen(name) < sizeof capture->device)
		snprintf(capture->device, sizeof capture->device, "%s", name);
}

/* What is told once the file was read: how it ended, when its frames were, what its interfaces are called. */
static void note_file(const struct mcd_feed *feed, struct mcd_input *input, const struct mcd_vec *seats, bool whole)
{
	for (size_t i = 0; i < seats->count; i++) {
		const struct seat *seat = mcd_vec_at(seats, i);
		const struct mcd_capfile_iface *from = mcd_capfile_iface(input->file, i);
		struct mcd_nic *nic = &feed->evidence->nics[seat->row];
		struct mcd_nic_capture *capture = &nic->capture;

		snprintf(capture->file, sizeof capture->file, "%s", mcd_input_base(input));
		note_end(capture, input, whole);
		if (seat->last_ns > input->ends_ns)
			input->ends_ns = seat->last_ns;
		if (input->row != SIZE_MAX)
			continue;
		capture->opened_ns = seat->first_ns;
		capture->closed_ns = seat->last_ns;
		capture->timeless = seat->timeless;
		capture->longest_gap_ns = seat->longest_gap_ns;
		capture->drops_unknown = !from->has_dropped;
		capture->dropped = from->has_dropped ? from->dropped : 0;
		note_device(capture, from->name);
		mcd_input_iface_name(input, i, seats->count, feed->evidence->ifaces.at[nic->iface - feed->evidence->ifaces.at].name);
	}
}

bool mcd_feed_input(struct mcd_feed *feed, struct mcd_input *input, struct mcd_err *err)
{
	struct mcd_vec seats;
	bool good, whole = false;

	mcd_vec_init(&seats, sizeof(struct seat));
	good = mcd_input_open(input, err) && seat_all(feed, input, &seats, err);
	if (good && !feed->stopped)
		good = read_frames(feed, input, &seats, &whole, err);
	if (good)
		note_file(feed, input, &seats, whole);
	for (size_t i = 0; good && feed->stopped && i < seats.count; i++) {
		struct mcd_nic_capture *capture = &feed->evidence->nics[((struct seat *)mcd_vec_at(&seats, i))->row].capture;

		snprintf(capture->error, sizeof capture->error, "the replay was interrupted: read up to packet %llu", (unsigned long long)capture->number);
	}
	feed->finished += input->size;
	mcd_input_close(input);
	mcd_vec_fini(&seats);
	return good;
}
