/* SPDX-License-Identifier: ISC */
/* The peer as a tap: each frame of a wire as a JSON object on a line of its own. */
#include <config.h>

#include "peer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <sys/socket.h>

struct packet {			/* IP's fields; addresses have SIZE octets */
	const uint8_t *source, *destination;
	size_t size;
	uint8_t ttl, protocol;		/* protocol: after the extension headers */
	bool alert, fragment;		/* the router alert option; a fragment that is not the first */
};

static void print_bool(const char *key, bool value)
{
	printf(",\"%s\":%s", key, value ? "true" : "false");
}

static void print_text(const uint8_t *at, size_t size)
{
	char text[INET6_ADDRSTRLEN];

	printf("\"%s\"", inet_ntop(size == 4 ? AF_INET : AF_INET6, at, text, sizeof text));
}

static void print_address(const char *key, const uint8_t *at, size_t size)
{
	printf(",\"%s\":", key);
	print_text(at, size);
}

static void print_sources(const uint8_t *at, unsigned count, size_t size)
{
	unsigned i;

	printf(",\"sources\":[");
	for (i = 0; i < count; i++) {
		printf("%s", i == 0 ? "" : ",");
		print_text(at + i * size, size);
	}
	printf("]");
}

/* Of a report of IGMPv3 or MLDv2, which differ in the SIZE of an address only. RFC 9776, 4.2; RFC 9777, 5.2. */
static void print_records(const uint8_t *report, size_t length, size_t size)
{
	static const char *const names[] = {"?", "is_in", "is_ex", "to_in", "to_ex", "allow", "block"};
	unsigned records = get16(report + 6), sources, i;
	size_t at = 8, header = 4 + size;

	printf(",\"records\":[");
	for (i = 0; i < records && at + header <= length; i++) {
		sources = get16(report + at + 2);
		if (at + header + size * sources > length)
			break;
		printf("%s{\"type\":\"%s\"", i == 0 ? "" : ",", names[report[at] < 7 ? report[at] : 0]);
		print_address("group", report + at + 4, size);
		print_sources(report + at + header, sources, size);
		printf("}");
		at += header + size * sources + 4 * (size_t)report[at + 1];
	}
	printf("]");
}

static void print_membership(const char *kind, int version, const struct packet *p, bool checksum_ok)
{
	printf(",\"kind\":\"%s\",\"version\":%d", kind, version);
	print_bool("router_alert", p->alert);
	print_bool("checksum_ok", checksum_ok);
}

static void print_igmp(const struct packet *p, const uint8_t *igmp, size_t length)
{
	bool v3_query = igmp[0] == IGMP_QUERY && length >= 12;
	const char *kind = igmp[0] == IGMP_QUERY ? "query" : igmp[0] == IGMP_V2_LEAVE ? "leave" : "report";
	int version = igmp[0] == IGMP_V3_REPORT || v3_query			       ? 3
		      : igmp[0] == IGMP_V1_REPORT || (kind[0] == 'q' && igmp[1] == 0) ? 1
										       : 2;

	print_membership(kind, version, p, checksum(igmp, length, 0) == 0);
	if (igmp[0] == IGMP_V3_REPORT)
		print_records(igmp, length, 4);
	else
		print_address("group", igmp + 4, 4);
}

/* MLD, of which a Done is a leave; of other messages the type. Queries are told apart by their length: RFC 9777, 8.1. */
static void print_icmp6(const struct packet *p, const uint8_t *icmp, size_t length)
{
	const char *kind = icmp[0] == MLD_QUERY ? "query" : icmp[0] == MLD_V1_DONE ? "leave" : "report";
	bool v2 = icmp[0] == MLD_V2_REPORT || (icmp[0] == MLD_QUERY && length >= 28);

	if ((icmp[0] < MLD_QUERY || icmp[0] > MLD_V1_DONE || length < 24) && icmp[0] != MLD_V2_REPORT) {
		printf(",\"kind\":\"icmpv6\",\"type\":%u", icmp[0]);
		return;
	}
	print_membership(kind, v2 ? 2 : 1, p, checksum(icmp, length, pseudo_header(p->source, p->destination, 16, IPPROTO_ICMPV6, length)) == 0);
	if (icmp[0] == MLD_V2_REPORT)
		print_records(icmp, length, 16);
	else
		print_address("group", icmp + 8, 16);
}

