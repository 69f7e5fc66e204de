#!/bin/bash
# SPDX-License-Identifier: ISC
# A user's program on a port of IPv6: where it joined, what it is bound to, and whether it reads.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
IPV6=1
segments 2
GROUP=$GROUP6
stream 1
# program CODE: what is told of it on h1, where the stream is; none is well
program() {
	run --iface h1 --group "[$GROUP]:$PORT" --save "$W/run-$STEP"
	exits "$([ -n "$1" ] && echo 2 || echo 0)"
	findings h1 "$1"
	truth
	replays "$W/run-$STEP"
	end "$APP"
}

step "joined where it arrives"
check "it gets the stream" test "$(heard join h1)" -gt 0
app join h1
program ""
expect "the socket is told" '.host.sockets | length == 1 and (.[0] | .process == "peer" and .family == 6 and .port == $port and .address == "::"
	and .memberships == [{interface: "h1", group: $group}])' --argjson port "$PORT" --arg group "$GROUP"

step "bound to the group's address"
check "it gets the stream" test "$(heard -u "$GROUP" join h1)" -gt 0
app -u "$GROUP" join h1
program ""

step "joined elsewhere"
check "it gets nothing" test "$(heard join h0)" = 0
app join h0
program app-joined-on-other-interface

step "what it is told to do"
check "the routes lead elsewhere" test "$(heard join default)" = 0
remedy=$(jq -r '[.findings[] | select(.code == "app-joined-on-other-interface")][0].remedy[0] | capture("(?<c>ip -6 route add .*)").c' "$W/report.json")
# shellcheck disable=SC2086 # words of a command
check "it is a command: $remedy" in_host $remedy
check "it gets the stream" test "$(heard join default)" -gt 0

step "not joined"
check "it gets nothing" test "$(heard join)" = 0
app join
program app-not-joined

step "bound to a unicast address"
check "it gets nothing" test "$(heard -u fd77:1::10 join h1)" = 0
app -u fd77:1::10 join h1
program app-bound-to-unicast

step "bound to another interface"
check "it gets nothing" test "$(heard -d h0 join h1)" = 0
app -d h0 join h1
program app-bound-to-other-interface

step "never reads"
app -n -B 4096 join h1
overflows
program app-socket-overflow
