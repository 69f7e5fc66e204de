/* SPDX-License-Identifier: ISC */
/* Findings: a cause, then indented what it brings about. Many of one code and cause are told once, with the interfaces that have it. */
#include <config.h>

#include "report/text.h"

#include "report/value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 4, CLUES_SHOWN = 3 };

/* Where each finding hangs, and by which one it is told. */
struct tree {
	size_t count;
	size_t *parent; /* SIZE_MAX = a cause of its own */
	size_t *leader; /* itself, or the first of those that are told as one */
	unsigned *depth;
	bool *chosen; /* scratch space: one for each NIC */
};

static const struct mcd_finding *at(const struct mcd_text *t, size_t i)
{
	return mcd_vec_at(&t->in->diagnosis->findings, i);
}

/* Told under the same finding, about the same thing. */
static bool same_kind(const struct mcd_text *t, const struct tree *tree, size_t a, size_t b)
{
	size_t above_a = tree->parent[a], above_b = tree->parent[b];

	if (tree->depth[a] != tree->depth[b] || at(t, a)->code != at(t, b)->code || at(t, a)->severity != at(t, b)->severity)
		return false;
	return above_a == above_b || (above_a != SIZE_MAX && above_b != SIZE_MAX && tree->leader[above_a] == tree->leader[above_b]);
}

static void fold(const struct mcd_text *t, struct tree *tree, size_t first)
{
	size_t count = 0;

	for (size_t i = first; i < tree->count; i++)
		count += same_kind(t, tree, first, i);
	for (size_t i = first; count >= MCD_FOLD_FINDINGS && i < tree->count; i++)
		if (same_kind(t, tree, first, i))
			tree->leader[i] = first;
}

/* Level by level, since where a finding is told depends on where its cause is. */
static void grow(const struct mcd_text *t, struct tree *tree)
{
	unsigned deepest = 0;

	for (size_t i = 0; i < tree->count; i++) {
		long cause = at(t, i)->because_of;
		bool caused = cause >= 0 && (size_t)cause < i;

		tree->parent[i] = caused ? (size_t)cause : SIZE_MAX;
		tree->depth[i] = caused ? tree->depth[cause] + 1 : 0;
		tree->leader[i] = i;
		if (tree->depth[i] > deepest)
			deepest = tree->depth[i];
	}
	for (unsigned level = 0; !t->style->verbose && level <= deepest; level++)
		for (size_t i = 0; i < tree->count; i++)
			if (tree->depth[i] == level && tree->leader[i] == i)
				fold(t, tree, i);
}

static void put_severity(struct mcd_text *t, enum mcd_severity severity)
{
	static const struct {
		const char *symbol, *word;
		enum mcd_paint paint;
	} looks[] = { [MCD_FAULT] = { "\u2717 ", "FAULT", MCD_RED },
		      [MCD_WARNING] = { "! ", "WARNING", MCD_YELLOW },
		      [MCD_NOTE] = { "\u00b7 ", "NOTE", MCD_CYAN } };
	char text[16];

	snprintf(text, sizeof text, "%s%s", t->page.symbols ? looks[severity].symbol : "", looks[severity].word);
	mcd_page_paint(&t->page, looks[severity].paint, text);
}

static void put_title(struct mcd_text *t, const struct mcd_finding *f, unsigned indent)
{
	char group[MCD_ADDR_TEXT];

	mcd_page_begin(&t->page, indent, indent + 2);
	put_severity(t, f->severity);
	mcd_page_text(&t->page, " ");
	mcd_page_paint(&t->page, MCD_BOLD, mcd_catalogue(f->code)->code);
	if (f->nic)
		mcd_page_format(&t->page, " on %s", f->nic->iface->name);
	if (f->has_group && t->in->diagnosis->ngroups != 1)
		mcd_page_format(&t->page, " for %s", mcd_addr_format(f->group, group));
	if (f->confidence != MCD_CERTAIN)
		mcd_page_format(&t->page, " (%s)", mcd_confidence_name(f->confidence));
	mcd_page_end(&t->page);
}

static void put_clue(struct mcd_text *t, const struct mcd_clue *clue, unsigned indent)
{
	int64_t after_us = mcd_ns_to_us(clue->when_ns - t->in->evidence->started_ns);
	char when[MCD_FIXED_TEXT];
	const char *comma = "";

	mcd_page_begin(&t->page, indent, indent + 2);
	mcd_page_text(&t->page, "- ");
	if (clue->nic) {
		mcd_page_text(&t->page, clue->nic->iface->name);
		comma = ", ";
	}
	if (clue->packet) {
		mcd_page_format(&t->page, "%spacket %" PRIu64, clue->nic ? " " : "", clue->packet);
		comma = ", ";
	}
	if (clue->when_ns) {
		mcd_page_format(&t->page, "%s%s%s ms", comma, after_us >= 0 ? "+" : "", mcd_fixed_format(after_us, when));
		comma = ", ";
	}
	mcd_page_format(&t->page, "%s%s", *comma ? ": " : "", clue->text);
	mcd_page_end(&t->page);
}

