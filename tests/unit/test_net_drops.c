/* SPDX-License-Identifier: ISC */
/* The kernel's drop reasons, counted on a pair of interfaces of its own: frames that go in at d0 come out at d1 and are dropped there. 77 where BPF
 * or nftables may not be used. */
#include <config.h>

#include "frames.h"
#include "namespace.h"
#include "unit.h"

#include "net/drops.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 5004, OTHER_PORT = 5005, TRIES = 250, TRY_MS = 20 };

#define GROUP4 "239.7.7.7"
#define GROUP6 "ff15::7:7"
#define OTHER6 "ff15::7:8"
#define MAC "02:00:00:00:00:99"

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 0x99 };

static struct mcd_addr addr(const char *text)
{
	struct mcd_addr out;

	if (!mcd_addr_parse(text, &out))
		CU_FAIL_FATAL("no address");
	return out;
}

static struct mcd_drop_watch *watch(void)
{
	struct mcd_group groups[] = { { .address = addr(GROUP4) }, { .address = addr(GROUP6) } };
	struct mcd_drop_watch *w = mcd_drops_prepare(&(const struct mcd_request){ .groups = groups, .ngroups = 2 });

	mcd_drops_begin(w);
	return w;
}

static struct mcd_drops ended(struct mcd_drop_watch *w)
{
	struct mcd_drops drops;

	mcd_drops_init(&drops);
	mcd_drops_end(w, &drops);
	CU_ASSERT_TRUE_FATAL(drops.known);
	CU_ASSERT_FALSE(drops.full);
	return drops;
}

/* ---- the network ---- */

static bool nft(const char *commands)
{
	char line[1024];

	snprintf(line, sizeof line, "nft '%s' 2>/dev/null", commands);
	return system(line) == 0;
}

/* Wait for a rule that has counted PACKETS, "3" or "[1-9]". */
static bool counted(const char *packets)
{
	char line[128];

	snprintf(line, sizeof line, "nft list ruleset | grep -q 'counter packets %s'", packets);
	for (int i = 0; i < TRIES; i++) {
		if (system(line) == 0)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = TRY_MS * 1000000L }, NULL);
	}
	return false;
}

/* Of the frames that come in at d1 those that a test has sent are counted, and go on or not by VERDICT. */
static void at_ingress(const char *verdict)
{
	char commands[256];

	snprintf(commands, sizeof commands,
		 "flush ruleset; add table netdev f; add chain netdev f i { type filter hook ingress device d1 priority 0; }; "
		 "add rule netdev f i ether saddr " MAC " counter %s", verdict);
	CU_ASSERT_TRUE_FATAL(nft(commands));
}

static bool build(void)
{
	return ns_write("/proc/sys/net/ipv6/conf/all/accept_dad", "0") && ns_write("/proc/sys/net/ipv6/conf/default/accept_dad", "0") &&
	       ns_ip("link set lo up") && ns_ip("link add d0 type veth peer name d1") && ns_ip("link set d0 up") && ns_ip("link set d1 up") &&
	       ns_ip("addr add fd00::1/64 dev d0 nodad") && ns_ip("addr add fd00::2/64 dev d1 nodad");
}

static void send_frame(const void *data, size_t length)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex("d0") };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	CU_ASSERT_EQUAL(sendto(fd, data, length, 0, (const struct sockaddr *)&to, sizeof to), (ssize_t)length);
	close(fd);
}

/* Ethernet and an IPv6 header around PAYLOAD, which starts with a header of kind NEXT. */
static void send_ipv6(const char *source, const char *group, uint8_t next, const uint8_t *payload, size_t length)
{
	uint8_t f[2048] = { 0x33, 0x33 };

	CU_ASSERT_TRUE_FATAL(length <= sizeof f - 54);
	memcpy(f + 6, mac, 6);
	memcpy(f + 12, (const uint8_t[]){ 0x86, 0xdd, 0x60, 0, 0, 0, (uint8_t)(length >> 8), (uint8_t)length, next, 1 }, 10);
	mcd_addr_to_bytes(addr(source), f + 22);
	mcd_addr_to_bytes(addr(group), f + 38);
	memcpy(f + 2, f + 50, 4);
	memcpy(f + 54, payload, length);
	send_frame(f, 54 + length);
}

