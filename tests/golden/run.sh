#!/bin/bash
# SPDX-License-Identifier: ISC
# Golden reports: each line of LIST is a replay of captures in pcaps/, whose exit status, JSON and text must be those kept here.
# run.sh [--bless] [NAME...]: all cases, or those named; --bless writes what the program prints now, to be read as a diff. The status is part of
# the answer and is never blessed. MCDIAG = the program.
set -u
export LC_ALL=C.UTF-8 TZ=UTC
unset COLUMNS
here=$(dirname "$(readlink -f "$0")")
pcaps=$(readlink -f "$here/../../pcaps")
MCDIAG=$(readlink -f "${MCDIAG:-./mcdiag}")
bless=
if [ "${1:-}" = --bless ]; then
	bless=yes
	shift
fi
if [ ! -x "$MCDIAG" ]; then
	echo "# no program at $MCDIAG (set MCDIAG)"
	exit 99
fi
if ! command -v jq >/dev/null; then
	echo "# skipped: jq is missing"
	exit 77
fi
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
ran=0 failed=0 faults=

# wrong TEXT: one more reason why this case fails; the same twice is said once
wrong() {
	[[ $faults == *"$1"* ]] || faults="$faults"$'\n'"  $1"
}

# replay OUT ARGUMENT...: what MCDIAG prints, to OUT and OUT.err, as a user in pcaps/ sees it; its status is left in $status
replay() {
	local out=$1
	shift
	(cd "$pcaps" && exec timeout 60 "$MCDIAG" replay "$@") >"$out" 2>"$out.err" </dev/null
	status=$?
	[ "$status" = "$expected" ] || wrong "exit status $status, not $expected"
}

# same KIND FILE: FILE is what is kept as NAME.KIND
same() {
	local kept=$here/$name.$1
	if [ -n "$bless" ]; then
		cmp -s "$2" "$kept" || { cp "$2" "$kept" && echo "# written: $name.$1"; }
	elif [ ! -e "$kept" ]; then
		wrong "no $name.$1: run.sh --bless $name"
	else
		diff -u --label "$name.$1" --label "now" "$kept" "$2" >"$scratch/diff" || wrong "$(head -n 60 "$scratch/diff")"
	fi
}

# The report itself is compared, but for the version of the program.
golden() {
	replay "$scratch/json" "$@" --json
	cp "$scratch/json" "$scratch/first"
	cat "$scratch/json.err" >"$scratch/said"
	replay "$scratch/json" "$@" --json
	cmp "$scratch/first" "$scratch/json" >"$scratch/cmp" 2>&1 || wrong "two runs differ: $(cat "$scratch/cmp")"
	if [ ! -s "$scratch/json" ]; then	# an error: its text is compared below
		if [ -n "$bless" ]; then rm -f "$here/$name.json"; fi
		[ ! -e "$here/$name.json" ] || wrong "no report on standard output"
	else
		[ "$(wc -l <"$scratch/json")" = 1 ] || wrong "the report is not one line"
		jq '.tool.version = "VERSION"' "$scratch/json" >"$scratch/shown" 2>"$scratch/jq" || wrong "no JSON: $(head -n 1 "$scratch/jq")"
		same json "$scratch/shown"
		if [ -n "${LAB_REPORTS:-}" ]; then	# for the schema check that ends the tests
			mkdir -p "$LAB_REPORTS" && cp "$scratch/json" "$LAB_REPORTS/golden-$name.json"
		fi
	fi
	replay "$scratch/text" "$@"
	cmp -s "$scratch/text.err" "$scratch/said" || wrong "standard error differs with and without --json"
	{
		sed -E '1s/^mcdiag [0-9][^ ]*/mcdiag VERSION/' "$scratch/text"
		cat "$scratch/text.err"
	} >"$scratch/shown"
	[ -s "$scratch/shown" ] || wrong "nothing was printed"
	same txt "$scratch/shown"
}

# wanted NAME: among those named, or none was
wanted() {
	[ "${#chosen[@]}" = 0 ] || [[ " ${chosen[*]} " == *" $1 "* ]]
}

# Every case once, every kept report and every capture in a case
whole() {
	local file
	awk '/^[^#]/ { print $1 }' "$here/LIST" | sort | uniq -d | sed 's/$/: twice in LIST/'
	for file in "$here"/*.json "$here"/*.txt; do
		name=$(basename "${file%.*}")
		if [ -e "$file" ] && ! grep -q "^$name " "$here/LIST"; then echo "$(basename "$file"): of no case in LIST"; fi
	done
	for file in "$pcaps"/*.pcap "$pcaps"/*.pcapng "$pcaps"/*.gz; do
		awk -v file="$(basename "$file")" '/^[^#]/ { for (i = 3; i <= NF; i++) { sub(/^[^=]*=/, "", $i); if ($i == file) found = 1 } }
			END { exit !found }' "$here/LIST" || echo "$(basename "$file"): in no case of LIST"
	done
}

# What this build does not decompress, by what it says of a file that is no capture
lacks=
said=$("$MCDIAG" replay "$here/LIST" 2>&1)
for compression in gzip zstd lz4; do [[ $said == *"$compression"* ]] || lacks="$lacks $compression"; done

chosen=("$@")
while read -r name expected arguments; do
	case $name in '#'* | '') continue ;; esac
	wanted "$name" || continue
	if [[ $lacks == *gzip* && $arguments == *.gz* ]] || [[ -n $lacks && $name == no-capture ]]; then
		echo "# left out, since this build does not read$lacks: $name"
		continue
	fi
	ran=$((ran + 1)) faults=
	# shellcheck disable=SC2086 # several arguments
	golden $arguments
	if [ -n "$faults" ]; then
		failed=$((failed + 1))
		echo "not ok: $name$faults"
	fi
done <"$here/LIST"
if [ "${#chosen[@]}" = 0 ]; then
	missing=$(whole)
	if [ -n "$missing" ]; then
		failed=$((failed + 1))
		echo "$missing"
	fi
fi
echo "$ran cases, $failed failed"
[ "$ran" -gt 0 ] && [ "$failed" = 0 ]
