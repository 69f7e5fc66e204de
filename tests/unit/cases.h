/* SPDX-License-Identifier: ISC */
/* Literal evidence: a healthy run on two interfaces, which a test then spoils in one place. */
#ifndef MCD_TESTS_CASES_H
#define MCD_TESTS_CASES_H

#include "diagnose/diagnose.h"

enum { CASE_NICS = 3, CASE_GROUPS = 2 };

#define MS INT64_C(1000000)
#define T0 (INT64_C(1700000000) * 1000 * MS) /* captures open */
#define JOINED 100			     /* ms after T0 */
#define LEFT 5100
#define ENDED 5000
#define CLOSED 7000

struct the_case {
	struct mcd_request request;
	struct mcd_group groups[CASE_GROUPS];
	struct mcd_addr sources[2];
	struct mcd_evidence evidence;
	struct mcd_iface ifaces[CASE_NICS];
	struct mcd_iface_address addresses[CASE_NICS];
	struct mcd_nic nics[CASE_NICS];
	struct mcd_task tasks[CASE_NICS][CASE_GROUPS];
	struct mcd_diagnosis diagnosis;
	bool judged;
};

/* h0 (10.77.0.10/24) and h1 (10.77.1.10/24), both chosen and named, joined 239.7.7.7:5000 any-source, sent 3 probes, were answered by a v3 querier
 * at .250, got 100 datagrams from .20, and left. The third interface is there to be added with nnics = 3. */
void case_init(struct the_case *c);
void case_fini(struct the_case *c);

/* Make it one of IPv6, where 10.77.N.X is fd77:N::X, or of who speaks MLD fe80::X, and the groups are ff15::/96; and what was added to it in IPv4. */
void case_make_ipv6(struct the_case *c);
void case_turn_report(struct mcd_report *r);
void case_turn_query(struct mcd_query *q);
void case_turn_stream(struct mcd_stream *s);

/* Make it one of a host of Windows, whose interfaces are "Ethernet 0" and so on. */
void case_make_windows(struct the_case *c);
/* A word of TEXT that says nothing to who runs Windows, but in what it says of a switch; NULL = it has none. */
const char *case_word_of_linux(const char *text);

/* A capture of five minutes of the same two wires, of which nobody knows whose they are. On each a v3 querier at .250 asks every 125 s, .30
 * reports TO_EX{} for the group and answers each query, and .20 sends 30000 datagrams with TTL 8. ASKED: about that group; else about none. */
#define MINUTES_5 300000
void case_init_passive(struct the_case *c, bool asked);

/* Judge at the end of the run (or AT_MS after T0 while it goes on: then the run has not ended and nothing was left); the last judgement is freed. */
const struct mcd_diagnosis *case_judge(struct the_case *c);
const struct mcd_diagnosis *case_judge_at(struct the_case *c, int at_ms);

/* A socket of another program, "app", open all the time: bound to the wildcard of the group's family and the group's port, asked at both looks, a member of nothing.
 * What the first or the last look says of it; the place moves when another is added. */
struct case_app {
	uint64_t cookie;
};
struct case_app case_app(struct the_case *c);
struct mcd_app_socket *case_app_start(struct the_case *c, struct case_app app);
struct mcd_app_socket *case_app_end(struct the_case *c, struct case_app app);
/* It holds GROUP on NIC at the first look, the last, or both: the socket tells it, where it is asked, and the host's list has one more. */
enum { CASE_START = 1, CASE_END = 2, CASE_BOTH = 3 };
void case_app_joins(struct the_case *c, struct case_app app, size_t nic, const char *group, int when);

/* The row of STREAM for what others have not, made when there is none. */
struct mcd_stream_rare *case_rare(struct mcd_stream *stream);

/* Add facts; times in ms after T0. */
struct mcd_report *case_report(struct the_case *c, size_t nic, int ms, uint8_t type, uint8_t record);
struct mcd_report *case_foreign_report(struct the_case *c, size_t nic, int ms, uint8_t type, uint8_t record);
struct mcd_query *case_query(struct the_case *c, size_t nic, int ms, int version, const char *source);
struct mcd_stream *case_stream(struct the_case *c, size_t nic, const char *source, uint64_t packets);
struct mcd_probe_seen *case_probes(struct the_case *c, size_t wire, size_t sender, bool out);

/* No probe was seen there. */
void case_no_probes(struct mcd_nic *nic);
/* Facts of a capture: a querier that asks at AT_MS, and every EVERY_MS after it, COUNT times; a member; a stream that is RTP of PACKETS. */
void case_querier(struct the_case *c, size_t nic, const char *source, int version, uint16_t vlan, int at_ms, int every_ms, int count);
struct mcd_member *case_member(struct the_case *c, size_t nic, const char *host);
struct mcd_report *case_host_report(struct the_case *c, size_t nic, int ms, const char *host, uint8_t type, uint8_t record);
struct mcd_rtp_source *case_rtp(struct mcd_stream *s);
/* Give a record, or a membership, one source. */
void case_source(struct mcd_addr **sources, uint32_t *nsources, const char *source);
/* NIC was promiscuous from ON_MS to OFF_MS (0 = it is). What of its first stream came in a phase, evenly; its first datagram is now the first of the
 * earliest phase that was told. Both together as where a filter of the NIC keeps out what comes each 20 ms. */
void case_look(struct the_case *c, size_t nic, int on_ms, int off_ms);
struct mcd_phase *case_phase(struct the_case *c, size_t nic, unsigned phase, int from_ms, int to_ms, int gap_ms);
void case_filtered(struct the_case *c, size_t nic);
/* Take away all of a kind. */
void case_silence(struct mcd_vec *facts);
void case_no_query(struct the_case *c, size_t nic);
void case_no_stream(struct the_case *c, size_t nic);
void case_no_report(struct the_case *c, size_t nic);
/* Ask for source SOURCE of the group, and report ALLOW{SOURCE} instead of TO_EX{}. */
void case_ask_source(struct the_case *c, const char *source);
/* What the kernel dropped, for a reason, of the stream of case_init() on NIC: the first row makes the drops known. */
struct mcd_drop *case_drop(struct the_case *c, size_t nic, const char *reason, uint64_t packets);
/* What was added to evidence->after for NIC. */
struct mcd_host_iface *case_kernel(struct the_case *c, size_t nic);

struct mcd_addr address(const char *text);

/* The finding of CODE on NIC (SIZE_MAX = host), or NULL. */
const struct mcd_finding *found(const struct the_case *c, size_t nic, enum mcd_code code);
/* Whether EFFECT on the first interface is told as a consequence of CAUSE, which stands before it. */
bool is_because(const struct the_case *c, enum mcd_code effect, enum mcd_code cause);
/* Number of findings above note. */
size_t troubles(const struct the_case *c);
const struct mcd_check *total(const struct the_case *c, size_t nic, enum mcd_check_id check);

/* Assertions with one line each: the check's status, and that CODE is there with clues, a summary and a remedy, or is not. */
#define IS(c, nic, check, wanted) CU_ASSERT_EQUAL(total(c, nic, check)->status, wanted)
#define HAS(c, nic, code) CU_ASSERT_TRUE(is_whole(found(c, nic, code)))
#define LACKS(c, nic, code) CU_ASSERT_PTR_NULL(found(c, nic, code))
bool is_whole(const struct mcd_finding *f);

#endif
