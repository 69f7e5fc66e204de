#!/bin/bash
# SPDX-License-Identifier: ISC
# More groups than one socket may join (20): all of them are joined and reported.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
groups=()
for i in $(seq 45); do groups+=(--group "239.77.2.$i:$PORT"); done
run --iface all "${groups[@]}" --no-expect-stream
exits 0
findings h0
expect "45 rows, all joined" 'nic("h0").groups | length == 45 and all(.[]; .checks.join.status == "pass" and .checks.leave.status == "pass")'
expect "45 groups on the wire" '[sent($wire)[] | membership | select(.record == "to_ex") | .group] | unique | map(select(startswith("239.77.2."))) | length == 45'
truth
