/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: which rules of nf_tables drop a packet of ours.
 *
 * The idea: the kernel's expressions are run over what is known of the packet, with three answers: holds, does not, may. Every rule and policy that
 * may drop it is a suspect. One is convicted when its counter grew by what is missing; or when there is no other, and it surely matches or the
 * kernel's drop reason says that netfilter did it. */
#ifndef MCD_DIAGNOSE_SUSPECTS_H
#define MCD_DIAGNOSE_SUSPECTS_H

#include "diagnose/judge.h"

/* A packet on its way in from, or out to, the judged interface. */
struct mcd_suspect_packet {
	bool out;
	uint8_t protocol;		/* of IP: 2 = IGMP, 17 = UDP, 58 = MLD: reports go out, queries come in */
	struct mcd_addr source, group;	/* of one family; `::` = of IPv6, and not known */
	uint16_t source_port, port;	/* source_port 0 = not known */
};

struct mcd_suspect {
	const struct mcd_firewall_chain *chain;
	const struct mcd_firewall_rule *rule; /* NULL = the policy of CHAIN */
	bool surely;			/* it matches, and nothing before it may let the packet pass */
};

enum { MCD_SUSPECTS_MAX = 8 };

struct mcd_suspects {
	bool known;			/* all rules were read, and gone through */
	size_t count;			/* more than there is room for are counted */
	struct mcd_suspect at[MCD_SUSPECTS_MAX];
	const struct mcd_suspect *convicted; /* in AT; NULL = none */
	bool counted;			/* by its counter */
};

/* The suspects for PACKET, of which MISSING were dropped in the run; PROVED: by netfilter, as the kernel's drop reason says. */
void mcd_suspects_find(const struct mcd_judge *j, const struct mcd_suspect_packet *packet, uint64_t missing, bool proved, struct mcd_suspects *out);

/* "rule handle 7 of chain input in table inet filter", "the policy of chain input ...". */
struct mcd_text mcd_text_suspect(const struct mcd_suspect *suspect);

/* Tell F (which may be NULL) of them: a clue, and of a convicted one the exact remedy. */
void mcd_suspects_tell(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_suspect_packet *packet, const struct mcd_suspects *suspects);

/* Find and tell the suspects for this host's reports, for our probes to the judged group, and for query Q, of which some are dropped; of queries only
 * where there are any. */
void mcd_suspects_of_reports(struct mcd_judge *j, struct mcd_finding *f);
void mcd_suspects_of_probes(struct mcd_judge *j, struct mcd_finding *f);
void mcd_suspects_of_query(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_query *q);

#endif
