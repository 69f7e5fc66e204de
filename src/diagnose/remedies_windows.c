/* SPDX-License-Identifier: ISC */
/* What to do about findings on a host of Windows, where other commands are due than on Linux. Names of interfaces have blanks there: commands of PowerShell,
 * netsh and dumpcap alike take them in double quotes. */
#include <config.h>

#include "diagnose/finding.h"

#define BLOCKING "Get-NetFirewallRule -PolicyStore ActiveStore -Action Block -Enabled True"
#define CAPTURE "dumpcap -i \"%i\" -f \"host %g\" -w FILE"
#define CAPTURE_THERE "dumpcap -i IFACE -f \"host %g\" -w FILE"
#define COUNT_DROPS "pktmon filter add -i %g; pktmon start -c; later pktmon counters --type drop; pktmon stop"
#define ON_THE_PORT "Get-Process -Id (Get-NetUDPEndpoint -LocalPort %p).OwningProcess"
#define ALLOW_IN "New-NetFirewallRule -DisplayName \"multicast in\" -Direction Inbound -Protocol UDP -LocalPort %p -InterfaceAlias \"%i\" -Action Allow"

static const struct {
	const char *both, *ipv6; /* both NULL = as elsewhere; ipv6 NULL = as both */
} remedies[MCD_CODE_COUNT] = {
	[MCD_INTERFACE_DOWN] = { "Enable-NetAdapter -Name \"%i\"", NULL },
	[MCD_NO_CARRIER] = { "Check cable and switch port, or what connects it (Wi-Fi, VPN): Get-NetAdapter -Name \"%i\" | Format-List Status, "
			     "MediaConnectionState, LinkSpeed", NULL },
	[MCD_MULTICAST_FLAG_OFF] = { "Use another interface: the driver of this one takes no multicast, as of many VPNs and tunnels; see its settings: "
				     "Get-NetAdapterAdvancedProperty -Name \"%i\"", NULL },
	[MCD_NO_IPV4_ADDRESS] = { "New-NetIPAddress -InterfaceAlias \"%i\" -IPAddress ADDRESS -PrefixLength LENGTH; an adapter that a virtual switch or a team "
				  "uses has none: use the adapter of that: Get-NetIPAddress -AddressFamily IPv4", NULL },
	[MCD_NIC_ENSLAVED] = { "Join on the adapter of the team or bridge: Get-NetIPInterface -AddressFamily IPv4 lists those that IP sees", NULL },
	[MCD_HOSTNAME_RESOLVES_TO_LOOPBACK] = { "Let the program join by the address or index of an interface (struct ip_mreq, MCAST_JOIN_GROUP), or give the name a real "
						"address in C:\\Windows\\System32\\drivers\\etc\\hosts; see it: [System.Net.Dns]::GetHostAddresses($env:COMPUTERNAME)", NULL },
	[MCD_DEFAULT_INTERFACE_DIFFERS] = { "Let the program name the interface (IP_MULTICAST_IF; imr_interface of struct ip_mreq); who is first today: "
					    "Get-NetIPInterface -AddressFamily IPv4 | Sort-Object InterfaceMetric",
					    "Let the program name the interface (IPV6_MULTICAST_IF; ipv6mr_interface of struct ipv6_mreq); who is first today: "
					    "Get-NetIPInterface -AddressFamily IPv6 | Sort-Object InterfaceMetric" },
	[MCD_AMBIGUOUS_ADDRESS] = { "Give each its own address (Get-NetIPAddress), or have programs join by interface index (MCAST_JOIN_GROUP)", NULL },
	[MCD_IPV6_DISABLED] = { "If groups of IPv6 are wanted there: Enable-NetAdapterBinding -Name \"%i\" -ComponentID ms_tcpip6", NULL },
	[MCD_XDP_PROGRAM_ATTACHED] = { "For a test, stop the program that has attached it, and run again", NULL },
	[MCD_CAPTURE_DENIED] = { "Run it in an elevated prompt (Run as administrator); it captures with Npcap: https://npcap.com", NULL },
	[MCD_CAPTURE_DROPPED] = { "Run again with less load, on fewer interfaces (--iface \"%i\", --only-chosen)", NULL },
	[MCD_EVIDENCE_LIMIT_REACHED] = { "Narrow the capture to the groups in question: tshark -r FILE -w SMALLER -Y \"igmp or icmpv6 or ip.dst == GROUP\"",
					 "Narrow the capture to the groups in question: tshark -r FILE -w SMALLER -Y \"igmp or icmpv6 or ipv6.dst == GROUP\"" },
	[MCD_JOIN_FAILED] = { "Act on the error; see the interface and its memberships: Get-NetIPInterface -InterfaceAlias \"%i\"; netsh interface ipv4 show joins \"%i\"",
			      "Act on the error; see the interface and its memberships: Get-NetIPInterface -InterfaceAlias \"%i\"; netsh interface ipv6 show joins \"%i\"" },
	[MCD_MEMBERSHIP_LIMIT_REACHED] = { "Windows has no setting for it: let the program use more sockets, with fewer groups on each", NULL },
	[MCD_SOURCE_LIMIT_REACHED] = { "Windows has no setting for it: name fewer sources for each group", NULL },
	[MCD_ALREADY_MEMBER] = { "See how many hold it: netsh interface ipv4 show joins \"%i\"; who is on the port: " ON_THE_PORT,
				 "See how many hold it: netsh interface ipv6 show joins \"%i\"; who is on the port: " ON_THE_PORT },
	[MCD_FILTER_WIDENED_BY_OTHER_PROCESS] = { "Let the other program join with a source too (IP_ADD_SOURCE_MEMBERSHIP, MCAST_JOIN_SOURCE_GROUP); who is on the port: " ON_THE_PORT,
						  "Let the other program join with a source too (MCAST_JOIN_SOURCE_GROUP); who is on the port: " ON_THE_PORT },
	[MCD_JOIN_NOT_ON_WIRE] = { "Allow IGMP out: Enable-NetFirewallRule -Name CoreNet-IGMP-Out; a blocking rule wins: " BLOCKING "; see IGMP's own settings: "
				   "netsh interface ipv4 show global",
				   "Allow MLD out: Enable-NetFirewallRule -Name CoreNet-ICMP6-LR-Out, CoreNet-ICMP6-LR2-Out; a blocking rule wins: " BLOCKING },
	[MCD_LEAVE_NOT_ON_WIRE] = { "Allow IGMP out: Enable-NetFirewallRule -Name CoreNet-IGMP-Out; a blocking rule wins: " BLOCKING,
				    "Allow MLD out: Enable-NetFirewallRule -Name CoreNet-ICMP6-LD-Out, CoreNet-ICMP6-LR2-Out; a blocking rule wins: " BLOCKING },
	[MCD_SSM_RANGE_WITHOUT_SOURCE] = { "Name the source: mcdiag --group SOURCE@%g:%p; in the program: IP_ADD_SOURCE_MEMBERSHIP or MCAST_JOIN_SOURCE_GROUP",
					   "Name the source: mcdiag --group SOURCE@[%g]:%p; in the program: MCAST_JOIN_SOURCE_GROUP" },
	[MCD_IGMP_VERSION_FORCED] = { "Set-NetIPv4Protocol -IGMPVersion Version3 (netsh interface ipv4 set global mldversion=version3), or take IGMPVersion out of "
				      "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters; then restart", NULL },
	[MCD_MLD_VERSION_FORCED] = { "See what is set: netsh interface ipv6 show global; set the newest again (mldversion), and restart", NULL },
	[MCD_SOURCE_FILTER_LOST] = { "Bring IGMPv3 back; see what is set: netsh interface ipv4 show global; the queries: dumpcap -i \"%i\" -f igmp -w FILE",
				     "Bring MLDv2 back; see what is set: netsh interface ipv6 show global; the queries: dumpcap -i \"%i\" -f icmp6 -w FILE" },
	[MCD_SOURCE_FILTER_WRONG] = { "See whether others hold the group: netsh interface ipv4 show joins \"%i\"; look for security software that touches IGMP: " BLOCKING,
				      "See whether others hold the group: netsh interface ipv6 show joins \"%i\"; look for security software that touches MLD: " BLOCKING },
	[MCD_REPORT_MALFORMED] = { "Look for what rewrites it, a VPN or security software: Get-NetAdapterBinding -Name \"%i\"; for a test, without offload: "
				   "Disable-NetAdapterChecksumOffload -Name \"%i\"", NULL },
	[MCD_REPORT_FROM_ZERO_ADDRESS] = { "New-NetIPAddress -InterfaceAlias \"%i\" -IPAddress ADDRESS -PrefixLength LENGTH",
					   "See whether the interface has a link-local address, and whether that is still Tentative: "
					   "Get-NetIPAddress -InterfaceAlias \"%i\" -AddressFamily IPv6 | Format-Table IPAddress, AddressState" },
	[MCD_QUERIER_NOT_HEARD] = { "Observe for longer than the usual query interval: mcdiag --iface \"%i\" --duration 130s", NULL },
	[MCD_QUERY_NOT_ANSWERED] = { "Allow IGMP in and out: Enable-NetFirewallRule -Name CoreNet-IGMP-In, CoreNet-IGMP-Out; a blocking rule wins: " BLOCKING,
				     "Allow MLD in and out: Enable-NetFirewallRule -Name CoreNet-ICMP6-LQ-In, CoreNet-ICMP6-LR-Out, CoreNet-ICMP6-LR2-Out; "
				     "a blocking rule wins: " BLOCKING },
	[MCD_QUERY_DROPPED_BY_RP_FILTER] = { "Give the querier an address of this subnet", NULL },
	[MCD_SEND_FAILED] = { "Act on the error: Get-NetAdapter -Name \"%i\"; Get-NetIPAddress -InterfaceAlias \"%i\"", NULL },
	[MCD_SEND_BLOCKED] = { "Find the rule, and disable it, since a blocking one wins: " BLOCKING "; look at other security software too", NULL },
	[MCD_NO_MULTICAST_ROUTE] = { "netsh interface ipv4 add route 224.0.0.0/4 \"%i\"; better: let the program set IP_MULTICAST_IF",
				     "netsh interface ipv6 add route ff00::/8 \"%i\"; better: let the program set IPV6_MULTICAST_IF" },
	[MCD_MESSAGE_TOO_BIG] = { "Send less than the MTU minus 28 bytes: netsh interface ipv4 show subinterfaces",
				  "Send less than the MTU minus 48 bytes: netsh interface ipv6 show subinterfaces" },
	[MCD_PROBE_NOT_ON_WIRE] = { "See where it is lost: " COUNT_DROPS "; and what the adapter counts: Get-NetAdapterStatistics -Name \"%i\"", NULL },
	[MCD_PROBE_ON_OTHER_INTERFACE] = { "Look for what redirects it, a VPN or security software: Get-NetRoute -AddressFamily IPv4; Get-NetAdapterBinding -Name \"%i\"",
					   "Look for what redirects it, a VPN or security software: Get-NetRoute -AddressFamily IPv6; Get-NetAdapterBinding -Name \"%i\"" },
	[MCD_PROBE_SOURCE_ADDRESS_FOREIGN] = { "Get-NetIPAddress -InterfaceAlias \"%i\"; look for address translation: Get-NetNat", NULL },
	[MCD_TTL_MISMATCH] = { "Look for what rewrites it, a VPN or security software: Get-NetAdapterBinding -Name \"%i\"", NULL },
	[MCD_UNICAST_FRAME] = { "Get-NetRoute -DestinationPrefix 224.0.0.0/4; take the one by a gateway out: Remove-NetRoute -DestinationPrefix 224.0.0.0/4 -NextHop GATEWAY",
				"Get-NetRoute -DestinationPrefix ff00::/8; take the one by a gateway out: Remove-NetRoute -DestinationPrefix ff00::/8 -NextHop GATEWAY" },
	[MCD_STREAM_ABSENT] = { "Follow it from the sender: " CAPTURE_THERE " there; on routers: show ip mroute %g; on the switch: show ip igmp snooping groups",
				"Follow it from the sender: " CAPTURE_THERE " there; on routers: show ipv6 mroute %g; on the switch: show ipv6 mld snooping groups" },
	[MCD_STREAM_STOPPED] = { "Watch it from the sender: " CAPTURE_THERE " there; on the switch: show ip igmp snooping groups",
				 "Watch it from the sender: " CAPTURE_THERE " there; on the switch: show ipv6 mld snooping groups" },
	[MCD_STREAM_ON_OTHER_PORT] = { "Use the port that is sent to; see all of them: " CAPTURE, NULL },
	[MCD_LOCAL_SENDER_ON_OTHER_INTERFACE] = { "Let it set IP_MULTICAST_IF, or: netsh interface ipv4 add route %g/32 \"%i\"; see the routes: route print 2*",
						  "Let it set IPV6_MULTICAST_IF, or: netsh interface ipv6 add route %g/128 \"%i\"; see the routes: route print -6" },
	[MCD_WRONG_DESTINATION_MAC] = { "Look at the sender's frames: " CAPTURE "; and for an entry made by hand: Get-NetNeighbor -IPAddress %g", NULL },
	[MCD_VLAN_MISMATCH] = { "Make the switch port an access port of that VLAN; or give the adapter its VLAN, where the driver can: Set-NetAdapter -Name \"%i\" -VlanID VLAN", NULL },
	[MCD_IP_CHECKSUM_BAD] = { "Look at the sender, and at what rewrites between (NAT, TTL or DSCP marking): " CAPTURE, NULL },
	[MCD_UDP_CHECKSUM_BAD] = { "On the sender, for a test: Disable-NetAdapterChecksumOffload -Name IFACE -UdpIPv4, or what does the same there; then " CAPTURE,
				   "On the sender, for a test: Disable-NetAdapterChecksumOffload -Name IFACE -UdpIPv6, or what does the same there; then " CAPTURE },
	[MCD_UDP_LENGTH_BAD] = { "Look at the sender: " CAPTURE, NULL },
	[MCD_FRAGMENTS_MISSING] = { "Send below the MTU (1472 bytes on Ethernet), or let fragments pass the filter: dumpcap -i \"%i\" -f \"ip[6:2] & 0x3fff != 0\" -w FILE",
				    "Send below the MTU (1452 bytes on Ethernet), or let fragments pass the filter: dumpcap -i \"%i\" -f \"ip6[6] = 44\" -w FILE" },
	[MCD_STREAM_LOSS] = { "Capture nearer to the sender and compare; on switches: show interfaces counters errors; on this host: Get-NetAdapterStatistics -Name \"%i\"", NULL },
	[MCD_STREAM_BURST_LOSS] = { "Look for drops on output queues (show queueing interface; show policy-map interface), and let the sender pace its packets", NULL },
	[MCD_STREAM_REORDERED] = { "Keep one stream on one path (hash by addresses and ports); how the NIC spreads it over queues: Get-NetAdapterRss -Name \"%i\"", NULL },
	[MCD_STREAM_JITTER] = { "Give the stream a queue of its own on the way (DSCP EF, strict priority); compare with the sender: " CAPTURE_THERE " there", NULL },
	[MCD_SEGMENTS_BRIDGED] = { "Separate them (VLANs on the switch), or make one team of both adapters", NULL },
	[MCD_DROPPED_BY_RP_FILTER] = { "Give the source a route back by this interface: netsh interface ipv4 add route SOURCE/32 \"%i\" GATEWAY",
				       "Give the source a route back by this interface: netsh interface ipv6 add route SOURCE/128 \"%i\" GATEWAY" },
	[MCD_DROPPED_AS_MARTIAN] = { "Correct the sender's address; see such packets: " CAPTURE, NULL },
	[MCD_DROPPED_BY_FIREWALL] = { "Allow it: " ALLOW_IN "; a blocking rule wins: " BLOCKING, NULL },
	[MCD_DROPPED_BY_SOCKET_BUFFER] = { "A larger SO_RCVBUF in the program, which Windows does not bound, and a reader that does nothing else", NULL },
	[MCD_DROPPED_BY_CHECKSUM] = { "netstat -s -p udp; look at the sender", "netstat -s -p udpv6; look at the sender" },
	[MCD_FOREIGN_GROUP_DELIVERED] = { "In the program, look at the destination of each datagram (IP_PKTINFO), or use a port of its own",
					  "In the program, look at the destination of each datagram (IPV6_PKTINFO), or use a port of its own" },
	[MCD_MACVLAN_ISOLATION] = { "Let both use one virtual switch, which passes frames between them", NULL },
	[MCD_NOT_DELIVERED] = { "See where it is dropped: " COUNT_DROPS "; what the firewall blocks: " BLOCKING, NULL },
	[MCD_NIC_FILTER_SUSPECT] = { "See the driver, and update it: Get-NetAdapter -Name \"%i\" | Format-List Driver*; or join fewer groups", NULL },
	[MCD_APP_NOT_JOINED] = { "Let the program join by interface (IP_ADD_MEMBERSHIP, MCAST_JOIN_GROUP), and check what that call returns; see whose it is: " ON_THE_PORT,
				 "Let the program join by interface (IPV6_ADD_MEMBERSHIP, MCAST_JOIN_GROUP), and check what that call returns; see whose it is: " ON_THE_PORT },
	[MCD_APP_JOINED_ON_OTHER_INTERFACE] = { "Join by the address or index of %i (imr_interface, MCAST_JOIN_GROUP); where the program leaves it to Windows, the lowest metric "
						"wins: Set-NetIPInterface -InterfaceAlias \"%i\" -InterfaceMetric METRIC",
						"Join by the index of %i (ipv6mr_interface, MCAST_JOIN_GROUP); where the program leaves it to Windows, the lowest metric "
						"wins: Set-NetIPInterface -InterfaceAlias \"%i\" -InterfaceMetric METRIC" },
	[MCD_APP_BOUND_TO_UNICAST] = { "Bind to 0.0.0.0, and choose the interface by the join", "Bind to ::, and choose the interface by the join" },
	[MCD_APP_BOUND_TO_OTHER_INTERFACE] = { "Bind the program to the address of %i, or to any; see it: Get-NetUDPEndpoint -LocalPort %p", NULL },
	[MCD_APP_SOCKET_OVERFLOW] = { "A larger SO_RCVBUF in the program, which Windows does not bound, and a reader that does nothing else", NULL },
	[MCD_APP_MEMBERSHIP_LOST] = { "Let the program join again; see the groups of the host: netsh interface ipv4 show joins \"%i\"",
				      "Let the program join again; see the groups of the host: netsh interface ipv6 show joins \"%i\"" },
	[MCD_PORT_IN_USE] = { "See who: " ON_THE_PORT "; let it set SO_REUSEADDR, and not SO_EXCLUSIVEADDRUSE; or Windows keeps it back: "
			      "netsh interface ipv4 show excludedportrange protocol=udp",
			      "See who: " ON_THE_PORT "; let it set SO_REUSEADDR, and not SO_EXCLUSIVEADDRUSE; or Windows keeps it back: "
			      "netsh interface ipv6 show excludedportrange protocol=udp" },
};

const char *mcd_remedy_windows(enum mcd_code code, bool v6)
{
	return v6 && remedies[code].ipv6 ? remedies[code].ipv6 : remedies[code].both;
}
