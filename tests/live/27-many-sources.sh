#!/bin/bash
# SPDX-License-Identifier: ISC
# More sources than the host takes for one group (10 by default): told, with what was joined.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
sources=$(seq -s, -f '10.77.250.%g' 20 31)
run --iface all --group "232.77.1.1:$PORT" --source "$sources" --no-expect-stream
exits 2
findings h0 source-limit-reached
truth

step "ten are well"
sources=$(seq -s, -f '10.77.250.%g' 20 29)
run --iface all --group "232.77.1.1:$PORT" --source "$sources" --no-expect-stream
exits 0
expect "all ten on the wire" '[sent($wire)[] | membership | select(.record == "allow") | .sources[]] | unique | length == 10'
truth
