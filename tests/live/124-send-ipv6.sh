#!/bin/bash
# SPDX-License-Identifier: ISC
# Groups of IPv6, beside one of IPv4: what another decoder captures at the far ends is what the report says. A NIC without IPv6 is told, and not sent by.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
IPV6=1
. "${0%/*}/lab.sh"
lab_needs tcpdump tshark
if [ ! -e /proc/sys/net/ipv6 ]; then lab_skip "there is no IPv6 here"; fi
segments 2

rows() { HOME=$W tshark -n -r "$W/$1.pcap" -T fields -e ipv6.src -e ip.src -e ipv6.dst -e ip.dst -e ipv6.hlim -e ip.ttl 2>/dev/null; }
has() { test "$(rows "$1" | grep -c .)" -ge "$2"; }
# captured PORT NUMBER COMMAND...: what comes in at that port of the switch meanwhile, at least so many, as source, destination, hop limit
captured() {
	local port=$1 number=$2 process
	shift 2
	ip netns exec switch tcpdump -n -U --immediate-mode -i "$port" -Q in -w "$W/$port.pcap" udp 2>"$W/$port.ready" &
	process=$!
	wait_for "a capture" grep -q "listening on" "$W/$port.ready"
	"$@"
	wait_for "$number frames at $port" has "$port" "$number"
	kill -TERM "$process"
	wait "$process"
	rows "$port" | tr -s '\t' ' ' | sed 's/^ //; s/ $//' >"$W/$port.rows"
}

step "both families"
captured p1 12 run send -g "[$GROUP6]:$PORT" -g "$GROUP:$PORT" -c 6 --rate 200 -t 7
exits 0
check "six each at the far end: $(sort "$W/p1.rows" | uniq -c | tr '\n' ';')" test "$(sort "$W/p1.rows" | uniq -c | tr -s ' ')" = \
	" 6 10.77.1.10 $GROUP 7
 6 fd77:1::10 $GROUP6 7"
expect "the report says so" '[nic("h1").probes.groups[] | [.address, .sent, .on_wire, .sources, (.ttl | map(.value))]]
	== [[$group6, 6, 6, [$own], [7]], [$group, 6, 6, ["10.77.1.10"], [7]]] or (tostring | error)' --arg group "$GROUP" --arg group6 "$GROUP6" --arg own fd77:1::10

step "one without IPv6"
host_sysctl net.ipv6.conf.h1.disable_ipv6=1
run send -g "[$GROUP6]:$PORT" -c 2 --rate 100
expect "h0 sends" 'nic("h0").probes | .sent == 2 and .on_wire == 2'
expect "h1 does not" 'nic("h1").probes.sent == 0'
