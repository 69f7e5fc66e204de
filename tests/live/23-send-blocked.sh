#!/bin/bash
# SPDX-License-Identifier: ISC
# The host's own firewall stops the probes of one NIC: in output (EPERM) and at the egress hook (told only to those who ask).
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2

step output
firewall host "add table inet f; add chain inet f o { type filter hook output priority 0; }; add rule inet f o oifname h1 udp dport $PORT drop"
run --iface all --group "$GROUP:$PORT" --send --no-expect-stream
exits 2
findings h0
findings h1 send-blocked
expect "the send check" 'status("h0"; "send") == "pass" and status("h1"; "send") == "fail" and status("h1"; "join") == "pass"'
expect "it is true" 'all(sent($wire)[]; .kind != "udp" or .interface == "h0")'
expect "the error is told" 'nic("h1").probes.errors | length > 0'
truth
firewall host 'delete table inet f'

step egress
firewall host "add table netdev f; add chain netdev f e { type filter hook egress device h1 priority 0; }; add rule netdev f e udp dport $PORT drop"
run --iface all --group "$GROUP:$PORT" --send --no-expect-stream
exits 2
findings h0
expect "told" 'told("h1") | . == ["send-blocked"] or . == ["probe-not-on-wire"] or (tostring | error)'
truth
