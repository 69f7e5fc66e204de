/* SPDX-License-Identifier: ISC */
/* Private to evidence: which row of a wire's streams a datagram is of, told by a hash of what is in its headers. */
#ifndef MCD_EVIDENCE_STREAMS_FIND_H
#define MCD_EVIDENCE_STREAMS_FIND_H

#include "evidence/tables.h"

/* The four numbers of a key in one, the ports as they stand in the UDP header. */
static inline uint64_t mcd_stream_numbers(uint16_t port, uint16_t source_port, uint16_t vlan, uint16_t inner_vlan)
{
	return (uint64_t)source_port << 48 | (uint64_t)port << 32 | (uint64_t)vlan << 16 | inner_vlan;
}

/* ADDRESSES: source and group as they stand in an IPv4 header. */
static inline uint32_t mcd_stream_hash_v4(const struct mcd_evidence *e, uint64_t addresses, uint64_t numbers)
{
	return mcd_hash_end(mcd_hash_fold(addresses ^ e->secret, numbers ^ (e->secret << 32 | e->secret >> 32)));
}

static inline uint32_t mcd_stream_hash(const struct mcd_evidence *e, const struct mcd_addr *source, const struct mcd_addr *group, uint64_t numbers)
{
	if (mcd_addr_is_v4(*group))
		return mcd_stream_hash_v4(e, source->lo << 32 | mcd_addr_to_v4(*group), numbers);
	return mcd_hash_end(mcd_hash_mix(mcd_hash_addr(mcd_hash_addr(e->secret, *source), *group), numbers));
}

/* The same of a frame whose IPv4 header is at IP, as mcd_steady_ip() tells. */
static inline uint32_t mcd_stream_steady_hash(const struct mcd_evidence *e, const struct mcd_frame *frame, const uint8_t *ip)
{
	const uint64_t numbers = (uint64_t)mcd_load32(ip + MCD_STEADY_IP) << 32 | (uint64_t)mcd_steady_vlan(frame, ip) << 16;

	return mcd_stream_hash_v4(e, mcd_load64(ip + 12), numbers);
}

/* The row of a stream; NULL when there is none. */
static inline struct mcd_stream *mcd_stream_find(const struct mcd_nic *nic, uint32_t hash, const struct mcd_addr *source, const struct mcd_addr *group,
						 uint64_t numbers)
{
	size_t place, at = 0;

	while ((place = mcd_index_next(&nic->tables->streams, hash, &at)) != SIZE_MAX) {
		struct mcd_stream *s = (struct mcd_stream *)nic->streams.items + place;

		if (mcd_stream_numbers(s->port, s->source_port, s->vlan, s->inner_vlan) == numbers && s->source.lo == source->lo &&
		    s->group.lo == group->lo && s->source.hi == source->hi && s->group.hi == group->hi)
			return s;
	}
	return NULL;
}

/* Make a row of KEY, which has none and hashes to HASH; NULL, and counted as omitted, when there is no room for it. */
struct mcd_stream *mcd_streams_add(struct mcd_evidence *evidence, struct mcd_nic *nic, const struct mcd_stream_key *key, uint32_t hash);

#endif
