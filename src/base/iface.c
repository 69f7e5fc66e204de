/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/iface.h"

#include <stdlib.h>
#include <string.h>

void mcd_iface_list_fini(struct mcd_iface_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->at[i].addresses);
	free(list->at);
	*list = (struct mcd_iface_list){ NULL, 0 };
}

bool mcd_iface_has_address(const struct mcd_iface *iface, struct mcd_addr address)
{
	for (size_t i = 0; i < iface->naddresses; i++)
		if (mcd_addr_equal(iface->addresses[i].address, address))
			return true;
	return false;
}

bool mcd_iface_ipv4(const struct mcd_iface *iface, struct mcd_addr *out)
{
	for (size_t i = 0; i < iface->naddresses; i++)
		if (mcd_addr_is_v4(iface->addresses[i].address)) {
			*out = iface->addresses[i].address;
			return true;
		}
	return false;
}

const struct mcd_iface *mcd_iface_by_index(const struct mcd_iface_list *list, unsigned index)
{
	for (size_t i = 0; index != 0 && i < list->count; i++)
		if (list->at[i].index == index)
			return &list->at[i];
	return NULL;
}

/* The decimal number TEXT; 0, which is no index, when it is none or too large. */
static unsigned parse_index(const char *text)
{
	unsigned value = 0;

	if (!*text)
		return 0;
	for (; *text; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (*text < '0' || *text > '9' || value > (UINT32_MAX - digit) / 10)
			return 0;
		value = value * 10 + digit;
	}
	return value;
}

static const struct mcd_iface *by_address(const struct mcd_iface_list *list, struct mcd_addr address, bool *ambiguous)
{
	const struct mcd_iface *found = NULL;

	for (size_t i = 0; i < list->count; i++) {
		if (!mcd_iface_has_address(&list->at[i], address))
			continue;
		if (found) {
			*ambiguous = true;
			break;
		}
		found = &list->at[i];
	}
	return found;
}

const struct mcd_iface *mcd_iface_find(const struct mcd_iface_list *list, const char *text, bool *ambiguous)
{
	struct mcd_addr address;
	bool twice = false;
	const struct mcd_iface *found = NULL;

	for (size_t i = 0; !found && i < list->count; i++)
		if (strcmp(list->at[i].name, text) == 0)
			found = &list->at[i];
	if (!found)
		found = mcd_iface_by_index(list, parse_index(text));
	if (!found && mcd_addr_parse(text, &address))
		found = by_address(list, address, &twice);
	if (ambiguous)
		*ambiguous = twice;
	return found;
}

/* Only for these is "link" the device that carries their frames; a veth's link is its peer, a tunnel's its underlay. */
static bool is_stacked(const struct mcd_iface *iface)
{
	static const char *const kinds[] = { "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap" };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(iface->kind, kinds[i]) == 0)
			return iface->link != 0;
	return false;
}

bool mcd_iface_is_enslaved(const struct mcd_iface_list *list, const struct mcd_iface *iface)
{
	const struct mcd_iface *master = mcd_iface_by_index(list, iface->master);

	return iface->master != 0 && !(master && strcmp(master->kind, "vrf") == 0);
}

static bool is_directly_below(const struct mcd_iface_list *list, const struct mcd_iface *lower, const struct mcd_iface *upper)
{
	if (is_stacked(upper) && upper->link == lower->index)
		return true;
	return lower->master == upper->index && mcd_iface_is_enslaved(list, lower);
}

bool mcd_iface_is_below(const struct mcd_iface_list *list, unsigned lower, unsigned upper)
{
	const struct mcd_iface *goal = mcd_iface_by_index(list, upper);
	const struct mcd_iface *from = mcd_iface_by_index(list, lower);
	bool *seen = goal && from && goal != from ? calloc(list->count, sizeof *seen) : NULL;
	bool grew = seen != NULL;

	if (!seen)
		return false;
	seen[from - list->at] = true;
	/* Grow the set of all that is above LOWER until it stands still: a made-up list may hold a circle. */
	while (grew && !seen[goal - list->at]) {
		grew = false;
		for (size_t i = 0; i < list->count; i++)
			for (size_t j = 0; !seen[i] && list->at[i].index != 0 && j < list->count; j++)
				if (seen[j] && is_directly_below(list, &list->at[j], &list->at[i]))
					seen[i] = grew = true;
	}
	grew = seen[goal - list->at];
	free(seen);
	return grew;
}
