/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: the case before the judge, and how a check writes its judgement and its findings.
 *
 * The idea: a check looks for positive evidence first and passes on nothing else. Absence is claimed last, only where the wire was seen whole
 * and for long enough, and then says for how long. The same functions run muted (no findings, no texts, no memory) to ask what has settled. */
#ifndef MCD_DIAGNOSE_JUDGE_H
#define MCD_DIAGNOSE_JUDGE_H

#include "diagnose/diagnose.h"

#include "base/format.h"

#include <stdarg.h>

#define MCD_MS INT64_C(1000000)

enum {
	MCD_REPORT_WAIT_MS = 1500,   /* RFC 9776, 8.11: the repeat comes within 1 s of the first; Linux sends the first after 8-16 ms */
	MCD_QUERY_WAIT_MS = 2000,    /* last member query interval 1 s (RFC 9776, 8.8), and as much again */
	MCD_SEND_WAIT_MS = 500,	     /* from sendto() to the tap */
	MCD_ANSWER_SLACK_MS = 100,   /* on top of the max response time (contract, query-not-answered) */
	MCD_MLD_ANSWER_SLACK_MS = 500, /* Linux answers from a work queue, which waits for a processor */
	MCD_STREAM_SETTLE_MS = 1000, /* of a stream that is seen */
	MCD_ABSENT_WAIT_MS = 1000,   /* least listening before a stream is called absent */
	MCD_STOPPED_WAIT_MS = 3000,  /* least silence before a stream is called stopped */
	MCD_EDGE_DATAGRAMS = 2,	     /* at the two ends of the window that wire and socket may see differently */
	MCD_CLUES_MAX = 8,	     /* of one finding */
	MCD_FINDINGS_EACH = 100,     /* of one code on one interface, in an inventory */
};

/* What an inventory of one interface has raised so far. */
struct mcd_inventory {
	uint32_t found[MCD_CODE_COUNT];
	size_t omitted;
};

struct mcd_judge {
	const struct mcd_evidence *evidence;
	const struct mcd_request *request;
	const struct mcd_nic *nic;
	const struct mcd_group *group; /* NULL in rules that have none */
	const struct mcd_task *task;
	uint16_t vlan, inner_vlan; /* the network of this NIC that is judged: the untagged one in a live run; each for itself in a capture */
	bool mld;		   /* the group is one of IPv6 */
	struct mcd_check *checks; /* [MCD_CHECKS] of this NIC and group */
	enum mcd_check_id check;  /* being judged: findings are tied to it; MCD_CHECKS = none, they are tied to nothing */
	int64_t now_ns;		  /* of the judgement; never before the observation's end */
	bool ended;
	struct mcd_vec *findings; /* struct mcd_finding; NULL = muted */
	struct mcd_inventory *inventory; /* NULL = none: a group is asked about */
	size_t first;		  /* index below which there is no finding of this NIC */
	bool no_memory;
};

/* The case of group GROUP (index; SIZE_MAX = none) on NIC (index), of no check. The caller sets checks and findings. */
struct mcd_judge mcd_judge_of(const struct mcd_evidence *evidence, size_t nic, size_t group, int64_t now_ns);

/* Make GROUP (index; SIZE_MAX = none) the one that J judges; its family with it. */
void mcd_judge_turn(struct mcd_judge *j, size_t group);

/* By the words of the system of the host that ran this, be it replayed elsewhere, is told what is wrong and what to do. */
static inline bool mcd_judge_is_windows(const struct mcd_judge *j)
{
	return mcd_evidence_platform(j->evidence) == MCD_PLATFORM_WINDOWS;
}

/* Whether the system lists what the host is a member of: else nothing follows from what is not listed. */
static inline bool mcd_judge_lists_members(const struct mcd_judge *j)
{
	return !j->evidence->before.memberships_unknown && !j->evidence->after.memberships_unknown;
}

/* The checks, in their order; each fills its row of j->checks and may look at the rows before it. */
void mcd_check_join(struct mcd_judge *j);
void mcd_check_filter(struct mcd_judge *j);
void mcd_check_querier(struct mcd_judge *j);
void mcd_check_send(struct mcd_judge *j);
void mcd_check_ttl(struct mcd_judge *j);
void mcd_check_stream(struct mcd_judge *j);
void mcd_check_delivery(struct mcd_judge *j);
void mcd_check_leave(struct mcd_judge *j);

