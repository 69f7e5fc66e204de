/* SPDX-License-Identifier: ISC */
/* The report for people: what was asked, the table, the findings, the verdict. Reads well without colour, without symbols, and aloud. */
#include <config.h>

#include "report/text.h"

#include <errno.h>
#include <stdlib.h>

enum { GROUPS_SHOWN = 4, SOURCES_SHOWN = 4 };

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
	char text[MCD_ADDR_TEXT];

	mcd_addr_format(group->address, text);
	mcd_page_format(&t->page, mcd_addr_is_v4(group->address) ? "%s:%u" : "[%s]:%u", text, group->port);
	if (group->nsources == 0)
		return;
	mcd_page_text(&t->page, group->mode == MCD_INCLUDE ? " from " : " from any but ");
	for (size_t i = 0; i < group->nsources && i < SOURCES_SHOWN; i++)
		mcd_page_format(&t->page, "%s%s", i ? ", " : "", mcd_addr_format(group->sources[i], text));
	if (group->nsources > SOURCES_SHOWN)
		mcd_page_format(&t->page, " and %zu more", group->nsources - SOURCES_SHOWN);
}

static void put_listened(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	int64_t hundredths = (evidence->ended_ns - evidence->started_ns + 5000000) / 10000000;

	if (!evidence->ended_ns) {
		mcd_page_text(&t->page, "still listening");
		return;
	}
	mcd_page_format(&t->page, "listened for %d.%02d s, ", (int)(hundredths / 100), (int)(hundredths % 100));
	switch (evidence->ended_by) {
	case MCD_ENDED_SETTLED:
		mcd_page_text(&t->page, "until every check was settled");
		break;
	case MCD_ENDED_DURATION:
		mcd_page_text(&t->page, evidence->request->duration_given ? "as asked" : "to the time limit");
		break;
	case MCD_ENDED_COUNT:
		mcd_page_text(&t->page, "until the count was reached");
		break;
	case MCD_ENDED_SIGNAL:
		mcd_page_text(&t->page, "then interrupted");
		break;
	case MCD_ENDED_NOT:
		mcd_page_text(&t->page, "end not told");
	}
}

static void put_header(struct mcd_text *t)
{
	const struct mcd_request *request = t->in->evidence->request;
	size_t chosen = count_rows(t->in->evidence, MCD_ROLE_CHOSEN);

	mcd_page_begin(&t->page, 0, 2);
	mcd_page_paint(&t->page, MCD_BOLD, PACKAGE_NAME " " PACKAGE_VERSION);
	mcd_page_text(&t->page, request->self_test ? ": self-test group " : ": group ");
	for (size_t i = 0; i < request->ngroups && i < GROUPS_SHOWN; i++) {
		mcd_page_text(&t->page, i ? "; " : "");
		put_group(t, &request->groups[i]);
	}
	if (request->ngroups > GROUPS_SHOWN)
		mcd_page_format(&t->page, "; and %zu more", request->ngroups - GROUPS_SHOWN);
	if (request->send)
		mcd_page_format(&t->page, "; probes with TTL %d", request->ttl);
	else
		mcd_page_text(&t->page, "; nothing sent");
	if (!request->join)
		mcd_page_text(&t->page, ", nothing joined");
	mcd_page_format(&t->page, "; %zu interface%s; ", chosen, plural(chosen));
	put_listened(t);
	mcd_page_end(&t->page);
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

static size_t count_usable(const struct mcd_evidence *evidence)
{
	size_t count = 0;

	for (size_t i = 0; i < evidence->nnics; i++)
		count += evidence->nics[i].role == MCD_ROLE_CHOSEN && evidence->nics[i].unusable == MCD_USABLE;
	return count;
}

static void put_why_open(struct mcd_text *t)
{
	enum mcd_check_id id = MCD_CHECK_JOIN;
	size_t nic = 0;
	const struct mcd_check *check;

	if (count_usable(t->in->evidence) == 0) {
		mcd_page_text(&t->page, ", no usable interface");
		return;
	}
	check = first_open(t->in, &nic, &id);
	if (check)
		mcd_page_format(&t->page, ", %s on %s could not be judged%s%s", mcd_check_name(id), t->in->evidence->nics[nic].iface->name,
				*check->reason ? ": " : "", check->reason);
	else
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
	size_t counts[3] = { 0, 0, 0 }, usable = count_usable(t->in->evidence);

	count_findings(&t->in->diagnosis->findings, counts);
	mcd_page_begin(&t->page, 0, 2);
	mcd_page_paint(&t->page, verdicts[verdict].paint, verdicts[verdict].word);
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

bool mcd_report_text(FILE *out, const struct mcd_report_input *in, const struct mcd_text_style *style, struct mcd_err *err)
{
	struct mcd_text text = { .in = in, .style = style };

	mcd_page_init(&text.page, out, style->width, style->colour, style->symbols);
	if (!style->quiet) {
		put_header(&text);
		mcd_text_table(&text);
		mcd_text_reasons(&text);
		mcd_text_observed(&text);
		if (in->saved_in) {
			mcd_page_line(&text.page, 0, 2, "Evidence saved in %s", in->saved_in);
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
