#!/bin/bash
# SPDX-License-Identifier: ISC
# One datagram in three seconds is a stream, too, where the run lasts long enough to hear it.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=239.66.0.3 PORT=8000
segments 2
flooded 0
stream 0 -w 3000
stream 1 -w 700
run --iface all --group "$GROUP:$PORT" --duration 8s
exits 0
findings h0
findings h1
expect "few and all of them" 'any(nic("h0").streams[]; .packets <= 4 and .packets >= 2 and .delivered == .packets) or (nic("h0").streams | tostring | error)'
truth
