/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "base/iface.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *mcd_iface_flag_name(unsigned bit)
{
	static const char *const names[MCD_IFACE_FLAGS] = { "up",      "carrier",  "loopback", "multicast", "broadcast", "pointopoint",
							    "promisc", "allmulti", "noarp",    "wifi",	    "xdp" };

	return names[bit];
}

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

bool mcd_iface_has_family(const struct mcd_iface *iface, unsigned family)
{
	for (size_t i = 0; i < iface->naddresses; i++)
		if (mcd_addr_place(iface->addresses[i].address) == family)
			return true;
	return false;
}

bool mcd_iface_is_on_link(const struct mcd_iface *iface, struct mcd_addr address)
{
	for (size_t i = 0; i < iface->naddresses; i++)
		if (mcd_addr_in(address, iface->addresses[i].address, iface->addresses[i].prefix_length))
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

/* Where captures have names of their own for interfaces, the user's differ not by their case alone, and a GUID in braces ends the other. */
static bool is_called(const struct mcd_iface *iface, const char *text)
{
	const char *guid = strchr(iface->device, '{');

	if (strcmp(iface->name, text) == 0)
		return true;
	return iface->device[0] && (strcasecmp(iface->name, text) == 0 || strcasecmp(iface->device, text) == 0 || (guid && strcasecmp(guid, text) == 0));
}

const struct mcd_iface *mcd_iface_find(const struct mcd_iface_list *list, const char *text, bool *ambiguous)
{
	struct mcd_addr address;
	bool twice = false;
	const struct mcd_iface *found = NULL;

	for (size_t i = 0; !found && i < list->count; i++)
		if (is_called(&list->at[i], text))
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

/* Kinds of which no other device is a port: spares a walk over the list for each of hundreds of NICs. */
static bool has_no_ports(const struct mcd_iface *iface)
{
	return iface->kind[0] == '\0' || is_stacked(iface) || strcmp(iface->kind, "veth") == 0;
}

/* DEPTH bounds the steps: a made-up list may hold a circle. */
static bool carries(const struct mcd_iface_list *list, const struct mcd_iface *lower, const struct mcd_iface *upper, unsigned depth)
{
	const struct mcd_iface *parent = is_stacked(upper) ? mcd_iface_by_index(list, upper->link) : NULL;

	if (depth == 0)
		return false;
	if (parent && (parent == lower || carries(list, lower, parent, depth - 1)))
		return true;
	for (size_t i = 0; !has_no_ports(upper) && i < list->count; i++) {
		const struct mcd_iface *port = &list->at[i];

		if (port->index != 0 && port->master == upper->index && mcd_iface_is_enslaved(list, port) &&
		    (port == lower || carries(list, lower, port, depth - 1)))
			return true;
	}
	return false;
}

bool mcd_iface_is_below(const struct mcd_iface_list *list, unsigned lower, unsigned upper)
{
	enum { DEEPEST = 16 };
	const struct mcd_iface *goal = mcd_iface_by_index(list, upper);
	const struct mcd_iface *from = mcd_iface_by_index(list, lower);

	return goal && from && goal != from && carries(list, from, goal, DEEPEST);
}
