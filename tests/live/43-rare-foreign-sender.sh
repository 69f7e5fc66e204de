#!/bin/bash
# SPDX-License-Identifier: ISC
# Another host sends to the group of the self-test, a datagram now and then: whether it falls before, into or after our membership, no run
# is spoiled by it. Five segments with five paces are five cases.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 5
for i in 0 1 2 3 4; do flooded "$i"; done
for i in 0 1 2 3 4; do
	start far -g 225.233.233.233 -p 7777 -s "10.77.$i.20" -r $((i + 1)) send "s$i"
	sleep 0.13
done
run --iface all
exits 0
for i in 0 1 2 3 4; do
	findings "h$i"
	for check in join querier send ttl leave; do expect "h$i $check" "status(\"h$i\"; \"$check\") == \"pass\""; done
	for check in stream delivery; do expect "h$i $check" "status(\"h$i\"; \"$check\") | IN(\"pass\", \"skipped\")"; done
done
expect "they were heard" 'any($wire[]; .kind == "udp" and .out and (.interface | startswith("p")) and (.source | endswith(".20")))'
truth
