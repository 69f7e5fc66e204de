#!/bin/bash
# SPDX-License-Identifier: ISC
# A group whose scope is one link, and on which one; a hop limit of 1 is right for it, and for no group of a wider scope.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1
segments 2
GROUP=ff12::77:1
stream "0 1" -t 1

step "one link"
run --group "[$GROUP%h1]:$PORT" --send
exits 0
findings h1
findings -
expect "h0 is only observed" 'nic("h0").role == "observed" and nic("h1").role == "chosen"'
for check in join querier send ttl stream delivery leave; do expect "$check" "status(\"h1\"; \"$check\") == \"pass\""; done
expect "joined there only" 'all(sent($wire)[] | membership; .interface == "h1" or (.group | own_groups))'
expect "from a link-local address" '[sent($wire)[] | select(.probe)] | length > 0 and all(.[]; .interface == "h1" and (.source | startswith("fe80:")))'
truth

step "both links, and a group of all"
run --iface all --group "[$GROUP%h1]:$PORT" --group "[$GROUP6]:$PORT" --no-expect-stream
exits 0
findings h0
findings h1
expect "the zone holds" 'all(sent($wire)[] | membership; .interface == "h1" or .group != $group)' --arg group "$GROUP"
expect "the other is on both" '[sent($wire)[] | membership | select(.group == $group) | .interface] | unique == ["h0", "h1"]' --arg group "$GROUP6"
truth

step "no such interface"
run --group "[$GROUP%h7]:$PORT"
check "refused with status 3, not $STATUS" test "$STATUS" = 3
check "by its name: $(cat "$W/errors")" grep -q h7 "$W/errors"

step "a wider scope"
GROUP=$GROUP6
stream 0 -t 1
stream 1 -t 2
run --iface all --group "[$GROUP]:$PORT"
exits 1
findings h0 stream-ttl-exhausted
findings h1
expect "the hop limit" 'any(nic("h0").streams[]; .ttl == [1])'
truth
