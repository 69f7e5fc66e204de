/* SPDX-License-Identifier: ISC */
/* Private to evidence: an open-addressing hash index over the items of a vector. It holds positions only, so that items may move. Hashes are
 * keyed by a secret of the run: what a capture holds was chosen by others, who must not choose what collides. */
#ifndef MCD_EVIDENCE_INDEX_H
#define MCD_EVIDENCE_INDEX_H

#include "base/addr.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mcd_index_slot {
	uint32_t hash;
	uint32_t place;			/* position + 1; 0 = free */
};

/* All zero = empty. */
struct mcd_index {
	struct mcd_index_slot *slots;	/* a power of two of them, at most half in use */
	size_t room, used;
};

/* The positions that were entered under HASH, one after the other: *AT starts at 0 and moves. SIZE_MAX when there is no more; the caller
 * compares the items. */
static inline size_t mcd_index_next(const struct mcd_index *index, uint32_t hash, size_t *at)
{
	const size_t mask = index->room - 1;

	if (index->room == 0)
		return SIZE_MAX;
	for (;;) { /* half of the slots are free, so that it ends */
		const struct mcd_index_slot *slot = &index->slots[(hash + (*at)++) & mask];

		if (slot->place == 0)
			return SIZE_MAX;
		if (slot->hash == hash)
			return slot->place - 1;
	}
}

void mcd_index_fini(struct mcd_index *index);

/* Append one zeroed item to ITEMS and enter it under HASH; NULL when memory is out. */
void *mcd_index_push(struct mcd_index *index, uint32_t hash, struct mcd_vec *items);

/* Both halves of A * B, one folded on the other. */
static inline uint64_t mcd_hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), left = (a >> 32) * (b & UINT32_MAX), right = (a & UINT32_MAX) * (b >> 32);
	uint64_t middle = left + (low >> 32) + (right & UINT32_MAX);

	return ((low & UINT32_MAX) | middle << 32) ^ ((a >> 32) * (b >> 32) + (middle >> 32) + (right >> 32));
#endif
}

/* Mix VALUE into a running hash, which starts with the secret. */
static inline uint64_t mcd_hash_mix(uint64_t hash, uint64_t value)
{
	return mcd_hash_fold(hash ^ 0x9e3779b97f4a7c15u, value ^ (hash >> 32 | hash << 32) ^ 0xd6e8feb86659fd93u);
}

static inline uint64_t mcd_hash_addr(uint64_t hash, struct mcd_addr a)
{
	return a.hi ? mcd_hash_mix(mcd_hash_mix(hash, a.hi), a.lo) : mcd_hash_mix(hash, a.lo);
}

static inline uint32_t mcd_hash_end(uint64_t hash)
{
	return (uint32_t)(hash >> 32) ^ (uint32_t)hash;
}

#endif
