/* SPDX-License-Identifier: ISC */
/* What a pcapng file tells of its interfaces. Options that do not have their type's length are left out. */
#include <config.h>

#include "capfile/order.h"
#include "capfile/pcapng.h"

#include <string.h>

/* Codes of sections 4.2 and 4.6. */
enum { IF_NAME = 2, IF_DESCRIPTION, IF_IPV4_ADDRESS, IF_IPV6_ADDRESS, IF_MAC_ADDRESS, IF_TSRESOL = 9, IF_TSOFFSET = 14 };
enum { ISB_IFDROP = 5, ISB_OSDROP = 7 };

static void read_name(const struct mcd_pcapng_option *option, char name[MCD_IFACE_NAME])
{
	size_t length = option->length < MCD_IFACE_NAME ? option->length : MCD_IFACE_NAME - 1;

	memcpy(name, option->value, length);
	name[length] = '\0';
}

/* The ones that a netmask begins with. */
static uint8_t mask_length(uint32_t mask)
{
	uint8_t length = 0;

	for (; mask & 0x80000000; mask <<= 1)
		length++;
	return length;
}

static void add_address(struct mcd_capfile_iface *iface, struct mcd_addr address, uint8_t prefix_length)
{
	if (iface->naddresses < sizeof iface->addresses / sizeof iface->addresses[0])
		iface->addresses[iface->naddresses++] = (struct mcd_iface_address){ address, prefix_length };
}

/* Addresses are in network order whatever the section's. */
static void read_address(const struct mcd_pcapng_option *option, struct mcd_capfile_iface *iface)
{
	const uint8_t *p = option->value;

	if (option->code == IF_IPV4_ADDRESS && option->length == 8)
		add_address(iface, mcd_addr_v4(mcd_order_u32(p, true)), mask_length(mcd_order_u32(p + 4, true)));
	if (option->code == IF_IPV6_ADDRESS && option->length == 17 && p[16] <= 128)
		add_address(iface, mcd_addr_v6(p), p[16]);
}

/* The options that are no text; RESOLUTION and OFFSET_S keep their values where there are none. */
static void read_number(const struct mcd_pcapng_option *option, bool big, struct mcd_capfile_iface *iface, uint8_t *resolution, int64_t *offset_s)
{
	const uint8_t *p = option->value;

	switch (option->code) {
	case IF_IPV4_ADDRESS:
	case IF_IPV6_ADDRESS:
		read_address(option, iface);
		break;
	case IF_MAC_ADDRESS:
		iface->has_mac = option->length == sizeof iface->mac;
		if (iface->has_mac)
			memcpy(iface->mac, p, sizeof iface->mac);
		break;
	case IF_TSRESOL:
		*resolution = option->length == 1 ? p[0] : *resolution;
		break;
	case IF_TSOFFSET:
		*offset_s = option->length == 8 ? (int64_t)mcd_order_u64(p, big) : *offset_s;
		break;
	}
}

bool mcd_pcapng_describe(struct mcd_capfile *file, const struct mcd_pcapng_block *block)
{
	char description[MCD_IFACE_NAME] = "";
	uint8_t resolution = MCD_TICKS_MICROSECONDS;
	int64_t offset_s = 0;
	struct mcd_pcapng_options options;
	struct mcd_pcapng_option option;
	struct mcd_reader_iface *iface;

	if (block->length < 8)
		return mcd_pcapng_short(file, block);
	iface = mcd_reader_add(file);
	if (!iface)
		return false;
	iface->told.link_type = mcd_order_u16(block->body, file->big);
	iface->told.snap_length = mcd_order_u32(block->body + 4, file->big);
	options = (struct mcd_pcapng_options){ block->body + 8, block->body + block->length, file->big };
	while (mcd_pcapng_option(&options, &option)) {
		if (option.code == IF_NAME)
			read_name(&option, iface->told.name);
		else if (option.code == IF_DESCRIPTION)
			read_name(&option, description);
		else
			read_number(&option, file->big, &iface->told, &resolution, &offset_s);
	}
	if (!*iface->told.name)
		memcpy(iface->told.name, description, sizeof description);
	iface->ticks = mcd_ticks_of(resolution, offset_s);
	return true;
}

/* Statistics of an interface that is not described tell nothing; those without either number leave what an earlier block told. */
bool mcd_pcapng_statistics(struct mcd_capfile *file, const struct mcd_pcapng_block *block)
{
	struct mcd_pcapng_options options;
	struct mcd_pcapng_option option;
	uint64_t dropped = 0;
	bool has_dropped = false;
	uint32_t i;

	if (block->length < 12)
		return mcd_pcapng_short(file, block);
	i = mcd_order_u32(block->body, file->big);
	options = (struct mcd_pcapng_options){ block->body + 12, block->body + block->length, file->big };
	while (mcd_pcapng_option(&options, &option)) {
		if ((option.code == ISB_IFDROP || option.code == ISB_OSDROP) && option.length == 8) {
			uint64_t number = mcd_order_u64(option.value, file->big);

			dropped = number > UINT64_MAX - dropped ? UINT64_MAX : dropped + number;
			has_dropped = true;
		}
	}
	if (has_dropped && i < file->ifaces.count - file->section) {
		struct mcd_reader_iface *iface = mcd_vec_at(&file->ifaces, file->section + i);

		iface->told.dropped = dropped;
		iface->told.has_dropped = true;
	}
	return true;
}