/* The only row from SOURCE; NULL = there is none. */
static const struct mcd_drop *from(const struct mcd_drops *drops, const char *source)
{
	const struct mcd_drop *found = NULL;

	for (size_t i = 0; i < drops->rows.count; i++) {
		const struct mcd_drop *drop = mcd_vec_at(&drops->rows, i);

		if (!mcd_addr_equal(drop->source, addr(source)))
			continue;
		CU_ASSERT_PTR_NULL(found);
		found = drop;
	}
	return found;
}

static bool is(const struct mcd_drop *drop, const char *interface, const char *group, uint8_t protocol, uint16_t port, const char *reason)
{
	return drop && drop->ifindex == if_nametoindex(interface) && mcd_addr_equal(drop->group, addr(group)) && drop->protocol == protocol &&
	       drop->port == port && strcmp(drop->reason, reason) == 0;
}

/* ---- what is counted ---- */

#define UDP 0x0f, 0xa0, PORT >> 8, PORT & 0xff, 0, 8, 0, 0
#define OPTIONS(next) next, 0, 1, 4, 0, 0, 0, 0
#define LONG_OPTIONS(next) next, 1, 1, 12, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0
#define PART(next, offset) next, 0, (offset) >> 8, (offset) & 0xff, 0, 0, 0, 7
#define ICMPV6(type) type, 0, 0, 0, 0, 0, 0, 0

enum { HOPS = 0, ROUTES = 43, PARTS = 44, TO = 60, NOTHING = 255 };

static const struct {
	const char *what, *group;
	uint8_t next, length, payload[64];
	uint8_t protocol; /* of the row; NOTHING = there is none */
	uint16_t port;
} packets[] = {
	{ "UDP", GROUP6, 17, 8, { UDP }, 17, PORT },
	{ "UDP behind hop-by-hop options", GROUP6, HOPS, 16, { OPTIONS(17), UDP }, 17, PORT },
	{ "UDP behind long options", GROUP6, TO, 24, { LONG_OPTIONS(17), UDP }, 17, PORT },
	{ "UDP behind four headers", GROUP6, HOPS, 40, { OPTIONS(TO), OPTIONS(ROUTES), OPTIONS(TO), OPTIONS(17), UDP }, 17, PORT },
	{ "the first fragment", GROUP6, PARTS, 16, { PART(17, 1), UDP }, 17, PORT },
	{ "options in the first fragment", GROUP6, HOPS, 32, { OPTIONS(PARTS), PART(TO, 1), OPTIONS(17), UDP }, 17, PORT },
	{ "a later fragment", GROUP6, PARTS, 16, { PART(17, 8), UDP }, 17, 0 },
	{ "TCP", GROUP6, 6, 8, { UDP }, 6, 0 },
	{ "an MLD query", "ff02::1", HOPS, 16, { OPTIONS(58), ICMPV6(130) }, 58, 0 },
	{ "a query about the group", GROUP6, HOPS, 16, { OPTIONS(58), ICMPV6(130) }, 58, 0 },
	{ "an MLDv1 done", "ff02::2", HOPS, 16, { OPTIONS(58), ICMPV6(132) }, 58, 0 },
	{ "an MLDv2 report", "ff02::16", HOPS, 16, { OPTIONS(58), ICMPV6(143) }, 58, 0 },
	{ "an MLDv1 report", GROUP6, HOPS, 16, { OPTIONS(58), ICMPV6(131) }, 58, 0 },
	{ "UDP to another group", OTHER6, 17, 8, { UDP }, NOTHING, 0 },
	{ "MLD to another group", OTHER6, HOPS, 16, { OPTIONS(58), ICMPV6(131) }, NOTHING, 0 },
	{ "a neighbour advertisement", "ff02::1", 58, 8, { ICMPV6(136) }, NOTHING, 0 },
	{ "a router solicitation", "ff02::2", 58, 8, { ICMPV6(133) }, NOTHING, 0 },
	{ "an echo request", GROUP6, 58, 8, { ICMPV6(128) }, NOTHING, 0 },
	{ "the first fragment of one", GROUP6, PARTS, 16, { PART(58, 1), ICMPV6(128) }, NOTHING, 0 },
	{ "a later fragment of one", GROUP6, PARTS, 16, { PART(58, 8), ICMPV6(128) }, NOTHING, 0 },
	{ "an echo request behind options", GROUP6, TO, 16, { OPTIONS(58), ICMPV6(128) }, NOTHING, 0 },
	{ "five headers", GROUP6, HOPS, 48, { OPTIONS(TO), OPTIONS(TO), OPTIONS(TO), OPTIONS(TO), OPTIONS(17), UDP }, NOTHING, 0 },
};

enum { PACKETS = sizeof packets / sizeof packets[0] };

