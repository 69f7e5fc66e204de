/* SPDX-License-Identifier: ISC */
/* Private to evidence: an open-addressing hash index over the items of a vector. It holds positions only, so that items may move. */
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

/* Whether ITEM of the vector is the one that KEY describes. */
typedef bool mcd_index_same(const void *item, const void *key);

/* The position of the item with HASH that SAME accepts; SIZE_MAX when there is none. */
size_t mcd_index_find(const struct mcd_index *index, uint32_t hash, const struct mcd_vec *items, mcd_index_same *same, const void *key);

/* Enter POSITION (below UINT32_MAX) under HASH. False when memory is out. */
bool mcd_index_add(struct mcd_index *index, uint32_t hash, size_t position);
void mcd_index_fini(struct mcd_index *index);

/* Append one zeroed item to ITEMS and enter it under HASH; NULL when memory is out or ITEMS holds MOST already. */
void *mcd_index_push(struct mcd_index *index, uint32_t hash, struct mcd_vec *items, size_t most);

/* Mix VALUE into a running hash (start with 0), and make the 32 bits that the index takes. */
static inline uint64_t mcd_hash_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

static inline uint64_t mcd_hash_addr(uint64_t hash, struct mcd_addr a)
{
	return mcd_hash_mix(mcd_hash_mix(hash, a.hi), a.lo);
}

static inline uint32_t mcd_hash_end(uint64_t hash)
{
	return (uint32_t)(hash >> 32) ^ (uint32_t)hash;
}

#endif
