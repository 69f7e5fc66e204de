/* SPDX-License-Identifier: ISC */
/* Input: a place, two octets (big-endian), and what is changed there, one octet; an Ethernet frame. When the changed frame has all that stays of the
 * headers of the first one, what is told of it is what the decoders of the layers give, and else they give what they gave of the first. */
#include <config.h>

#include "fuzz.h"

#include "wire/packet.h"
#include "wire/steady.h"

#include <stdlib.h>
#include <string.h>

static bool same_link(const struct mcd_link *a, const struct mcd_link *b)
{
	return a->ethertype == b->ethertype && a->is_protected == b->is_protected && a->has_source == b->has_source &&
	       a->has_destination == b->has_destination && memcmp(a->source, b->source, sizeof a->source) == 0 &&
	       memcmp(a->destination, b->destination, sizeof a->destination) == 0 && a->tagged == b->tagged && a->vlan == b->vlan &&
	       a->inner_vlan == b->inner_vlan && a->sent == b->sent;
}

static bool same_ip(const struct mcd_ip *a, const struct mcd_ip *b)
{
	return mcd_addr_equal(a->source, b->source) && mcd_addr_equal(a->destination, b->destination) && a->protocol == b->protocol &&
	       a->ttl == b->ttl && a->dscp == b->dscp && a->ecn == b->ecn && a->dont_fragment == b->dont_fragment &&
	       mcd_ip_is_fragment(a) == mcd_ip_is_fragment(b) && a->header_length == b->header_length && a->router_alert == b->router_alert;
}

static void hold_like(const struct mcd_packet *p, const struct mcd_packet *first)
{
	fuzz_hold(p->layer == MCD_LAYER_UDP && p->status == MCD_WIRE_OK && p->link_known && !p->is_igmp && p->tunnel.kind == MCD_TUNNEL_NONE);
	if (first->layer != MCD_LAYER_UDP)
		return;
	fuzz_hold(same_link(&p->link, &first->link) && same_ip(&p->ip, &first->ip));
	fuzz_hold(p->udp.port == first->udp.port && p->udp.source_port == first->udp.source_port);
}

static void hold_told(const struct mcd_frame *frame, const struct mcd_steady *steady, const struct mcd_packet *p)
{
	const uint8_t *ip = mcd_steady_ip(frame), *udp = ip + MCD_STEADY_IP;
	const uint32_t length = mcd_steady_length(frame, ip);

	fuzz_hold(p->payload.at == udp && p->link.ethertype == MCD_ETHERTYPE_IPV4 && p->link.vlan == mcd_steady_vlan(frame, ip));
	fuzz_hold(p->ip.total_length == length + MCD_STEADY_IP && p->ip.id == mcd_load16(ip + 4));
	fuzz_hold(p->ip.checksum == (mcd_steady_ip_right(steady, ip) ? MCD_CHECKSUM_OK : mcd_ip_wrong_checksum(ip)));
	fuzz_hold(p->udp.length == length && !p->udp.length_bad && p->udp.payload.at == udp + MCD_STEADY_UDP);
	fuzz_hold(p->udp.payload.end == udp + length && !p->udp.payload.cut && !p->udp.payload.bad);
	if (mcd_addr_is_multicast(p->ip.destination))
		fuzz_hold(p->udp.checksum == mcd_udp_checksum(udp, length, steady->pseudo_sum));
}

static bool fits(const struct mcd_frame *frame, const struct mcd_steady *steady)
{
	const uint8_t *ip = mcd_steady_ip(frame);

	return ip && mcd_steady_length(frame, ip) > 0 && mcd_steady_fits(steady, frame->data, ip);
}

/* FIRST, whose IPv4 header is at IP, teaches. */
static void try(const struct mcd_frame *first, const uint8_t *ip, const struct mcd_frame *changed)
{
	static const struct mcd_steady nothing;
	struct mcd_steady steady = nothing;
	struct mcd_packet one, other;

	if (!mcd_steady_learn(&steady, first->data, ip)) {
		fuzz_hold(memcmp(&steady, &nothing, sizeof steady) == 0 && !fits(changed, &steady));
		return;
	}
	mcd_packet_decode(first, &one);
	mcd_packet_decode(changed, &other);
	fuzz_hold(fits(first, &steady) == (mcd_steady_length(first, ip) > 0));
	if (!fits(changed, &steady))
		return;
	hold_like(&other, &one);
	hold_told(changed, &steady, &other);
}

void fuzz_steady(const uint8_t *data, size_t size)
{
	enum { HEAD = 3 };
	const uint32_t length = (uint32_t)(size > HEAD ? size - HEAD : 0);
	const struct mcd_frame first = { .link_type = MCD_LINK_ETHERNET, .captured = length, .on_wire = length, .data = data + HEAD };
	const uint8_t *ip = length ? mcd_steady_ip(&first) : NULL;
	struct mcd_frame changed = first;
	uint8_t *copy = ip ? malloc(length) : NULL;

	if (!copy)
		return;
	memcpy(copy, first.data, length);
	copy[mcd_load16(data) % length] ^= data[2];
	changed.data = copy;
	try(&first, ip, &changed);
	free(copy);
}