static const char *numbered(char text[MCD_ADDR_TEXT], size_t i)
{
	snprintf(text, MCD_ADDR_TEXT, "fd00::1:%zu", i + 1);
	return text;
}

static void ipv6_is_counted(void)
{
	struct mcd_drop_watch *w;
	struct mcd_drops drops;
	char source[MCD_ADDR_TEXT], all[16];

	at_ingress("drop");
	w = watch();
	for (size_t i = 0; i < PACKETS; i++)
		send_ipv6(numbered(source, i), packets[i].group, packets[i].next, packets[i].payload, packets[i].length);
	snprintf(all, sizeof all, "%d ", PACKETS);
	CU_ASSERT_TRUE(counted(all));
	drops = ended(w);
	for (size_t i = 0; i < PACKETS; i++) {
		const struct mcd_drop *drop = from(&drops, numbered(source, i));
		bool good = packets[i].protocol == NOTHING ? !drop :
							     is(drop, "d1", packets[i].group, packets[i].protocol, packets[i].port, "NETFILTER_DROP");

		if (!good)
			printf("\n%s: not as it should be\n", packets[i].what);
		CU_ASSERT_TRUE(good && (!drop || drop->packets == 1));
	}
	mcd_drops_fini(&drops);
}

static void ipv4_is_counted(void)
{
	struct frame_ip to_group = frame_to_group(mac, FRAME_IP(10, 9, 9, 1), FRAME_IP(239, 7, 7, 7));
	struct frame_ip later = frame_to_group(mac, FRAME_IP(10, 9, 9, 2), FRAME_IP(239, 7, 7, 7));
	struct frame_ip query = frame_to_group(mac, FRAME_IP(10, 9, 9, 3), FRAME_IP(224, 0, 0, 1));
	struct frame_ip other = frame_to_group(mac, FRAME_IP(10, 9, 9, 4), FRAME_IP(239, 7, 7, 8));
	struct frame_ip optioned = frame_to_group(mac, FRAME_IP(10, 9, 9, 5), FRAME_IP(239, 7, 7, 7));
	struct mcd_drop_watch *w;
	struct mcd_drops drops;
	struct frame f;

	later.fragment_offset = 8;
	query.router_alert = optioned.router_alert = true;
	at_ingress("drop");
	w = watch();
	for (int i = 0; i < 3; i++) {
		frame_udp(&f, &to_group, 4000, PORT, "x", 1);
		send_frame(f.data, f.length);
	}
	frame_udp(&f, &later, 4000, PORT, "x", 1);
	send_frame(f.data, f.length);
	frame_igmp_short(&f, &query, 0x11, 100, 0);
	send_frame(f.data, f.length);
	frame_udp(&f, &other, 4000, PORT, "x", 1);
	send_frame(f.data, f.length);
	frame_udp(&f, &optioned, 4000, PORT, "x", 1);
	send_frame(f.data, f.length);
	f.data[14] = 0x65; /* a version that is not the frame's */
	f.data[29] = 6;
	send_frame(f.data, f.length);
	CU_ASSERT_TRUE(counted("8 "));
	drops = ended(w);
	CU_ASSERT_TRUE(is(from(&drops, "10.9.9.1"), "d1", GROUP4, 17, PORT, "NETFILTER_DROP") && from(&drops, "10.9.9.1")->packets == 3);
	CU_ASSERT_TRUE(is(from(&drops, "10.9.9.2"), "d1", GROUP4, 17, 0, "NETFILTER_DROP"));
	CU_ASSERT_TRUE(is(from(&drops, "10.9.9.3"), "d1", "224.0.0.1", 2, 0, "NETFILTER_DROP"));
	CU_ASSERT_PTR_NULL(from(&drops, "10.9.9.4"));
	CU_ASSERT_TRUE(is(from(&drops, "10.9.9.5"), "d1", GROUP4, 17, PORT, "NETFILTER_DROP"));
	CU_ASSERT_PTR_NULL(from(&drops, "10.9.9.6"));
	mcd_drops_fini(&drops);
}

/* ---- sockets ---- */

static int receiver(uint16_t port)
{
	struct sockaddr_in6 here = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	CU_ASSERT_EQUAL_FATAL(bind(fd, (const struct sockaddr *)&here, sizeof here), 0);
	return fd;
}

static struct sockaddr_in6 to(const char *address, uint16_t port)
{
	struct sockaddr_in6 out = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	mcd_addr_to_bytes(addr(address), out.sin6_addr.s6_addr);
	return out;
}

