#!/bin/bash
# SPDX-License-Identifier: ISC
# The stream arrives with TTL 1: it would not survive another hop.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
stream 0 -t 1
run --iface all --group "$GROUP:$PORT"
exits 1
findings h0 stream-ttl-exhausted
expect "the TTL" 'any(nic("h0").streams[]; .ttl == [1])'
truth
