#!/bin/bash
# SPDX-License-Identifier: ISC
# An IGMPv2 querier on one segment: a warning for any-source, a lost source filter for source-specific.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
querier 1 2
wait_for "IGMPv2 on h1" speaks h1 2

step any-source
stream "0 1"
run --iface all --group "$GROUP:$PORT"
exits 1
findings h0
findings h1 igmp-downgraded-by-querier
expect "h1 joined all the same" 'status("h1"; "join") == "pass" and status("h1"; "stream") == "pass" and status("h1"; "delivery") == "pass"'
expect "the querier check warns" 'status("h1"; "querier") == "warn" and status("h0"; "querier") == "pass"'
expect "v2 on that wire, v3 on the other" '[sent($wire)[] | membership | "\(.interface) \(.version)"] | unique == ["h0 3", "h1 2"]'
truth

step source-specific
GROUP=232.77.1.1
stream "0 1" -s 10.77.250.20
run --iface all --group "10.77.250.20@$GROUP:$PORT"
exits 2
findings h0
expect "the filter is lost on h1" 'any(finding("source-filter-lost"); .interface == "h1" and .severity == "fault")'
expect "and why" 'found("igmp-downgraded-by-querier"; "h1")'
expect "source_filter" 'status("h0"; "source_filter") == "pass" and status("h1"; "source_filter") == "fail"'
truth
