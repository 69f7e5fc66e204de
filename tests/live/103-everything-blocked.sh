#!/bin/bash
# SPDX-License-Identifier: ISC
# A host that lets nothing out: neither report nor probe leaves any NIC, and each is told once.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
segments 2
firewall host 'add table inet f; add chain inet f o { type filter hook output priority 0; policy drop; }'
run --iface all --group "$GROUP:$PORT" --send --no-expect-stream
exits 2
for nic in h0 h1; do
	findings "$nic" join-not-on-wire send-blocked
	expect "$nic" 'status($nic; "join") == "fail" and status($nic; "send") == "fail" and status($nic; "leave") != "pass"' --arg nic "$nic"
done
findings -
truth
