/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/taps.h"

#include "command/capture_filter.h"
#include "command/plan.h"
#include "evidence/observe.h"
#include "net/clock.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	TAGS = 2, /* of a frame, that the kernel's filter looks behind (IEEE 802.1ad) */
	RING_TOTAL = 48 << 20, RING_LEAST = 512 << 10, RING_MOST = 4 << 20, /* bytes of kernel buffers: all, and each */
};

static int ring_size(size_t captures)
{
	size_t each = RING_TOTAL / (captures ? captures : 1);

	return (int)(each < RING_LEAST ? RING_LEAST : each > RING_MOST ? RING_MOST : each);
}

size_t mcd_taps_files_each(const struct mcd_save *save)
{
	return save ? 2 : 1;
}

static void note_opened(struct mcd_taps *taps, const struct mcd_capture_slot *slot)
{
	static const enum mcd_lack lacks[] = { [MCD_OPEN_DENIED] = MCD_LACKS_RIGHT, [MCD_OPEN_NO_LIBRARY] = MCD_LACKS_LIBRARY, [MCD_OPEN_NO_DRIVER] = MCD_LACKS_DRIVER,
					       [MCD_OPEN_FAILED] = MCD_LACKS_NOTHING };
	struct mcd_nic_capture *capture = &taps->evidence->nics[slot->nic].capture;

	capture->tried = true;
	capture->open = slot->capture != NULL;
	capture->lacks = lacks[slot->failure];
	if (slot->capture) {
		capture->opened_ns = mcd_clock_wall_ns();
		capture->link_type = mcd_capture_link_type(slot->capture);
	} else {
		snprintf(capture->error, sizeof capture->error, "%s", slot->err.text);
	}
}

/* How many of the slots fit into FILES descriptors; the others are told why not. */
static size_t fitting(struct mcd_taps *taps, size_t files)
{
	size_t each = mcd_taps_files_each(taps->save), fit = files / each;

	for (size_t i = fit; i < taps->count; i++) {
		taps->slots[i].failure = MCD_OPEN_FAILED;
		mcd_err_set(&taps->slots[i].err, "the limit of open files has no room for it: ulimit -n must be %zu higher", (taps->count - fit) * each);
	}
	return fit < taps->count ? fit : taps->count;
}

bool mcd_taps_open(struct mcd_taps *out, struct mcd_evidence *evidence, struct mcd_save *save, size_t files, struct mcd_err *err)
{
	char *filter = mcd_capture_filter(evidence, TAGS), *plain = mcd_capture_filter(evidence, 0);

	*out = (struct mcd_taps){ .evidence = evidence, .save = save, .slots = calloc(evidence->nnics + 1, sizeof *out->slots) };
	if (!filter || !plain || !out->slots) {
		free(filter);
		free(plain);
		mcd_err_set(err, "out of memory");
		return false;
	}
	for (size_t i = 0; i < evidence->nnics; i++)
		if (mcd_plan_captured(&evidence->nics[i]))
			out->slots[out->count++] = (struct mcd_capture_slot){ .name = evidence->nics[i].iface->name, .device = evidence->nics[i].iface->device, .nic = i };
	mcd_captures_open(out->slots, fitting(out, files),
			  &(struct mcd_capture_how){ filter, plain, MCD_SNAP_LENGTH, ring_size(out->count), evidence->request->promiscuous });
	free(filter);
	free(plain);
	for (size_t i = 0; i < out->count; i++)
		note_opened(out, &out->slots[i]);
	return true;
}

void mcd_taps_close(struct mcd_taps *taps)
{
	mcd_captures_close(taps->slots, taps->count);
	free(taps->slots);
	taps->slots = NULL;
	taps->count = 0;
}

static void on_frame(void *context, const struct mcd_frame *frame)
{
	struct mcd_taps *taps = context;

	mcd_observe_frame(taps->evidence, frame);
	if (taps->save)
		mcd_save_frame(taps->save, taps->evidence->nics[frame->nic].iface, frame);
}

bool mcd_taps_read(struct mcd_taps *taps, size_t i)
{
	struct mcd_nic *nic = &taps->evidence->nics[taps->slots[i].nic];
	struct mcd_err err = { 0 };

	if (!taps->slots[i].capture || nic->capture.broke)
		return false;
	if (mcd_capture_read(taps->slots[i].capture, on_frame, taps, &err) >= 0)
		return true;
	nic->capture.broke = true;
	nic->capture.broke_ns = mcd_clock_wall_ns();
	snprintf(nic->capture.error, sizeof nic->capture.error, "%s", err.text);
	nic->changed = true;
	return false;
}

int64_t mcd_taps_end(struct mcd_taps *taps)
{
	int64_t last = 0;

	for (size_t i = 0; i < taps->count; i++) {
		struct mcd_nic_capture *capture = &taps->evidence->nics[taps->slots[i].nic].capture;
		struct mcd_capture_stats stats;

		if (!taps->slots[i].capture)
			continue;
		mcd_taps_read(taps, i);
		capture->closed_ns = mcd_clock_wall_ns();
		last = capture->closed_ns > last ? capture->closed_ns : last;
		if (mcd_capture_stats(taps->slots[i].capture, &stats))
			capture->dropped = stats.dropped;
	}
	return last;
}
