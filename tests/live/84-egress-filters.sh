#!/bin/bash
# SPDX-License-Identifier: ISC
# What leaves is dropped at the device's egress: reports on one NIC, probes on another. The kernel says nothing of it.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 3
firewall host 'add table netdev n; add chain netdev n o { type filter hook egress device h1 priority 0; }; add rule netdev n o ip protocol igmp drop'
firewall host 'add table netdev n; add chain netdev n u { type filter hook egress device h2 priority 0; }; add rule netdev n u ip protocol udp drop'
for i in 0 1 2; do flooded "$i"; done
stream "0 1 2"
run --iface all --group "$GROUP:$PORT" --send
exits 2
findings h0
findings h1 join-not-on-wire
expect "the probes of h2" 'told("h2") | . == ["send-blocked"] or . == ["probe-not-on-wire"] or (tostring | error)'
expect "no report of h1 is on its wire" 'all(sent($wire)[] | membership; .interface != "h1")'
truth
