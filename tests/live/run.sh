#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs the live scenarios side by side: one TAP line each, then a total. run.sh [SCENARIO...]; JOBS=3, MCDIAG, PEER as in lab.sh.
set -u
here=$(dirname "$(readlink -f "$0")")
scenarios=("$@")
[ $# -gt 0 ] || scenarios=("$here"/[0-9]*.sh)
results=$(mktemp -d) || exit 1
trap 'rm -rf "$results"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

# one NUMBER SCENARIO: its TAP line at once, why it failed below, its status left behind
one() {
	local name status began=$EPOCHREALTIME text took
	name=$(basename "$2" .sh)
	text=$(bash "$2" 2>&1 </dev/null)
	status=$?
	took=$((${EPOCHREALTIME/[.,]/} / 100000 - ${began/[.,]/} / 100000))
	took="${took%?}.${took: -1} s"
	case $status in
	0) text="ok $1 - $name ($took)" ;;
	77) text="ok $1 - $name # SKIP $(sed -n 's/^# skipped: //p' <<<"$text" | head -1)" ;;
	*) text="not ok $1 - $name, status $status ($took)"$'\n'"$text" ;;
	esac
	echo "$text"
	echo "$status" >"$results/$1"
}

echo "1..${#scenarios[@]}"
number=0
for scenario in "${scenarios[@]}"; do
	number=$((number + 1))
	while [ "$(jobs -rp | wc -l)" -ge "${JOBS:-3}" ]; do wait -n; done
	one "$number" "$scenario" &
done
wait
passed=0 failed=0 skipped=0
for ((number = 1; number <= ${#scenarios[@]}; number++)); do
	case $(cat "$results/$number" 2>/dev/null) in
	0) passed=$((passed + 1)) ;;
	77) skipped=$((skipped + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
