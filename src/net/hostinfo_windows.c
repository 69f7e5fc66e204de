/* SPDX-License-Identifier: ISC */
/* The host's view of multicast as Windows tells it: adapters and their groups, the registry's settings of IGMP, the counters of IP and UDP. */
#include <config.h>

#include "net/hostinfo.h"

#include "net/networks_windows.h"
#include "net/win32.h"

#include <netioapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BUILD_OF_11 = 22000 };

#define TCPIP_KEY L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
#define VERSION_KEY L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"

enum mcd_platform mcd_hostinfo_platform(void)
{
	return MCD_PLATFORM_WINDOWS;
}

/* ---- identity ---- */

static void read_text(const wchar_t *value, char *out, size_t room)
{
	wchar_t text[128];
	DWORD size = sizeof text;

	out[0] = '\0';
	if (RegGetValueW(HKEY_LOCAL_MACHINE, VERSION_KEY, value, RRF_RT_REG_SZ, NULL, text, &size) == ERROR_SUCCESS)
		mcd_win32_text(text, out, room);
}

/* GetVersion() and its like tell what the manifest says that the program knows. */
static bool true_version(OSVERSIONINFOW *out)
{
	LONG(WINAPI *get)(OSVERSIONINFOW *) = (LONG(WINAPI *)(OSVERSIONINFOW *))mcd_win32_function(L"ntdll.dll", "RtlGetVersion");

	out->dwOSVersionInfoSize = sizeof *out;
	return get && get(out) == 0;
}

void mcd_hostinfo_identity(struct mcd_host *out)
{
	OSVERSIONINFOW version = { 0 };

	out->platform = mcd_hostinfo_platform();
	if (gethostname(out->name, sizeof out->name) != 0)
		out->name[0] = '\0';
	out->name[sizeof out->name - 1] = '\0';
	read_text(L"ProductName", out->os, sizeof out->os);
	if (!true_version(&version))
		return;
	if (version.dwBuildNumber >= FIRST_BUILD_OF_11 && strncmp(out->os, "Windows 10", 10) == 0)
		memcpy(out->os, "Windows 11", 10); /* whose registry still says 10 */
	snprintf(out->kernel, sizeof out->kernel, "Windows %lu.%lu.%lu", version.dwMajorVersion, version.dwMinorVersion, version.dwBuildNumber);
}

/* ---- memberships ---- */

static void add_groups(struct mcd_host *out, const IP_ADAPTER_ADDRESSES *adapter)
{
	for (const IP_ADAPTER_MULTICAST_ADDRESS *at = adapter->FirstMulticastAddress; at; at = at->Next) {
		struct mcd_host_membership *added = mcd_vec_push(&out->memberships);

		if (!added)
			return;
		*added = (struct mcd_host_membership){ mcd_win32_index(adapter), mcd_win32_address(at->Address.lpSockaddr, (size_t)at->Address.iSockaddrLength), 1 };
	}
}

/* A host of IP is a member of the group of all hosts (RFC 1112, 4): where nothing at all is listed, nothing is known. */
void mcd_hostinfo_memberships(struct mcd_host *out)
{
	DWORD why;
	IP_ADAPTER_ADDRESSES *adapters = mcd_win32_adapters(GAA_FLAG_SKIP_UNICAST | GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_DNS_SERVER, &why);

	mcd_vec_fini(&out->memberships);
	mcd_vec_fini(&out->sources);
	for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
		add_groups(out, at);
	out->memberships_unknown = out->memberships.count == 0;
	free(adapters);
}

/* ---- settings ---- */

/* IGMPVersion: 2, 3, 4 = IGMPv1, v2, v3, which is also the default. 0 = not forced. */
static int forced_version(void)
{
	DWORD version;

	return mcd_win32_registry(TCPIP_KEY, L"IGMPVersion", &version) && (version == 2 || version == 3) ? (int)version - 1 : 0;
}

