#!/bin/bash
# SPDX-License-Identifier: ISC
# A listener runs until a signal: then the groups are left and the report is whole; a second SIGINT ends it at once.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream "0 1"
is_member() { in_host ip maddress show dev h1 | grep -qw "$GROUP"; }
for signal in INT TERM; do
	step "SIG$signal"
	meanwhile() {
		wait_for "the joins" is_member
		sleep 6	# longer than a diagnosis takes
		kill "-$signal" "$1"
	}
	run listen -g "$GROUP:$PORT" --print
	exits 0
	expect "ended by the signal" '.ended_by == "signal" and .elapsed_ms > 5500 and .request.duration_ms == null'
	has_left h0 h1
	expect "as many lines as were received" '([.interfaces[].streams[].delivered // 0] | add) == $lines or error' --argjson lines "$(grep -c ' bytes: peer' "$W/errors")"
	truth
done

step "twice"
meanwhile() {
	wait_for "the joins" is_member
	while kill -INT "$1" 2>/dev/null; do sleep 0.02; done	# two that come while it does not run are one
}
run listen -g "$GROUP:$PORT"
check "exit status 130, not $STATUS" test "$STATUS" = 130
nothing_left
