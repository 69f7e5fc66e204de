/* SPDX-License-Identifier: ISC */
/* From evidence to verdict: pure functions, no clock, no I/O. The same code judges while a run goes on and at its end. */
#ifndef MCD_DIAGNOSE_DIAGNOSE_H
#define MCD_DIAGNOSE_DIAGNOSE_H

#include "diagnose/finding.h"

/* In the order in which a packet meets them. */
enum mcd_check_id {
	MCD_CHECK_JOIN, MCD_CHECK_SOURCE_FILTER, MCD_CHECK_QUERIER, MCD_CHECK_SEND, MCD_CHECK_TTL, MCD_CHECK_STREAM, MCD_CHECK_DELIVERY, MCD_CHECK_LEAVE,
	MCD_CHECKS
};

/* Ascending by weight: the worst of several is the greatest. */
enum mcd_status { MCD_SKIPPED, MCD_PASS, MCD_INCONCLUSIVE, MCD_WARN, MCD_FAIL };

/* The exit status of the program (Monitoring Plugins). */
enum mcd_verdict { MCD_VERDICT_PASS = 0, MCD_VERDICT_WARN = 1, MCD_VERDICT_FAIL = 2, MCD_VERDICT_INCONCLUSIVE = 3 };

struct mcd_check {
	enum mcd_status status;
	bool settled;			/* more observation cannot change it, or is not worth waiting for */
	char reason[MCD_FINDING_TEXT];	/* one clause, with packet numbers: "TO_EX{} in packet 3, 11.8 ms after the join" */
};

struct mcd_diagnosis {
	size_t nnics, ngroups;
	struct mcd_check *checks;	/* [nnics][ngroups][MCD_CHECKS]; see mcd_diagnosis_check() */
	struct mcd_check *totals;	/* [nnics][MCD_CHECKS], worst over groups */
	struct mcd_vec findings;	/* struct mcd_finding, sorted as in the contract */
	size_t findings_omitted;	/* of an inventory: more of the same codes */
	enum mcd_verdict verdict;
};

/* Judge all. NOW_NS is the wall-clock time of the judgement while the run goes on; evidence->ended_ns rules once it is set. False when memory
 * is out. The caller frees *OUT with mcd_diagnosis_fini(); it borrows from EVIDENCE. */
bool mcd_diagnose(const struct mcd_evidence *evidence, int64_t now_ns, struct mcd_diagnosis *out);
void mcd_diagnosis_fini(struct mcd_diagnosis *diagnosis);

static inline struct mcd_check *mcd_diagnosis_check(const struct mcd_diagnosis *d, size_t nic, size_t group, enum mcd_check_id check)
{
	return &d->checks[(nic * d->ngroups + group) * MCD_CHECKS + (size_t)check];
}

static inline struct mcd_check *mcd_diagnosis_total(const struct mcd_diagnosis *d, size_t nic, enum mcd_check_id check)
{
	return &d->totals[nic * MCD_CHECKS + (size_t)check];
}

/* The same judgement of one NIC, without findings: which checks have settled at NOW_NS, as a bit set over enum mcd_check_id (a check is in
 * it when it has settled for every group). Cheap enough to be asked after every batch of events. */
unsigned mcd_settled(const struct mcd_evidence *evidence, size_t nic, int64_t now_ns);

/* Whether NIC is to be promiscuous now, in a run that goes on until UNTIL_NS: for a second look at an interface where the expected stream is absent
 * though all before it is in order; off again; and once more where that brought the stream. Whoever runs it tells the evidence what he did of it
 * (mcd_observe_promiscuous()), and asks again soon. Times are those of the wall clock. */
bool mcd_look_wanted(const struct mcd_evidence *evidence, size_t nic, int64_t now_ns, int64_t until_ns);

/* Whether datagrams to the group of MEMBERSHIP, another program's before the run, would be handed to a program that has joined a group of the
 * request, if they come: worth looking for on the wires. */
bool mcd_apps_imposes(const struct mcd_evidence *evidence, const struct mcd_app_membership *membership);

const char *mcd_check_name(enum mcd_check_id check);	 /* "join", "source_filter", ... */
const char *mcd_status_name(enum mcd_status status);	 /* "pass", ... */
const char *mcd_severity_name(enum mcd_severity severity);
const char *mcd_confidence_name(enum mcd_confidence confidence);
const char *mcd_verdict_name(enum mcd_verdict verdict);
const char *mcd_lack_name(enum mcd_lack lack); /* "right", "library", "driver"; NULL = nothing */
const char *mcd_unusable_name(enum mcd_unusable unusable); /* "down", "no carrier", "port of another device", "loopback", "no MULTICAST flag", "no IPv4 address", ... */

#endif
