#!/bin/bash
# SPDX-License-Identifier: ISC
# What looks for a moment like a NIC that keeps the group out: the same NIC without a filter, a sender that begins during the second look, one that
# stops with it, none at all.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
# shellcheck source-path=SCRIPTDIR source=nic.sh
. "${0%/*}/nic.sh"
stream 1

step "no filter"
filtering -o
run --iface h1 --group "$GROUP:$PORT"
exits 0
findings h1
settled
unplug
logged "there was no look for nothing" 'length > 20 and all(.promiscuity == 0)'

step "a sender that begins with the look"
end "$STARTED"
filtering -o
meanwhile() {
	wait_for "the look" promiscuous
	stream 1
}
run --iface h1 --group "$GROUP:$PORT" --save "$W/begins"
exits 0
findings h1
end "$STARTED"
check "it was looked at once" test "$(looks "$W/begins")" = 1
replays "$W/begins"

step "and stops in it"
filtering -o
meanwhile() {
	wait_for "the look" promiscuous
	stream 1 -c 5
}
run --iface h1 --group "$GROUP:$PORT" --duration 12s --save "$W/stops"
expect "no filter is blamed" '[finding("nic-filter-suspect")] == []'
expect "nor is it called healthy" '.verdict != "pass" and status("h1"; "stream") != "pass" and status("h1"; "delivery") != "pass"'
check "it was looked at twice" test "$(looks "$W/stops")" = 2
replays "$W/stops"

step "no sender"
unset -f meanwhile
filtering -o
run --iface h1 --group "$GROUP:$PORT" --save "$W/none"
exits 2
findings h1 stream-absent
expect "the filter is acquitted" 'finding("stream-absent") | any(.evidence[].text; test("nor in .* while we had made h1 promiscuous"))'
check "by one look" test "$(looks "$W/none")" = 1
replays "$W/none"

step "somebody looks already"
filtering -o
start host tap h1
ip -n host link set h1 promisc on
meanwhile() {
	sleep 2
	promiscuity >"$W/promiscuity"
}
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 stream-absent
check "it was promiscuous once: $(cat "$W/promiscuity")" test "$(cat "$W/promiscuity")" = 1
expect "nothing is said of a look" 'finding("stream-absent") | all(.evidence[].text; test("promiscuous") | not)'
