#!/bin/bash
# SPDX-License-Identifier: ISC
# Two faults on one NIC: a downgrade and a firewall; a stream of two senders, one of which the reverse path filter drops.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
querier 1 2
wait_for "IGMPv2 on h1" speaks h1 2
firewall host "add table ip f; add chain ip f i { type filter hook input priority 0; }; add rule ip f i iifname h1 udp dport $PORT drop"
stream "0 1"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
findings h1 dropped-by-firewall igmp-downgraded-by-querier
expect "the fault comes first" '.findings[0].code == "dropped-by-firewall"'
truth

step "one of two senders"
firewall host "flush chain ip f i"
querier 1 3
ip -n host route add 10.77.250.21/32 dev h0
host_sysctl net.ipv4.conf.h0.rp_filter=0 net.ipv4.conf.h1.rp_filter=1 net.ipv4.conf.h1.force_igmp_version=3
start far -g "$GROUP" -p "$PORT" -s 10.77.250.21 send s1
run --iface h1 --group "$GROUP:$PORT"
exits 2
expect "the cause" 'told("h1") | index("dropped-by-rp-filter") != null and index("dropped-by-firewall") == null or (tostring | error)'
truth
