/* SPDX-License-Identifier: ISC */
/* What to do about findings of groups of IPv6, where other commands are due than for IPv4: on this host, and on those of a capture. */
#include <config.h>

#include "diagnose/finding.h"

#define MLD_OUT "icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } accept"

static const struct {
	const char *here, *captured; /* captured NULL = as the one for IPv4 of a capture, or as here */
} remedies[MCD_CODE_COUNT] = {
	[MCD_DEFAULT_INTERFACE_DIFFERS] = { "Let the program name the interface (IPV6_MULTICAST_IF; ipv6mr_interface of struct ipv6_mreq); today's route: ip -6 route get %g", NULL },
	[MCD_MEMBERSHIP_LIMIT_REACHED] = { "sysctl -w net.core.optmem_max=1048576 (IPv6 has no other limit of memberships)", NULL },
	[MCD_SOURCE_LIMIT_REACHED] = { "sysctl -w net.ipv6.mld_max_msf=256", NULL },
	[MCD_FILTER_WIDENED_BY_OTHER_PROCESS] = { "See the merged filter: cat /proc/net/mcfilter6; let the other program join with a source too", NULL },
	[MCD_JOIN_NOT_ON_WIRE] = { "Find the rule: nft list ruleset; allow MLD: nft 'insert rule inet TABLE output " MLD_OUT
				   "' (ip6tables -I OUTPUT -p icmpv6 -j ACCEPT)", NULL },
	[MCD_SSM_RANGE_WITHOUT_SOURCE] = { "Name the source: mcdiag --group SOURCE@[%g]:%p; in the program: MCAST_JOIN_SOURCE_GROUP",
					   "Let the program that joins name the source (MCAST_JOIN_SOURCE_GROUP), or use a group outside ff3x::/32" },
	[MCD_SOURCE_OUTSIDE_SSM_RANGE] = { "On the routers, put the group into the SSM range (ipv6 pim ssm range ...), or use a group out of ff3x::/32", NULL },
	[MCD_LINK_LOCAL_GROUP] = { "For traffic that has to cross a router use a group of a wider scope, such as ff15:: (site) or ff18:: (organization)", NULL },
	[MCD_RESERVED_GROUP] = { "Use a transient group, ff1x::, of the scope that is meant (RFC 7346), or ff3x::/32 with a source", NULL },
	[MCD_SOURCE_FILTER_LOST] = { "Bring MLDv2 back: sysctl net.ipv6.conf.all.force_mld_version net.ipv6.conf.%n.force_mld_version; the queries: tcpdump -vni %i icmp6",
				     "Bring MLDv2 back: ipv6 mld snooping querier version 2; on a Linux bridge, mcast_mld_version 2; the settings of the receiver: "
				     "sysctl -a | grep force_mld_version there" },
	[MCD_SOURCE_FILTER_WRONG] = { "Compare the kernel's own filter: cat /proc/net/mcfilter6; look for rules that touch MLD: nft list ruleset",
				      "On the receiver, compare the kernel's own filter: cat /proc/net/mcfilter6; look for rules that touch MLD: nft list ruleset" },
	[MCD_REPORT_MALFORMED] = { "Look for what rewrites it: nft list ruleset; ip6tables -t mangle -S; tc filter show dev %i egress", NULL },
	[MCD_REPORT_FROM_ZERO_ADDRESS] = { "See whether the interface has a link-local address, and whether that is still tentative: ip -6 address show dev %i; "
					   "without one: ip link set dev %i addrgenmode eui64, then down and up",
					   "Find the host by its MAC address: tcpdump -eni %i icmp6 where it was captured; see its link-local address: ip -6 address show there" },
	[MCD_NO_QUERIER] = { "Switch a querier on, on the switch (ipv6 mld snooping querier) or on a Linux bridge, which needs an IPv6 address of the link to ask "
			     "from: ip link set BRIDGE type bridge mcast_querier 1", NULL },
	[MCD_QUERY_NOT_ANSWERED] = { "Allow MLD in and out: nft insert rule inet TABLE input icmpv6 type mld-listener-query accept "
				     "(ip6tables -I INPUT -p icmpv6 -j ACCEPT)",
				     "On the member, allow MLD in and out: nft insert rule inet TABLE input icmpv6 type mld-listener-query accept "
				     "(ip6tables -I INPUT -p icmpv6 -j ACCEPT)" },
	[MCD_MULTIPLE_QUERIERS] = { "Leave one querier per VLAN, and look for what keeps queries from the other (show ipv6 mld snooping querier)", NULL },
	[MCD_QUERIER_VERSION_CONFLICT] = { "Set the same version on all of them (ipv6 mld version 2; ipv6 mld snooping querier version 2; on a Linux bridge, "
					   "mcast_mld_version 2)", NULL },
	[MCD_QUERY_INTERVAL_MISMATCH] = { "Set the same query interval where it asks and where it is advertised (ipv6 mld query-interval; "
					  "ipv6 mld snooping querier query-interval)", NULL },
	[MCD_NO_SNOOPING] = { "On the switch: show ipv6 mld snooping; on a Linux bridge: bridge mdb show", NULL },
	[MCD_FAST_LEAVE] = { "Switch it off on that port: no ipv6 mld snooping ... immediate-leave (or fast-leave); on a Linux bridge: "
			     "bridge link set dev PORT fastleave off", NULL },
	[MCD_SEND_BLOCKED] = { "Find the rule: nft list ruleset; tc filter show dev %i egress; allow it: nft insert rule inet TABLE output ip6 daddr %g accept", NULL },
	[MCD_NO_MULTICAST_ROUTE] = { "ip -6 route add multicast ff00::/8 dev %i table local; better: let the program set IPV6_MULTICAST_IF", NULL },
	[MCD_MESSAGE_TOO_BIG] = { "Send less than the MTU minus 48 bytes: ip link show %i", NULL },
	[MCD_PROBE_SOURCE_ADDRESS_FOREIGN] = { "ip -6 address show dev %i; ip -6 route get %g oif %i; nft list table ip6 nat", NULL },
	[MCD_PROBE_ON_OTHER_INTERFACE] = { "ip -6 rule show; ip -6 route get %g oif %i; tc filter show dev %i egress", NULL },
	[MCD_TTL_MISMATCH] = { "ip6tables -t mangle -S; nft list ruleset | grep hoplimit",
			       "Look at the sender's IPV6_MULTICAST_HOPS, at the routers between, and for what rewrites it: nft list ruleset | grep hoplimit" },
	[MCD_TTL_ZERO] = { "Set IPV6_MULTICAST_HOPS to 1 for this segment, higher to cross routers: mcdiag --send --ttl 16",
			   "Set IPV6_MULTICAST_HOPS at the sender to 1 for its own segment, higher to cross routers" },
	[MCD_UNICAST_FRAME] = { "ip -6 route get %g; replace a route by a gateway: ip -6 route replace multicast %g/128 dev %i table local",
				"In order behind Wi-Fi or such a switch; else look on the sender for a route by a gateway: ip -6 route get %g" },
	[MCD_STREAM_ABSENT] = { "Follow it from the sender: tcpdump -ni IFACE host %g there; on routers: show ipv6 mroute %g; on the switch: "
				"show ipv6 mld snooping groups", NULL },
	[MCD_STREAM_STOPPED] = { "Watch it from the sender: tcpdump -ni IFACE host %g; on the switch: show ipv6 mld snooping groups", NULL },
	[MCD_STREAM_TTL_EXHAUSTED] = { "Raise IPV6_MULTICAST_HOPS at the sender (to 16 or more)", NULL },
	[MCD_STREAM_FROM_OTHER_SOURCE] = { "Ask for the source that really sends, or any: mcdiag --group [%g]:%p",
					   "Let the receiver ask for the source that really sends, or for any; judged so: mcdiag replay --group [%g]:%p FILE" },
	[MCD_SEVERAL_SENDERS] = { "If that is not meant, join with one source: mcdiag --group SOURCE@[%g]:%p",
				  "If that is not meant, let the receivers join with one source; judged so: mcdiag replay --group SOURCE@[%g]:%p FILE" },
	[MCD_STREAM_ON_OTHER_PORT] = { "Use the port that is sent to; see all of them: tcpdump -ni %i host %g",
				       "If the receiver uses the port that is sent to, ask about that: --group [%g]:PORT; if not, correct it; "
				       "all ports, where it was captured: tcpdump -ni %i host %g" },
	[MCD_LOCAL_SENDER_ON_OTHER_INTERFACE] = { "See the route: ip -6 route get %g; set IPV6_MULTICAST_IF, or: ip -6 route add multicast %g/128 dev %i table local", NULL },
	[MCD_DROPPED_AS_MARTIAN] = { "Correct the sender's address; see such packets: tcpdump -eni %i host %g; the drops: nstat -az Ip6InHdrErrors", NULL },
	[MCD_DROPPED_BY_FIREWALL] = { "Find the rule: nft list ruleset; allow it: nft insert rule inet TABLE input iifname %i ip6 daddr %g udp dport %p accept", NULL },
	[MCD_DROPPED_BY_CHECKSUM] = { "nstat -az Udp6InCsumErrors; look at the sender", NULL },
	[MCD_FRAGMENTS_MISSING] = { "Send below the MTU (1452 bytes on Ethernet), or let fragments pass the filter; see them: tcpdump -ni %i 'ip6[6] = 44'",
				    "Send below the MTU (1452 bytes on Ethernet), or let fragments pass the filter; to see them where it was captured: "
				    "tcpdump -ni %i 'ip6[6] = 44'" },
	[MCD_FOREIGN_GROUP_DELIVERED] = { "In the program, set IPV6_MULTICAST_ALL to 0, or bind to %g instead of the wildcard", NULL },
	[MCD_APP_JOINED_ON_OTHER_INTERFACE] = { "Join by the index of %i (MCAST_JOIN_GROUP, or ipv6mr_interface); where the program leaves it to the routes: "
						"ip -6 route add multicast %g/128 dev %i table local", NULL },
	[MCD_APP_BOUND_TO_UNICAST] = { "Bind to :: or to %g, and choose the interface by the join", NULL },
	[MCD_APP_ON_OTHER_PORT] = { "Let it bind to port %p; if its own port is right, ask about that: mcdiag --group [%g]:PORT", NULL },
	[MCD_APP_MEMBERSHIP_LOST] = { "Let the program join again; see what goes on: ip monitor link; cat /proc/net/igmp6", NULL },
};

const char *mcd_remedy(enum mcd_code code, enum mcd_platform platform, bool captured, bool v6)
{
	const char *special = captured && v6 ? remedies[code].captured : NULL;

	if (!special && captured)
		special = mcd_remedy_captured(code);
	if (!special && !captured && platform == MCD_PLATFORM_WINDOWS)
		special = mcd_remedy_windows(code, v6);
	if (!special && v6)
		special = remedies[code].here;
	return special ? special : mcd_catalogue(code)->remedy;
}