/* Rules beside the checks. */
bool mcd_rules_stream(struct mcd_judge *j, const struct mcd_stream *s); /* a stream that comes: true = a fault */
void mcd_rules_streams(struct mcd_judge *j);				/* all that come, together */
void mcd_rules_ttl(struct mcd_judge *j, const struct mcd_stream *s);	/* a stream that is one router from its end */
bool mcd_rules_ttl_warns(struct mcd_judge *j);				/* and whether that was a warning, for the group */
void mcd_rules_quality(struct mcd_judge *j, const struct mcd_stream *s); /* loss, order, repeats, by the numbers in its packets */
void mcd_rules_fast_leave(struct mcd_judge *j, const struct mcd_stream *s); /* one that stopped, as another member left */
void mcd_rules_overlap(struct mcd_judge *j);				/* another group with the MAC of the judged one */
void mcd_rules_limits(struct mcd_judge *j);				/* what of one wire was not kept */
void mcd_rules_silence(struct mcd_judge *j);				/* a querier that a capture should have shown, and did not */
void mcd_rules_absent(struct mcd_judge *j, int64_t listened_ns);	/* where a stream is that does not come */
void mcd_rules_nic(struct mcd_judge *j);				/* state and capture of one interface, before its checks */
void mcd_rules_settings(struct mcd_judge *j);				/* what of its state explains a check, after them; per group */
void mcd_rules_group(struct mcd_judge *j);				/* one group of the request itself, for the whole host */
void mcd_rules_apps(struct mcd_judge *j);				/* other programs' sockets on the port of a group; turns J to other NICs */
void mcd_rules_apps_beside(struct mcd_judge *j);			/* and those beside it; likewise */
void mcd_rules_port_holders(struct mcd_judge *j, struct mcd_finding *f); /* who holds the port, as clues of F */
void mcd_rules_naming(struct mcd_judge *j);				/* programs that name no interface, or by the host name */
void mcd_rules_probes(struct mcd_judge *j, struct mcd_diagnosis *d);	/* probes of ours on this NIC's wire that another NIC sent */
void mcd_rules_segments(struct mcd_judge *j);				/* reports of ours on this NIC's wire that another NIC sent */
void mcd_rules_version(struct mcd_judge *j);				/* the IGMP version in force and what set it */
void mcd_rules_answers(struct mcd_judge *j);				/* queries that were not answered, with the check at hand */
void mcd_rules_queriers(struct mcd_judge *j);				/* what the queries of one wire say about each other */
void mcd_rules_control(struct mcd_judge *j);				/* what unicast says beside what was found on this NIC */
void mcd_rules_report(struct mcd_judge *j, const struct mcd_report *r); /* a report of any host, in itself */

/* verdict.c: all checks of J's NIC and group into ROW[MCD_CHECKS]. */
void mcd_judge_row(struct mcd_judge *j, struct mcd_check *row);

/* Write the judgement of the check at hand. */
void mcd_judge_set(struct mcd_judge *j, enum mcd_status status, bool settled, const char *format, ...) MCD_PRINTF(4, 5);

static inline enum mcd_status mcd_judge_status(const struct mcd_judge *j, enum mcd_check_id check)
{
	return j->checks[check].status;
}

/* Until when the tap of this NIC listened. */
int64_t mcd_judge_until(const struct mcd_judge *j);

/* ns of listening on this NIC from SINCE_NS to our leave or the end; 0 when SINCE_NS is 0 or later than that. */
int64_t mcd_judge_listened(const struct mcd_judge *j, int64_t since_ns);

/* Where a listener that joined wherever it could has received, from another host, what did not come on this NIC: then it asks where it comes, not whether it comes
 * everywhere. NULL = nowhere, or this NIC was named. */
const struct mcd_nic *mcd_judge_heard_elsewhere(const struct mcd_judge *j);

/* Whether S, of which none came in the last SILENCE ns, fell silent for several times its longest gap before, while WHO ("we were") still a
 * member: the check fails, with a finding. */
bool mcd_judge_stopped(struct mcd_judge *j, const struct mcd_stream *s, int64_t silence, const char *who);

/* False, and the check inconclusive with that reason, when this NIC's wire was not captured at all. */
bool mcd_judge_wire(struct mcd_judge *j);

/* Whether the interface is a bridge of this host with none but virtual ports, as containers and virtual machines have: no other switch is
 * behind it, and no other host. */
bool mcd_judge_is_own_switch(const struct mcd_judge *j);

/* True, and the check inconclusive, when the absence of WHAT ("report") proves nothing here: frames were lost, the capture broke, the
 * interface went away. */
bool mcd_judge_excused(struct mcd_judge *j, const char *what);

/* Whether nothing at all that this host sends stands in the judged NIC's capture, on a system where that may be its driver's doing: then nothing follows from
 * what is missing of ours. The second also sets the check, as mcd_judge_excused() does of all that it excuses. */
