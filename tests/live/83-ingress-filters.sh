#!/bin/bash
# SPDX-License-Identifier: ISC
# What arrives is dropped in the host at other hooks than input: prerouting, the device's ingress, a policy.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 4
firewall host "add table ip f; add chain ip f p { type filter hook prerouting priority -300; }; add rule ip f p iifname h1 udp dport $PORT drop"
firewall host "add table netdev n; add chain netdev n i { type filter hook ingress device h2 priority 0; }; add rule netdev n i ip daddr $GROUP udp dport $PORT drop"
firewall host 'add table inet p; add chain inet p i { type filter hook input priority 0; policy drop; }; add rule inet p i iifname != "h3" accept; add rule inet p i ip protocol igmp accept'
stream "0 1 2 3"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
for nic in h1 h2 h3; do
	findings "$nic" dropped-by-firewall
	expect "$nic is well up to there" 'status($nic; "join") == "pass" and status($nic; "stream") == "pass" and status($nic; "delivery") == "fail"' --arg nic "$nic"
done
truth
