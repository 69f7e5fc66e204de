/* SPDX-License-Identifier: ISC */
/* The other end of the live tests: sends streams, joins groups, crafts frames that no kernel would send, and tells as JSON lines what is on
 * a wire. It shares no code with the program under test, so that its word about a wire is a second opinion. */
#include <config.h>

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { IFACES = 128, SOURCES = 64, FRAME = 2048, IP_HEADER = 20, UDP_HEADER = 8, SENDERS = 64, LARGEST = 1 << 16 };
enum { IGMP_QUERY = 0x11, IGMP_V1_REPORT = 0x12, IGMP_V2_REPORT = 0x16, IGMP_V2_LEAVE = 0x17, IGMP_V3_REPORT = 0x22 }; /* RFC 9776, 4 */

struct options {
	in_addr_t group, source, sources[SOURCES], bound;
	size_t nsources, nifaces;
	uint16_t port, source_port;
	int ttl, version, reuse, buffer; /* buffer: SO_RCVBUF, 0 = the system's */
	int vlan;			/* of a tag, -1 = none */
	bool idle;			/* never reads */
	unsigned gap_ms;		/* between datagrams, where they are fewer than one a second; 0 = by rate */
	unsigned rate, count, max_response, interval; /* datagrams a second; in all; tenths of a second; seconds that a query advertises */
	uint8_t protocol, mac[6];	/* of crafted frames: of IP, and the destination; all 0 = UDP to the group's own */
	size_t size, segments;	     /* octets of a datagram; datagrams that one send hands over (UDP_SEGMENT), 0 = the plain way */
	const char *bad, *ready, *device;
	char **ifaces;
};

static volatile sig_atomic_t stop, leave;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		leave = 1;
	else
		stop = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "peer: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static unsigned index_of(const char *iface)
{
	unsigned index = if_nametoindex(iface);

	if (index == 0)
		die(iface);
	return index;
}

static void say_ready(const struct options *o)
{
	int fd;

	if (o->ready == NULL)
		return;
	fd = open(o->ready, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || close(fd) != 0)
		die(o->ready);
}

/* ---- ordinary sockets ------------------------------------------------------------------------------------------------------------------ */

static struct sockaddr_in socket_address(in_addr_t address, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = address}};

	return to;
}

static int sender_open(const struct options *o, const char *iface)
{
	struct ip_mreqn out = {.imr_ifindex = (int)index_of(iface)};
	struct sockaddr_in from = socket_address(o->source, o->source_port);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) != 0 ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &o->ttl, sizeof o->ttl) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0 || bind(fd, (const struct sockaddr *)&from, sizeof from) != 0)
		die(iface);
	if (o->segments != 0 && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &(int){(int)o->size}, sizeof(int)) != 0)
		die("UDP_SEGMENT");
	return fd;
}

/* Call TICK for each number from 1 at the rate asked for, until the count is reached or a signal comes. */
static void pace(const struct options *o, void (*tick)(const struct options *o, const int *fds, unsigned number), const int *fds)
{
	struct timespec next;
	long long gap_ns = o->gap_ms != 0 ? o->gap_ms * 1000000LL : 1000000000LL / o->rate;
	unsigned number;

	clock_gettime(CLOCK_MONOTONIC, &next);
	for (number = 1; !stop && (o->count == 0 || number <= o->count); number++) {
		tick(o, fds, number);
		next.tv_sec += (next.tv_nsec + gap_ns) / 1000000000LL;
		next.tv_nsec = (next.tv_nsec + gap_ns) % 1000000000LL;
		if (o->count == 0 || number < o->count)
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
}

static void send_tick(const struct options *o, const int *fds, unsigned number)
{
	struct sockaddr_in to = socket_address(o->group, o->port);
	char payload[LARGEST] = {0};
	size_t i, length = o->segments != 0 ? o->segments * o->size : o->size;

	snprintf(payload, sizeof payload, "peer %u", number);
	for (i = 0; i < o->nifaces; i++)	/* what cannot leave now (link down) is no reason to stop */
		(void)sendto(fds[i], payload, length, 0, (const struct sockaddr *)&to, sizeof to);
}

static void command_send(const struct options *o)
{
	int fds[IFACES];
	size_t i;

	for (i = 0; i < o->nifaces; i++)
		fds[i] = sender_open(o, o->ifaces[i]);
	say_ready(o);
	pace(o, send_tick, fds);
}

static void member_join(const struct options *o, int fd, const char *iface)
{
	struct group_source_req one = {.gsr_interface = strcmp(iface, "default") == 0 ? 0 : index_of(iface)}; /* 0: by the route to the group */
	struct group_req any = {.gr_interface = one.gsr_interface};
	struct sockaddr_in at = socket_address(o->group, 0);
	size_t i;

	memcpy(&any.gr_group, &at, sizeof at);
	memcpy(&one.gsr_group, &at, sizeof at);
	if (o->nsources == 0 && setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &any, sizeof any) != 0)
		die("join");
	for (i = 0; i < o->nsources; i++) {
		at = socket_address(o->sources[i], 0);
		memcpy(&one.gsr_source, &at, sizeof at);
		if (setsockopt(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &one, sizeof one) != 0)
			die("join source");
	}
}

