/* SPDX-License-Identifier: ISC */
/* Nothing has come to a listener yet: what is known of why, a line for each interface and what was found. */
#include <config.h>

#include "report/text.h"

enum { NICS_SHOWN = 4, FINDINGS_SHOWN = 4 };

/* Of delivery there is nothing to tell where nothing came. */
static bool is_told(const struct mcd_check *check, enum mcd_check_id id)
{
	return check->status != MCD_SKIPPED && *check->reason && (id != MCD_CHECK_DELIVERY || check->status == MCD_FAIL);
}

/* The checks that a datagram meets on its way to a listener, and what is known of each. */
static void put_nic(struct mcd_text *t, size_t nic)
{
	static const enum mcd_check_id checks[] = { MCD_CHECK_JOIN, MCD_CHECK_SOURCE_FILTER, MCD_CHECK_QUERIER, MCD_CHECK_STREAM, MCD_CHECK_DELIVERY };
	const char *before = ": ";

	mcd_page_begin(&t->page, 2, 4);
	mcd_page_text(&t->page, t->in->evidence->nics[nic].iface->name);
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		const struct mcd_check *check = mcd_diagnosis_total(t->in->diagnosis, nic, checks[i]);

		if (!is_told(check, checks[i]))
			continue;
		mcd_page_format(&t->page, "%s%s: %s", before, mcd_check_name(checks[i]), check->reason);
		before = "; ";
	}
	mcd_page_end(&t->page);
}

/* Notes can wait, and that the stream is absent was told. */
static void put_findings(struct mcd_text *t, const struct mcd_vec *findings)
{
	size_t shown = 0;

	for (size_t i = 0; i < findings->count; i++) {
		const struct mcd_finding *f = mcd_vec_at(findings, i);

		if (f->severity == MCD_NOTE || f->code == MCD_STREAM_ABSENT || shown++ >= FINDINGS_SHOWN)
			continue;
		mcd_page_line(&t->page, 2, 4, "%s%s%s: %s", mcd_catalogue(f->code)->code, f->nic ? " on " : "", f->nic ? f->nic->iface->name : "",
			      f->summary);
	}
	if (shown > FINDINGS_SHOWN)
		mcd_page_line(&t->page, 2, 4, "and %zu more", shown - FINDINGS_SHOWN);
}

void mcd_report_silence(FILE *out, const struct mcd_evidence *evidence, const struct mcd_diagnosis *now, const struct mcd_diagnosis *at_end, unsigned width)
{
	const struct mcd_report_input in = { .evidence = evidence, .diagnosis = now };
	const struct mcd_text_style style = { .width = width };
	struct mcd_text t = { .in = &in, .style = &style };
	size_t shown = 0;

	mcd_page_init(&t.page, out, width, false, false);
	mcd_page_line(&t.page, 0, 2, "mcdiag: nothing has come yet. What is known so far:");
	for (size_t n = 0; n < evidence->nnics; n++) {
		const struct mcd_nic *nic = &evidence->nics[n];

		if (mcd_nic_is_used(nic) && shown++ < NICS_SHOWN)
			put_nic(&t, n);
	}
	if (shown > NICS_SHOWN)
		mcd_page_line(&t.page, 2, 4, "and %zu interfaces more", shown - NICS_SHOWN);
	put_findings(&t, &at_end->findings);
	fflush(out);
}
