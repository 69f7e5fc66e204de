#!/bin/bash
# SPDX-License-Identifier: ISC
# Every golden report, byte for byte as Linux gives it.
LAB_LIMIT=${LAB_LIMIT:-600}
# shellcheck source-path=SCRIPTDIR source=wine.sh
. "${0%/*}/wine.sh" || exit 99
npcap offline
stays
MCDIAG=$MCDIAG timeout 540 "$WINE_HERE/../golden/run.sh" >"$W/out" 2>&1
status=$?
if [ "$status" = 77 ]; then lab_skip "$(sed -n 's/^# skipped: //p' "$W/out")"; fi
check "golden reports, status $status: $(cat "$W/out")" test "$status" = 0
tail -n 1 "$W/out"