static int member_open(const struct options *o)
{
	struct sockaddr_in at = socket_address(o->bound, o->port);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &o->reuse, sizeof o->reuse) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 100000}, sizeof(struct timeval)) != 0 ||
	    bind(fd, (const struct sockaddr *)&at, sizeof at) != 0)
		die("bind");
	if (o->device != NULL && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, o->device, (socklen_t)strlen(o->device)) != 0)
		die(o->device);
	if (o->buffer != 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &o->buffer, sizeof o->buffer) != 0)
		die("SO_RCVBUF");
	return fd;
}

/* Leave what an any-source join joined, and keep the socket. */
static void member_leave(const struct options *o, int fd)
{
	struct group_req any;
	struct sockaddr_in at = socket_address(o->group, 0);
	size_t i;

	leave = 0;
	for (i = 0; i < o->nifaces; i++) {
		memset(&any, 0, sizeof any);
		any.gr_interface = index_of(o->ifaces[i]);
		memcpy(&any.gr_group, &at, sizeof at);
		if (setsockopt(fd, IPPROTO_IP, MCAST_LEAVE_GROUP, &any, sizeof any) != 0)
			die("leave");
	}
}

/* Join on each interface, or only hold the port when there is none; SIGUSR1: leave; at the end one line per sender that was heard. */
static void command_join(const struct options *o)
{
	struct sockaddr_in from;
	in_addr_t senders[SENDERS];
	unsigned counts[SENDERS] = {0};
	size_t nsenders = 0, i;
	char data[FRAME];
	int fd = member_open(o);

	for (i = 0; i < o->nifaces; i++)
		member_join(o, fd, o->ifaces[i]);
	say_ready(o);
	while (!stop) {
		if (leave)
			member_leave(o, fd);
		if (o->idle) {
			poll(NULL, 0, 100);
			continue;
		}
		if (recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &(socklen_t){sizeof from}) < 0)
			continue;
		for (i = 0; i < nsenders && senders[i] != from.sin_addr.s_addr; i++)
			;
		if (i == SENDERS)
			continue;
		senders[i] = from.sin_addr.s_addr;
		counts[i]++;
		nsenders = i == nsenders ? nsenders + 1 : nsenders;
	}
	for (i = 0; i < nsenders; i++)
		printf("{\"source\":\"%s\",\"packets\":%u}\n", inet_ntoa((struct in_addr){senders[i]}), counts[i]);
}

/* ---- crafted frames -------------------------------------------------------------------------------------------------------------------- */

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* RFC 1071 over LENGTH octets, on top of SUM. */
static unsigned checksum(const uint8_t *data, size_t length, uint32_t sum)
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

static int packet_open(const char *iface, int protocol)
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

static void command_craft(const struct options *o)
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
static void command_forward(const struct options *o)
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

/* ---- what is on the wire --------------------------------------------------------------------------------------------------------------- */

static void print_address(const char *key, const uint8_t *at)
{
	printf(",\"%s\":\"%u.%u.%u.%u\"", key, at[0], at[1], at[2], at[3]);
}

static void print_sources(const uint8_t *at, unsigned count)
{
	unsigned i;

	printf(",\"sources\":[");
	for (i = 0; i < count; i++, at += 4)
		printf("%s\"%u.%u.%u.%u\"", i == 0 ? "" : ",", at[0], at[1], at[2], at[3]);
	printf("]");
}

