#!/bin/bash
# SPDX-License-Identifier: ISC
# Without the right to trace other programs nobody's socket can be asked: the host's sums speak, and what is concluded is less sure.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
lab_needs setpriv
segments 2
stream 1
WRAP=(setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace)

step "right"
app join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
expect "nothing is known of the program" '.host.sockets | length == 1 and (.[0] | .process == null and .pid == null and .memberships == null and .uid == 0)'
end "$APP"

step "joined elsewhere"
app join h0
run --iface h1 --group "$GROUP:$PORT" --save "$W/elsewhere"
exits 2
findings h1 app-joined-on-other-interface
expect "likely, and how to settle it" 'any(finding("app-joined-on-other-interface"); .confidence == "likely" and (.settle_by | contains("root"))
	and (.summary | contains("not visible to us")))'
truth
replays "$W/elsewhere"
end "$APP"

step "not joined"
app join
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 app-not-joined
end "$APP"

step "unicast address, joined"
app -u 10.77.1.10 join h1
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 app-bound-to-unicast

step "unicast address, and another program has joined"
unicast=$APP
app join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
end "$APP"
end "$unicast"

step "never reads"
app -n -B 4096 join h1
overflows
run --iface h1 --group "$GROUP:$PORT"
exits 2
findings h1 app-socket-overflow
expect "certain: drops are counted by socket" 'any(finding("app-socket-overflow"); .confidence == "certain")'
end "$APP"

step "another port, whose program cannot be asked"
PORT=5009 app join h1
run --iface h1 --group "$GROUP:$PORT"
exits 0
