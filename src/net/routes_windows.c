/* SPDX-License-Identifier: ISC */
/* GetBestRoute2(): the one way that the stack would choose. Whether a source is let in by it, Windows does not ask (its hosts have no reverse path filter). */
#include <config.h>

#include "net/routes.h"

#include "net/sock_os.h"
#include "net/win32.h"

#include <netioapi.h>
#include <string.h>

static SOCKADDR_INET sockaddr_of(struct mcd_addr addr)
{
	struct sockaddr_storage from;
	SOCKADDR_INET to;

	mcd_sock_put_address(&from, addr, 0, 0);
	memcpy(&to, &from, sizeof to);
	return to;
}

static enum mcd_routing routing_of(DWORD code)
{
	switch (code) {
	case ERROR_NETWORK_UNREACHABLE:
	case ERROR_HOST_UNREACHABLE:
	case ERROR_NOT_FOUND:
		return MCD_ROUTING_NONE;
	default:
		return MCD_ROUTING_UNKNOWN;
	}
}

static void found(struct mcd_host_route *route, bool local, int prefix_length, DWORD ifindex, struct mcd_addr gateway)
{
	route->routing = local ? MCD_ROUTING_LOCAL : MCD_ROUTING_FOUND;
	route->prefix_length = prefix_length;
	route->ways[0] = (struct mcd_host_way){ .ifindex = (unsigned)ifindex, .gateway = gateway };
	route->nways = 1;
}

/* By the older function, which knows IPv4 alone. The next hop of a link is the interface's own address there. */
static DWORD read_ipv4(struct mcd_host_route *route)
{
	MIB_IPFORWARDROW best;
	const DWORD code = GetBestRoute(htonl(mcd_addr_to_v4(route->destination)), 0, &best);

	if (code == NO_ERROR)
		found(route, false, __builtin_popcount((unsigned)best.dwForwardMask), best.dwForwardIfIndex,
		      mcd_addr_v4(best.dwForwardType == MIB_IPROUTE_TYPE_DIRECT ? 0 : ntohl(best.dwForwardNextHop)));
	return code;
}

static void read_route(struct mcd_host_route *route)
{
	const SOCKADDR_INET destination = sockaddr_of(route->destination);
	MIB_IPFORWARD_ROW2 best;
	SOCKADDR_INET source;
	DWORD code;

	*route = (struct mcd_host_route){ .destination = route->destination, .prefix_length = -1 };
	memset(&best, 0, sizeof best);
	code = GetBestRoute2(NULL, 0, NULL, &destination, 0, &best, &source);
	if (code == NO_ERROR)
		found(route, best.Loopback, best.DestinationPrefix.PrefixLength <= 128 ? best.DestinationPrefix.PrefixLength : -1, best.InterfaceIndex,
		      mcd_win32_address(&best.NextHop, sizeof best.NextHop));
	else if (code == ERROR_NOT_SUPPORTED && mcd_addr_is_v4(route->destination))
		code = read_ipv4(route);
	if (code != NO_ERROR)
		route->routing = routing_of(code);
}

void mcd_routes_read(struct mcd_host *host)
{
	for (size_t i = 0; i < host->routes.count; i++)
		read_route(mcd_vec_at(&host->routes, i));
	for (size_t i = 0; i < host->paths.count; i++) {
		struct mcd_host_path *path = mcd_vec_at(&host->paths, i);

		path->accepted = -1;
		read_route(&path->back);
	}
}
