/* SPDX-License-Identifier: ISC */
/* The sockets that join and receive: as many as the limits of the kernel ask for, so that no limit is met. */
#ifndef MCD_COMMAND_MEMBERSHIP_H
#define MCD_COMMAND_MEMBERSHIP_H

#include "base/err.h"
#include "evidence/evidence.h"
#include "net/sock.h"

#include <stdbool.h>
#include <stddef.h>

struct mcd_holding {			/* one membership of a socket */
	size_t nic, group;		/* indexes in evidence and request */
};

struct mcd_receiver {			/* one receiving socket; all its groups have one port, and are of one family */
	struct mcd_sock sock;
	const struct mcd_holding *holdings;
	size_t nholdings;
};

/* Who is told each datagram that was asked for, as it is read: ARRIVAL dies with the call. */
struct mcd_hearer {
	void (*heard)(void *context, const struct mcd_evidence *evidence, const struct mcd_arrival *arrival); /* NULL = nobody */
	void *context;
};

struct mcd_memberships {
	struct mcd_evidence *evidence;
	struct mcd_hearer hearer;	/* the caller may set it */
	uint64_t received;		/* datagrams that were asked for, of other hosts and of programs here, so far */
	struct mcd_holding *holdings;	/* by family, port, NIC, order of the request */
	size_t nholdings;
	struct mcd_receiver *receivers;
	size_t nreceivers;
	struct mcd_sock *scratch[MCD_FAMILIES]; /* hold the scratch memberships, as many NICs each as a socket may hold */
	size_t nscratch[MCD_FAMILIES], per_socket;
};

/* Plan the sockets: MOST memberships a socket (igmp_max_memberships), and a socket of its own for each NIC unless SHARE, which spares
 * descriptors. Opens nothing. */
bool mcd_memberships_init(struct mcd_memberships *out, struct mcd_evidence *evidence, size_t most, bool share, struct mcd_err *err);

/* Close all; what is still joined is left by the kernel. */
void mcd_memberships_fini(struct mcd_memberships *memberships);

/* Descriptors that mcd_memberships_join() will open at most. */
size_t mcd_memberships_files(const struct mcd_memberships *memberships);

/* Open and bind the sockets and join every group, and the scratch groups, on every active NIC. What fails is evidence. */
void mcd_memberships_join(struct mcd_memberships *memberships);

/* Leave the scratch group of a family (MCD_IPV4, MCD_IPV6) on one NIC; every group on every NIC. */
void mcd_memberships_leave_scratch(struct mcd_memberships *memberships, size_t nic, unsigned family);
void mcd_memberships_leave(struct mcd_memberships *memberships);

/* Read back the filter that each socket holds into the evidence. */
void mcd_memberships_filters(struct mcd_memberships *memberships);

/* Read what RECEIVER has got into the evidence. */
void mcd_memberships_receive(struct mcd_memberships *memberships, struct mcd_receiver *receiver);

#endif
