#!/bin/bash
# SPDX-License-Identifier: ISC
# force_igmp_version: the queries are v3, the reports are not, and only the sysctl tells why. A value for all NICs holds for each, unless its own is older.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 2
stream "0 1"
host_sysctl net.ipv4.conf.h1.force_igmp_version=2

step "one NIC"
run --iface all --group "$GROUP:$PORT"
exits 1
findings h0
findings h1 igmp-version-forced
expect "the querier is not blamed" 'found("igmp-downgraded-by-querier"; "h1") | not'
truth

step "all NICs"
sleep 1.1	# what the kernel still repeats of the run before, as v3, is over
host_sysctl net.ipv4.conf.h1.force_igmp_version=0 net.ipv4.conf.all.force_igmp_version=2
run --iface all --group "$GROUP:$PORT"
exits 1
findings h0 igmp-version-forced
findings h1 igmp-version-forced
truth

step "a source filter, where this NIC's own value is older"
host_sysctl net.ipv4.conf.h1.force_igmp_version=1
run --iface h1 --group "10.77.250.20@232.77.1.1:$PORT" --no-expect-stream
exits 2
expect "the older is in force" 'any(finding("igmp-version-forced") | .evidence[]; .text | startswith("force_igmp_version in force on h1 is 1"))'
expect "the filter is lost" 'any(finding("source-filter-lost"); .interface == "h1" and .severity == "fault")'
truth
