/* SPDX-License-Identifier: ISC */
/* Tests of report/. With "--write FOLDER" the literal reports go to files there, for tests/schema-check.py. */
#include <config.h>

#include "test_report.h"

#include <stdio.h>
#include <string.h>

static const struct unit_suite suites[] = {
	{ "report: JSON writer", report_writer_tests },
	{ "report: JSON", report_json_tests },
	{ "report: host.json and request.json", report_host_tests },
	{ "report: text", report_text_tests },
	{ "report: other programs", report_app_tests },
	{ "report: captures", report_capture_tests },
	{ "report: what was sent", report_sent_tests },
	{ "report: what was heard", report_heard_tests },
	{ "report: the control", report_control_tests },
	{ "report: prose", report_prose_tests },
	{ NULL, NULL },
};

static bool write_one(const char *folder, const char *name, struct scene *s)
{
	struct mcd_err err = { 0, "" };
	char path[1024];
	bool ok = false;
	FILE *out;

	snprintf(path, sizeof path, "%s/%s.json", folder, name);
	out = fopen(path, "w");
	if (out) {
		ok = mcd_report_json(out, &s->input, true, &err);
		ok = fclose(out) == 0 && ok;
	}
	if (!ok)
		fprintf(stderr, "%s: %s\n", path, err.text);
	scene_fini(s);
	return ok;
}

static int write_all(const char *folder)
{
	struct scene s;
	bool ok;

	scene_full(&s);
	ok = write_one(folder, "full", &s);
	scene_full(&s);
	s.request.max_rows = 1;
	s.input.saved_in = "saved";
	s.input.capture_library = NULL;
	ok = write_one(folder, "bounded", &s) && ok;
	scene_init(&s, 0);
	s.diagnosis.verdict = MCD_VERDICT_INCONCLUSIVE;
	ok = write_one(folder, "empty", &s) && ok;
	scene_capture(&s);
	ok = write_one(folder, "capture", &s) && ok;
	scene_many(&s, 300);
	ok = write_one(folder, "many", &s) && ok;
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		return write_all(argv[2]);
	return unit_main(suites);
}
