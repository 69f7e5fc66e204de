#!/bin/bash
# SPDX-License-Identifier: ISC
# A NIC without an IPv4 address: left out when it came in by all; named, its reports come from 0.0.0.0.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
ip -n host addr flush dev h1

step "by all"
stream 0
run --iface all --group "$GROUP:$PORT"
exits 0
expect "a note, and unusable" 'any(finding("no-ipv4-address"); .interface == "h1" and .severity == "note") and (nic("h1").usable == false)'
truth

step named
run --iface h1 --group "$GROUP:$PORT" --no-expect-stream
exits 1
findings h1 no-ipv4-address
expect "the zero address is its consequence" 'any(finding("report-from-zero-address"); .interface == "h1" and .because_of != null)'
expect "it is true" 'any(sent($wire)[]; .kind == "report" and .interface == "h1" and .source == "0.0.0.0")'
truth
