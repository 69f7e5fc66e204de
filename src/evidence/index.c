/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/index.h"

#include <stdlib.h>

enum { FIRST_ROOM = 64 };

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

void mcd_index_fini(struct mcd_index *index)
{
	free(index->slots);
	*index = (struct mcd_index){ NULL, 0, 0 };
}

void *mcd_index_push(struct mcd_index *index, uint32_t hash, struct mcd_vec *items)
{
	void *item;

	if (index->used * 2 >= index->room && !grow(index))
		return NULL;
	item = mcd_vec_push(items);
	if (item)
		enter(index, (struct mcd_index_slot){ hash, (uint32_t)items->count });
	return item;
}
