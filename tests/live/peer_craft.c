/* SPDX-License-Identifier: ISC */
/* The peer with frames that no kernel would send. */
#include <config.h>

#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

uint32_t pseudo_header(const uint8_t *from, const uint8_t *to, size_t size, uint8_t protocol, size_t length)
{
	uint32_t sum = protocol + (uint32_t)length;
	size_t i;

	for (i = 0; i < size; i += 2)
		sum += get16(from + i) + get16(to + i);
	return sum;
}

unsigned checksum(const uint8_t *data, size_t length, uint32_t sum)
{
	size_t i;

	for (i = 0; i < length; i++)
		sum += (uint32_t)data[i] << (i % 2 == 0 ? 8 : 0);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static bool is_6(const struct options *o)
{
	return o->group.family == AF_INET6;
}

/* Octets of the IP headers before what is carried. */
static size_t headers(const struct options *o, bool alert)
{
	return is_6(o) ? IP6_HEADER + (alert ? 8 : 0) : IP_HEADER + (alert ? 4 : 0);
}

/* The frame's own headers: MAC is the sender's, MAPPED what the group of the packet maps to. */
static void put_ethernet(const struct options *o, uint8_t *frame, const uint8_t mac[6], const uint8_t mapped[6], unsigned type)
{
	memcpy(frame, memcmp(o->mac, (const uint8_t[6]){0}, sizeof o->mac) == 0 ? mapped : o->mac, 6);
	memcpy(frame + 6, mac, 6);
	put16(frame + 12, type);
}

static void wrap_4(const struct options *o, uint8_t *frame, const uint8_t mac[6], const uint8_t to[4], uint8_t protocol, bool alert, size_t length)
{
	const uint8_t mapped[6] = {1, 0, 0x5e, to[1] & 0x7f, to[2], to[3]}; /* RFC 1112, 6.4 */
	uint8_t *ip = frame + ETH_HLEN;
	size_t header = headers(o, alert);

	put_ethernet(o, frame, mac, mapped, ETHERTYPE_IP);
	memset(ip, 0, header);
	ip[0] = (uint8_t)(0x40 | header / 4);
	put16(ip + 2, (unsigned)(header + length));
	ip[8] = alert ? 1 : (uint8_t)o->ttl;
	ip[9] = protocol;
	memcpy(ip + 12, o->source.octets, 4);
	memcpy(ip + 16, to, 4);
	if (alert)
		put16(ip + IP_HEADER, 0x9404);
	put16(ip + 10, checksum(ip, header, 0) ^ (strcmp(o->bad, "ip") == 0 ? 0x5555 : 0));
}

static void wrap_6(const struct options *o, uint8_t *frame, const uint8_t mac[6], const uint8_t to[16], uint8_t protocol, bool alert, size_t length)
{
	const uint8_t mapped[6] = {0x33, 0x33, to[12], to[13], to[14], to[15]};	/* RFC 2464, 7 */
	const uint8_t hop_by_hop[8] = {protocol, 0, 5, 2, 0, 0, 1, 0};		/* the router alert, RFC 2711, and PadN, RFC 8200, 4.2 */
	uint8_t *ip = frame + ETH_HLEN;

	put_ethernet(o, frame, mac, mapped, ETHERTYPE_IPV6);
	memset(ip, 0, IP6_HEADER);
	ip[0] = 0x60;
	put16(ip + 4, (unsigned)(headers(o, alert) - IP6_HEADER + length));
	ip[6] = alert ? IPPROTO_HOPOPTS : protocol;
	ip[7] = alert ? 1 : (uint8_t)o->ttl;
	memcpy(ip + 8, o->source.octets, 16);
	memcpy(ip + 24, to, 16);
	if (alert)
		memcpy(ip + IP6_HEADER, hop_by_hop, sizeof hop_by_hop);
}

/* Headers around the LENGTH octets that follow them in FRAME; returns the frame's length. ALERT: the router alert, and one hop only. */
static size_t wrap(const struct options *o, uint8_t *frame, const uint8_t mac[6], const uint8_t *to, uint8_t protocol, bool alert, size_t length)
{
	if (is_6(o))
		wrap_6(o, frame, mac, to, protocol, alert, length);
	else
		wrap_4(o, frame, mac, to, protocol, alert, length);
	return ETH_HLEN + headers(o, alert) + length;
}

/* Another protocol than UDP with nothing but zeros in it: what the host does not listen to, such as OSPF and VRRP; of ICMPv6 the type too. */
static size_t craft_other(const struct options *o, uint8_t *frame, const uint8_t mac[6])
{
	uint8_t *data = frame + ETH_HLEN + headers(o, false);

	memset(data, 0, o->size);
	if (o->protocol == IPPROTO_ICMPV6) {
		data[0] = o->type;
		put16(data + 2, checksum(data, o->size, pseudo_header(o->source.octets, o->group.octets, 16, IPPROTO_ICMPV6, o->size)));
	}
	return wrap(o, frame, mac, o->group.octets, o->protocol, false, o->size);
}

/* IEEE 802.1Q, 9.6 */
static size_t tag(const struct options *o, uint8_t *frame, size_t length)
{
	enum { ADDRESSES = 12, TAG = 4 };

	if (o->vlan < 0)
		return length;
	memmove(frame + ADDRESSES + TAG, frame + ADDRESSES, length - ADDRESSES);
	put16(frame + ADDRESSES, ETHERTYPE_VLAN);
	put16(frame + ADDRESSES + 2, (unsigned)o->vlan);
	return length + TAG;
}

static size_t craft_udp(const struct options *o, uint8_t *frame, const uint8_t mac[6])
{
	uint8_t *udp = frame + ETH_HLEN + headers(o, false);
	size_t length = UDP_HEADER + o->size;
	uint32_t pseudo = pseudo_header(o->source.octets, o->group.octets, is_6(o) ? 16 : 4, IPPROTO_UDP, length);

	memset(udp, 'x', length);
	put16(udp, o->source_port);
	put16(udp + 2, o->port);
	put16(udp + 4, (unsigned)length + (strcmp(o->bad, "length") == 0 ? 64 : 0));
	put16(udp + 6, 0);
	put16(udp + 6, checksum(udp, length, pseudo) ^ (strcmp(o->bad, "udp") == 0 ? 0x5555 : 0));
	return wrap(o, frame, mac, o->group.octets, IPPROTO_UDP, false, length);
}

/* The end of a query of IGMPv3 and MLDv2: robustness, interval and no source. RFC 9776, 4.1; RFC 9777, 5.1. */
static void put_querier(const struct options *o, uint8_t *at)
{
	at[0] = 2;
	at[1] = (uint8_t)o->interval;
}

/* RFC 9776, 4.1; RFC 2236, 2; RFC 1112, appendix I. */
static size_t craft_igmp_query(const struct options *o, uint8_t *frame, const uint8_t mac[6], bool general)
{
	static const uint8_t all_hosts[4] = {224, 0, 0, 1};
	uint8_t *igmp = frame + ETH_HLEN + headers(o, true);
	size_t length = o->version == 3 ? 12 : 8;

	memset(igmp, 0, length);
	igmp[0] = IGMP_QUERY;
	igmp[1] = (uint8_t)(o->version == 1 ? 0 : o->max_response);
	memcpy(igmp + 4, o->group.octets, 4);
	if (o->version == 3)
		put_querier(o, igmp + 8);
	put16(igmp + 2, checksum(igmp, length, 0) ^ (strcmp(o->bad, "igmp") == 0 ? 0x5555 : 0));
	return wrap(o, frame, mac, general ? all_hosts : o->group.octets, IPPROTO_IGMP, true, length);
}

/* RFC 9777, 5.1; RFC 2710, 3. */
static size_t craft_mld_query(const struct options *o, uint8_t *frame, const uint8_t mac[6], bool general)
{
	static const uint8_t all_nodes[16] = {0xff, 2, [15] = 1};
	const uint8_t *to = general ? all_nodes : o->group.octets;
	uint8_t *mld = frame + ETH_HLEN + headers(o, true);
	size_t length = o->version == 2 ? 28 : 24;

	memset(mld, 0, length);
	mld[0] = MLD_QUERY;
	put16(mld + 4, o->max_response * 100);
	memcpy(mld + 8, o->group.octets, 16);
	if (o->version == 2)
		put_querier(o, mld + 24);
	put16(mld + 2, checksum(mld, length, pseudo_header(o->source.octets, to, 16, IPPROTO_ICMPV6, length)) ^ (strcmp(o->bad, "igmp") == 0 ? 0x5555 : 0));
	return wrap(o, frame, mac, to, IPPROTO_ICMPV6, true, length);
}

/* A general query, or one for --group; to all hosts or to the group. */
static size_t craft_query(const struct options *o, uint8_t *frame, const uint8_t mac[6])
{
	bool general = memcmp(o->group.octets, (const uint8_t[16]){0}, 16) == 0;

	return is_6(o) ? craft_mld_query(o, frame, mac, general) : craft_igmp_query(o, frame, mac, general);
}

int packet_open(const char *iface, int protocol)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons((uint16_t)protocol), .sll_ifindex = (int)index_of(iface)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) != 0)
		die(iface);
	return fd;
}

