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

unsigned checksum(const uint8_t *data, size_t length, uint32_t sum)
{
	size_t i;

	for (i = 0; i < length; i++)
		sum += (uint32_t)data[i] << (i % 2 == 0 ? 8 : 0);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* Ethernet and IPv4 headers around the LENGTH octets that follow them in FRAME; returns the frame's length. IGMP gets the router alert option. */
static size_t wrap(const struct options *o, uint8_t *frame, const uint8_t mac[6], in_addr_t to, uint8_t protocol, size_t header, size_t length)
{
	uint8_t *ip = frame + ETH_HLEN;
	uint32_t group = ntohl(to);
	const uint8_t mapped[6] = {1, 0, 0x5e, (uint8_t)(group >> 16 & 0x7f), (uint8_t)(group >> 8), (uint8_t)group}; /* RFC 1112, 6.4 */

	memcpy(frame, memcmp(o->mac, (const uint8_t[6]){0}, sizeof o->mac) == 0 ? mapped : o->mac, sizeof mapped);
	memcpy(frame + 6, mac, 6);
	put16(frame + 12, ETHERTYPE_IP);
	memset(ip, 0, header);
	ip[0] = (uint8_t)(0x40 | header / 4);
	put16(ip + 2, (unsigned)(header + length));
	ip[8] = protocol == IPPROTO_IGMP ? 1 : (uint8_t)o->ttl;
	ip[9] = protocol;
	memcpy(ip + 12, &o->source, 4);
	memcpy(ip + 16, &to, 4);
	if (header > IP_HEADER)
		put16(ip + IP_HEADER, 0x9404);
	put16(ip + 10, checksum(ip, header, 0) ^ (strcmp(o->bad, "ip") == 0 ? 0x5555 : 0));
	return ETH_HLEN + header + length;
}

/* Another protocol than UDP with nothing but zeros in it: what the host does not listen to, such as OSPF and VRRP. */
static size_t craft_other(const struct options *o, uint8_t *frame, const uint8_t mac[6])
{
	memset(frame + ETH_HLEN + IP_HEADER, 0, o->size);
	return wrap(o, frame, mac, o->group, o->protocol, IP_HEADER, o->size);
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
	uint8_t *udp = frame + ETH_HLEN + IP_HEADER;
	size_t length = UDP_HEADER + o->size;
	uint32_t pseudo;

	memset(udp, 'x', length);
	put16(udp, o->source_port);
	put16(udp + 2, o->port);
	put16(udp + 4, (unsigned)length + (strcmp(o->bad, "length") == 0 ? 64 : 0));
	put16(udp + 6, 0);
	pseudo = (ntohl(o->source) >> 16) + (ntohl(o->source) & 0xffff) + (ntohl(o->group) >> 16) + (ntohl(o->group) & 0xffff) + IPPROTO_UDP +
		 (uint32_t)length;
	put16(udp + 6, checksum(udp, length, pseudo) ^ (strcmp(o->bad, "udp") == 0 ? 0x5555 : 0));
	return wrap(o, frame, mac, o->group, IPPROTO_UDP, IP_HEADER, length);
}

/* A general query, or one for --group; to all hosts or to the group. RFC 9776, 4.1; RFC 2236, 2; RFC 1112, appendix I. */
static size_t craft_query(const struct options *o, uint8_t *frame, const uint8_t mac[6])
{
	uint8_t *igmp = frame + ETH_HLEN + IP_HEADER + 4;
	size_t length = o->version == 3 ? 12 : 8;

	memset(igmp, 0, length);
	igmp[0] = IGMP_QUERY;
	igmp[1] = (uint8_t)(o->version == 1 ? 0 : o->max_response);
	memcpy(igmp + 4, &o->group, 4);
	if (o->version == 3) {
		igmp[8] = 2;
		igmp[9] = (uint8_t)o->interval;
	}
	put16(igmp + 2, checksum(igmp, length, 0) ^ (strcmp(o->bad, "igmp") == 0 ? 0x5555 : 0));
	return wrap(o, frame, mac, o->group != 0 ? o->group : htonl(INADDR_ALLHOSTS_GROUP), IPPROTO_IGMP, IP_HEADER + 4, length);
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
