/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/replay.h"

#include "command/feed.h"
#include "command/inputs.h"
#include "command/outputs.h"
#include "command/restore.h"
#include "evidence/observe.h"
#include "net/clock.h"
#include "net/privilege.h"
#include "report/report.h"

#include <stdio.h>

enum { PROGRESS_MS = 200, PATIENCE_MS = 2000 }; /* between two lines of progress; before the first of inputs of unknown size */

static const uint64_t large = 200000000; /* bytes that are worth a line of progress */
static const int64_t ms_ns = 1000000;

/* ---- progress ---- */

struct progress {
	uint64_t size; /* of all inputs; 0 = not known */
	int64_t began_ns, next_ns;
	bool shown;
};

static void show_progress(void *context, const struct mcd_feed *feed, const struct mcd_input *input)
{
	struct progress *progress = context;
	int64_t now = mcd_clock_ns();

	if (now < progress->next_ns)
		return;
	progress->next_ns = now + PROGRESS_MS * ms_ns;
	progress->shown = true;
	mcd_progress_show_reading(stderr,
				  &(struct mcd_progress_reading){ .packets = feed->packets,
								  .bytes = feed->finished + mcd_capfile_position(input->file),
								  .all_bytes = progress->size,
								  .elapsed_ms = (now - progress->began_ns) / ms_ns },
				  mcd_outputs_width());
}

/* Read all of INPUTS into the evidence of FEED. */
static bool read_all(struct mcd_feed *feed, struct mcd_inputs *inputs, const struct mcd_options *options, struct mcd_err *err)
{
	const int64_t now = mcd_clock_ns();
	struct progress progress = { inputs->size, now, now + (inputs->size ? PROGRESS_MS : PATIENCE_MS) * ms_ns, false };
	bool good = true;

	if (mcd_outputs_progress(options) && (inputs->size == 0 || inputs->size > large)) {
		feed->watch = show_progress;
		feed->context = &progress;
	}
	for (size_t i = 0; good && i < inputs->list.count; i++)
		good = mcd_feed_input(feed, mcd_vec_at(&inputs->list, i), err);
	feed->watch = NULL;
	feed->context = NULL;
	if (progress.shown)
		mcd_progress_clear(stderr);
	return good;
}

static int report(const struct mcd_options *options, const struct mcd_evidence *evidence, const char *folder, struct mcd_outputs *outputs,
		  struct mcd_err *err)
{
	mcd_stop_ends_reads(false);
	return mcd_outputs_report(outputs, options, &(struct mcd_report_input){ .evidence = evidence, .mode = "replay", .saved_in = folder }, err);
}

/* ---- captures of anybody ---- */

/* When the capture that begins first begins; 0 = none tells. */
static int64_t beginning(const struct mcd_inputs *inputs)
{
	int64_t begins = 0;

	for (size_t i = 0; i < inputs->list.count; i++) {
		const struct mcd_input *input = mcd_vec_at(&inputs->list, i);

		if (input->begins_ns != 0 && (begins == 0 || input->begins_ns < begins))
			begins = input->begins_ns;
	}
	return begins;
}

static void note_times(struct mcd_evidence *evidence, const struct mcd_feed *feed)
{
	const int64_t timeless = 1; /* 0 would say that it still runs */

	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_nic_capture *capture = &evidence->nics[i].capture;

		if (capture->opened_ns != 0 && (evidence->started_ns == 0 || capture->opened_ns < evidence->started_ns))
			evidence->started_ns = capture->opened_ns;
		if (capture->closed_ns > evidence->ended_ns)
			evidence->ended_ns = capture->closed_ns;
	}
	if (evidence->ended_ns == 0)
		evidence->ended_ns = timeless;
	evidence->ended_by = feed->stopped ? MCD_ENDED_SIGNAL : feed->cut_short ? MCD_ENDED_DURATION : MCD_ENDED_SETTLED;
}

static bool read_captures(struct mcd_evidence *evidence, struct mcd_inputs *inputs, const struct mcd_options *options, struct mcd_err *err)
{
	const int64_t begins = beginning(inputs), span_ns = options->request.duration_ms * ms_ns;
	struct mcd_feed feed = { .evidence = evidence, .until_ns = INT64_MAX };

	if (options->request.duration_given && begins != 0 && begins <= INT64_MAX - span_ns)
		feed.until_ns = begins + span_ns;
	if (!read_all(&feed, inputs, options, err))
		return false;
	if (!mcd_inputs_part_names(&evidence->ifaces)) {
		mcd_err_set(err, "out of memory");
		return false;
	}
	note_times(evidence, &feed);
	mcd_observe_end(evidence, evidence->ended_ns);
	return true;
}

static int replay_captures(const struct mcd_options *options, struct mcd_inputs *inputs, struct mcd_outputs *outputs, struct mcd_err *err)
{
	struct mcd_iface_list none = { NULL, 0 };
	struct mcd_evidence evidence;
	int status = -1;

	if (!mcd_inputs_look(inputs, err))
		return -1;
	if (!mcd_evidence_init(&evidence, &options->request, &none, NULL, 0)) {
		mcd_err_set(err, "out of memory");
		return -1;
	}
	evidence.passive = true;
	evidence.secret = mcd_clock_random();
	if (read_captures(&evidence, inputs, options, err))
		status = report(options, &evidence, NULL, outputs, err);
	mcd_evidence_fini(&evidence);
	return status;
}

/* ---- the evidence folder of a run ---- */

static bool read_folder(struct mcd_restored *run, struct mcd_inputs *inputs, const struct mcd_options *options, struct mcd_err *err)
{
	struct mcd_feed feed = { .evidence = &run->evidence, .until_ns = INT64_MAX };

	if (!mcd_restored_captures(run, inputs, err) || !mcd_inputs_look(inputs, err) || !read_all(&feed, inputs, options, err))
		return false;
	if (feed.stopped)
		run->evidence.ended_by = MCD_ENDED_SIGNAL;
	return mcd_restored_end(run, inputs, err);
}

static int replay_folder(const struct mcd_options *options, struct mcd_inputs *inputs, struct mcd_outputs *outputs, struct mcd_err *err)
{
	struct mcd_restored run;
	int status = -1;

	if (options->request_option) {
		mcd_err_set(err, "--%s cannot go with %.120s: it is the evidence of a run, whose own request is judged; its captures alone: %.120s/*.pcap",
			    options->request_option, inputs->folder, inputs->folder);
		return -1;
	}
	if (!mcd_restore(&run, inputs->folder, err))
		return -1;
	run.evidence.secret = mcd_clock_random();
	if (options->max_rows_given)
		run.request.max_rows = options->request.max_rows;
	if (read_folder(&run, inputs, options, err))
		status = report(options, &run.evidence, inputs->folder, outputs, err);
	mcd_restored_fini(&run);
	return status;
}

int mcd_command_replay(struct mcd_options *options, struct mcd_err *err)
{
	struct mcd_outputs outputs = { NULL, NULL };
	struct mcd_inputs inputs;
	int status = -1, fd;
	bool good = mcd_inputs_find(&inputs, options->files, options->nfiles, err) && mcd_outputs_open(&outputs, options, 0, err) &&
		    mcd_stop_on_signals(&fd, err);

	mcd_stop_ends_reads(true);
	if (good)
		status = inputs.folder ? replay_folder(options, &inputs, &outputs, err) : replay_captures(options, &inputs, &outputs, err);
	mcd_outputs_abandon(&outputs);
	mcd_inputs_fini(&inputs);
	return status;
}