static void read_ifaces(struct mcd_host *out, const struct mcd_iface_list *ifaces)
{
	const int forced = forced_version();
	DWORD why;
	IP_ADAPTER_ADDRESSES *adapters = mcd_win32_adapters(GAA_FLAG_SKIP_UNICAST | GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER, &why);

	mcd_vec_fini(&out->ifaces);
	for (size_t i = 0; i < ifaces->count; i++) {
		struct mcd_host_iface *added = ifaces->at[i].index ? mcd_vec_push(&out->ifaces) : NULL;

		if (!added)
			continue;
		*added = (struct mcd_host_iface){ .ifindex = ifaces->at[i].index, .force_igmp_version = forced, .force_mld_version = -1, .rp_filter = -1,
						  .accept_local = -1, .mc_forwarding = -1, .disable_ipv6 = -1, .metric = -1, .firewall = -1 };
		memset(&added->traffic, 0xff, sizeof added->traffic); /* all ones = not known */
		for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
			if (mcd_win32_index(at) == added->ifindex && at->Ipv4Metric)
				added->metric = (int)at->Ipv4Metric;
	}
	mcd_networks_read(out, adapters);
	free(adapters);
}

void mcd_hostinfo_read(struct mcd_host *out, const struct mcd_iface_list *ifaces)
{
	DWORD level;

	mcd_hostinfo_identity(out);
	out->igmp_level = mcd_win32_registry(TCPIP_KEY, L"IGMPLevel", &level) ? (int)level : 2; /* the default where it is not set */
	read_ifaces(out, ifaces);
	mcd_hostinfo_memberships(out);
}

/* ---- counters ---- */

void mcd_hostinfo_traffic(struct mcd_host *out)
{
	for (size_t i = 0; i < out->ifaces.count; i++) {
		struct mcd_host_iface *iface = mcd_vec_at(&out->ifaces, i);
		MIB_IF_ROW2 row;

		memset(&row, 0, sizeof row);
		row.InterfaceIndex = iface->ifindex;
		if (GetIfEntry2(&row) != NO_ERROR)
			continue;
		iface->traffic.rx_packets = row.InUcastPkts + row.InNUcastPkts;
		iface->traffic.rx_errors = row.InErrors;
		iface->traffic.rx_dropped = row.InDiscards;
		iface->traffic.tx_packets = row.OutUcastPkts + row.OutNUcastPkts;
		iface->traffic.tx_errors = row.OutErrors;
		iface->traffic.tx_dropped = row.OutDiscards;
	}
}

/* Counts of 32 bits, which wrap: where one went back, the difference is told as not known. */
void mcd_hostinfo_counters(struct mcd_host_counters *out)
{
	MIB_UDPSTATS udp;
	MIB_IPSTATS ip;

	if (GetIpStatisticsEx(&ip, AF_INET) == NO_ERROR) {
		out->ip_in_receives = ip.dwInReceives;
		out->ip_in_hdr_errors = ip.dwInHdrErrors;
		out->ip_in_delivers = ip.dwInDelivers;
		out->ip_reasm_reqds = ip.dwReasmReqds;
		out->ip_reasm_oks = ip.dwReasmOks;
		out->ip_reasm_fails = ip.dwReasmFails;
	}
	if (GetIpStatisticsEx(&ip, AF_INET6) == NO_ERROR) {
		out->ip6_in_receives = ip.dwInReceives;
		out->ip6_in_hdr_errors = ip.dwInHdrErrors;
		out->ip6_in_addr_errors = ip.dwInAddrErrors;
		out->ip6_in_delivers = ip.dwInDelivers;
		out->ip6_in_discards = ip.dwInDiscards;
		out->ip6_reasm_reqds = ip.dwReasmReqds;
		out->ip6_reasm_oks = ip.dwReasmOks;
		out->ip6_reasm_fails = ip.dwReasmFails;
	}
	if (GetUdpStatisticsEx(&udp, AF_INET) == NO_ERROR) {
		out->udp_in_datagrams = udp.dwInDatagrams;
		out->udp_in_errors = udp.dwInErrors;
	}
	if (GetUdpStatisticsEx(&udp, AF_INET6) == NO_ERROR) {
		out->udp6_in_datagrams = udp.dwInDatagrams;
		out->udp6_in_errors = udp.dwInErrors;
	}
}
