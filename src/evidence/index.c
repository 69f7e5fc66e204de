/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/index.h"

#include <stdlib.h>

enum { FIRST_ROOM = 64 };

size_t mcd_index_find(const struct mcd_index *index, uint32_t hash, const struct mcd_vec *items, mcd_index_same *same, const void *key)
{
	const size_t mask = index->room - 1;

	if (index->room == 0)
		return SIZE_MAX;
	/* Half of the slots are free, so that the walk ends. */
	for (size_t i = hash & mask; index->slots[i].place != 0; i = (i + 1) & mask) {
		size_t position = index->slots[i].place - 1;

		if (index->slots[i].hash == hash && same(mcd_vec_at(items, position), key))
			return position;
	}
	return SIZE_MAX;
}

static void enter(struct mcd_index *index, struct mcd_index_slot slot)
{
	const size_t mask = index->room - 1;
	size_t i = slot.hash & mask;

	while (index->slots[i].place != 0)
		i = (i + 1) & mask;
	index->slots[i] = slot;
	index->used++;
}

static bool grow(struct mcd_index *index)
{
	size_t room = index->room ? index->room * 2 : FIRST_ROOM;
	struct mcd_index larger = { calloc(room, sizeof *larger.slots), room, 0 };

	if (!larger.slots)
		return false;
	for (size_t i = 0; i < index->room; i++)
		if (index->slots[i].place != 0)
			enter(&larger, index->slots[i]);
	free(index->slots);
	*index = larger;
	return true;
}

bool mcd_index_add(struct mcd_index *index, uint32_t hash, size_t position)
{
	if (index->used * 2 >= index->room && !grow(index))
		return false;
	enter(index, (struct mcd_index_slot){ hash, (uint32_t)(position + 1) });
	return true;
}

void mcd_index_fini(struct mcd_index *index)
{
	free(index->slots);
	*index = (struct mcd_index){ NULL, 0, 0 };
}

void *mcd_index_push(struct mcd_index *index, uint32_t hash, struct mcd_vec *items, size_t most)
{
	void *item = items->count < most ? mcd_vec_push(items) : NULL;

	if (item && !mcd_index_add(index, hash, items->count - 1)) {
		items->count--;
		return NULL;
	}
	return item;
}
