/* SPDX-License-Identifier: ISC */
/* Findings: stable codes, each a fact with evidence and a remedy. One row of the catalogue holds what is the same each time. */
#ifndef MCD_DIAGNOSE_FINDING_H
#define MCD_DIAGNOSE_FINDING_H

#include "base/vec.h"
#include "evidence/evidence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum mcd_severity { MCD_FAULT, MCD_WARNING, MCD_NOTE };
enum mcd_confidence { MCD_CERTAIN, MCD_LIKELY, MCD_POSSIBLE };

/* Every code, in the order of the contract's layers. X(constant, "code") */
#define MCD_CODES(X)                                                                                                                                 \
	X(INTERFACE_DOWN, "interface-down")                                                                                                          \
	X(NO_CARRIER, "no-carrier")                                                                                                                  \
	X(MULTICAST_FLAG_OFF, "multicast-flag-off")                                                                                                  \
	X(NO_IPV4_ADDRESS, "no-ipv4-address")                                                                                                        \
	X(NIC_ENSLAVED, "nic-enslaved")                                                                                                              \
	X(HOSTNAME_RESOLVES_TO_LOOPBACK, "hostname-resolves-to-loopback")                                                                            \
	X(DEFAULT_INTERFACE_DIFFERS, "default-interface-differs")                                                                                    \
	X(AMBIGUOUS_ADDRESS, "ambiguous-address")                                                                                                    \
	X(IPV6_DISABLED, "ipv6-disabled")                                                                                                            \
	X(XDP_PROGRAM_ATTACHED, "xdp-program-attached")                                                                                              \
	X(CAPTURE_DENIED, "capture-denied")                                                                                                          \
	X(CAPTURE_DROPPED, "capture-dropped")                                                                                                        \
	X(CAPTURE_FILE_CUT, "capture-file-cut")                                                                                                      \
	X(EVIDENCE_LIMIT_REACHED, "evidence-limit-reached")                                                                                          \
	X(JOIN_FAILED, "join-failed")                                                                                                                \
	X(MEMBERSHIP_LIMIT_REACHED, "membership-limit-reached")                                                                                      \
	X(SOURCE_LIMIT_REACHED, "source-limit-reached")                                                                                              \
	X(ALREADY_MEMBER, "already-member")                                                                                                          \
	X(FILTER_WIDENED_BY_OTHER_PROCESS, "filter-widened-by-other-process")                                                                        \
	X(JOIN_NOT_ON_WIRE, "join-not-on-wire")                                                                                                      \
	X(LEAVE_NOT_ON_WIRE, "leave-not-on-wire")                                                                                                    \
	X(SSM_RANGE_WITHOUT_SOURCE, "ssm-range-without-source")                                                                                      \
	X(SOURCE_OUTSIDE_SSM_RANGE, "source-outside-ssm-range")                                                                                      \
	X(LINK_LOCAL_GROUP, "link-local-group")                                                                                                      \
	X(RESERVED_GROUP, "reserved-group")                                                                                                          \
	X(IGMP_DOWNGRADED_BY_QUERIER, "igmp-downgraded-by-querier")                                                                                  \
	X(IGMP_VERSION_FORCED, "igmp-version-forced")                                                                                                \
	X(SOURCE_FILTER_LOST, "source-filter-lost")                                                                                                  \
	X(SOURCE_FILTER_WRONG, "source-filter-wrong")                                                                                                \
	X(REPORT_MALFORMED, "report-malformed")                                                                                                      \
	X(REPORT_FROM_ZERO_ADDRESS, "report-from-zero-address")                                                                                      \
	X(MLD_DOWNGRADED_BY_QUERIER, "mld-downgraded-by-querier")                                                                                    \
	X(MLD_VERSION_FORCED, "mld-version-forced")                                                                                                  \
	X(NO_QUERIER, "no-querier")                                                                                                                  \
	X(QUERIER_NOT_HEARD, "querier-not-heard")                                                                                                    \
	X(QUERY_NOT_ANSWERED, "query-not-answered")                                                                                                  \
	X(QUERY_DROPPED_BY_RP_FILTER, "query-dropped-by-rp-filter")                                                                                  \
	X(QUERIER_ZERO_ADDRESS, "querier-zero-address")                                                                                              \
	X(MULTIPLE_QUERIERS, "multiple-queriers")                                                                                                    \
	X(QUERIER_VERSION_CONFLICT, "querier-version-conflict")                                                                                      \
	X(QUERY_INTERVAL_MISMATCH, "query-interval-mismatch")                                                                                        \
	X(NO_SNOOPING, "no-snooping")                                                                                                                \
	X(FAST_LEAVE, "fast-leave")                                                                                                                  \
	X(SEND_FAILED, "send-failed")                                                                                                                \
	X(SEND_BLOCKED, "send-blocked")                                                                                                              \
	X(NO_MULTICAST_ROUTE, "no-multicast-route")                                                                                                  \
	X(MESSAGE_TOO_BIG, "message-too-big")                                                                                                        \
	X(PROBE_NOT_ON_WIRE, "probe-not-on-wire")                                                                                                    \
	X(PROBE_ON_OTHER_INTERFACE, "probe-on-other-interface")                                                                                      \
	X(PROBE_SOURCE_ADDRESS_FOREIGN, "probe-source-address-foreign")                                                                              \
	X(TTL_MISMATCH, "ttl-mismatch")                                                                                                              \
	X(TTL_ZERO, "ttl-zero")                                                                                                                      \
	X(UNICAST_FRAME, "unicast-frame")                                                                                                            \
	X(STREAM_ABSENT, "stream-absent")                                                                                                            \
	X(STREAM_STOPPED, "stream-stopped")                                                                                                          \
	X(STREAM_ON_OTHER_INTERFACE, "stream-on-other-interface")                                                                                    \
	X(STREAM_FROM_OTHER_SOURCE, "stream-from-other-source")                                                                                      \
	X(STREAM_ON_OTHER_PORT, "stream-on-other-port")                                                                                              \
	X(STREAM_TTL_EXHAUSTED, "stream-ttl-exhausted")                                                                                              \
	X(SEVERAL_SENDERS, "several-senders")                                                                                                        \
	X(LOCAL_SENDER_ON_OTHER_INTERFACE, "local-sender-on-other-interface")                                                                        \
	X(LOCAL_LOOPBACK_OFF, "local-loopback-off")                                                                                                  \
	X(WRONG_DESTINATION_MAC, "wrong-destination-mac")                                                                                            \
	X(MAC_OVERLAP, "mac-overlap")                                                                                                                \
	X(VLAN_MISMATCH, "vlan-mismatch")                                                                                                            \
	X(IP_CHECKSUM_BAD, "ip-checksum-bad")                                                                                                        \
	X(UDP_CHECKSUM_BAD, "udp-checksum-bad")                                                                                                      \
	X(UDP_LENGTH_BAD, "udp-length-bad")                                                                                                          \
	X(FRAGMENTS_MISSING, "fragments-missing")                                                                                                    \
	X(STREAM_LOSS, "stream-loss")                                                                                                                \
	X(STREAM_BURST_LOSS, "stream-burst-loss")                                                                                                    \
	X(STREAM_REORDERED, "stream-reordered")                                                                                                      \
	X(STREAM_DUPLICATED, "stream-duplicated")                                                                                                    \
	X(STREAM_JITTER, "stream-jitter")                                                                                                            \
	X(SEGMENTS_BRIDGED, "segments-bridged")                                                                                                      \
	X(DROPPED_BY_RP_FILTER, "dropped-by-rp-filter")                                                                                              \
	X(DROPPED_AS_MARTIAN, "dropped-as-martian")                                                                                                  \
	X(DROPPED_BY_FIREWALL, "dropped-by-firewall")                                                                                                \
	X(DROPPED_BY_SOCKET_BUFFER, "dropped-by-socket-buffer")                                                                                      \
	X(DROPPED_BY_CHECKSUM, "dropped-by-checksum")                                                                                                \
	X(FOREIGN_GROUP_DELIVERED, "foreign-group-delivered")                                                                                        \
	X(MACVLAN_ISOLATION, "macvlan-isolation")                                                                                                    \
	X(NOT_DELIVERED, "not-delivered")                                                                                                            \
	X(NIC_FILTER_SUSPECT, "nic-filter-suspect")                                                                                                  \
	X(APP_NOT_JOINED, "app-not-joined")                                                                                                          \
	X(APP_JOINED_ON_OTHER_INTERFACE, "app-joined-on-other-interface")                                                                            \
	X(APP_BOUND_TO_UNICAST, "app-bound-to-unicast")                                                                                              \
	X(APP_BOUND_TO_OTHER_INTERFACE, "app-bound-to-other-interface")                                                                              \
	X(APP_ON_OTHER_PORT, "app-on-other-port")                                                                                                    \
	X(APP_SOCKET_OVERFLOW, "app-socket-overflow")                                                                                                \
	X(APP_MEMBERSHIP_LOST, "app-membership-lost")                                                                                                \
	X(PORT_IN_USE, "port-in-use")

