/* SPDX-License-Identifier: ISC */
/* What is wrong with a capture itself. */
#include <config.h>

#include "diagnose/passive.h"

/* With not one frame for that long, nobody captured: files of several times were put together. */
static const int64_t hole_ns = INT64_C(600000000000);

bool mcd_passive_is_blind(const struct mcd_judge *j)
{
	const struct mcd_nic_capture *c = &j->nic->capture;

	return c->dropped || c->contents[MCD_CONTENT_CUT] || c->contents[MCD_CONTENT_ENCRYPTED] || c->timeless ||
	       c->longest_gap_ns > hole_ns ||
	       j->nic->omitted_of[MCD_OMITTED_QUERIES] || j->nic->omitted_of[MCD_OMITTED_REPORTS];
}

static void find_cut(struct mcd_judge *j)
{
	const struct mcd_nic_capture *c = &j->nic->capture;
	struct mcd_finding *f;

	if (c->ended == MCD_FILE_COMPLETE)
		return;
	f = mcd_find_nic(j, MCD_CAPTURE_FILE_CUT);
	mcd_find_summary(f, "%s %s: what came after %s is not known", c->file[0] ? c->file : "The capture",
			 c->ended == MCD_FILE_CUT ? "ends in the middle of a packet" : "breaks off where it is no capture any more",
			 mcd_text_count(c->packets, "frame").s);
	mcd_find_clue(j, f, j->nic, c->number, 0, "%s", c->error[0] ? c->error : "the last whole packet");
}

static void find_dropped(struct mcd_judge *j)
{
	const struct mcd_nic_capture *c = &j->nic->capture;
	struct mcd_finding *f = c->dropped ? mcd_find_nic(j, MCD_CAPTURE_DROPPED) : NULL;

	mcd_find_summary(f, "The capture of %s lost %s, as its file says: nothing is concluded there from what was not seen", j->nic->iface->name,
			 mcd_text_count(c->dropped, "frame").s);
	mcd_find_clue(j, f, j->nic, 0, 0, "%s captured, %llu dropped", mcd_text_count(c->packets, "frame").s, (unsigned long long)c->dropped);
}

void mcd_passive_capture(struct mcd_judge *j)
{
	j->check = MCD_CHECKS;
	find_cut(j);
	find_dropped(j);
}
