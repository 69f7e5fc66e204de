/* SPDX-License-Identifier: ISC */
/* What the user asked for, after parsing and defaults: the yardstick of every check. */
#ifndef MCD_BASE_REQUEST_H
#define MCD_BASE_REQUEST_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MCD_DEFAULT_PORT = 7777, MCD_DEFAULT_TTL = 64, MCD_LIMIT_MS = 5000 };

/* Filter mode of a source list (RFC 9776, 3.1): any-source is MCD_EXCLUDE with no source. */
enum mcd_filter_mode { MCD_INCLUDE = 1, MCD_EXCLUDE = 2 };

struct mcd_group {
	struct mcd_addr address;
	uint16_t port;			/* host order; 0 = any, in a replay whose user named none */
	enum mcd_filter_mode mode;
	struct mcd_addr *sources;	/* ascending, no doubles */
	size_t nsources;
	char *zone;			/* owned: name or index of the only interface that it is asked about (RFC 4007, 11); NULL = any */
};

/* Of probes on each interface, to each group: one of the two, the other is 0. */
struct mcd_rate {
	uint64_t millipackets;		/* thousandths of a packet a second */
	uint64_t bits;			/* of UDP payload a second */
};

struct mcd_request {
	struct mcd_group *groups;	/* at least one, but in a replay: there none is an inventory */
	size_t ngroups;
	bool self_test;			/* no group was named: the default channel */
	bool survey;			/* only look at the interfaces and the host: join, send and capture nothing */
	bool join, send, expect_stream;
	bool send_only;			/* sending is the job: the checks of receiving do not apply */
	bool listen_only;		/* listening is the job: nothing is sent, and that nothing at all was received is judged */
	uint64_t count;			/* probes for each interface and group; of a listener, datagrams in all; 0 = no bound */
	struct mcd_rate rate;		/* of them; 0 and 0 in a replay, where nothing is sent */
	bool loop;			/* IP_MULTICAST_LOOP */
	bool bind_group;		/* bind to the group instead of the wildcard */
	int ttl;			/* 0..255; -1 = any in a replay, none where nothing is sent by a listener */
	bool ttl_given;
	int dscp;			/* 0..63 */
	uint16_t source_port;		/* 0 = any */
	size_t payload_size;		/* least bytes of a probe's payload; 0 = as long as header and message */
	const char *message;		/* borrowed; "" when none */
	int igmp_version;		/* expected report version 1..3; 0 = auto */
	int64_t duration_ms;		/* bound of the observation; 0 = none: in a replay, or where a count or a signal ends it */
	bool duration_given;
	bool promiscuous;
	bool only_chosen;		/* do not observe the other NICs */
	struct mcd_addr scratch_groups[MCD_FAMILIES]; /* of the querier proof, out of 233.252.0.0/24 and ff12::/16; unspecified (::) = none */
	char **interfaces;		/* as asked: "all", names, indexes, addresses */
	size_t ninterfaces;
	bool all_interfaces;		/* "all" was among them */
	char *peer;			/* owned: a host, by name or address, that is asked by unicast as a control; NULL = none */
	size_t max_rows;
};

/* Whether datagrams to PORT are of the group. */
static inline bool mcd_group_has_port(const struct mcd_group *group, uint16_t port)
{
	return group->port == 0 || group->port == port;
}

/* Whether a group of the querier proof, or any group at all, is of the family (MCD_IPV4, MCD_IPV6). */
static inline bool mcd_request_has_scratch(const struct mcd_request *request, unsigned family)
{
	return mcd_addr_is_multicast(request->scratch_groups[family]);
}
bool mcd_request_has_family(const struct mcd_request *request, unsigned family);

/* True when a datagram from SOURCE passes the group's filter. */
bool mcd_group_accepts(const struct mcd_group *group, struct mcd_addr source);

/* Whether GROUP is one of the request's groups. */
bool mcd_request_has_group(const struct mcd_request *request, struct mcd_addr group);

/* Free the groups, their sources, the interface texts and the peer's. */
void mcd_request_fini(struct mcd_request *request);

#endif
