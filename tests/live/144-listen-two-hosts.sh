#!/bin/bash
# SPDX-License-Identifier: ISC
# `mcdiag send` on one host and `mcdiag listen` on another know each other, through a multicast router: by its interface, with one hop, and which were lost.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
router 0 1
ip -n switch link set p1 down	# the listener has no NIC on the sender's segment
multicast_routes "phyint r0 enable" "phyint r1 enable" "mgroup from r1 group $GROUP" "mroute from r1 group $GROUP to r0"
is_member() { in_host ip maddress show dev "$1" | grep -qw "$GROUP"; }
sends() { in_far "$MCDIAG" send -i s1 -g "$GROUP:$PORT" "$@" --json >"$W/sent.json" 2>"$W/sent.errors"; }

step "hops"
meanwhile() {
	wait_for "the join" is_member h0
	sleep 0.2
	sends -c 40 --rate 200 -m 'over there' -t 5
}
run listen -i h0 -g "$GROUP:$PORT" -c 40 --print
exits 0
findings h0
expect "who it is" '[.peers[] | [.host, .interface, .from_interface, .source, .group, .probes_received, .lost, .before_first, .hops]]
	== [[$host, "h0", "s1", "10.77.1.20", $group, 40, 0, 0, 1]] or (.peers | tostring | error)' --arg host "$(uname -n)" --arg group "$GROUP"
expect "of the session that the sender tells" 'all(.peers[]; .session | test("^[0-9a-f]{16}$")) and all(.peers[]; .jitter_ms >= 0 and .jitter_ms < 1000)'
expect "and its stream is numbered" 'any(nic("h0").streams[]; .payload == "mcdiag" and .delivered == 40 and .lost == 0 and .jitter_ms != null and .ttl == [4])'
check "the sender has the same count" jq -e 'any(.interfaces[]; .name == "s1" and .probes.sent == 40 and .probes.on_wire == 40)' "$W/sent.json"
check "each message tells who sent it, and how far it is: $(head -n 1 "$W/errors")" test "$(grep -cE \
	"^10\.77\.1\.20:[0-9]+ to $GROUP:$PORT on h0, TTL 4, [0-9]+ bytes, probe [0-9]+ of $(uname -n) out of s1, 1 hop: over there$" "$W/errors")" = 40
truth

step "lost on the way"
meanwhile() {
	wait_for "the join" is_member h0
	sleep 0.2
	sends -c 40 --rate 400 -t 5
}
firewall router "add table inet f; add chain inet f f { type filter hook forward priority 0; }; add rule inet f f numgen inc mod 4 == 1 drop"
run listen -i h0 -g "$GROUP:$PORT" -d 3s
exits 1
findings h0 stream-loss
expect "those behind the first one are lost" 'any(.peers[]; .lost >= 9 and .probes_received + .lost + .before_first <= 40 and .hops == 1) or (.peers | tostring | error)'
firewall router 'delete table inet f'

step "before it listened"
sends -d 4s --rate 100 -t 5 &
SENDS=$!
meanwhile() { :; }
wait_for "the sender" test -e "$W/sent.json"
sleep 0.5
run listen -i h0 -g "$GROUP:$PORT" -c 20
kill -INT "$SENDS" 2>/dev/null
wait "$SENDS"
exits 0
expect "that is no loss" 'any(.peers[]; .lost == 0 and .before_first > 10) or (.peers | tostring | error)'

step "as text, and as a diagnosis tells it"
sends -d 20s --rate 100 -t 5 &
SENDS=$!
for command in listen diagnose; do
	in_host timeout 20 "$MCDIAG" "$command" -i h0 -g "$GROUP:$PORT" -d 1s >"$W/text"
	check "$command: a row of it: $(grep -A3 '^Other runs' "$W/text" | tail -n 1)" \
		grep -qE "^  h0 +$(uname -n) +s1 +$GROUP:$PORT +[0-9]+ +0 +[0-9]+ +1 +[0-9.]+ ms$" "$W/text"
done
kill -INT "$SENDS"
wait "$SENDS"
