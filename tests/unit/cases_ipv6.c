/* SPDX-License-Identifier: ISC */
/* The healthy run of cases.c in IPv6: the same facts, each address by its twin. */
#include <config.h>

#include "cases.h"

#include <string.h>

/* 10.77.N.X is fd77:N::X; groups and the addresses of the protocols have their twins. */
static void turn(struct mcd_addr *addr)
{
	const uint32_t v4 = mcd_addr_to_v4(*addr);

	if (!mcd_addr_is_v4(*addr))
		return;
	if (mcd_addr_equal(*addr, mcd_addr_all_hosts(false)))
		*addr = mcd_addr_all_hosts(true);
	else if (mcd_addr_equal(*addr, mcd_addr_report_routers(false)))
		*addr = mcd_addr_report_routers(true);
	else if (mcd_addr_is_multicast(*addr))
		*addr = (struct mcd_addr){ UINT64_C(0xff15) << 48, v4 };
	else if (v4 == 0)
		*addr = (struct mcd_addr){ 0, 0 };
	else
		*addr = (struct mcd_addr){ UINT64_C(0xfd77) << 48 | (v4 & 0xff00) << 24, v4 & 0xff };
}

/* Who speaks MLD does so from its link-local address: fe80::NX. */
static void turn_speaker(struct mcd_addr *addr)
{
	turn(addr);
	if (!mcd_addr_is_unspecified(*addr))
		*addr = (struct mcd_addr){ UINT64_C(0xfe80) << 48, (addr->hi >> 24 & 0xff00) | addr->lo };
}

void case_turn_report(struct mcd_report *r)
{
	turn(&r->group);
	turn(&r->destination);
	turn_speaker(&r->source);
	if (r->type == MCD_IGMP_LEAVE)
		r->destination = address("ff02::2");
	r->version = r->type == MCD_IGMP_V3_REPORT ? 2 : 1;
}

void case_turn_query(struct mcd_query *q)
{
	turn(&q->group);
	turn(&q->destination);
	turn_speaker(&q->source);
	q->mld = true;
	q->version = q->version == 3 ? 2 : 1;
}

void case_turn_stream(struct mcd_stream *s)
{
	turn(&s->group);
	turn(&s->source);
}

static void turn_probes(struct mcd_probe_seen *p)
{
	turn(&p->address);
	turn(&p->source);
}

static void turn_nic(struct the_case *c, size_t i)
{
	struct mcd_nic *nic = &c->nics[i];

	nic->scratch[MCD_IPV6] = nic->scratch[MCD_IPV4];
	memset(&nic->scratch[MCD_IPV4], 0, sizeof nic->scratch[MCD_IPV4]);
	for (size_t k = 0; k < nic->reports.count; k++)
		case_turn_report(mcd_vec_at(&nic->reports, k));
	for (size_t k = 0; k < nic->queries.count; k++)
		case_turn_query(mcd_vec_at(&nic->queries, k));
	for (size_t k = 0; k < nic->queriers.count; k++) {
		struct mcd_querier *querier = mcd_vec_at(&nic->queriers, k);

		turn_speaker(&querier->address);
		querier->mld = true;
		querier->version = 2;
	}
	for (size_t k = 0; k < nic->streams.count; k++)
		case_turn_stream(mcd_vec_at(&nic->streams, k));
	for (size_t k = 0; k < nic->probes.count; k++)
		turn_probes(mcd_vec_at(&nic->probes, k));
}

void case_make_ipv6(struct the_case *c)
{
	for (size_t g = 0; g < CASE_GROUPS; g++)
		turn(&c->groups[g].address);
	c->request.scratch_groups[MCD_IPV6] = c->request.scratch_groups[MCD_IPV4];
	turn(&c->request.scratch_groups[MCD_IPV6]);
	c->request.scratch_groups[MCD_IPV4] = (struct mcd_addr){ 0, 0 };
	for (size_t i = 0; i < CASE_NICS; i++) {
		turn(&c->addresses[i].address);
		c->addresses[i].prefix_length = 64;
		turn_nic(c, i);
	}
}
