/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/capture_filter.h"

#include "base/string.h"
#include "diagnose/diagnose.h"

#include <inttypes.h>

enum { BESIDE = 8 }; /* most groups that were not asked for and are looked for */

/* Groups of other programs that reach a program which has joined one of ours; how many of them are in GROUPS, each once. */
static size_t groups_beside(const struct mcd_evidence *evidence, struct mcd_addr groups[BESIDE])
{
	const struct mcd_vec *memberships = &evidence->before.apps.memberships;
	size_t count = 0;

	for (size_t i = 0; i < memberships->count && count < BESIDE; i++) {
		const struct mcd_app_membership *m = mcd_vec_at(memberships, i);
		bool there = false;

		for (size_t k = 0; k < count; k++)
			there = there || mcd_addr_equal(groups[k], m->group);
		if (!there && mcd_apps_imposes(evidence, m))
			groups[count++] = m->group;
	}
	return count;
}

/* All groups with the MAC address of GROUP: a NIC that filters by that lets the others in too (RFC 1112, 6.4; RFC 2464, 7). */
static void put_group(struct mcd_string *out, struct mcd_addr group)
{
	if (mcd_addr_is_v4(group))
		mcd_string_add(out, " or ip[16:4] & 0xf07fffff = 0x%08" PRIx32, UINT32_C(0xe0000000) | (mcd_addr_to_v4(group) & UINT32_C(0x7fffff)));
	else
		mcd_string_add(out, " or (ip6[24] = 0xff and ip6[36:4] = 0x%08" PRIx32 ")", (uint32_t)group.lo);
}

/* MLD behind its hop-by-hop header, and without one, which is a fault to be seen (RFC 9777, 5). */
static void put_mld(struct mcd_string *out)
{
	mcd_string_add(out, "(ip6[6] = 0 and ip6[40] = 58) or (ip6[6] = 58 and (ip6[40] = 130 or ip6[40] = 131 or ip6[40] = 132 or ip6[40] = 143))");
}

/* What hosts and routers of the families that were asked about say of memberships. */
static void put_memberships(struct mcd_string *out, const struct mcd_request *request)
{
	const bool v4 = mcd_request_has_family(request, MCD_IPV4), v6 = mcd_request_has_family(request, MCD_IPV6);

	if (v4)
		mcd_string_add(out, "igmp");
	if (v4 && v6)
		mcd_string_add(out, " or ");
	if (v6)
		put_mld(out);
}

char *mcd_capture_filter(const struct mcd_evidence *evidence, unsigned tags)
{
	const struct mcd_request *request = evidence->request;
	struct mcd_addr beside[BESIDE];
	const size_t nbeside = groups_beside(evidence, beside);
	struct mcd_string out = { 0 };

	for (unsigned depth = 0; depth <= tags; depth++) {
		mcd_string_add(&out, "%s", depth ? " or (vlan and (" : "");
		put_memberships(&out, request);
		for (size_t g = 0; g < request->ngroups; g++)
			put_group(&out, request->groups[g].address);
		for (size_t g = 0; g < nbeside; g++)
			put_group(&out, beside[g]);
	}
	for (unsigned depth = 0; depth < tags; depth++)
		mcd_string_add(&out, "))");
	return out.text;
}
