/* SPDX-License-Identifier: ISC */
/* The other end of the live tests: sends streams, joins groups, crafts frames that no kernel would send, and tells as JSON lines what is on
 * a wire. It shares no code with the program under test, so that its word about a wire is a second opinion. */
#ifndef PEER_H
#define PEER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinet/in.h>

enum { IFACES = 128, SOURCES = 64, FRAME = 2048, IP_HEADER = 20, IP6_HEADER = 40, UDP_HEADER = 8, LARGEST = 1 << 16 };
enum { IGMP_QUERY = 0x11, IGMP_V1_REPORT = 0x12, IGMP_V2_REPORT = 0x16, IGMP_V2_LEAVE = 0x17, IGMP_V3_REPORT = 0x22 }; /* RFC 9776, 4 */
enum { MLD_QUERY = 130, MLD_V1_REPORT = 131, MLD_V1_DONE = 132, MLD_V2_REPORT = 143 }; /* RFC 9777, 5; RFC 2710, 3 */

struct address {
	int family;		/* AF_INET, AF_INET6, or AF_UNSPEC: none */
	uint8_t octets[16];	/* as on the wire; all 0 of none */
};

struct options {
	struct address group, source, sources[SOURCES], bound;
	size_t nsources, nifaces;
	uint16_t port, source_port;
	int ttl, version, reuse, buffer; /* buffer: SO_RCVBUF, 0 = the system's */
	int vlan;			/* of a tag, -1 = none */
	bool exclude;			/* sources are those that are not wanted */
	bool idle;			/* never reads */
	unsigned gap_ms;		/* between datagrams, where they are fewer than one a second; 0 = by rate */
	unsigned rate, count, max_response, interval; /* datagrams a second; in all; tenths of a second; seconds that a query advertises */
	uint8_t protocol, type, mac[6];	/* of crafted frames: of IP, of ICMPv6, and the destination; all 0 = UDP to the group's own */
	size_t size, segments;	     /* octets of a datagram; datagrams that one send hands over (UDP_SEGMENT), 0 = the plain way */
	const char *bad, *ready, *device;
	char **ifaces;
};

extern volatile sig_atomic_t stop, leave;

/* End with WHAT and the text of errno. */
_Noreturn void die(const char *what);
unsigned index_of(const char *iface);
void say_ready(const struct options *o);

/* Call TICK for each number from 1 at the rate asked for, until the count is reached or a signal comes. */
void pace(const struct options *o, void (*tick)(const struct options *o, const int *fds, unsigned number), const int *fds);

void put16(uint8_t *at, unsigned value);
unsigned get16(const uint8_t *at);
/* What the pseudo-header adds to the checksum of LENGTH octets of PROTOCOL; FROM and TO have SIZE octets, 4 or 16. RFC 768; RFC 8200, 8.1. */
uint32_t pseudo_header(const uint8_t *from, const uint8_t *to, size_t size, uint8_t protocol, size_t length);
/* RFC 1071 over LENGTH octets, on top of SUM. */
unsigned checksum(const uint8_t *data, size_t length, uint32_t sum);

/* A packet socket on IFACE for frames of PROTOCOL (ETH_P_), 0 = only to send. */
int packet_open(const char *iface, int protocol);

void command_send(const struct options *o);
void command_join(const struct options *o);
void command_craft(const struct options *o);
void command_forward(const struct options *o);
void command_tap(const struct options *o);

#endif
