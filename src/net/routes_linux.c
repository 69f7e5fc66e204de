/* SPDX-License-Identifier: ISC */
/* RTM_GETROUTE without a dump: the kernel looks one packet up as it would for itself (rtnetlink(7); net/ipv4/route.c, inet_rtm_getroute;
 * net/ipv6/route.c, inet6_rtm_getroute). */
#include <config.h>

#include "net/routes.h"

#include "net/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct asker {
	struct mnl_socket *socket;
	char *reply;
};

/* One lookup. */
struct question {
	struct mcd_addr destination, source; /* source unspecified = none */
	unsigned came_in;		     /* as if it came in there; 0 = one of our own */
	bool match;			     /* the route that matches, with all its ways, not the way that one packet takes */
};

static void add_way(struct mcd_host_route *route, unsigned ifindex, struct mcd_addr gateway)
{
	if (ifindex == 0)
		return;
	if (route->nways == MCD_HOST_WAYS)
		route->ways_omitted++;
	else
		route->ways[route->nways++] = (struct mcd_host_way){ ifindex, gateway };
}

static int family_of(struct mcd_addr address)
{
	return mcd_addr_is_v4(address) ? AF_INET : AF_INET6;
}

struct answer {
	struct mcd_host_route *route;
	unsigned ifindex;
	struct mcd_addr gateway;
};

/* A gateway of the other family (RTA_VIA) is none that IPv4 could name: its interface is told all the same. */
static void set_gateway(const struct nlattr *attr, struct answer *answer)
{
	mcd_netlink_address(attr, family_of(answer->route->destination), &answer->gateway);
}

static int on_hop_attr(const struct nlattr *attr, void *context)
{
	if (mnl_attr_get_type(attr) == RTA_GATEWAY)
		set_gateway(attr, context);
	return MNL_CB_OK;
}

/* The next hops of a route that has several: each a struct rtnexthop and its attributes, aligned as attributes are. */
static void read_hops(struct mcd_host_route *route, const struct nlattr *attr)
{
	const char *at = mnl_attr_get_payload(attr);
	size_t left = mnl_attr_get_payload_len(attr), step;
	struct rtnexthop hop;

	for (; left >= sizeof hop; at += step, left -= step) {
		struct answer answer = { route, 0, mcd_addr_v4(INADDR_ANY) };

		memcpy(&hop, at, sizeof hop);
		if (hop.rtnh_len < sizeof hop || hop.rtnh_len > left)
			return;
		mnl_attr_parse_payload(at + sizeof hop, hop.rtnh_len - sizeof hop, on_hop_attr, &answer);
		add_way(route, (unsigned)hop.rtnh_ifindex, answer.gateway);
		step = ((size_t)hop.rtnh_len + RTNH_ALIGNTO - 1) & ~(size_t)(RTNH_ALIGNTO - 1);
		if (step > left)
			return;
	}
}

