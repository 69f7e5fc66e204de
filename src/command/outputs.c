/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/outputs.h"

#include "net/terminal.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_WIDTH = 100 };

static void style_of(const struct mcd_options *options, struct mcd_text_style *style)
{
	const char *no_color = getenv("NO_COLOR");
	bool terminal = mcd_terminal_is(stdout);

	*style = (struct mcd_text_style){ .verbose = options->verbose, .quiet = options->quiet, .width = mcd_terminal_width(stdout, TEXT_WIDTH) };
	if (style->width > TEXT_WIDTH)
		style->width = TEXT_WIDTH;
	style->colour = options->color == MCD_COLOR_ALWAYS ||
			(options->color == MCD_COLOR_AUTO && mcd_terminal_colours(stdout) && !(no_color && no_color[0]));
	style->symbols = terminal && mcd_terminal_utf8();
}

bool mcd_outputs_open(struct mcd_outputs *out, const struct mcd_options *options, size_t count, struct mcd_err *err)
{
	memset(out, 0, sizeof *out);
	if (options->output && !(out->output = mcd_savefile_new(options->output, err)))
		return false;
	if (options->save && !(out->save = mcd_save_new(options->save, count, err)))
		return false;
	return true;
}

void mcd_outputs_abandon(struct mcd_outputs *out)
{
	if (out->output)
		mcd_savefile_abandon(out->output);
	if (out->save)
		mcd_save_abandon(out->save);
	memset(out, 0, sizeof *out);
}

static bool print_report(const struct mcd_options *options, const struct mcd_report_input *in, struct mcd_err *err)
{
	struct mcd_text_style style;
	bool good;

	style_of(options, &style);
	if (options->json)
		good = mcd_report_json(stdout, in, mcd_terminal_is(stdout), err);
	else if (in->evidence->request->survey)
		good = mcd_report_interfaces(stdout, in, &style, err);
	else
		good = mcd_report_text(stdout, in, &style, err);
	if (good && fflush(stdout) != 0) {
		mcd_err_os(err, errno, "cannot write to standard output");
		good = false;
	}
	return good;
}

/* The file of --output; what cannot be written is told with its name. */
static bool write_output(const char *path, struct mcd_outputs *out, const struct mcd_report_input *in, struct mcd_err *err)
{
	struct mcd_savefile *file = out->output;

	if (!mcd_report_json(mcd_savefile_stream(file), in, false, err)) {
		mcd_err_os(err, err->os, "cannot write %s", path);
		return false; /* the file is abandoned with the others */
	}
	out->output = NULL;
	return mcd_savefile_commit(file, err);
}

/* Print and write all that was asked for; each output is tried though another fails. */
static bool report_all(const struct mcd_options *options, const struct mcd_report_input *in, struct mcd_outputs *out, struct mcd_err *err)
{
	bool good = true;

	if (out->save)
		good = mcd_save_commit(out->save, in, err);
	out->save = NULL;
	if (out->output && !write_output(options->output, out, in, err))
		good = false;
	return print_report(options, in, err) && good;
}

int mcd_outputs_report(struct mcd_outputs *outputs, const struct mcd_options *options, const struct mcd_report_input *in, struct mcd_err *err)
{
	struct mcd_report_input judged = *in;
	struct mcd_diagnosis diagnosis;
	int status = -1;

	if (!mcd_diagnose(in->evidence, in->evidence->ended_ns, &diagnosis)) {
		mcd_err_set(err, "out of memory");
		return -1;
	}
	judged.diagnosis = &diagnosis;
	if (report_all(options, &judged, outputs, err))
		status = (int)diagnosis.verdict;
	mcd_diagnosis_fini(&diagnosis);
	return status;
}

bool mcd_outputs_progress(const struct mcd_options *options)
{
	return !options->no_progress && !options->quiet && mcd_terminal_is(stderr);
}

unsigned mcd_outputs_width(void)
{
	return mcd_terminal_width(stderr, TEXT_WIDTH);
}
