#!/bin/bash
# SPDX-License-Identifier: ISC
# The report or the evidence cannot be written: status 3, told, and nothing half-written under the name.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
mkdir "$W/full"
mount -t tmpfs -o size=16k full "$W/full" || lab_skip "no tmpfs of a given size can be mounted"
dd if=/dev/zero of="$W/full/filler" bs=4k 2>/dev/null
stream 0

step output
run --iface all --group "$GROUP:$PORT" --output "$W/full/report"
check "exit status 3, not $STATUS" test "$STATUS" = 3
check "no file" test "$(ls -A "$W/full")" = filler
check "told with its name: $(cat "$W/errors")" grep -q "$W/full/report" "$W/errors"
nothing_left

step save
mkdir "$W/full/folder" 2>/dev/null
run --iface all --group "$GROUP:$PORT" --save "$W/full/folder"
check "exit status 3, not $STATUS" test "$STATUS" = 3
check "no file: $(ls -AR "$W/full/folder" 2>/dev/null)" test -z "$(ls -A "$W/full/folder" 2>/dev/null)"
nothing_left

step "enough room"
rm "$W/full/filler"
umount "$W/full"
run --iface all --group "$GROUP:$PORT" --output "$W/full/report"
exits 0
check "the same report in the file" bash -c 'cmp <(jq -S . "$1") <(jq -S . "$2")' - "$W/report.json" "$W/full/report"
check "and nothing beside it" test "$(ls -A "$W/full")" = report
