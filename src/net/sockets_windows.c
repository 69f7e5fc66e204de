/* SPDX-License-Identifier: ISC */
/* GetExtendedUdpTable(): address, port and process of every UDP socket. What a socket has joined, Windows tells nobody. */
#include <config.h>

#include "net/sockets.h"

#include "net/folder.h"
#include "net/win32.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4096 };

/* The table of a family, to free(); NULL when it cannot be read. */
static void *read_table(ULONG family)
{
	DWORD room = 16 * 1024, code;
	void *table = NULL;

	do {
		free(table);
		table = malloc(room);
		code = table ? GetExtendedUdpTable(table, &room, FALSE, family, UDP_TABLE_OWNER_PID, 0) : ERROR_NOT_ENOUGH_MEMORY;
	} while (table && code == ERROR_INSUFFICIENT_BUFFER);
	if (code == NO_ERROR)
		return table;
	free(table);
	return NULL;
}

static void read_process(DWORD pid, char *out, size_t room)
{
	HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
	char path[512];
	DWORD length = sizeof path;

	if (process && QueryFullProcessImageNameA(process, 0, path, &length))
		snprintf(out, room, "%.*s", (int)room - 1, mcd_folder_base(path));
	if (process)
		CloseHandle(process);
}

static bool matters(const struct mcd_request *request, struct mcd_addr address, uint16_t port)
{
	for (size_t i = 0; i < request->ngroups; i++)
		if (request->groups[i].port == port || mcd_addr_equal(request->groups[i].address, address))
			return true;
	return false;
}

struct listing {
	struct mcd_apps *apps;
	const struct mcd_request *request;
	bool whole;
};

/* Windows gives a socket no name that lasts: its place, process and number in their order stand for it while the run lasts. */
static void add(struct listing *listing, struct mcd_addr address, uint16_t port, bool v6, DWORD pid)
{
	struct mcd_app_socket *socket;
	uint64_t twins = 0;

	if (pid == GetCurrentProcessId() || !matters(listing->request, address, port))
		return;
	for (size_t i = 0; i < listing->apps->sockets.count; i++) {
		const struct mcd_app_socket *other = mcd_vec_at(&listing->apps->sockets, i);

		twins += other->pid == (int)pid && other->port == port && !mcd_addr_is_v4(other->address) == v6;
	}
	socket = listing->apps->sockets.count < MOST ? mcd_vec_push(&listing->apps->sockets) : NULL;
	if (!socket) {
		listing->whole = false;
		return;
	}
	*socket = (struct mcd_app_socket){ .cookie = (uint64_t)pid << 32 | (uint64_t)port << 16 | (uint64_t)v6 << 15 | (twins & 0x7fff), .address = address, .port = port,
					   .takes_ipv4 = !v6, .drops = UINT64_MAX, .receive_buffer = UINT64_MAX, .queued = UINT64_MAX, .pid = (int)pid, .uid = UINT32_MAX,
					   .multicast_all = 0, .multicast_all_ipv6 = v6 ? 0 : -1 }; /* a socket gets what it has joined itself */
	read_process(pid, socket->process, sizeof socket->process);
}

static bool list_ipv4(struct listing *listing)
{
	MIB_UDPTABLE_OWNER_PID *table = read_table(AF_INET);

	for (DWORD i = 0; table && i < table->dwNumEntries; i++)
		add(listing, mcd_addr_v4(ntohl(table->table[i].dwLocalAddr)), ntohs((u_short)table->table[i].dwLocalPort), false, table->table[i].dwOwningPid);
	free(table);
	return table != NULL;
}

static bool list_ipv6(struct listing *listing)
{
	MIB_UDP6TABLE_OWNER_PID *table = read_table(AF_INET6);

	for (DWORD i = 0; table && i < table->dwNumEntries; i++)
		add(listing, mcd_addr_v6(table->table[i].ucLocalAddr), ntohs((u_short)table->table[i].dwLocalPort), true, table->table[i].dwOwningPid);
	free(table);
	return table != NULL;
}

void mcd_sockets_read(struct mcd_host *out, const struct mcd_request *request)
{
	struct listing listing = { &out->apps, request, true };

	mcd_apps_fini(&out->apps);
	listing.whole = list_ipv4(&listing) && listing.whole;
	listing.whole = list_ipv6(&listing) && listing.whole;
	out->apps.known = listing.whole;
	mcd_apps_sort(&out->apps);
}
