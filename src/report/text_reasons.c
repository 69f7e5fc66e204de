/* SPDX-License-Identifier: ISC */
/* Beneath the table: what a check was settled by, why another was not, and what the NICs that were only observed had on their wires. */
#include <config.h>

#include "report/rows.h"
#include "report/text.h"
#include "report/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STREAMS_SHOWN = 2, PROOFS_SHOWN = 4, NAME_MOST = 24, CHECK_NAME = 15 };

static const struct mcd_check *total(const struct mcd_text *t, size_t nic, int check)
{
	return mcd_diagnosis_total(t->in->diagnosis, nic, (enum mcd_check_id)check);
}

/* Where sending is the job the others are skipped, all for that one reason; where listening is, these two. */
static bool is_told(const struct mcd_text *t, int check)
{
	const struct mcd_request *request = t->in->evidence->request;
	const bool of_sending = check == MCD_CHECK_SEND || check == MCD_CHECK_TTL;

	return of_sending ? !request->listen_only : !request->send_only;
}

/* Whether a finding about this NIC speaks for the check. */
static bool has_finding(const struct mcd_text *t, size_t nic, int check)
{
	const struct mcd_vec *findings = &t->in->diagnosis->findings;

	for (size_t i = 0; i < findings->count; i++) {
		const struct mcd_finding *f = mcd_vec_at(findings, i);

		if (f->checks >> check & 1 && (!f->nic || f->nic == &t->in->evidence->nics[nic]))
			return true;
	}
	return false;
}

/* Where the checks stand beside the names. */
static unsigned name_column(const struct mcd_text *t)
{
	size_t widest = 9, width;

	for (size_t i = 0; i < t->in->evidence->nnics; i++) {
		width = mcd_utf8_width(t->in->evidence->nics[i].iface->name);
		if (mcd_nic_is_used(&t->in->evidence->nics[i]) && width > widest)
			widest = width < NAME_MOST ? width : NAME_MOST;
	}
	return (unsigned)widest + 4;
}

/* Every check of one NIC, one line each. */
static void put_all(struct mcd_text *t, size_t nic)
{
	mcd_page_line(&t->page, 2, 4, "%s:", t->in->evidence->nics[nic].iface->name);
	for (int c = 0; c < MCD_CHECKS; c++) {
		const struct mcd_check *check = total(t, nic, c);

		if (!is_told(t, c))
			continue;
		mcd_page_begin(&t->page, 4, 28);
		mcd_page_text(&t->page, mcd_check_name((enum mcd_check_id)c));
		mcd_page_column(&t->page, 19);
		mcd_text_status(t, check->status);
		mcd_page_column(&t->page, 28);
		mcd_page_text(&t->page, check->reason);
		mcd_page_end(&t->page);
	}
}

/* What proves the checks that pass, one line each. */
static void put_proof(struct mcd_text *t, size_t nic)
{
	const char *name = t->in->evidence->nics[nic].iface->name;
	const unsigned column = name_column(t);

	for (int c = 0; c < MCD_CHECKS; c++) {
		const struct mcd_check *check = total(t, nic, c);

		if (check->status != MCD_PASS || !*check->reason)
			continue;
		mcd_page_begin(&t->page, 2, column + CHECK_NAME);
		mcd_page_text(&t->page, name);
		if (mcd_page_at(&t->page) > column - 1) { /* a long name has a line of its own */
			mcd_page_end(&t->page);
			mcd_page_begin(&t->page, 2, column + CHECK_NAME);
		}
		mcd_page_column(&t->page, column);
		mcd_page_text(&t->page, mcd_check_name((enum mcd_check_id)c));
		mcd_page_column(&t->page, column + CHECK_NAME);
		mcd_page_text(&t->page, check->reason);
		mcd_page_end(&t->page);
		name = "";
	}
}

static bool has_room_for_proof(const struct mcd_text *t)
{
	size_t tested = 0;

	for (size_t i = 0; i < t->in->evidence->nnics; i++)
		tested += mcd_nic_is_used(&t->in->evidence->nics[i]);
	return tested <= PROOFS_SHOWN;
}

/* Whether NIC has CHECK in STATUS, with a reason that no finding tells. */
static bool is_open(const struct mcd_text *t, size_t nic, int check, enum mcd_status status)
{
	return mcd_nic_is_used(&t->in->evidence->nics[nic]) && total(t, nic, check)->status == status && *total(t, nic, check)->reason &&
	       (status == MCD_SKIPPED || !has_finding(t, nic, check));
}

