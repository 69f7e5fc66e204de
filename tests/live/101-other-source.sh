#!/bin/bash
# SPDX-License-Identifier: ISC
# A source-specific join for a source that does not send: its neighbour does, where the switch prunes by source and where it does not.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
GROUP=232.9.9.9
segments 3
flooded 1
stream "0 1 2" -s 10.77.250.21
stream 2 -s 10.77.250.20
run --iface all --group "10.77.250.20@$GROUP:$PORT"
exits 2
findings h1 stream-from-other-source
findings h2
expect "h0: pruned by the switch, on h2 it is" 'told("h0") | . == ["stream-on-other-interface"] or . == ["stream-absent"] or . == ["stream-from-other-source"] or (tostring | error)'
truth
