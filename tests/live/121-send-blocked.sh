#!/bin/bash
# SPDX-License-Identifier: ISC
# What does not leave is told, on the NIC where it does not, and the other is not held up: a firewall, a TTL of 0, a NIC that is too slow, one that is down.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft tc
segments 3
ip -n host link set h2 down

step output
firewall host "add table inet f; add chain inet f o { type filter hook output priority 0; }; add rule inet f o oifname h1 udp dport $PORT drop"
run send -g "$GROUP:$PORT" -c 5 --rate 200
exits 2
findings h0
findings h1 send-blocked
expect "each try is told" '[.interfaces[] | select(.role == "chosen") | [.name, .usable, (.probes.groups[] | .sent, .failed, .on_wire)]]
	== [["h0", true, 5, 0, 5], ["h1", true, 0, 5, 0], ["h2", false]] or (tostring | error)'
expect "it is true" '[sent($wire)[] | select(.kind == "udp") | .interface] == ["h0", "h0", "h0", "h0", "h0"]'
truth
firewall host 'delete table inet f'

step egress
firewall host "add table netdev f; add chain netdev f e { type filter hook egress device h1 priority 0; }; add rule netdev f e udp dport $PORT drop"
run send -g "$GROUP:$PORT" -c 5 --rate 200
exits 2
findings h0
expect "told" 'told("h1") | . == ["send-blocked"] or . == ["probe-not-on-wire"] or (tostring | error)'
truth
firewall host 'delete table netdev f'

step "named, but down"
run send -g "$GROUP:$PORT" -i h0,h2
exits 2
findings h2 interface-down
expect "the other is sent by" 'nic("h0").probes.on_wire == 1'

for ttl in 1 255; do
	step "TTL $ttl"
	run send -g "$GROUP:$PORT" -c 2 --rate 100 --ttl "$ttl"
	exits 0
	expect "at the far end" '[sent($wire)[] | select(.kind == "udp") | .ttl] | unique == [$ttl]' --argjson ttl "$ttl"
	truth
done

step "TTL 0"
run send -g "$GROUP:$PORT" --ttl 0
exits 2
expect "told" '[finding("ttl-zero") | .severity] | unique == ["fault"]'
truth

step "rewritten"
firewall host "add table ip m; add chain ip m p { type filter hook postrouting priority 0; }; add rule ip m p oifname h1 udp dport $PORT ip ttl set 5"
run send -g "$GROUP:$PORT" -c 4 --rate 200
exits 2
findings h0
findings h1 ttl-mismatch
expect "it is true" '[sent($wire)[] | select(.kind == "udp" and .interface == "h1") | .ttl] == [5, 5, 5, 5]'
truth
firewall host 'delete table ip m'

# More than the NIC takes: the socket is full and waited for, nothing is lost, and the other NIC goes on.
step "a slow NIC"
ip netns exec host tc qdisc add dev h1 root tbf rate 4mbit burst 4k limit 4m 2>/dev/null || lab_skip "tc cannot slow a NIC down here"
run send -g "$GROUP:$PORT" -d 700ms --rate 40Mbps --size 1000
exits 0
expect "all that was sent left" '[nic("h0", "h1").probes.groups[] | .failed == 0 and .sent > 0 and .sent == .on_wire] | all'
expect "the slow one sent less" 'nic("h1").probes.groups[0].sent * 2 < nic("h0").probes.groups[0].sent'
expect "and says so" 'nic("h1").probes.groups[0].rate_bps < 0.9 * .request.rate_bps'
truth

# A queue so slow that what the kernel took is still in it at the end: that is not called lost.
step "a NIC that is slower still"
ip netns exec host tc qdisc change dev h1 root tbf rate 48kbit burst 4k limit 4m
run send -g "$GROUP:$PORT" -d 300ms --rate 40Mbps --size 1000
exits 3
findings h1
expect "not known" 'status("h1"; "send") == "inconclusive" and (nic("h1").checks.send.reason | test("waits in the queue"))'
expect "the other passes" 'status("h0"; "send") == "pass"'

step "a queue that throws away"
ip netns exec host tc qdisc del dev h1 root
ip netns exec host tc qdisc add dev h1 root tbf rate 4mbit burst 4k limit 12000
run send -g "$GROUP:$PORT" -d 300ms --rate 40Mbps --size 1000
exits 2
findings h1 send-blocked
expect "told with its error" 'nic("h1").probes | (.groups[0].failed > 0) and (.errors | map(.count) | add) == .groups[0].failed and .sent == .on_wire'
truth
