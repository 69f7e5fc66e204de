/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/vec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 8, FIRST_BYTES = 512 }; /* many vectors hold one large item */

typedef int compare_fn(const void *, const void *);

void mcd_vec_init(struct mcd_vec *v, size_t item_size)
{
	*v = (struct mcd_vec){ NULL, 0, 0, item_size };
}

static size_t first_room(size_t item_size)
{
	const size_t room = FIRST_BYTES / item_size;

	return room < 1 ? 1 : room < FIRST_ROOM ? room : FIRST_ROOM;
}

void *mcd_vec_push(struct mcd_vec *v)
{
	void *item;

	if (v->count == v->room) {
		size_t room = v->room ? v->room * 2 : first_room(v->item_size);
		void *items;

		if (v->room > SIZE_MAX / 2 || room > SIZE_MAX / v->item_size)
			return NULL;
		items = realloc(v->items, room * v->item_size);
		if (!items)
			return NULL;
		v->items = items;
		v->room = room;
	}
	item = mcd_vec_at(v, v->count++);
	memset(item, 0, v->item_size);
	return item;
}

void mcd_vec_fini(struct mcd_vec *v)
{
	free(v->items);
	mcd_vec_init(v, v->item_size);
}

static void swap_items(const struct mcd_vec *v, size_t i, size_t j)
{
	unsigned char *a = mcd_vec_at(v, i), *b = mcd_vec_at(v, j);

	for (size_t k = 0; k < v->item_size; k++) {
		unsigned char t = a[k];

		a[k] = b[k];
		b[k] = t;
	}
}

static void reverse(const struct mcd_vec *v, size_t from, size_t to)
{
	while (from + 1 < to)
		swap_items(v, from++, --to);
}

/* Exchange the neighbours [FROM, MIDDLE) and [MIDDLE, TO), each in its own order. */
static void rotate(const struct mcd_vec *v, size_t from, size_t middle, size_t to)
{
	if (from == middle || middle == to)
		return;
	reverse(v, from, middle);
	reverse(v, middle, to);
	reverse(v, from, to);
}

/* The first index in the sorted [FROM, TO) whose item is above that at KEY, or, with ORSAME, not below it. */
static size_t bound(const struct mcd_vec *v, size_t from, size_t to, size_t key, int orsame, compare_fn *compare)
{
	while (from < to) {
		size_t half = from + (to - from) / 2;
		int order = compare(mcd_vec_at(v, half), mcd_vec_at(v, key));

		if (order < 0 || (order == 0 && !orsame))
			from = half + 1;
		else
			to = half;
	}
	return from;
}

/* Merge the sorted neighbours [FROM, MIDDLE) and [MIDDLE, TO) in place: no memory, so sorting cannot fail. */
static void merge(const struct mcd_vec *v, size_t from, size_t middle, size_t to, compare_fn *compare)
{
	while (from < middle && middle < to && compare(mcd_vec_at(v, middle - 1), mcd_vec_at(v, middle)) > 0) {
		size_t left, right, split;

		if (to - from == 2) {
			swap_items(v, from, middle);
			return;
		}
		if (middle - from > to - middle) {
			left = from + (middle - from) / 2;
			right = bound(v, middle, to, left, 1, compare);
		} else {
			right = middle + (to - middle) / 2;
			left = bound(v, from, middle, right, 0, compare);
		}
		rotate(v, left, middle, right);
		split = left + (right - middle);
		merge(v, from, left, split, compare);
		from = split;
		middle = right;
	}
}

void mcd_vec_sort(struct mcd_vec *v, int (*compare)(const void *, const void *))
{
	for (size_t width = 1; width < v->count; width *= 2)
		for (size_t from = 0; v->count - from > width; from += 2 * width) {
			size_t rest = v->count - from;

			merge(v, from, from + width, rest > 2 * width ? from + 2 * width : v->count, compare);
			if (rest <= 2 * width)
				break;
		}
}
