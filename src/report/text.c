/* SPDX-License-Identifier: ISC */
/* The report for people: what was asked, the table, the findings, the verdict. Reads well without colour, without symbols, and aloud. */
#include <config.h>

#include "report/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS_SHOWN = 4, SOURCES_SHOWN = 4, FILES_SHOWN = 3 };

void mcd_text_more(struct mcd_text *t, size_t count)
{
	if (count)
		mcd_page_line(&t->page, 2, 4, "and %zu more (-v shows them)", count);
}

static size_t count_rows(const struct mcd_evidence *evidence, enum mcd_role role)
{
	size_t count = 0;

	for (size_t i = 0; i < evidence->nnics; i++)
		count += evidence->nics[i].role == role;
	return count;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void put_group(struct mcd_text *t, const struct mcd_group *group)
{
	char text[MCD_ENDPOINT_TEXT];

	mcd_page_text(&t->page, mcd_text_endpoint(group->address, group->port, text));
	if (group->nsources == 0)
		return;
	mcd_page_text(&t->page, group->mode == MCD_INCLUDE ? " from " : " from any but ");
	for (size_t i = 0; i < group->nsources && i < SOURCES_SHOWN; i++)
		mcd_page_format(&t->page, "%s%s", i ? ", " : "", mcd_addr_format(group->sources[i], text));
	if (group->nsources > SOURCES_SHOWN)
		mcd_page_format(&t->page, " and %zu more", group->nsources - SOURCES_SHOWN);
}

static void put_span(struct mcd_text *t, const char *before)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	int64_t hundredths = (evidence->ended_ns - evidence->started_ns + 5000000) / 10000000;

	mcd_page_format(&t->page, "%s%" PRId64 ".%02d s", before, hundredths / 100, (int)(hundredths % 100));
}

static void put_listened(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;

	if (!evidence->ended_ns) {
		mcd_page_text(&t->page, "still listening");
		return;
	}
	put_span(t, evidence->request->send_only ? "took " : "listened for ");
	switch (evidence->ended_by) {
	case MCD_ENDED_SETTLED:
		mcd_page_text(&t->page, ", until every check was settled");
		break;
	case MCD_ENDED_DURATION:
		mcd_page_text(&t->page, evidence->request->duration_given ? ", as asked" : ", to the time limit");
		break;
	case MCD_ENDED_COUNT:
		mcd_page_text(&t->page, ", until the count was reached");
		break;
	case MCD_ENDED_SIGNAL:
		mcd_page_text(&t->page, ", then interrupted");
		break;
	case MCD_ENDED_NOT:
		mcd_page_text(&t->page, ", end not told");
	}
}

/* What was asked of a run that sends. */
static void put_pace(struct mcd_text *t)
{
	const struct mcd_request *request = t->in->evidence->request;
	const bool in_bits = request->rate.bits > 0;
	char rate[MCD_RATE_TEXT];

	if (request->count)
		mcd_page_format(&t->page, ", %" PRIu64 " packet%s", request->count, plural(request->count));
	mcd_text_rate(in_bits ? (double)request->rate.bits : (double)request->rate.millipackets / 1000, in_bits, rate);
	if (request->count != 1)
		mcd_page_format(&t->page, " at %s", rate);
	mcd_page_format(&t->page, ", TTL %d", request->ttl);
}

static void put_groups(struct mcd_text *t)
{
	const struct mcd_request *request = t->in->evidence->request;

	for (size_t i = 0; i < request->ngroups && i < GROUPS_SHOWN; i++) {
		mcd_page_text(&t->page, i ? "; " : "");
		put_group(t, &request->groups[i]);
	}
	if (request->ngroups > GROUPS_SHOWN)
		mcd_page_format(&t->page, "; and %zu more", request->ngroups - GROUPS_SHOWN);
}

/* What a live run did. */
static void put_deeds(struct mcd_text *t)
{
	const struct mcd_request *request = t->in->evidence->request;
	size_t chosen = count_rows(t->in->evidence, MCD_ROLE_CHOSEN);

	mcd_page_text(&t->page, request->send_only   ? ": sent to " :
				request->listen_only ? ": joined " :
				request->self_test   ? ": self-test group " :
						       ": group ");
	put_groups(t);
	if (request->send_only)
		put_pace(t);
	else if (request->send)
		mcd_page_format(&t->page, "; probes with TTL %d", request->ttl);
	else if (!request->listen_only)
		mcd_page_text(&t->page, "; nothing sent");
	if (!request->join && !request->send_only)
		mcd_page_text(&t->page, ", nothing joined");
	mcd_page_format(&t->page, "; %zu interface%s; ", chosen, plural(chosen));
	put_listened(t);
}

