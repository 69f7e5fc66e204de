#!/bin/bash
# SPDX-License-Identifier: ISC
# Two NICs on one segment: each hears the other's probes.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 3
ip -n switch link set p1 master br0
sleep 0.1
stream "0 2"
run --iface all --group "$GROUP:$PORT" --send
exits 1
expect "told of the two, and of no other" '[finding("segments-bridged") | .interface // "-"] | unique | (. == ["h0", "h1"] or . == ["h0"] or . == ["h1"] or . == ["-"]) or (tostring | error)'
expect "a warning" 'all(finding("segments-bridged"); .severity == "warning" and (.summary | test("h0") and test("h1")))'
expect "no probe of ours is taken for a foreign stream" 'all(.interfaces[].streams[]; .payload != "mcdiag" or .source != "10.77.0.20")'
expect "and nothing else" 'told("h0") + told("h1") | . - ["segments-bridged"] | . == [] or (tostring | error)'
findings h2
truth

step "without probes, a report shows it where the switch passes it on"
flooded 1
run --iface all --group "$GROUP:$PORT"
exits 1
expect "told of the two" '[finding("segments-bridged") | .interface] | sort == ["h0", "h1"]'
expect "likely, and what would settle it" 'all(finding("segments-bridged"); .confidence == "likely" and (.settle_by | test("--send")))'
truth

step "a segment each"
ip -n switch link set p1 master br1
sleep 0.4
run --iface all --group "$GROUP:$PORT" --send --no-expect-stream
expect "not told" 'all(.findings[]; .code != "segments-bridged")'
truth