static void join(int fd, const char *source)
{
	struct group_source_req one = { .gsr_interface = if_nametoindex("d1") };
	struct group_req any = { .gr_interface = if_nametoindex("d1") };
	struct sockaddr_in6 group = to(GROUP6, 0), from_here = to(source ? source : "::", 0);

	memcpy(&any.gr_group, &group, sizeof group);
	memcpy(&one.gsr_group, &group, sizeof group);
	memcpy(&one.gsr_source, &from_here, sizeof from_here);
	CU_ASSERT_EQUAL_FATAL(source ? setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, &one, sizeof one) :
				       setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &any, sizeof any), 0);
}

/* Send from d0, of which no copy is given to our own sockets. False when the kernel refuses. */
static bool send_from_d0(int type, int protocol, const char *group, uint16_t port)
{
	static const uint8_t echo_request[8] = { 128 };
	struct sockaddr_in6 there = to(group, port);
	int fd = socket(AF_INET6, type | SOCK_CLOEXEC, protocol), off = 0;
	unsigned d0 = if_nametoindex("d0");
	bool sent = setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &d0, sizeof d0) == 0 &&
		    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof off) == 0 &&
		    sendto(fd, echo_request, sizeof echo_request, 0, (const struct sockaddr *)&there, sizeof there) > 0;

	close(fd);
	return sent;
}

/* How many packets of PROTOCOL to GROUP were dropped, in rows that are all of INTERFACE, PORT and netfilter. */
static uint64_t filtered(const struct mcd_drops *drops, const char *interface, const char *group, uint8_t protocol, uint16_t port)
{
	uint64_t n = 0;

	for (size_t i = 0; i < drops->rows.count; i++) {
		const struct mcd_drop *drop = mcd_vec_at(&drops->rows, i);

		if (drop->protocol != protocol || !mcd_addr_equal(drop->group, addr(group)) || strcmp(drop->reason, "NETFILTER_DROP") != 0)
			continue;
		CU_ASSERT_TRUE(is(drop, interface, group, protocol, port, "NETFILTER_DROP"));
		n += drop->packets;
	}
	return n;
}

static void a_firewall_in_both_ways(void)
{
	int fd = receiver(PORT);
	struct mcd_drop_watch *w;
	struct mcd_drops drops;

	CU_ASSERT_TRUE_FATAL(nft("flush ruleset; add table inet f; add chain inet f i { type filter hook input priority 0; }; "
				 "add chain inet f o { type filter hook output priority 0; }; "
				 "add rule inet f i iifname d1 udp dport 5004 counter drop; add rule inet f o oifname d0 icmpv6 type echo-request drop; "
				 "add rule inet f o oifname d1 icmpv6 type mld2-listener-report counter drop"));
	w = watch();
	join(fd, NULL);
	CU_ASSERT_TRUE(counted("[1-9]")); /* the report */
	for (int i = 0; i < 20; i++)
		CU_ASSERT_TRUE(send_from_d0(SOCK_DGRAM, 0, GROUP6, PORT));
	CU_ASSERT_FALSE(send_from_d0(SOCK_RAW, IPPROTO_ICMPV6, "ff02::1", 0));
	CU_ASSERT_FALSE(send_from_d0(SOCK_RAW, IPPROTO_ICMPV6, GROUP6, 0));
	CU_ASSERT_TRUE(counted("20 "));
	drops = ended(w);
	CU_ASSERT_EQUAL(filtered(&drops, "d1", GROUP6, MCD_DROP_UDP, PORT), 20);
	CU_ASSERT_TRUE(is(from(&drops, "fd00::1"), "d1", GROUP6, MCD_DROP_UDP, PORT, "NETFILTER_DROP"));
	CU_ASSERT_TRUE(filtered(&drops, "d1", "ff02::16", MCD_DROP_ICMPV6, 0) >= 1);
	CU_ASSERT_EQUAL(filtered(&drops, "", "ff02::1", MCD_DROP_ICMPV6, 0) + filtered(&drops, "", GROUP6, MCD_DROP_ICMPV6, 0), 0);
	mcd_drops_fini(&drops);
	close(fd);
}