enum mcd_code {
#define MCD_CODE_CONSTANT(name, text) MCD_##name,
	MCD_CODES(MCD_CODE_CONSTANT)
#undef MCD_CODE_CONSTANT
		MCD_CODE_COUNT
};

/* One row of the catalogue; what --explain prints and the man page lists. */
struct mcd_catalogue {
	const char *code;		/* "no-querier" */
	const char *layer;		/* "host and NIC", "join", ... as in the contract */
	enum mcd_severity severity;	/* where it does not depend on the case */
	const char *meaning;		/* one or two sentences */
	const char *causes;		/* what brings it about */
	const char *told_apart;		/* by which evidence */
	const char *remedy;		/* what to do, with the commands of Linux; %i = interface, %n = its name for sysctl, %g = group, %s = source, %p = port */
};

const struct mcd_catalogue *mcd_catalogue(enum mcd_code code);

/* What to do about CODE on a host of PLATFORM: the catalogue's remedy, or, of a capture (CAPTURED), one that holds when this is another host, whatever that
 * runs, and of a group of IPv6 (V6) one for that, where these differ. */
const char *mcd_remedy(enum mcd_code code, enum mcd_platform platform, bool captured, bool v6);

/* That of a capture, for IPv4 or for both; NULL = the catalogue's holds there too. */
const char *mcd_remedy_captured(enum mcd_code code);

