#!/bin/bash
# SPDX-License-Identifier: ISC
# A firewall of the host drops IGMP on the way out of one NIC: the kernel lists the group, no report on the wire.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2
stream "0 1"

step output
firewall host 'add table inet f; add chain inet f o { type filter hook output priority 0; }; add rule inet f o oifname h1 ip protocol igmp drop'
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
findings h1 join-not-on-wire
expect "the join check" 'status("h0"; "join") == "pass" and status("h1"; "join") == "fail"'
expect "it is true" 'all(sent($wire)[]; .kind != "report" or .interface != "h1")'
truth
firewall host 'delete table inet f'

step egress
firewall host 'add table netdev f; add chain netdev f e { type filter hook egress device h1 priority 0; }; add rule netdev f e ip protocol igmp drop'
run --iface all --group "$GROUP:$PORT"
expect "faults" '.verdict == "fail"'
expect "join-not-on-wire, or what the tap cannot see" 'found("join-not-on-wire"; "h1")'
truth
