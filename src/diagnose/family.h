/* SPDX-License-Identifier: ISC */
/* Private to diagnose/: what is not the same for groups of IPv4 and of IPv6. */
#ifndef MCD_DIAGNOSE_FAMILY_H
#define MCD_DIAGNOSE_FAMILY_H

#include "diagnose/judge.h"

/* What the hosts of the judged network report by, and its newest version. */
static inline const char *mcd_judge_protocol(const struct mcd_judge *j)
{
	return j->mld ? "MLD" : "IGMP";
}

/* Its number in the headers of IP: of IGMP, or of the ICMPv6 that MLD is. */
static inline uint8_t mcd_judge_ip_protocol(const struct mcd_judge *j)
{
	return j->mld ? MCD_DROP_ICMPV6 : MCD_DROP_IGMP;
}

static inline int mcd_judge_newest(const struct mcd_judge *j)
{
	return j->mld ? 2 : 3;
}

/* What hosts are expected to report in: the newest, unless an IGMP version was asked for. */
static inline int mcd_judge_expected(const struct mcd_judge *j)
{
	return !j->mld && j->request->igmp_version ? j->request->igmp_version : mcd_judge_newest(j);
}

/* The codes that say why hosts report in an older one. */
static inline enum mcd_code mcd_judge_downgraded(const struct mcd_judge *j)
{
	return j->mld ? MCD_MLD_DOWNGRADED_BY_QUERIER : MCD_IGMP_DOWNGRADED_BY_QUERIER;
}

static inline enum mcd_code mcd_judge_forced(const struct mcd_judge *j)
{
	return j->mld ? MCD_MLD_VERSION_FORCED : MCD_IGMP_VERSION_FORCED;
}

/* Where the system lists the memberships of the judged family. */
static inline const char *mcd_judge_list(const struct mcd_judge *j)
{
	if (mcd_judge_is_windows(j))
		return "GetAdaptersAddresses()";
	return j->mld ? "/proc/net/igmp6" : "/proc/net/igmp";
}

/* Whether a report is of the judged family, and not of a tagged network. */
static inline bool mcd_report_here(const struct mcd_judge *j, const struct mcd_report *r)
{
	return !r->vlan && mcd_addr_is_v4(r->group) != j->mld;
}

/* Whether the version in force has a leave: IGMPv1 has none. */
static inline bool mcd_judge_has_leave(const struct mcd_judge *j)
{
	return j->mld || mcd_judge_version(j) != 1;
}

/* The querier proof of the judged family on the judged NIC. */
static inline const struct mcd_scratch *mcd_judge_scratch(const struct mcd_judge *j)
{
	return &j->nic->scratch[j->mld ? MCD_IPV6 : MCD_IPV4];
}

static inline struct mcd_addr mcd_judge_scratch_group(const struct mcd_judge *j)
{
	return j->request->scratch_groups[j->mld ? MCD_IPV6 : MCD_IPV4];
}

#endif
