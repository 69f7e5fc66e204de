#!/bin/bash
# SPDX-License-Identifier: ISC
# `mcdiag send`: what the far ends have is what was asked for, and what the report says: how many, from which address, with which TTL, which text.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs socat
segments 2
OTHER=239.77.1.2

# got NIC TEXT: how many of the datagrams there have it
got() { tr '\0' '\n' <"$W/got.$1" | grep -ac -e "$2"; }
has() { test "$(got "$1" "$3")" -ge "$2"; }
is_member() { in_far ip maddress show dev "$1" | grep -qw "$2"; }
# listeners GROUP PORT: a program of somebody else on each far NIC, that keeps what it gets in $W/got.sN
listeners() {
	local nic
	LISTENERS=()
	for nic in s0 s1; do
		: >"$W/got.$nic"
		in_far socat -u "UDP4-RECV:$2,reuseaddr,bind=$1,ip-add-membership=$1:$nic,so-bindtodevice=$nic" "OPEN:$W/got.$nic,append" &
		LISTENERS+=($!)
	done
	for nic in s0 s1; do wait_for "a member on $nic" is_member "$nic" "$1"; done
}
# end_listeners NUMBER TEXT: when each has so many of it
end_listeners() {
	local nic
	for nic in s0 s1; do wait_for "$1 at $nic" has "$nic" "$1" "$2"; done
	kill "${LISTENERS[@]}"
	wait "${LISTENERS[@]}" 2>/dev/null
}

step "a message"
listeners 225.233.233.233 7777
run send -m 'hello, all of you'
end_listeners 1 'hello, all of you'
exits 0
expect "its mode, and what ended it" '.mode == "send" and .ended_by == "count"'
expect "one packet on each wire, from that NIC's address" '[sent($wire)[] | select(.kind == "udp") | [.interface, .source, .destination, .port, .ttl, .probe]] | sort
	== [["h0", "10.77.0.10", "225.233.233.233", 7777, 64, true], ["h1", "10.77.1.10", "225.233.233.233", 7777, 64, true]]
	or (tostring | error)'
for nic in h0 h1; do
	findings "$nic"
	expect "$nic is told so" 'nic($nic) | .checks.send.status == "pass" and .checks.ttl.status == "pass" and .probes.sent == 1 and .probes.on_wire == 1' --arg nic "$nic"
	expect "$nic: the others are skipped" '[nic($nic).checks | to_entries[] | select(.value.status != "skipped") | .key] == ["send", "ttl"]' --arg nic "$nic"
	check "the listener beyond $nic has the text, and by which NIC it came" \
		test "$(got "${nic/h/s}" 'hello, all of you')" = 1 -a "$(got "${nic/h/s}" "^MCDIAG/1 .* if=$nic seq=1 ttl=64 ")" = 1
done
expect "nothing was joined" '[sent($wire)[] | membership] == []'
truth

step "many, to two groups"
listeners "$GROUP" "$PORT"
run send -g "$GROUP:$PORT" -g "$OTHER" -p 6000 -c 25 --rate 500 -t 9 --dscp 46 --size 700 --source-port 4321 -m 'text of many' --save "$W/saved"
end_listeners 25 'text of many'
exits 0
for nic in h0 h1; do
	expect "$nic: the far end has them all, of both groups" '[sent($wire)[] | select(.interface == $nic and .kind == "udp") | [.destination, .port, .source_port, .ttl, .bytes]]
		| group_by(.) | map([.[0], length]) == [[[$group, $port, 4321, 9, 700], 25], [[$other, 6000, 4321, 9, 700], 25]] or (tostring | error)' \
		--arg nic "$nic" --arg group "$GROUP" --argjson port "$PORT" --arg other "$OTHER"
	expect "$nic: and the report says so" '[nic($nic).probes.groups[] | [.address, .port, .sent, .failed, .on_wire, .sources, (.ttl | map([.value, .packets]))]]
		== [[$group, $port, 25, 0, 25, [$source], [[9, 25]]], [$other, 6000, 25, 0, 25, [$source], [[9, 25]]]] or (tostring | error)' \
		--arg nic "$nic" --arg group "$GROUP" --argjson port "$PORT" --arg other "$OTHER" --arg source "10.77.${nic#h}.10"
	expect "$nic: marked as asked" '[nic($nic).streams[] | .dscp] | unique == [[46]]' --arg nic "$nic"
	expect "$nic: numbered without a gap" '[nic($nic).streams[] | .lost, .duplicated, .reordered] | unique == [0]' --arg nic "$nic"
	check "the listener beyond $nic has each once" test "$(got "${nic/h/s}" 'text of many')" = 25 -a \
		"$(tr '\0' '\n' <"$W/got.${nic/h/s}" | grep -ao 'seq=[0-9]*' | sort -u | grep -c .)" = 25
done
expect "a rate is told" 'all(.interfaces[].probes.groups[]; .rate_pps > 0 and .rate_bps > 0)'
truth
replays "$W/saved"

step "fragments"
run send -g "$GROUP:$PORT" -i h1 --size 9000 -c 3 --rate 100
exits 0
expect "each counts once" 'nic("h1").probes | .sent == 3 and .on_wire == 3'
expect "in pieces" '[nic("h1").streams[] | select(.payload == "mcdiag") | .frames > .packets] == [true]'

step "one NIC of two, by its address"
run send -g "$GROUP:$PORT" -i 10.77.1.10
exits 0
expect "only that one" '[sent($wire)[] | select(.kind == "udp") | .interface] == ["h1"]'
truth

step "without sending"
tap_start
in_host "$MCDIAG" send --dry-run -c 7 --rate 64kbps -g "$GROUP:$PORT" >"$W/text"
check "exit status 0" test $? = 0
tap_stop
echo '{}' >"$W/report.json"
check "tells what it would do" grep -q "^h1: send to $GROUP:$PORT, 7 packets, 64000 bits/s, TTL 64" "$W/text"
expect "and does nothing" '[sent($wire)[] | select(.kind == "udp")] == []'

step "as text"
in_host "$MCDIAG" send -g "$GROUP:$PORT" -c 3 --rate 100 >"$W/text"
check "exit status 0" test $? = 0
check "a row for each: $(grep -w h1 "$W/text" | head -1)" grep -qE "^  h1 +$GROUP:$PORT +3 +3 +64 +10\.77\.1\.10 +[0-9.]+ pps +0$" "$W/text"
check "no word of other checks" bash -c '! grep -qwE "join|querier|leave" "$1"' - "$W/text"