static void print_records(const uint8_t *igmp, size_t length)
{
	static const char *const names[] = {"?", "is_in", "is_ex", "to_in", "to_ex", "allow", "block"};
	unsigned records = get16(igmp + 6), sources, i;
	size_t at = 8;

	printf(",\"records\":[");
	for (i = 0; i < records && at + 8 <= length; i++) {
		sources = get16(igmp + at + 2);
		if (at + 8 + 4 * (size_t)sources > length)
			break;
		printf("%s{\"type\":\"%s\"", i == 0 ? "" : ",", names[igmp[at] < 7 ? igmp[at] : 0]);
		print_address("group", igmp + at + 4);
		print_sources(igmp + at + 8, sources);
		printf("}");
		at += 8 + 4 * ((size_t)sources + igmp[at + 1]);
	}
	printf("]");
}

static void print_igmp(const uint8_t *igmp, size_t length)
{
	bool v3_query = igmp[0] == IGMP_QUERY && length >= 12;
	const char *kind = igmp[0] == IGMP_QUERY ? "query" : igmp[0] == IGMP_V2_LEAVE ? "leave" : "report";
	int version = igmp[0] == IGMP_V3_REPORT || v3_query			       ? 3
		      : igmp[0] == IGMP_V1_REPORT || (kind[0] == 'q' && igmp[1] == 0) ? 1
										       : 2;

	printf(",\"kind\":\"%s\",\"version\":%d,\"checksum_ok\":%s", kind, version, checksum(igmp, length, 0) == 0 ? "true" : "false");
	if (igmp[0] == IGMP_V3_REPORT)
		print_records(igmp, length);
	else
		print_address("group", igmp + 4);
}

static void print_udp(const uint8_t *udp, size_t length)
{
	bool ours = length > UDP_HEADER + 7 && memcmp(udp + UDP_HEADER, "MCDIAG/", 7) == 0;

	printf(",\"kind\":\"udp\",\"source_port\":%u,\"port\":%u,\"bytes\":%zu,\"probe\":%s", get16(udp), get16(udp + 2), length - UDP_HEADER,
	       ours ? "true" : "false");
}

static void print_ip(const uint8_t *ip, size_t captured)
{
	size_t header = (size_t)(ip[0] & 15) * 4, length = get16(ip + 2);

	if (header < IP_HEADER || length < header || length > captured) {
		printf(",\"kind\":\"broken\"");
		return;
	}
	print_address("source", ip + 12);
	print_address("destination", ip + 16);
	printf(",\"ttl\":%u", ip[8]);
	if (ip[9] == IPPROTO_IGMP && length - header >= 8)
		print_igmp(ip + header, length - header);
	else if (ip[9] == IPPROTO_UDP && length - header >= UDP_HEADER && (get16(ip + 6) & 0x1fff) == 0)
		print_udp(ip + header, length - header);
	else
		printf(",\"kind\":\"ip\",\"protocol\":%u", ip[9]);
}

/* One frame: a JSON object on a line of its own; "out" is seen from the tapped interface. */
static void print_frame(const char *iface, const struct sockaddr_ll *from, const uint8_t *frame, size_t length)
{
	struct timespec now;

	if (length < ETH_HLEN)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	printf("{\"time\":%lld.%09ld,\"interface\":\"%s\",\"out\":%s", (long long)now.tv_sec, now.tv_nsec, iface,
	       from->sll_pkttype == PACKET_OUTGOING ? "true" : "false");
	printf(",\"source_mac\":\"%02x:%02x:%02x:%02x:%02x:%02x\"", frame[6], frame[7], frame[8], frame[9], frame[10], frame[11]);
	printf(",\"destination_mac\":\"%02x:%02x:%02x:%02x:%02x:%02x\"", frame[0], frame[1], frame[2], frame[3], frame[4], frame[5]);
	if (get16(frame + 12) == ETHERTYPE_IP && length >= ETH_HLEN + IP_HEADER)
		print_ip(frame + ETH_HLEN, length - ETH_HLEN);
	else
		printf(",\"kind\":\"ether\",\"type\":%u", get16(frame + 12));
	printf("}\n");
}

