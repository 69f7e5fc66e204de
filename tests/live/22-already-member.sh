#!/bin/bash
# SPDX-License-Identifier: ISC
# Another program of the host is a member: no report is due and none at the leave; only the answer to a query proves the membership.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
INTERVAL=100
segments 1
start host -g "$GROUP" -p "$PORT" join h0
stream 0
sleep 1.2
run --iface all --group "$GROUP:$PORT"
exits 0
findings h0
expect "a note" 'any(finding("already-member"); .interface == "h0" and .severity == "note")'
expect "the leave is not due" 'status("h0"; "leave") == "skipped"'
expect "no leave on the wire" 'all(sent($wire)[] | membership; .group != $group or .record != "to_in")' --arg group "$GROUP"
truth
