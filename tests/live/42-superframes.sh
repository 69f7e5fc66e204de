#!/bin/bash
# SPDX-License-Identifier: ISC
# Several datagrams in one frame (UDP_SEGMENT): more of them reach the socket than frames came, also when half of them are dropped.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2
stream "0 1" -S 4 -l 1000

step whole
run --iface all --group "$GROUP:$PORT"
exits 0
findings h0
findings h1
expect "four datagrams in a frame" '[$wire[] | select(.kind == "udp" and .interface == "p1" and .out) | .bytes] | unique == [4000] or (tostring | error)'
expect "all of them delivered" 'nic("h0", "h1").streams | length == 1 and (.[0] | .delivered > 100 and .packets >= 4 * .frames) or (tostring | error)'
truth

step half
firewall host "add table inet f; add chain inet f i { type filter hook input priority 0; }; add rule inet f i iifname h1 udp dport $PORT numgen inc mod 2 0 drop"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
expect "delivery" 'status("h0"; "delivery") == "pass" and status("h1"; "stream") == "pass" and status("h1"; "delivery") == "fail"'
expect "told" 'told("h1") | . == ["dropped-by-firewall"] or . == ["not-delivered"] or (tostring | error)'
truth
