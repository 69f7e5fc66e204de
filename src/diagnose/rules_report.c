/* SPDX-License-Identifier: ISC */
/* What is wrong with a membership report in itself. */
#include <config.h>

#include "diagnose/judge.h"

/* To whom a message of MLD has to go (RFC 9777, 5.2.14; RFC 2710, 4 and 5). */
static struct mcd_addr mld_destination(const struct mcd_report *r)
{
	return r->type == MCD_IGMP_V3_REPORT ? mcd_addr_report_routers(true) : r->type == MCD_IGMP_LEAVE ? mcd_addr_all_routers(true) : r->group;
}

/* Whether it goes elsewhere than its version prescribes; an IGMPv2 leave is heard wherever it goes (RFC 2236, 2 and 9). */
static bool is_misdirected(const struct mcd_report *r)
{
	if (!mcd_addr_is_v4(r->group))
		return !mcd_addr_equal(r->destination, mld_destination(r));
	if (r->type == MCD_IGMP_V3_REPORT)
		return !mcd_addr_equal(r->destination, mcd_addr_report_routers(false));
	return r->type != MCD_IGMP_LEAVE && !mcd_addr_equal(r->destination, r->group);
}

const char *mcd_report_malformation(const struct mcd_report *r)
{
	const bool mld = !mcd_addr_is_v4(r->group);

	if (!r->checksum_ok)
		return mld ? "a bad ICMPv6 checksum" : "a bad IGMP checksum";
	if (!mcd_addr_is_multicast(r->group))
		return "a group that is no multicast address";
	if (r->ttl != 1)
		return mld ? "a hop limit other than 1" : "an IP TTL other than 1";
	if (mld && !mcd_addr_is_link_local(r->source) && !mcd_addr_is_unspecified(r->source))
		return "a source that is no link-local address";
	if ((mld || r->version >= 2) && !r->router_alert)
		return "no Router Alert option";
	return is_misdirected(r) ? "a destination other than the one its version prescribes" : NULL;
}

/* Many devices leave the Router Alert out of IGMPv2 and are heard; a wrong checksum nobody takes. */
static enum mcd_severity weigh(const struct mcd_judge *j, const struct mcd_report *r)
{
	bool alert_alone = mcd_addr_is_v4(r->group) && r->checksum_ok && r->ttl == 1 && !r->router_alert;

	if (!r->checksum_ok)
		return MCD_FAULT;
	return j->inventory || (alert_alone && r->version == 2) ? MCD_NOTE : MCD_FAULT;
}

/* Of a group that is asked about, or in an inventory of the interface. */
static struct mcd_finding *find(struct mcd_judge *j, enum mcd_code code)
{
	return j->inventory ? mcd_find_nic(j, code) : mcd_find_group(j, code);
}

static void find_malformed(struct mcd_judge *j, const struct mcd_report *r)
{
	const char *what = mcd_report_malformation(r);
	const enum mcd_severity severity = weigh(j, r);
	struct mcd_finding *f;

	if (!what)
		return;
	f = find(j, MCD_REPORT_MALFORMED);
	if (f)
		f->severity = severity;
	else if ((f = mcd_found(j, MCD_REPORT_MALFORMED, j->nic, j->inventory ? NULL : j->group)) != NULL && severity < f->severity)
		f->severity = severity; /* the weightiest of them all */
	if (f && !*f->summary)
		mcd_find_summary(f, "A membership report of %s on %s has %s; switches and routers may ignore it", mcd_text_addr(r->source).s,
				 j->nic->iface->name, what);
	mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s of %s for %s with %s (TTL %u, to %s)", mcd_text_record(r).s,
		      mcd_text_addr(r->source).s, mcd_text_addr(r->group).s, what, r->ttl, mcd_text_addr(r->destination).s);
}

static void find_zero_source(struct mcd_judge *j, const struct mcd_report *r)
{
	struct mcd_finding *f;

	if (!mcd_addr_is_unspecified(r->source) || mcd_addr_scope(r->group) == MCD_SCOPE_LINK_LOCAL)
		return;
	f = find(j, MCD_REPORT_FROM_ZERO_ADDRESS);
	mcd_find_summary(f, "A membership report on %s comes from %s: of a host without an address, which some switches and routers ignore, "
			    "or of a switch that reports for others", j->nic->iface->name, mcd_text_addr(r->source).s);
	mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s for %s from %s", mcd_text_record(r).s, mcd_text_addr(r->group).s,
		      mcd_text_addr(r->source).s);
}

static void find_sourceless(struct mcd_judge *j, const struct mcd_report *r)
{
	struct mcd_finding *f;

	if (mcd_addr_scope(r->group) != MCD_SCOPE_SSM || (r->record != MCD_TO_EX && r->record != MCD_IS_EX))
		return;
	f = find(j, MCD_SSM_RANGE_WITHOUT_SOURCE);
	if (f && j->inventory)
		f->severity = MCD_NOTE;
	mcd_find_summary(f, "%s joins %s without a source on %s: the group is in the source-specific range, and routers ignore such a membership",
			 mcd_text_addr(r->source).s, mcd_text_addr(r->group).s, j->nic->iface->name);
	mcd_find_clue(j, f, j->nic, r->packet, r->when_ns, "%s for %s, which lies in %s (RFC 4607)", mcd_text_record(r).s, mcd_text_addr(r->group).s,
		      mcd_text_ssm_range(r->group));
}

void mcd_rules_report(struct mcd_judge *j, const struct mcd_report *r)
{
	if (!j->findings)
		return;
	find_malformed(j, r);
	find_zero_source(j, r);
	find_sourceless(j, r);
}
