#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# Instructions per packet of `mcdiag replay` against those of libpcap's own counting loop (count.c), as callgrind counts them: no noise, so
# it may stand in CI. Of both, what an empty capture takes is subtracted. Exits 1 above the goal, 77 without valgrind.
# MCDIAG, COUNT and GENERATE name the programs, GOAL the ratio (1.6), PACKETS the length of the captures (1000000), which share the cost of the
# report. "Further" is what a packet takes beyond those, the report and all that is of the streams subtracted too: told, not judged.
set -u
here=$(dirname "$0")
mcdiag=${MCDIAG:-./mcdiag} count=${COUNT:-$here/count} generate=${GENERATE:-$here/generate}
goal=${GOAL:-1.6} packets=${PACKETS:-1000000}

if ! command -v valgrind >/dev/null; then
	echo "SKIP: valgrind is missing"
	exit 77
fi

folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

fail()
{
	echo "instructions: $1" >&2
	[ -s "$folder/log" ] && tail -n 5 "$folder/log" >&2
	exit 1
}

# instructions PROGRAM CAPTURE: how many it takes, in $found
instructions()
{
	local status most=0 command=("$count" "$2")
	if [ "$1" = mcdiag ]; then
		most=3 command=("$mcdiag" replay -q -o "$folder/report" "$2") # any verdict
		rm -f "$folder/report"
	fi
	valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file="$folder/log" -- "${command[@]}" >"$folder/out" 2>&1
	status=$?
	if [ "$status" -gt "$most" ] || { [ "$1" = mcdiag ] && ! [ -s "$folder/report" ]; }; then
		cat "$folder/out" >&2
		fail "${command[*]}: exit status $status, or no report"
	fi
	found=$(sed -n 's/^==[0-9]*== Collected : \([0-9]*\)$/\1/p' "$folder/log")
	[ -n "$found" ] || fail "${command[*]}: callgrind counted nothing"
}

capture()
{
	"$generate" "$@" 2>"$folder/log" || fail "$generate failed"
}

# per_packet PROGRAM: of a packet in $per, of a further one in $further
per_packet()
{
	local empty once
	instructions "$1" "$folder/empty"
	empty=$found
	instructions "$1" "$folder/once"
	once=$found
	instructions "$1" "$folder/twice"
	per=$(((once - empty) / packets))
	further=$(((found - once) / packets))
}

ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

met=0
capture --packets 0 "$folder/empty"
printf '| frame | program | instructions a packet | further | ratio | further | goal | |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n'
for frame in 1358 90; do
	capture --packets "$packets" --frame $frame "$folder/once"
	capture --packets $((2 * packets)) --frame $frame "$folder/twice"
	per_packet count
	base=$per base_further=$further
	per_packet mcdiag
	if awk -v a="$per" -v b="$base" -v goal="$goal" 'BEGIN { exit !(a <= goal * b) }'; then verdict=pass; else verdict=MISS met=1; fi
	echo "| $frame | count | $base | $base_further | 1.00 | 1.00 | | |"
	echo "| $frame | mcdiag | $per | $further | $(ratio "$per" "$base") | $(ratio "$further" "$base_further") | <= $goal | $verdict |"
done
exit $met
