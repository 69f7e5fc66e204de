#!/bin/bash
# SPDX-License-Identifier: ISC
# SIGINT and SIGTERM in the middle of the run: groups are left, the report is whole; a second SIGINT ends at once.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream "0 1"
for signal in INT TERM; do
	step "SIG$signal"
	meanwhile() {
		sleep 0.8
		kill "-$signal" "$1"
	}
	run --iface all --group "$GROUP:$PORT" --duration 30s
	exits 0
	expect "ended by the signal" '.ended_by == "signal"'
	has_left h0 h1
	truth
done

step "twice"
meanwhile() {
	sleep 0.5
	while kill -INT "$1" 2>/dev/null; do :; done	# two that come while it does not run are one
}
run --iface all --group "$GROUP:$PORT" --duration 30s --save "$W/saved"
check "exit status 130, not $STATUS" test "$STATUS" = 130
nothing_left
