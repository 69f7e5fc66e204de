#!/bin/bash
# SPDX-License-Identifier: ISC
# A port of a bridge: IP sees the bridge, which works; the port is not a NIC to join on, and carries the frames of the bridge.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
export LAB_ALIAS='{"h1": "br9"}'
segments 2
ip -n host link add name br9 address 02:77:00:09:00:09 type bridge forward_delay 0 mcast_snooping 0
ip -n host addr flush dev h1
ip -n host link set h1 master br9
ip -n host addr add 10.77.1.10/24 dev br9
ip -n host link set br9 up
stream "0 1"

step "by all"
run --iface all --group "$GROUP:$PORT" --send
exits 0
findings h0
findings br9
expect "a note, and unusable" 'any(finding("nic-enslaved"); .interface == "h1" and .severity == "note") and (nic("h1").usable == false)'
expect "the bridge works" '["join", "querier", "send", "ttl", "stream", "delivery", "leave"] as $all | [$all[] as $c | status("br9"; $c)] | unique == ["pass"]'
expect "carried by its port" 'nic("br9").probes.carried_by == ["h1"]'
truth

step named
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 nic-enslaved