/* For one check: each reason once, with the NICs that have it. */
static void put_reasons_of(struct mcd_text *t, int check, enum mcd_status status, bool *group, bool *done)
{
	size_t nnics = t->in->evidence->nnics;

	memset(done, 0, nnics);
	for (size_t i = 0; i < nnics; i++) {
		if (done[i] || !is_open(t, i, check, status))
			continue;
		memset(group, 0, nnics);
		for (size_t k = i; k < nnics; k++)
			if (is_open(t, k, check, status) && strcmp(total(t, i, check)->reason, total(t, k, check)->reason) == 0)
				group[k] = done[k] = true;
		mcd_page_begin(&t->page, 2, 4);
		mcd_text_status(t, status);
		mcd_page_format(&t->page, " %s on ", mcd_check_name((enum mcd_check_id)check));
		mcd_text_names(t, group);
		mcd_page_format(&t->page, ": %s", total(t, i, check)->reason);
		mcd_page_end(&t->page);
	}
}

static void put_open(struct mcd_text *t)
{
	static const enum mcd_status statuses[] = { MCD_FAIL, MCD_WARN, MCD_INCONCLUSIVE, MCD_SKIPPED };
	size_t nnics = t->in->evidence->nnics;
	bool *group = calloc(nnics + 1, sizeof *group), *done = calloc(nnics + 1, sizeof *done);

	t->failed = t->failed || !group || !done;
	for (size_t s = 0; group && done && s < sizeof statuses / sizeof statuses[0]; s++)
		for (int c = 0; c < MCD_CHECKS; c++)
			if (is_told(t, c))
				put_reasons_of(t, c, statuses[s], group, done);
	free(group);
	free(done);
}

void mcd_text_reasons(struct mcd_text *t)
{
	bool any = false;

	for (size_t i = 0; i < t->in->evidence->nnics; i++) {
		if (!mcd_nic_is_used(&t->in->evidence->nics[i]))
			continue;
		any = true;
		if (t->style->verbose)
			put_all(t, i);
		else if (has_room_for_proof(t))
			put_proof(t, i);
	}
	if (!t->style->verbose)
		put_open(t);
	mcd_text_control(t);
	if (any)
		mcd_page_end(&t->page);
}

/* A stream that the request is about, sent by another. */
static bool is_asked(const struct mcd_request *request, const struct mcd_stream *s)
{
	return s->packets > 0 && !s->ours && mcd_request_has_group(request, s->group);
}

static void put_streams(struct mcd_text *t, const struct mcd_nic *nic)
{
	char group[MCD_ADDR_TEXT], source[MCD_ADDR_TEXT];
	size_t count = 0;

	for (size_t i = 0; i < nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&nic->streams, i);

		if (!is_asked(t->in->evidence->request, s) || ++count > STREAMS_SHOWN)
			continue;
		mcd_page_format(&t->page, "%s%s -> %s:%u, %" PRIu64 " packet%s", count == 1 ? " (" : "; ", mcd_addr_format(s->source, source),
				mcd_addr_format(s->group, group), s->port, s->packets, s->packets == 1 ? "" : "s");
	}
	if (count > STREAMS_SHOWN)
		mcd_page_format(&t->page, "; and %zu more", count - STREAMS_SHOWN);
	mcd_page_text(&t->page, count ? ")" : "");
}

static bool has_stream(const struct mcd_text *t, const struct mcd_nic *nic)
{
	for (size_t i = 0; i < nic->streams.count; i++)
		if (is_asked(t->in->evidence->request, mcd_vec_at(&nic->streams, i)))
			return true;
	return false;
}

void mcd_text_observed(struct mcd_text *t)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	bool *quiet = calloc(evidence->nnics + 1, sizeof *quiet), any = false, any_quiet = false;
	const char *before = "Only observed: ";

	if (!quiet) {
		t->failed = true;
		return;
	}
	for (size_t i = 0; i < evidence->nnics; i++) {
		const struct mcd_nic *nic = &evidence->nics[i];

		if (nic->role != MCD_ROLE_OBSERVED || !mcd_nic_was_captured(nic))
			continue;
		if (!any)
			mcd_page_begin(&t->page, 0, 2);
		any = true;
		quiet[i] = !has_stream(t, nic);
		any_quiet = any_quiet || quiet[i];
		if (quiet[i])
			continue;
		mcd_page_format(&t->page, "%s%s", before, nic->iface->name);
		put_streams(t, nic);
		before = "; ";
	}
	if (any_quiet) {
		mcd_page_format(&t->page, "%sno packet of the %s on ", before, evidence->request->ngroups == 1 ? "group" : "groups");
		mcd_text_names(t, quiet);
	}
	if (any) {
		mcd_page_end(&t->page);
		mcd_page_end(&t->page);
	}
	free(quiet);
}