static void print_udp(const uint8_t *udp, size_t length)
{
	bool ours = length > UDP_HEADER + 7 && memcmp(udp + UDP_HEADER, "MCDIAG/", 7) == 0;

	printf(",\"kind\":\"udp\",\"source_port\":%u,\"port\":%u,\"bytes\":%zu", get16(udp), get16(udp + 2), length - UDP_HEADER);
	print_bool("probe", ours);
}

/* The packet P and the LENGTH octets that it carries. */
static void print_packet(const struct packet *p, const uint8_t *data, size_t length)
{
	printf(",\"family\":%d", p->size == 4 ? 4 : 6);
	print_address("source", p->source, p->size);
	print_address("destination", p->destination, p->size);
	printf(",\"ttl\":%u", p->ttl);
	if (p->protocol == IPPROTO_IGMP && p->size == 4 && length >= 8)
		print_igmp(p, data, length);
	else if (p->protocol == IPPROTO_ICMPV6 && p->size == 16 && length >= 8 && !p->fragment)
		print_icmp6(p, data, length);
	else if (p->protocol == IPPROTO_UDP && length >= UDP_HEADER && !p->fragment)
		print_udp(data, length);
	else
		printf(",\"kind\":\"ip\",\"protocol\":%u", p->protocol);
}

static void print_broken(void)
{
	printf(",\"kind\":\"broken\"");
}

/* Whether the router alert (RFC 2711) is among the LENGTH octets of options (RFC 8200, 4.2). */
static bool has_alert(const uint8_t *options, size_t length)
{
	size_t at = 0;

	while (at + 4 <= length && options[at] != 5)
		at += options[at] == 0 ? 1 : 2 + (size_t)options[at + 1];
	return at + 4 <= length;
}

static void print_ip(const uint8_t *ip, size_t captured)
{
	size_t header = (size_t)(ip[0] & 15) * 4, length = get16(ip + 2);
	struct packet p = {.source = ip + 12, .destination = ip + 16, .size = 4, .ttl = ip[8], .protocol = ip[9]};

	if (header < IP_HEADER || length < header || length > captured) {
		print_broken();
		return;
	}
	p.alert = header > IP_HEADER && ip[IP_HEADER] == 0x94;	/* RFC 2113: where it is, it is the only one here */
	p.fragment = (get16(ip + 6) & 0x1fff) != 0;
	print_packet(&p, ip + header, length - header);
}

/* RFC 8200, 4 */
static void print_ip6(const uint8_t *ip, size_t captured)
{
	struct packet p = {.source = ip + 8, .destination = ip + 24, .size = 16, .ttl = ip[7], .protocol = ip[6]};
	size_t length = IP6_HEADER + get16(ip + 4), at = IP6_HEADER, header;

	while (length <= captured && at + 8 <= length && (p.protocol == IPPROTO_HOPOPTS || p.protocol == IPPROTO_ROUTING ||
							  p.protocol == IPPROTO_FRAGMENT || p.protocol == IPPROTO_DSTOPTS)) {
		header = p.protocol == IPPROTO_FRAGMENT ? 8 : 8 * ((size_t)ip[at + 1] + 1);
		if (at + header > length)
			break;
		p.alert |= p.protocol == IPPROTO_HOPOPTS && has_alert(ip + at + 2, header - 2);
		p.fragment |= p.protocol == IPPROTO_FRAGMENT && (get16(ip + at + 2) & 0xfff8) != 0;
		p.protocol = ip[at];
		at += header;
	}
	if (length > captured || at > length)
		print_broken();
	else
		print_packet(&p, ip + at, length - at);
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
	else if (get16(frame + 12) == ETHERTYPE_IPV6 && length >= ETH_HLEN + IP6_HEADER)
		print_ip6(frame + ETH_HLEN, length - ETH_HLEN);
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
