/* SPDX-License-Identifier: ISC */
/* What to do about findings in a capture: it was made on another host, of others still, where the catalogue's remedies would do nothing. */
#include <config.h>

#include "diagnose/finding.h"

static const char *const remedies[MCD_CODE_COUNT] = {
	[MCD_CAPTURE_DROPPED] = "Have it captured again on that machine, with a larger buffer and less of each frame: tcpdump -ni %i -B 65536 -s 256 -w FILE",
	[MCD_SSM_RANGE_WITHOUT_SOURCE] = "Let the program that joins name the source (MCAST_JOIN_SOURCE_GROUP), or use a group outside 232.0.0.0/8",
	[MCD_SOURCE_FILTER_LOST] = "Bring IGMPv3 back; the version in force on the receiver: cat /proc/net/igmp there",
	[MCD_SOURCE_FILTER_WRONG] = "On the receiver, compare the kernel's own filter: cat /proc/net/mcfilter; look for rules that touch IGMP: nft list ruleset",
	[MCD_REPORT_MALFORMED] = "On the host that reports, look for what rewrites it: nft list ruleset; iptables -t mangle -S; tc filter show dev IFACE egress; "
				 "then capture there, and at the next switch",
	[MCD_REPORT_FROM_ZERO_ADDRESS] = "Find the host by its MAC address: tcpdump -eni %i igmp where it was captured; give it an address: "
					 "ip address add ADDRESS/PREFIX dev IFACE",
	[MCD_QUERIER_NOT_HEARD] = "Have it captured again for longer than a querier may be silent (260 s): timeout 300 tcpdump -ni %i -w FILE",
	[MCD_QUERY_NOT_ANSWERED] = "On the member, allow IGMP in and out: nft insert rule inet TABLE input ip protocol igmp accept "
				   "(iptables -I INPUT -p igmp -j ACCEPT)",
	[MCD_TTL_MISMATCH] = "Look at the sender's IP_MULTICAST_TTL, at the routers between, and for what rewrites it: nft list ruleset | grep ttl",
	[MCD_TTL_ZERO] = "Set IP_MULTICAST_TTL at the sender to 1 for its own segment, higher to cross routers",
	[MCD_UNICAST_FRAME] = "In order behind Wi-Fi or such a switch; else look on the sender for a route by a gateway: ip route get %g; replace it: "
			      "ip route replace %g dev IFACE",
	[MCD_STREAM_ON_OTHER_INTERFACE] = "Join where it arrives, or have it sent or routed to the other segment",
	[MCD_STREAM_FROM_OTHER_SOURCE] = "Let the receiver ask for the source that really sends, or for any; judged so: mcdiag replay --group %g:%p FILE",
	[MCD_STREAM_ON_OTHER_PORT] = "If the receiver uses the port that is sent to, ask about that: --group %g:PORT; if not, correct it; "
				     "all ports, where it was captured: tcpdump -ni %i host %g",
	[MCD_SEVERAL_SENDERS] = "If that is not meant, let the receivers join with one source; judged so: mcdiag replay --group SOURCE@%g:%p FILE",
	[MCD_WRONG_DESTINATION_MAC] = "Look at the frames that the sender sends: tcpdump -eni IFACE host %g there; ip neigh show %g",
	[MCD_VLAN_MISMATCH] = "Let the receiver join on the VLAN's interface (ip link add link IFACE name IFACE.VLAN type vlan id VLAN), or make its port an "
			      "access port of that VLAN",
	[MCD_IP_CHECKSUM_BAD] = "Look at the sender, and at what rewrites between (NAT, TTL or DSCP marking): tcpdump -vvni IFACE host %g there",
	[MCD_UDP_CHECKSUM_BAD] = "On the sender, for a test: ethtool -K IFACE tx off; then capture again, on whole frames: tcpdump -vvni %i udp and host %g",
	[MCD_UDP_LENGTH_BAD] = "Look at the sender: tcpdump -vvni IFACE udp and host %g there",
	[MCD_FRAGMENTS_MISSING] = "Send below the MTU (1472 bytes on Ethernet), or let fragments pass the filter; to see them where it was captured: "
				  "tcpdump -ni %i 'ip[6:2] & 0x3fff != 0'",
	[MCD_STREAM_LOSS] = "Capture nearer to the sender and compare; on switches: show interfaces counters errors; "
			    "on the machine that captured: ethtool -S %i",
	[MCD_STREAM_DUPLICATED] = "Look for the second path: the frames' source MAC addresses and TTLs differ (tcpdump -eni %i host %g where it was "
				  "captured); capture one direction of one port",
	[MCD_STREAM_REORDERED] = "Keep one stream on one path (hash by addresses and ports); on the machine that captured, ethtool -n %i shows how the NIC "
				 "spreads it over queues",
};

const char *mcd_remedy_captured(enum mcd_code code)
{
	return remedies[code];
}
