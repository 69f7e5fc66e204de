/* SPDX-License-Identifier: ISC */
/* What the evidence had no room for. */
#include <config.h>

#include "diagnose/judge.h"

void mcd_rules_limits(struct mcd_judge *j)
{
	static const struct {
		enum mcd_omitted kind;
		const char *what;
		unsigned long bound;
	} kinds[] = {
		{ MCD_OMITTED_STREAMS, "streams", MCD_MAX_STREAMS },
		{ MCD_OMITTED_MEMBERS, "membership records", MCD_MAX_MEMBERS },
		{ MCD_OMITTED_QUERIERS, "queriers", MCD_MAX_QUERIERS },
		{ MCD_OMITTED_QUERIES, "queries", MCD_MAX_QUERIES },
		{ MCD_OMITTED_REPORTS, "rows of reports", MCD_MAX_REPORTS },
		{ MCD_OMITTED_FRAGMENTS, "fragmented datagrams under way at once", 128 },
		{ MCD_OMITTED_PAYLOADS, "sources, PIDs or faults inside streams", MCD_MAX_TS_PIDS },
		{ MCD_OMITTED_PROBES, "senders of probes", MCD_MAX_PROBES },
		{ MCD_OMITTED_OTHERS, "kinds of IGMP messages and of failed sends", 64 },
	};
	const uint64_t rows = j->nic->omitted_of[MCD_OMITTED_REPORTS] + j->nic->omitted_of[MCD_OMITTED_QUERIES];
	struct mcd_finding *f;

	j->check = MCD_CHECKS;
	f = j->nic->omitted ? mcd_find_nic(j, MCD_EVIDENCE_LIMIT_REACHED) : NULL;
	if (!f)
		return;
	if (rows == j->nic->omitted)
		f->severity = MCD_NOTE; /* tables and counts are whole, only rows of messages are left out */
	mcd_find_summary(f, "More was on %s than is kept: %llu facts were counted and not kept%s", j->nic->iface->name,
			 (unsigned long long)j->nic->omitted, rows == j->nic->omitted ? "; members, queriers and streams are whole" : "");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (j->nic->omitted_of[kinds[i].kind])
			mcd_find_clue(j, f, j->nic, 0, 0, "%llu beyond the bound of %lu %s", (unsigned long long)j->nic->omitted_of[kinds[i].kind],
				      kinds[i].bound, kinds[i].what);
}
