#!/bin/bash
# SPDX-License-Identifier: ISC
# The router has no route for the group: the stream is where the sender is and nowhere else. With one it is on both.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=239.30.40.50 PORT=12345
segments 2
router 0 1
stream 1 -t 9

step "no route"
multicast_routes "phyint r0 enable" "phyint r1 enable" "mgroup from r1 group $GROUP"
run --iface h0 --group "$GROUP:$PORT"
exits 2
findings h0 stream-absent
truth

step "no route, and the sender's segment is ours too"
run --iface all --group "$GROUP:$PORT"
exits 2
findings h0 stream-on-other-interface
findings h1
truth

step "a route"
multicast_routes "phyint r0 enable" "phyint r1 enable" "mgroup from r1 group $GROUP" "mroute from r1 group $GROUP to r0"
run --iface all --group "$GROUP:$PORT"
exits 0
findings h0
findings h1
truth
