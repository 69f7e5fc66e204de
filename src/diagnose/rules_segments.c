/* SPDX-License-Identifier: ISC */
/* Two interfaces of this host on one segment, where no probe of ours shows it. What foreigners send proves nothing of that: a router passes one
 * stream on to several segments, and a switch may ask with one address on all its VLANs. */
#include <config.h>

#include "diagnose/judge.h"

/* The one interface that holds ADDRESS; NULL = none does, or several. */
static const struct mcd_iface *holder(const struct mcd_evidence *e, struct mcd_addr address)
{
	const struct mcd_iface *found = NULL;

	for (size_t i = 0; i < e->ifaces.count; i++)
		for (size_t k = 0; k < e->ifaces.at[i].naddresses; k++)
			if (mcd_addr_equal(e->ifaces.at[i].addresses[k].address, address)) {
				if (found)
					return NULL;
				found = &e->ifaces.at[i];
			}
	return found;
}

/* Whose row is put to the test; NULL = none. */
static const struct mcd_nic *tested(const struct mcd_evidence *e, const struct mcd_iface *iface)
{
	const struct mcd_nic *nic = iface ? mcd_evidence_nic(e, iface->index) : NULL;

	return nic && mcd_nic_is_used(nic) ? nic : NULL;
}

void mcd_rules_segments(struct mcd_judge *j)
{
	const struct mcd_nic *wire = j->nic;

	for (size_t i = 0; i < wire->reports.count; i++) {
		const struct mcd_report *r = mcd_vec_at(&wire->reports, i);
		const struct mcd_nic *sender = r->out || r->vlan || !r->checksum_ok ? NULL : tested(j->evidence, holder(j->evidence, r->source));
		struct mcd_finding *f;

		if (!sender || sender == wire || mcd_ifaces_related(j->evidence, sender->iface, wire->iface))
			continue;
		j->nic = sender;
		j->check = MCD_CHECK_JOIN;
		f = mcd_find_nic(j, MCD_SEGMENTS_BRIDGED);
		if (f)
			f->confidence = MCD_LIKELY;
		mcd_find_summary(f, "%s and %s seem to be on one segment: a report of %s comes in on %s", sender->iface->name, wire->iface->name,
				 sender->iface->name, wire->iface->name);
		mcd_find_clue(j, f, wire, r->packet, r->when_ns, "%s from %s, an address of %s, came in on %s", mcd_text_record(r).s,
			      mcd_text_addr(r->source).s, sender->iface->name, wire->iface->name);
		mcd_find_settle(f, "send probes (--send): one that comes in on the other interface settles it; another host with that address would not");
	}
}
