#!/bin/bash
# SPDX-License-Identifier: ISC
# Another program of the host is an any-source member: with it the host asks for all sources, though we asked for one.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=239.8.8.8
segments 1
start host -g "$GROUP" -p "$PORT" join h0
stream 0 -s 10.77.250.20
stream 0 -s 10.77.250.21
run --iface h0 --group "10.77.250.20@$GROUP:$PORT" --duration 4s
expect "told" 'found("filter-widened-by-other-process"; "h0") or ([.findings[].code] | tostring | error)'
exits 3
findings h0
truth
