/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/options.h"
#include "net/capture.h"
#include "net/hostinfo.h"
#include "net/process.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int explain(const char *text, struct mcd_err *err)
{
	enum mcd_code code;

	if (strcmp(text, "list") == 0) {
		mcd_report_explain_list(stdout);
		return 0;
	}
	if (!mcd_code_parse(text, &code)) {
		mcd_err_set(err, "--explain: '%.160s' is no code of a finding; --explain list lists them", text);
		return -1;
	}
	mcd_report_explain(stdout, code, mcd_hostinfo_platform());
	return 0;
}

static int run(struct mcd_options *options, struct mcd_err *err)
{
	if (options->help) {
		mcd_options_help(stdout, options->command);
		return 0;
	}
	if (options->version) {
		const char *library = mcd_capture_library();

		printf("%s %s, %s\n", PACKAGE_NAME, PACKAGE_VERSION, library ? library : "no capture library");
		return 0;
	}
	if (options->explain)
		return explain(options->explain, err);
	return mcd_commands[options->command].run(options, err);
}

int main(int argc, char **argv)
{
	struct mcd_options options;
	struct mcd_err err = { 0 };
	int status = -1;

	mcd_process_begin();
	if (mcd_options_parse(argc, argv, &options, &err)) {
		status = run(&options, &err);
		mcd_options_fini(&options);
	}
	if (status >= 0 && fflush(stdout) != 0) {
		mcd_err_set(&err, "cannot write to standard output");
		status = -1;
	}
	if (status < 0)
		fprintf(stderr, "mcdiag: %s\n", err.text);
	exit(status < 0 ? MCD_EXIT_TROUBLE : status);
}
