#!/bin/bash
# SPDX-License-Identifier: ISC
# The stream arrives with bad checksums: on the wire, and refused by the kernel for that.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
start far -g "$GROUP" -p "$PORT" -P 4000 -s 10.77.0.20 -b udp craft s0
run --iface all --group "$GROUP:$PORT"
exits 2
expect "told" 'any(.findings[]; .interface == "h0" and (.code | IN("udp-checksum-bad", "dropped-by-checksum")))'
expect "the cause is the checksum" 'told("h0") | all(.[]; IN("udp-checksum-bad", "dropped-by-checksum")) or (tostring | error)'
expect "counted" 'any(nic("h0").streams[]; .bad_checksum > 0 and .delivered == 0)'
truth
end "$STARTED"

step "crafted well"
start far -g "$GROUP" -p "$PORT" -P 4001 -s 10.77.0.20 craft s0
run --iface all --group "$GROUP:$PORT"
exits 0
truth
