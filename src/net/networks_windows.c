/* SPDX-License-Identifier: ISC */
/* The network list manager: the category by which Windows Firewall chooses its rules for an interface. */
#define COBJMACROS
#define INITGUID
#include <config.h>

#include "net/networks_windows.h"

#include <netlistmgr.h>
#include <string.h>

static enum mcd_network network_of(NLM_NETWORK_CATEGORY category)
{
	switch (category) {
	case NLM_NETWORK_CATEGORY_PUBLIC:
		return MCD_NETWORK_PUBLIC;
	case NLM_NETWORK_CATEGORY_PRIVATE:
		return MCD_NETWORK_PRIVATE;
	case NLM_NETWORK_CATEGORY_DOMAIN_AUTHENTICATED:
		return MCD_NETWORK_DOMAIN;
	default:
		return MCD_NETWORK_UNKNOWN;
	}
}

/* Whether the firewall is on for NETWORK: by a policy of the domain, else as it was set here. -1 = neither says so. */
static int firewall_of(enum mcd_network network)
{
#define POLICY L"SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\"
#define LOCAL L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"
	static const wchar_t *const keys[MCD_NETWORKS][3] = {
		[MCD_NETWORK_PUBLIC] = { POLICY L"PublicProfile", LOCAL L"PublicProfile" },
		[MCD_NETWORK_PRIVATE] = { POLICY L"PrivateProfile", POLICY L"StandardProfile", LOCAL L"StandardProfile" },
		[MCD_NETWORK_DOMAIN] = { POLICY L"DomainProfile", LOCAL L"DomainProfile" },
	};
#undef POLICY
#undef LOCAL
	DWORD on;

	for (size_t i = 0; i < 3 && keys[network][i]; i++)
		if (mcd_win32_registry(keys[network][i], L"EnableFirewall", &on))
			return on != 0;
	return -1;
}

/* The index of the adapter GUID; 0 = none. Its name is that GUID. */
static unsigned index_of(const IP_ADAPTER_ADDRESSES *adapters, const GUID *guid)
{
	wchar_t wide[48];
	char name[48];

	if (!StringFromGUID2(guid, wide, sizeof wide / sizeof wide[0]))
		return 0;
	mcd_win32_text(wide, name, sizeof name);
	for (; adapters; adapters = adapters->Next)
		if (_stricmp(adapters->AdapterName, name) == 0)
			return mcd_win32_index(adapters);
	return 0;
}

static void read_connection(struct mcd_host *out, const IP_ADAPTER_ADDRESSES *adapters, INetworkConnection *connection)
{
	NLM_NETWORK_CATEGORY category;
	INetwork *network;
	unsigned index;
	GUID guid;

	if (FAILED(INetworkConnection_GetAdapterId(connection, &guid)) || FAILED(INetworkConnection_GetNetwork(connection, &network)))
		return;
	index = index_of(adapters, &guid);
	for (size_t i = 0; SUCCEEDED(INetwork_GetCategory(network, &category)) && i < out->ifaces.count; i++) {
		struct mcd_host_iface *iface = mcd_vec_at(&out->ifaces, i);

		if (!index || iface->ifindex != index)
			continue;
		iface->network = network_of(category);
		iface->firewall = firewall_of(iface->network);
	}
	INetwork_Release(network);
}

void mcd_networks_read(struct mcd_host *out, const IP_ADAPTER_ADDRESSES *adapters)
{
	const bool begun = SUCCEEDED(CoInitializeEx(NULL, COINIT_MULTITHREADED));
	INetworkListManager *manager = NULL;
	IEnumNetworkConnections *list = NULL;
	INetworkConnection *connection;
	ULONG got;

	if (SUCCEEDED(CoCreateInstance(&CLSID_NetworkListManager, NULL, CLSCTX_ALL, &IID_INetworkListManager, (void **)&manager)) &&
	    SUCCEEDED(INetworkListManager_GetNetworkConnections(manager, &list)))
		while (IEnumNetworkConnections_Next(list, 1, &connection, &got) == S_OK && got == 1) {
			read_connection(out, adapters, connection);
			INetworkConnection_Release(connection);
		}
	if (list)
		IEnumNetworkConnections_Release(list);
	if (manager)
		INetworkListManager_Release(manager);
	if (begun)
		CoUninitialize();
}
