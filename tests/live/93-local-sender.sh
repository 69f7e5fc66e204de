#!/bin/bash
# SPDX-License-Identifier: ISC
# A program of this host is the sender: out of another NIC than chosen, into loopback, out of the chosen one.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2

step "another NIC"
start host -g "$GROUP" -p "$PORT" send h0
run --iface h1 --group "$GROUP:$PORT" --duration 2s
expect "told, and no fault of the network" '[.findings[] | select(.severity != "note") | .code] == [] and found("local-sender-on-other-interface"; "h1") or ([.findings[].code] | tostring | error)'
end "$STARTED"

step loopback
start host -g "$GROUP" -p "$PORT" send lo
run --iface h1 --group "$GROUP:$PORT" --duration 2s
expect "told, and no fault of the network" '[.findings[] | select(.severity != "note") | .code] == [] and found("local-sender-on-other-interface"; "h1") or ([.findings[].code] | tostring | error)'
end "$STARTED"

step "the chosen NIC"
start host -g "$GROUP" -p "$PORT" send h1
run --iface h1 --group "$GROUP:$PORT" --duration 2s
expect "no fault" '[.findings[] | select(.severity != "note") | .code] == [] or ([.findings[].code] | tostring | error)'
end "$STARTED"