static void craft_tick(const struct options *o, const int *fds, unsigned number)
{
	uint8_t frame[FRAME];
	size_t length, i;
	struct ifreq ask;

	(void)number;
	for (i = 0; i < o->nifaces; i++) {
		memset(&ask, 0, sizeof ask);
		snprintf(ask.ifr_name, sizeof ask.ifr_name, "%s", o->ifaces[i]);
		if (ioctl(fds[i], SIOCGIFHWADDR, &ask) != 0)
			die(o->ifaces[i]);
		if (o->version != 0)
			length = craft_query(o, frame, (const uint8_t *)ask.ifr_hwaddr.sa_data);
		else if (o->protocol != 0)
			length = craft_other(o, frame, (const uint8_t *)ask.ifr_hwaddr.sa_data);
		else
			length = craft_udp(o, frame, (const uint8_t *)ask.ifr_hwaddr.sa_data);
		length = tag(o, frame, length);
		if (send(fds[i], frame, length, 0) < 0)
			die(o->ifaces[i]);
	}
}

void command_craft(const struct options *o)
{
	int fds[IFACES];
	size_t i;

	for (i = 0; i < o->nifaces; i++)
		fds[i] = packet_open(o->ifaces[i], 0);
	if (o->size > FRAME - 100) {
		errno = EMSGSIZE;
		die("craft");
	}
	say_ready(o);
	pace(o, craft_tick, fds);
}