static void put_clues(struct mcd_text *t, const struct mcd_vec *clues, unsigned indent)
{
	size_t shown = t->style->verbose || clues->count < CLUES_SHOWN + 1 ? clues->count : CLUES_SHOWN;

	for (size_t i = 0; i < shown; i++)
		put_clue(t, mcd_vec_at(clues, i), indent);
	if (shown < clues->count)
		mcd_page_line(&t->page, indent, indent + 2, "- and %zu more (-v shows them)", clues->count - shown);
}

/* What is absent was absent for as long as this. */
static void put_listened(struct mcd_text *t, enum mcd_code code, unsigned indent)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	char seconds[MCD_FIXED_TEXT];

	if (evidence->ended_ns && (code == MCD_STREAM_ABSENT || code == MCD_NO_QUERIER || code == MCD_QUERIER_NOT_HEARD))
		mcd_page_line(&t->page, indent, indent + 2, "%s for %s s.", evidence->passive ? "Captured" : "Listened",
			      mcd_fixed_format((evidence->ended_ns - evidence->started_ns) / 1000000, seconds));
}

/* The NICs, other than its own, of the findings that finding I speaks for. */
static void put_others(struct mcd_text *t, const struct tree *tree, size_t i, unsigned indent)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	size_t count = 0, others = 0;

	memset(tree->chosen, 0, evidence->nnics);
	for (size_t k = i + 1; k < tree->count; k++) {
		const struct mcd_nic *nic = at(t, k)->nic;

		if (tree->leader[k] != i)
			continue;
		count++;
		if (nic && nic != at(t, i)->nic && !tree->chosen[nic - evidence->nics]) {
			tree->chosen[nic - evidence->nics] = true;
			others++;
		}
	}
	if (!count)
		return;
	mcd_page_begin(&t->page, indent, indent + 2);
	if (others) {
		mcd_page_text(&t->page, "Also on ");
		mcd_text_names(t, tree->chosen);
	} else {
		mcd_page_text(&t->page, "Also for others");
	}
	mcd_page_format(&t->page, " (%zu more finding%s like it; -v shows each)", count, count == 1 ? "" : "s");
	mcd_page_end(&t->page);
}

static void put_one(struct mcd_text *t, const struct tree *tree, size_t i)
{
	const struct mcd_finding *f = at(t, i);
	unsigned indent = tree->depth[i] * STEP, inner = indent + 2;

	put_title(t, f, indent);
	mcd_page_line(&t->page, inner, inner, "%s", f->summary);
	put_listened(t, f->code, inner);
	put_others(t, tree, i, inner);
	put_clues(t, &f->clues, inner);
	for (size_t k = 0; k < sizeof f->remedy / sizeof f->remedy[0]; k++)
		if (*f->remedy[k])
			mcd_page_line(&t->page, inner, inner + 4, "Do: %s", f->remedy[k]);
	if (*f->settle_by)
		mcd_page_line(&t->page, inner, inner + 4, "To settle: %s", f->settle_by);
}

/* What is told beneath PARENT (SIZE_MAX: what has no cause), each with what is told beneath it; it ends, since a cause stands before. */
static void put_beneath(struct mcd_text *t, const struct tree *tree, size_t parent)
{
	for (size_t i = parent == SIZE_MAX ? 0 : parent + 1; i < tree->count; i++) {
		size_t above = tree->parent[i];

		if (tree->leader[i] != i || (above == SIZE_MAX ? SIZE_MAX : tree->leader[above]) != parent)
			continue;
		put_one(t, tree, i);
		put_beneath(t, tree, i);
		if (parent == SIZE_MAX)
			mcd_page_end(&t->page);
	}
}

static void put_omitted(struct mcd_text *t)
{
	const size_t omitted = t->in->diagnosis->findings_omitted;

	if (omitted == 0)
		return;
	mcd_page_line(&t->page, 0, 2, "And %zu more finding%s of the same codes, not kept: ask about one group (--group).", omitted,
		      omitted == 1 ? "" : "s");
	mcd_page_end(&t->page);
}

void mcd_text_findings(struct mcd_text *t)
{
	size_t count = t->in->diagnosis->findings.count;
	struct tree tree = { .count = count };

	if (count == 0)
		return;
	tree.parent = calloc(count, sizeof *tree.parent);
	tree.leader = calloc(count, sizeof *tree.leader);
	tree.depth = calloc(count, sizeof *tree.depth);
	tree.chosen = calloc(t->in->evidence->nnics + 1, sizeof *tree.chosen);
	if (tree.parent && tree.leader && tree.depth && tree.chosen) {
		grow(t, &tree);
		put_beneath(t, &tree, SIZE_MAX);
		put_omitted(t);
	} else {
		t->failed = true;
	}
	free(tree.parent);
	free(tree.leader);
	free(tree.depth);
	free(tree.chosen);
}
