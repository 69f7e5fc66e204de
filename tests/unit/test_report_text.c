/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "test_report.h"

#include "report/utf8.h"

#include <stdlib.h>
#include <string.h>

static const struct mcd_text_style plain = { .width = 100 }, narrow = { .width = 48 }, verbose = { .width = 100, .verbose = true },
				   rich = { .width = 100, .colour = true, .symbols = true }, quiet = { .width = 100, .quiet = true };

/* The widest line of TEXT, escape codes of colours not counted. */
static size_t widest(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t length = strcspn(text, "\n"), width = 0;

		for (const char *end = text + length; text < end;) {
			uint32_t code;

			if (*text == '\033') {
				text += strcspn(text, "m") + 1;
				continue;
			}
			text += mcd_utf8_next(text, &code);
			width += mcd_utf8_columns(code);
		}
		most = width > most ? width : most;
		text += *text == '\n';
	}
	return most;
}

static bool has(const char *text, const char *part)
{
	if (strstr(text, part))
		return true;
	fprintf(stderr, "not in the text: %s\n%s", part, text);
	return false;
}

/* Nothing but line ends and printable characters. */
static bool is_clean(const char *text)
{
	uint32_t code;

	while (*text) {
		text += mcd_utf8_next(text, &code);
		if (code != '\n' && !mcd_utf8_printable(code))
			return false;
	}
	return true;
}

static void test_golden(void)
{
	static const char golden[] = "  interface  join  filter  querier  send  ttl   stream  delivery  leave\n"
				     "  eth0       pass  -       pass     pass  pass  pass    pass      pass\n"
				     "  eth1       ?     -       warn     pass  pass  FAIL    -         pass\n"
				     "  eth2: not usable, no carrier\n"
				     "\n"
				     "  eth0       join           seen in packet 3\n"
				     "             querier        seen in packet 3\n"
				     "             send           seen in packet 3\n"
				     "             ttl            seen in packet 3\n"
				     "             stream         seen in packet 3\n"
				     "             delivery       seen in packet 3\n"
				     "             leave          seen in packet 3\n"
				     "  eth1       send           seen in packet 3\n"
				     "             ttl            seen in packet 3\n"
				     "             leave          seen in packet 3\n"
				     "  ? join on eth1: the host was a member already\n"
				     "  - source_filter on eth0, eth1: no source was asked for\n"
				     "  - delivery on eth1: nothing arrived\n"
				     "\n"
				     "Only observed: eth3 (10.1.1.1 -> 239.1.1.1:5000, 120 packets)\n"
				     "\n"
				     "Other runs of mcdiag, by the probes that came of them:\n"
				     "  interface  host            out of  group           received  lost  before  hops  jitter\n"
				     "  eth0       evil?[2Jpeer??  eth9    239.1.1.1:5000  3         3     0       3     -\n"
				     "\n"
				     "WARNING no-querier on eth1 (likely)\n"
				     "  No querier answered our leave.\n"
				     "  Listened for 2.340 s.\n"
				     "  - eth1 packet 12, +11.802 ms: the report left\n"
				     "  Do: look upstream\n"
				     "  To settle: listen for 260 s\n"
				     "    FAULT stream-absent on eth1\n"
				     "      No packet of 239.1.1.1:5000 came.\n"
				     "      Listened for 2.340 s.\n"
				     "      - eth1 packet 12, +11.802 ms: the report left\n"
				     "      Do: look upstream\n"
				     "\n"
				     "NOTE no-carrier on eth2\n"
				     "  eth2 has no carrier.\n"
				     "  - eth2 packet 12, +11.802 ms: the report left\n"
				     "  Do: look upstream\n"
				     "\n"
				     "VERDICT: FAIL, 1 fault, 1 warning, 1 note (exit status 2)\n";
	struct scene s;
	char *text;

	scene_full(&s);
	text = scene_text(&s, &plain);
	CU_ASSERT_EQUAL(strncmp(text, PACKAGE_NAME " " PACKAGE_VERSION ": group 239.1.1.1:5000; ",
				strlen(PACKAGE_NAME " " PACKAGE_VERSION ": group 239.1.1.1:5000; ")),
			0);
	CU_ASSERT_TRUE(has(text, "listened for 2.34 s")); /* the version's length moves the line's end, so the rest is compared */
	CU_ASSERT_TRUE(has(text, golden));
	CU_ASSERT_TRUE(strlen(strstr(text, "\n\n")) == strlen(golden) + 2);
	free(text);
	scene_fini(&s);
}

