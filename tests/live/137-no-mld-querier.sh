#!/bin/bash
# SPDX-License-Identifier: ISC
# Nobody asks in MLD on one segment, though one asks in IGMP; or one asks from an address that is not link-local, which hosts do not hear.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1
segments 2
mld_querier 1 off
stream "0 1"
GROUP=$GROUP6 stream "0 1"

step "none"
run --iface all --group "[$GROUP6]:$PORT" --group "$GROUP:$PORT"
exits 1
settled
findings h0
findings h1 no-querier
expect "of MLD" '[finding("no-querier") | .summary + ([.evidence[].text] | add)] | all(test("MLD"))'
expect "each family has its own check" 'nic("h1").groups | map({key: .address, value: .checks.querier.status}) | from_entries
	| .[$group6] == "warn" and .[$group] == "pass" or (tostring | error)' --arg group6 "$GROUP6" --arg group "$GROUP"
expect "no query of MLD on that wire" 'all($wire[]; .kind != "query" or .interface != "p1" or .family == 4)'
expect "a leave of the scratch group on that wire" '.request.scratch_groups as $scratch
	| any(sent($wire)[] | membership; .interface == "h1" and (.group as $g | $scratch | index([$g])) and (.group | startswith("ff")) and .record == "to_in")'
truth

step "from an address of no link"
ip -n switch link set br1 type bridge mcast_snooping 0	# a snooping Linux bridge drops them by itself
start far -v 2 -s fd77:1::5 -r 4 craft s1
run --iface h1 --group "[$GROUP6]:$PORT" --duration 3s
expect "the query is on the wire" 'any($wire[]; .interface == "p1" and .kind == "query" and .source == "fd77:1::5")'
expect "the host does not answer it" 'all(sent($wire)[]; .nic != "h1" or .kind != "report" or all(.records[]; .type != "is_ex"))'
findings h1 no-querier
truth
end "$STARTED"

step "a querier again"
ip -n switch link set br1 type bridge mcast_snooping 1
mld_version 1 2
run --iface all --group "[$GROUP6]:$PORT" --group "$GROUP:$PORT"
exits 0
truth
