#!/bin/bash
# SPDX-License-Identifier: ISC
# A program has joined where the stream arrives, and is bound so that it gets nothing: to a unicast address, or to another interface.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream 1

step "unicast address"
check "it gets nothing" test "$(heard -u 10.77.1.10 join h1)" = 0
app -u 10.77.1.10 join h1
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 app-bound-to-unicast
truth
end "$APP"

step "unicast alone"
app -u 10.77.1.10 join
run --iface h1 --group "$GROUP:$PORT"
exits 0
end "$APP"

step "the group's address"
check "it gets the stream" test "$(heard -u "$GROUP" join h1)" -gt 0
app -u "$GROUP" join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
end "$APP"

step "another interface"
check "it gets nothing" test "$(heard -d h0 join h1)" = 0
app -d h0 join h1
run --iface h1 --group "$GROUP:$PORT" --save "$W/device"
exits 2
findings h1 app-bound-to-other-interface
expect "its interface is told" '.host.sockets[0].bound_interface == "h0"'
truth
replays "$W/device"
end "$APP"

step "that interface"
check "it gets the stream" test "$(heard -d h1 join h1)" -gt 0
app -d h1 join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
end "$APP"
