#!/bin/bash
# SPDX-License-Identifier: ISC
# An IGMPv1 querier: reports are v1, there is no leave to wait for, and the proof of a querier cannot be had.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
querier 0 off
start far -v 1 -s 10.77.0.5 -r 2 craft s0
wait_for "IGMPv1 on h0" speaks h0 1
stream 0
run --iface all --group "$GROUP:$PORT"
exits 1
findings h0 igmp-downgraded-by-querier
expect "v1 reports" '[sent($wire)[] | membership | .version] | unique == [1]'
expect "no leave in v1" 'status("h0"; "leave") == "skipped"'
truth
