#!/bin/bash
# SPDX-License-Identifier: ISC
# Two NICs with the same address: by index the joins still go to the right wires.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
ip -n host addr flush dev h1
ip -n host addr add 10.77.0.10/24 dev h1
stream "0 1"
run --iface all --group "$GROUP:$PORT" --send
exits 1
expect "told" 'any(finding("ambiguous-address"); .severity == "warning")'
for nic in h0 h1; do expect "$nic joined, by its wire" 'status($nic; "join") == "pass" and status($nic; "send") == "pass"' --arg nic "$nic"; done
truth
