#!/bin/bash
# SPDX-License-Identifier: ISC
# The stream is not on the NIC that was chosen: on another NIC, on another port, from another source, or nowhere.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
flooded 0
flooded 1

step "another NIC"
stream 1
elsewhere=$STARTED
run --iface h0 --group "$GROUP:$PORT"
exits 2
findings h0 stream-on-other-interface
expect "names it" 'any(finding("stream-on-other-interface"); .summary | test("h1"))'
expect "which is only observed" 'nic("h1") | .role == "observed" and all(.checks[]; .status == "skipped")'
expect "nothing was joined there" 'all(sent($wire)[] | membership; .interface == "h0")'
truth
end "$elsewhere"

step nowhere
run --iface h0 --group "$GROUP:$PORT"
exits 2
findings h0 stream-absent
truth

step "another port"
stream 0 -p 5001
end_port=$STARTED
run --iface h0 --group "$GROUP:$PORT"
exits 2
findings h0 stream-on-other-port
expect "names it" 'any(finding("stream-on-other-port"); .summary | test("5001"))'
truth
end "$end_port"

step "another source"
GROUP=232.77.1.1
stream 0 -s 10.77.250.21
run --iface h0 --group "10.77.250.20@$GROUP:$PORT"
exits 2
findings h0 stream-from-other-source
expect "names it" 'any(finding("stream-from-other-source"); .summary | test("10.77.250.21"))'
truth
