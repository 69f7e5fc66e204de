#!/bin/bash
# SPDX-License-Identifier: ISC
# A route for groups by a gateway: what is sent goes out in frames to the gateway's own MAC address, and no member gets it.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
ip -n host route add 224.0.0.0/4 via 10.77.1.250 dev h1
stream "0 1"
run --iface all --group "$GROUP:$PORT" --send
exits 2
findings h0
findings h1 unicast-frame
expect "true" 'any(sent($wire)[]; .interface == "h1" and .kind == "udp" and (.destination_mac | startswith("01:00:5e") | not))'

step "a route without a gateway"
ip -n host route replace 224.0.0.0/4 dev h1
run --iface all --group "$GROUP:$PORT" --send
exits 0
findings h0
findings h1
truth