/* Whether NIC's file is another than that of the one before. */
static bool begins_file(const struct mcd_evidence *evidence, size_t nic)
{
	return nic == 0 || strcmp(evidence->nics[nic].capture.file, evidence->nics[nic - 1].capture.file) != 0;
}

static void put_files(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	size_t count = 0;

	for (size_t i = 0; i < evidence->nnics; i++)
		count += begins_file(evidence, i);
	mcd_page_format(&t->page, ": capture%s", plural(count));
	for (size_t i = 0, n = 0; i < evidence->nnics && n < FILES_SHOWN; i++) {
		const char *file = evidence->nics[i].capture.file;

		if (begins_file(evidence, i))
			mcd_page_format(&t->page, "%s %s", n++ ? "," : "", strcmp(file, "-") == 0 ? "standard input" : file);
	}
	if (count > FILES_SHOWN)
		mcd_page_format(&t->page, " and %zu more", count - FILES_SHOWN);
	if (evidence->nnics > 1)
		mcd_page_format(&t->page, "; %zu interfaces", evidence->nnics);
}

/* What a capture is. */
static void put_capture(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	uint64_t frames = 0;

	for (size_t i = 0; i < evidence->nnics; i++)
		frames += evidence->nics[i].capture.packets;
	put_files(t);
	if (evidence->request->ngroups) {
		mcd_page_text(&t->page, "; group ");
		put_groups(t);
	}
	mcd_page_format(&t->page, "; %" PRIu64 " frame%s", frames, plural(frames));
	if (evidence->started_ns)
		put_span(t, " in ");
	if (evidence->ended_by == MCD_ENDED_SIGNAL)
		mcd_page_text(&t->page, ", then interrupted");
	else if (evidence->ended_by == MCD_ENDED_DURATION)
		mcd_page_text(&t->page, ", as far as asked");
}

static void put_header(struct mcd_text *t)
{
	mcd_page_begin(&t->page, 0, 2);
	mcd_page_paint(&t->page, MCD_BOLD, PACKAGE_NAME " " PACKAGE_VERSION);
	if (t->in->evidence->passive)
		put_capture(t);
	else
		put_deeds(t);
	mcd_page_end(&t->page);
	mcd_page_end(&t->page);
}

void mcd_text_place(struct mcd_text *t)
{
	const struct mcd_host *host = &t->in->evidence->before;

	if (!t->in->evidence->has_host || (host->first_namespace != 0 && !*host->container))
		return;
	mcd_page_line(&t->page, 0, 2, "In %s%s%s%s: interfaces of the machine itself are not seen from here.",
		      *host->container ? "a container" : "a network namespace of its own", *host->container ? " of " : "", host->container,
		      *host->container && host->first_namespace == 0 ? ", with a network namespace of its own" : "");
	mcd_page_end(&t->page);
}

static void count_findings(const struct mcd_vec *findings, size_t counts[3])
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct mcd_finding *f = mcd_vec_at(findings, i);

		counts[f->severity]++;
	}
}

/* The first check of a chosen NIC that is inconclusive; NULL when there is none. */
static const struct mcd_check *first_open(const struct mcd_report_input *in, size_t *nic, enum mcd_check_id *id)
{
	for (size_t n = 0; n < in->evidence->nnics; n++)
		for (int c = 0; in->evidence->nics[n].role == MCD_ROLE_CHOSEN && c < MCD_CHECKS; c++) {
			const struct mcd_check *check = mcd_diagnosis_total(in->diagnosis, n, (enum mcd_check_id)c);

			if (check->status == MCD_INCONCLUSIVE) {
				*nic = n;
				*id = (enum mcd_check_id)c;
				return check;
			}
		}
	return NULL;
}

/* What is inside of them is counted, not judged. */
static bool has_tunnels(const struct mcd_evidence *evidence)
{
	for (size_t i = 0; i < evidence->nnics; i++)
		for (int kind = MCD_TUNNEL_NONE + 1; kind < MCD_TUNNEL_KINDS; kind++)
			if (evidence->nics[i].capture.tunnels[kind])
				return true;
	return false;
}

