#!/bin/bash
# SPDX-License-Identifier: ISC
# A firewall of the host drops the stream on the way in: on the wire, not at the socket.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2
stream "0 1"
for hook in input prerouting; do
	step "$hook"
	firewall host "add table inet f; add chain inet f i { type filter hook $hook priority 0; }; add rule inet f i iifname h1 udp dport $PORT drop"
	run --iface all --group "$GROUP:$PORT"
	exits 2
	findings h0
	findings h1 dropped-by-firewall
	expect "delivery" 'status("h0"; "delivery") == "pass" and status("h1"; "stream") == "pass" and status("h1"; "delivery") == "fail"'
	expect "counts" 'nic("h1").streams | map(select(.source == "10.77.1.20")) | length == 1 and all(.[]; .packets > 0 and .delivered == 0)'
	truth
	firewall host 'delete table inet f'
done
