#!/bin/bash
# SPDX-License-Identifier: ISC
# A firewall of the host drops the stream of IPv6 on the way in: on the wire, not at the socket, while IPv4 on the same NIC is well. And what the
# kernel itself drops: sources that are impossible, wrong lengths and checksums.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs nft
IPV6=1
segments 2
stream "0 1"
GROUP=$GROUP6 stream "0 1"
sender=$STARTED
for place in "inet input" "ip6 prerouting"; do
	step "$place"
	family=${place% *}
	firewall host "add table $family f; add chain $family f c { type filter hook ${place#* } priority 0; }; add rule $family f c iifname h1 ip6 daddr ff15::/16 udp dport $PORT counter drop"
	run --iface all --group "[$GROUP6]:$PORT" --group "$GROUP:$PORT"
	exits 2
	findings h0
	findings h1 dropped-by-firewall
	expect "of the group of IPv6 only" '[finding("dropped-by-firewall").group] == [$group]' --arg group "$GROUP6"
	expect "delivery" 'status("h0"; "delivery") == "pass" and status("h1"; "stream") == "pass" and status("h1"; "delivery") == "fail"'
	expect "counts" 'nic("h1").streams | map(select(.group == $group and .source == "fd77:1::20")) | length == 1 and all(.[]; .packets > 0 and .delivered == 0)' \
		--arg group "$GROUP6"
	expect "the rule is named" 'finding("dropped-by-firewall").summary | test("chain c in table \($family) f")' --arg family "$family"
	truth
	firewall host 'flush ruleset'
done

step "nothing dropped"
run --iface all --group "[$GROUP6]:$PORT" --group "$GROUP:$PORT"
exits 0
truth
end "$sender"

# crafted CODE CODE: what such frames are on h0 and h1
crafted() {
	run --iface all --group "[$GROUP6]:$PORT" --duration 2s
	exits 2
	findings h0 "$1"
	findings h1 "$2"
	truth
	end "$first"
	end "$STARTED"
}
craft=(-g "$GROUP6" -p "$PORT" -P 4000)
for i in 0 1; do flooded "$i"; done

step "impossible sources"
start far "${craft[@]}" -s ::1 craft s0
first=$STARTED
start far "${craft[@]}" -s ff15::1 craft s1
crafted dropped-as-martian dropped-as-martian

step "wrong datagrams"
start far "${craft[@]}" -s fd77::20 -b length craft s0
first=$STARTED
start far "${craft[@]}" -s fd77:1::20 -b udp craft s1
crafted udp-length-bad udp-checksum-bad