/* That of a host of Windows; NULL = it names nothing of a system, and holds there too. */
const char *mcd_remedy_windows(enum mcd_code code, bool v6);

bool mcd_code_parse(const char *text, enum mcd_code *out);

enum { MCD_FINDING_TEXT = 320, MCD_EVIDENCE_TEXT = 240 };

struct mcd_clue {			/* one piece of evidence */
	const struct mcd_nic *nic;	/* NULL = none */
	uint64_t packet;		/* 0 = no packet */
	int64_t when_ns;		/* 0 = no time */
	char text[MCD_EVIDENCE_TEXT];
};

struct mcd_finding {
	enum mcd_code code;
	enum mcd_severity severity;
	enum mcd_confidence confidence;
	const struct mcd_nic *nic;	/* NULL = the whole host */
	bool has_group;			/* else it has no group of its own */
	struct mcd_addr group;
	uint16_t port;			/* of the group */
	uint8_t family;			/* 4 or 6: it was raised for groups of that; 0 = for none, or for all */
	long because_of;		/* index of the finding that causes it; -1 = none */
	unsigned checks;		/* bit set of enum mcd_check_id that it explains */
	char summary[MCD_FINDING_TEXT];
	struct mcd_vec clues;		/* struct mcd_clue, at least one */
	char remedy[2][MCD_FINDING_TEXT]; /* "" = none */
	char settle_by[MCD_FINDING_TEXT]; /* "" = settled */
};

/* Whether F may concern what is of FAMILY (4, 6; 0 = any). */
static inline bool mcd_finding_fits(const struct mcd_finding *f, int family)
{
	return f->family == 0 || family == 0 || f->family == family;
}

/* Whether F is about GROUP; NULL: whether it is about none. */
static inline bool mcd_finding_is_of(const struct mcd_finding *f, const struct mcd_group *group)
{
	return group ? f->has_group && f->port == group->port && mcd_addr_equal(f->group, group->address) : !f->has_group;
}

#endif
