#!/bin/bash
# SPDX-License-Identifier: ISC
# A program of the host is on the port: it has joined where the stream arrives, elsewhere, nowhere, or another group.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream 1
start far -g 239.77.9.9 -p "$PORT" send s1

step "joined where it arrives"
check "it gets the stream" test "$(heard join h1)" -gt 0
app join h1
run --iface all --group "$GROUP:$PORT" --no-expect-stream --save "$W/right"
exits 0
expect "the socket is told" '.host.sockets | length == 1 and (.[0] | .process == "peer" and .pid == $pid and .port == $port and .address == "0.0.0.0"
	and .memberships == [{interface: "h1", group: $group}] and .dropped == 0 and .bound_interface == null)' \
	--argjson pid "$APP" --argjson port "$PORT" --arg group "$GROUP"
truth
replays "$W/right"
end "$APP"

step "joined elsewhere"
check "it gets nothing" test "$(heard join h0)" = 0
app join h0
run --iface h1 --group "$GROUP:$PORT" --save "$W/elsewhere"
exits 2
findings h1 app-joined-on-other-interface
expect "the socket told it" 'any(finding("app-joined-on-other-interface"); .confidence == "certain" and (.remedy[0] | contains("\($group)/32 dev h1")))' --arg group "$GROUP"
truth
replays "$W/elsewhere"
end "$APP"

step "what it is told to do"
in_host ip route replace "$GROUP/32" dev h1
check "it gets the stream" test "$(heard join default)" -gt 0
in_host ip route del "$GROUP/32" dev h1

step "not joined"
check "it gets nothing" test "$(heard join)" = 0
app join
run --iface h1 --group "$GROUP:$PORT" --save "$W/nowhere"
exits 2
findings h1 app-not-joined
truth
replays "$W/nowhere"
run --iface h1
expect "nothing of a program that is not on the port asked for" 'all(.findings[]; .code | startswith("app-") | not) and .host.sockets == []'
end "$APP"

step "in another group"
GROUP=239.77.9.9 app join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
expect "a note" 'any(finding("app-not-joined"); .severity == "note")'
end "$APP"

step "on loopback alone, and nothing comes"
GROUP=239.77.5.5 app join lo
run --iface all --group 239.77.5.5:"$PORT" --no-expect-stream --save "$W/loopback"
exits 1
expect "it is told" 'any(finding("app-joined-on-other-interface"); .severity == "warning" and (.summary | contains("on lo alone")))'
replays "$W/loopback"
end "$APP"

step "it is a sender"
start host -g "$GROUP" -p 5001 -P "$PORT" send h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
end "$STARTED"
