#!/bin/bash
# SPDX-License-Identifier: ISC
# Ctrl-C in the middle of the run: groups are left, the report is whole; a second one ends it at once. wine makes Ctrl-C of SIGINT.
# shellcheck source-path=SCRIPTDIR source=wine.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/wine.sh" || exit 99
segments 2
stream "0 1"
joined() { test "$(members | grep -c '^h[01] 01014DEF')" = 2; }

step "once"
meanwhile() {
	wait_for "a join" joined
	sleep 0.8
	kill -INT "$1"
}
run --iface all --group "$GROUP:$PORT" --duration 30s
exits 0
expect "ended by the signal" '.ended_by == "signal"'
has_left h0 h1
truth

step "twice"
meanwhile() {
	wait_for "a join" joined
	while kill -INT "$1" 2>/dev/null; do sleep 0.02; done
}
run --iface all --group "$GROUP:$PORT" --duration 30s --save "$W/saved"
check "exit status 130, not $STATUS" test "$STATUS" = 130
nothing_left
