/* SPDX-License-Identifier: ISC */
/* The host of the run: its interfaces, and what its kernel listed, allowed and counted. */
#include <config.h>

#include "command/restore_parts.h"

#include <stdlib.h>
#include <string.h>

void *mcd_restore_push(struct mcd_reading *r, struct mcd_vec *list)
{
	void *item = r->failed ? NULL : mcd_vec_push(list);

	if (!item && !r->failed) {
		mcd_err_set(r->err, "out of memory");
		r->failed = true;
	}
	return item;
}

/* Flags that are not known are those of a later version: left out. */
static uint32_t read_flags(struct mcd_reading *r, const cJSON *row)
{
	const cJSON *item;
	uint32_t flags = 0;

	cJSON_ArrayForEach(item, mcd_reading_array(r, row, "flags"))
		for (unsigned bit = 0; cJSON_IsString(item) && bit < MCD_IFACE_FLAGS; bit++)
			if (strcmp(item->valuestring, mcd_iface_flag_name(bit)) == 0)
				flags |= 1u << bit;
	return flags;
}

static void read_mac(struct mcd_reading *r, const cJSON *row, struct mcd_iface *iface)
{
	char text[MCD_MAC_TEXT];
	size_t length;

	mcd_reading_text(r, row, "mac", text, sizeof text);
	length = strlen(text);
	iface->has_mac = length > 0;
	for (size_t i = 0; i < sizeof iface->mac && iface->has_mac; i++) {
		int high = length == sizeof text - 1 ? mcd_reading_digit(text[3 * i]) : -1, low = high >= 0 ? mcd_reading_digit(text[3 * i + 1]) : -1;

		if (low < 0 || (text[3 * i + 2] != ':' && i + 1 < sizeof iface->mac)) {
			mcd_reading_refuse(r, "mac", "a MAC address");
			return;
		}
		iface->mac[i] = (uint8_t)(high << 4 | low);
	}
}

static void read_addresses(struct mcd_reading *r, const cJSON *row, struct mcd_iface *iface)
{
	const cJSON *list = mcd_reading_array(r, row, "addresses"), *item;
	const size_t count = mcd_reading_rows(r, list, "addresses", MCD_RESTORE_ROWS);

	if (count == 0)
		return;
	iface->addresses = calloc(count, sizeof *iface->addresses);
	if (!iface->addresses) {
		mcd_reading_refuse(r, "addresses", "few enough for the memory");
		return;
	}
	cJSON_ArrayForEach(item, list) {
		struct mcd_iface_address *address = &iface->addresses[iface->naddresses++];

		address->address = mcd_reading_address(r, item, "address");
		address->prefix_length = (uint8_t)mcd_reading_int(r, item, "prefix_length", 0, mcd_addr_family(address->address) == 4 ? 32 : 128);
	}
}

static void read_iface(struct mcd_reading *r, const cJSON *row, struct mcd_iface *iface)
{
	mcd_reading_text(r, row, "name", iface->name, sizeof iface->name);
	iface->index = (unsigned)mcd_reading_int(r, row, "index", 1, INT32_MAX);
	read_mac(r, row, iface);
	mcd_reading_text(r, row, "device", iface->device, sizeof iface->device);
	mcd_reading_text(r, row, "description", iface->description, sizeof iface->description);
	iface->mtu = (uint32_t)mcd_reading_uint_or(r, row, "mtu", 0);
	iface->flags = read_flags(r, row);
	mcd_reading_text(r, row, "kind", iface->kind, sizeof iface->kind);
	iface->master = (unsigned)mcd_reading_int(r, row, "master", 0, INT32_MAX);
	iface->link = (unsigned)mcd_reading_int(r, row, "link", 0, INT32_MAX);
	iface->vlan_id = (uint16_t)mcd_reading_int(r, row, "vlan_id", 0, UINT16_MAX);
	read_addresses(r, row, iface);
}

void mcd_restore_ifaces(struct mcd_reading *r, const cJSON *root, struct mcd_iface_list *ifaces)
{
	const cJSON *list = mcd_reading_array(r, root, "interfaces"), *row;
	const size_t count = mcd_reading_rows(r, list, "interfaces", MCD_RESTORE_IFACES);

	ifaces->at = calloc(count + 1, sizeof *ifaces->at);
	if (!ifaces->at) {
		mcd_reading_refuse(r, "interfaces", "few enough for the memory");
		return;
	}
	cJSON_ArrayForEach(row, list) {
		struct mcd_iface *iface = &ifaces->at[ifaces->count++];

		read_iface(r, row, iface);
		if (!r->failed && ifaces->count > 1 && iface[-1].index >= iface->index)
			mcd_reading_refuse(r, "interfaces", "ascending by index");
		if (r->failed)
			return;
	}
}

/* Not known, too, where the folder is older than the counter. */
static uint64_t read_counter(struct mcd_reading *r, const cJSON *counters, const char *name)
{
	return counters && !cJSON_GetObjectItemCaseSensitive(counters, name) ? UINT64_MAX : mcd_reading_uint_or(r, counters, name, UINT64_MAX);
}

static void read_counters(struct mcd_reading *r, const cJSON *view, struct mcd_host_counters *c)
{
	const cJSON *object = mcd_reading_object(r, view, "counters");

#define READ(name, table, counter) c->name = read_counter(r, object, #name);
	MCD_HOST_COUNTERS(READ)
#undef READ
}

static void read_traffic(struct mcd_reading *r, const cJSON *row, struct mcd_host_traffic *traffic)
{
	const cJSON *object = mcd_reading_object(r, row, "traffic");

#define READ(name) traffic->name = mcd_reading_uint_or(r, object, #name, UINT64_MAX);
	MCD_HOST_TRAFFIC(READ)
#undef READ
}

