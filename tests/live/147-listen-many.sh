#!/bin/bash
# SPDX-License-Identifier: ISC
# Printing each of many messages: what is printed is what was received, and what did not fit into our socket is told.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
is_member() { in_host ip maddress show dev h0 | grep -qw "$GROUP"; }
meanwhile() {
	wait_for "the join" is_member
	sleep 0.2
	in_far "$PEER" -g "$GROUP" -p "$PORT" -r 5000 -c 4000 -l 200 send s0
	sleep 0.5
	kill -INT "$1"
}
run listen -i h0 -g "$GROUP:$PORT" --print
expect "nothing is missing untold" 'status("h0"; "delivery") == "pass" or any(.findings[]; .code == "dropped-by-socket-buffer" or .code == "capture-dropped")'
expect "as many lines as were received" '([nic("h0").streams[].delivered // 0] | add) == $lines or (tostring | error)' \
	--argjson lines "$(grep -c ' bytes: peer' "$W/errors")"
expect "many of them" '([nic("h0").streams[].delivered // 0] | add) > 100'
nothing_left
