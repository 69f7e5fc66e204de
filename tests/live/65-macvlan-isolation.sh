#!/bin/bash
# SPDX-License-Identifier: ISC
# A macvlan child and its parent do not hear each other, in one network namespace or in two. That the stream does go out is seen at the far end.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
export LAB_ALIAS='{"10.77.1.11": "mv0"}'
segments 2
ip -n host link add mv0 link h1 type macvlan mode bridge 2>/dev/null || lab_skip "no macvlan devices in this kernel"
ip -n host addr add 10.77.1.11/24 dev mv0
ip -n host link set mv0 up
lab_namespace guest
ip -n host link add mv1 link h1 type macvlan mode bridge
ip -n host link set mv1 netns guest
ip -n guest addr add 10.77.1.12/24 dev mv1
ip -n guest link set mv1 up

# leaves ADDRESS: the far end of h1 has the stream of it
leaves() { expect "on the wire of h1" '[$wire[] | select(.interface == "p1" and .out == false and .kind == "udp" and .source == $from)] | length > 20' --arg from "$1"; }

step "a program of this host on the parent"
start host -g "$GROUP" -p "$PORT" send h1
run --iface mv0 --group "$GROUP:$PORT" --duration 2 --save "$W/child"
exits 2
findings mv0 macvlan-isolation
expect "the other interface is because of it" '.findings as $all | finding("local-sender-on-other-interface") | $all[.because_of].code == "macvlan-isolation"'
leaves 10.77.1.10
replays "$W/child"
end "$STARTED"

step "a program of this host on the child"
start host -g "$GROUP" -p "$PORT" send mv0
run --iface h1 --group "$GROUP:$PORT" --duration 2 --save "$W/carried"
exits 2
findings h1 macvlan-isolation
leaves 10.77.1.11
replays "$W/carried"
run --iface h1 --group "$GROUP:$PORT" --no-expect-stream
exits 0
end "$STARTED"

step "a guest's child"
start guest -g "$GROUP" -p "$PORT" send mv1
run --iface h1 --group "$GROUP:$PORT" --duration 2 --save "$W/parent"
exits 2
findings h1 macvlan-isolation
expect "likely, with how to settle it" 'finding("macvlan-isolation") | .confidence == "likely" and .settle_by != null'
leaves 10.77.1.12
replays "$W/parent"

step "between children in bridge mode"
run --iface mv0 --group "$GROUP:$PORT"
exits 0
truth
end "$STARTED"

step "from elsewhere"
stream 1
run --iface h1 --group "$GROUP:$PORT"
exits 0
truth