static void test_colour(void)
{
	struct scene s;
	char *text;

	scene_full(&s);
	text = scene_text(&s, &rich);
	CU_ASSERT_TRUE(has(text, "\033[1;31m\u2717 FAIL\033[0m"));
	CU_ASSERT_TRUE(has(text, "\033[32m\u2713 pass\033[0m"));
	CU_ASSERT_TRUE(has(text, "\033[1;31mVERDICT: FAIL\033[0m"));
	CU_ASSERT_TRUE(widest(text) <= 100);
	free(text);
	text = scene_text(&s, &plain);
	CU_ASSERT_PTR_NULL(strchr(text, '\033'));
	free(text);
	scene_fini(&s);
}

static void test_many(void)
{
	struct scene s;
	char *text;

	scene_many(&s, 300);
	text = scene_text(&s, &plain);
	CU_ASSERT_TRUE(has(text, "  eth0-eth297, eth299 (299 interfaces): all checks pass; skipped: filter\n"));
	CU_ASSERT_TRUE(has(text, "  eth298     pass  -       warn     pass  pass  FAIL    -         pass\n"));
	CU_ASSERT_TRUE(has(text, "  - source_filter on eth0-eth299: no source was asked for\n"));
	CU_ASSERT_TRUE(widest(text) <= 100);
	CU_ASSERT_TRUE(strlen(text) < 2000);
	free(text);
	text = scene_text(&s, &verbose);
	CU_ASSERT_TRUE(has(text, "  eth117     pass  -"));
	CU_ASSERT_TRUE(has(text, "    querier        warn     no query in 2.0 s\n"));
	CU_ASSERT_TRUE(widest(text) <= 100);
	free(text);
	scene_fini(&s);
}

/* Three hundred times the same pair of findings is told once, each still under its cause. */
static void test_many_findings(void)
{
	struct scene s;
	char *text;

	scene_init(&s, 300);
	for (size_t i = 0; i < 300; i++) {
		scene_finding(&s, MCD_NO_QUERIER, MCD_WARNING, i, -1, "No querier.");
		scene_finding(&s, MCD_STREAM_ABSENT, MCD_FAULT, i, 2 * (long)i, "No stream.");
	}
	scene_finding(&s, MCD_NO_CARRIER, MCD_NOTE, 5, -1, "alone");
	s.diagnosis.verdict = MCD_VERDICT_FAIL;
	text = scene_text(&s, &quiet);
	CU_ASSERT_TRUE(has(text, "WARNING no-querier on eth0\n"));
	CU_ASSERT_TRUE(has(text, "  Also on eth1-eth299 (299 more findings like it; -v shows each)\n"));
	CU_ASSERT_TRUE(has(text, "    FAULT stream-absent on eth0\n"));
	CU_ASSERT_TRUE(has(text, "      Also on eth1-eth299 (299 more findings like it; -v shows each)\n"));
	CU_ASSERT_TRUE(has(text, "NOTE no-carrier on eth5\n"));
	CU_ASSERT_PTR_NULL(strstr(text, "no-querier on eth1\n"));
	CU_ASSERT_TRUE(has(text, "VERDICT: FAIL, 300 faults, 300 warnings, 1 note (exit status 2)\n"));
	CU_ASSERT_EQUAL(strncmp(text, "WARNING", 7), 0);
	free(text);
	text = scene_text(&s, &verbose);
	CU_ASSERT_TRUE(has(text, "    FAULT stream-absent on eth299\n"));
	CU_ASSERT_PTR_NULL(strstr(text, "Also on"));
	free(text);
	scene_fini(&s);
}

