/* SPDX-License-Identifier: ISC */
/* GetAdaptersAddresses(): the name that the user gave an adapter, the device that Npcap makes of its GUID, and what its driver calls it. */
#include <config.h>

#include "net/ifaces.h"

#include "base/vec.h"
#include "net/win32.h"

#include <errno.h>
#include <ipifcons.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A disabled adapter is not listed; a cable that is not plugged in leaves one that is not operational. */
static uint32_t flags_of(const IP_ADAPTER_ADDRESSES *adapter)
{
	uint32_t flags = MCD_IFACE_UP;

	if (adapter->OperStatus == IfOperStatusUp)
		flags |= MCD_IFACE_CARRIER;
	if (!(adapter->Flags & IP_ADAPTER_NO_MULTICAST))
		flags |= MCD_IFACE_MULTICAST;
	switch (adapter->IfType) {
	case IF_TYPE_SOFTWARE_LOOPBACK:
		return flags | MCD_IFACE_LOOPBACK;
	case IF_TYPE_IEEE80211:
		return flags | MCD_IFACE_BROADCAST | MCD_IFACE_WIFI;
	case IF_TYPE_ETHERNET_CSMACD:
		return flags | MCD_IFACE_BROADCAST;
	case IF_TYPE_PPP:
	case IF_TYPE_TUNNEL:
		return flags | MCD_IFACE_POINTOPOINT;
	default:
		return flags;
	}
}

/* One that another host has too, or may turn out to, is not in use. */
static bool is_in_use(const IP_ADAPTER_UNICAST_ADDRESS *at)
{
	const int family = at->Address.lpSockaddr->sa_family;

	return (family == AF_INET || family == AF_INET6) && at->DadState != IpDadStateTentative && at->DadState != IpDadStateDuplicate;
}

static bool read_addresses(const IP_ADAPTER_ADDRESSES *adapter, struct mcd_iface *iface)
{
	size_t count = 0;

	for (const IP_ADAPTER_UNICAST_ADDRESS *at = adapter->FirstUnicastAddress; at; at = at->Next)
		count++;
	iface->addresses = calloc(count + 1, sizeof *iface->addresses);
	if (!iface->addresses)
		return false;
	for (const IP_ADAPTER_UNICAST_ADDRESS *at = adapter->FirstUnicastAddress; at; at = at->Next)
		if (is_in_use(at))
			iface->addresses[iface->naddresses++] = (struct mcd_iface_address){
				mcd_win32_address(at->Address.lpSockaddr, (size_t)at->Address.iSockaddrLength), at->OnLinkPrefixLength };
	return true;
}

static bool read_adapter(const IP_ADAPTER_ADDRESSES *adapter, struct mcd_iface *iface)
{
	iface->index = mcd_win32_index(adapter);
	iface->flags = flags_of(adapter);
	iface->mtu = adapter->Mtu == UINT32_MAX ? 0 : adapter->Mtu; /* loopback has none */
	iface->has_mac = adapter->PhysicalAddressLength == sizeof iface->mac && !(iface->flags & MCD_IFACE_LOOPBACK);
	if (iface->has_mac)
		memcpy(iface->mac, adapter->PhysicalAddress, sizeof iface->mac);
	mcd_win32_text(adapter->FriendlyName, iface->name, sizeof iface->name);
	mcd_win32_text(adapter->Description, iface->description, sizeof iface->description);
	if (iface->flags & MCD_IFACE_LOOPBACK)
		snprintf(iface->device, sizeof iface->device, "\\Device\\NPF_Loopback");
	else
		snprintf(iface->device, sizeof iface->device, "\\Device\\NPF_%s", adapter->AdapterName);
	return read_addresses(adapter, iface);
}

/* A cable that is not plugged in keeps its adapter's address, which another may have got since. */
static void mark_shared(struct mcd_vec *ifaces)
{
	for (size_t i = 0; i < ifaces->count; i++) {
		struct mcd_iface *one = mcd_vec_at(ifaces, i);

		for (size_t k = 0; k < ifaces->count; k++) {
			const struct mcd_iface *other = mcd_vec_at(ifaces, k);

			for (size_t a = 0; other != one && a < one->naddresses; a++)
				if (mcd_addr_is_v4(one->addresses[a].address) && mcd_iface_has_address(other, one->addresses[a].address))
					one->shares_address = true;
		}
	}
}

static int compare_index(const void *a, const void *b)
{
	const struct mcd_iface *left = a, *right = b;

	return (left->index > right->index) - (left->index < right->index);
}

bool mcd_ifaces_read(struct mcd_iface_list *out, struct mcd_err *err)
{
	DWORD why;
	IP_ADAPTER_ADDRESSES *adapters = mcd_win32_adapters(GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER, &why);
	bool good = why == ERROR_SUCCESS || why == ERROR_NO_DATA;
	struct mcd_vec ifaces;

	*out = (struct mcd_iface_list){ NULL, 0 };
	mcd_vec_init(&ifaces, sizeof(struct mcd_iface));
	if (!good)
		mcd_err_os(err, mcd_win32_errno(why), "cannot list the interfaces");
	for (const IP_ADAPTER_ADDRESSES *at = adapters; good && at; at = at->Next) {
		struct mcd_iface *iface = mcd_vec_push(&ifaces);

		good = iface && read_adapter(at, iface);
		if (!good)
			mcd_err_os(err, ENOMEM, "cannot list the interfaces");
	}
	free(adapters);
	mcd_vec_sort(&ifaces, compare_index);
	mark_shared(&ifaces);
	out->at = ifaces.items;
	out->count = ifaces.count;
	if (!good)
		mcd_iface_list_fini(out);
	return good;
}
