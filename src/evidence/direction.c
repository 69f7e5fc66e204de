/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "evidence/tables.h"

#include <stdlib.h>
#include <string.h>

/* A veth's link is its peer, which it does not ride on. */
static bool rides_on(const struct mcd_iface *upper, unsigned lower)
{
	return upper->link == lower && strcmp(upper->kind, "veth") != 0;
}

/* Whether anything may be above IFACE at all: spares the walk over the whole list for hundreds of plain NICs. */
static bool may_have_upper(const struct mcd_iface_list *ifaces, const struct mcd_iface *iface)
{
	if (iface->index == 0 || iface->master != 0)
		return iface->index != 0;
	for (size_t i = 0; i < ifaces->count; i++)
		if (rides_on(&ifaces->at[i], iface->index))
			return true;
	return false;
}

static bool may_have_lower(const struct mcd_iface_list *ifaces, const struct mcd_iface *iface)
{
	if (iface->index == 0 || (iface->link != 0 && rides_on(iface, iface->link)))
		return iface->index != 0;
	for (size_t i = 0; i < ifaces->count; i++)
		if (ifaces->at[i].master == iface->index)
			return true;
	return false;
}

static bool add(struct mcd_tables *tables, const struct mcd_iface *iface)
{
	if (iface->has_mac) {
		uint8_t(*macs)[6] = realloc(tables->macs, (tables->nmacs + 1) * sizeof *macs);

		if (!macs)
			return false;
		memcpy(macs[tables->nmacs++], iface->mac, sizeof *macs);
		tables->macs = macs;
	}
	if (iface->naddresses > 0) {
		size_t count = tables->naddresses + iface->naddresses;
		struct mcd_addr *addresses = realloc(tables->addresses, count * sizeof *addresses);

		if (!addresses)
			return false;
		tables->addresses = addresses;
		for (size_t i = 0; i < iface->naddresses; i++)
			addresses[tables->naddresses++] = iface->addresses[i].address;
	}
	return true;
}

bool mcd_direction_init(struct mcd_tables *tables, const struct mcd_iface_list *ifaces, const struct mcd_iface *iface)
{
	if (!add(tables, iface))
		return false;
	if (!may_have_upper(ifaces, iface))
		return true;
	for (size_t i = 0; i < ifaces->count; i++) {
		const struct mcd_iface *upper = &ifaces->at[i];

		if (upper == iface || !may_have_lower(ifaces, upper) || !mcd_iface_is_below(ifaces, iface->index, upper->index))
			continue;
		if (!add(tables, upper))
			return false;
	}
	return true;
}

void mcd_direction_fini(struct mcd_tables *tables)
{
	free(tables->macs);
	free(tables->addresses);
	tables->macs = NULL;
	tables->addresses = NULL;
	tables->nmacs = tables->naddresses = 0;
}

bool mcd_direction_out(const struct mcd_nic *nic, const struct mcd_frame *frame, const struct mcd_packet *packet)
{
	const struct mcd_tables *tables = nic->tables;

	/* Loopback frames carry a zero MAC that says nothing, and the NIC has none to compare with. */
	if (packet->link.has_source && tables->nmacs > 0) {
		for (size_t i = 0; i < tables->nmacs; i++)
			if (memcmp(tables->macs[i], packet->link.source, sizeof packet->link.source) == 0)
				return true;
		return false;
	}
	if (packet->link.sent != MCD_SENT_UNKNOWN)
		return packet->link.sent == MCD_SENT_OUT;
	if (frame->sent != MCD_SENT_UNKNOWN)
		return frame->sent == MCD_SENT_OUT;
	for (size_t i = 0; packet->layer >= MCD_LAYER_IP && i < tables->naddresses; i++)
		if (mcd_addr_equal(tables->addresses[i], packet->ip.source))
			return true;
	return false;
}