static void put_why_open(struct mcd_text *t)
{
	enum mcd_check_id id = MCD_CHECK_JOIN;
	size_t nic = 0;
	const struct mcd_check *check;

	if (t->in->evidence->request->ngroups == 0) {
		mcd_page_format(&t->page, ", no multicast in it%s", has_tunnels(t->in->evidence) ? " but what may be inside tunnels" : "");
		return;
	}
	if (mcd_evidence_used(t->in->evidence) == 0) {
		mcd_page_text(&t->page, ", no usable interface");
		return;
	}
	check = first_open(t->in, &nic, &id);
	if (check)
		mcd_page_format(&t->page, ", %s on %s could not be judged%s%s", mcd_check_name(id), t->in->evidence->nics[nic].iface->name,
				*check->reason ? ": " : "", check->reason);
	else if (!t->in->evidence->request->listen_only)
		mcd_page_text(&t->page, ", no check passed");
}

static void put_verdict(struct mcd_text *t)
{
	static const struct {
		const char *word;
		enum mcd_paint paint;
	} verdicts[] = {
		{ "VERDICT: PASS", MCD_GREEN }, { "VERDICT: WARN", MCD_YELLOW }, { "VERDICT: FAIL", MCD_RED }, { "VERDICT: INCONCLUSIVE", MCD_CYAN }
	};
	enum mcd_verdict verdict = t->in->diagnosis->verdict;
	size_t counts[3] = { 0, 0, 0 }, usable = mcd_evidence_used(t->in->evidence);

	count_findings(&t->in->diagnosis->findings, counts);
	mcd_page_begin(&t->page, 0, 2);
	mcd_page_paint(&t->page, verdicts[verdict].paint, verdicts[verdict].word);
	if (t->in->evidence->request->listen_only && usable && mcd_evidence_heard(t->in->evidence).datagrams == 0)
		mcd_page_text(&t->page, ", nothing was received");
	if (verdict == MCD_VERDICT_INCONCLUSIVE)
		put_why_open(t);
	else if (verdict == MCD_VERDICT_PASS)
		mcd_page_format(&t->page, ", no fault and no warning on %zu interface%s", usable, plural(usable));
	if (counts[MCD_FAULT])
		mcd_page_format(&t->page, ", %zu fault%s", counts[MCD_FAULT], plural(counts[MCD_FAULT]));
	if (counts[MCD_WARNING])
		mcd_page_format(&t->page, ", %zu warning%s", counts[MCD_WARNING], plural(counts[MCD_WARNING]));
	if (counts[MCD_NOTE])
		mcd_page_format(&t->page, ", %zu note%s", counts[MCD_NOTE], plural(counts[MCD_NOTE]));
	mcd_page_format(&t->page, " (exit status %d)", (int)verdict);
	mcd_page_end(&t->page);
}

static void put_tables(struct mcd_text *t)
{
	if (t->in->evidence->request->ngroups) {
		mcd_text_table(t);
		mcd_text_reasons(t);
	}
	if (t->in->evidence->passive) {
		mcd_text_inventory(t);
	} else {
		mcd_text_filters(t);
		mcd_text_observed(t);
		mcd_text_peers(t);
	}
	mcd_text_apps(t);
}

bool mcd_report_text(FILE *out, const struct mcd_report_input *in, const struct mcd_text_style *style, struct mcd_err *err)
{
	struct mcd_text text = { .in = in, .style = style };

	mcd_page_init(&text.page, out, style->width, style->colour, style->symbols);
	if (!style->quiet) {
		put_header(&text);
		mcd_text_place(&text);
		if (in->evidence->request->send_only)
			mcd_text_sent(&text);
		else if (in->evidence->request->listen_only)
			mcd_text_heard(&text);
		else
			put_tables(&text);
		if (in->saved_in) {
			mcd_page_line(&text.page, 0, 2, "Evidence %s %s", strcmp(in->mode, "replay") == 0 ? "read from" : "saved in", in->saved_in);
			mcd_page_end(&text.page);
		}
	}
	mcd_text_findings(&text);
	put_verdict(&text);
	if (text.failed) {
		mcd_err_set(err, "cannot write the report: out of memory");
		return false;
	}
	errno = 0;
	if (fflush(out) == 0 && !ferror(out))
		return true;
	mcd_err_os(err, errno ? errno : EIO, "cannot write the report");
	return false;
}
