#!/bin/bash
# SPDX-License-Identifier: ISC
# `mcdiag listen`: who sends what on which NIC, each message as a line, and in the report as many as the far ends sent.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs socat
segments 2

# say NIC TEXT: one datagram from the far end of that segment
say() { printf '%b' "$2" | in_far socat -u - "UDP4-DATAGRAM:$GROUP:$PORT,bind=10.77.${1#s}.20:40000,ip-multicast-if=10.77.${1#s}.20,ip-multicast-ttl=9"; }
is_member() { in_host ip maddress show dev "$1" | grep -qw "$GROUP"; }
# lines FILE PATTERN: how many there are
lines() { grep -cE -e "$2" "$1"; }

step "a sender on each"
meanwhile() {
	wait_for "the joins" is_member h1
	sleep 0.2	# the switches have heard of it
	say s0 'Alice foo foo !\0'
	say s1 'from the other side\n'
	say s1 'a \033[2J \0377 b'
}
run listen -g "$GROUP:$PORT" -c 3 --print --save "$W/saved"
exits 0
expect "its mode, and what ended it" '.mode == "listen" and .ended_by == "count" and .request.count == 3 and .request.ttl == null'
for nic in h0 h1; do
	findings "$nic"
	for check in join querier stream delivery leave; do expect "$nic $check" 'status($nic; $check) == "pass"' --arg nic "$nic" --arg check "$check"; done
	expect "$nic: nothing of sending" 'all(nic($nic).checks | .send, .ttl; .status == "skipped")' --arg nic "$nic"
done
check "the text of one, as the sample sends it" grep -qxF "10.77.0.20:40000 to $GROUP:$PORT on h0, TTL 9, 16 bytes: Alice foo foo !" "$W/errors"
check "that of the other, by the other" grep -qxF "10.77.1.20:40000 to $GROUP:$PORT on h1, TTL 9, 20 bytes: from the other side" "$W/errors"
check "nothing that a terminal obeys" grep -qxF "10.77.1.20:40000 to $GROUP:$PORT on h1, TTL 9, 10 bytes: a ?[2J ? b" "$W/errors"
check "each once" test "$(lines "$W/errors" ' bytes: ')" = 3
expect "as many for each" '[.interfaces[] | .name as $nic | .streams[] | select(.delivered) | [$nic, .source, .delivered, .packets, .ttl]]
	== [["h0", "10.77.0.20", 1, 1, [9]], ["h1", "10.77.1.20", 2, 2, [9]]] or (tostring | error)'
expect "nothing was sent" 'all(sent($wire)[]; .kind != "udp")'
truth
replays "$W/saved"
unset -f meanwhile

step "count"
stream "0 1" -r 500
run listen -g "$GROUP:$PORT" -c 7 --print
exits 0
expect "ended by it" '.ended_by == "count" and .elapsed_ms < 60000'
check "no more lines than that, though more came" test "$(lines "$W/errors" "to $GROUP:$PORT on h[01], TTL 8, 64 bytes: peer [0-9]+$")" = 7
truth

step "time"
run listen -g "$GROUP:$PORT" -d 700ms
exits 0
expect "ended by it" '.ended_by == "duration" and .elapsed_ms >= 700'
expect "all at the sockets" 'all(.interfaces[] | select(.role == "chosen") | .streams[]; .delivered > 100 and .rate_pps > 100)'
check "no message without --print" bash -c '! grep -q " bytes" "$1"' - "$W/errors"
truth

step "a program of this host"
end "$STARTED"
meanwhile() {
	wait_for "the joins" is_member h1
	in_host "$MCDIAG" send -i h0,h1 -g "$GROUP:$PORT" -c 5 --rate 100 -m 'from here' >/dev/null
}
run listen -g "$GROUP:$PORT" -c 10 --print
exits 0
check "each is printed" test "$(lines "$W/errors" 'out of h[01], 0 hops: from here$')" = 10
for nic in h0 h1; do expect "$nic: told so" 'nic($nic).checks.stream | .status == "skipped" and (.reason | test("only a program of this host"))' --arg nic "$nic"; done
expect "it is no other run's host" '.peers == []'
unset -f meanwhile
stream "0 1"

step "as text"
in_host "$MCDIAG" listen -g "$GROUP:$PORT" -c 40 --print >"$W/text" 2>"$W/errors"
check "exit status 0" test $? = 0
check "messages, then the report: $(grep -c ' bytes: peer' "$W/text")" test "$(sed '/^mcdiag /,$d' "$W/text" | grep -c ' bytes: peer')" = 40
for nic in h0 h1; do
	check "a row of $nic: $(grep -E "^  $nic +10" "$W/text")" \
		grep -qE "^  $nic +10\.77\.${nic#h}\.20:[0-9]+ +[0-9]+ +[0-9]+ +[0-9.]+ pps +- +- +- +- +8$" "$W/text"
done
check "nothing of silence" test ! -s "$W/errors"

step "nothing is drawn where no terminal is, and little is said with -q"
in_host "$MCDIAG" listen -g "$GROUP:$PORT" -c 1 --quiet >"$W/text" 2>"$W/errors"
check "no table: $(cat "$W/text")" test "$(grep -cE ' (sender|join|[0-9]+ pps) ' "$W/text")" = 0 -a ! -s "$W/errors"
check "the verdict" grep -q '^VERDICT: PASS' "$W/text"

step "without listening"
tap_start
in_host "$MCDIAG" listen --dry-run -g "$GROUP:$PORT" >"$W/text"
check "exit status 0" test $? = 0
tap_stop
check "tells what it would do" grep -q "^h1: join $GROUP:$PORT$" "$W/text"
expect "and joins nothing" '[sent($wire)[] | membership | select(.record != "to_in")] == []' # the leave of before is said twice
