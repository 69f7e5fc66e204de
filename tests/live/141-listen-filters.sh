#!/bin/bash
# SPDX-License-Identifier: ISC
# A listener that wants one source, or all but one, gets and counts no other.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream "0 1" -s 10.77.250.20
stream "0 1" -s 10.77.250.21
printed() { sed -nE 's/^([0-9.]+):[0-9]+ to .* bytes: peer.*/\1/p' "$W/errors" | sort | uniq -c | tr -s ' ' | sed 's/^ //'; }

step exclude
run listen -g "$GROUP:$PORT" --exclude 10.77.250.21 -c 30 --print
exits 0
check "printed of the other alone: $(printed)" test "$(printed)" = "30 10.77.250.20"
for nic in h0 h1; do
	expect "$nic source_filter" 'status($nic; "source_filter") == "pass"' --arg nic "$nic"
	expect "$nic got none of it" 'all(nic($nic).streams[] | select(.source == "10.77.250.21"); .delivered == 0)' --arg nic "$nic"
done
truth

step include
GROUP=232.77.1.1
stream "0 1" -s 10.77.250.20
stream "0 1" -s 10.77.250.21
run listen -g "10.77.250.21@$GROUP:$PORT" -c 30 --print
exits 0
check "printed of that one alone: $(printed)" test "$(printed)" = "30 10.77.250.21"
for nic in h0 h1; do
	expect "$nic source_filter" 'status($nic; "source_filter") == "pass"' --arg nic "$nic"
	expect "$nic asked for it" 'any(sent($wire)[] | membership; .interface == $nic and .record == "allow" and .sources == ["10.77.250.21"])' --arg nic "$nic"
done
truth