/* Passes multicast UDP from the first interface on to the second, as a router does; with -b ttl as a bridge does, which leaves the TTL. */
void command_forward(const struct options *o)
{
	uint8_t frame[FRAME], *ip = frame + ETH_HLEN;
	struct sockaddr_ll from;
	struct pollfd in;
	ssize_t got;
	int out;

	if (o->nifaces != 2)
		die("forward: two interfaces");
	in = (struct pollfd){.fd = packet_open(o->ifaces[0], ETH_P_ALL), .events = POLLIN};
	out = packet_open(o->ifaces[1], 0);
	say_ready(o);
	while (!stop) {
		if (poll(&in, 1, 100) <= 0)
			continue;
		got = recvfrom(in.fd, frame, sizeof frame, 0, (struct sockaddr *)&from, &(socklen_t){sizeof from});
		if (got < ETH_HLEN + IP_HEADER || from.sll_pkttype == PACKET_OUTGOING || get16(frame + 12) != ETHERTYPE_IP ||
		    ip[9] != IPPROTO_UDP || ip[16] >> 4 != 0xe || ip[8] < 2 || (ip[0] & 0xf) != IP_HEADER / 4)
			continue;
		if (strcmp(o->bad, "ttl") != 0)
			ip[8]--;
		put16(ip + 10, 0);
		put16(ip + 10, checksum(ip, IP_HEADER, 0));
		frame[6] ^= 2;	/* the router's own address, no longer the sender's */
		if (send(out, frame, (size_t)got, 0) < 0)
			die(o->ifaces[1]);
	}
}
