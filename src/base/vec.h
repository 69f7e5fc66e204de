/* SPDX-License-Identifier: ISC */
/* A growing array of items of one size. Items move when it grows: keep indexes, not pointers, across a push. */
#ifndef MCD_BASE_VEC_H
#define MCD_BASE_VEC_H

#include <stddef.h>

struct mcd_vec {
	void *items;
	size_t count, room, item_size;
};

/* An empty vector of items of ITEM_SIZE bytes; owns nothing yet. */
void mcd_vec_init(struct mcd_vec *v, size_t item_size);

/* Append one zeroed item and return it; NULL when memory is out (the vector stays as it was). */
void *mcd_vec_push(struct mcd_vec *v);

/* The item at index I, which must be below count. */
static inline void *mcd_vec_at(const struct mcd_vec *v, size_t i)
{
	return (char *)v->items + i * v->item_size;
}

/* Free the items; what they point to stays the caller's. The vector is empty and usable again. */
void mcd_vec_fini(struct mcd_vec *v);

/* Sort by COMPARE as qsort() does, but stable. */
void mcd_vec_sort(struct mcd_vec *v, int (*compare)(const void *, const void *));

#endif