/* What came from the network cannot steer the terminal. */
static void test_control_characters(void)
{
	struct mcd_finding *f;
	struct scene s;
	char *text;

	scene_full(&s);
	f = scene_finding(&s, MCD_SEVERAL_SENDERS, MCD_NOTE, SIZE_MAX, -1,
			  "from \033[2J\033]0;x\a host\r\n\xc2\x9b"
			  "31m \xe2\x80\xae"
			  "evil \xff\xfe");
	snprintf(((struct mcd_clue *)mcd_vec_at(&f->clues, 0))->text, MCD_EVIDENCE_TEXT, "tab\there");
	snprintf(s.evidence.ifaces.at[0].name, MCD_IFACE_NAME, "e\033[31mth\xc3");
	scene_check(&s, 1, MCD_CHECK_JOIN, MCD_INCONCLUSIVE, "\b\b\b");
	text = scene_text(&s, &plain);
	CU_ASSERT_TRUE(is_clean(text));
	CU_ASSERT_TRUE(has(text, "from ?[2J?]0;x? host???31m ?evil ??"));
	CU_ASSERT_TRUE(has(text, "- tab?here"));
	CU_ASSERT_TRUE(has(text, "  e?[31mth?"));
	free(text);
	scene_fini(&s);
}

/* Long words, long names, narrow pages. */
static void test_narrow(void)
{
	static const struct mcd_text_style *const styles[] = { &plain, &narrow, &verbose, &rich };
	struct mcd_finding *f;
	struct scene s;

	scene_full(&s);
	f = scene_finding(&s, MCD_NOT_DELIVERED, MCD_FAULT, 1, 1, "short");
	memset(f->summary, 'w', sizeof f->summary - 1);
	for (size_t i = 0; i + 3 < sizeof f->settle_by; i += 3)
		memcpy(f->settle_by + i, i % 33 == 30 ? " \xc3\xa9" : "\xe4\xb8\xad", 3);
	memset(s.evidence.ifaces.at[0].name, 'n', 200);
	for (size_t i = 0; i < s.evidence.nics[0].probes.count; i++)
		snprintf(((struct mcd_probe_seen *)mcd_vec_at(&s.evidence.nics[0].probes, i))->host, MCD_PROBE_NAME, "peer");
	for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
		char *text = scene_text(&s, styles[i]);

		CU_ASSERT_TRUE(widest(text) <= styles[i]->width);
		CU_ASSERT_PTR_NULL(strstr(text, "\xef\xbf\xbd"));
		CU_ASSERT_TRUE(has(text, "eth1"));
		free(text);
	}
	scene_fini(&s);
}

static void test_verdicts(void)
{
	struct scene s;
	char *text;

	scene_init(&s, 1);
	text = scene_text(&s, &quiet);
	CU_ASSERT_STRING_EQUAL(text, "VERDICT: PASS, no fault and no warning on 1 interface (exit status 0)\n");
	free(text);
	scene_check(&s, 0, MCD_CHECK_JOIN, MCD_INCONCLUSIVE, "frames were dropped");
	s.diagnosis.verdict = MCD_VERDICT_INCONCLUSIVE;
	text = scene_text(&s, &quiet);
	CU_ASSERT_STRING_EQUAL(text, "VERDICT: INCONCLUSIVE, join on eth0 could not be judged: frames were dropped (exit status 3)\n");
	free(text);
	s.evidence.nics[0].unusable = MCD_UNUSABLE_DOWN;
	text = scene_text(&s, &quiet);
	CU_ASSERT_STRING_EQUAL(text, "VERDICT: INCONCLUSIVE, no usable interface (exit status 3)\n");
	free(text);
	s.diagnosis.verdict = MCD_VERDICT_WARN;
	text = scene_text(&s, &quiet);
	CU_ASSERT_STRING_EQUAL(text, "VERDICT: WARN (exit status 1)\n");
	free(text);
	scene_fini(&s);
}

