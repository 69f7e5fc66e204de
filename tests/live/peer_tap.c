/* SPDX-License-Identifier: ISC */
/* The peer as a tap: each frame of a wire as a JSON object on a line of its own. */
#include <config.h>

#include "peer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sys/socket.h>

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
void command_tap(const struct options *o)
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
