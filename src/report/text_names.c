/* SPDX-License-Identifier: ISC */
/* Lists of interfaces, short: "eth0-eth99, eth101, wlan0". */
#include <config.h>

#include "report/text.h"

#include <string.h>

enum { INDENT = 2 };

const char *mcd_text_iface(const struct mcd_text *t, unsigned ifindex)
{
	const struct mcd_iface *iface = mcd_iface_by_index(&t->in->evidence->ifaces, ifindex);

	return iface ? iface->name : "an interface that is gone";
}

/* A name and the number at its end: "eth12" is ("eth", 12). False when there is none, or it is written with leading zeros. */
static bool split(const char *name, size_t *stem, unsigned long *number)
{
	size_t length = strlen(name), at = length;

	while (at > 0 && name[at - 1] >= '0' && name[at - 1] <= '9')
		at--;
	if (at == length || length - at > 9 || (name[at] == '0' && length - at > 1))
		return false;
	*stem = at;
	*number = 0;
	for (size_t i = at; i < length; i++)
		*number = *number * 10 + (unsigned long)(name[i] - '0');
	return true;
}

/* Whether B is the name that follows A. */
static bool follows(const char *a, const char *b)
{
	size_t a_stem, b_stem;
	unsigned long a_number, b_number;

	return split(a, &a_stem, &a_number) && split(b, &b_stem, &b_number) && a_stem == b_stem && memcmp(a, b, a_stem) == 0 &&
	       b_number == a_number + 1;
}

static size_t next_chosen(const struct mcd_evidence *evidence, const bool *chosen, size_t from)
{
	while (from < evidence->nnics && !chosen[from])
		from++;
	return from;
}

void mcd_text_names(struct mcd_text *t, const bool *chosen)
{
	const struct mcd_evidence *evidence = t->in->evidence;
	size_t first = next_chosen(evidence, chosen, 0);
	bool comma = false;

	while (first < evidence->nnics) {
		size_t last = first, next = next_chosen(evidence, chosen, first + 1), run = 1;

		for (; next < evidence->nnics && follows(evidence->nics[last].iface->name, evidence->nics[next].iface->name); run++) {
			last = next;
			next = next_chosen(evidence, chosen, last + 1);
		}
		if (run == 2) { /* two are a list, not a range */
			last = first;
			next = next_chosen(evidence, chosen, first + 1);
		}
		mcd_page_text(&t->page, comma ? ", " : "");
		mcd_page_format(&t->page, "%s%s%s", evidence->nics[first].iface->name, last != first ? "-" : "",
				last != first ? evidence->nics[last].iface->name : "");
		comma = true;
		first = next;
	}
}

void mcd_text_names_line(struct mcd_text *t, const char *before, const bool *chosen, const char *after)
{
	if (next_chosen(t->in->evidence, chosen, 0) == t->in->evidence->nnics)
		return;
	mcd_page_begin(&t->page, INDENT, INDENT + 2);
	mcd_page_text(&t->page, before);
	mcd_text_names(t, chosen);
	mcd_page_text(&t->page, after);
	mcd_page_end(&t->page);
}

void mcd_text_unusable(struct mcd_text *t, const struct mcd_nic *nic)
{
	mcd_page_line(&t->page, INDENT, INDENT + 2, "%s: not usable, %s", nic->iface->name, mcd_unusable_name(nic->unusable));
}
