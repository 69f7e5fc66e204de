#!/bin/bash
# SPDX-License-Identifier: ISC
# A multicast router between the sender's segment and the host's: it forwards, the TTL ends there, its threshold is too high, it has no route.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
router 0 1
ip -n switch link set p1 down	# the host has no NIC on the sender's segment
routes=("phyint r0 enable" "phyint r1 enable" "mgroup from r1 group $GROUP" "mroute from r1 group $GROUP to r0")
in_router_sent() { jq -e --arg group "$GROUP" 'any(.[]; .kind == "udp" and .interface == "p0" and .out and .destination == $group)' "$W/wire.json" >/dev/null; }

step forwards
multicast_routes "${routes[@]}"
stream 1 -t 5
run --iface h0 --group "$GROUP:$PORT"
exits 0
findings h0
expect "one hop less" 'any(nic("h0").streams[]; .ttl == [4])'
check "it is on the wire" in_router_sent
truth

step "the TTL ends there"
end "$STARTED"
stream 1 -t 1
run --iface h0 --group "$GROUP:$PORT"
exits 2
findings h0 stream-absent
check "nothing is on the wire" bash -c '! "$@"' - jq -e --arg group "$GROUP" 'any(.[]; .kind == "udp" and .interface == "p0" and .out and .destination == $group)' "$W/wire.json"
truth

step "one hop left"
end "$STARTED"
stream 1 -t 2
run --iface h0 --group "$GROUP:$PORT"
exits 1
findings h0 stream-ttl-exhausted
truth

step "threshold"
multicast_routes "phyint r0 enable ttl-threshold 16" "${routes[@]:1}"
end "$STARTED"
stream 1 -t 8
run --iface h0 --group "$GROUP:$PORT"
exits 2
findings h0 stream-absent
truth

step "above the threshold"
end "$STARTED"
stream 1 -t 64
run --iface h0 --group "$GROUP:$PORT"
exits 0
truth