static int on_route_attr(const struct nlattr *attr, void *context)
{
	struct answer *answer = context;

	switch (mnl_attr_get_type(attr)) {
	case RTA_OIF:
		answer->ifindex = mcd_netlink_u32(attr);
		break;
	case RTA_GATEWAY:
		set_gateway(attr, answer);
		break;
	case RTA_MULTIPATH:
		read_hops(answer->route, attr);
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static uint8_t bits_of(struct mcd_addr address)
{
	return mcd_addr_is_v4(address) ? 32 : 128;
}

static int on_route(const struct nlmsghdr *message, void *context)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	struct mcd_host_route *route = context;
	struct answer answer = { route, 0, mcd_addr_v4(INADDR_ANY) };

	if (message->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(message) < sizeof *info ||
	    info->rtm_family != family_of(route->destination))
		return MNL_CB_OK;
	mnl_attr_parse(message, sizeof *info, on_route_attr, &answer);
	if (route->nways == 0)
		add_way(route, answer.ifindex, answer.gateway);
	route->prefix_length = info->rtm_dst_len <= bits_of(route->destination) ? info->rtm_dst_len : -1;
	route->routing = info->rtm_type == RTN_UNICAST || info->rtm_type == RTN_MULTICAST ? MCD_ROUTING_FOUND : MCD_ROUTING_LOCAL;
	return MNL_CB_OK;
}

/* Of IPv4 the last four of its octets. */
static void put_address(struct nlmsghdr *message, uint16_t type, struct mcd_addr address)
{
	const size_t size = bits_of(address) / 8;
	uint8_t bytes[16];

	mcd_addr_to_bytes(address, bytes);
	mnl_attr_put(message, type, size, bytes + sizeof bytes - size);
}

/* Ask Q; the answer is put into *ROUTE. 0 or the errno. */
static int ask(const struct asker *asker, const struct question *q, struct mcd_host_route *route)
{
	char request[256] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(request);
	struct rtmsg *info;

	message->nlmsg_type = RTM_GETROUTE;
	message->nlmsg_flags = NLM_F_REQUEST;
	info = mnl_nlmsg_put_extra_header(message, sizeof *info);
	info->rtm_family = (uint8_t)family_of(q->destination);
	info->rtm_dst_len = bits_of(q->destination);
	info->rtm_flags = q->match ? RTM_F_FIB_MATCH : 0;
	put_address(message, RTA_DST, q->destination);
	if (!mcd_addr_is_unspecified(q->source)) {
		info->rtm_src_len = bits_of(q->source);
		put_address(message, RTA_SRC, q->source);
	}
	if (q->came_in)
		mnl_attr_put_u32(message, RTA_IIF, q->came_in);
	return mcd_netlink_ask(asker->socket, message, asker->reply, on_route, route);
}

/* An answer that is an error: what it says of the route. */
static enum mcd_routing routing_of(int os)
{
	switch (os) {
	case ENETUNREACH:
		return MCD_ROUTING_NONE;
	case EHOSTUNREACH: /* unreachable */
	case EACCES: /* prohibit */
	case EINVAL: /* blackhole */
		return MCD_ROUTING_REFUSED;
	default:
		return MCD_ROUTING_UNKNOWN;
	}
}

/* With WAYS: all the ways of the route that matches. Else the way that a packet takes, and how long the prefix is that matches. */
static void read_route(const struct asker *asker, struct mcd_host_route *route, bool ways)
{
	struct question q = { .destination = route->destination, .source = mcd_addr_v4(INADDR_ANY), .match = true };
	struct mcd_host_route matched = { .destination = route->destination, .prefix_length = -1 };
	int os;

	os = ask(asker, &q, &matched);
	*route = matched;
	if (os == 0 && !ways) {
		route->nways = route->ways_omitted = 0;
		q.match = false;
		os = ask(asker, &q, route);
		route->prefix_length = matched.prefix_length;
	}
	if (os != 0)
		*route = (struct mcd_host_route){ .destination = q.destination, .prefix_length = -1, .routing = routing_of(os) };
}

/* EXDEV was the reverse path filter's own answer until Linux 6.14; since then every refusal is EINVAL. */
static void read_path(const struct asker *asker, struct mcd_host_path *path)
{
	const struct question q = { .destination = path->group, .source = path->source, .came_in = path->ifindex };
	struct mcd_host_route ignored = { .prefix_length = -1 };
	int os;

	path->accepted = -1; /* as it stays for IPv6, where Linux has no such filter */
	read_route(asker, &path->back, true);
	if (!mcd_addr_is_v4(path->group) || !mcd_addr_is_v4(path->source) || mcd_addr_is_unspecified(path->source))
		return;
	os = ask(asker, &q, &ignored);
	if (os == 0)
		path->accepted = 1;
	else if (os == EINVAL || os == EXDEV)
		path->accepted = 0;
}

void mcd_routes_read(struct mcd_host *host)
{
	struct asker asker = { .reply = malloc(MCD_NETLINK_REPLY) };

	if (!asker.reply)
		return;
	asker.socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	for (size_t i = 0; asker.socket && i < host->routes.count; i++)
		read_route(&asker, mcd_vec_at(&host->routes, i), false);
	for (size_t i = 0; asker.socket && i < host->paths.count; i++)
		read_path(&asker, mcd_vec_at(&host->paths, i));
	if (asker.socket)
		mnl_socket_close(asker.socket);
	free(asker.reply);
}
