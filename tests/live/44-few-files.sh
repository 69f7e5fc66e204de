#!/bin/bash
# SPDX-License-Identifier: ISC
# Fewer files than captures: as many wires as fit are judged, the others say how many files are wanting, and with these all are judged.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 4
FILES=20
WRAP=(bash -c 'ulimit -n "$0" && exec "$@"' "$FILES")
run --iface all
exits 3
expect "some are judged" '[.interfaces[] | select(.checks.join.status == "pass")] | length > 0 and length < 4 or (length | tostring | error)'
expect "the others say why" 'all(.interfaces[] | select(.role == "chosen" and .checks.join.status != "pass"); .checks.join.status == "inconclusive"
	and (.checks.join.reason | test("limit of open files")))'
expect "nothing is blamed" 'all(.findings[]; .severity == "note")'
truth
WANTING=$(jq -r '[.interfaces[].checks.join.reason // "" | capture("must be (?<n>[0-9]+) higher").n][0] // 0' "$W/report.json")
check "how many are wanting is told" test "$WANTING" -gt 0

step "$WANTING more"
WRAP=(bash -c 'ulimit -n "$0" && exec "$@"' "$((FILES + WANTING))")
run --iface all
exits 0
truth