bool mcd_judge_hides_own(const struct mcd_judge *j);
bool mcd_judge_excused_own(struct mcd_judge *j, const char *what);

/* Raise CODE for this NIC and group, for this NIC, or for the whole host, tied to the check at hand, severity and remedy from the
 * catalogue. NULL when muted, when memory is out, and when it is there already (then only the tie is added): all functions below take that. */
struct mcd_finding *mcd_find_group(struct mcd_judge *j, enum mcd_code code);
struct mcd_finding *mcd_find_nic(struct mcd_judge *j, enum mcd_code code);
struct mcd_finding *mcd_find_host(struct mcd_judge *j, enum mcd_code code);

/* F as one of these returned it; of an inventory, what was raised of CODE on another network of this interface: for one more clue. */
struct mcd_finding *mcd_find_more(struct mcd_judge *j, enum mcd_code code, struct mcd_finding *f);

/* The finding that was raised already, or NULL. */
struct mcd_finding *mcd_found(struct mcd_judge *j, enum mcd_code code, const struct mcd_nic *nic, const struct mcd_group *group);

/* Add to F since when an older querier holds the hosts of the judged network down, and whether they still are when its queries are over. */
void mcd_find_history(struct mcd_judge *j, struct mcd_finding *f);

void mcd_find_summary(struct mcd_finding *f, const char *format, ...) MCD_PRINTF(2, 3);
void mcd_find_settle(struct mcd_finding *f, const char *format, ...) MCD_PRINTF(2, 3);
/* The first remedy, in place of the catalogue's where that does nothing for the case. */
void mcd_find_remedy_instead(struct mcd_finding *f, const char *format, ...) MCD_PRINTF(2, 3);
/* The second remedy, beside the catalogue's. */
void mcd_find_remedy(struct mcd_finding *f, const char *format, ...) MCD_PRINTF(2, 3);
/* PACKET and WHEN_NS 0 = none. Past MCD_CLUES_MAX nothing is added. */
void mcd_find_clue(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_nic *nic, uint64_t packet, int64_t when_ns, const char *format, ...)
	MCD_PRINTF(6, 7);

/* Own reports for the group on the untagged network from SINCE_NS on: the next one after *AT, which starts at 0. */
const struct mcd_report *mcd_judge_own_report(const struct mcd_judge *j, int64_t since_ns, size_t *at);
/* The first of them that makes a router hold a membership. */
const struct mcd_report *mcd_judge_join_report(const struct mcd_judge *j);
/* check_leave.c: the one after our leave that makes it hold none; NULL = none was seen. */
const struct mcd_report *mcd_judge_leave_report(const struct mcd_judge *j);
/* Another host's v1/v2 report for the group within [FROM_NS, TO_NS], which suppresses ours (RFC 2236, 3); NULL = none. */
const struct mcd_report *mcd_judge_suppressor(const struct mcd_judge *j, int64_t from_ns, int64_t to_ns);
/* The last query of an older version within [FROM_NS, TO_NS], with which Linux drops pending reports of the newest; NULL = none. */
const struct mcd_query *mcd_judge_old_query(const struct mcd_judge *j, int64_t from_ns, int64_t to_ns);
/* The version of IGMP or MLD that this NIC speaks: of its last report on the wire, else as the kernel says (of MLD it does not); 0 = not known. */
int mcd_judge_version(const struct mcd_judge *j);
/* The kernel's settings of this NIC: after the run where known, else before it; NULL = not known. */
const struct mcd_host_iface *mcd_judge_kernel(const struct mcd_judge *j);
/* Whether IPv6 was switched off on this NIC during the run. */
bool mcd_judge_lost_ipv6(const struct mcd_judge *j);
/* Whether a report makes a router hold a membership: a pending TO_IN{} of an earlier leave may ride along, and BLOCK takes away. */
bool mcd_report_joins(const struct mcd_report *r);
/* "no Router Alert option": what of its form the RFCs forbid (RFC 9776, 4 and 4.2.14; RFC 2236, 2 and 9; RFC 9777, 5); NULL = nothing. */
const char *mcd_report_malformation(const struct mcd_report *r);
/* Whether one of our reports from the join to the leave says all, not a change of it, or the host was no member before: only then does the state
 * not hang on what it had reported before this run. */
