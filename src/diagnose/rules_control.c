/* SPDX-License-Identifier: ISC */
/* What the control says beside a stream that does not come or is dropped: a clue, from which nothing else follows. */
#include <config.h>

#include "diagnose/judge.h"

enum kind { KIND_NONE, KIND_ABSENT, KIND_DROPPED };

static enum kind kind_of(enum mcd_code code)
{
	switch (code) {
	case MCD_STREAM_ABSENT:
	case MCD_STREAM_STOPPED:
	case MCD_STREAM_ON_OTHER_INTERFACE:
		return KIND_ABSENT;
	case MCD_DROPPED_BY_RP_FILTER:
	case MCD_DROPPED_BY_FIREWALL:
	case MCD_NOT_DELIVERED:
		return KIND_DROPPED;
	default:
		return KIND_NONE;
	}
}

static const char *what_an_answer_says(enum kind kind, bool all)
{
	if (kind == KIND_DROPPED)
		return "what drops the stream lets that pass";
	return all ? "the network is there, it is multicast that does not come" : "the network is there, though it loses some; it is multicast that does not come";
}

static void tell(struct mcd_judge *j, struct mcd_finding *f, enum kind kind)
{
	const struct mcd_control *control = &j->nic->control;
	const unsigned over = control->sent - control->pending;

	if (control->received)
		mcd_find_clue(j, f, j->nic, 0, 0, "%s answers unicast on %s (%u of %u, %s): %s", mcd_text_addr(control->address).s, j->nic->iface->name,
			      control->received, over, mcd_text_span(control->total_ns / control->received).s,
			      what_an_answer_says(kind, control->received == over));
	else if (over)
		mcd_find_clue(j, f, j->nic, 0, 0, "%s does not answer unicast on %s either (0 of %u): %s; a firewall that drops echo requests looks the same",
			      mcd_text_addr(control->address).s, j->nic->iface->name, over,
			      kind == KIND_DROPPED ? "what drops the stream may drop that too" : "look at the network first");
}

void mcd_rules_control(struct mcd_judge *j)
{
	if (!j->nic->control.wanted)
		return;
	for (size_t i = j->first; i < j->findings->count; i++) {
		struct mcd_finding *f = mcd_vec_at(j->findings, i);
		const enum kind kind = kind_of(f->code);

		if (kind != KIND_NONE && f->nic == j->nic)
			tell(j, f, kind);
	}
}
