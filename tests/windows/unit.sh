#!/bin/bash
# SPDX-License-Identifier: ISC
# The unit tests that were built for Windows, and none of the portable ones is missing.
# shellcheck source-path=SCRIPTDIR source=wine.sh
. "${0%/*}/wine.sh" || exit 99
npcap offline
ip link set lo up
stays
for name in base wire capfile net evidence diagnose report command; do check "test_$name.exe was built" test -e "$WINDOWS/tests/unit/test_$name.exe"; done
for program in "$WINDOWS"/tests/unit/test_*.exe; do
	name=$(basename "$program")
	exe 120 "$program" >"$W/out" 2>&1
	status=$?
	if [ "$status" = 77 ]; then
		echo "# left out: $name: $(tail -n 1 "$W/out")"
		continue
	fi
	check "$name, status $status: $(grep -v '^$' "$W/out" | tail -n 40)" test "$status" = 0
done
