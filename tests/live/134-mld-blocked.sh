#!/bin/bash
# SPDX-License-Identifier: ISC
# A firewall of the host drops MLD on the way out of one NIC: the kernel lists the group, no report on the wire. Or only the leave is dropped.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
IPV6=1 GROUP=$GROUP6
segments 2
stream "0 1"
egress() { firewall host "add table netdev f; add chain netdev f e { type filter hook egress device h1 priority 0; }; add rule netdev f e meta protocol ip6 ip6 nexthdr 0 $1 drop"; }

step output
firewall host 'add table inet f; add chain inet f o { type filter hook output priority 0; }; add rule inet f o oifname h1 icmpv6 type { 131, 143 } counter drop'
run --iface all --group "[$GROUP]:$PORT" --save "$W/saved"
exits 2
findings h0
findings h1 join-not-on-wire
expect "the join check" 'status("h0"; "join") == "pass" and status("h1"; "join") == "fail"'
expect "the rule is named" 'finding("join-not-on-wire").summary + ([finding("join-not-on-wire").evidence[].text] | add) | test("chain o in table inet f")'
expect "it is true" 'all(sent($wire)[]; .kind != "report" or .interface != "h1")'
truth
replays "$W/saved"
firewall host 'flush ruleset'

step "nothing dropped"
run --iface all --group "[$GROUP]:$PORT"
exits 0
truth

step "the leave"	# the first record is TO_IN{}: RFC 9777, 5.2; headers of IPv6 and of the router alert before it
egress '@nh,384,8 143 @nh,448,8 3'
run --iface all --group "[$GROUP]:$PORT"
exits 2
findings h0
findings h1 leave-not-on-wire
expect "the leave failed, the join did not" 'status("h1"; "leave") == "fail" and status("h1"; "join") == "pass"'
truth
firewall host 'flush ruleset'

step "the leave of a source"	# BLOCK{S}
egress '@nh,384,8 143 @nh,448,8 6'
GROUP=ff35::77:2
stream "0 1" -s fd77:250::20
run --iface all --group "fd77:250::20@[$GROUP]:$PORT"
findings h0
expect "told" 'told("h1") | index("leave-not-on-wire") != null or (tostring | error)'
truth
firewall host 'flush ruleset'

step "the Done"
GROUP=$GROUP6
mld_version 1 1
egress '@nh,384,8 132'
run --iface all --group "[$GROUP]:$PORT"
findings h0
findings h1 leave-not-on-wire mld-downgraded-by-querier
truth
