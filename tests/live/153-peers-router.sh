#!/bin/bash
# SPDX-License-Identifier: ISC
# `mcdiag send` on one side of a multicast router, `mcdiag diagnose` or `listen` on the other: who sent, by which NIC, how many, over how many routers. With TTL 1
# nothing passes.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
router 0 1
ip -n switch link set p1 down	# the host has no NIC on the sender's segment
multicast_routes "phyint r0 enable" "phyint r1 enable" "mgroup from r1 group $GROUP" "mroute from r1 group $GROUP to r0"

NUMBER=50
is_member() { in_host ip maddress show dev h0 | grep -qwF "$1"; }
meanwhile() {
	wait_for "a member" is_member "$GROUP"
	sleep 0.1
	in_far timeout 10 "$MCDIAG" send --json -i s1 -g "$GROUP:$PORT" -c "$NUMBER" --rate 200 -t "$TTL" >"$W/sender.json" 2>"$W/sender.errors"
	if [ "$TTL" = 1 ]; then return; fi	# that there is none takes its time
	sleep 0.1
	kill -INT "$1"
}
sender_said() { jq -e "$1" "$W/sender.json" >/dev/null; }

for how in diagnose listen; do
	if [ "$how" = listen ]; then TTL=9; else TTL=2; fi
	step "$how, TTL $TTL"
	run "$how" -i h0 -d 8s -g "$GROUP:$PORT"
	exits "$((TTL == 2))"	# one hop left is a warning
	check "the sender: $NUMBER left: $(head -c 200 "$W/sender.errors")" sender_said ".interfaces[] | select(.name == \"s1\").probes | .sent == $NUMBER and .on_wire == $NUMBER"
	expect "who it was, by which NIC, one router away, none lost" '[.peers[] | [.host, .interface, .from_interface, .source, .group, .probes_received, .lost, .hops]]
		| . == [[$sender.host.name, "h0", "s1", "10.77.1.20", $group, $number, 0, 1]] or (tostring | error)' \
		--argjson sender "$(cat "$W/sender.json")" --arg group "$GROUP" --argjson number "$NUMBER"
	expect "at the far end and at the socket as well, with the TTL that is left" '[$wire[] | select(.kind == "udp" and .interface == "p0" and .out and .probe) | .ttl] == [range($number) | $ttl - 1]
		and ([nic("h0").streams[] | [.packets, .delivered, .ttl]] == [[$number, $number, [$ttl - 1]]])' --argjson number "$NUMBER" --argjson ttl "$TTL"
	truth
done

TTL=1
step "TTL 1"
run -i h0 -d 2s -g "$GROUP:$PORT"
exits 2
findings h0 stream-absent
check "the sender: $NUMBER left" sender_said ".interfaces[] | select(.name == \"s1\").probes.on_wire == $NUMBER"
expect "no peer" '.peers == []'
expect "and nothing at the far end" '[$wire[] | select(.kind == "udp" and .interface == "p0" and .out)] == []'
truth
