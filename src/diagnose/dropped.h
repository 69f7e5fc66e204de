/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: the kernel's own word on why the datagrams of a stream are missing.
 *
 * The idea: the counters of /proc are those of the whole host; a drop reason is counted for one stream on one interface. It says nothing by itself,
 * since one packet may be copied to many sockets and each copy be dropped, and most of what is freed is nobody's loss: only a reason that was
 * counted as often as datagrams are missing names a cause. */
#ifndef MCD_DIAGNOSE_DROPPED_H
#define MCD_DIAGNOSE_DROPPED_H

#include "diagnose/judge.h"

/* One reason of the kernel. */
struct mcd_drop_meaning {
	const char *reason;	/* "IP_RPFILTER"; NULL = all that are not listed */
	enum mcd_code code;
	bool of_socket;		/* counted for each copy that goes to a socket, whoever's that is */
	const char *who;	/* end of the sentence "... did not reach the socket: " */
	const char *remedy;	/* how to see it or mend it, beside the catalogue's; NULL = none */
};

enum { MCD_DROPPED_REASONS = 8 };

struct mcd_dropped {
	bool known;				/* all drops of the stream were counted, packet by datagram */
	const struct mcd_drop_meaning *meaning; /* of the reason that accounts for all that is missing; NULL = none alone does */
	uint64_t filtered, rp_filtered;		/* dropped by packet filters, by the reverse path filter */
	uint64_t unnamed;			/* for no reason that the kernel has a name for */
	struct {
		const char *name;		/* borrowed from the evidence */
		uint64_t packets;
	} reasons[MCD_DROPPED_REASONS];		/* those that mean something, in the order of the rows */
	size_t nreasons;
	char text[200];				/* "IP_RPFILTER 98, TC_INGRESS 1": the same; "" = none */
};

/* What the kernel says of stream S of the judged interface, of which MISSING datagrams did not reach our socket. */
struct mcd_dropped mcd_dropped_of(const struct mcd_judge *j, const struct mcd_stream *s, uint64_t missing);

/* Put it beside what F (which may be NULL) says: as proof, or as a doubt that lowers its confidence, where the kernel would have had to count and
 * did not. */
void mcd_dropped_weigh(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_dropped *d);

/* Why no packet filter can be it, though nothing else is left: one clause; NULL = one may be. */
const char *mcd_dropped_refutes_filter(const struct mcd_dropped *d);

/* What it dropped on the judged interface of this host's reports and leaves, of the queries of QUERIER, of our probes to the judged group; no
 * meaning is set. */
struct mcd_dropped mcd_dropped_reports(const struct mcd_judge *j);
struct mcd_dropped mcd_dropped_queries(const struct mcd_judge *j, struct mcd_addr querier);
struct mcd_dropped mcd_dropped_probes(const struct mcd_judge *j);

/* The clue that the kernel gave these reasons for WHAT ("this host's reports"); nothing where there are none. */
void mcd_dropped_tell(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_dropped *d, const char *what);

#endif