bool mcd_report_is_whole(const struct mcd_judge *j);
/* Whether a router that holds M holds just what GROUP asks for. */
bool mcd_filter_equals(const struct mcd_member *m, const struct mcd_group *group);
/* Whether it forwards all that GROUP asks for, and perhaps more. Both list their sources in ascending order. */
bool mcd_filter_covers(const struct mcd_member *m, const struct mcd_group *group);
/* True for groups that this host never reports: 224.0.0.1, and 224.0.0.x by sysctl; ff02::1, and those of scope 0 and 1 (RFC 9777, 6). */
bool mcd_judge_never_reported(const struct mcd_judge *j);

/* Whether a fact is of the network that is judged. */
#define MCD_HERE(j, fact) ((fact)->vlan == (j)->vlan && (fact)->inner_vlan == (j)->inner_vlan)

/* A valid query of the judged network, of the judged family. */
static inline bool mcd_query_counts(const struct mcd_judge *j, const struct mcd_query *q)
{
	return q->valid && MCD_HERE(j, q) && q->mld == j->mld;
}

/* How long after Q, at most, this host answers it. */
int64_t mcd_judge_answer_ns(const struct mcd_judge *j, const struct mcd_query *q);

/* Who asked Q, one of the judged network and family; NULL = it has no row. */
const struct mcd_querier *mcd_judge_querier(const struct mcd_judge *j, const struct mcd_query *q);

/* Traffic that came in on this wire and is no program's of this host. */
static inline bool mcd_stream_foreign(const struct mcd_stream *s)
{
	return !s->ours && !s->local_source && s->packets > mcd_stream_rare(s)->packets_out;
}
/* The lowest TTL seen; -1 = none. */
int mcd_stream_ttl(const struct mcd_stream *s);
static inline bool mcd_stream_has_ttl(const struct mcd_stream *s, unsigned ttl)
{
	return (s->ttl[ttl / 64] >> ttl % 64 & 1) != 0;
}
/* Of the judged group and port, from any source. */
static inline bool mcd_stream_in_group(const struct mcd_judge *j, const struct mcd_stream *s)
{
	return mcd_group_has_port(j->group, s->port) && mcd_addr_equal(s->group, j->group->address);
}
/* And from a source that its filter accepts, on whatever network. */
static inline bool mcd_stream_asked(const struct mcd_judge *j, const struct mcd_stream *s)
{
	return mcd_stream_in_group(j, s) && mcd_group_accepts(j->group, s->source);
}
/* Whether one carries the other's frames, or both are children of one parent that passes frames between them. */
bool mcd_ifaces_related(const struct mcd_evidence *e, const struct mcd_iface *a, const struct mcd_iface *b);
/* Foreign, and what was asked for: group, port, filter, network. */
bool mcd_stream_wanted(const struct mcd_judge *j, const struct mcd_stream *s);

/* "eth0", "11.8 ms", "10.77.0.1", "ALLOW{10.77.250.20}": short texts by value, for use inside one full expression. */
struct mcd_text {
	char s[200];
};
struct mcd_text mcd_text_span(int64_t ns);
/* "1 frame", "2 frames": COUNT of NOUN, whose plural ends with s. */
struct mcd_text mcd_text_count(uint64_t count, const char *noun);
struct mcd_text mcd_text_addr(struct mcd_addr address);
/* "eth0/100" for the interface eth0.100: NAME in a key of sysctl(8), where a dot stands between the parts. */
struct mcd_text mcd_text_sysctl(const char *name);
/* "232.0.0.0/8", "ff3x::/32": the source-specific range of the family of GROUP. */
const char *mcd_text_ssm_range(struct mcd_addr group);
struct mcd_text mcd_text_record(const struct mcd_report *report);
/* "239.1.2.3 port 5000", without the port where any will do. */
struct mcd_text mcd_text_group(const struct mcd_group *group);
/* " on VLAN 10", " on VLAN 10 in 20"; "" = untagged. */
struct mcd_text mcd_text_vlan(uint16_t vlan, uint16_t inner_vlan);
struct mcd_text mcd_text_filter(enum mcd_filter_mode mode, const struct mcd_addr *sources, size_t nsources);

/* Whether something that was found on this NIC, or for this group on it, brings EFFECT about (the table of causes.c). */
bool mcd_has_cause(struct mcd_judge *j, enum mcd_code effect);

/* Free FINDINGS (struct mcd_finding) and their clues. */
void mcd_findings_fini(struct mcd_vec *findings);

/* causes.c: tie each of FINDINGS (struct mcd_finding) to its nearest cause; what an interface that went brings about weighs no more than that. */
void mcd_findings_tie(struct mcd_vec *findings);

/* order.c: put them into the order of the report, because_of with them. False when memory is out. */
bool mcd_findings_sort(const struct mcd_evidence *e, struct mcd_vec *findings);

#endif
