/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/diagnose.h"

#include "command/plan.h"
#include "command/save.h"
#include "command/session.h"
#include "net/capture.h"
#include "net/clock.h"
#include "net/ifaces.h"
#include "net/privilege.h"
#include "net/savefile.h"
#include "net/terminal.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_WIDTH = 100, AWAITED = 120 };

/* Everything that a run needs besides the evidence, opened before anything is joined so that a bad path costs no run. */
struct outputs {
	struct mcd_savefile *output;
	struct mcd_save *save;
};

/* A group of MCAST-TEST-NET (RFC 6676) that nobody asked about. */
static struct mcd_addr scratch_group(const struct mcd_request *request)
{
	const uint32_t net = 0xe9fc0000; /* 233.252.0.0/24 */

	for (;;) {
		struct mcd_addr group = mcd_addr_v4(net | (uint32_t)(1 + mcd_clock_random() % 254));
		bool taken = false;

		for (size_t i = 0; i < request->ngroups; i++)
			taken |= mcd_addr_equal(request->groups[i].address, group);
		if (!taken)
			return group;
	}
}

static void style_of(const struct mcd_options *options, struct mcd_text_style *style)
{
	const char *no_color = getenv("NO_COLOR");
	bool terminal = mcd_terminal_is(stdout);

	*style = (struct mcd_text_style){ .verbose = options->verbose, .quiet = options->quiet, .width = mcd_terminal_width(stdout, TEXT_WIDTH) };
	if (style->width > TEXT_WIDTH)
		style->width = TEXT_WIDTH;
	style->colour = options->color == MCD_COLOR_ALWAYS ||
			(options->color == MCD_COLOR_AUTO && terminal && !(no_color && no_color[0]));
	style->symbols = terminal && mcd_terminal_utf8();
}

static bool open_outputs(const struct mcd_options *options, const struct mcd_evidence *evidence, struct outputs *out, struct mcd_err *err)
{
	memset(out, 0, sizeof *out);
	if (options->output && !(out->output = mcd_savefile_new(options->output, err)))
		return false;
	if (options->save && !(out->save = mcd_save_new(options->save, evidence->nnics, err)))
		return false;
	return true;
}

static void abandon_outputs(struct outputs *out)
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
	good = options->json ? mcd_report_json(stdout, in, mcd_terminal_is(stdout), err) : mcd_report_text(stdout, in, &style, err);
	if (good && fflush(stdout) != 0) {
		mcd_err_os(err, errno, "cannot write to standard output");
		good = false;
	}
	return good;
}

/* The file of --output; what cannot be written is told with its name. */
static bool write_output(const char *path, struct outputs *out, const struct mcd_report_input *in, struct mcd_err *err)
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
static bool report_all(const struct mcd_options *options, const struct mcd_report_input *in, struct outputs *out, struct mcd_err *err)
{
	bool good = true;

	if (out->save)
		good = mcd_save_commit(out->save, in, err);
	out->save = NULL;
	if (out->output && !write_output(options->output, out, in, err))
		good = false;
	return print_report(options, in, err) && good;
}

/* ---- progress ---- */

/* "querier on eth1, stream on 2 interfaces" */
static void describe_awaited(const struct mcd_evidence *evidence, const unsigned *settled, char *buf, size_t room)
{
	size_t used = 0;

	buf[0] = '\0';
	for (unsigned check = 0; check < MCD_CHECKS; check++) {
		const char *name = NULL;
		size_t n = 0;

		for (size_t i = 0; i < evidence->nnics; i++)
			if (mcd_plan_active(&evidence->nics[i]) && !(settled[i] & 1u << check) && check != MCD_CHECK_LEAVE && ++n == 1)
				name = evidence->nics[i].iface->name;
		if (n == 1)
			used += (size_t)snprintf(buf + used, room - used, "%s%s on %s", used ? ", " : "", mcd_check_name((enum mcd_check_id)check), name);
		else if (n > 1)
			used += (size_t)snprintf(buf + used, room - used, "%s%s on %zu interfaces", used ? ", " : "", mcd_check_name((enum mcd_check_id)check), n);
		if (used >= room)
			return;
	}
}

static void show_progress(void *context, const struct mcd_evidence *evidence, const unsigned *settled, int64_t left_ms)
{
	struct mcd_progress_state state = { .left_ms = left_ms };
	char awaited[AWAITED];

	(void)context;
	for (size_t i = 0; i < evidence->nnics; i++) {
		if (!mcd_plan_active(&evidence->nics[i]))
			continue;
		state.all += MCD_CHECKS;
		state.settled += (size_t)__builtin_popcount(settled[i]);
	}
	describe_awaited(evidence, settled, awaited, sizeof awaited);
	state.awaited = awaited;
	mcd_progress_show(stderr, &state, mcd_terminal_width(stderr, TEXT_WIDTH));
}

/* ---- the command ---- */

static int judge_and_report(const struct mcd_options *options, const struct mcd_evidence *evidence, struct outputs *outputs, struct mcd_err *err)
{
	struct mcd_diagnosis diagnosis;
	int status = -1;

	if (!mcd_diagnose(evidence, evidence->ended_ns, &diagnosis)) {
		mcd_err_set(err, "out of memory");
		return -1;
	}
	if (report_all(options,
		       &(struct mcd_report_input){ evidence, &diagnosis, "diagnose", mcd_capture_library(), options->save }, outputs, err))
		status = (int)diagnosis.verdict;
	mcd_diagnosis_fini(&diagnosis);
	return status;
}

static int run(const struct mcd_options *options, struct mcd_evidence *evidence, struct mcd_err *err)
{
	bool visible = !options->no_progress && !options->quiet && mcd_terminal_is(stderr);
	const struct mcd_watcher watcher = { .progress = visible ? show_progress : NULL };
	struct outputs outputs;
	int status = -1;
	bool ran;

	if (open_outputs(options, evidence, &outputs, err)) {
		if (!options->quiet)
			mcd_plan_announce(stderr, evidence);
		ran = mcd_session_run(evidence, outputs.save, &watcher, err);
		if (visible)
			mcd_progress_clear(stderr);
		if (ran)
			status = judge_and_report(options, evidence, &outputs, err);
	}
	abandon_outputs(&outputs);
	return status;
}

int mcd_command_diagnose(struct mcd_options *options, struct mcd_err *err)
{
	struct mcd_iface_list ifaces = { 0 };
	struct mcd_evidence evidence;
	int status = 0;

	if (!mcd_ifaces_read(&ifaces, err))
		return -1;
	if (options->request.join) {
		options->request.scratch_group = scratch_group(&options->request);
		options->request.has_scratch = true;
	}
	if (!mcd_plan(&options->request, &ifaces, &evidence, err)) {
		mcd_iface_list_fini(&ifaces);
		return -1;
	}
	evidence.session = mcd_clock_random();
	mcd_program_path(evidence.program, sizeof evidence.program);
	if (options->dry_run)
		mcd_plan_print(stdout, &evidence);
	else
		status = run(options, &evidence, err);
	mcd_evidence_fini(&evidence);
	return status;
}
