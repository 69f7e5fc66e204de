/* SPDX-License-Identifier: ISC */
/* When to look a second time: asked again and again while a run goes on. */
#include <config.h>

#include "diagnose/second_look.h"

#include <string.h>

enum {
	WAIT_MS = 1500, /* after the join, before anything is made of silence */
	LEFT_MS = 1500, /* of the run, that two looks and the silence between take at least */
	LEAST_MS = 500,
	MOST_MS = 10000,  /* of one look */
	SILENCE_MS = 300, /* least time between two looks */
	RECENT_MS = 50,   /* and its longest gap: less than that ago it still comes */
	AGAIN_MS = 250,	  /* of the run, that the second look takes at least */
	PLENTY = 10,	  /* datagrams that end a look */
	FEW = 2,	  /* datagrams that have a pace */
	DUE = 6,	  /* by that, before the silence is long enough */
};

/* Whether frames to the MAC of the group reach the host: then no filter of the NIC keeps them out. */
static bool passes(const struct mcd_judge *j)
{
	uint8_t wanted[6], mac[6];

	mcd_addr_group_mac(j->group->address, wanted);
	for (size_t i = 0; i < j->nic->streams.count; i++) {
		const struct mcd_stream *s = mcd_vec_at(&j->nic->streams, i);

		mcd_addr_group_mac(s->group, mac);
		if (!s->ours && !s->local_source && mcd_stream_frames(s) && memcmp(mac, wanted, sizeof mac) == 0)
			return true;
	}
	return false;
}

/* Whether the stream of the judged group is absent, though all before it is in order. */
static bool is_absent(struct mcd_judge *j, const struct mcd_check *row)
{
	const enum mcd_status join = row[MCD_CHECK_JOIN].status;
	const struct mcd_check *stream = &row[MCD_CHECK_STREAM];

	if (mcd_judge_heard_elsewhere(j))
		return false;
	if (join != MCD_PASS && !(join == MCD_SKIPPED && mcd_judge_never_reported(j)))
		return false;
	return stream->status == MCD_INCONCLUSIVE && !stream->settled && row[MCD_CHECK_SOURCE_FILTER].status != MCD_FAIL &&
	       !mcd_has_cause(j, MCD_STREAM_ABSENT) && !mcd_stream_is_local(j);
}

static bool is_worth_it(const struct mcd_evidence *evidence, size_t nic, size_t group, int64_t now_ns)
{
	struct mcd_judge j = mcd_judge_of(evidence, nic, group, now_ns);
	struct mcd_check row[MCD_CHECKS];
	struct mcd_vec findings;
	bool worth;

	if (!j.task->join.done || now_ns - j.task->join.done_ns < WAIT_MS * MCD_MS || passes(&j))
		return false;
	mcd_vec_init(&findings, sizeof(struct mcd_finding));
	j.findings = &findings;
	mcd_judge_row(&j, row);
	worth = is_absent(&j, row);
	mcd_findings_fini(&findings);
	return worth;
}

static bool first_is_wanted(const struct mcd_evidence *evidence, size_t nic, int64_t now_ns, int64_t until_ns)
{
	const struct mcd_nic *n = &evidence->nics[nic];

	if (!evidence->request->expect_stream || !mcd_nic_is_used(n) || until_ns - now_ns < LEFT_MS * MCD_MS)
		return false;
	for (size_t g = 0; g < evidence->request->ngroups; g++)
		if (is_worth_it(evidence, nic, g, now_ns))
			return true;
	return false;
}

/* Whether each group that may be kept out came often enough in the look that goes on, and still comes: the look is to end in the midst of it. */
static bool all_came(const struct mcd_nic *nic, size_t ngroups, int64_t now_ns)
{
	const unsigned look = 2 * nic->nlooks - 1;

	for (size_t g = 0; g < ngroups; g++) {
		const struct mcd_phase *phases = nic->tasks[g].phases;

		if (look > 1 && (!phases || !phases[1].packets))
			continue; /* the first look has shown that there is none to wait for */
		if (!phases || phases[look].packets < PLENTY || now_ns - phases[look].last_ns > phases[look].longest_gap_ns + RECENT_MS * MCD_MS)
			return false;
	}
	return true;
}

static bool goes_on(const struct mcd_evidence *evidence, const struct mcd_nic *nic, int64_t now_ns, int64_t until_ns)
{
	const int64_t began = nic->looks[nic->nlooks - 1].on_ns, lasted = now_ns - began;
	int64_t most = (until_ns - began) / (nic->nlooks == 1 ? 4 : 2);

	if (most > MOST_MS * MCD_MS)
		most = MOST_MS * MCD_MS;
	return lasted < LEAST_MS * MCD_MS || (lasted < most && !all_came(nic, evidence->request->ngroups, now_ns));
}

/* How long the silence after the first look has to be; 0 = nothing came that a second one could confirm. */
static int64_t silence_needed(const struct mcd_nic *nic, size_t ngroups)
{
	int64_t needed = 0;

	for (size_t g = 0; g < ngroups; g++) {
		const struct mcd_phase *phases = nic->tasks[g].phases;
		int64_t due = phases ? DUE * phases[1].longest_gap_ns : 0;

		if (!phases || phases[0].packets || phases[2].packets || phases[1].packets < FEW)
			continue;
		due = due > SILENCE_MS * MCD_MS ? due : SILENCE_MS * MCD_MS;
		needed = due > needed ? due : needed;
	}
	return needed ? needed + MCD_LOOK_EDGE_MS * MCD_MS : 0;
}

static bool second_is_wanted(const struct mcd_evidence *evidence, const struct mcd_nic *nic, int64_t now_ns, int64_t until_ns)
{
	const int64_t ended = nic->looks[0].off_ns, share = (until_ns - ended) / 2;
	int64_t needed = silence_needed(nic, evidence->request->ngroups);

	if (needed == 0 || until_ns - now_ns < AGAIN_MS * MCD_MS)
		return false;
	return now_ns - ended >= (needed < share ? needed : share);
}

bool mcd_look_wanted(const struct mcd_evidence *evidence, size_t nic, int64_t now_ns, int64_t until_ns)
{
	const struct mcd_nic *n = &evidence->nics[nic];

	if (evidence->passive || !n->capture.open || n->capture.broke || now_ns >= until_ns)
		return false;
	if (n->nlooks == 0)
		return first_is_wanted(evidence, nic, now_ns, until_ns);
	if (n->looks[n->nlooks - 1].off_ns == 0)
		return goes_on(evidence, n, now_ns, until_ns);
	return n->nlooks < MCD_LOOKS && second_is_wanted(evidence, n, now_ns, until_ns);
}
