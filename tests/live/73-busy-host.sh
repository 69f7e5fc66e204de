#!/bin/bash
# SPDX-License-Identifier: ISC
# A segment as it is in life: discovery, routing and time protocols, other groups and members all around. Nothing of it is blamed.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
guest other 0 1
for noise in 224.0.0.251:5353:255 239.255.255.250:1900:4 224.0.0.252:5355:1 224.0.1.129:319:1 224.0.1.129:320:1 239.1.2.3:9999:16; do
	IFS=: read -r group port ttl <<<"$noise"
	start other -g "$group" -p "$port" -P "$port" -t "$ttl" -w 300 send other0 other1
done
start far -g 224.0.0.5 -q 89 -t 1 -s 10.77.0.20 -l 44 -w 250 craft s0 s1	# OSPF
start far -g 224.0.0.18 -q 112 -t 255 -s 10.77.0.20 -l 20 -w 250 craft s0 s1	# VRRP
start far -g 224.0.0.13 -q 103 -t 1 -s 10.77.0.20 -l 34 -w 250 craft s0 s1	# PIM
for group in 224.0.0.251:5353 239.255.255.250:1900 224.0.0.252:5355 224.0.1.129:319 239.1.2.3:9999; do
	start host -g "${group%:*}" -p "${group#*:}" join h0 h1
	start other -g "${group%:*}" -p "${group#*:}" join other0 other1
done
start other -g "$GROUP" -p "$PORT" join other1	# another member of the group itself
stream "0 1"

step "a group of a stream"
run --iface all --group "$GROUP:$PORT" --send
exits 0
findings h0
findings h1
findings -
nothing_left

step "self-test"
run --iface all
exits 0
findings h0
findings h1
findings -
nothing_left

step "the discovery group itself"
run --iface all --group 239.255.255.250:1900 --duration 3s
exits 0
findings h0
findings h1
