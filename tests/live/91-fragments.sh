#!/bin/bash
# SPDX-License-Identifier: ISC
# Datagrams in fragments: all of them come, or the switch lets none but the first pass, since the others have no port.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2
stream "0 1" -l 4000 -r 30
firewall switch 'add table bridge t; add chain bridge t f { type filter hook forward priority 0; }; add rule bridge t f oifname p1 ip frag-off & 0x1fff != 0 drop'
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
findings h1 fragments-missing
expect "whole ones are delivered" 'status("h0"; "delivery") == "pass" and any(nic("h0").streams[]; .fragments > 0 and .incomplete == 0 and .delivered > 10)'
truth
