#!/bin/bash
# SPDX-License-Identifier: ISC
# A router passes our own probes on to our other segment. A bridge that does so is told, a router is none.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
ip -n switch link set q0 type bridge_slave mcast_router 2
for bad in "" ttl; do
	step "${bad:-router}"
	start far ${bad:+-b "$bad"} forward s0 s1
	run --iface all --duration 1s	# the router takes its time
	expect "our probes came in on the other segment" 'any($wire[]; .interface == "p1" and .out and .probe and .source == "10.77.0.10")'
	if [ -z "$bad" ]; then
		exits 0
		findings h0
	else
		exits 1
		findings h0 segments-bridged
	fi
	findings h1
	truth
	end "$STARTED"
done
