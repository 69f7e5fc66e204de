/* SPDX-License-Identifier: ISC */
/* What one wire shows of probes that were sent on another. */
#include <config.h>

#include "diagnose/routes.h"

#include <string.h>

static const struct mcd_nic *sender_of(const struct mcd_evidence *e, const struct mcd_probe_seen *p)
{
	for (size_t i = 0; i < e->nnics; i++)
		if (strcmp(e->nics[i].iface->name, p->iface) == 0)
			return &e->nics[i];
	return NULL;
}

bool mcd_ifaces_related(const struct mcd_evidence *e, const struct mcd_iface *a, const struct mcd_iface *b)
{
	bool vlans = strcmp(a->kind, "vlan") == 0 && strcmp(b->kind, "vlan") == 0;

	return mcd_iface_is_below(&e->ifaces, a->index, b->index) || mcd_iface_is_below(&e->ifaces, b->index, a->index) || a->link == b->index ||
	       b->link == a->index || (a->link && a->link == b->link && !vlans);
}

/* By its frame's source address alone a frame can be told apart only where the two addresses differ. */
static bool told_apart(const struct mcd_iface *a, const struct mcd_iface *b)
{
	return b->flags & MCD_IFACE_LOOPBACK || (a->has_mac && b->has_mac && memcmp(a->mac, b->mac, sizeof a->mac) != 0);
}

static void find_on_other(struct mcd_judge *j, struct mcd_diagnosis *d, const struct mcd_nic *wire, const struct mcd_probe_seen *p)
{
	const size_t nic = (size_t)(j->nic - j->evidence->nics), group = (size_t)(j->group - j->request->groups);
	const struct mcd_host_route *route = mcd_group_route(j->evidence, j->group);
	struct mcd_finding *f;

	j->checks = mcd_diagnosis_check(d, nic, group, MCD_CHECK_JOIN);
	f = mcd_find_group(j, MCD_PROBE_ON_OTHER_INTERFACE);
	mcd_find_summary(f, "Probes sent on %s left by %s, which does not carry it", j->nic->iface->name, wire->iface->name);
	mcd_find_clue(j, f, wire, p->first_packet, p->first_ns, "%s of %s went out of %s, from %s", mcd_text_count(p->packets, "probe").s,
		      j->nic->iface->name, wire->iface->name, mcd_text_addr(p->source).s);
	if (route && mcd_host_route_uses(route, wire->iface->index))
		mcd_find_clue(j, f, wire, 0, 0, "with no interface named, what is sent to %s %s", mcd_text_addr(j->group->address).s,
			      mcd_text_route(j->evidence, route).s);
	mcd_judge_set(j, MCD_FAIL, true, "probes of %s left by %s (packet %llu there)", j->nic->iface->name, wire->iface->name,
		      (unsigned long long)p->first_packet);
}

/* With the TTL that it was sent with, no router was between (RFC 1812, 5.3.1; RFC 8200, 3); this host itself may be one. */
static bool came_unrouted(const struct mcd_probe_seen *p)
{
	for (size_t i = 0; i < p->ttl.count; i++) {
		const struct mcd_ttl_count *seen = mcd_vec_at(&p->ttl, i);

		if (seen->value == p->ttl_sent)
			return true;
	}
	return false;
}

static void find_bridged(struct mcd_judge *j, const struct mcd_nic *wire, const struct mcd_probe_seen *p)
{
	struct mcd_finding *f;

	mcd_judge_turn(j, SIZE_MAX);
	f = mcd_find_nic(j, MCD_SEGMENTS_BRIDGED);
	mcd_find_summary(f, "%s and %s are on one segment: what %s sends comes in on %s", j->nic->iface->name, wire->iface->name, j->nic->iface->name,
			 wire->iface->name);
	f = mcd_found(j, MCD_SEGMENTS_BRIDGED, j->nic, NULL);
	mcd_find_clue(j, f, wire, p->first_packet, p->first_ns, "a probe that %s sent came in on %s", j->nic->iface->name, wire->iface->name);
}

void mcd_rules_probes(struct mcd_judge *j, struct mcd_diagnosis *d)
{
	const struct mcd_nic *wire = j->nic;

	for (size_t i = 0; i < wire->probes.count; i++) {
		const struct mcd_probe_seen *p = mcd_vec_at(&wire->probes, i);
		const struct mcd_nic *sender = p->ours && p->group < j->request->ngroups ? sender_of(j->evidence, p) : NULL;

		if (!sender || sender == wire || sender->role != MCD_ROLE_CHOSEN)
			continue;
		j->nic = sender;
		mcd_judge_turn(j, p->group);
		j->check = MCD_CHECK_SEND;
		if (p->out && came_unrouted(p) && told_apart(sender->iface, wire->iface) &&
		    !mcd_iface_is_below(&j->evidence->ifaces, wire->iface->index, sender->iface->index))
			find_on_other(j, d, wire, p);
		else if (!p->out && came_unrouted(p) && !mcd_ifaces_related(j->evidence, sender->iface, wire->iface))
			find_bridged(j, wire, p);
	}
	j->nic = wire;
	mcd_judge_turn(j, SIZE_MAX);
}
