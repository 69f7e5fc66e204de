#!/bin/bash
# SPDX-License-Identifier: ISC
# The usual 125 s between queries: no general query in the observation, a living querier all the same, v3 and v2, and no long wait.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
INTERVAL=12500
segments 2
stream "0 1"

step v3
run --iface all --group "$GROUP:$PORT"
exits 0
settled
for nic in h0 h1; do expect "$nic querier" "status(\"$nic\"; \"querier\") == \"pass\""; done
expect "no general query" 'all($wire[]; .kind != "query" or .group != "0.0.0.0")'
truth

step v2
querier 1 2
wait_for "IGMPv2 on h1" speaks h1 2
run --iface all --group "$GROUP:$PORT"
exits 1
findings h1 igmp-downgraded-by-querier
truth
