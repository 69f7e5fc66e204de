#!/bin/bash
# SPDX-License-Identifier: ISC
# What ends a sender: its count, its time, a signal; in each case the report is what the far ends have.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2

# all sent, seen and come in are as many, on each NIC
agree() {
	expect "$1: as many at the far ends as sent" '[.interfaces[] | select(.role == "chosen") | .name as $name
		| [.probes.sent, .probes.on_wire, ([sent($wire)[] | select(.interface == $name and .kind == "udp")] | length)]]
		| length == 2 and all(.[]; .[0] > 0 and .[0] == .[1] and .[1] == .[2]) or (tostring | error)'
	truth
}

step "count"
run send -g "$GROUP:$PORT" -c 40 --rate 1000
exits 0
expect "ended by it" '.ended_by == "count" and all(.interfaces[] | select(.role == "chosen"); .probes.sent == 40)'
agree count

step "count before time"
run send -g "$GROUP:$PORT" -c 3 --rate 100 -d 30s
exits 0
expect "ended by it" '.ended_by == "count" and .elapsed_ms < 20000 and all(.interfaces[] | select(.role == "chosen"); .probes.sent == 3)'
agree "count before time"

step "time"
run send -g "$GROUP:$PORT" -d 400ms --rate 500
exits 0
expect "ended by it" '.ended_by == "duration" and .elapsed_ms >= 400'
agree time

step "time before count"
run send -g "$GROUP:$PORT" -d 300ms -c 100000 --rate 64kbps --size 400
exits 0
expect "ended by it" '.ended_by == "duration" and all(.interfaces[].probes; .sent < 100000)'
agree "time before count"

step "as many as go"
run send -g "$GROUP:$PORT" -c 3000 --rate 1000000
exits 0
expect "all of them" 'all(.interfaces[] | select(.role == "chosen"); .probes.sent == 3000)'
agree "as many as go"

for signal in INT TERM; do
	step "SIG$signal"
	meanwhile() {
		sleep 0.5
		kill "-$signal" "$1"
	}
	run send -g "$GROUP:$PORT" -d 60s --rate 200
	exits 0
	expect "ended by the signal" '.ended_by == "signal"'
	agree "SIG$signal"
done

step "twice"
meanwhile() {
	sleep 0.5
	kill -INT "$1"
	kill -INT "$1"
}
run send -g "$GROUP:$PORT" -d 60s --rate 200
check "exit status 130 or whole, not $STATUS" test "$STATUS" = 130 -o "$STATUS" = 0