/* The kernel looks at a long datagram's checksum when the socket is read, where it no longer knows the interface. */
static void a_bad_checksum_is_found_late(void)
{
	uint8_t datagram[1008] = { 0x0f, 0xa0, OTHER_PORT >> 8, OTHER_PORT & 0xff, sizeof datagram >> 8, sizeof datagram & 0xff, 1, 2 };
	int fd = receiver(OTHER_PORT);
	struct mcd_drop_watch *w;
	struct mcd_drops drops;
	char buffer[16];

	at_ingress("accept");
	join(fd, NULL);
	w = watch();
	send_ipv6("fd00::99", GROUP6, 17, datagram, sizeof datagram);
	CU_ASSERT_TRUE(counted("1 "));
	CU_ASSERT_EQUAL(recv(fd, buffer, sizeof buffer, 0), -1);
	drops = ended(w);
	CU_ASSERT_TRUE(is(from(&drops, "fd00::99"), "d1", GROUP6, MCD_DROP_UDP, OTHER_PORT, "UDP_CSUM"));
	mcd_drops_fini(&drops);
	close(fd);
}

/* What diagnose/dropped.c knows of IPv6 is what this kernel says. */
static void reasons_of_ipv6(void)
{
	static const uint8_t datagram[] = { UDP };
	int fd = receiver(PORT);
	struct mcd_drop_watch *w;
	struct mcd_drops drops;

	at_ingress("accept");
	join(fd, "fd00::97");
	w = watch();
	send_ipv6("::1", GROUP6, 17, datagram, sizeof datagram);
	send_ipv6("fd00::98", GROUP6, 17, datagram, sizeof datagram);
	CU_ASSERT_TRUE(counted("2 "));
	CU_ASSERT_TRUE_FATAL(ns_write("/proc/sys/net/ipv6/conf/d1/disable_ipv6", "1"));
	send_ipv6("fd00::97", GROUP6, 17, datagram, sizeof datagram);
	CU_ASSERT_TRUE(counted("3 "));
	drops = ended(w);
	CU_ASSERT_TRUE(is(from(&drops, "::1"), "d1", GROUP6, MCD_DROP_UDP, PORT, "IP_INHDR"));
	CU_ASSERT_TRUE(is(from(&drops, "fd00::98"), "d1", GROUP6, MCD_DROP_UDP, PORT, "IP_INADDRERRORS"));
	CU_ASSERT_TRUE(is(from(&drops, "fd00::97"), "d1", GROUP6, MCD_DROP_UDP, PORT, "IPV6DISABLED"));
	CU_ASSERT_TRUE(ns_write("/proc/sys/net/ipv6/conf/d1/disable_ipv6", "0"));
	mcd_drops_fini(&drops);
	close(fd);
}

/* ---- */

/* The last test: there is no way back. */
static void another_namespace_is_another_matter(void)
{
	static const uint8_t datagram[] = { UDP };
	struct mcd_drop_watch *outside = watch(), *inside;
	const unsigned d1 = if_nametoindex("d1");
	struct mcd_drops drops;

	CU_ASSERT_TRUE_FATAL(!ns_enter() && build());
	CU_ASSERT_EQUAL(if_nametoindex("d1"), d1);
	at_ingress("drop");
	inside = watch();
	send_ipv6("fd00::99", GROUP6, 17, datagram, sizeof datagram);
	CU_ASSERT_TRUE(counted("1 "));
	drops = ended(inside);
	CU_ASSERT_TRUE(is(from(&drops, "fd00::99"), "d1", GROUP6, MCD_DROP_UDP, PORT, "NETFILTER_DROP"));
	mcd_drops_fini(&drops);
	drops = ended(outside);
	CU_ASSERT_PTR_NULL(from(&drops, "fd00::99"));
	mcd_drops_fini(&drops);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "IPv6 is counted", ipv6_is_counted },
		{ "IPv4 is counted", ipv4_is_counted },
		{ "a firewall in both ways", a_firewall_in_both_ways },
		{ "a bad checksum is found late", a_bad_checksum_is_found_late },
		{ "reasons of IPv6", reasons_of_ipv6 },
		{ "another namespace is another matter", another_namespace_is_another_matter },
		{ NULL, NULL },
	};
	const char *why = ns_enter();
	struct mcd_drops drops;

	if (why)
		return ns_skip(why);
	if (!build())
		return ns_skip("veth interfaces with IPv6 cannot be made");
	if (!nft("add table netdev f; add table inet f"))
		return ns_skip("nftables cannot be used");
	mcd_drops_init(&drops);
	mcd_drops_end(watch(), &drops);
	mcd_drops_fini(&drops);
	if (!drops.known)
		return ns_skip(drops.why_not);
	return unit_main((const struct unit_suite[]){ { "drop reasons", tests }, { NULL, NULL } });
}
