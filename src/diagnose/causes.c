/* SPDX-License-Identifier: ISC */
/* Which finding is but a consequence of another. */
#include <config.h>

#include "diagnose/judge.h"

#include <string.h>

/* What a finding may be a consequence of, the nearest cause first. The table has no cycle. */
static const struct {
	enum mcd_code effect, cause;
} causes[] = {
	{ MCD_REPORT_FROM_ZERO_ADDRESS, MCD_NO_IPV4_ADDRESS },
	{ MCD_PROBE_SOURCE_ADDRESS_FOREIGN, MCD_NO_IPV4_ADDRESS },
	{ MCD_SOURCE_FILTER_LOST, MCD_IGMP_VERSION_FORCED },
	{ MCD_SOURCE_FILTER_LOST, MCD_MLD_VERSION_FORCED },
	{ MCD_SOURCE_FILTER_LOST, MCD_IGMP_DOWNGRADED_BY_QUERIER },
	{ MCD_SOURCE_FILTER_LOST, MCD_MLD_DOWNGRADED_BY_QUERIER },
	{ MCD_SOURCE_FILTER_WRONG, MCD_SSM_RANGE_WITHOUT_SOURCE },
	{ MCD_QUERY_NOT_ANSWERED, MCD_QUERY_DROPPED_BY_RP_FILTER },
	{ MCD_QUERY_NOT_ANSWERED, MCD_JOIN_NOT_ON_WIRE },
	{ MCD_PROBE_NOT_ON_WIRE, MCD_PROBE_ON_OTHER_INTERFACE },
	{ MCD_PROBE_NOT_ON_WIRE, MCD_TTL_ZERO },
	{ MCD_JOIN_NOT_ON_WIRE, MCD_INTERFACE_DOWN },
	{ MCD_JOIN_NOT_ON_WIRE, MCD_IPV6_DISABLED },
	{ MCD_NO_MULTICAST_ROUTE, MCD_INTERFACE_DOWN },
	{ MCD_NO_MULTICAST_ROUTE, MCD_IPV6_DISABLED },
	{ MCD_NO_MULTICAST_ROUTE, MCD_JOIN_FAILED },
	{ MCD_PROBE_NOT_ON_WIRE, MCD_INTERFACE_DOWN },
	{ MCD_PROBE_NOT_ON_WIRE, MCD_IPV6_DISABLED },
	{ MCD_LEAVE_NOT_ON_WIRE, MCD_INTERFACE_DOWN },
	{ MCD_LEAVE_NOT_ON_WIRE, MCD_IPV6_DISABLED },
	{ MCD_SEND_FAILED, MCD_INTERFACE_DOWN },
	{ MCD_SEND_FAILED, MCD_IPV6_DISABLED },
	{ MCD_SEND_FAILED, MCD_NO_IPV4_ADDRESS },
	{ MCD_STREAM_STOPPED, MCD_INTERFACE_DOWN },
	{ MCD_STREAM_STOPPED, MCD_IPV6_DISABLED },
	{ MCD_STREAM_STOPPED, MCD_JOIN_NOT_ON_WIRE },
	{ MCD_STREAM_STOPPED, MCD_FAST_LEAVE },
	{ MCD_STREAM_STOPPED, MCD_NO_QUERIER },
	{ MCD_STREAM_STOPPED, MCD_QUERY_NOT_ANSWERED },
	{ MCD_STREAM_ABSENT, MCD_INTERFACE_DOWN },
	{ MCD_STREAM_ABSENT, MCD_IPV6_DISABLED },
	{ MCD_STREAM_ABSENT, MCD_PORT_IN_USE },
	{ MCD_STREAM_ABSENT, MCD_JOIN_FAILED },
	{ MCD_STREAM_ABSENT, MCD_MEMBERSHIP_LIMIT_REACHED },
	{ MCD_STREAM_ABSENT, MCD_SOURCE_LIMIT_REACHED },
	{ MCD_STREAM_ABSENT, MCD_JOIN_NOT_ON_WIRE },
	{ MCD_STREAM_ABSENT, MCD_SSM_RANGE_WITHOUT_SOURCE },
	{ MCD_STREAM_ABSENT, MCD_REPORT_MALFORMED },
	{ MCD_STREAM_ABSENT, MCD_SOURCE_FILTER_WRONG },
	{ MCD_STREAM_ABSENT, MCD_XDP_PROGRAM_ATTACHED },
	{ MCD_STREAM_ABSENT, MCD_QUERY_NOT_ANSWERED },
	{ MCD_STREAM_ABSENT, MCD_NO_QUERIER },
	{ MCD_STREAM_ABSENT, MCD_REPORT_FROM_ZERO_ADDRESS },
	{ MCD_STREAM_ABSENT, MCD_QUERIER_ZERO_ADDRESS },
	{ MCD_STREAM_ON_OTHER_INTERFACE, MCD_STREAM_TTL_EXHAUSTED },
	{ MCD_STREAM_LOSS, MCD_STREAM_BURST_LOSS },
	{ MCD_DROPPED_BY_CHECKSUM, MCD_UDP_CHECKSUM_BAD },
	{ MCD_DROPPED_BY_CHECKSUM, MCD_IP_CHECKSUM_BAD },
	{ MCD_NOT_DELIVERED, MCD_WRONG_DESTINATION_MAC },
	{ MCD_NOT_DELIVERED, MCD_INTERFACE_DOWN },
	{ MCD_NOT_DELIVERED, MCD_IPV6_DISABLED },
	{ MCD_NOT_DELIVERED, MCD_NO_MULTICAST_ROUTE },
	{ MCD_NIC_FILTER_SUSPECT, MCD_QUERY_NOT_ANSWERED },
	{ MCD_APP_JOINED_ON_OTHER_INTERFACE, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK },
	{ MCD_LOCAL_SENDER_ON_OTHER_INTERFACE, MCD_MACVLAN_ISOLATION },
	{ MCD_LOCAL_SENDER_ON_OTHER_INTERFACE, MCD_HOSTNAME_RESOLVES_TO_LOOPBACK },
	{ MCD_LOCAL_SENDER_ON_OTHER_INTERFACE, MCD_DEFAULT_INTERFACE_DIFFERS },
};

