#!/bin/bash
# SPDX-License-Identifier: ISC
# Nobody asks on one segment. The proof is our scratch group's leave, on the wire and unanswered for two seconds.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
querier 1 off
stream "0 1"
run --iface all --group "$GROUP:$PORT"
exits 1
settled
findings h0
findings h1 no-querier
expect "the querier check" 'status("h0"; "querier") == "pass" and status("h1"; "querier") == "warn"'
expect "waited for the proof" '.elapsed_ms >= 2000'
expect "no query on that wire" 'all($wire[]; .kind != "query" or .interface != "p1")'
expect "a leave of the scratch group on that wire" '.request.scratch_group as $scratch
	| any(sent($wire)[] | membership; .interface == "h1" and .group == $scratch and (.record == "to_in" or .record == "block"))'
truth
