#!/bin/bash
# SPDX-License-Identifier: ISC
# The stream carries a VLAN tag, and the host has no device for it; a priority tag, with VLAN 0, does no harm.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
for i in 0 1; do flooded "$i"; done
start far -V 30 -g "$GROUP" -p "$PORT" -P 4000 -s 10.77.1.20 craft s1
start far -V 0 -g "$GROUP" -p "$PORT" -P 4000 -s 10.77.0.20 craft s0

run --iface all --group "$GROUP:$PORT"
exits 2
findings h0
findings h1 vlan-mismatch
expect "names it" 'any(finding("vlan-mismatch"); .summary | test("30"))'
truth