static const char *network_name(int network)
{
	return mcd_network_name((enum mcd_network)network);
}

static const char *platform_name(int platform)
{
	return mcd_platform_name((enum mcd_platform)platform);
}

static void read_facts(struct mcd_reading *r, const cJSON *view, struct mcd_host *host)
{
	const cJSON *list = mcd_reading_array(r, view, "interfaces"), *row;

	mcd_reading_rows(r, list, "interfaces", MCD_RESTORE_IFACES);
	cJSON_ArrayForEach(row, list) {
		struct mcd_host_iface *facts = mcd_restore_push(r, &host->ifaces);

		if (!facts)
			return;
		facts->ifindex = (unsigned)mcd_reading_int(r, row, "index", 0, INT32_MAX);
		facts->igmp_version = (int)mcd_reading_int(r, row, "igmp_version", 0, 3);
		facts->force_igmp_version = (int)mcd_reading_int(r, row, "force_igmp_version", -1, INT32_MAX);
		facts->force_mld_version = mcd_reading_later(r, row, "force_mld_version", -1);
		facts->rp_filter = (int)mcd_reading_int(r, row, "rp_filter", -1, INT32_MAX);
		facts->accept_local = (int)mcd_reading_int(r, row, "accept_local", -1, 1);
		facts->mc_forwarding = (int)mcd_reading_int(r, row, "mc_forwarding", -1, INT32_MAX);
		facts->disable_ipv6 = (int)mcd_reading_int(r, row, "disable_ipv6", -1, INT32_MAX);
		facts->metric = (int)mcd_reading_int(r, row, "metric", -1, INT32_MAX);
		facts->network = (enum mcd_network)mcd_reading_name(r, row, "network", MCD_NETWORKS, network_name);
		facts->firewall = (int)mcd_reading_int(r, row, "firewall", -1, 1);
		read_traffic(r, row, &facts->traffic);
	}
}

static void read_memberships(struct mcd_reading *r, const cJSON *view, struct mcd_host *host)
{
	const cJSON *list = mcd_reading_array(r, view, "memberships"), *row;

	mcd_reading_rows(r, list, "memberships", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(row, list) {
		struct mcd_host_membership *m = mcd_restore_push(r, &host->memberships);

		if (!m)
			return;
		m->ifindex = (unsigned)mcd_reading_int(r, row, "index", 0, INT32_MAX);
		m->group = mcd_reading_address(r, row, "group");
		m->users = (unsigned)mcd_reading_int(r, row, "users", 0, UINT32_MAX);
	}
}

static void read_filter(struct mcd_reading *r, const cJSON *view, struct mcd_host *host)
{
	const cJSON *list = mcd_reading_array(r, view, "sources"), *row;

	mcd_reading_rows(r, list, "sources", MCD_RESTORE_ROWS);
	cJSON_ArrayForEach(row, list) {
		struct mcd_host_source *s = mcd_restore_push(r, &host->sources);

		if (!s)
			return;
		s->ifindex = (unsigned)mcd_reading_int(r, row, "index", 0, INT32_MAX);
		s->group = mcd_reading_address(r, row, "group");
		s->source = mcd_reading_address(r, row, "source");
		s->include = (unsigned)mcd_reading_int(r, row, "include", 0, UINT32_MAX);
		s->exclude = (unsigned)mcd_reading_int(r, row, "exclude", 0, UINT32_MAX);
	}
}

void mcd_restore_view(struct mcd_reading *r, const cJSON *view, struct mcd_host *host)
{
	mcd_reading_text(r, view, "name", host->name, sizeof host->name);
	mcd_reading_text(r, view, "os", host->os, sizeof host->os);
	host->platform = (enum mcd_platform)mcd_reading_name(r, view, "platform", MCD_PLATFORMS, platform_name);
	mcd_reading_text(r, view, "kernel", host->kernel, sizeof host->kernel);
	mcd_reading_text(r, view, "network_namespace", host->network_namespace, sizeof host->network_namespace);
	host->igmp_level = (int)mcd_reading_int(r, view, "igmp_level", -1, INT32_MAX);
	host->igmp_max_memberships = (int)mcd_reading_int(r, view, "igmp_max_memberships", -1, INT32_MAX);
	host->igmp_max_msf = (int)mcd_reading_int(r, view, "igmp_max_msf", -1, INT32_MAX);
	host->igmp_link_local_mcast_reports = (int)mcd_reading_int(r, view, "igmp_link_local_mcast_reports", -1, INT32_MAX);
	host->first_namespace = (int)mcd_reading_int(r, view, "first_namespace", -1, 1);
	mcd_reading_text(r, view, "container", host->container, sizeof host->container);
	host->igmp_qrv = (int)mcd_reading_int(r, view, "igmp_qrv", -1, INT32_MAX);
	host->mld_max_msf = mcd_reading_later(r, view, "mld_max_msf", -1);
	host->mld_qrv = mcd_reading_later(r, view, "mld_qrv", -1);
	host->optmem_max = (int)mcd_reading_int(r, view, "optmem_max", -1, INT32_MAX);
	host->rmem_max = (int)mcd_reading_int(r, view, "rmem_max", -1, INT32_MAX);
	read_counters(r, view, &host->counters);
	read_facts(r, view, host);
	host->memberships_unknown = !mcd_reading_bool(r, view, "memberships_known");
	read_memberships(r, view, host);
	read_filter(r, view, host);
	mcd_restore_apps(r, view, &host->apps);
	mcd_restore_facts(r, view, host);
}