bool mcd_has_cause(struct mcd_judge *j, enum mcd_code effect)
{
	for (size_t c = 0; c < sizeof causes / sizeof causes[0]; c++) {
		const bool xdp = causes[c].cause == MCD_XDP_PROGRAM_ATTACHED && j->nic->iface->flags & MCD_IFACE_XDP; /* judged after the stream */
		const struct mcd_finding *f;

		if (causes[c].effect != effect)
			continue;
		f = mcd_found(j, causes[c].cause, j->nic, NULL);
		if (!f)
			f = mcd_found(j, causes[c].cause, j->nic, j->group);
		if (xdp || (f && (f->severity == MCD_FAULT || f->confidence == MCD_CERTAIN)))
			return true;
	}
	return false;
}

/* The interface that a finding shows first. */
static const struct mcd_nic *shown_by(const struct mcd_finding *f)
{
	return f->clues.count ? ((const struct mcd_clue *)mcd_vec_at(&f->clues, 0))->nic : NULL;
}

static bool may_cause(const struct mcd_finding *effect, const struct mcd_finding *cause)
{
	bool near = (!cause->nic || cause->nic == effect->nic) && mcd_finding_fits(cause, effect->family);

	if (cause->code == MCD_SOURCE_FILTER_WRONG && cause->severity != MCD_FAULT)
		return false; /* a wider filter keeps nothing out */
	if (effect->code == MCD_NIC_FILTER_SUSPECT && strcmp(effect->nic->iface->kind, "bridge") != 0)
		return false; /* only a bridge forgets a host that does not answer */
	if (effect->code == MCD_APP_JOINED_ON_OTHER_INTERFACE && effect->severity == MCD_FAULT && cause->severity != MCD_FAULT)
		return false; /* nobody has joined on loopback */
	if (effect->code == MCD_STREAM_ON_OTHER_INTERFACE && cause->code == MCD_STREAM_TTL_EXHAUSTED)
		near = cause->nic == shown_by(effect); /* where it arrives */
	if (effect->code == MCD_LOCAL_SENDER_ON_OTHER_INTERFACE)
		near = shown_by(cause) && shown_by(cause) == shown_by(effect); /* where the program ended up */
	return near && (!cause->has_group || !effect->has_group || (cause->port == effect->port && mcd_addr_equal(cause->group, effect->group)));
}

/* The index of its nearest cause; -1 = none was found. */
static long cause_of(const struct mcd_vec *findings, const struct mcd_finding *effect)
{
	for (size_t c = 0; c < sizeof causes / sizeof causes[0]; c++) {
		if (causes[c].effect != effect->code)
			continue;
		for (size_t i = 0; i < findings->count; i++) {
			const struct mcd_finding *f = mcd_vec_at(findings, i);

			if (f->code == causes[c].cause && may_cause(effect, f))
				return (long)i;
		}
	}
	return -1;
}

/* What a note of the interface's state brings about is no fault of more weight: it came in by `all`, and it went. */
static void soften(struct mcd_finding *f, const struct mcd_vec *findings)
{
	const struct mcd_finding *cause = f->because_of >= 0 ? mcd_vec_at(findings, (size_t)f->because_of) : NULL;

	if (cause && cause->code == MCD_INTERFACE_DOWN && cause->severity == MCD_NOTE)
		f->severity = MCD_NOTE;
}

void mcd_findings_tie(struct mcd_vec *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct mcd_finding *f = mcd_vec_at(findings, i);

		f->because_of = cause_of(findings, f);
		soften(f, findings);
	}
}