/* Until a signal; the last line tells how many frames this tap itself lost. */
static void command_tap(const struct options *o)
{
	struct pollfd fds[IFACES];
	struct sockaddr_ll from;
	struct tpacket_stats stats;
	uint8_t frame[LARGEST];
	unsigned lost = 0;
	ssize_t got;
	size_t i;

	for (i = 0; i < o->nifaces; i++) {
		fds[i] = (struct pollfd){.fd = packet_open(o->ifaces[i], ETH_P_ALL), .events = POLLIN};
		if (setsockopt(fds[i].fd, SOL_SOCKET, SO_RCVBUFFORCE, &(int){1 << 21}, sizeof(int)) != 0)
			(void)setsockopt(fds[i].fd, SOL_SOCKET, SO_RCVBUF, &(int){1 << 21}, sizeof(int));
	}
	say_ready(o);
	while (!stop) {
		if (poll(fds, o->nifaces, 100) < 0)
			continue;
		for (i = 0; i < o->nifaces; i++)
			while ((got = recvfrom(fds[i].fd, frame, sizeof frame, MSG_DONTWAIT, (struct sockaddr *)&from,
					       &(socklen_t){sizeof from})) >= 0)
				print_frame(o->ifaces[i], &from, frame, (size_t)got);
	}
	for (i = 0; i < o->nifaces; i++)
		if (getsockopt(fds[i].fd, SOL_PACKET, PACKET_STATISTICS, &stats, &(socklen_t){sizeof stats}) == 0)
			lost += stats.tp_drops;
	printf("{\"kind\":\"end\",\"lost\":%u}\n", lost);
}

/* ---- command line ---------------------------------------------------------------------------------------------------------------------- */

static unsigned number(const char *text, unsigned greatest)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value > greatest) {
		errno = EINVAL;
		die(text);
	}
	return (unsigned)value;
}

static in_addr_t address(const char *text)
{
	struct in_addr out;

	if (inet_pton(AF_INET, text, &out) != 1) {
		errno = EINVAL;
		die(text);
	}
	return out.s_addr;
}

static void hardware(const char *text, uint8_t out[6])
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &out[0], &out[1], &out[2], &out[3], &out[4], &out[5]) != 6) {
		errno = EINVAL;
		die(text);
	}
}

static void take(struct options *o, int option, const char *text)
{
	switch (option) {
	case 'g': o->group = address(text); break;
	case 's':
		o->source = address(text);
		if (o->nsources < SOURCES)
			o->sources[o->nsources++] = o->source;
		break;
	case 'p': o->port = (uint16_t)number(text, UINT16_MAX); break;
	case 'P': o->source_port = (uint16_t)number(text, UINT16_MAX); break;
	case 't': o->ttl = (int)number(text, UINT8_MAX); break;
	case 'r': o->rate = number(text, 100000); break;
	case 'c': o->count = number(text, UINT32_MAX); break;
	case 'w': o->gap_ms = number(text, 100000); break;
	case 'l': o->size = number(text, LARGEST - 100); break;
	case 'S': o->segments = number(text, 40); break;
	case 'v': o->version = (int)number(text, 3); break;
	case 'i': o->interval = number(text, 127); break;
	case 'm': o->max_response = number(text, UINT8_MAX); break;
	case 'b': o->bad = text; break;
	case 'V': o->vlan = (int)number(text, UINT16_MAX); break;
	case 'M': hardware(text, o->mac); break;
	case 'q': o->protocol = (uint8_t)number(text, UINT8_MAX); break;
	case 'x': o->reuse = 0; break;
	case 'u': o->bound = address(text); break;
	case 'd': o->device = text; break;
	case 'B': o->buffer = (int)number(text, INT32_MAX); break;
	case 'n': o->idle = true; break;
	case 'R': o->ready = text; break;
	default: fprintf(stderr, "usage: peer send|join|craft|forward|tap [options] INTERFACE...\n"); exit(EXIT_FAILURE);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const struct options *o);
	} commands[] = {{"send", command_send}, {"join", command_join}, {"craft", command_craft}, {"forward", command_forward}, {"tap", command_tap}};
	struct options o = {.port = 5000, .ttl = 8, .reuse = 1, .rate = 50, .max_response = 5, .interval = 125, .size = 64, .vlan = -1, .bad = ""};
	struct sigaction on = {.sa_handler = on_signal};
	int option;
	size_t i;

	while ((option = getopt(argc, argv, "g:s:p:P:t:r:w:c:l:S:v:i:m:b:V:M:q:xu:d:B:nR:")) != -1)
		take(&o, option, optarg);
	if (optind >= argc)
		take(&o, '?', NULL);
	o.ifaces = argv + optind + 1;
	o.nifaces = (size_t)(argc - optind - 1);
	if (o.nifaces > IFACES || o.rate == 0)
		take(&o, '?', NULL);
	sigaction(SIGTERM, &on, NULL);
	sigaction(SIGINT, &on, NULL);
	sigaction(SIGUSR1, &on, NULL);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	for (i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(argv[optind], commands[i].name) == 0) {
			commands[i].run(&o);
			return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
		}
	take(&o, '?', NULL);
	return EXIT_FAILURE;
}
