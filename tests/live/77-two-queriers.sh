#!/bin/bash
# SPDX-License-Identifier: ISC
# Two queriers that do not hear each other; two of different versions; and an election as it should be, where the loser falls silent.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 3
stream "0 1 2"
querier 1 off
querier 2 off
start far -v 3 -s 10.77.1.7 -i 1 -r 1 craft s1
start far -v 3 -s 10.77.1.9 -i 1 -r 1 craft s1
start far -v 2 -s 10.77.2.7 -r 1 craft s2
start far -v 3 -s 10.77.2.9 -i 1 -r 1 craft s2
start far -v 3 -s 10.77.0.7 -i 1 -r 1 craft s0	# the lower address: the bridge gives way
wait_for "IGMPv2 on h2" speaks h2 2
run --iface h1 --group "$GROUP:$PORT" --duration 5s
exits 1
findings h1 multiple-queriers
truth

step "different versions"
run --iface h2 --group "$GROUP:$PORT" --duration 4s
exits 1
expect "told, both" '[finding("querier-version-conflict", "igmp-downgraded-by-querier") | select(.interface == "h2") | .severity] == ["warning", "warning"] or (told("h2") | tostring | error)'
truth

step "an election"
run --iface h0 --group "$GROUP:$PORT" --duration 2s
exits 0
findings h0
truth
