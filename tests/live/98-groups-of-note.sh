#!/bin/bash
# SPDX-License-Identifier: ISC
# Groups about which there is something to say: source-specific without a source, a source outside that range, reserved.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
flooded 0
for group in 232.4.4.4 239.4.4.4 231.4.4.4; do start far -g "$group" -p "$PORT" -s 10.77.250.20 send s0; done

step "source-specific without a source"
run --iface all --group "232.4.4.4:$PORT"
exits 2
findings - ssm-range-without-source
findings h0
truth

step "a source outside that range"
run --iface all --group "10.77.250.20@239.4.4.4:$PORT"
exits 0
expect "a note" 'any(finding("source-outside-ssm-range"); .severity == "note")'
truth

step reserved
run --iface all --group "231.4.4.4:$PORT"
exits 0
expect "a note" 'any(finding("reserved-group"); .severity == "note")'
truth