/* Filters are told only where a source was asked for and one of the places has another; the place of the run only where it is not the machine. */
static void test_filters_and_place(void)
{
	static const struct mcd_text_style wide = { .width = 200 };
	struct scene s;
	char *text;

	scene_full(&s);
	text = scene_text(&s, &wide);
	CU_ASSERT_PTR_NULL(strstr(text, "Filter of"));
	CU_ASSERT_PTR_NULL(strstr(text, "namespace of its own"));
	free(text);
	s.groups[0].mode = MCD_INCLUDE;
	s.groups[0].sources = s.sources;
	s.groups[0].nsources = 1;
	mcd_filter_begin(&s.evidence.nics[0].tasks[0].in_socket, MCD_INCLUDE);
	mcd_filter_add(&s.evidence.nics[0].tasks[0].in_socket, s.sources[0]);
	mcd_filter_begin(&s.evidence.nics[0].tasks[0].in_kernel, MCD_EXCLUDE);
	s.evidence.before.first_namespace = 0;
	text = scene_text(&s, &wide);
	CU_ASSERT_TRUE(has(text, "on eth0: requested include{10.1.1.1}, socket include{10.1.1.1}, kernel exclude{}"));
	CU_ASSERT_TRUE(has(text, "In a network namespace of its own: interfaces of the machine itself are not seen from here."));
	free(text);
	snprintf(s.evidence.before.container, sizeof s.evidence.before.container, "podman");
	text = scene_text(&s, &wide);
	CU_ASSERT_TRUE(has(text, "In a container of podman, with a network namespace of its own:"));
	free(text);
	mcd_filter_fini(&s.evidence.nics[0].tasks[0].in_socket);
	scene_fini(&s);
}

static char *survey(const struct scene *s)
{
	const struct mcd_text_style wide = { .width = 200 };
	struct mcd_err err;
	FILE *out = unit_open();

	CU_ASSERT_TRUE(mcd_report_interfaces(out, &s->input, &wide, &err));
	return unit_close(out);
}

/* What a driver calls an interface is told wherever it is known; metrics and errors are those of a system. */
static void test_survey(void)
{
	struct mcd_host_iface *facts;
	struct scene s;
	char *text;

	scene_full(&s);
	facts = mcd_vec_at(&s.evidence.before.ifaces, 0);
	facts->metric = 25;
	facts->network = MCD_NETWORK_PUBLIC;
	mcd_host_ask_route(&s.evidence.before, s.groups[0].address);
	for (size_t i = 0; i < s.evidence.before.routes.count; i++)
		((struct mcd_host_route *)mcd_vec_at(&s.evidence.before.routes, i))->routing = MCD_ROUTING_NONE;
	text = survey(&s);
	CU_ASSERT_TRUE(has(text, "can neither join it (ENODEV) nor send to it (ENETUNREACH)."));
	CU_ASSERT_TRUE(!strstr(text, "metric") && !strstr(text, "network"));
	free(text);
	s.evidence.before.platform = MCD_PLATFORM_WINDOWS;
	snprintf(s.evidence.ifaces.at[0].description, sizeof s.evidence.ifaces.at[0].description, "TAP-Windows Adapter V9");
	text = survey(&s);
	CU_ASSERT_TRUE(has(text, "can neither join it nor send to it.") && has(text, "TAP-Windows Adapter V9") && has(text, "metric 25; public network"));
	free(text);
	scene_fini(&s);
}

/* A remedy with quotes and backslashes is the same text in both forms. */
static void test_quotes(void)
{
	static const struct mcd_text_style wide = { .width = 200 };
	struct mcd_finding *f;
	struct scene s;
	char *text;
	cJSON *tree;

	scene_init(&s, 1);
	f = scene_finding(&s, MCD_JOIN_FAILED, MCD_FAULT, 0, -1, "no");
	snprintf(f->remedy[0], sizeof f->remedy[0], "%s", "reg add HKLM\\SYSTEM /v IGMPLevel; Enable-NetAdapter -Name \"Ethernet 2\"");
	text = scene_text(&s, &wide);
	CU_ASSERT_TRUE(has(text, "reg add HKLM\\SYSTEM /v IGMPLevel; Enable-NetAdapter -Name \"Ethernet 2\""));
	free(text);
	text = scene_json(&s, false);
	tree = cJSON_Parse(text);
	CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(scene_get(tree, "findings.0.remedy.0")), f->remedy[0]);
	cJSON_Delete(tree);
	free(text);
	scene_fini(&s);
}

const struct unit_test report_text_tests[] = {
	{ "survey", test_survey },
	{ "quotes", test_quotes },
	{ "filters and place", test_filters_and_place },
	{ "golden", test_golden },
	{ "colour and symbols", test_colour },
	{ "300 interfaces", test_many },
	{ "600 findings", test_many_findings },
	{ "control characters", test_control_characters },
	{ "narrow pages and long words", test_narrow },
	{ "verdicts", test_verdicts },
	{ NULL, NULL },
};
