#!/bin/bash
# SPDX-License-Identifier: ISC
# One NIC, in the ways in which hosts with one NIC are set up: no route at all, a default route, two; any-source and source-specific.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=239.255.77.9 PORT=5004
segments 1
ip -n far addr add 10.77.0.99/24 dev s0
stream 0 -s 10.77.0.99 -r 25 -t 3 -l 1316

step "a default route"
run --iface all --group "$GROUP:$PORT" --send
exits 0
findings h0
truth

step "no default route"
ip -n host route del default
run --iface h0 --group "$GROUP:$PORT"
exits 0
findings h0
truth

step "two default routes, source-specific"
ip -n host route add default via 10.77.0.250
ip -n host route add default via 10.77.0.249 metric 50
end "$STARTED"
GROUP=232.99.8.7 PORT=40000
stream 0 -s 10.77.0.99 -r 400 -t 255
run --iface 10.77.0.10 --group "10.77.0.99@$GROUP:$PORT"
exits 0
findings h0
truth
