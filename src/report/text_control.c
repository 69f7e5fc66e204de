/* SPDX-License-Identifier: ISC */
/* What a host that was named answered by unicast, a line for each interface that it was to be asked by. */
#include <config.h>

#include "report/text.h"

#include <inttypes.h>

static void put_trip(struct mcd_text *t, int64_t ns, const char *what)
{
	const int64_t hundredths = (ns + 5000) / 10000; /* of a millisecond */

	mcd_page_format(&t->page, ", %" PRId64 ".%02d ms %s", hundredths / 100, (int)(hundredths % 100), what);
}

static void put_answers(struct mcd_text *t, const struct mcd_control *control)
{
	if (control->received == 0)
		mcd_page_format(&t->page, "answers none of %u echo request%s", control->sent, control->sent == 1 ? "" : "s");
	else
		mcd_page_format(&t->page, "answers %u of %u echo request%s", control->received, control->sent, control->sent == 1 ? "" : "s");
	if (control->received) {
		put_trip(t, control->least_ns, "at least");
		put_trip(t, control->total_ns / control->received, "in the mean");
	}
	if (control->pending)
		mcd_page_format(&t->page, "; the run ended before an answer to %u of them was due", control->pending);
}

static void put_control(struct mcd_text *t, const struct mcd_nic *nic)
{
	const struct mcd_control *control = &nic->control;
	const char *peer = t->in->evidence->request->peer;
	struct mcd_addr numeric;
	char text[MCD_ADDR_TEXT];

	mcd_page_begin(&t->page, 2, 4);
	mcd_page_format(&t->page, "unicast on %s: %s", nic->iface->name, peer);
	if (control->has_address && !mcd_addr_parse(peer, &numeric))
		mcd_page_format(&t->page, " (%s)", mcd_addr_format(control->address, text));
	mcd_page_text(&t->page, " ");
	if (control->sent)
		put_answers(t, control);
	else
		mcd_page_text(&t->page, "was not asked");
	if (*control->error)
		mcd_page_format(&t->page, "%s%s", control->sent ? "; " : ": ", control->error);
	mcd_page_end(&t->page);
}

void mcd_text_control(struct mcd_text *t)
{
	for (size_t i = 0; i < t->in->evidence->nnics; i++)
		if (t->in->evidence->nics[i].control.wanted)
			put_control(t, &t->in->evidence->nics[i]);
}
