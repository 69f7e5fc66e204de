/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/listen.h"

#include "command/live.h"
#include "command/outputs.h"
#include "net/clock.h"
#include "net/terminal.h"
#include "report/message.h"
#include "report/report.h"

#include <stdio.h>

#define MS INT64_C(1000000) /* ns */

enum { PACE_MS = 1000 }; /* over which the rate of late is told */

struct listener {
	FILE *messages;		/* where each goes */
	bool symbols;		/* and may have them */
	uint64_t printed;
	bool drawn;		/* the line of progress stands on the terminal */
	int64_t since_ns;	/* of the pace */
	uint64_t before;	/* received until then */
	double rate_pps;
};

/* From second to second; in the first one, since it began. */
static void note_pace(struct listener *l, uint64_t received)
{
	const int64_t now = mcd_clock_ns(), passed = now - l->since_ns;
	const bool over = passed >= PACE_MS * MS;

	if (l->since_ns && passed > 0 && (over || l->before == 0))
		l->rate_pps = (double)(received - l->before) / ((double)passed / 1e9);
	if (l->since_ns && !over)
		return;
	l->since_ns = now;
	l->before = received;
}

static void show_progress(void *context, const struct mcd_evidence *evidence, const unsigned *settled, int64_t left_ms)
{
	const struct mcd_heard heard = mcd_evidence_heard(evidence);
	struct listener *l = context;
	struct mcd_progress_listening state = { .received = heard.datagrams, .senders = heard.senders, .all = evidence->request->count };

	(void)settled;
	note_pace(l, heard.datagrams);
	state.rate_pps = l->rate_pps;
	state.left_ms = evidence->request->duration_ms ? left_ms : -1;
	mcd_progress_show_listening(stderr, &state, mcd_outputs_width());
	l->drawn = true;
}

/* Make room for a line. */
static void clear_progress(struct listener *l)
{
	if (l->drawn)
		mcd_progress_clear(stderr);
	l->drawn = false;
}

/* No more than --count, though more were read at once. */
static void print_message(void *context, const struct mcd_evidence *evidence, const struct mcd_arrival *arrival)
{
	const struct mcd_iface *iface = mcd_iface_by_index(&evidence->ifaces, arrival->ifindex);
	struct mcd_cursor text = mcd_cursor_of(arrival->data, arrival->held, arrival->held < arrival->length);
	const uint64_t most = evidence->request->count;
	struct listener *l = context;
	struct mcd_message message = { .arrival = arrival, .iface = iface ? iface->name : "" };
	struct mcd_probe probe;

	if (most && l->printed >= most)
		return;
	l->printed++;
	if (mcd_probe_parse(text, &probe, &text))
		message.probe = &probe;
	message.text = text.at;
	message.length = mcd_cursor_left(&text);
	clear_progress(l);
	mcd_message_print(l->messages, &message, l->symbols);
}

/* The stream is judged as one that is expected, so that it is told where it is instead; and what would be found if the run ended here. */
static void tell_silence(void *context, const struct mcd_evidence *evidence)
{
	struct mcd_request request = *evidence->request;
	struct mcd_evidence so_far = *evidence;
	struct mcd_diagnosis now, at_end;
	const int64_t when = mcd_clock_wall_ns();

	request.expect_stream = true;
	so_far.request = &request;
	if (!mcd_diagnose(&so_far, when, &now))
		return;
	so_far.ended_ns = when;
	if (mcd_diagnose(&so_far, when, &at_end)) {
		clear_progress(context);
		mcd_report_silence(stderr, &so_far, &now, &at_end, mcd_outputs_width());
		mcd_diagnosis_fini(&at_end);
	}
	mcd_diagnosis_fini(&now);
}

int mcd_command_listen(struct mcd_options *options, struct mcd_err *err)
{
	struct listener listener = { .messages = options->json ? stderr : stdout };
	struct mcd_watcher watcher = { .progress = show_progress, .silence = options->quiet ? NULL : tell_silence, .context = &listener };

	if (options->print) {
		watcher.hearer = (struct mcd_hearer){ print_message, &listener };
		listener.symbols = mcd_terminal_is(listener.messages) && mcd_terminal_utf8();
		setvbuf(listener.messages, NULL, _IOLBF, BUFSIZ);
	}
	mcd_live_choose_scratch(&options->request);
	return mcd_live_run(options, "listen", watcher, err);
}
