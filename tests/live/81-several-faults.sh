#!/bin/bash
# SPDX-License-Identifier: ISC
# A fault on each of five NICs at once, each told of its own NIC, and a healthy one between them.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=239.12.13.14 PORT=6789
segments 7
stream "0 1 2 4 5 6"
start far -g "$GROUP" -p "$PORT" -s 10.77.250.20 send s1
ip -n host route add 10.77.250.0/24 dev h0
host_sysctl net.ipv4.conf.h1.rp_filter=1
firewall host "add table inet f; add chain inet f i { type filter hook input priority 0; }; add rule inet f i iifname h2 udp dport $PORT drop; add chain inet f o { type filter hook output priority 0; }; add rule inet f o oifname h6 ip protocol igmp drop"
querier 4 off
querier 5 2
wait_for "IGMPv2 on h5" speaks h5 2
flooded 6
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
findings h1 dropped-by-rp-filter
findings h2 dropped-by-firewall
findings h3 stream-on-other-interface
findings h4 no-querier
findings h5 igmp-downgraded-by-querier
findings h6 join-not-on-wire
findings -
expect "of the first NIC nothing but passes" 'nic("h0").checks | [.[] | .status] - ["pass", "skipped"] == []'
truth
